"use strict";
// The still with its people, the handles of the part to analyse, and pictures that come while one chooses.
const LEAST_S = 1;
const LOOK_AGAIN_MS = 700;
const setup = document.getElementById("setup");
const rotate = document.getElementById("rotate");
const runner = document.getElementById("runner");
const standing = document.getElementById("standing");

function placePeople() {
  const still = setup.querySelector(".still[data-width]");
  if (!still) return;
  for (const spot of still.querySelectorAll(".spot")) {
    const [left, top, width, height] = spot.dataset.box.split(" ").map((share) => `${100 * Number(share)}%`);
    Object.assign(spot.style, { left, top, width, height });
  }
  turn();
}

function turn() {
  const still = setup.querySelector(".still[data-width]");
  if (!still) return;
  const before = Number(still.closest("[data-turn]").dataset.turn);
  const degrees = rotate.value === "" ? 0 : (Number(rotate.value) - before + 360) % 360;
  const [width, height] = [Number(still.dataset.width), Number(still.dataset.height)];
  const scale = degrees % 180 ? Math.min(width, height) / Math.max(width, height) : 1;
  still.style.transform = degrees ? `rotate(${degrees}deg) scale(${scale})` : "";
}

function number(seconds) {
  return Number(seconds).toLocaleString(document.documentElement.lang, { maximumFractionDigits: 1 });
}

function trim() {
  const field = setup.querySelector(".trim");
  if (!field) return;
  const [start, end] = field.querySelectorAll("input");
  const length = Number(field.dataset.length);
  const show = () => {
    const [from, to] = [Number(start.value), Number(end.value)];
    field.querySelector(".before").style.width = `${(100 * from) / length}%`;
    field.querySelector(".after").style.width = `${100 - (100 * to) / length}%`;
    const words = from < 0.05 && to > length - 0.15 ? field.dataset.whole : field.dataset.words;
    field.querySelector("output").textContent = words.replace("{start}", number(from)).replace("{end}", number(to));
    start.setAttribute("aria-valuetext", number(from));
    end.setAttribute("aria-valuetext", number(to));
  };
  start.addEventListener("input", () => {
    start.value = Math.max(0, Math.min(Number(start.value), Number(end.value) - LEAST_S));
    show();
  });
  end.addEventListener("input", () => {
    end.value = Math.min(length, Math.max(Number(end.value), Number(start.value) + LEAST_S));
    show();
  });
  show();
}

function suggestStanding() {
  // The newest standing clip of the same runner comes first in the list.
  const own = [...standing.options].find((one) => one.dataset.label === "standing" && one.dataset.runner === runner.value.trim() && runner.value.trim());
  if (own && !standing.dataset.touched) standing.value = own.value;
}

async function look() {
  try {
    const now = await (await fetch(setup.dataset.previewUrl, { headers: { accept: "application/json" } })).json();
    if (now.state === "failed") { location.reload(); return; }
    if (now.step > Number(setup.dataset.step)) {
      const page = new DOMParser().parseFromString(await (await fetch(location.href, { headers: { accept: "text/html" } })).text(), "text/html");
      for (const id of ["people", "trim"]) {
        // What was chosen meanwhile stays.
        if (id === "trim" && document.querySelector("#trim *")) continue;
        document.getElementById(id).replaceWith(page.getElementById(id));
      }
      setup.dataset.step = now.step;
      placePeople();
      if (now.step === 1 || !setup.dataset.trimmed) { trim(); setup.dataset.trimmed = "yes"; }
    }
  } catch { /* The app is being restarted: ask again. */ }
  if (Number(setup.dataset.step) < 2) setTimeout(look, LOOK_AGAIN_MS);
}

rotate.addEventListener("change", turn);
runner.addEventListener("change", suggestStanding);
standing.addEventListener("change", () => { standing.dataset.touched = "yes"; });
placePeople();
trim();
if (setup.querySelector(".trim")) setup.dataset.trimmed = "yes";
if (Number(setup.dataset.step) < 2) setTimeout(look, LOOK_AGAIN_MS);
