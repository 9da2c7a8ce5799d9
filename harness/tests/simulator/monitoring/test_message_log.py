"""The message log at each step of an event's life, as the changes since the step before."""

from datetime import timedelta

import pytest

from harness.tests.support.event_lifecycle import (
    CUT_OFF,
    EVENT,
    GUID,
    KNOWN_FIELDS,
    NO_DATE,
    NO_ERROR,
    TOO_LONG,
    Life,
    iso_minute,
    minute,
)
from simulator.cpi.event import ReceivedEvent
from simulator.cpi.process_event import Outcome
from simulator.icertis.agreement import STANDALONE
from simulator.landscape import Landscape
from simulator.monitoring.message_log import LogEntry


def test_accepted_event(life: Life) -> None:
    assert life.entry() == LogEntry(
        guid=GUID,
        correlation_id="correlation",
        received_at=iso_minute(0),
        changed_at=iso_minute(0),
        status="PROCESSING",
        source="/icertis/syensqo-uat",
        contract_type="",
        sys_id="s",
        action="Executed",
        note="",
        error_id="",
        error_field="",
        error_message="",
        attempts=0,
        systems={},
        system_attempts={},
        system_errors={},
        agreement_sys_id="s",
        next_attempt=iso_minute(0),
    )
    assert life.queue.next_due() == minute(0)


def test_long_system_id_is_cut() -> None:
    life = Life(ReceivedEvent({"SysId": "x" * 256}, {}))
    assert life.entry().sys_id == "x" * 255
    life.queue.close()


def test_fetch_is_leased_once(life: Life) -> None:
    fetch = life.queue.take_fetch(minute(1))
    assert fetch is not None
    assert fetch[:4] == (1, GUID, EVENT, 0)
    assert (fetch.last_parcel, fetch.retried, fetch.event_fields) == (0, False, {})
    assert life.news() == {}
    assert life.queue.take_fetch(minute(1)) is None
    assert life.queue.next_due() == minute(6)  # nobody may take it up while the lease runs


def test_failed_read_is_retried_and_its_error_cleared(life: Life) -> None:
    life.queue.fetch_failed(life.fetch(1), CUT_OFF, timedelta(minutes=2), minute(1), exhausted=True)
    error = {"error_id": "CALL-1", "error_message": "ICI could not be reached"}
    assert life.news() == {
        **KNOWN_FIELDS,
        **error,
        "status": "RETRY",
        "attempts": 1,
        "changed_at": iso_minute(1),
        "next_attempt": iso_minute(3),
    }
    assert life.queue.take_fetch(minute(2)) is None
    life.dispatch(3)
    assert life.news() == {
        "status": "PROCESSING",
        "changed_at": iso_minute(3),
        "error_id": "",
        "error_message": "",
        "systems": {"PF2": "waiting", "WP2": "waiting"},
        "system_attempts": {"PF2": 0, "WP2": 0},
    }


@pytest.mark.parametrize(("exhausted", "status"), [(True, "ESCALATED"), (False, "FAILED")])
def test_failed_event_waits_again_after_retry(life: Life, exhausted: bool, status: str) -> None:  # noqa: FBT001 - a column
    life.queue.fetch_failed(life.fetch(1), NO_DATE, None, minute(1), exhausted=exhausted)
    assert life.news() == {
        **KNOWN_FIELDS,
        "error_id": "D-34",
        "error_field": "ICMExpiryDate",
        "error_message": "it is no date",
        "status": status,
        "attempts": 1,
        "changed_at": iso_minute(1),
        "next_attempt": "",
    }
    assert life.stage == "done"
    assert life.queue.take_fetch(minute(9)) is None
    assert life.queue.next_due() is None

    assert life.queue.retry(GUID, minute(2))
    assert life.news() == {"status": "RETRY", "attempts": 0, "changed_at": iso_minute(2), "next_attempt": iso_minute(2)}
    assert life.fetch(2).retried
    assert not life.queue.retry(GUID, minute(3)), "it waits already"


def test_discarded_event_keeps_its_note(life: Life) -> None:
    life.queue.discard(life.fetch(1), "Baseline", minute(1))
    assert life.stage == "done"
    assert life.news() == {
        **KNOWN_FIELDS,
        "status": "DISCARDED",
        "note": "Baseline",
        "changed_at": iso_minute(1),
        "next_attempt": "",
    }


def test_confidential_event_leaves_no_data_in_the_store(life: Life) -> None:
    life.dispatch(1)
    for _ in ("PF2", "WP2"):
        life.queue.not_delivered(life.parcel(1), TOO_LONG, None, minute(1))
    assert life.queue.retry(GUID, minute(2))
    life.queue.filter(life.fetch(3), minute(3))
    (row,) = life.queue.log.messages()
    assert dict(row) == {
        "number": 1,
        "guid": GUID,
        "correlation_id": "correlation",
        "received_at": iso_minute(0),
        "changed_at": iso_minute(3),
        "payload": "",
        "source": "",
        "contract_type": "",
        "sys_id": "",
        "action": "",
        "parent": "",
        "status": "DISCARDED",
        "stage": "done",
        "again": True,
        "attempts": 0,
        "due_at": iso_minute(2),
        "lease_until": "",
        "note": "confidential: filtered (SEC-1)",
        **NO_ERROR,
    }
    assert life.queue.log.parcels() == []


@pytest.mark.usefixtures("in_tokyo")
def test_times_are_utc_in_any_time_zone(life: Life) -> None:
    life.queue.discard(life.fetch(1), "Baseline", minute(1))
    assert life.entry().changed_at == iso_minute(1)


def test_observed_outcome_names_its_log_entry() -> None:
    outcomes: list[Outcome] = []
    with Landscape(observe=outcomes.append) as landscape:
        landscape.tenant.execute(landscape.tenant.draft(STANDALONE, {"ICMConfidentialContract": False}))
        (entry,) = landscape.monitoring.entries()
    assert [outcome.guid for outcome in outcomes] == [entry.guid]
