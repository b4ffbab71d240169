"use strict";
// Asks once a second how far the analysis is, and opens the report when it is done.
const job = document.getElementById("job");
const bar = document.getElementById("bar");
const words = document.getElementById("words");

async function look() {
  try {
    const answer = await fetch(job.dataset.stateUrl, { headers: { accept: "application/json" } });
    const now = await answer.json();
    if (!answer.ok || !["waiting", "analysing"].includes(now.state)) { location.reload(); return; }
    // Said again only when it changes: a screen reader reads every change.
    if (words.textContent !== now.words) words.textContent = now.words;
    if (now.share !== null) bar.value = now.share;
  } catch { /* The app is being restarted: ask again. */ }
  setTimeout(look, 1000);
}
if (bar) setTimeout(look, 500);
