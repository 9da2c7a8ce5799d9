"""The message log while the message of an event is delivered, step by step."""

from datetime import timedelta

from harness.tests.support.event_lifecycle import (
    GUID,
    KNOWN_FIELDS,
    LOCKED,
    MESSAGE,
    TOO_LONG,
    Life,
    iso_minute,
    minute,
)
from simulator.monitoring.message_log import LoggedError


def test_delivered_to_both_systems(life: Life) -> None:
    life.dispatch(1)
    assert life.news() == {
        **KNOWN_FIELDS,
        "changed_at": iso_minute(1),
        "systems": {"PF2": "waiting", "WP2": "waiting"},
        "system_attempts": {"PF2": 0, "WP2": 0},
        "next_attempt": iso_minute(1),
    }
    assert life.stage == "deliver"
    parcel = life.parcel(2)
    assert parcel[:6] == (1, GUID, "PF2", "s PSUB1", MESSAGE, 0)
    assert life.news() == {}
    life.queue.delivered(parcel, "created", minute(3))
    assert life.news() == {
        "changed_at": iso_minute(3),
        "systems": {"PF2": "created", "WP2": "waiting"},
        "system_attempts": {"PF2": 1, "WP2": 0},
    }
    life.queue.delivered(life.parcel(4), "unchanged", minute(5))
    assert life.news() == {
        "status": "COMPLETED",
        "changed_at": iso_minute(5),
        "systems": {"PF2": "created", "WP2": "unchanged"},
        "system_attempts": {"PF2": 1, "WP2": 1},
        "next_attempt": "",
    }
    assert life.queue.take_parcel(minute(30)) is None
    assert life.stage == "done"
    assert life.queue.log.parcels(["another"]) == []
    left = [(parcel["content"], parcel["lease_until"]) for parcel in life.queue.log.parcels()]
    assert left == [("", ""), ("", "")], "delivered content is deleted, and no worker holds a lease"


def test_delivery_waits_for_the_system_that_is_down(life: Life) -> None:
    life.dispatch(1)
    parcel, other = life.parcel(1), life.parcel(1)
    life.news()
    life.queue.not_delivered(parcel, LOCKED, timedelta(minutes=3), minute(2))
    trouble = LoggedError("D-20", "", "PF2 does not answer")
    assert life.news() == {
        "status": "RETRY",
        "error_id": "D-20",
        "error_message": "PF2 does not answer",
        "changed_at": iso_minute(2),
        "system_attempts": {"PF2": 1, "WP2": 0},
        "system_errors": {"PF2": trouble},
    }
    life.queue.delivered(other, "created", minute(3))
    assert life.news() == {
        "changed_at": iso_minute(3),
        "systems": {"PF2": "waiting", "WP2": "created"},
        "system_attempts": {"PF2": 1, "WP2": 1},
        "next_attempt": iso_minute(5),
    }
    assert life.queue.next_due() == minute(5)
    assert life.queue.take_parcel(minute(4)) is None
    life.queue.delivered(life.parcel(5), "created", minute(6))
    assert life.news() == {
        "status": "COMPLETED",
        "error_id": "",
        "error_message": "",
        "changed_at": iso_minute(6),
        "systems": {"PF2": "created", "WP2": "created"},
        "system_attempts": {"PF2": 2, "WP2": 1},
        "system_errors": {},
        "next_attempt": "",
    }


def test_refused_event_waits_again_after_retry(life: Life) -> None:
    life.dispatch(1)
    life.queue.not_delivered(life.parcel(1), TOO_LONG, None, minute(1))
    life.news()
    life.queue.delivered(life.parcel(2), "created", minute(2))
    assert life.news() == {
        "status": "ESCALATED",
        "changed_at": iso_minute(2),
        "systems": {"PF2": "refused", "WP2": "created"},
        "system_attempts": {"PF2": 1, "WP2": 1},
        "next_attempt": "",
    }
    assert life.entry().error == LoggedError("ZMM_ICM 012", "NAME", "it is too long")
    assert life.queue.retry(GUID, minute(3))
    assert life.news() == {"status": "RETRY", "changed_at": iso_minute(3), "next_attempt": iso_minute(3)}
