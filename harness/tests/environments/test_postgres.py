"""Only PostgreSQL can fail here: concurrent transactions, its collation, a server that goes away."""

import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import closing, contextmanager
from datetime import timedelta
from functools import partial
from itertools import pairwise
from pathlib import Path
from threading import Barrier
from uuid import uuid4

import pytest
from sqlalchemy import Connection, NullPool, Table, create_engine, insert, make_url, text
from sqlalchemy.exc import IntegrityError, SQLAlchemyError

from harness.environments.http import HttpEnvironment
from harness.environments.postgres_plugin import Postgres
from harness.tests.support.delivery import NOW, Numbered, Turn, gather, work
from harness.tests.support.loaded_process import COPIES
from harness.tests.support.patience import PATIENCE
from simulator import database
from simulator.cpi.event import ReceivedEvent
from simulator.cpi.key_file import KeyFile
from simulator.cpi.queue import Queue
from simulator.cpi.store import MESSAGE
from simulator.cpi.work_items import FetchTask
from simulator.database import Synchronous, advisory_lock, make_engine
from simulator.ecc import system
from simulator.ecc.authorisation import ROLES, User
from simulator.ecc.change_log import ChangeStamp
from simulator.ecc.maintenance import EntryId, Maintenance
from simulator.ecc.system import EccSystem
from simulator.ecc.tables import read_rows
from simulator.errors import Failure, InterfaceError
from simulator.landscape import Databases
from simulator.mapping.message import Message
from simulator.scm.system import ScmSystem
from simulator.settings import Settings

pytestmark = pytest.mark.whole_run

EXECUTED = {"action": "Executed"}
WORKERS = 4
_NUMBERS = {"number": 1_000_000, "attempts": 0, "again": False}
AGREEMENTS = [f"agreement-{number}" for number in range(6)]
VERSIONS = range(1, 9)
PLACES = ("ICI", "PF2", "WP2")


@pytest.fixture
def settings(postgres: Postgres) -> Settings:
    return postgres.settings()


@pytest.fixture
def opened(settings: Settings) -> Iterator[Databases]:
    databases = Databases.open(settings)
    yield databases
    databases.close()


@pytest.fixture
def pf2(opened: Databases) -> EccSystem:
    return opened.systems["PF2"]


@pytest.fixture
def queue(opened: Databases) -> Queue:
    assert opened.queue
    return opened.queue


@contextmanager
def elsewhere(url: str) -> Iterator[Connection]:
    """Open a transaction on another connection."""
    with create_engine(url, poolclass=NullPool).begin() as connection:
        yield connection


def accept(queue: Queue, numbered: Numbered) -> None:
    queue.accept(str(uuid4()), str(uuid4()), numbered.event(), NOW)


def worked_off(settings: Settings) -> list[Turn]:
    """Let several processes empty the store. Return what each did, ordered by its begin."""
    start = COPIES.Barrier(WORKERS)
    with ProcessPoolExecutor(WORKERS, COPIES, gather, (start,)) as pool:
        turns = [turn for done in pool.map(work, [settings] * WORKERS) for turn in done]
    return sorted(turns, key=lambda turn: turn.began)


def test_features_over_http_have_no_file(settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    environment = HttpEnvironment(settings)
    environment.open_scm()
    files = sorted(one.name for one in tmp_path.rglob("*.db"))
    environment.close()
    assert files == []


def test_workers_deliver_everything_once_and_in_order(settings: Settings) -> None:
    databases = Databases.open(settings)
    assert databases.queue
    for version in VERSIONS:
        for agreement in AGREEMENTS:
            accept(databases.queue, Numbered(agreement, version))

    by_line = defaultdict(list)
    turns = worked_off(settings)
    for turn in turns:
        by_line[turn.place, turn.agreement].append(turn)

    assert len({turn.process for turn in turns}) > 1, "one worker did it all"
    assert set(by_line) == {(place, agreement) for place in PLACES for agreement in AGREEMENTS}
    for line in by_line.values():
        assert [turn.version for turn in line] == list(VERSIONS)
        assert all(earlier.ended < later.began for earlier, later in pairwise(line))
    assert {message["status"] for message in databases.queue.log.messages()} == {"COMPLETED"}
    tables = {name: system.tables() for name, system in databases.systems.items()}
    assert tables["PF2"] == tables["WP2"]
    last = {row["SYSID"]: row["NAME"] for row in tables["PF2"]["ZMM_ICMCONTRACT"]}
    assert last == {agreement: str(VERSIONS[-1]) for agreement in AGREEMENTS}
    databases.close()


def test_workers_can_be_first_to_open_the_databases(settings: Settings) -> None:
    assert worked_off(settings) == []


def side_by_side(*actions: Callable[[], object]) -> list[object]:
    """Start all actions at the same time. Return their results."""
    start = Barrier(len(actions))

    def begin(action: Callable[[], object]) -> object:
        start.wait(PATIENCE)
        return action()

    with ThreadPoolExecutor(len(actions)) as pool:
        return list(pool.map(begin, actions))


def test_concurrent_changes_leave_one_complete_message(settings: Settings, pf2: EccSystem) -> None:
    other = EccSystem("PF2", settings.systems["PF2"])
    sent = [(Numbered("one", 1).fields(), ["A1", "A2"]), (Numbered("one", 2).fields(), ["A2", "B1", "B2"])]

    def upsert(system: EccSystem, number: int) -> Callable[[], object]:
        return lambda: system.z_mm_icmcontract_upsert(*sent[number])[0].TYPE

    for round_ in range(40):
        if round_ % 4 == 0:
            pf2.reset()
        assert side_by_side(upsert(pf2, round_ % 2), upsert(other, (round_ + 1) % 2)) == ["S", "S"]
        tables = pf2.tables()
        held = [row["PURCHASINGORG"] for row in tables["ZMM_ICMPURCHORG"]]
        (entry,) = tables["ZMM_ICMCONTRACT"]
        assert (entry["NAME"], held) in [(fields["NAME"], organisations) for fields, organisations in sent]
    other.close()


def test_both_tables_are_read_as_they_were_at_one_moment(
    settings: Settings, pf2: EccSystem, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else a report could find organisations of an entry that it has not seen."""
    other = EccSystem("PF2", settings.systems["PF2"])

    def read_and_write(connection: Connection, table: Table) -> list[dict[str, str]]:
        rows = read_rows(connection, table)
        other.z_mm_icmcontract_upsert(Numbered("one", 1).fields(), ["A1"])
        return rows

    monkeypatch.setattr(system, "read_rows", read_and_write)
    assert pf2.tables() == {"ZMM_ICMCONTRACT": [], "ZMM_ICMPURCHORG": []}
    other.close()


def test_concurrent_creates_with_different_keys_create_one_entry(settings: Settings, pf2: EccSystem) -> None:
    other = EccSystem("PF2", settings.systems["PF2"])
    fields = Numbered("one", 1).fields()
    for _ in range(20):
        pf2.reset()
        returned = side_by_side(
            lambda: pf2.z_mm_icmcontract_upsert(fields, [])[0].NUMBER,
            lambda: other.z_mm_icmcontract_upsert(fields | {"CONTRACTTYPENAME": "STA"}, [])[0].NUMBER,
        )
        assert sorted(map(str, returned)) == ["001", "014"]
    other.close()


def test_event_completes_when_two_workers_deliver_its_messages(queue: Queue) -> None:
    for round_ in range(20):
        accept(queue, Numbered(f"agreement-{round_}", 1))
        fetch = queue.take_fetch(NOW)
        assert fetch
        message = Message(Numbered(f"agreement-{round_}", 1).fields(), None)
        queue.dispatch(fetch._replace(event_fields=EXECUTED), message, ["PF2", "WP2"], NOW)
        parcels = [queue.take_parcel(NOW), queue.take_parcel(NOW)]
        assert {parcel.system for parcel in parcels if parcel} == {"PF2", "WP2"}
        side_by_side(*(lambda parcel=parcel: queue.delivered(parcel, "created", NOW) for parcel in parcels))
    assert {message["status"] for message in queue.log.messages()} == {"COMPLETED"}


def test_nothing_of_a_filtered_agreement_waits_whatever_other_workers_do(queue: Queue) -> None:
    no_entry = InterfaceError("D-07", "", "no entry", Failure.NO_ENTRY)
    tenant = Numbered("any", 1).fields()["TENANTID"]

    def fetched(name: str, action: str) -> FetchTask:
        queue.accept(guid := str(uuid4()), "", ReceivedEvent({"SysId": name}, {}), NOW)
        fetch = queue.take_fetch(NOW, guid)
        assert fetch
        return fetch._replace(event_fields={"source": tenant, "action": action})

    for round_ in range(30):
        name = f"agreement-{round_}"
        message = Message(Numbered(name, 1).fields(), None)
        failed = fetched(name, "Executed")
        queue.fetch_failed(failed, no_entry, None, NOW, exhausted=True)
        queue.dispatch(fetched(name, "Renewed"), message, ["PF2", "WP2"], NOW)
        parcels = [parcel for _ in range(2) if (parcel := queue.take_parcel(NOW))]
        amendment, filtered = fetched(f"amendment-{round_}", "AmendmentExecuted"), fetched(name, "ExecutedUpdated")
        other = fetched(f"other-{round_}", "ExecutedUpdated")
        actions: list[Callable[[], object]] = [
            partial(queue.filter, filtered, NOW),
            partial(queue.filter, other, NOW),
            partial(queue.dispatch, amendment, message, ["PF2", "WP2"], NOW),
            partial(queue.not_delivered, parcels[0], no_entry, timedelta(hours=1), NOW),
            partial(queue.delivered, parcels[1], "changed", NOW),
            partial(queue.retry, failed.guid, NOW),
        ]
        side_by_side(*actions[round_ % 6 :], *actions[: round_ % 6])
        for late in (failed, filtered, other):  # what was being read meanwhile is read once more
            if again := queue.take_fetch(NOW, late.guid):
                queue.filter(again._replace(event_fields={"source": tenant}), NOW)
        assert queue.log.parcels() == []


def test_event_waits_for_an_earlier_uncommitted_one(
    settings: Settings, queue: Queue, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert settings.store
    assert settings.store_keys
    monkeypatch.setattr(database, "_LOCK_SECONDS", 0.2)
    impatient = Queue(settings.store, settings.store_keys)
    with closing(KeyFile(settings.store_keys)) as keys, elsewhere(settings.store) as earlier:
        advisory_lock(earlier, f"CPI_MESSAGE {keys.name('one')}")
        with pytest.raises(Exception, match="lock timeout"):
            accept(impatient, Numbered("one", 2))
        accept(impatient, Numbered("two", 1))
    accept(impatient, Numbered("one", 2))
    assert [message["sys_id"] for message in queue.log.messages()] == ["two", "one"]
    impatient.close()


def test_page_of_the_log_ends_before_an_event_that_may_still_come(settings: Settings, queue: Queue) -> None:
    """Whoever goes on after the last of a page would never see what is committed later, with a lower number."""
    assert settings.store
    waiting = text("SELECT count(*) FROM pg_locks WHERE NOT granted AND CAST(transactionid AS text) = :xid")
    with create_engine(settings.store, poolclass=NullPool).connect() as other, ThreadPoolExecutor(1) as pool:
        other.execute(insert(MESSAGE), {**dict.fromkeys(MESSAGE.c.keys(), ""), **_NUMBERS, "guid": "first"})
        own = {"xid": other.execute(text("SELECT CAST(CAST(pg_current_xact_id() AS xid) AS text)")).scalar()}
        with elsewhere(settings.store) as looking:
            first = pool.submit(queue.accept, "first", "", Numbered("one", 1).event(), NOW)
            while not looking.execute(waiting, own).scalar():
                assert not first.done()
        queue.accept("second", "", Numbered("two", 1).event(), NOW)
        assert queue.log.page("", 10).guids == []
        other.rollback()
        first.result()
    assert queue.log.page("", 10).guids == ["first", "second"]


def test_page_of_the_log_goes_on_behind_an_event_that_was_rolled_back(queue: Queue) -> None:
    queue.accept("first", "", Numbered("one", 1).event(), NOW)
    with pytest.raises(IntegrityError):
        queue.accept("first", "", Numbered("two", 1).event(), NOW)
    queue.accept("second", "", Numbered("three", 1).event(), NOW)
    assert queue.log.page("", 10).guids == ["first", "second"]


def test_transaction_that_stands_idle_ends(queue: Queue) -> None:
    """A middleware that hangs in one would hold up whoever reads the log."""
    with queue.log._transaction() as connection:  # noqa: SLF001 - to wait for it takes a minute
        assert connection.execute(text("SHOW idle_in_transaction_session_timeout")).scalar() == "1min"


def test_second_worker_skips_messages_of_a_locked_agreement(settings: Settings, queue: Queue) -> None:
    message = Message(Numbered("one", 1).fields(), None)
    for _ in range(2):
        accept(queue, Numbered("one", 1))
        fetch = queue.take_fetch(NOW)
        assert fetch
        queue.dispatch(fetch._replace(event_fields=EXECUTED), message, ["PF2"], NOW)
    assert settings.store
    with elsewhere(settings.store) as other:
        # Lock as another worker does before it commits.
        other.execute(text('SELECT 1 FROM "CPI_PARCEL" ORDER BY number LIMIT 1 FOR UPDATE'))
        assert queue.take_parcel(NOW) is None


def test_locked_entry_counts_as_system_down(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "_LOCK_SECONDS", 0.2)
    system = EccSystem("PF2", settings.systems["PF2"])
    with elsewhere(settings.systems["PF2"]) as other:
        advisory_lock(other, "ZMM_ICMCONTRACT one")
        with pytest.raises(InterfaceError) as raised:
            system.z_mm_icmcontract_upsert(Numbered("one", 1).fields(), [])
    assert raised.value.failure is Failure.SYSTEM_DOWN
    assert system.z_mm_icmcontract_upsert(Numbered("one", 1).fields(), [])[0].NUMBER == "001"
    system.close()


def test_users_of_scm_in_other_processes_wait_for_each_other(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Let nobody order more than there is left: a row that was read stays true until it was written."""
    assert settings.scm
    monkeypatch.setattr(database, "_LOCK_SECONDS", 0.2)
    with closing(ScmSystem(settings.scm)) as one, closing(ScmSystem(settings.scm)) as other:
        with one.transaction():
            with pytest.raises(SQLAlchemyError, match="lock timeout"):
                other.empty("Currencies")
            assert other.rows("Currencies") == [], "who only looks waits for nobody"
        other.empty("Currencies")


@pytest.mark.parametrize(
    ("held", "act"),
    [
        ("EKKO", lambda system, _: system.create_outline_agreement({}, ChangeStamp("BUYER", NOW, "ME31K"))),
        (
            "EKKO",
            lambda system, _: system.change_outline_agreement("4600000000", {}, ChangeStamp("BUYER", NOW, "ME32K")),
        ),
        ("ZMM_ICMCHANGES", lambda _, sm30: sm30.reset(EntryId("PMS-one"))),
        ("ZMM_ICMCONTRACT one", lambda _, sm30: sm30.reset(EntryId("PMS-one"))),
    ],
)
def test_manual_change_fails_on_a_lock_and_works_afterwards(
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
    held: str,
    act: Callable[[EccSystem, Maintenance], object],
) -> None:
    monkeypatch.setattr(database, "_LOCK_SECONDS", 0.2)
    system = EccSystem("PF2", settings.systems["PF2"])
    system.z_mm_icmcontract_upsert(Numbered("one", 1).fields(), [])
    sm30 = Maintenance(system, User("SUPPORT", ROLES["support"]), lambda: NOW)
    with elsewhere(settings.systems["PF2"]) as other:
        advisory_lock(other, held)
        with pytest.raises(InterfaceError) as raised:
            act(system, sm30)
    assert raised.value.failure is Failure.SYSTEM_DOWN
    assert act(system, sm30)
    system.close()


@pytest.mark.parametrize(
    "read", [lambda system: system.tables()["ZMM_ICMCONTRACT"], lambda system: system.outline_agreements()]
)
def test_connections_are_replaced_after_the_server_cut_them(
    settings: Settings, pf2: EccSystem, queue: Queue, read: Callable[[EccSystem], list[dict[str, str]]]
) -> None:
    accept(queue, Numbered("one", 1))
    cut = (
        "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity"
        " WHERE application_name = :name AND pid <> pg_backend_pid()"
    )
    with elsewhere(settings.systems["PF2"]) as other:
        for url in (settings.store, settings.systems["PF2"]):
            name = make_url(str(url)).query["application_name"]
            assert other.execute(text(cut), {"name": name}).scalars().all() == [True]
    assert read(pf2) == []
    assert pf2.z_mm_icmcontract_upsert(Numbered("one", 1).fields(), [])[0].NUMBER == "001"
    assert queue.take_fetch(NOW)


def test_rows_sort_by_bytes_and_keep_any_character(pf2: EccSystem) -> None:
    organisations = ["ä1", "a1", "B1", "IT10", "fr10", "😀😀😀😀"]
    fields = Numbered("one", 1).fields() | {"NAME": "😀" * 100, "ICMTOTALCONTRACTVALUE": "-0.00"}
    assert pf2.z_mm_icmcontract_upsert(fields, organisations)[0].NUMBER == "001"
    tables = pf2.tables()
    assert [row["PURCHASINGORG"] for row in tables["ZMM_ICMPURCHORG"]] == sorted(organisations)
    assert tables["ZMM_ICMCONTRACT"][0]["NAME"] == "😀" * 100
    assert tables["ZMM_ICMCONTRACT"][0]["ICMTOTALCONTRACTVALUE"] == "0.00"
    assert pf2.z_mm_icmcontract_upsert(fields, organisations)[0].NUMBER == "003"


def test_all_text_columns_have_collation_c(settings: Settings, pf2: EccSystem) -> None:
    assert pf2
    collations = (
        "SELECT DISTINCT collation_name FROM information_schema.columns"
        " WHERE table_schema = current_schema() AND data_type = 'character varying'"
    )
    with elsewhere(settings.systems["PF2"]) as other:
        assert other.execute(text(collations)).scalars().all() == ["C"]


@pytest.mark.parametrize(("synchronous", "commit"), [("full", "on"), ("normal", "off")])
def test_commit_waits_for_the_disk_as_the_settings_say(
    settings: Settings, synchronous: Synchronous, commit: str
) -> None:
    assert settings.store
    engine = make_engine(settings.store, synchronous)
    with engine.begin() as connection:
        assert connection.execute(text("SHOW synchronous_commit")).scalar() == commit
    engine.dispose()
