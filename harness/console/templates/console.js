"use strict";
(() => {
  const root = document.documentElement;
  root.classList.add("js");
  if (sessionStorage.theme) root.dataset.theme = sessionStorage.theme;
  const reply = document.getElementById("reply");
  const say = (text) => {
    const line = document.createElement("p");
    line.className = "bad";
    line.textContent = text;
    reply.replaceChildren(line);
  };

  const theme = document.getElementById("theme");
  if (theme) {
    const isDark = () => (root.dataset.theme || (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light")) === "dark";
    const name = () => { theme.textContent = isDark() ? "Light" : "Dark"; };
    theme.addEventListener("click", () => { root.dataset.theme = sessionStorage.theme = isDark() ? "light" : "dark"; name(); });
    name();
  }

  // A narrow screen begins with the verdict, and has the agreements folded above it.
  const menu = document.querySelector("nav .menu");
  if (menu && matchMedia("(max-width: 60rem)").matches) menu.open = false;

  const panel = document.getElementById("panel");
  let opener = "";
  const close = () => {
    const isInside = panel.contains(document.activeElement);
    panel.replaceChildren();
    if (isInside) (document.getElementById(opener) || document.querySelector("#acts button, #acts a"))?.focus({ preventScroll: true });
  };
  document.getElementById("close")?.addEventListener("click", () => { panel.focus(); close(); });

  // One key each for the buttons that are pressed again and again in a walkthrough, unless they are switched off.
  const keys = document.getElementById("keys");
  const nameKeys = () => keys?.setAttribute("aria-pressed", String(!localStorage.noKeys));
  keys?.addEventListener("click", () => { localStorage.noKeys = localStorage.noKeys ? "" : "1"; nameKeys(); });
  nameKeys();
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && panel) close();
    if (event.key === " " && event.target.matches("a[role=button]")) { event.preventDefault(); event.target.click(); }
    if (event.ctrlKey || event.metaKey || event.altKey || event.repeat || localStorage.noKeys || event.target.closest("input, select, textarea")) return;
    const button = { p: "#do-worker-pause, #do-worker-go-on", s: "#do-worker-step", e: "#do-act-execute", n: "#do-play-next" }[event.key];
    const found = button && document.querySelector(button);
    if (found) found.click();
  });

  // The second press of a double click would act twice. A click on a value asks for its origin, as its label does.
  document.addEventListener("click", (event) => {
    if (event.detail > 1 && event.target.closest("form button:not([aria-keyshortcuts])")) event.preventDefault();
    if (getSelection().isCollapsed) event.target.closest("td[data-field]")?.parentElement.querySelector("a")?.click();
  }, true);

  // Not by HX-Retarget: htmx looks around the button that asked, and the stream may have replaced that by now.
  document.addEventListener("htmx:beforeSwap", (event) => {
    if (event.detail.xhr.getResponseHeader("Zicm-Reply")) event.detail.target = reply;
  });
  document.addEventListener("htmx:afterSwap", (event) => {
    if (event.target.id === "reply") event.target.scrollIntoView({ block: "nearest" });
    if (event.target.id !== "panel") return;
    opener = event.detail.requestConfig.elt.id;
    event.target.scrollIntoView({ block: "nearest" });
    (event.target.querySelector("input:not([type=hidden]), select") || event.target).focus({ preventScroll: true });
  });
  // A button that an act takes away hands the keyboard on to its successor.
  let held = null;
  document.addEventListener("htmx:sseBeforeMessage", (event) => {
    held = event.target.contains(document.activeElement) ? event.target : null;
  });
  document.addEventListener("htmx:sseMessage", (event) => {
    if (held !== event.target || held.contains(document.activeElement)) return;
    const next = held.querySelector("#do-worker-go-on, #do-play-next") || held.querySelector("a, button");
    if (next) next.focus({ preventScroll: true });
  });

  // The panel may name an agreement that is confidential from now on, or one of a landscape that has been emptied.
  const shown = () => document.querySelector("#tree .tree")?.dataset.shown;
  let known = shown();
  document.addEventListener("htmx:sseMessage", (event) => {
    if (event.target.id === "tree" && shown() !== known) { known = shown(); close(); }
  });
  document.addEventListener("acted", close);
  document.addEventListener("htmx:sendError", () => say("The server does not answer."));

  let lost = false;
  document.addEventListener("htmx:sseError", (event) => {
    lost = true;
    const isClosed = event.detail.source.readyState === EventSource.CLOSED;
    say(isClosed ? "The server has been restarted: load the page again." : "The connection is lost; the page waits for it.");
  });
  document.addEventListener("htmx:sseOpen", () => {
    if (lost) reply.replaceChildren();
    lost = false;
    root.classList.add("live");
  });
})();
