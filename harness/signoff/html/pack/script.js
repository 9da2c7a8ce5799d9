"use strict";
(() => {
  const root = document.documentElement;
  root.classList.add("js");
  const all = (selector, inside = document) => [...inside.querySelectorAll(selector)];
  const pages = all("main > .page");
  const status = document.getElementById("status");
  const search = document.getElementById("search");
  const found = document.getElementById("found");

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
  const show = () => {
    const id = decodeURIComponent(location.hash.slice(1)) || document.querySelector("main .page").id;
    const target = find(id) || (bodies && document.getElementById(id.split("-")[0])) || document.getElementById("overview");
    const page = target.closest(".page") || pages[0];
    for (const one of pages) one.hidden = one !== page;
    fill(page);
    for (const link of all("nav a")) {
      if (link.hash === "#" + page.id) link.setAttribute("aria-current", "page");
      else link.removeAttribute("aria-current");
    }
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
  const menu = document.querySelector("nav details");
  const narrow = matchMedia("(max-width: 60rem)");
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
  const walk = (by) => {
    const steps = all(".step", current());
    if (!steps.length) return;
    const at = steps.findIndex((one) => one.getAttribute("aria-current") === "step");
    const next = steps[Math.max(0, Math.min(steps.length - 1, at < 0 ? 0 : at + by))];
    mark(next);
    const evidence = next.querySelector("details.evidence");
    if (evidence) evidence.open = true;
    next.scrollIntoView({ block: "start" });
    next.focus({ preventScroll: true });
    status.textContent = "Step " + (steps.indexOf(next) + 1) + " of " + steps.length;
  };
  const follow = (selector) => current().querySelector(selector)?.click();

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.closest("input, select, textarea")) {
      if (event.key === "Escape") event.target.blur();
      return;
    }
    const does = {
      ArrowRight: () => walk(1), ArrowLeft: () => walk(-1),
      n: () => follow("a.next"), p: () => follow("a.previous"),
      "/": () => search.focus(), o: () => { location.hash = "#overview"; },
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
  const named = (one) => one.dataset.find || words(one.querySelector("summary, h3")).trim();
  const textOf = (one) => [one.textContent, ...all("[data-body]", one).map((place) =>
    bodies[place.dataset.body].replace(/<[^>]*>/g, " "))].join(" ");
  const looked = () => {
    const asked = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    found.hidden = !asked.length;
    if (!asked.length) { found.replaceChildren(); status.textContent = ""; return; }
    texts ||= bodies && all("[data-find]").map((one) => [one, `${one.dataset.find} ${textOf(one)}`.toLowerCase()]);
    if (!texts) return;
    const hits = texts.filter(([, text]) => asked.every((word) => text.includes(word))).map(([one]) => one);
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
    if (event.key === "Enter") { event.preventDefault(); found.querySelector("a")?.click(); }
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

  // Print everything, with the evidence open.
  let closed = [];
  window.addEventListener("beforeprint", () => {
    for (const one of all(".condition")) fill(one, true);
    closed = all("details.evidence:not([open])");
    for (const one of closed) one.open = true;
    for (const page of pages) page.hidden = false;
  });
  window.addEventListener("afterprint", () => {
    for (const one of closed) one.open = false;
    show();
  });

  window.addEventListener("hashchange", show);
  show();
  unpack().then(() => {
    if (location.hash) show();
    else fill(current());
    looked();
    root.classList.add("ready");
  }, () => {
    status.classList.remove("quiet");
    status.textContent = "This browser is too old to show the steps of the scenarios";
  });
})();
