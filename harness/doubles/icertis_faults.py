"""Let ICI answer otherwise than the mock does, as a scenario asks for it."""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from itertools import cycle
from typing import Any, TypeAlias

import requests

from harness.doubles.ecc_faults import ProcessKilled
from simulator.icertis.listing import LISTING_PATH
from simulator.icertis.rest import Answer, RestSite, data_answer, error_answer

IcertisFault: TypeAlias = Answer | requests.RequestException
"""The answer that replaces the mock's, or the exception that CPI gets instead of an answer."""


MAX_PAGES = 100
"""The most pages that may be asked for in a row, while the answers to the listing are made up."""

_FIRST_PAGE = re.compile(r"[?&]pageNumber=1(?:&|$)")


class FaultySite:
    """A site in front of the mock ICI that forwards every call and replaces some answers."""

    def __init__(self, site: RestSite) -> None:
        self._site = site
        self.envelope: Callable[[dict[str, Any]], object] | None = None
        """Converts the mock's body, an object with Data and Messages, to another envelope."""

        self.always: dict[int, IcertisFault] = {}
        """Call number to its permanent fault."""

        self.once: dict[int, list[IcertisFault]] = {1: [], 2: []}
        """Call number to the faults of its next calls, which come before the permanent one."""

        self.listing: Answer | Callable[[dict[str, Any]], object] | None = None
        """The answer to the listing of agreements, or a function that converts the mock's body."""

        self.reachable = True

        self.accepts_credentials = True
        self._kills_at: int | None = None
        self._pages = 0

    def clear_faults(self) -> None:
        """Remove every fault; envelope and rejected credentials stay."""
        self.always.clear()
        self.once = {1: [], 2: []}
        self.listing = None
        self.reachable = True

    @contextmanager
    def kill_after_call(self, number: int) -> Iterator[None]:
        """Kill CPI once ICI has received call `number`."""
        self._kills_at = number
        try:
            yield
        finally:
            self._kills_at = None

    def answer(self, method: str, path: str, headers: Mapping[str, str]) -> Answer:
        if not self.reachable:
            raise requests.ConnectionError
        if LISTING_PATH.fullmatch(path):
            return self._page(method, path, headers)
        number = 2 if "/associatinginstances/" in path else 1
        fault = self.once[number].pop(0) if self.once[number] else self.always.get(number)
        if isinstance(fault, requests.ConnectionError) and not isinstance(fault, ConnectionCut):
            raise fault  # ICI never receives such a call
        found = self._site.answer(method, path, headers if self.accepts_credentials else {})
        if isinstance(fault, requests.RequestException):
            raise fault
        if number == self._kills_at:
            raise ProcessKilled
        if found.status == 200 and self.envelope:
            found = Answer(200, json.dumps(self.envelope(json.loads(found.body))).encode())
        return fault or found

    def _page(self, method: str, path: str, headers: Mapping[str, str]) -> Answer:
        """Answer one page of the listing."""
        if self.listing is None:
            return self._site.answer(method, path, headers)
        # Only an answer that is made up can promise pages without end.
        self._pages = 1 if _FIRST_PAGE.search(path) else self._pages + 1
        assert self._pages <= MAX_PAGES, "the pages of the listing are asked for without end"
        if isinstance(self.listing, Answer):
            return self.listing
        found = self._site.answer(method, path, headers)
        return Answer(200, json.dumps(self.listing(json.loads(found.body))).encode())


class ConnectionCut(requests.ConnectionError):
    """The connection breaks after ICI has heard the call."""


ENVELOPES: dict[str, Callable[[dict[str, Any]], object]] = {
    "into Data and Messages": lambda body: body,
    "into data and messages": lambda body: {"messages": body["Messages"], "data": body["Data"]},
    "into no envelope": lambda body: body["Data"],
    "into Data, as an array of one each": lambda body: {"Data": _as_array(body["Data"])},
    "into Data, as one object each": lambda body: {"Data": _as_object(body["Data"])},
}

ANSWERS: dict[str, Answer] = {
    "Data that is null": data_answer(None),
    "Data that is empty": data_answer({}),
    "Data that is a text": data_answer("nothing"),
    "two agreements": data_answer([{"ICMAgreementCode": "PST1"}, {"ICMAgreementCode": "PST2"}]),
    "status 404": error_answer(404, "NotFound", "There is no such resource", ""),
    "no JSON": Answer(200, b"<html>maintenance</html>"),
    "JSON that is cut off": Answer(200, b'{"Data": {"Name": "St'),
    "a number that is none": Answer(200, b'{"Data": {"ICMTotalContractValue": {"Value": NaN}}}'),
    "a number beyond all numbers": Answer(
        200, b'{"Data": {"ICMTotalContractValue": {"Value": 1e99999999999999999999}}}'
    ),
}


_OPEN = b'{"Data": {"ICMAgreementCode": "PST4042", %b}, "Messages": []}'
ANSWERS |= {
    "a flag that is true and then false": Answer(
        200, _OPEN % b'"ICMConfidentialContract": true, "ICMConfidentialContract": false'
    ),
    "a flag that is false, and true in another spelling": Answer(
        200, _OPEN % b'"ICMConfidentialContract": false, "icmConfidentialContract": true'
    ),
    "a flag that is false twice": Answer(
        200, _OPEN % b'"ICMConfidentialContract": false, "ICMConfidentialContract": false'
    ),
    "a confidential agreement in Data and an open one in data": Answer(
        200,
        b'{"Data": {"ICMAgreementCode": "PST4042", "ICMConfidentialContract": true},'
        b' "data": {"ICMAgreementCode": "PST4042", "ICMConfidentialContract": false}}',
    ),
    "an open agreement that holds a confidential one in Data": Answer(
        200, _OPEN % b'"ICMConfidentialContract": false, "Data": {"ICMConfidentialContract": true}'
    ),
    "an open agreement with a flag in a list of its attributes": Answer(
        200, _OPEN % b'"ICMConfidentialContract": false, "Attributes": [{"icmconfidentialcontract ": "true"}]'
    ),
    "two suppliers": Answer(
        200,
        _OPEN % b'"ICMConfidentialContract": false, "ICMAppSrcSupplierID": "0000104711", "ICMAppSrcSupplierID": "1"',
    ),
    "a currency with two values": Answer(
        200,
        _OPEN % b'"ICMConfidentialContract": false, "ICMCurrency": {"DisplayValue": "EUR", "displayvalue": "USD"}',
    ),
    "a field that nobody maps, twice": Answer(
        200, _OPEN % b'"ICMConfidentialContract": false, "ICMRegion": "A", "ICMRegion": "B"'
    ),
    "a master with two codes": Answer(
        200, b'{"Data": [{"SysId": "a", "ICMAgreementCode": "PMA1001", "ICMAgreementCode": "PMA1002"}]}'
    ),
    "a total value of 0e20": Answer(
        200, _OPEN % b'"ICMConfidentialContract": false, "ICMTotalContractValue": {"Value": 0e20}'
    ),
    "a page with HasMoreData twice": Answer(200, b'{"Data": [], "HasMoreData": true, "HasMoreData": false}'),
}


def parse_fault(words: str) -> IcertisFault:
    """Return the fault that the words of a feature describe. Raises KeyError or ValueError for unknown words."""
    if words.startswith("status "):
        status, _, retry_after = words.removeprefix("status ").partition(" with Retry-After ")
        refused = error_answer(int(status), "Refused", "The request is refused", "")
        return refused._replace(headers={**refused.headers, "Retry-After": retry_after}) if retry_after else refused
    return CALL_ANSWERS[words]


_PAGE = b"<!DOCTYPE html><html><body>Please sign in</body></html>"
_FAULTS: dict[str, IcertisFault] = {
    "a connection that is refused": requests.ConnectionError(),
    "a connection that takes too long": requests.ConnectTimeout(),
    "an answer that takes too long": requests.ReadTimeout(),
    "a cut connection": ConnectionCut(),
    "an answer that breaks off": requests.exceptions.ChunkedEncodingError(),
    "half a JSON": ANSWERS["JSON that is cut off"],
    "an HTML page with status 200": Answer(200, _PAGE, {"Content-Type": "text/html; charset=utf-8"}),
}

CALL_ANSWERS: dict[str, IcertisFault] = {**ANSWERS, **_FAULTS}
"""The answers to call 1 and call 2 that a feature can name, but for statuses."""

_DRAFTS = [{"SysId": "a", "ICMStatus": "Draft"}, {"SysId": "b", "ICMStatus": "Draft"}]
_IN_VARYING_ORDER = cycle([_DRAFTS, _DRAFTS[::-1]])
_TURNS = cycle({"Data": [{"SysId": name, "ICMStatus": "Draft"}], "HasMoreData": True} for name in "ab")

LISTINGS: dict[str, Answer | Callable[[dict[str, Any]], object]] = {
    "an array of texts": data_answer(["PST1"]),
    "an agreement without a SysId": data_answer([{"ICMAgreementCode": "PST1", "ICMStatus": "Executed"}]),
    "a SysId of dots alone": data_answer([{"SysId": "..", "ICMStatus": "Executed"}]),
    "a SysId that is a number": data_answer([{"SysId": 4711, "ICMStatus": "Executed"}]),
    "a status that is a number": data_answer([{"SysId": "a", "ICMStatus": 2}]),
    "an empty page that promises more": Answer(200, b'{"Data": [], "HasMoreData": true}'),
    "the same page for ever": Answer(200, b'{"Data": [{"SysId": "a", "ICMStatus": "Draft"}], "HasMoreData": true}'),
    "two pages in turn for ever": lambda _: next(_TURNS),
    "a total count beyond the page": lambda body: {"Data": body["Data"], "Paging": {"TotalCount": 500}},
    "a link to the next page": lambda body: {"Data": body["Data"], "@odata.nextLink": "https://ici.invalid/2"},
    "two words on more pages": lambda body: body | {"HasMoreData": False, "Paging": {"HasMoreData": True}},
    "a full page and no word on more": data_answer([{"SysId": str(n), "ICMStatus": "Draft"} for n in range(100)]),
    "a total count in a text": lambda body: {"Data": body["Data"], "Paging": {"TotalCount": "500"}},
    "a yes under another name": lambda body: {"Data": body["Data"], "hasNextPage": "true"},
    "a page for ever, no word on more": data_answer([{"SysId": "a", "ICMStatus": "Draft"}]),
    "a page for ever in varying order": lambda _: {"Data": next(_IN_VARYING_ORDER), "HasMoreData": True},
    "HasMoreData in another object": lambda body: {
        "Data": body["Data"],
        "Paging": {"HasMoreData": body["HasMoreData"]},
    },
    "HasMoreData that is a text": Answer(200, b'{"Data": [], "HasMoreData": "no"}'),
    "lookups in upper case": lambda body: body | {"Data": [_as_lookups(summary) for summary in body["Data"]]},
    "no word on more pages": lambda body: {"Data": body["Data"]},
    "hasmoredata in lower case": lambda body: {"data": body["Data"], "hasmoredata": body["HasMoreData"]},
    "an array and no envelope": lambda body: body["Data"],
}


def _as_array(content: object) -> list[object]:
    return content if isinstance(content, list) else [content]


def _as_lookups(summary: Mapping[str, str]) -> dict[str, object]:
    return {name: {"DisplayValue": value.upper()} for name, value in summary.items()}


def _as_object(content: object) -> object:
    return content[0] if isinstance(content, list) else content
