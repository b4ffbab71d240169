"use strict";
(() => {
  // Printing shows what is folded away.
  addEventListener("beforeprint", () => {
    for (const one of document.querySelectorAll("details:not([open])")) {
      one.dataset.closed = "";
      one.open = true;
    }
  });
  addEventListener("afterprint", () => {
    for (const one of document.querySelectorAll("details[data-closed]")) {
      delete one.dataset.closed;
      one.open = false;
    }
  });
})();
