"use strict";
// Sends dropped or chosen clips one after another, and keeps the list of clips up to date.
const LOOK_AGAIN_MS = 1500;
const drop = document.getElementById("drop");
const sending = document.getElementById("sending");
const clips = document.getElementById("clips");

function rowOf(file) {
  const row = document.createElement("li");
  const name = document.createElement("span");
  const bar = document.createElement("progress");
  const stop = document.createElement("button");
  name.textContent = file.name;
  bar.setAttribute("aria-label", file.name);
  bar.max = 1;
  bar.value = 0;
  stop.type = "button";
  stop.className = "button second small";
  stop.textContent = "×";
  stop.setAttribute("aria-label", drop.dataset.stop.replace("{name}", file.name));
  row.append(name, bar, stop);
  sending.append(row);
  return { row, name, bar, stop, isStopped: false };
}

function end(line, words) {
  line.bar.remove();
  line.stop.remove();
  line.name.textContent = words;
}

function send(file, line) {
  return new Promise((resolve) => {
    if (line.isStopped) { resolve(null); return; }
    const request = new XMLHttpRequest();
    const fail = (words) => {
      end(line, `${file.name}: ${words}`);
      line.row.className = "notice";
      line.row.setAttribute("role", "alert");
      resolve(null);
    };
    line.stop.onclick = () => request.abort();
    request.open("POST", `/clips?name=${encodeURIComponent(file.name)}&modified=${file.lastModified}`);
    request.responseType = "json";
    request.upload.onprogress = (event) => { line.bar.value = event.loaded / Math.max(1, event.total); };
    request.onload = () => {
      const answer = request.response || {};
      if (request.status === 201) { line.row.remove(); resolve(answer); return; }
      fail(`${answer.error || drop.dataset.failed} ${answer.advice || ""}`);
    };
    request.onerror = () => fail(drop.dataset.failed);
    request.onabort = () => { line.isStopped = true; end(line, `${file.name}: ${drop.dataset.stopped}`); resolve(null); };
    request.send(file);
  });
}

async function sendAll(chosen) {
  const lines = chosen.map(rowOf);
  lines.forEach((line) => { line.stop.onclick = () => { line.isStopped = true; end(line, `${line.name.textContent}: ${drop.dataset.stopped}`); }; });
  const sent = [];
  for (let n = 0; n < chosen.length; n += 1) sent.push(await send(chosen[n], lines[n]));
  if (chosen.length === 1 && sent[0]) { location.assign(sent[0].page); return; }
  await refresh();
}

async function refresh() {
  try {
    const answer = await fetch("/clips");
    if (!answer.ok) return;
    const html = await answer.text();
    // A field that is being filled in, or a menu that is open, stays as it is.
    if (clips.contains(document.activeElement) && document.activeElement.matches("input, a, button")) return;
    clips.replaceChildren(...new DOMParser().parseFromString(html, "text/html").body.childNodes);
  } catch { /* The app is being restarted: ask again. */ }
}

async function watch() {
  if (clips.querySelector("[data-busy]")) await refresh();
  setTimeout(watch, LOOK_AGAIN_MS);
}

clips.addEventListener("change", (event) => {
  const url = event.target.dataset.nameUrl;
  if (url) fetch(url, { method: "POST", body: new URLSearchParams({ runner: event.target.value }), keepalive: true });
});
for (const input of drop.querySelectorAll("input[type=file]")) input.addEventListener("change", () => { sendAll([...input.files]); input.value = ""; });
let inside = 0;
addEventListener("dragenter", (event) => { event.preventDefault(); inside += 1; document.body.classList.add("dropping"); });
addEventListener("dragover", (event) => event.preventDefault());
addEventListener("dragleave", () => { inside -= 1; if (inside <= 0) document.body.classList.remove("dropping"); });
addEventListener("drop", (event) => {
  event.preventDefault();
  inside = 0;
  document.body.classList.remove("dropping");
  if (event.dataTransfer.files.length) sendAll([...event.dataTransfer.files]);
});
setTimeout(watch, LOOK_AGAIN_MS);
