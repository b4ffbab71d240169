"use strict";
// Shows the page again when a phone came in, or the code or the access is too old.
const access = document.getElementById("access");

async function look() {
  try {
    const now = await (await fetch("/phone/state")).json();
    if (now.state !== access.dataset.state) { location.reload(); return; }
  } catch { /* The app ended. */ }
  setTimeout(look, 1000);
}
setTimeout(look, 1000);
