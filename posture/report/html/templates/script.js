"use strict";
(() => {
  const unfold = (parent, mark) => {
    for (const one of document.querySelectorAll(`${parent} details:not([open])`)) {
      if (mark) one.dataset.closed = "";
      one.open = true;
    }
  };
  for (const link of document.querySelectorAll("a[data-unfold]")) {
    link.addEventListener("click", () => unfold(".sheet", false));
  }
  // Paper shows the steps of the exercises, and of the fold what is inside when it is open.
  addEventListener("beforeprint", () => {
    unfold(".sheet", true);
    unfold(".coach[open]", true);
  });
  addEventListener("afterprint", () => {
    for (const one of document.querySelectorAll("details[data-closed]")) {
      delete one.dataset.closed;
      one.open = false;
    }
  });
})();
