"""An unexpected error fails one message, in words that show no value, and the worker goes on."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from datetime import timedelta

import pytest

from simulator.apim.webhook import Webhook
from simulator.clock import utc_now
from simulator.cpi.ecc_interface import FunctionModule, ReturnLine, deliver
from simulator.database import IN_MEMORY
from simulator.ecc.bapiret2 import MESSAGE_CLASS, Bapiret2
from simulator.ecc.system import EccSystem
from simulator.errors import Failure, InterfaceError
from simulator.icertis.agreement import STANDALONE, Agreement
from simulator.icertis.rest import Answer, RestSite
from simulator.landscape import Databases, Landscape
from simulator.mapping.message import Message
from simulator.monitoring.message_log import LogEntry
from simulator.settings import Settings

RETURN_TABLES: dict[str, Sequence[ReturnLine]] = {
    "the return table is empty": [],
    "the return table tells of no success that is known": [Bapiret2("S", MESSAGE_CLASS, "777", "SECRET", "")],
}


class BrokenSystem:
    """A system that gives the same answer to every message."""

    def __init__(self, answer: Sequence[ReturnLine] | Exception) -> None:
        self._answer = answer

    def z_mm_icmcontract_upsert(self, _: Mapping[str, str], __: Sequence[str] | None) -> Sequence[ReturnLine]:
        if isinstance(self._answer, Exception):
            raise self._answer
        return self._answer


class BreakingTaps:
    """Break the first message to PF2, and the calls about one agreement, in ways that no library knows."""

    def __init__(self) -> None:
        self.broken_pf2: BrokenSystem | None = None
        self.broken_sys_id = "none"

    def site(self, site: RestSite) -> RestSite:
        self._site = site
        return self

    def webhook(self, webhook: Webhook) -> Webhook:
        return webhook

    def target(self, name: str, system: EccSystem) -> FunctionModule:
        if name != "PF2":
            return system
        self._pf2 = system
        return self

    def answer(self, method: str, path: str, headers: Mapping[str, str]) -> Answer:
        if self.broken_sys_id in path:
            raise LookupError("SECRET")
        return self._site.answer(method, path, headers)

    def z_mm_icmcontract_upsert(
        self, contract: Mapping[str, str], organisations: Sequence[str] | None
    ) -> Sequence[ReturnLine]:
        system, self.broken_pf2 = self.broken_pf2 or self._pf2, None
        return system.z_mm_icmcontract_upsert(contract, organisations)


@pytest.fixture
def taps() -> BreakingTaps:
    return BreakingTaps()


@pytest.fixture
def landscape(taps: BreakingTaps) -> Iterator[Landscape]:
    with Landscape(taps=taps) as opened:
        yield opened


def standalone(landscape: Landscape) -> Agreement:
    return landscape.tenant.draft(STANDALONE, {"ICMConfidentialContract": False, "Name": "SECRET"})


def executed(landscape: Landscape) -> LogEntry:
    """Execute an agreement while PF2 is broken, and another one after it. Return the entry of the first."""
    for agreement in [standalone(landscape), standalone(landscape)]:
        landscape.tenant.execute(agreement)
    entry, after = landscape.monitoring.entries()
    assert after.status == "COMPLETED"
    assert (entry.status, entry.systems) == ("ESCALATED", {"PF2": "refused", "WP2": "created"})
    assert "SECRET" not in str(entry)
    return entry


@pytest.mark.parametrize("why", RETURN_TABLES)
def test_an_unknown_return_table_is_an_unexpected_failure(landscape: Landscape, taps: BreakingTaps, why: str) -> None:
    taps.broken_pf2 = BrokenSystem(RETURN_TABLES[why])
    assert executed(landscape).system_errors["PF2"] == ("MON-3", "", why)
    with pytest.raises(InterfaceError) as raised:
        deliver(BrokenSystem(RETURN_TABLES[why]), Message({}, None))
    assert raised.value.failure is Failure.UNEXPECTED


def test_an_exception_of_a_system_is_named_by_kind_and_place(landscape: Landscape, taps: BreakingTaps) -> None:
    taps.broken_pf2 = BrokenSystem(LookupError("SECRET"))
    entry = executed(landscape)
    assert entry.system_errors["PF2"][:2] == ("MON-3", "")
    assert entry.error_message.startswith(
        "it could not be worked on (LookupError in test_unexpected_failures.py, line "
    )


def test_an_exception_while_reading_fails_that_event_alone(landscape: Landscape, taps: BreakingTaps) -> None:
    first, second = standalone(landscape), standalone(landscape)
    taps.broken_sys_id = first.sys_id
    landscape.tenant.execute(first)
    landscape.tenant.execute(second)
    entry, after = landscape.monitoring.entries()
    assert (entry.status, entry.error_id, after.status) == ("FAILED", "MON-3", "COMPLETED")
    assert "LookupError" in entry.error_message
    assert "SECRET" not in str(entry)


def test_a_message_for_a_system_outside_the_settings_is_refused() -> None:
    three = Settings(systems=dict.fromkeys(("PF2", "WP2", "QF2"), IN_MEMORY))
    with closing(Databases.open(three)) as databases:
        databases.systems["QF2"].is_up = False
        with Landscape(three, databases=databases) as landscape:
            landscape.tenant.execute(standalone(landscape))
        two = Databases({name: databases.systems[name] for name in Settings().systems}, databases.queue)
        with Landscape(databases=two, clock=lambda: utc_now() + timedelta(hours=1)) as landscape:
            landscape.work()
            (entry,) = landscape.monitoring.entries()
    assert entry.systems == {"PF2": "created", "WP2": "created", "QF2": "refused"}
    why = entry.system_errors["QF2"].message
    assert why.startswith("it could not be worked on (KeyError in process_event.py, line ")
