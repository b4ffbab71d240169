"use strict";
(() => {
  const film = document.getElementById("film");

  // Printing shows what is folded away.
  addEventListener("beforeprint", () => {
    for (const one of document.querySelectorAll("details:not([open])")) {
      one.dataset.closed = "";
      one.open = true;
    }
  });
  addEventListener("afterprint", () => {
    for (const one of document.querySelectorAll("details[data-closed]")) {
      delete one.dataset.closed;
      one.open = false;
    }
  });
  if (!film) return;

  // A data: URL is not seekable everywhere; a blob: URL is.
  const source = film.querySelector("source");
  const text = atob(source.src.slice(source.src.indexOf(",") + 1));
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i += 1) bytes[i] = text.charCodeAt(i);
  source.remove();
  film.preload = "metadata";
  // Some phones draw the first picture only when they are sent to it.
  film.src = `${URL.createObjectURL(new Blob([bytes], { type: "video/mp4" }))}#t=0.001`;

  const calm = matchMedia("(prefers-reduced-motion: reduce)");
  const seek = (seconds) => {
    const go = () => {
      film.currentTime = Math.min(Math.max(seconds, 0), film.duration || seconds);
    };
    if (film.readyState >= 1) go();
    else film.addEventListener("loadedmetadata", go, { once: true });
    film.scrollIntoView({ block: "nearest", behavior: calm.matches ? "auto" : "smooth" });
  };

  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-seek]");
    if (button) seek(Number(button.dataset.seek));
  });

  for (const plot of document.querySelectorAll(".timed[data-first]")) {
    const [left, right, first, last] = ["left", "right", "first", "last"].map((k) => Number(plot.dataset[k]));
    const strides = plot.dataset.strides ? JSON.parse(plot.dataset.strides) : null;
    plot.classList.add("live");
    plot.addEventListener("click", (event) => {
      const box = plot.getBoundingClientRect();
      const share = ((event.clientX - box.left) / box.width - left) / (right - left);
      if (share >= -0.02 && share <= 1.02) seek(first + Math.min(Math.max(share, 0), 1) * (last - first));
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
