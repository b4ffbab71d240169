"use strict";
// Makes each frame as tall as its page, and opens the links of that page in the whole window.
for (const frame of document.querySelectorAll("iframe.framed")) {
  const settle = () => {
    const inner = frame.contentDocument;
    if (!inner || !inner.body || !inner.body.childElementCount) return;
    for (const link of inner.querySelectorAll("a[href]")) if (!link.getAttribute("href").startsWith("#")) link.target = "_top";
    // The app's own page has a header and a footer.
    for (const part of inner.querySelectorAll("body > header, body > footer")) part.style.display = "none";
    inner.body.style.padding = "0";
    const fit = () => { frame.style.height = `${Math.ceil(inner.body.getBoundingClientRect().height) + 16}px`; };
    new ResizeObserver(fit).observe(inner.body);
    fit();
  };
  frame.addEventListener("load", settle);
  if (frame.contentDocument && frame.contentDocument.readyState === "complete") settle();
}
