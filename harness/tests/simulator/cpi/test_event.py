"""CPI stores the four fields of an event as they came, and nothing else (SEC-2, D-32)."""

import pytest

from simulator.cpi.event import ReceivedEvent
from simulator.json_support import read_json_marking_repeats

UNREADABLE = {"data_unreadable": True}
FOUR = {
    "source": "/icertis/syensqo-uat",
    "ContractTypeName": "ICMStandaloneAgreement",
    "SysId": "44444444-0000-4000-8000-000000004001",
    "ActionName": "Executed",
}


@pytest.mark.parametrize(
    ("payload", "stored"),
    [
        (FOUR, FOUR),
        ([FOUR], FOUR),
        ({**FOUR, "Name": "SECRET", "data": {"Name": "SECRET"}}, FOUR),
        ({"SOURCE": FOUR["source"]}, {"source": FOUR["source"]}),
        ({"data": FOUR}, {"data": FOUR}),
        ({"Data": {**FOUR, "Name": "SECRET"}}, {"data": FOUR}),
        ({**FOUR, "data": {"sysid": "other"}}, {**FOUR, "data": {"SysId": "other"}}),
        ({**FOUR, "SysId": None}, {**FOUR, "SysId": None}),
        ({**FOUR, "SysId": {"Name": "SECRET"}}, {**FOUR, "SysId": {}}),
        ({"data": {**FOUR, "ActionName": ["SECRET"]}}, {"data": {**FOUR, "ActionName": {}}}),
        ({**FOUR, "source": 1250000.5}, {**FOUR, "source": {}}),
        ({"data": '{"sysid": "a", "Name": "SECRET"}'}, {"data": {"SysId": "a"}}),
        ({"source": "s", "data": "SECRET"}, {"source": "s", "data_unreadable": True}),
        ({"source": "s", "data": '{"SysId": "a", "Name": "SECR'}, {"source": "s", "data": {"SysId": "a"}} | UNREADABLE),
        ({**FOUR, "data": 5}, FOUR),
    ],
)
def test_only_the_four_fields_are_stored(payload: object, stored: object) -> None:
    received = ReceivedEvent.parse(payload)
    assert received.storable() == stored
    assert ReceivedEvent.from_json(received.to_json()) == received


@pytest.mark.parametrize(
    ("body", "stored"),
    [
        (b'{"SysId": "SECRET", "sysid": "SECRET"}', {"repeated": "SysId"}),
        (b'{"data": {"SysId": "SECRET"}, "data": {"SysId": "SECRET"}}', {"repeated": "data"}),
        (b'{"data": {"SysId": "a", "SECRET": 1, "secret": 2}}', {"data": {"SysId": "a"}, "repeated": ""}),
    ],
)
def test_what_stands_twice_is_not_stored(body: bytes, stored: object) -> None:
    received = ReceivedEvent.parse(read_json_marking_repeats(body))
    assert received.storable() == stored
    assert ReceivedEvent.from_json(received.to_json()) == received


@pytest.mark.parametrize(
    ("body", "id_"),
    [
        ({"id": " 7d5a ", "SysId": "a"}, "7d5a"),
        ({"ID": "7d5a", "data": {"SysId": "a"}}, "7d5a"),
        ({"SysId": "a"}, ""),
        ({"id": 7, "SysId": "a"}, ""),
        ({"data": {"id": "of the agreement", "SysId": "a"}}, ""),
    ],
)
def test_id_of_an_event_is_kept_in_the_store(body: dict[str, object], id_: str) -> None:
    assert ReceivedEvent.from_json(ReceivedEvent.parse(body).to_json()).id == id_
