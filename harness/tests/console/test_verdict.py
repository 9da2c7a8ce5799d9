"""The sentence that says what an act has done."""

from dataclasses import replace

from harness.console.verdict import SystemChange, verdict
from simulator.monitoring.message_log import LogEntry, LoggedError

NOTHING = SystemChange(False, {}, (), ())
DONE = LogEntry(
    "g1", "c1", "2026-01-05T08:00:00Z", "2026-01-05T08:00:01Z", "COMPLETED", "/icertis/syensqo-uat", "ICMSubAgreement",
    "A-1", "Renewed", "", "", "", "", 0, {"PF2": "changed", "WP2": "changed"}, agreement_sys_id="a-1",
)  # fmt: skip


def test_same_change_is_told_once() -> None:
    change = NOTHING._replace(fields={"ICMEXPIRYDATE": "20280229"})
    said = verdict([DONE], {"PF2": change, "WP2": change}, {"a-1"})
    assert said == "Renewed: the Expiry Date is 2028-02-29 in both systems, nothing else changed."


def test_different_changes_are_told_by_system() -> None:
    added = NOTHING._replace(added=("EU01", "FR10"), removed=("BE10",))
    said = verdict([DONE], {"PF2": added, "WP2": NOTHING}, {"a-1"})
    assert said == "Renewed: in PF2 EU01 and FR10 are added, BE10 is gone; in WP2 nothing changed."


def test_many_fields_are_counted() -> None:
    change = NOTHING._replace(fields=dict.fromkeys(("NAME", "ICMCURRENCY", "ICMEXPIRYDATE", "ICMORGTEAM"), ""))
    said = verdict([DONE], {"PF2": change, "WP2": change}, {"a-1"})
    assert said.startswith(
        "Renewed: 4 fields change, Agreement Name, Supplier Currency, Expiry Date among them in both"
    )


def test_event_of_another_agreement_is_told_as_such() -> None:
    said = verdict([DONE], {"PF2": NOTHING, "WP2": NOTHING}, {"b-2"})
    assert said == "Renewed of another agreement: PF2 changed, WP2 changed."
    said = verdict([DONE], {}, {"b-2"}, codes={"a-1": "PSUB1"})
    assert said == "Renewed of PSUB1: PF2 changed, WP2 changed."


def test_failed_event_of_another_agreement_is_told_as_such() -> None:
    """It failed before CPI knew which agreement an amendment belongs to."""
    failed = replace(DONE, status="FAILED", agreement_sys_id="", error_id="D-13", error_message="71 characters")
    said = verdict([failed], {}, {"b-2"}, codes={"a-1": "PSUB-AMD3"})
    assert said == "Renewed of PSUB-AMD3 failed. D-13: 71 characters."


def test_date_that_is_taken_away_is_called_blank() -> None:
    change = NOTHING._replace(fields={"ICMEXPIRYDATE": "00000000"})
    said = verdict([DONE], {"PF2": change, "WP2": change}, {"a-1"})
    assert said == "Renewed: the Expiry Date is blank in both systems, nothing else changed."
    assert verdict([DONE], {"PF2": NOTHING, "WP2": NOTHING}, {"a-1"}) == "Renewed: nothing changed in either system."


def test_event_that_waits_says_who_has_it() -> None:
    waiting = replace(DONE, status="PROCESSING", systems={"PF2": "changed", "WP2": "waiting"})
    assert verdict([waiting], {}, {"a-1"}) == "Renewed is on its way: PF2 has it."


def test_event_behind_one_that_is_tried_again_says_so() -> None:
    ahead = replace(DONE, status="RETRY", sys_id="A-1", system_errors={"PF2": LoggedError("D-20", "", "PF2 is down")})
    said = verdict([replace(DONE, status="PROCESSING", sys_id="A-1")], {}, {"a-1"}, retried=[ahead])
    assert said == "Renewed waits for one before it, which is tried again. PF2: D-20: PF2 is down."


def test_work_on_an_earlier_event_is_told_as_such() -> None:
    assert verdict([], {}, (), moves=True) == "What goes over the edges belongs to an event from before the last act."


def test_refused_event_is_told_with_the_status() -> None:
    assert verdict([DONE], {}, {"a-1"}, 429) == "API Management did not take the event: it answered 429."


def test_nothing_is_told_as_nothing() -> None:
    assert verdict([], {}, ()) == "Nothing has gone over the edges since the last act."
