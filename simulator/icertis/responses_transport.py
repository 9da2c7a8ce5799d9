"""The in-process transport: a session of `requests` whose calls to ICI are answered by a site, without a socket."""

from typing import Any

import requests
import responses
from requests.adapters import HTTPAdapter

from simulator.http_support import client_session
from simulator.icertis.rest import RestSite


def mounted(site: RestSite, base_url: str) -> requests.Session:
    """Open a session whose calls below `base_url` are answered by `site`; all others raise ConnectionError."""
    session = client_session()
    for scheme in ("https://", "http://"):
        session.mount(scheme, _SiteAdapter(site, base_url))
    return session


class _SiteAdapter(HTTPAdapter):
    """Answer what a session sends by a site."""

    def __init__(self, site: RestSite, base_url: str) -> None:
        super().__init__()
        self._site = site
        self._base_url = base_url
        # One callback for every URL, called without a RequestsMock: that would keep every call, and with it the answers
        # about confidential agreements (SEC-2).
        self._callback = responses.CallbackResponse(responses.GET, base_url, self._answer, content_type=None)

    def send(self, request: requests.PreparedRequest, *_: Any, **__: Any) -> requests.Response:
        if not (request.url or "").startswith(f"{self._base_url}/"):
            raise requests.ConnectionError("only ICI can be reached, and it stands in this process")
        return self.build_response(request, self._callback.get_response(request))

    def _answer(self, request: requests.PreparedRequest) -> tuple[int, dict[str, str], bytes]:
        path = (request.url or "").removeprefix(self._base_url)
        found = self._site.answer(request.method or "", path, dict(request.headers))
        return found.status, dict(found.headers), found.body
