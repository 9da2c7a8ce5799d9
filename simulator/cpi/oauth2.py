"""Get the bearer token for a service from its OAuth2 token endpoint (client credentials)."""

import re
from base64 import b64encode
from threading import Lock
from typing import NamedTuple, Protocol
from urllib.parse import urlencode

import requests

from simulator.clock import Clock, utc_now
from simulator.errors import Failure, InterfaceError
from simulator.http_support import AnswerTooLargeError, read_answer_body, retry_after, send_request
from simulator.json_support import read_json

TIMEOUT_SECONDS = (5, 10)
MAX_BYTES = 64 * 1024
"""The most bytes of an answer that are read."""


_LATER = {
    requests.codes.request_timeout: Failure.REQUEST_TIMEOUT,
    requests.codes.too_many_requests: Failure.TOO_MANY_REQUESTS,
    requests.codes.server_error: Failure.SERVER_ERROR,
}
"""By HTTP status, why there is no token now and may be one later; 500 stands for all above it."""

_HEADER_VALUE = re.compile("[!-~]+")
"""Visible ASCII; all else breaks the request, or is no token by RFC 6750."""


class BearerToken(Protocol):
    """The bearer token that is shown to a service."""

    def current(self) -> str: ...
    def renewed(self) -> str: ...
    def forget(self) -> None: ...


class FixedToken(NamedTuple):
    """A token that does not change."""

    text: str

    def current(self) -> str:
        return self.text

    def renewed(self) -> str:
        return self.text

    def forget(self) -> None: ...


class TokenClient:
    """Keep one token for all events, and replace it when the service no longer takes it."""

    def __init__(  # noqa: PLR0913 - what every request of a token needs
        self,
        session: requests.Session,
        url: str,
        client_id: str,
        secret: str,
        *,
        service: str = "ICI",
        scope: str = "",
        clock: Clock = utc_now,
    ) -> None:
        """`service` is the name of the service, for errors."""
        self._session = session
        self._url = url
        self._service = service
        self._clock = clock
        form = {"grant_type": "client_credentials"} | ({"scope": scope} if scope else {})
        self._form = urlencode(form).encode()
        self._headers = {
            "Content-Type": "application/x-www-form-urlencoded",
            "Authorization": f"Basic {b64encode(f'{client_id}:{secret}'.encode()).decode()}",
        }
        self._token = ""
        self._lock = Lock()

    def current(self) -> str:
        """Return the token. Raises InterfaceError D-22 if none can be had now."""
        return self._token or self.renewed()

    def renewed(self) -> str:
        """Get another token. Raises InterfaceError D-22 if none can be had."""
        with self._lock:
            self._token = self._ask()
            return self._token

    def forget(self) -> None:
        """Get another token the next time that one is needed."""
        self._token = ""

    def _ask(self) -> str:
        try:
            answer = send_request(self._session, "POST", self._url, self._headers, self._form, timeout=TIMEOUT_SECONDS)
            body = read_answer_body(answer, MAX_BYTES)
        except AnswerTooLargeError as too_large:
            raise InterfaceError(
                "D-22", "", f"{self._service}'s token endpoint: {too_large}", Failure.BROKEN_ANSWER
            ) from None
        except requests.RequestException as failure:
            why = f"{self._service}'s token endpoint could not be reached ({type(failure).__name__})"
            raise InterfaceError("D-22", "", why, Failure.NOT_REACHED) from None
        status = answer.status_code
        if later := _LATER.get(min(status, requests.codes.server_error)):
            why = f"{self._service}'s token endpoint answered with HTTP status {status}"
            raise InterfaceError("D-22", "", why, later, retry_after=retry_after(answer.headers, self._clock()))
        if status != requests.codes.ok:
            why = f"{self._service} gives no token (HTTP status {status})"
            raise InterfaceError("D-22", "", why, Failure.UNAUTHORIZED)
        try:
            content = read_json(body)
        except (ValueError, ArithmeticError, RecursionError):
            content = None
        token = content.get("access_token") if isinstance(content, dict) else None
        if not isinstance(token, str) or not token:
            raise InterfaceError(
                "D-22", "access_token", f"{self._service}'s token endpoint gives none", Failure.BROKEN_ANSWER
            )
        if not _HEADER_VALUE.fullmatch(token):
            raise InterfaceError("D-22", "access_token", "it cannot stand in a header", Failure.BROKEN_ANSWER)
        return token
