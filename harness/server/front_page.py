"""Tell at `/` what is served here, to people as a page and to programs as JSON; serve the contracts of the wire."""

from collections.abc import Mapping, Sequence
from html import escape

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from harness.files import FIXTURES
from simulator.http_support import client_origin

CONTRACTS = "/contracts"

_KNOWN = {
    "icertis": ("the REST calls of ICI", f"{CONTRACTS}/icertis.openapi.json"),
    "token": ("the OAuth2 token endpoint of ICI", ""),
    "webhook": ("takes the events of ICI in", f"{CONTRACTS}/webhook.openapi.json"),
    "connector": ("takes the events about contracts for SCM in", ""),
    "scm": ("Dynamics 365 SCM; its OData is below /data and needs a token", ""),
    "scm token": ("the OAuth2 token endpoint for SCM", ""),
    "console": ("act on an agreement, and watch its event: the link that zicm serve prints opens it", ""),
    "administration": ("for tests; needs its bearer token", "/__admin/openapi.json"),
}
"""Name to what it is and where it is described; every other name is an ECC system, described by its WSDL."""

_PAGE = """<!DOCTYPE html>
<html lang="en">
<meta charset="utf-8">
<title>zicm</title>
<h1>zicm</h1>
<p>This server simulates the interface from Icertis to SAP. It serves:</p>
<dl>
{}</dl>
</html>
"""
_ITEM = "<dt>{name}: {what}</dt>\n<dd>{place}{link}</dd>\n"


def front_page(urls: Mapping[str, str], base: str) -> Sequence[BaseRoute]:
    """Return the routes; `urls` are those of the parts by name, below `base`."""

    async def front(request: Request) -> Response:
        scheme, host = client_origin(request.scope)
        paths = {name: url.removeprefix(base).removesuffix("/openapi.json") for name, url in urls.items()}
        served = [_entry(name, f"{scheme}://{host}", path) for name, path in paths.items()]
        accepted, vary = request.headers.get("accept", ""), {"Vary": "Accept"}
        if "text/html" in accepted and "application/json" not in accepted:
            return HTMLResponse(_PAGE.format("".join(map(_as_html, served))), headers=vary)
        return JSONResponse({"title": "zicm", "served": served}, headers=vary)

    return Route("/", front), Mount(CONTRACTS, StaticFiles(directory=FIXTURES / "contracts"))


def _entry(name: str, origin: str, path: str) -> dict[str, str]:
    what, described = _KNOWN.get(name, ("the function module of an ECC system", f"{path}?wsdl"))
    entry = {"name": name, "what": what, "url": origin + path}
    return {**entry, "description": origin + described} if described else entry


def _as_html(entry: Mapping[str, str]) -> str:
    shown = {name: escape(value) for name, value in entry.items()}
    described = shown.get("description")
    link = f', described at <a href="{described}">{described}</a>' if described else ""
    place = '<a href="{url}">{url}</a>' if entry["name"] == "console" else "<code>{url}</code>"
    return _ITEM.format(**shown, place=place.format(**shown), link=link)
