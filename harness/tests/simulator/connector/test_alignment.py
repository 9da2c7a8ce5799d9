"""The alignment of ICI and SCM goes on behind what it cannot read."""

from datetime import timedelta

import pytest

from harness.environments.in_process import InProcessEnvironment
from harness.environments.interfaces import START_TIME
from simulator.connector.alignment import NOT_COMPARED, AlignmentWatch, Drift
from simulator.errors import Failure, InterfaceError
from simulator.monitoring.alerts import Alert
from simulator.settings import Settings

QUARTER = timedelta(minutes=15)
LISTED = Drift("", "", "ICMNDA", "", NOT_COMPARED, "the answer is no JSON")


def test_contract_that_is_listed_without_its_system_id_is_not_compared(monkeypatch: pytest.MonkeyPatch) -> None:
    environment = InProcessEnvironment()
    landscape = environment.create_landscape(Settings())
    try:
        alignment = landscape.scm.landscape.connector._alignment  # noqa: SLF001 - ICI lists none without
        monkeypatch.setattr(alignment, "_summaries", lambda kind: [{}] if kind == "ICMNDA" else [])
        why = "ICI lists a contract without it"
        assert landscape.scm.align() == [Drift("", "", "contract", "SysId", NOT_COMPARED, why)]
    finally:
        landscape.close()
        environment.close()


def test_types_whose_list_fails_hold_no_other_back(monkeypatch: pytest.MonkeyPatch) -> None:
    def summaries(kind: str) -> list[dict[str, str]]:
        if kind == "ICMProcurementContract":
            raise InterfaceError("D-45", "", "ICI answered with HTTP status 403", Failure.OTHER_STATUS)
        return [{}]

    environment = InProcessEnvironment()
    landscape = environment.create_landscape(Settings())
    try:
        alignment = landscape.scm.landscape.connector._alignment  # noqa: SLF001 - the mock refuses no list of one type
        monkeypatch.setattr(alignment, "_summaries", summaries)
        assert [(one.row, one.why) for one in landscape.scm.align()] == [
            ("ICMProcurementContract", "ICI answered with HTTP status 403"),
            ("contract", "ICI lists a contract without it"),
        ]
    finally:
        landscape.close()
        environment.close()


def test_alignment_that_stands_still_for_two_periods_calls_an_administrator() -> None:
    watch = AlignmentWatch(QUARTER, START_TIME)
    assert watch.alerts([]).at(START_TIME + timedelta(minutes=29)) == []
    stopped = [Alert("D-109", "alignment", "no alignment of ICI and SCM has ended for 30 minutes")]
    assert watch.alerts([]).at(START_TIME + timedelta(minutes=30)) == stopped
    watch.ended([], START_TIME + timedelta(minutes=30))
    assert watch.alerts([]).at(START_TIME + timedelta(minutes=30)) == []


def test_alignment_that_breaks_off_counts_as_one_that_stands_still(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail() -> None:
        raise OSError("the disk is full")

    environment = InProcessEnvironment()
    landscape = environment.create_landscape(Settings())
    try:
        connector = landscape.scm.landscape.connector
        monkeypatch.setattr(connector.worker, "run", fail)
        monkeypatch.setattr(connector, "_clock", lambda: START_TIME + 2 * QUARTER)
        with pytest.raises(OSError, match="full"):
            connector.align()
        assert [alert.subject for alert in connector.alerts()] == ["alignment"]
    finally:
        landscape.close()
        environment.close()


def test_period_shorter_than_an_alignment_calls_nobody() -> None:
    watch = AlignmentWatch(timedelta(seconds=1), START_TIME)
    assert watch.alerts([]).at(START_TIME + timedelta(minutes=9)) == []


def test_failures_that_a_good_run_parts_call_nobody() -> None:
    watch = AlignmentWatch(QUARTER, START_TIME)
    for found in ([LISTED], [LISTED], [], [LISTED], [LISTED]):
        watch.ended(found, START_TIME)
    assert watch.alerts([LISTED]).at(START_TIME) == []
    watch.ended([LISTED], START_TIME)
    assert [alert.subject for alert in watch.alerts([LISTED]).at(START_TIME)] == ["ICMNDA"]


def test_contracts_that_fail_alike_are_one_alert() -> None:
    watch = AlignmentWatch(QUARTER, START_TIME)
    found = [Drift(name, "", "contract", "", NOT_COMPARED, "HTTP status 500") for name in ("a", "b")]
    for _ in range(3):
        watch.ended(found, START_TIME)
    assert watch.alerts(found).at(START_TIME) == [
        Alert("D-109", "contract", "not compared 3 times in a row: HTTP status 500"),
    ]
