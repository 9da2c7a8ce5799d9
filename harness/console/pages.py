"""Templates, answers in words, and forms that are read: shared by the screens of the console."""

from collections.abc import Mapping
from contextlib import suppress
from functools import cache
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, urlsplit

from jinja2 import ChoiceLoader, Environment, PackageLoader
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from harness.console.operations import Administration
from harness.console.picture import LandscapeParts
from harness.console.recent import RecentExchanges
from harness.server.app import CONSOLE
from harness.signoff.html.entry_view import FIELD_WORDS
from harness.signoff.html.templates import template_environment
from simulator.http_support import BodyError, read_body

MAX_FORM_BYTES = 64 * 1024
SCREENS = {
    "": "Stage",
    "conditions": "Conditions",
    "monitor": "Monitor",
    "decide": "Decide",
    "tables": "Tables",
    "report": "Report",
}
"""The screens, by their path."""


class ActReply(NamedTuple):
    """The answer to an act, in words."""

    text: str
    is_refusal: bool = False


class Pages:
    """The pages of one console."""

    def __init__(self, *, can_act: bool) -> None:
        """Load the templates; without `can_act` no page has a button."""
        self.can_act = can_act
        self._templates = _environment()

    def part(self, name: str, content: Mapping[str, Any]) -> str:
        """Render a part of a page."""
        return self._templates.get_template(f"{name}.html.j2").render({**content, "can_act": self.can_act})

    def page(self, name: str, content: Mapping[str, Any], status: int = 200) -> Response:
        """Answer with a whole page."""
        known = {"reply": None, "screens": SCREENS, "page": name}
        return HTMLResponse(encoded(self.part("page", {**known, **content})), status)

    def reply(self, request: Request, reply: ActReply, status: int = 200) -> Response:
        """Answer with a few words: in the place for them, or as a page of their own without script."""
        if is_within(request):
            headers = {"Zicm-Reply": "yes", "HX-Reswap": "innerHTML"}  # console.js knows the place
            return HTMLResponse(encoded(self.part("words", {"reply": reply})), status, headers)
        return self.page("refused", {"reply": reply, "back": _asked_from(request)}, status)


class ScreenParts(NamedTuple):
    """The parts that all screens share."""

    pages: Pages
    parts: LandscapeParts
    admin: Administration | None
    """None leaves no buttons."""

    recent: RecentExchanges


def is_within(request: Request) -> bool:
    """Tell whether a page asks, and swaps what is answered into itself."""
    return "hx-request" in request.headers


def _asked_from(request: Request) -> str:
    """Return the page of the console whose form was sent, so that one can try again."""
    came_from = urlsplit(request.headers.get("referer", ""))
    is_ours = came_from.netloc == request.headers.get("host") and came_from.path.startswith(f"{CONSOLE}/")
    return f"{came_from.path}?{came_from.query}" if is_ours else f"{CONSOLE}/"


def go(request: Request, path: str) -> Response:
    """Lead to a page of the console."""
    if is_within(request):
        return Response(status_code=204, headers={"HX-Redirect": f"{CONSOLE}/{path}"})
    return RedirectResponse(f"{CONSOLE}/{path}", 303)


def number(text: str | None) -> int | None:
    """Read a number of at most nine digits."""
    return int(text) if text and text.isascii() and text.isdecimal() and len(text) < 10 else None


async def read_form(request: Request) -> dict[str, str]:
    """Read the fields of a form."""
    try:
        body = await read_body(request.scope, request.receive, MAX_FORM_BYTES)
    except BodyError as why:
        raise HTTPException(why.status, str(why)) from None
    with suppress(ValueError):
        return dict(parse_qsl(body.decode(), keep_blank_values=True, strict_parsing=bool(body), max_num_fields=50))
    raise HTTPException(400, "the body is no form")


def encoded(text: str) -> bytes:
    """Encode a page; ICI may hold characters that UTF-8 cannot carry."""
    return text.encode("utf-8", "backslashreplace")


@cache
def _environment() -> Environment:
    """Load the templates once for all consoles of a process, as each is compiled when it is first used."""
    environment = template_environment("harness.console", "templates")
    ours = environment.loader
    assert ours is not None
    environment.loader = ChoiceLoader([ours, PackageLoader("harness.signoff.html", "pack")])
    environment.globals |= {**FIELD_WORDS, "console": CONSOLE}
    return environment
