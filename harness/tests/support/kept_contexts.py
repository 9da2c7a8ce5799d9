"""Contexts of a browser that tests share, and axe on a page."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from harness.tests.support.npm_packages import NPM
from harness.tests.support.patience import PATIENCE

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

AXE = NPM / "node_modules" / "axe-core" / "axe.min.js"


@dataclass
class WatchedContext:
    """A context of a browser, with what it has said on the console and asked for since a test took it."""

    context: "BrowserContext"
    said: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)


class KeptContexts:
    """Contexts by their options: to open one, and to sign in, takes longer than most tests."""

    def __init__(self, browser: "Browser") -> None:
        self._browser = browser
        self._kept: dict[str, WatchedContext] = {}

    def take(self, options: Mapping[str, Any]) -> WatchedContext:
        """Return the context with these options; a new one has no page."""
        name = json.dumps(options, sort_keys=True)
        if name not in self._kept:
            self._kept[name] = made = WatchedContext(self._browser.new_context(**options))
            made.context.set_default_timeout(PATIENCE * 1000)
            made.context.on("console", lambda message: made.said.append(message.text))
            made.context.on("weberror", lambda error: made.said.append(str(error.error)))
            made.context.on("request", lambda sent: made.asked.append(sent.url))
        found = self._kept[name]
        found.said.clear()
        found.asked.clear()
        return found

    def close(self) -> None:
        for one in self._kept.values():
            one.context.close()


_CHECK = """async (without) => {
    const parts = without ? [...document.querySelectorAll(without)] : [];
    const places = parts.map((part) => {
        const place = document.createComment("");
        part.replaceWith(place);
        return place;
    });
    try {
        return (await axe.run(document, {resultTypes: ["violations"]})).violations;
    } finally {
        places.forEach((place, at) => place.replaceWith(parts[at]));
    }
}"""
"""Violations alone: what axe does not find is not described, which takes it long."""


def grave_violations(page: "Page", without: str = "") -> list[dict[str, Any]]:
    """Let axe check the document, without what fits a selector. Returns what is moderate or worse.

    What is left out is taken away for the time of the check: axe reads even what it is told to exclude.
    """
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE.read_text(encoding="utf-8"))
    found: list[dict[str, Any]] = page.evaluate(_CHECK, without)
    return [one for one in found if one["impact"] in ("moderate", "serious", "critical")]
