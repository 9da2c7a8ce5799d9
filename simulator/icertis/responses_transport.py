"""The in-process transport: calls of `requests` to ICI's base URL are answered by a site, without a socket."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

import requests
import responses

from simulator.icertis.rest import RestSite


@contextmanager
def served(site: RestSite, base_url: str) -> Iterator[None]:
    """Let `site` answer every call below `base_url`; any other call of `requests` fails."""
    # One pattern with a callback: with a registration for each URL, finding the right one grows with their number.
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:

        def answer(request: requests.PreparedRequest) -> tuple[int, dict[str, str], bytes]:
            mock.calls.reset()  # it would keep every answer, those of confidential agreements among them (SEC-2)
            found = site.answer(request.method or "", (request.url or "").removeprefix(base_url), dict(request.headers))
            return found.status, dict(found.headers), found.body

        mock.add_callback(responses.GET, re.compile(re.escape(base_url) + "/.*"), callback=answer, content_type=None)
        yield
