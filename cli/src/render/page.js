// Sorts a table by the column whose title is clicked. Empty cells come last.
for (const table of document.querySelectorAll("table")) {
  const titles = [...table.querySelectorAll("th")];
  titles.forEach((title, column) => {
    title.querySelector("button").addEventListener("click", () => {
      const down = title.getAttribute("aria-sort") === "ascending";
      titles.forEach((other) => other.removeAttribute("aria-sort"));
      title.setAttribute("aria-sort", down ? "descending" : "ascending");
      const text = (row) => row.cells[column].textContent;
      const rows = [...table.tBodies[0].rows];
      rows.sort((a, b) => {
        const [x, y] = [text(a), text(b)];
        if (!x || !y) return Number(!x) - Number(!y);
        const order = x.localeCompare(y, undefined, { numeric: true });
        return down ? -order : order;
      });
      table.tBodies[0].append(...rows);
    });
  });
}
