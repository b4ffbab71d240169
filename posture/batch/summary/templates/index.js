"use strict";
(() => {
  const table = document.getElementById("table");
  if (!table) return;
  const body = table.tBodies[0];
  const rows = [...body.rows];
  const order = new Intl.Collator(document.documentElement.lang, { numeric: true });

  // Sorting: empty cells stay below, in either direction.
  for (const head of table.querySelectorAll("th[data-key]")) {
    const button = head.querySelector("button");
    button.disabled = false;
    head.addEventListener("click", () => {
      const down = head.getAttribute("aria-sort") === "ascending" ? -1 : 1;
      for (const other of table.querySelectorAll("th[aria-sort]")) other.removeAttribute("aria-sort");
      head.setAttribute("aria-sort", down === 1 ? "ascending" : "descending");
      const numeric = head.dataset.kind === "number";
      const key = (row) => row.cells[head.cellIndex].dataset.sort ?? "";
      rows.sort((a, b) => {
        const [x, y] = [key(a), key(b)];
        if (x === "" || y === "") return (x === "") - (y === "");
        return down * (numeric ? x - y : order.compare(x, y));
      });
      body.append(...rows);
    });
  }

  // On a narrow screen the heads are hidden.
  const sort = document.getElementById("sort");
  for (const head of table.querySelectorAll("th[data-key]")) sort.add(new Option(head.textContent.trim(), head.dataset.key));
  sort.addEventListener("input", () => {
    const head = sort.value && table.querySelector(`th[data-key="${sort.value}"]`);
    if (head) head.click();
  });

  // Filters.
  const tools = document.getElementById("tools");
  const [search, verdict, runner] = ["search", "verdict", "runner"].map((id) => document.getElementById(id));
  const count = document.getElementById("count");
  const text = new Map(rows.map((row) => [row, row.textContent.toLowerCase()]));
  const filter = () => {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const row of rows) {
      row.hidden = !(
        (!verdict.value || row.dataset.verdict === verdict.value) &&
        (!runner || !runner.value || row.dataset.runner === runner.value) &&
        words.every((word) => text.get(row).includes(word))
      );
      shown += !row.hidden;
    }
    count.textContent = count.dataset.text.replace("{shown}", shown).replace("{all}", rows.length);
  };
  tools.hidden = false;
  tools.addEventListener("submit", (event) => event.preventDefault());
  tools.addEventListener("input", filter);
  filter();
})();
