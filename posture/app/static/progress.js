"use strict";
// Asks once a second how far the analysis is, and opens the report when it is done.
const job = document.getElementById("job");
const bar = document.getElementById("bar");
const words = document.getElementById("words");

async function look() {
  try {
    const now = await (await fetch(job.dataset.stateUrl, { headers: { accept: "application/json" } })).json();
    if (now.state === "done" || now.state === "failed") { location.reload(); return; }
    words.textContent = now.words;
    if (now.expected) { bar.max = now.expected; bar.value = now.done; }
  } catch { /* The app is being restarted: ask again. */ }
  setTimeout(look, 1000);
}
if (job.dataset.state !== "failed") setTimeout(look, 500);
