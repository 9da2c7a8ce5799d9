"""A system, an ICI or an agreement that hangs holds up itself alone (D-20).

What hangs here hangs until the test ends, so the rest could not wait for it and still arrive.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Condition, Event
from typing import cast

import pytest
from sqlalchemy.pool import PoolProxiedConnection

from harness.tests.support.patience import PATIENCE
from simulator import database
from simulator.cpi import worker_pool
from simulator.cpi.event import ReceivedEvent
from simulator.cpi.ici_client import IciClient
from simulator.cpi.process_event import IntegrationFlow, MappingResult, Outcome
from simulator.cpi.queue import Queue
from simulator.cpi.retries import RetryRules
from simulator.cpi.worker import Worker
from simulator.cpi.worker_pool import WorkerPool
from simulator.mapping.message import Message
from simulator.settings import Settings

AT = datetime(2026, 1, 5, 8, 0, tzinfo=UTC)
UAT, DEV = "/icertis/syensqo-uat", "/icertis/syensqo-dev"
SETTINGS = Settings()
RULES = RetryRules(SETTINGS.max_attempts, SETTINGS.first_wait, SETTINGS.longest_wait)

Hangs = Callable[[str, str], bool]
"""Check whether an endpoint, PF2, WP2 or a tenant, hangs for the agreement with a System ID."""


class HangingFlow(IntegrationFlow):
    """Read agreements and deliver messages without any system; some calls hang."""

    def __init__(self, hangs: Hangs) -> None:
        super().__init__(cast("Callable[[str, float | None], IciClient]", None), dict.fromkeys(SETTINGS.systems), {})  # type: ignore[arg-type]
        self._hangs = hangs
        self.goes_on = Event()
        self.calls = Condition()
        self.under_way = Counter[str]()
        self.most_at_once = Counter[str]()
        self.answered: defaultdict[str, list[tuple[str, str]]] = defaultdict(list)
        """By endpoint, agreement and ActionName of each call that was answered, in order."""

    def prepare(self, received: ReceivedEvent, answer_seconds: float | None = None) -> Outcome:
        del answer_seconds
        event = received.validate()
        self._call(event.source, event.sys_id, event.action.name)
        keys = {"TENANTID": event.source, "SYSID": event.sys_id, "ICMAGREEMENTCODE": "PST1", "NAME": event.action.name}
        return Outcome(event.sys_id, event, result=MappingResult(message=Message(keys, None)))

    def deliver(self, system: str, message: Message, answer_seconds: float | None = None) -> str:
        del answer_seconds
        self._call(system, message.fields["SYSID"], message.fields["NAME"])
        return "changed"

    def wait_for(self, endpoint: str, number: int) -> None:
        """Wait until an endpoint has answered so many calls."""
        with self.calls:
            arrived = self.calls.wait_for(lambda: len(self.answered[endpoint]) >= number, PATIENCE)
        assert arrived, f"{endpoint} has answered {len(self.answered[endpoint])} of {number} calls"

    def _call(self, endpoint: str, sys_id: str, action: str) -> None:
        with self.calls:
            self.under_way[endpoint] += 1
            self.most_at_once[endpoint] = max(self.most_at_once[endpoint], self.under_way[endpoint])
            self.calls.notify_all()
        if self._hangs(endpoint, sys_id):
            self.goes_on.wait(PATIENCE)
        with self.calls:
            self.under_way[endpoint] -= 1
            self.answered[endpoint].append((sys_id, action))
            self.calls.notify_all()


@contextmanager
def working(
    folder: Path, hangs: Hangs, events: list[tuple[str, str, str]], concurrency: int = 4
) -> Iterator[HangingFlow]:
    """Let a pool work on events, of tenant, System ID and ActionName, while the context is open."""
    queue = Queue(f"sqlite:///{folder / 'CPI.db'}")
    flow = HangingFlow(hangs)
    pool = WorkerPool(queue, Worker(queue, flow, RULES, lambda: AT, lambda _: None), lambda: AT, concurrency)
    for number, (source, sys_id, action) in enumerate(events):
        fields = {"ContractTypeName": "ICMStandaloneAgreement", "SysId": sys_id, "ActionName": action}
        queue.accept(str(number), "", ReceivedEvent({"source": source, **fields}, {}), AT)
    pool.start()
    try:
        yield flow
    finally:
        flow.goes_on.set()
        pool.stop()
        queue.close()


def executed(number: int, source: str = UAT) -> list[tuple[str, str, str]]:
    return [(source, f"{source[-3:]}{one}", "Executed") for one in range(number)]


def test_system_that_never_answers_holds_up_no_other(tmp_path: Path) -> None:
    with working(tmp_path, lambda endpoint, _: endpoint == "WP2", executed(12)) as flow:
        flow.wait_for("PF2", 12)
        assert {sys_id for sys_id, _ in flow.answered["PF2"]} == {sys_id for _, sys_id, _ in executed(12)}
        assert flow.answered["WP2"] == []


def test_ici_that_never_answers_holds_up_no_other_tenant(tmp_path: Path) -> None:
    with working(tmp_path, lambda endpoint, _: endpoint == DEV, executed(12, DEV) + executed(12)) as flow:
        for system in SETTINGS.systems:
            flow.wait_for(system, 12)
        assert flow.answered[DEV] == []


def test_agreement_that_is_never_answered_holds_up_no_other(tmp_path: Path) -> None:
    for endpoint in (UAT, "PF2"):
        (tmp_path / endpoint[-3:]).mkdir()
        hangs: Hangs = lambda called, sys_id, here=endpoint: (called, sys_id) == (here, "uat0")  # type: ignore[misc]  # noqa: E731
        with working(tmp_path / endpoint[-3:], hangs, executed(12)) as flow:
            flow.wait_for("PF2", 11)
            assert ("uat0", "Executed") not in flow.answered[endpoint]


def test_no_endpoint_gets_more_calls_at_once_than_the_settings_say(tmp_path: Path) -> None:
    with working(tmp_path, lambda endpoint, _: endpoint == "WP2", executed(12), concurrency=2) as flow:
        flow.wait_for("PF2", 12)
        with flow.calls:
            assert flow.calls.wait_for(lambda: flow.under_way["WP2"] == 2, PATIENCE)
        flow.goes_on.set()
        flow.wait_for("WP2", 12)
    assert set(flow.most_at_once) == {UAT, "PF2", "WP2"}
    assert max(flow.most_at_once.values()) == 2


def test_every_system_gets_the_messages_about_an_agreement_in_one_order(tmp_path: Path) -> None:
    life = ["Executed", "ExecutedUpdated", "Renewed", "Terminated"]
    events = [(UAT, sys_id, action) for action in life for _, sys_id, _ in executed(6)]
    with working(tmp_path, lambda endpoint, _: endpoint == "WP2", events) as flow:
        flow.wait_for("PF2", len(events))
        flow.goes_on.set()
        flow.wait_for("WP2", len(events))
    for system in SETTINGS.systems:
        for _, sys_id, _ in executed(6):
            assert [action for of, action in flow.answered[system] if of == sys_id] == life


def test_event_that_comes_alone_takes_few_transactions(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Seven are its work: one to accept it, two for reading it, two for each delivery."""
    begin, begun = database._begin_immediately, list[object]()  # noqa: SLF001 - how SQLite begins each transaction

    def counted(connection: PoolProxiedConnection) -> None:
        begun.append(connection)
        begin(connection)

    monkeypatch.setattr(database, "_begin_immediately", counted)
    monkeypatch.setattr(worker_pool, "_PAUSE_AT_WORK", timedelta(minutes=1))  # a busy machine would look once more
    with working(tmp_path, lambda *_: False, executed(1)) as flow:
        for system in SETTINGS.systems:
            flow.wait_for(system, 1)
    assert 7 <= len(begun) <= 15
