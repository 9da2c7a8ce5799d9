"""The in-process transport: a session of `requests` whose calls are answered by sites, without a socket."""

from collections.abc import Callable, Mapping
from typing import Any, Protocol, TypeAlias

import requests
import responses
from requests.adapters import HTTPAdapter
from requests.structures import CaseInsensitiveDict

from simulator.http_support import client_session


class SiteAnswer(Protocol):
    """An HTTP answer."""

    @property
    def status(self) -> int: ...
    @property
    def body(self) -> bytes: ...
    @property
    def headers(self) -> Mapping[str, str]: ...


InProcessSite: TypeAlias = Callable[[str, str, Mapping[str, str], bytes], SiteAnswer]
"""Gets method, path with query below its base URL, headers and body."""


def mounted(sites: Mapping[str, InProcessSite]) -> requests.Session:
    """Open a session whose calls below a base URL are answered by its site; all others raise ConnectionError."""
    session = client_session()
    for scheme in ("https://", "http://"):
        session.mount(scheme, _Nowhere())
    for base_url, site in sites.items():
        session.mount(f"{base_url}/", _InProcessAdapter(base_url, site))
    return session


class _Nowhere(HTTPAdapter):
    def send(self, *_: Any, **__: Any) -> requests.Response:
        raise requests.ConnectionError("only the systems in this process can be reached")


class _InProcessAdapter(HTTPAdapter):
    def __init__(self, base_url: str, site: InProcessSite) -> None:
        super().__init__()
        self._base_url = base_url
        self._site = site
        # One callback for every URL, called without a RequestsMock: that would keep every call, and with it the answers
        # about confidential agreements (SEC-2).
        self._callback = responses.CallbackResponse(responses.GET, base_url, self._answer, content_type=None)

    def send(self, request: requests.PreparedRequest, *_: Any, **__: Any) -> requests.Response:
        return self.build_response(request, self._callback.get_response(request))

    def _answer(self, request: requests.PreparedRequest) -> tuple[int, dict[str, str], bytes]:
        path = (request.url or "").removeprefix(self._base_url)
        body = request.body or b""
        content = body.encode() if isinstance(body, str) else bytes(body)
        found = self._site(request.method or "", path, CaseInsensitiveDict(request.headers), content)
        return found.status, dict(found.headers), found.body
