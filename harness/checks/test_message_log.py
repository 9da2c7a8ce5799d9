"""What the message log tells of an event at each step of its life, told as what has changed since the step before."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from simulator.cpi.pieces import Fetch, Parcel
from simulator.cpi.queue import Queue
from simulator.errors import Failure, InterfaceError
from simulator.mapping.message import Message
from simulator.monitoring.message_log import Entry, MessageLog, Trouble

GUID = "0f8fad5b-d9cb-469f-a165-70867728950e"
EVENT = {
    "source": "/icertis/syensqo-uat",
    "data": {"ContractTypeName": "ICMSubAgreement", "SysId": "s", "ActionName": "Executed"},
}
TOLD = {"source": "/icertis/syensqo-uat", "contract_type": "ICMSubAgreement", "action": "Executed"}
MESSAGE = Message({"SYSID": "s", "ICMAGREEMENTCODE": "PSUB1", "NAME": "Steam"}, ("FR10",))
CUT_OFF = InterfaceError("CALL-1", "", "ICI could not be reached", Failure.NOT_REACHED)
NO_DATE = InterfaceError("D-34", "ICMExpiryDate", "it is no date", Failure.DATA)
LOCKED = InterfaceError("D-20", "", "PF2 does not answer", Failure.SYSTEM_DOWN)
TOO_LONG = InterfaceError("ZMM_ICM 012", "NAME", "it is too long", Failure.REFUSED)
NO_ERROR = {"error_id": "", "error_field": "", "error_message": ""}


def minute(number: int) -> datetime:
    return datetime(2026, 1, 5, 8, number, tzinfo=UTC)


def told(number: int) -> str:
    """A minute as the log writes it."""
    return f"2026-01-05T08:{number:02}:00.000000+00:00"


class Life:
    """One event in CPI's store."""

    def __init__(self, sys_id: str = "s") -> None:
        self.queue = Queue("sqlite://")
        self.queue.accept(GUID, "correlation", EVENT, sys_id, minute(0))
        self._log = MessageLog(self.queue)
        self._before = vars(self.entry())

    def entry(self) -> Entry:
        (entry,) = self._log.entries()
        assert self._log.entry(GUID) == entry
        assert self._log.entry("another") is None
        return entry

    def news(self) -> dict[str, Any]:
        """The fields of the entry that have changed since this was asked before."""
        now = vars(self.entry())
        changed = {name: value for name, value in now.items() if value != self._before[name]}
        self._before = now
        return changed

    @property
    def stage(self) -> str:
        """What is left to do, as the store has it."""
        (row,) = self.queue.messages()
        stage: str = row["stage"]
        return stage

    def fetch(self, at: int) -> Fetch:
        """Take the event up; what it says of itself is read."""
        fetch = self.queue.take_fetch(minute(at))
        assert fetch is not None
        return fetch._replace(told=TOLD)

    def parcel(self, at: int) -> Parcel:
        parcel = self.queue.take_parcel(minute(at))
        assert parcel is not None
        return parcel

    def dispatch(self, at: int) -> None:
        self.queue.dispatch(self.fetch(at), MESSAGE, ["PF2", "WP2"], minute(at))


@pytest.fixture
def life() -> Iterator[Life]:
    made = Life()
    yield made
    made.queue.close()


def test_accepted(life: Life) -> None:
    assert life.entry() == Entry(
        guid=GUID,
        correlation_id="correlation",
        received_at=told(0),
        changed_at=told(0),
        status="PROCESSING",
        source="",
        contract_type="",
        sys_id="s",
        action="",
        note="",
        error_id="",
        error_field="",
        error_message="",
        attempts=0,
        systems={},
        system_attempts={},
        system_errors={},
        next_attempt=told(0),
    )
    assert life.queue.next_due() == minute(0)


def test_a_system_id_without_end_is_cut() -> None:
    life = Life("x" * 256)
    assert life.entry().sys_id == "x" * 255
    life.queue.close()


def test_taken_up(life: Life) -> None:
    fetch = life.queue.take_fetch(minute(1))
    assert fetch is not None
    assert fetch[:4] == (1, GUID, EVENT, 0)
    assert (fetch.seen, fetch.again, fetch.told) == (0, False, {})
    assert life.news() == {}
    assert life.queue.take_fetch(minute(1)) is None
    assert life.queue.next_due() == minute(6)  # nobody may take it up while the lease runs


def test_ici_could_not_be_reached_and_then_it_could(life: Life) -> None:
    life.queue.fetch_failed(life.fetch(1), CUT_OFF, timedelta(minutes=2), minute(1), tried_out=True)
    error = {"error_id": "CALL-1", "error_message": "ICI could not be reached"}
    assert life.news() == {
        **TOLD,
        "about": "s",
        **error,
        "status": "RETRY",
        "attempts": 1,
        "changed_at": told(1),
        "next_attempt": told(3),
    }
    assert life.queue.take_fetch(minute(2)) is None
    life.dispatch(3)
    assert life.news() == {
        "status": "PROCESSING",
        "changed_at": told(3),
        "error_id": "",
        "error_message": "",
        "systems": {"PF2": "waiting", "WP2": "waiting"},
        "system_attempts": {"PF2": 0, "WP2": 0},
    }


@pytest.mark.parametrize(("tried_out", "status"), [(True, "ESCALATED"), (False, "FAILED")])
def test_failed_for_good_and_put_back(life: Life, tried_out: bool, status: str) -> None:  # noqa: FBT001 - a column
    life.queue.fetch_failed(life.fetch(1), NO_DATE, None, minute(1), tried_out=tried_out)
    assert life.news() == {
        **TOLD,
        "about": "s",
        "error_id": "D-34",
        "error_field": "ICMExpiryDate",
        "error_message": "it is no date",
        "status": status,
        "attempts": 1,
        "changed_at": told(1),
        "next_attempt": "",
    }
    assert life.stage == "done"
    assert life.queue.take_fetch(minute(9)) is None
    assert life.queue.next_due() is None

    assert life.queue.put_back(GUID, minute(2))
    assert life.news() == {"status": "RETRY", "attempts": 0, "changed_at": told(2), "next_attempt": told(2)}
    assert life.fetch(2).again
    assert not life.queue.put_back(GUID, minute(3)), "it waits already"


def test_delivered(life: Life) -> None:
    life.dispatch(1)
    assert life.news() == {
        **TOLD,
        "about": "s",
        "changed_at": told(1),
        "systems": {"PF2": "waiting", "WP2": "waiting"},
        "system_attempts": {"PF2": 0, "WP2": 0},
        "next_attempt": told(1),
    }
    assert life.stage == "deliver"
    parcel = life.parcel(2)
    assert parcel[:6] == (1, GUID, "PF2", "s PSUB1", MESSAGE, 0)
    assert life.news() == {}
    life.queue.delivered(parcel, "created", minute(3))
    assert life.news() == {
        "changed_at": told(3),
        "systems": {"PF2": "created", "WP2": "waiting"},
        "system_attempts": {"PF2": 1, "WP2": 0},
    }
    life.queue.delivered(life.parcel(4), "unchanged", minute(5))
    assert life.news() == {
        "status": "COMPLETED",
        "changed_at": told(5),
        "systems": {"PF2": "created", "WP2": "unchanged"},
        "system_attempts": {"PF2": 1, "WP2": 1},
        "next_attempt": "",
    }
    assert life.queue.take_parcel(minute(30)) is None
    assert life.stage == "done"
    assert life.queue.parcels("another") == []
    left = [(parcel["content"], parcel["lease_until"]) for parcel in life.queue.parcels()]
    assert left == [("", ""), ("", "")], "what is in is not kept, and no worker is at it"


def test_one_system_is_down_for_a_while(life: Life) -> None:
    life.dispatch(1)
    parcel, other = life.parcel(1), life.parcel(1)
    life.news()
    life.queue.not_delivered(parcel, LOCKED, timedelta(minutes=3), minute(2))
    trouble = Trouble("D-20", "", "PF2 does not answer")
    assert life.news() == {
        "status": "RETRY",
        "error_id": "D-20",
        "error_message": "PF2 does not answer",
        "changed_at": told(2),
        "system_attempts": {"PF2": 1, "WP2": 0},
        "system_errors": {"PF2": trouble},
    }
    life.queue.delivered(other, "created", minute(3))
    assert life.news() == {
        "changed_at": told(3),
        "systems": {"PF2": "waiting", "WP2": "created"},
        "system_attempts": {"PF2": 1, "WP2": 1},
        "next_attempt": told(5),
    }
    assert life.queue.next_due() == minute(5)
    assert life.queue.take_parcel(minute(4)) is None
    life.queue.delivered(life.parcel(5), "created", minute(6))
    assert life.news() == {
        "status": "COMPLETED",
        "error_id": "",
        "error_message": "",
        "changed_at": told(6),
        "systems": {"PF2": "created", "WP2": "created"},
        "system_attempts": {"PF2": 2, "WP2": 1},
        "system_errors": {},
        "next_attempt": "",
    }


def test_one_system_refuses_and_the_event_is_put_back(life: Life) -> None:
    life.dispatch(1)
    life.queue.not_delivered(life.parcel(1), TOO_LONG, None, minute(1))
    life.news()
    life.queue.delivered(life.parcel(2), "created", minute(2))
    assert life.news() == {
        "status": "ESCALATED",
        "changed_at": told(2),
        "systems": {"PF2": "refused", "WP2": "created"},
        "system_attempts": {"PF2": 1, "WP2": 1},
        "next_attempt": "",
    }
    assert life.entry().error == Trouble("ZMM_ICM 012", "NAME", "it is too long")
    assert life.queue.put_back(GUID, minute(3))
    assert life.news() == {"status": "RETRY", "changed_at": told(3), "next_attempt": told(3)}


def test_ignored(life: Life) -> None:
    life.queue.discard(life.fetch(1), "Baseline", minute(1), forget=False)
    assert life.stage == "done"
    assert life.news() == {
        **TOLD,
        "about": "s",
        "status": "DISCARDED",
        "note": "Baseline",
        "changed_at": told(1),
        "next_attempt": "",
    }


def test_of_what_is_confidential_the_store_keeps_that_an_event_came_and_nothing_else(life: Life) -> None:
    life.dispatch(1)
    for _ in ("PF2", "WP2"):
        life.queue.not_delivered(life.parcel(1), TOO_LONG, None, minute(1))
    assert life.queue.put_back(GUID, minute(2))
    life.queue.discard(life.fetch(3), "confidential", minute(3), forget=True)
    (row,) = life.queue.messages()
    assert dict(row) == {
        "number": 1,
        "guid": GUID,
        "correlation_id": "correlation",
        "received_at": told(0),
        "changed_at": told(3),
        "payload": "",
        "source": "",
        "contract_type": "",
        "sys_id": "",
        "action": "",
        "status": "DISCARDED",
        "stage": "done",
        "again": True,
        "attempts": 0,
        "due_at": told(2),
        "lease_until": "",
        "note": "confidential",
        **NO_ERROR,
    }
    assert life.queue.parcels() == []


@pytest.mark.skipif(not hasattr(time, "tzset"), reason="the machine's time zone cannot be set for one process")
def test_times_are_told_in_utc_wherever_the_machine_stands(life: Life, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as elsewhere:
        elsewhere.setenv("TZ", "Asia/Tokyo")
        time.tzset()
        life.queue.discard(life.fetch(1), "Baseline", minute(1), forget=False)
    time.tzset()
    assert life.entry().changed_at == told(1)
