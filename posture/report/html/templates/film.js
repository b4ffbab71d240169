(() => {
  const film = document.getElementById("film");
  if (!film) return;

  // A data: URL is not seekable everywhere; a blob: URL is.
  const source = film.querySelector("source");
  const text = atob(source.src.slice(source.src.indexOf(",") + 1));
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i += 1) bytes[i] = text.charCodeAt(i);
  source.remove();
  film.preload = "metadata";
  // Without a poster, some phones draw the first picture only when they are sent to it.
  const url = URL.createObjectURL(new Blob([bytes], { type: "video/mp4" }));
  film.src = film.poster ? url : `${url}#t=0.001`;

  const stage = film.closest(".stage");
  const player = stage.querySelector(".player");
  const unpinButton = document.createElement("button");
  unpinButton.type = "button";
  unpinButton.textContent = "✕";
  unpinButton.title = player.dataset.unpin;
  unpinButton.setAttribute("aria-label", player.dataset.unpin);
  const fps = Number(player.dataset.fps);
  player.hidden = false;

  const go = (seconds) => {
    const end = film.duration || seconds;
    film.currentTime = Math.min(Math.max(seconds, 0), end);
  };
  const step = (by) => {
    film.pause();
    // The middle of a frame, so that rounding never shows its neighbour.
    go(Math.min((Math.floor(film.currentTime * fps + 0.01) + by + 0.5) / fps, film.duration - 0.5 / fps));
  };
  player.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (!button) return;
    if (button.dataset.rate) {
      const rate = Number(button.dataset.rate);
      // The button of the speed at which it plays stops it: who uses the keys need not go back to the film.
      if (!film.paused && film.playbackRate === rate) {
        film.pause();
        return;
      }
      film.defaultPlaybackRate = film.playbackRate = rate;
      film.play();
    } else if (button.dataset.step) {
      step(Number(button.dataset.step));
    } else if (button === unpinButton) {
      unpin();
    } else {
      film.loop = !film.loop;
      button.setAttribute("aria-pressed", film.loop);
    }
  });
  film.addEventListener("ratechange", () => {
    for (const button of player.querySelectorAll("[data-rate]")) {
      button.setAttribute("aria-pressed", Number(button.dataset.rate) === film.playbackRate);
    }
  });
  stage.addEventListener(
    "keydown",
    (event) => {
      const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
      if (!by || event.altKey || event.ctrlKey || event.metaKey) return;
      event.preventDefault();
      event.stopPropagation();
      step(by);
    },
    true,
  );

  // A moment that is chosen far from the film brings the film along, above what was clicked.
  const place = stage.parentElement;
  const unpin = () => {
    stage.classList.remove("pinned");
    unpinButton.remove();
    place.style.minHeight = "";
  };
  const isInView = () => {
    const box = place.getBoundingClientRect();
    return Math.min(box.bottom, innerHeight) - Math.max(box.top, 0) > 0.9 * box.height;
  };
  const bringAlong = (chosen) => {
    if (!stage.classList.contains("pinned") && !isInView()) {
      place.style.minHeight = `${place.offsetHeight}px`;
      stage.classList.add("pinned");
      player.append(unpinButton);
    }
    if (!stage.classList.contains("pinned")) return;
    const over = stage.getBoundingClientRect();
    const box = chosen.getBoundingClientRect();
    const beside = box.right < over.left;
    const top = beside ? 0 : over.bottom;
    if (box.top < top + 8) scrollBy(0, box.top - top - 8);
    else if (box.bottom > innerHeight - 8) scrollBy(0, Math.min(box.bottom - innerHeight + 8, box.top - top - 8));
  };
  new IntersectionObserver(([entry]) => {
    if (entry.intersectionRatio > 0.9) unpin();
  }, { threshold: [0.9, 1] }).observe(place);

  const seek = (seconds, chosen) => {
    if (film.readyState >= 1) go(seconds);
    else film.addEventListener("loadedmetadata", () => go(seconds), { once: true });
    bringAlong(chosen);
  };
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-seek]");
    if (button) seek(Number(button.dataset.seek), button);
  });

  for (const plot of document.querySelectorAll(".timed[data-first]")) {
    const [left, right, first, last] = ["left", "right", "first", "last"].map((k) => Number(plot.dataset[k]));
    const strides = plot.dataset.strides ? JSON.parse(plot.dataset.strides) : null;
    plot.classList.add("live");
    plot.addEventListener("click", (event) => {
      const box = plot.getBoundingClientRect();
      const share = ((event.clientX - box.left) / box.width - left) / (right - left);
      if (share >= -0.02 && share <= 1.02) {
        seek(first + Math.min(Math.max(share, 0), 1) * (last - first), plot);
      }
    });

    // A thin line shows where the film is.
    const cursor = document.createElement("span");
    cursor.className = "cursor";
    cursor.hidden = true;
    plot.append(cursor);
    const follow = () => {
      const now = film.currentTime;
      let share = (now - first) / (last - first);
      if (strides) {
        const own = strides.find(([start, end]) => start <= now && now < end);
        share = own ? (now - own[0]) / (own[1] - own[0]) : -1;
      }
      // Before it has been played, the line would only cross out the axis.
      cursor.hidden = now < 0.01 || !(share >= 0 && share <= 1);
      cursor.style.left = `${100 * (left + share * (right - left))}%`;
    };
    const run = () => {
      follow();
      if (!film.paused && !film.ended) requestAnimationFrame(run);
    };
    film.addEventListener("play", run);
    film.addEventListener("seeked", follow);
  }
})();
