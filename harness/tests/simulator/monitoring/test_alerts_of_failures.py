"""Alerts while events wait untaken, and while CPI's store or a system fails."""

import resource
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from threading import Barrier

import pytest

from harness.data_directory import unwritable_reason
from harness.tests.support.patience import PATIENCE
from harness.tests.support.server_fixture import Served, served
from simulator.cpi.event import ReceivedEvent
from simulator.cpi.queue import Queue
from simulator.http_support import problem
from simulator.monitoring.alerts import alerts_of, check_all, event_alerts
from simulator.monitoring.message_log import LogEntry, MessageLog
from simulator.settings import CONNECTOR_NAME, STORE_NAME

NOW = datetime.fromisoformat("2026-01-05T08:00:00+00:00")
EVENT = {
    "source": "/icertis/syensqo-uat",
    "data": {
        "ContractTypeName": "ICMStandaloneAgreement",
        "SysId": "44444444-0000-4000-8000-000000004001",
        "ActionName": "Executed",
    },
}


@pytest.mark.parametrize(
    ("action", "minutes", "rules"),
    [
        ("Executed", 59, []),
        ("Executed", 61, ["MON-4"]),
        ("EXECUTED", 61, ["MON-4"]),
        ("Renewed", 61, []),
        ("?", 61, []),
    ],
)
def test_event_that_nobody_takes_up_is_late_after_an_hour(action: str, minutes: int, rules: list[str]) -> None:
    with closing(Queue("sqlite://")) as queue:
        queue.accept("guid", "correlation", ReceivedEvent({}, {"ActionName": action, "SysId": "s"}), NOW)
        alerts = [*event_alerts(MessageLog(queue.log), NOW + timedelta(minutes=minutes))]
    assert [(alert.rule, alert.subject) for alert in alerts] == [(rule, "guid") for rule in rules]


SENT = LogEntry(
    "first", "c", "2026-01-05T07:00:00+00:00", "2026-01-05T07:00:00+00:00", "ESCALATED", "s", "ICMProcurementContract",
    "id", "StatusChanged", "", "SCM", "", "it does not answer", 0, {"SCM": "refused"}, agreement_sys_id="id",
)  # fmt: skip
LATER = replace(SENT, guid="second", status="COMPLETED", error_id="")


@pytest.mark.parametrize(("state", "called_for"), [("changed", []), ("reported", ["first"])])
def test_what_scm_refused_later_makes_up_for_nothing(state: str, called_for: list[str]) -> None:
    """A refusal that was told to the users of ICI has not brought SCM level."""
    alerts = alerts_of([SENT, replace(LATER, systems={"SCM": state})], NOW)
    assert [one.subject for one in alerts] == called_for


@pytest.fixture
def landscape(tmp_path: Path) -> Iterator[Served]:
    with served(tmp_path) as landscape:
        yield landscape


def drop_table(file: Path, table: str) -> None:
    with closing(sqlite3.connect(file)) as connection:
        connection.execute(f"DROP TABLE {table}")


def test_event_is_refused_for_now_while_the_store_fails(landscape: Served, tmp_path: Path) -> None:
    drop_table(tmp_path / f"{STORE_NAME}.db", "CPI_MESSAGE")
    answer = landscape.client.post(landscape.site.urls["webhook"], json=EVENT, headers=landscape.key)
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "60")
    why = "CPI's store failed (OperationalError)"
    assert answer.json() == problem(503, f"{why}; send the event again later", "MON-3")
    assert landscape.admin("GET", "/alerts") == [{"rule": "MON-2", "subject": "CPI", "what": why}]
    log = landscape.client.get(f"{landscape.base}/__admin/messages", headers=landscape.operator)
    assert (log.status_code, log.json()) == (503, problem(503, "a database failed (OperationalError)"))


def test_alerts_of_the_connector_are_told_while_its_store_fails(landscape: Served, tmp_path: Path) -> None:
    drop_table(tmp_path / f"{CONNECTOR_NAME}.db", "CPI_MESSAGE")
    why = "the store of the connector failed (OperationalError)"
    assert landscape.admin("GET", "/connector/alerts") == [{"rule": "MON-2", "subject": "connector", "what": why}]


def test_system_that_takes_no_message_is_told_though_its_wsdl_is_served(landscape: Served, tmp_path: Path) -> None:
    assert landscape.admin("GET", "/alerts") == []
    drop_table(tmp_path / "PF2.db", "ZMM_ICMPURCHORG")
    assert landscape.client.get(f"{landscape.site.urls['PF2']}?wsdl", auth=landscape.login).status_code == 200
    why = "the database of PF2 failed (OperationalError)"
    assert landscape.admin("GET", "/alerts") == [{"rule": "MON-2", "subject": "PF2", "what": why}]


def test_asking_a_system_leaves_its_tables_alone(landscape: Served) -> None:
    landscape.admin("GET", "/alerts")
    assert landscape.admin("GET", "/systems/PF2/tables") == {"ZMM_ICMCONTRACT": [], "ZMM_ICMPURCHORG": []}
    assert landscape.admin("GET", "/messages") == []


@contextmanager
def full_disk() -> Iterator[None]:
    """Let no file grow any more."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_store_on_a_full_disk_is_unavailable(tmp_path: Path) -> None:
    with closing(Queue(f"sqlite:///{tmp_path / 'CPI.db'}")) as queue:
        with full_disk():
            full = queue.unavailable_reason()
        assert full.startswith("CPI's store failed (")
        assert queue.unavailable_reason() == ""


def test_folder_on_a_full_disk_cannot_be_written(tmp_path: Path) -> None:
    with full_disk():
        full = unwritable_reason(tmp_path)
    assert full == f"{tmp_path} cannot be written: File too large"
    assert unwritable_reason(tmp_path) == ""
    assert list(tmp_path.iterdir()) == []


def test_endpoints_are_tried_side_by_side() -> None:
    together = Barrier(3, timeout=PATIENCE)

    def check(problem: str) -> str:
        together.wait()  # breaks if the others are not tried meanwhile
        return problem

    problems = {"ICI": "", "PF2": "hangs", "WP2": "hangs too"}
    assert check_all({name: partial(check, problem) for name, problem in problems.items()}) == problems
    assert check_all({}) == {}
