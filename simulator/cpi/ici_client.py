"""Call ICI (section 3 of the requirements; the listing of D-45) and read its answers (D-31)."""

import re
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from urllib.parse import quote, urlencode

import requests

from simulator.clock import Clock
from simulator.cpi.event import Event
from simulator.errors import Failure, InterfaceError
from simulator.http_support import AnswerTooLargeError, read_answer_body, retry_after, send_request
from simulator.json_support import RepeatedNameError, folded, read_json
from simulator.mapping.confidential_flag import is_plain_false, members
from simulator.mapping.contract_types import MASTER
from simulator.mapping.sheet import CONFIDENTIAL, NEEDED

CONNECT_SECONDS = 5.0

ROWS_PER_PAGE = 100

MAX_BYTES = 16 * 1024 * 1024
"""The most bytes of an answer that CPI reads."""

_MORE = re.compile("more|next")
_YES_OR_NO = ("true", "false", "yes", "no")
_NEXT = re.compile("next|continuation")
_TOTAL = re.compile("total|count|pages|next")

_APART = frozenset({"ICMIncotermslocation"})
"""The one field that the sheet tells by its case from another field of ICI (MAP-20)."""

_FLAG = CONFIDENTIAL.casefold()

_FAILURES = {
    requests.codes.unauthorized: Failure.UNAUTHORIZED,
    requests.codes.not_found: Failure.NOT_FOUND,
    requests.codes.request_timeout: Failure.REQUEST_TIMEOUT,
    requests.codes.too_many_requests: Failure.TOO_MANY_REQUESTS,
}


class IciClient:
    """The client for one event; each event has its own, so that calls of two events never mix."""

    def __init__(  # noqa: PLR0913 - what every call needs
        self,
        session: requests.Session,
        base_url: str,
        api_version: str,
        token: str,
        new_token: Callable[[], str],
        *,
        answer_seconds: float,
        clock: Clock,
    ) -> None:
        """`token` is the bearer token; `new_token` gets another one, once, where ICI does not take it (401).

        `answer_seconds` is how long CPI waits between two bytes of an answer.
        """
        self._timeout = (min(CONNECT_SECONDS, answer_seconds), answer_seconds)
        self._session = session
        self._base_url = base_url
        self._agreements = f"/v{api_version}/agreements"
        self._token = token
        self._new_token = new_token
        self._clock = clock
        self.calls: list[str] = []
        """Method and path of each call made, in order."""

    def agreement(self, event: Event) -> dict[str, object]:
        """Make call 1. Returns the fields of the agreement that the mapping needs (CALL-1, CALL-4)."""
        return agreement_in(self._get("CALL-1", _path(self._agreements, event)))

    def masters(self, event: Event) -> list[dict[str, object]]:
        """Make call 2. Returns the masters that the agreement is associated to (CALL-2)."""
        return masters_in(self._get("CALL-2", f"{_path(self._agreements, event)}/associatinginstances/{MASTER}"))

    def summaries(self, contract_type: str) -> Iterator[Mapping[str, object]]:
        """List a summary of each agreement of a type, over all pages (D-45)."""
        number, listed = 1, set[str]()
        while True:
            query = urlencode({"pageNumber": number, "rowsPerPage": ROWS_PER_PAGE})
            body = self._get("D-45", f"{self._agreements}/{contract_type}?{query}")
            page = data_in(body)
            if not isinstance(page, list) or not all(isinstance(summary, Mapping) for summary in page):
                raise InterfaceError("D-45", "Data", "the answer holds no list of agreements")
            new = {_name_of(summary): summary for summary in page if _name_of(summary) not in listed}
            more = _has_more(body, len(page))
            if not new and (more or (more is None and page)):
                # A tenant that does not know the parameters would give its first page for ever.
                why = (
                    "it promises more, and nothing new comes"
                    if more
                    else "it is missing, and the same page comes again"
                )
                raise InterfaceError("D-45", "HasMoreData", why)
            yield from new.values()
            if not new or more is False:
                return
            listed |= {*new}
            number += 1

    def _get(self, rule: str, path: str) -> object:
        """Return the JSON of an answer. Raises InterfaceError `rule` for all but JSON with status 200."""
        answer, content = self._call(rule, path)
        if answer.status_code == requests.codes.unauthorized:
            self._token = self._new_token()
            answer, content = self._call(rule, path)
        if answer.status_code != requests.codes.ok:
            why = f"ICI answered with HTTP status {answer.status_code}"
            raise InterfaceError(
                rule, "", why, failure_of(answer.status_code), retry_after=retry_after(answer.headers, self._clock())
            )
        try:
            return read_answer(content)
        except (ValueError, ArithmeticError, RecursionError):  # arithmetic: an exponent beyond all Decimals
            raise InterfaceError(rule, "", "the answer is no JSON", Failure.BROKEN_ANSWER) from None

    def _call(self, rule: str, path: str) -> tuple[requests.Response, bytes]:
        self.calls.append(f"GET {path}")
        headers = {"Authorization": f"Bearer {self._token}", "Accept": "application/json"}
        try:
            answer = send_request(self._session, "GET", self._base_url + path, headers, timeout=self._timeout)
            return answer, read_answer_body(answer, MAX_BYTES)
        except AnswerTooLargeError as too_large:
            raise InterfaceError(rule, "", str(too_large), Failure.BROKEN_ANSWER) from None
        except requests.RequestException as failure:
            why = f"ICI could not be reached ({type(failure).__name__})"
            raise InterfaceError(rule, "", why, Failure.NOT_REACHED) from None


def read_answer(content: bytes) -> object:
    """Read the JSON of an answer. Raises InterfaceError D-71 for a name that stands twice, else as `read_json` does."""
    try:
        return read_json(content, apart=_APART)
    except RepeatedNameError as error:
        known = {name.casefold(): name for name in (*NEEDED, "Data", "HasMoreData")}
        field = known.get(folded(error.name), "")  # any other name may be a value
        raise InterfaceError("D-71", field, str(error)) from None


def agreement_in(body: object) -> dict[str, object]:
    """Read the fields for the mapping from call 1's answer. Raises InterfaceError CALL-1 for a body without any."""
    data = content_of(body)
    if isinstance(data, list) and len(data) == 1:
        data = data[0]
    if not isinstance(data, Mapping) or not data:
        raise InterfaceError("CALL-1", "Data", "the answer holds no agreement, or more than one")
    return _needed(data)


def masters_in(body: object) -> list[dict[str, object]]:
    """Read the fields of each master from call 2's answer. Raises InterfaceError CALL-2 for any other body."""
    data = content_of(body)
    instances = data if isinstance(data, list) else [data]
    # What was asked for is what each of them is; not every tenant repeats the type in the answer.
    return [{**_needed(found), "ContractTypeName": MASTER} for found in map(_association, instances) if found]


def failure_of(status: int) -> Failure:
    """Return the kind of failure that an HTTP status means."""
    return (
        Failure.SERVER_ERROR if status >= requests.codes.server_error else _FAILURES.get(status, Failure.OTHER_STATUS)
    )


def _path(agreements: str, event: Event) -> str:
    return f"{agreements}/{event.contract_type}/{quote(event.sys_id, safe='')}"


def data_in(body: object) -> object:
    """Return the content of the envelope, or the body itself if it has none."""
    if isinstance(body, Mapping):
        for name in body:
            if name.lower() == "data":
                return body[name]
    return body


def content_of(body: object) -> object:
    """Return the content of the envelope.

    Raises InterfaceError D-71 where a confidential flag stands beside it, or one that is not false inside of it.
    """
    data = data_in(body)
    if data is not body and isinstance(body, Mapping) and _FLAG in map(folded, body):
        raise InterfaceError("D-71", CONFIDENTIAL, "it stands beside the content of the answer")
    for instance in data if isinstance(data, list) else [data]:
        values = list(instance.values()) if isinstance(instance, Mapping) else instance
        if any(folded(name) == _FLAG and not is_plain_false(flag) for name, flag in members(values)):
            raise InterfaceError("D-71", CONFIDENTIAL, "another one stands inside the content of the answer")
    return data


def _has_more(body: object, rows: int) -> bool | None:
    """Read whether another page follows, wherever beside the rows the answer says so; None where it does not say.

    Raises InterfaceError D-45 where what it says is not plain: a listing that ends too early would go unnoticed.
    """
    said = list(_outside_the_rows(body))
    stated = [value for name, value in said if name.rpartition(".")[2] == "hasmoredata"]
    if not all(isinstance(value, bool) for value in stated):
        raise InterfaceError("D-45", "HasMoreData", "it is neither true nor false")
    if len({*stated}) > 1:
        raise InterfaceError("D-45", "HasMoreData", "it stands in several places, with different values")
    if stated:
        return stated[0] is True
    if any(_tells_of_more(name, value, rows) for name, value in said):
        raise InterfaceError("D-45", "HasMoreData", "it is missing, and the answer tells of more in other words")
    return None


def _name_of(summary: Mapping[str, object]) -> str:
    """Return what tells an agreement of the listing from the others."""
    return str(summary.get("SysId") or dict(summary))


def _outside_the_rows(body: object) -> Iterator[tuple[str, object]]:
    """Yield what an answer says beside its rows: the path of each name in lower case, and its value."""
    left = [("", body)]
    while left:
        path, content = left.pop()
        if isinstance(content, Mapping):
            left += [(f"{path}.{name}".lower(), value) for name, value in content.items()]
        elif not isinstance(content, list):
            yield path, content


def _tells_of_more(name: str, value: object, rows: int) -> bool:
    """Tell by the names that other interfaces use for it, whether as a value or as its text."""
    word = value.strip().lower() if isinstance(value, str) else value
    if isinstance(word, bool) or word in _YES_OR_NO:
        return word in (True, "true", "yes") and bool(_MORE.search(name))
    if isinstance(word, str) and not word.isdecimal():
        return bool(word) and bool(_NEXT.search(name))
    if isinstance(word, int | str | Decimal):
        return int(word) > (1 if "pages" in name else rows) and bool(_TOTAL.search(name))
    return False


def _association(instance: object) -> Mapping[str, object]:
    if not isinstance(instance, Mapping | None):
        raise InterfaceError("CALL-2", "Data", "an association is no object")
    return instance or {}


def _needed(data: Mapping[str, object]) -> dict[str, object]:
    return {name: data[name] for name in NEEDED if name in data}
