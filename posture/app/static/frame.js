"use strict";
// Makes each frame as tall as its page, opens the links of that page in the whole window, and scrolls it to their targets.
// Left free above the target.
const ABOVE_PX = 16;
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
    // A frame without a scroll bar of its own goes nowhere: the window has to.
    inner.addEventListener("click", (event) => {
      const link = event.target.closest("a[href^='#']");
      const target = link && inner.getElementById(link.getAttribute("href").slice(1));
      if (!target) return;
      event.preventDefault();
      for (let fold = target.closest("details"); fold; fold = fold.parentElement.closest("details")) fold.open = true;
      fit();
      if (!target.matches("a[href], button, input, select, summary, [tabindex]")) target.tabIndex = -1;
      target.focus({ preventScroll: true });
      scrollBy(0, frame.getBoundingClientRect().top + target.getBoundingClientRect().top - ABOVE_PX);
    });
  };
  frame.addEventListener("load", settle);
  if (frame.contentDocument && frame.contentDocument.readyState === "complete") settle();
}
