"use strict";
(() => {
  const duo = document.getElementById("duo");
  if (!duo) return;
  const films = [...duo.querySelectorAll("video")];
  const strides = films.map((film) => JSON.parse(film.dataset.strides));
  const count = Math.min(...strides.map((one) => one.length));

  // A data: URL is not seekable everywhere; a blob: URL is.
  for (const film of films) {
    const source = film.querySelector("source");
    const text = atob(source.src.slice(source.src.indexOf(",") + 1));
    const bytes = new Uint8Array(text.length);
    for (let i = 0; i < text.length; i += 1) bytes[i] = text.charCodeAt(i);
    source.remove();
    film.src = URL.createObjectURL(new Blob([bytes], { type: "video/mp4" }));
  }
  // Without strides, as of people who stand, each film keeps its own controls.
  if (count < 1) return;

  const [first, second] = films;
  const [player, play, place] = ["player", "play", "place"].map((id) => document.getElementById(id));
  const length = ([start, end]) => end - start;
  let stride = 0;
  let speed = 0.5;
  let playing = false;

  // A pause may come before the film has begun.
  const start = (film) => film.play().catch(() => {});

  // A place is the number of a stride plus the share of it that has passed.
  const timeAt = (which, at) => {
    const number = Math.min(Math.floor(at), count - 1);
    const span = strides[which][number];
    return span[0] + (at - number) * length(span);
  };
  const placeNow = () => {
    const span = strides[0][stride];
    return stride + Math.min(Math.max((first.currentTime - span[0]) / length(span), 0), 1);
  };
  const show = (at) => {
    stride = Math.min(Math.floor(at), count - 1);
    films.forEach((film, which) => {
      film.currentTime = timeAt(which, at);
    });
    place.value = at;
  };

  // The first film leads; the second is hurried or slowed until it is at the same place of the same stride.
  const follow = () => {
    if (!playing) return;
    if (first.seeking || second.seeking) {
      requestAnimationFrame(follow);
      return;
    }
    if (first.currentTime >= strides[0][stride][1] || first.ended) {
      const next = stride + 1 < count ? stride + 1 : 0;
      const gap = strides.some((one) => next === 0 || one[next][0] - one[stride][1] > 0.05);
      stride = next;
      if (gap) show(next);
      if (first.paused) start(first);
    }
    const at = placeNow();
    const late = timeAt(1, at) - second.currentTime;
    if (Math.abs(late) > 0.25) second.currentTime = timeAt(1, at);
    const pace = length(strides[1][stride]) / length(strides[0][stride]);
    first.playbackRate = speed;
    second.playbackRate = Math.min(Math.max(speed * pace + 3 * late, 0.1), 4);
    if (second.paused) start(second);
    place.value = at;
    requestAnimationFrame(follow);
  };
  const run = (on) => {
    playing = on;
    play.textContent = on ? play.dataset.pause : play.dataset.play;
    for (const film of films) {
      if (on) start(film);
      else film.pause();
    }
    if (on) requestAnimationFrame(follow);
    else show(placeNow());
  };

  play.addEventListener("click", () => run(!playing));
  place.addEventListener("input", () => {
    const at = Number(place.value);
    if (playing) run(false);
    show(at);
  });
  player.addEventListener("click", (event) => {
    const button = event.target.closest("[data-speed], [data-step]");
    if (!button) return;
    if (button.dataset.step) {
      if (playing) run(false);
      show(Math.min(Math.max(Number(place.value) + button.dataset.step / 24, 0), count));
      return;
    }
    speed = Number(button.dataset.speed);
    for (const one of player.querySelectorAll("[data-speed]")) one.setAttribute("aria-pressed", one === button);
  });

  const ready = films.map(
    (film) => new Promise((done) => (film.readyState >= 1 ? done() : film.addEventListener("loadedmetadata", done, { once: true }))),
  );
  Promise.all(ready).then(() => {
    for (const film of films) film.controls = false;
    place.max = count;
    player.hidden = false;
    document.querySelector(".in-step").hidden = false;
    // Mid-stance: at the first strike the film may not yet have the back line.
    show(0.15);
  });
})();
