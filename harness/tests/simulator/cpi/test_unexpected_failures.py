"""What nobody has thought of fails one message, in words that show no value, and the worker goes on."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta

import pytest

from simulator.cpi.ecc_interface import ReturnLine, Target, deliver
from simulator.ecc.bapiret2 import MESSAGE_CLASS, Bapiret2
from simulator.errors import Failure, InterfaceError
from simulator.icertis.agreement import STANDALONE, Agreement
from simulator.icertis.rest import Answer
from simulator.landscape import Landscape
from simulator.mapping.message import Message
from simulator.monitoring.message_log import Entry

NOT_YET = InterfaceError("D-20", "", "QF2 does not answer", Failure.SYSTEM_DOWN)

ANSWERS: dict[str, Sequence[ReturnLine]] = {
    "the return table is empty": [],
    "the number of the success message is unknown": [Bapiret2("S", MESSAGE_CLASS, "777", "SECRET", "")],
}


class Answering:
    """A system that answers the same to everything."""

    def __init__(self, answer: Sequence[ReturnLine] | Exception) -> None:
        self._answer = answer

    def z_mm_icmcontract_upsert(self, _: Mapping[str, str], __: Sequence[str] | None) -> Sequence[ReturnLine]:
        if isinstance(self._answer, Exception):
            raise self._answer
        return self._answer


class Breaking:
    """An ICI that breaks the connection in a way that no library knows, for one agreement."""

    def __init__(self, landscape: Landscape, sys_id: str) -> None:
        self._site = landscape.site
        self._sys_id = sys_id

    def answer(self, method: str, path: str, headers: Mapping[str, str]) -> Answer:
        if self._sys_id in path:
            raise LookupError("SECRET")
        return self._site.answer(method, path, headers)


@pytest.fixture
def landscape() -> Iterator[Landscape]:
    """One that is not entered yet, so that its ICI can be replaced."""
    made = Landscape()
    yield made
    made.close()


def standalone(landscape: Landscape) -> Agreement:
    return landscape.tenant.draft(STANDALONE, {"ICMConfidentialContract": False, "Name": "SECRET"})


def executed(landscape: Landscape, target: Target) -> Entry:
    """An agreement is executed while PF2 is this target, and another one after it."""
    first, second = standalone(landscape), standalone(landscape)
    targets = landscape.middleware.targets
    pf2 = targets["PF2"]
    with landscape:
        targets["PF2"] = target
        landscape.tenant.execute(first)
        targets["PF2"] = pf2
        landscape.tenant.execute(second)
        entry, after = landscape.monitoring.entries()
    assert after.status == "COMPLETED"
    assert (entry.status, entry.systems) == ("ESCALATED", {"PF2": "refused", "WP2": "created"})
    assert "SECRET" not in str(entry)
    return entry


@pytest.mark.parametrize("why", ANSWERS)
def test_a_return_table_that_the_function_module_never_gives(landscape: Landscape, why: str) -> None:
    entry = executed(landscape, Answering(ANSWERS[why]))
    assert entry.system_errors["PF2"] == ("MON-3", "", why)
    with pytest.raises(InterfaceError) as raised:
        deliver(Answering(ANSWERS[why]), Message({}, None))
    assert raised.value.failure is Failure.UNEXPECTED


def test_a_system_that_breaks_in_an_unknown_way(landscape: Landscape) -> None:
    entry = executed(landscape, Answering(LookupError("SECRET")))
    assert entry.system_errors["PF2"][:2] == ("MON-3", "")
    assert entry.error_message.startswith(
        "it could not be worked on (LookupError in test_unexpected_failures.py, line "
    )


def test_reading_breaks_in_an_unknown_way(landscape: Landscape) -> None:
    first, second = standalone(landscape), standalone(landscape)
    landscape.site = Breaking(landscape, first.sys_id)
    with landscape:
        landscape.tenant.execute(first)
        landscape.tenant.execute(second)
        entry, after = landscape.monitoring.entries()
    assert (entry.status, entry.error_id, after.status) == ("FAILED", "MON-3", "COMPLETED")
    assert "LookupError" in entry.error_message
    assert "SECRET" not in str(entry)


def test_a_system_that_is_no_longer_among_the_settings(landscape: Landscape) -> None:
    agreement = standalone(landscape)
    with landscape:
        landscape.middleware.targets["QF2"] = Answering(NOT_YET)
        landscape.tenant.execute(agreement)
        del landscape.middleware.targets["QF2"]
        assert landscape.queue is not None
        parcel = landscape.queue.take_parcel(datetime.now(UTC) + timedelta(minutes=1))
        assert parcel is not None
        landscape.queue.not_delivered(parcel, NOT_YET, timedelta(0), datetime.now(UTC))
        landscape.work()
        (entry,) = landscape.monitoring.entries()
    assert entry.systems == {"PF2": "created", "WP2": "created", "QF2": "refused"}
    assert entry.system_errors["QF2"].message.startswith("it could not be worked on (KeyError in iflow.py, line ")
