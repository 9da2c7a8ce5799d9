"use strict";
(() => {
  const root = document.documentElement;
  root.classList.add("js");
  const all = (selector, inside = document) => [...inside.querySelectorAll(selector)];
  const pages = all("main > .page");
  const status = document.getElementById("status");
  const search = document.getElementById("search");
  const found = document.getElementById("found");
  const counter = document.getElementById("counter");
  const narrow = matchMedia("(max-width: 60rem)");

  // Steps and lists of links are rendered when they are opened; until then they are compressed text.
  let bodies = null;
  const unpack = async () => {
    const packed = Uint8Array.from(atob(document.getElementById("bodies").textContent), (one) => one.charCodeAt(0));
    const plain = new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"));
    bodies = JSON.parse(await new Response(plain).text());
  };
  const fill = (inside, closed = false) => {
    if (!bodies) return;
    for (const place of all("[data-body]", inside)) {
      if (!closed && place.closest("details:not([open])")) continue;
      place.innerHTML = bodies[place.dataset.body];
      place.removeAttribute("data-body");
    }
  };
  document.addEventListener("toggle", (event) => { if (event.target.open) fill(event.target); }, true);

  // Find what has an id; a step and an exchange have that of their scenario before a hyphen.
  const find = (id) => {
    const scenario = /^s\d+(?=-)/.exec(id);
    if (scenario) fill(document.getElementById(scenario[0]) || root, true);
    return document.getElementById(id);
  };

  // Show one section at a time. Its fragment is in the address, so that back, forward and links to a step work.
  let place = null;
  const show = () => {
    place = location.hash;
    const id = decodeURIComponent(place.slice(1)) || document.querySelector("main .page").id;
    const target = find(id) || (bodies && document.getElementById(id.split("-")[0])) || document.getElementById("overview");
    const page = target.closest(".page") || pages[0];
    for (const one of pages) one.hidden = one !== page;
    fill(page);
    for (const link of all("nav a")) {
      if (link.hash === "#" + page.id) {
        link.setAttribute("aria-current", "page");
        if (!narrow.matches) link.scrollIntoView({ block: "nearest" });
      } else link.removeAttribute("aria-current");
    }
    counter.textContent = "";
    for (let box = target; box; box = box.parentElement?.closest("details")) if (box.tagName === "DETAILS") box.open = true;
    if (target.classList.contains("step")) mark(target);
    if (target === page) {
      window.scrollTo(0, 0);
      page.querySelector("h1, h2")?.focus({ preventScroll: true });
    } else {
      target.scrollIntoView({ block: "start" });
      (target.tagName === "DETAILS" ? target.querySelector("summary") : target).focus({ preventScroll: true });
    }
    const name = page.querySelector("h1, h2");
    document.title = (name ? name.textContent.trim().replace(/\s+/g, " ") + " · " : "") + "Sign-off";
  };
  // Go to a place at once: a key that follows must find the page changed, and the event comes later.
  const catchUp = () => { if (location.hash !== place) show(); };
  const go = (hash) => { location.hash = hash; show(); };
  window.addEventListener("hashchange", catchUp);

  const menu = document.querySelector("nav details");
  const fold = () => { menu.open = !narrow.matches; };
  narrow.addEventListener("change", fold);
  menu.addEventListener("click", (event) => { if (event.target.closest("a")) fold(); });
  fold();
  const current = () => pages.find((page) => !page.hidden);

  // Walk from step to step.
  const mark = (step) => {
    for (const one of all('.step[aria-current="step"]')) one.removeAttribute("aria-current");
    step.setAttribute("aria-current", "step");
    step.tabIndex = -1; // so that it can have the focus
  };
  const early = []; // arrows that came before the steps did
  const walk = (by) => {
    if (!bodies) { early.push(by); return; }
    const steps = all(".step", current());
    if (!steps.length) return;
    const at = steps.findIndex((one) => one.getAttribute("aria-current") === "step");
    const next = steps[Math.max(0, Math.min(steps.length - 1, at < 0 ? 0 : at + by))];
    mark(next);
    const evidence = next.querySelector("details.evidence");
    if (evidence) evidence.open = true;
    next.scrollIntoView({ block: "start" });
    next.focus({ preventScroll: true });
    counter.textContent = "Step " + (steps.indexOf(next) + 1) + " of " + steps.length;
  };
  // To the next or the previous condition, in the order of the contents; from any other page to the first or the last.
  const turn = (by) => {
    const links = all(".of-conditions a");
    const at = links.findIndex((one) => one.hash === "#" + current().id);
    const next = at < 0 ? links.at(by > 0 ? 0 : -1) : links[at + by];
    if (next) { early.length = 0; go(next.hash); }
  };

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.closest("input, select, textarea")) {
      if (event.key === "Escape") event.target.blur();
      return;
    }
    catchUp();
    const does = {
      ArrowRight: () => walk(1), ArrowLeft: () => walk(-1),
      n: () => turn(1), p: () => turn(-1),
      "/": () => search.focus(), o: () => go("#overview"),
    }[event.key];
    if (does) { event.preventDefault(); does(); }
  });

  // Filter rows by the words in data-is; no two filters share a word.
  const filter = (form) => {
    const chosen = all("select", form).filter((one) => one.value);
    const rows = all("[data-is]", document.getElementById(form.dataset.filters));
    let shown = 0;
    for (const row of rows) {
      row.hidden = !chosen.every((one) => ` ${row.dataset.is} `.includes(` ${one.value} `));
      if (!row.hidden) shown += 1;
    }
    for (const group of all("[data-group]", document.getElementById(form.dataset.filters)))
      group.hidden = !group.querySelector("[data-is]:not([hidden])");
    const said = chosen.length ? `${shown} of ${rows.length} shown` : "";
    form.querySelector("output").textContent = said;
  };
  for (const form of all("form[data-filters]")) {
    form.addEventListener("change", () => filter(form));
    form.addEventListener("reset", () => setTimeout(() => filter(form)));
    form.addEventListener("submit", (event) => event.preventDefault());
  }

  // Search everything with data-find, by that attribute or else by its heading.
  let texts = null;
  const words = (one) => [...one.childNodes].map((part) => part.nodeType === Node.TEXT_NODE ? part.data : "").join("");
  const named = (one) => one.dataset.find || words(one.querySelector("summary, h2")).trim();
  const textOf = (one) => one.matches(".condition") ? one.querySelector(".results").textContent : [one.textContent, ...all("[data-body]", one).map((place) =>
    bodies[place.dataset.body].replace(/<[^>]*>/g, " "))].join(" ");
  // The own page of a condition, rule, decision or finding comes before the scenarios that mention it.
  const ownPage = (one) => /^(c|q|f)-/.test(one.id) ||
    (one.id.startsWith("m-") && !document.getElementById("c-" + one.id.slice(2)) && !document.getElementById("q-" + one.id.slice(2)));
  const stem = (word) => word.length > 5 ? word.replace(/(ing|ed|es|s)$/, "") : word;
  const rank = ({ own, named: name, text }, asked, stems) => {
    const id = name.split(/[\s:,]/, 1)[0];
    if (asked.length === 1 && id === asked[0]) return own ? 0 : 1;
    const all = (text) => asked.every((word) => text.includes(word)) ? 0 : stems.every((word) => word.test(text)) ? 1 : Infinity;
    const where = Math.min(2 + all(name), 4 + all(text));
    return where + (own ? 0 : 10);
  };
  const looked = () => {
    const asked = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    found.hidden = !asked.length;
    if (!asked.length) { found.replaceChildren(); status.textContent = ""; return; }
    texts ||= bodies && all("[data-find]").map((one) => ({
      one, own: ownPage(one), named: named(one).toLowerCase(), text: `${one.dataset.find} ${textOf(one)}`.toLowerCase(),
    }));
    if (!texts) return;
    const stems = asked.map((word) => new RegExp("(^|[^\\p{L}\\p{N}])" + stem(word).replace(/[.*+?^${}()|[\]\\/]/g, "\\$&"), "u"));
    const hits = texts.map((one) => [rank(one, asked, stems), one.one]).filter(([at]) => at < Infinity)
      .sort((left, right) => left[0] - right[0]).map(([, one]) => one);
    found.replaceChildren(...hits.slice(0, 50).map((one) => {
      const item = document.createElement("li");
      const link = document.createElement("a");
      link.href = "#" + one.id;
      link.textContent = named(one);
      item.append(link);
      return item;
    }));
    status.textContent = `${hits.length} found${hits.length > 50 ? ", the first 50 are listed" : ""}`;
    if (!hits.length) { const none = document.createElement("li"); none.textContent = "Nothing found"; found.append(none); }
  };
  search.addEventListener("input", looked);
  search.addEventListener("keydown", (event) => {
    if (event.key === "Escape") { search.value = ""; looked(); }
    if (event.key === "Enter") {
      event.preventDefault();
      const hash = found.querySelector("a")?.hash;
      if (hash) { search.value = ""; looked(); go(hash); }
    }
  });
  found.addEventListener("click", (event) => {
    if (event.target.closest("a")) { search.value = ""; looked(); }
  });

  // Follow the colour scheme of the system until the reader chooses.
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const button = document.getElementById("theme");
  const themed = () => (root.dataset.theme || (dark.matches ? "dark" : "light")) === "dark";
  const label = () => { button.textContent = themed() ? "Light" : "Dark"; };
  button.addEventListener("click", () => { root.dataset.theme = themed() ? "light" : "dark"; label(); });
  dark.addEventListener("change", label);
  label();

  // Print the conditions, or those alone that the address names: signoff.html?print=11a,12.
  const chosen = (new URLSearchParams(location.search).get("print") || "").split(",").filter(Boolean);
  const printed = () => pages.filter((one) => chosen.length ? chosen.includes(one.id.slice(2)) || chosen.includes("all") && one.matches(".condition") : true);
  // Keep the block to sign with the last steps: copies of them go into one part with it, which no page divides.
  const keepTogether = (page) => {
    const block = all(".signing-head, .signing", page);
    const scenario = block[0]?.previousElementSibling;
    const steps = scenario?.querySelector(".steps");
    if (!steps) return;
    const part = document.createElement("div");
    const last = document.createElement("ol");
    part.className = "together";
    last.className = "steps";
    block[0].before(part);
    part.append(last);
    for (const one of [...[...steps.children].slice(-3), ...all(".tags", scenario)]) {
      const copy = one.cloneNode(true);
      for (const each of [copy, ...all("[id]", copy)]) each.removeAttribute("id");
      one.classList.add("not-printed");
      (one.matches(".step") ? last : part).append(copy);
    }
    part.append(...block);
  };
  const expand = () => {
    for (const one of all(".condition")) fill(one, true);
    for (const one of all(".condition")) keepTogether(one);
    for (const page of pages) page.hidden = false;
    for (const page of pages) page.classList.toggle("not-printed", !printed().includes(page));
  };
  window.addEventListener("beforeprint", expand);
  window.addEventListener("afterprint", () => { if (!chosen.length) show(); });

  show();
  unpack().then(() => {
    if (chosen.length) expand();
    else if (location.hash) show();
    else fill(current());
    for (const by of early.splice(0)) walk(by);
    looked();
    root.classList.add("ready");
  }, () => {
    status.classList.remove("quiet");
    status.textContent = "This browser is too old to show the steps of the scenarios";
  });
})();
