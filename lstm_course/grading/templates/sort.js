for (const button of document.querySelectorAll("th button")) {
  button.addEventListener("click", () => {
    const heading = button.parentElement, body = heading.closest("table").tBodies[0];
    const up = heading.getAttribute("aria-sort") !== "ascending";
    for (const other of heading.parentElement.children) other.removeAttribute("aria-sort");
    heading.setAttribute("aria-sort", up ? "ascending" : "descending");
    const value = row => row.cells[heading.cellIndex].textContent.trim();
    const numeric = heading.classList.contains("number");
    const amount = row => {
      const found = parseFloat(value(row).replace("−", "-"));
      return isNaN(found) ? -1e9 : found;
    };
    const order = (a, b) => numeric
      ? amount(a) - amount(b)
      : value(a).localeCompare(value(b), undefined, {numeric: true});
    body.append(...[...body.rows].sort((a, b) => up ? order(a, b) : order(b, a)));
  });
}
