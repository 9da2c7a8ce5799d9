"""Contexts of a browser that tests share, with their first page, and axe on a page."""

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
    page: "Page"
    said: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)


def look_at(page: "Page", look: Mapping[str, Any]) -> None:
    """Give a page the width and the colour scheme that a context takes as options; by default a light desktop."""
    page.set_viewport_size(look.get("viewport", {"width": 1280, "height": 900}))
    page.emulate_media(media="null", color_scheme=look.get("color_scheme", "light"))


class KeptContexts:
    """Contexts with and without JavaScript: to open one, and to sign in, takes longer than most tests."""

    def __init__(self, browser: "Browser") -> None:
        self._browser = browser
        self._kept: dict[bool, WatchedContext] = {}

    def take(self, look: Mapping[str, Any], *, java_script: bool = True) -> WatchedContext:
        """Return the context, its first page with this look; a new one is blank."""
        if java_script not in self._kept:
            context = self._browser.new_context(java_script_enabled=java_script)
            context.set_default_timeout(PATIENCE * 1000)
            self._kept[java_script] = made = WatchedContext(context, context.new_page())
            context.on("console", lambda message: made.said.append(message.text))
            context.on("weberror", lambda error: made.said.append(str(error.error)))
            context.on("request", lambda sent: made.asked.append(sent.url))
        found = self._kept[java_script]
        found.said.clear()
        found.asked.clear()
        look_at(found.page, look)
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
