"""ICI answering otherwise than the mock does of itself, where a scenario asks for it."""

import json
from collections.abc import Callable, Mapping
from typing import Any

from simulator.icertis.listing import LISTING
from simulator.icertis.rest import Answer, RestSite, data, error


class BentSite:
    """A site in front of the mock ICI that hands every call on, and bends some of the answers."""

    def __init__(self, site: RestSite) -> None:
        self._site = site
        self.envelope: Callable[[dict[str, Any]], object] | None = None
        """Puts the mock's body, with its Data and Messages, into another envelope."""

        self.call_1: Answer | None = None
        self.call_2: Answer | None = None
        self.listing: Answer | None = None
        """What is answered instead."""

        self.knows_the_caller = True

    def answer(self, method: str, path: str, headers: Mapping[str, str]) -> Answer:
        found = self._site.answer(method, path, headers if self.knows_the_caller else {})
        if found.status == 200 and self.envelope:
            found = Answer(200, json.dumps(self.envelope(json.loads(found.body))).encode())
        if LISTING.fullmatch(path):
            return self.listing or found
        return (self.call_2 if "/associatinginstances/" in path else self.call_1) or found


ENVELOPES: dict[str, Callable[[dict[str, Any]], object]] = {
    "into Data and Messages": lambda body: body,
    "into data and messages": lambda body: {"messages": body["Messages"], "data": body["Data"]},
    "into no envelope": lambda body: body["Data"],
    "into Data, as an array of one each": lambda body: {"Data": _as_array(body["Data"])},
    "into Data, as one object each": lambda body: {"Data": _as_object(body["Data"])},
}

ANSWERS = {
    "Data that is null": data(None),
    "Data that is empty": data({}),
    "Data that is a text": data("nothing"),
    "two agreements": data([{"ICMAgreementCode": "PST1"}, {"ICMAgreementCode": "PST2"}]),
    "status 404": error(404, "NotFound", "There is no such resource", ""),
    "no JSON": Answer(200, b"<html>maintenance</html>"),
    "JSON that is cut off": Answer(200, b'{"Data": {"Name": "St'),
    "a number that is none": Answer(200, b'{"Data": {"ICMTotalContractValue": {"Value": NaN}}}'),
}

LISTINGS = {
    "an agreement without a SysId": data([{"ICMAgreementCode": "PST1", "ICMStatus": "Executed"}]),
    "the same page for ever": Answer(200, b'{"Data": [{"SysId": "a", "ICMStatus": "Draft"}], "HasMoreData": true}'),
    "HasMoreData that is a text": Answer(200, b'{"Data": [], "HasMoreData": "no"}'),
}


def _as_array(content: object) -> list[object]:
    return content if isinstance(content, list) else [content]


def _as_object(content: object) -> object:
    return content[0] if isinstance(content, list) else content
