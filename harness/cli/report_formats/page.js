"use strict";
// Without this script everything can be read; with it tables sort and filter, and the tree folds and filters.
const searchField = (label) => {
  const field = document.createElement("input");
  field.type = "search";
  field.placeholder = label;
  field.setAttribute("aria-label", label);
  return field;
};
const tools = (before, ...inside) => {
  const line = document.createElement("div");
  line.className = "tools";
  line.append(...inside);
  before.before(line);
};
const button = (text, act) => {
  const made = document.createElement("button");
  made.type = "button";
  made.textContent = text;
  made.addEventListener("click", act);
  return made;
};

for (const table of document.querySelectorAll("table")) {
  const body = table.tBodies[0];
  const rows = [...body.rows];
  const field = searchField("Filter these lines");
  field.addEventListener("input", () => {
    const words = field.value.toLowerCase().split(/\s+/).filter(Boolean);
    for (const row of rows) {
      const text = row.textContent.toLowerCase();
      row.hidden = !words.every((word) => text.includes(word));
    }
  });
  tools(table.parentElement, field);
  const heads = [...table.tHead.rows[0].cells];
  heads.forEach((head, at) => {
    const text = head.textContent;
    head.textContent = "";
    head.append(button(text, () => {
      const down = head.getAttribute("aria-sort") === "ascending";
      for (const other of heads) other.removeAttribute("aria-sort");
      head.setAttribute("aria-sort", down ? "descending" : "ascending");
      const key = (row) => {
        const cell = row.cells[at];
        return cell.dataset.by === undefined ? cell.textContent : Number(cell.dataset.by);
      };
      const compare = (a, b) => (typeof a === "number" ? a - b : a.localeCompare(b, "en", { numeric: true }));
      rows.sort((a, b) => compare(key(a), key(b)) * (down ? -1 : 1));
      body.append(...rows);
    }));
  });
}

for (const tree of document.querySelectorAll(".tree")) {
  const all = [...tree.querySelectorAll("details")];
  const unfold = (open) => () => { for (const one of all) one.open = open; };
  const field = searchField("Filter contracts");
  field.addEventListener("input", () => {
    const words = field.value.toLowerCase().split(/\s+/).filter(Boolean);
    for (const root of tree.children) {
      const text = root.textContent.toLowerCase();
      root.hidden = !words.every((word) => text.includes(word));
    }
  });
  tools(tree, field, button("Unfold all", unfold(true)), button("Fold all", unfold(false)));
  addEventListener("beforeprint", unfold(true));
}
