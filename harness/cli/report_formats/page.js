"use strict";
// Every list has rows of one height, and only those on the screen are elements of the page.

const NARROW = matchMedia("(max-width: 40rem)");
const PRINTED = 1000;
const number = (count) => count.toLocaleString("en");

function element(name, className, ...inside) {
  const made = document.createElement(name);
  if (className) made.className = className;
  made.append(...inside);
  return made;
}

function button(text, act) {
  const made = element("button", "", text);
  made.type = "button";
  made.addEventListener("click", act);
  return made;
}

function searchField(label, act) {
  const field = element("input");
  field.type = "search";
  field.placeholder = label;
  field.setAttribute("aria-label", label);
  field.addEventListener("input", () => act(field.value.toLowerCase().split(/\s+/).filter(Boolean)));
  return field;
}

const fits = (text, words) => words.every((word) => text.includes(word));

/** A scrolling box: `render(at)` makes the element of a row, and `show(count)` says how many there are. */
class Rows {
  constructor(section, head, render) {
    this.render = render;
    this.head = head;
    this.count = 0;
    this.space = element("div", "space");
    this.body = element("div", "body");
    this.space.append(this.body);
    this.box = element("div", "box", ...(head ? [head] : []), this.space);
    this.box.tabIndex = 0;
    this.more = element("p", "more");
    section.append(this.box, this.more);
    this.box.addEventListener("scroll", () => this.draw());
    addEventListener("resize", () => this.show(this.count));
    addEventListener("beforeprint", () => this.draw(PRINTED));
    addEventListener("afterprint", () => this.draw());
  }

  get height() {
    return NARROW.matches && !this.head ? 46 : 30;
  }

  show(count) {
    this.count = count;
    this.space.style.height = `${count * this.height}px`;
    const left = count - PRINTED;
    this.more.textContent = left > 0 ? `and ${number(left)} more; the workbook has all` : "";
    this.draw();
  }

  draw(printed = 0) {
    const height = this.height;
    const first = printed ? 0 : Math.max(0, Math.floor(this.box.scrollTop / height) - 8);
    const shown = printed || Math.ceil((this.box.clientHeight || innerHeight) / height) + 16;
    const last = Math.min(this.count, first + shown);
    const key = this.body.contains(document.activeElement) ? document.activeElement.dataset.key : undefined;
    const rows = [];
    for (let at = first; at < last; at++) rows.push(this.render(at));
    this.body.replaceChildren(...rows);
    this.body.style.transform = `translateY(${first * height}px)`;
    if (key) this.body.querySelector(`[data-key="${key}"]`)?.focus({ preventScroll: true });
  }
}

function makeTable(section, table) {
  const all = table.rows;
  const texts = [];
  const text = (at) => (texts[at] ??= all[at].join("\n").toLowerCase());
  let shown = all.map((_, at) => at);
  let order = shown;
  let words = [];

  const found = element("span", "found");
  found.setAttribute("role", "status");
  const field = searchField("Filter these lines", (wanted) => {
    words = wanted;
    select();
  });
  section.append(element("div", "tools", field, found));

  const widths = table.heads.map((head, at) => {
    let widest = head.length + 4;
    for (const row of all) widest = Math.max(widest, row[at].length + 3);
    return `${Math.min(widest, 44)}ch`;
  });
  widths[widths.length - 1] = `minmax(${widths.at(-1)}, 1fr)`;
  const head = element("div", "row head");
  head.setAttribute("role", "row");
  const heads = table.heads.map((label, at) => {
    const cell = element("span", table.right[at] ? "right" : "", button(label, () => sort(at)));
    cell.setAttribute("role", "columnheader");
    return cell;
  });
  head.append(...heads);

  const rows = new Rows(section, head, (at) => {
    const row = element("div", "row");
    row.setAttribute("role", "row");
    row.setAttribute("aria-rowindex", at + 2);
    all[shown[at]].forEach((value, column) => {
      const cell = element("span", table.right[column] ? "right" : "", value);
      cell.setAttribute("role", "cell");
      if (value.length > 30) cell.title = value;
      row.append(cell);
    });
    return row;
  });
  rows.box.setAttribute("role", "table");
  rows.box.setAttribute("aria-label", section.querySelector("h2").textContent.trim());
  rows.box.style.setProperty("--columns", widths.join(" "));
  rows.box.style.setProperty("--count", widths.length);

  function select() {
    shown = words.length ? order.filter((at) => fits(text(at), words)) : order;
    found.textContent = words.length ? `${number(shown.length)} of ${number(all.length)}` : "";
    rows.box.setAttribute("aria-rowcount", shown.length + 1);
    rows.box.scrollTop = 0;
    rows.show(shown.length);
  }

  function sort(column) {
    const down = heads[column].getAttribute("aria-sort") === "ascending";
    for (const other of heads) other.removeAttribute("aria-sort");
    heads[column].setAttribute("aria-sort", down ? "descending" : "ascending");
    const compare = new Intl.Collator("en", { numeric: true }).compare;
    const keys = all.map((row) => (table.right[column] ? Number(row[column].replaceAll(",", "")) : row[column]));
    const by = table.right[column] ? (a, b) => keys[a] - keys[b] : (a, b) => compare(keys[a], keys[b]);
    order = all.map((_, at) => at).sort((a, b) => (down ? by(b, a) : by(a, b)) || a - b);
    select();
  }

  select();
}

const MARKS = [["differs: ", "differ"], ["expired", "expired"], ["not an organisation", "foreign"]];

function makeTree(section, roots) {
  let counter = 0;
  const read = ([texts, about, lines, below], level) => {
    const node = { key: `c${counter++}`, texts, about, lines, level, open: false, hit: false };
    node.lineTexts = lines.map((line) => line.join(" ").toLowerCase());
    node.text = `${texts.join("\n")}\n${about}\n${node.lineTexts.join("\n")}`.toLowerCase();
    node.below = below.map((one) => read(one, level + 1));
    node.marks = MARKS.map(([mark, word]) => [node.lineTexts.filter((line) => line.includes(mark)).length, word]);
    node.marks.push([lines.filter((line) => !line[1] && line[3]).length, "without"]);
    node.marksBelow = node.marks.map(([count], at) => node.below.reduce((sum, one) => sum + one.marks[at][0], count));
    return node;
  };
  const nodes = roots.map((root) => read(root, 0));
  const every = nodes.flatMap((node) => [node, ...node.below]);
  let words = [];
  let lines = [];

  const found = element("span", "found");
  found.setAttribute("role", "status");
  const field = searchField("Filter contracts: code, name, team, differs, expired …", (wanted) => {
    words = wanted;
    filter();
  });
  const fold = (open) => () => {
    for (const node of every) node.open = open;
    list();
  };
  section.append(element("div", "tools", field, found, button("Unfold all", fold(true)), button("Fold all", fold(false))));
  const rows = new Rows(section, null, (at) => renderLine(lines[at]));
  rows.box.classList.add("tree");
  rows.box.setAttribute("aria-label", "Hierarchy");
  rows.box.setAttribute("role", "region");

  function filter() {
    let hits = 0;
    for (const node of every) {
      node.hit = words.length > 0 && fits(node.text, words);
      hits += node.hit;
      node.open = node.hit;
    }
    for (const node of nodes) node.open ||= node.below.some((one) => one.hit);
    found.textContent = words.length ? `${number(hits)} of ${number(every.length)} contracts` : "";
    rows.box.scrollTop = 0;
    list();
  }

  function list() {
    lines = [];
    const add = (node) => {
      lines.push({ node });
      if (!node.open) return;
      lines.push({ node, about: true });
      node.lines.forEach((line, at) => lines.push({ node, line, at }));
      const below = words.length && !node.hit ? node.below.filter((one) => one.hit) : node.below;
      below.forEach(add);
    };
    for (const node of nodes) if (!words.length || node.hit || node.below.some((one) => one.hit)) add(node);
    rows.show(lines.length);
  }

  function renderLine({ node, about, line, at }) {
    const row = element("div", `line level${node.level}`);
    if (about) {
      row.classList.add("about");
      row.append(node.about);
      row.title = node.about;
    } else if (line) {
      row.classList.add("place");
      const [organisation, outline, terms, remarks] = line;
      row.append(element("b", "", organisation), " ");
      row.append(outline || element("span", "without", remarks));
      for (const mark of outline && remarks ? remarks.split("; ") : []) row.append(" ", element("span", "mark", mark));
      row.append(" ", element("small", "", terms));
      if (words.length && fits(node.lineTexts[at], words)) row.classList.add("hit");
      row.title = line.join(" ");
    } else {
      const [code, type, name, validity, value, state, note] = node.texts;
      const head = button("", () => {
        node.open = !node.open;
        list();
      });
      head.dataset.key = node.key;
      head.setAttribute("aria-expanded", node.open);
      head.append(element("span", "type", type), " ", element("b", "", code), " ", element("span", "name", name));
      row.append(head);
      for (const mark of [state, note]) if (mark) row.append(" ", element("span", "mark", mark));
      const counts = node.open ? node.marks.map(([count]) => count) : node.marksBelow;
      counts.forEach((count, kind) => {
        if (count) row.append(" ", element("span", kind === 3 ? "count" : "mark", `${count} ${node.marks[kind][1]}`));
      });
      if (node.below.length) row.append(" ", element("span", "count", `${node.below.length} below`));
      row.append(" ", element("small", "", `${validity} · ${value}`));
      if (node.hit) row.classList.add("hit");
      row.title = name;
    }
    return row;
  }

  list();
}

async function start() {
  const bytes = Uint8Array.from(atob(document.getElementById("data").textContent), (char) => char.charCodeAt(0));
  const unpacked = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  const data = JSON.parse(await new Response(unpacked).text());
  if (data.tree.length) makeTree(document.getElementById("hierarchy"), data.tree);
  for (const table of data.tables) makeTable(document.getElementById(table.id), table);
  document.documentElement.classList.add("ready");
}

start();
