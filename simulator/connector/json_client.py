"""Calls of REST services that talk JSON, with a bearer token; failures as the retry rules know them."""

import json
from collections.abc import Callable, Mapping

import requests

from simulator.clock import Clock
from simulator.cpi.ici_client import CONNECT_SECONDS, MAX_BYTES, failure_of
from simulator.cpi.oauth2 import BearerToken
from simulator.errors import Failure, InterfaceError
from simulator.http_support import AnswerTooLargeError, read_answer_body, retry_after, send_request
from simulator.json_support import RepeatedNameError, read_json

Describe = Callable[[object], tuple[str, str]]
"""Takes the body of a refusal; returns the field at fault and the reason."""


class JsonClient:
    """The client of one service."""

    def __init__(  # noqa: PLR0913 - what every call needs
        self,
        name: str,
        session: requests.Session,
        base_url: str,
        token: BearerToken,
        clock: Clock,
        *,
        describe: Describe = lambda _: ("", ""),
        answer_seconds: float = 30.0,
    ) -> None:
        """`name` is that of the service, for errors; `describe` reads its refusals."""
        self.name = name
        self.answer_seconds = answer_seconds
        """The time that a call waits between two bytes of an answer."""

        self.unreachable = ""
        """The reason why the last call reached neither token nor service; blank once something has answered."""

        self.on_change: Callable[[], object] = lambda: None
        """Called when a call ended unlike the one before, by that reason."""

        self._session = session
        self._base_url = base_url
        self._token = token
        self._clock = clock
        self._describe = describe

    def forget(self) -> None:
        """Forget how the last call ended, and get another token for the next one."""
        self.unreachable = ""
        self._token.forget()

    def call(self, method: str, path: str, content: object = None, headers: Mapping[str, str] | None = None) -> object:
        """Return the JSON of an answer, None for an empty one. Raises InterfaceError for a status from 300 on."""
        body = None if content is None else json.dumps(content).encode()
        sent = {"Accept": "application/json", "Content-Type": "application/json", **(headers or {})}
        return self.send(method, path, body, sent)

    def send(self, method: str, path: str, body: bytes | None, headers: Mapping[str, str]) -> object:
        """Do the same with a body of any kind."""
        try:
            found = self._answer(method, path, body, headers)
        except InterfaceError as error:
            self._note(error.message if error.failure is Failure.NOT_REACHED else "")
            raise
        self._note("")
        return found

    def _note(self, unreachable: str) -> None:
        before, self.unreachable = self.unreachable, unreachable
        if unreachable != before:
            self.on_change()

    def _answer(self, method: str, path: str, body: bytes | None, headers: Mapping[str, str]) -> object:
        answer, received = self._send(method, path, body, headers, self._token.current())
        if answer.status_code == requests.codes.unauthorized:
            answer, received = self._send(method, path, body, headers, self._token.renewed())
        if not 200 <= answer.status_code < 300:
            raise self._error(answer, received)
        if not answer.headers.get("Content-Type", "").startswith("application/json"):
            return received
        try:
            return read_json(received) if received else None
        except RepeatedNameError as repeated:
            raise self._failed(str(repeated), Failure.DATA) from None
        except (ValueError, ArithmeticError, RecursionError):
            raise self._failed("the answer is no JSON", Failure.BROKEN_ANSWER) from None

    def _send(
        self, method: str, path: str, body: bytes | None, headers: Mapping[str, str], token: str
    ) -> tuple[requests.Response, bytes]:
        all_headers = {"Authorization": f"Bearer {token}", **headers}
        timeout = (min(CONNECT_SECONDS, self.answer_seconds), self.answer_seconds)
        try:
            answer = send_request(self._session, method, self._base_url + path, all_headers, body, timeout=timeout)
            return answer, read_answer_body(answer, MAX_BYTES)
        except AnswerTooLargeError as too_large:
            raise self._failed(str(too_large), Failure.BROKEN_ANSWER) from None
        except requests.RequestException as failure:
            raise self._failed(f"it could not be reached ({type(failure).__name__})", Failure.NOT_REACHED) from None

    def _error(self, answer: requests.Response, received: bytes) -> InterfaceError:
        if answer.status_code == requests.codes.bad_request:
            try:
                field, reason = self._describe(read_json(received))
            except (ValueError, ArithmeticError, RecursionError):
                field, reason = "", ""
            return InterfaceError(self.name, field, reason or "it refuses the request", Failure.REFUSED)
        is_stale = answer.status_code == requests.codes.precondition_failed
        failure = Failure.CHANGED_MEANWHILE if is_stale else failure_of(answer.status_code)
        why = f"it answered with HTTP status {answer.status_code}"
        return InterfaceError(self.name, "", why, failure, retry_after=retry_after(answer.headers, self._clock()))

    def _failed(self, why: str, failure: Failure) -> InterfaceError:
        return InterfaceError(self.name, "", why, failure)
