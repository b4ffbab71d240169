"use strict";
// Sends dropped or chosen clips one after another; a single clip opens its page.
const drop = document.getElementById("drop");
const list = document.getElementById("sending");

function send(file) {
  const item = document.createElement("li");
  const bar = document.createElement("progress");
  const name = document.createElement("span");
  name.textContent = `${drop.dataset.sending}: ${file.name}`;
  bar.setAttribute("aria-label", name.textContent);
  item.append(name, bar);
  list.append(item);
  return new Promise((resolve) => {
    const request = new XMLHttpRequest();
    request.open("POST", `/clips?name=${encodeURIComponent(file.name)}`);
    request.responseType = "json";
    request.upload.onprogress = (event) => { bar.max = event.total; bar.value = event.loaded; };
    request.onload = () => {
      bar.remove();
      if (request.status === 201) { resolve(request.response); return; }
      const answer = request.response || {};
      name.textContent = `${file.name}: ${answer.error || drop.dataset.failed} ${answer.advice || ""}`;
      name.setAttribute("role", "alert");
      resolve(null);
    };
    request.onerror = () => { bar.remove(); name.textContent = `${file.name}: ${drop.dataset.failed}`; resolve(null); };
    request.send(file);
  });
}

async function sendAll(chosen) {
  const sent = [];
  for (const file of chosen) sent.push(await send(file));
  const good = sent.filter(Boolean);
  if (good.length === 1 && sent.length === 1) location.assign(good[0].page);
  else if (good.length === sent.length && good.length) location.assign("/");
}

for (const input of drop.querySelectorAll("input[type=file]")) input.addEventListener("change", () => sendAll([...input.files]));
for (const name of ["dragenter", "dragover"]) drop.addEventListener(name, (event) => { event.preventDefault(); drop.classList.add("over"); });
for (const name of ["dragleave", "drop"]) drop.addEventListener(name, (event) => { event.preventDefault(); drop.classList.remove("over"); });
drop.addEventListener("drop", (event) => sendAll([...event.dataTransfer.files]));
