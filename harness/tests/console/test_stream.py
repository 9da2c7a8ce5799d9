"""The stream of the console tells the present state, and holds nothing up."""

import asyncio
from collections.abc import Iterator
from contextlib import closing

import pytest
import requests

from harness.console import app
from harness.console.recent import MAX_DRAWN, MAX_KEPT, RecentExchanges
from harness.doubles.taps import CONNECTOR, CPI, ICI, SCM, Call, Exchange, ExchangeLog, ODataCall
from harness.tests.console.conftest import Visitor
from harness.tests.support.patience import PATIENCE
from simulator.ecc.system import EccSystem
from simulator.ecc.tables import CONTRACT


def events(stream: requests.Response) -> Iterator[tuple[str, str]]:
    """Yield name and text of each event."""
    name, text = "", list[str]()
    for line in stream.iter_lines(chunk_size=1, decode_unicode=True):
        kind, _, value = line.partition(": ")
        if kind == "event":
            name = value
        elif kind == "data":
            text.append(value)
        elif not line and name:
            yield name, "\n".join(text)
            name, text = "", []


def test_stream_tells_the_present_state_and_then_what_changes(executed: Visitor) -> None:
    with closing(
        executed.client.get(f"{executed.landscape.base}/console/stream?agreement=2", stream=True, timeout=PATIENCE)
    ) as stream:
        assert stream.headers["Content-Type"].startswith("text/event-stream")
        told = events(stream)
        first = dict(next(told) for _ in range(7))
        assert [*first] == ["controls", "tree", "play", "verdict", "acts", "lanes", "entry"]
        assert "there is a new entry" in first["verdict"]
        executed.post("/act/update", {"agreement": "2", "Name": "Another name"})
        said = next(text for name, text in told if name == "verdict" and "Another name" in text)
        assert said.startswith('<p class="lead">ExecutedUpdated: the Agreement Name is Another name')


def test_clock_of_the_monitor_goes_on_while_nothing_happens(visitor: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(app, "_HEARTBEAT_SECONDS", 0.2)
    with closing(
        visitor.client.get(f"{visitor.landscape.base}/console/stream?monitor=", stream=True, timeout=PATIENCE)
    ) as stream:
        told = events(stream)
        assert next(told) != next(told)


def test_change_by_the_administration_is_told(visitor: Visitor) -> None:
    with closing(
        visitor.client.get(f"{visitor.landscape.base}/console/stream", stream=True, timeout=PATIENCE)
    ) as stream:
        told = events(stream)
        assert "ICI holds no agreement yet" in next(text for name, text in told if name == "tree")
        visitor.landscape.admin("POST", "/agreements", {"type": "ICMMasterAgreement", "code": "PMA5", "seed": 1})
        assert "PMA5" in next(text for name, text in told if name == "tree")


def test_stream_that_opens_right_after_a_change_tells_nothing_older(visitor: Visitor) -> None:
    url, admin = f"{visitor.landscape.base}/console/stream", visitor.landscape.admin
    with closing(visitor.client.get(url, stream=True, timeout=PATIENCE)) as first:
        told = events(first)
        for code in ("PMA5", "PMA6", "PMA7"):  # a first change is drawn at once, a second one has to wait
            admin("POST", "/agreements", {"type": "ICMMasterAgreement", "code": code, "seed": 1})
            with closing(visitor.client.get(url, stream=True, timeout=PATIENCE)) as second:
                assert code in next(text for name, text in events(second) if name == "tree")
            assert code in next(text for name, text in told if name == "tree" and code in text)


def exchange(recent: RecentExchanges, log: ExchangeLog, path: str) -> None:
    with log.record(CPI, ICI, Call("GET", path)):
        assert recent.drawn()[-1].ended == 0


def test_only_the_last_exchanges_are_kept() -> None:
    recent, log = RecentExchanges({}), ExchangeLog()
    log.watch(recent.watch)
    for number in range(MAX_KEPT + 5):
        exchange(recent, log, f"/{number}")
    assert len(recent.kept()) == MAX_KEPT
    assert [one.request for one in recent.drawn()][-1] == Call("GET", f"/{MAX_KEPT + 4}")
    assert len(recent.drawn()) == MAX_DRAWN


def test_exchange_is_drawn_once_from_its_beginning() -> None:
    recent, log = RecentExchanges({}), ExchangeLog()
    log.watch(recent.watch)
    with log.record(CPI, ICI, Call("GET", "/1")):
        (under_way,) = recent.drawn()
        assert (under_way.ended, recent.kept()) == (0, [])
    assert [one.ended for one in recent.drawn()] == [2]
    recent.begin()
    assert (recent.drawn(), len(recent.kept())) == ([], 1)


def test_many_changes_make_one_picture() -> None:
    """Whatever happens while a console is slow costs it one look, and the flow none."""
    recent = RecentExchanges({})
    recent.touch()

    async def look() -> list[int]:
        seen = [recent.picture]
        with recent.looking_on():
            for _ in range(2):
                for _ in range(1000):
                    recent.touch()
                await recent.changed(seen[-1], PATIENCE)
                seen.append(recent.picture)
            recent.stop()
            await recent.changed(recent.picture, PATIENCE)
        return seen

    assert asyncio.run(look()) == [0, 1, 2]
    assert recent.consoles == 0


def test_confidential_agreement_is_dropped_from_earlier_acts() -> None:
    recent, log = RecentExchanges({}), ExchangeLog()
    log.watch(recent.watch)
    for sys_id in ("A%2F1", "B2"):
        exchange(recent, log, f"/v1/agreements/ICMSubAgreement/{sys_id}")
    recent.drop(["a/1"])
    assert len(recent.kept()) == 2  # the lanes of this act still show that it was asked for
    recent.begin()
    recent.drop(["a/1"])
    assert [one.request for one in recent.kept()] == [Call("GET", "/v1/agreements/ICMSubAgreement/B2")]


def test_call_of_scm_about_a_confidential_contract_is_dropped_from_earlier_acts() -> None:
    recent, log = RecentExchanges({}), ExchangeLog()
    log.watch(recent.watch)
    line = ODataCall("PATCH", "CLMIntegrationPurchaseAgreementLines(PurchaseAgreementId='000001',LineNumber=1)", {})
    other = line._replace(resource=line.resource.replace("000001", "000002"))
    for request in (line, other):
        with log.record(CONNECTOR, SCM, request):
            pass
    recent.begin()
    recent.drop(["PPC6001"], ["ppc6001", "000001"])
    assert [one.request for one in recent.kept()] == [other]


def test_rows_before_an_act_are_those_before_its_first_message() -> None:
    with closing(EccSystem("PF2")) as system:
        recent, log = RecentExchanges({"PF2": system}), ExchangeLog()
        log.watch(recent.watch)
        tapped = log.target("PF2", system)
        blank = dict.fromkeys((column.name for column in CONTRACT.columns), "")
        key = {**blank, "TENANTID": "/t", "CONTRACTTYPENAME": "STA", "SYSID": "a-1", "ICMAGREEMENTCODE": "PST1"}
        tapped.z_mm_icmcontract_upsert({**key, "NAME": "First"}, ())
        recent.begin()
        assert recent.before("PF2", "A-1") is None
        for name in ("Second", "Third"):
            tapped.z_mm_icmcontract_upsert({**key, "NAME": name}, None)
        before = recent.before("PF2", "A-1")
        assert before is not None
        assert [row["NAME"] for row in before["ZMM_ICMCONTRACT"]] == ["First"]


def test_watchers_do_not_see_what_the_monitoring_asks() -> None:
    seen = list[Exchange]()
    with closing(EccSystem("PF2")) as system:
        log = ExchangeLog(recording=False)
        log.watch(seen.append)
        log.target("PF2", system).z_mm_icmcontract_upsert({}, None)
    assert seen == []
