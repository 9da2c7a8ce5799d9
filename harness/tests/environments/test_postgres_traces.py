"""On PostgreSQL nothing of a filtered agreement can be read: not in tables, not in the log of the server (SEC-2)."""

import logging
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import requests
from sqlalchemy import Connection, NullPool, create_engine, text

from harness.doubles.clocks import ManualClock
from harness.environments.postgres_plugin import Postgres
from harness.testdata.scm_master_data import CONTRACT_TERMS
from simulator.cpi.event import ReceivedEvent
from simulator.cpi.key_file import KeyFile
from simulator.cpi.queue import Queue
from simulator.database import KeyFileError
from simulator.errors import Failure, InterfaceError
from simulator.icertis.agreement import NDA, STANDALONE
from simulator.icertis.tenant import EventPayload
from simulator.landscape import Landscape, ScmLandscape, ScmSites, create_tenant, open_connector_store
from simulator.mapping.message import Message
from simulator.scm.system import ScmSystem
from simulator.settings import Settings
from simulator.site_transport import SiteAnswer

START = datetime(2026, 1, 5, 8, 0, tzinfo=UTC)
SYS_ID, AMENDMENT, CODE, MARK = "zqxsysid", "zqxamendment", "PSTZQX", "zqxvalue"
LEFT_SYS_ID, LEFT_CODE, LEFT_NAME = "zqlsysid", "PSTZQL", "zqlvalue"
"""Those of tests that leave something in the server, where others of this process search for theirs."""

FLAG = "ICMConfidentialContract"


@pytest.fixture
def settings(postgres: Postgres) -> Settings:
    return postgres.settings()


@pytest.fixture
def folder(settings: Settings) -> Path:
    """Return the data directory of the server."""
    with connected(settings) as connection:
        found = Path(connection.execute(text("SHOW data_directory")).scalar_one())
    if not found.is_dir():
        pytest.skip("the server of ZICM_POSTGRES_URL is on another machine: its files cannot be searched")
    return found


@pytest.fixture
def connector_settings(settings: Settings) -> Settings:
    """Return settings whose store is that of the connector."""
    return Settings(scm_store=settings.store, scm_store_keys=settings.store_keys)


def connected(settings: Settings) -> Connection:
    assert settings.store is not None
    engine = create_engine(settings.store, poolclass=NullPool, isolation_level="AUTOCOMMIT")
    return engine.connect()


def written(settings: Settings, folder: Path, what: str) -> list[str]:
    """Let the server write all that it holds. List the files in which a text stands, in any case."""
    with connected(settings) as connection:
        connection.execute(text("CHECKPOINT"))
    found = []
    for file in folder.rglob("*"):
        with suppress(FileNotFoundError):  # the server removes files of its own while they are listed
            if file.is_file() and what.lower().encode() in file.read_bytes().lower():
                found.append(file.name)
    return found


def sealed_rows(settings: Settings) -> list[tuple[int, str]]:
    """Read what is sealed, each with the number of its key."""
    with connected(settings) as connection:
        events = connection.execute(text('SELECT 2 * number, payload FROM "CPI_MESSAGE"')).all()
        messages = connection.execute(text('SELECT 2 * number + 1, content FROM "CPI_PARCEL"')).all()
    return [(number, sealed) for number, sealed in (*events, *messages) if sealed]


def readable(settings: Settings, rows: list[tuple[int, str]]) -> list[str]:
    """Open what was sealed with the keys that are left."""
    assert settings.store_keys is not None
    with closing(KeyFile(settings.store_keys)) as keys:
        return [opened for number, sealed in rows if (opened := keys.unseal(number, sealed))]


def still_readable(settings: Settings, rows: list[tuple[int, str]]) -> list[str]:
    """Open what was sealed, with the keys that are left, where one of them still opens it."""
    found = []
    for row in rows:
        with suppress(KeyFileError):
            found += readable(settings, [row])
    return found


def test_nothing_of_an_agreement_that_is_filtered_while_it_waits_can_be_read(
    settings: Settings, folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    clock = ManualClock(START)
    with Landscape(settings, clock=clock) as landscape:
        kept = landscape.tenant.draft(STANDALONE, {FLAG: False, "Name": "zqkept"}, sys_id="zqother", code="PST1")
        landscape.tenant.execute(kept)
        for system in landscape.systems.values():
            system.is_up = False
        terms: dict[str, object] = {FLAG: False, "Name": MARK, "ICMOrgTeam": MARK}
        agreement = landscape.tenant.draft(STANDALONE, terms, sys_id=SYS_ID, code=CODE)
        landscape.tenant.execute(agreement)
        landscape.tenant.execute(landscape.tenant.draft_amendment(agreement, {}, sys_id=AMENDMENT))
        waiting = sealed_rows(settings)
        assert any(MARK in opened for opened in readable(settings, waiting))
        clock.now += timedelta(hours=1)
        landscape.tenant.mark_confidential(agreement)
        entries = [(one.status, one.sys_id) for one in landscape.monitoring.entries()]
        assert entries == [("COMPLETED", "zqother"), *[("DISCARDED", "")] * 3]

    assert [opened for opened in readable(settings, waiting) if SYS_ID in opened.lower() or MARK in opened] == []
    for trace in (SYS_ID, AMENDMENT, CODE, MARK):
        assert written(settings, folder, trace) == []
        assert trace not in caplog.text
    assert written(settings, folder, "zqkept") != [], "the tables of PF2 and WP2 were searched as well"


@pytest.fixture
def queue(settings: Settings) -> Iterator[Queue]:
    assert settings.store is not None
    with closing(Queue(settings.store, settings.store_keys)) as queue:
        yield queue


def accepted(queue: Queue) -> None:
    data = {"ContractTypeName": "ICMStandaloneAgreement", "SysId": LEFT_SYS_ID, "ActionName": "Executed"}
    queue.accept(LEFT_SYS_ID, "", ReceivedEvent({}, data), START)


def dispatched(queue: Queue, *systems: str) -> None:
    accepted(queue)
    fetch = queue.take_fetch(START)
    assert fetch is not None
    message = Message({"SYSID": LEFT_SYS_ID, "ICMAGREEMENTCODE": LEFT_CODE, "NAME": LEFT_NAME}, None)
    queue.dispatch(fetch._replace(event_fields={"action": "Executed"}), message, systems or ["PF2"], START)


def test_message_cannot_be_read_once_the_system_has_it(settings: Settings, queue: Queue) -> None:
    dispatched(queue)
    rows = sealed_rows(settings)
    parcel = queue.take_parcel(START)
    assert parcel is not None
    assert parcel.message.fields["NAME"] == LEFT_NAME
    queue.delivered(parcel, "created", START)
    assert [LEFT_SYS_ID in opened for opened in readable(settings, rows)] == [True], "the event alone stays in the log"
    assert [row["agreement"].partition(" ")[0] for row in queue.log.parcels()] == [LEFT_SYS_ID]


def test_event_cannot_be_read_once_it_was_removed(settings: Settings, queue: Queue) -> None:
    dispatched(queue)
    rows = sealed_rows(settings)
    parcel = queue.take_parcel(START)
    assert parcel is not None
    queue.delivered(parcel, "created", START)
    queue.remove_completed(START + timedelta(days=1))
    assert (queue.log.messages(), queue.log.parcels()) == ([], [])
    assert readable(settings, rows) == []


@pytest.mark.parametrize("killed", [False, True], ids=["", "and the process is killed before it has replaced the key"])
def test_message_that_waits_loses_its_master_once_that_is_filtered(
    settings: Settings, queue: Queue, monkeypatch: pytest.MonkeyPatch, *, killed: bool
) -> None:
    words = "it waits"
    source = {"source": "/icertis/syensqo-uat"}
    for guid, kind, sys_id in (("sub", "ICMSubAgreement", "s"), ("master", "ICMMasterAgreement", "m")):
        queue.accept(guid, "", ReceivedEvent(source, {"SysId": sys_id}), START)
        fetch = queue.take_fetch(START, guid)
        assert fetch is not None
        fetch = fetch._replace(event_fields={**source, "contract_type": kind, "action": "ExecutedUpdated"})
        if guid == "master":
            before = sealed_rows(settings)
            assert any("PMA1" in opened for opened in readable(settings, before))
            with monkeypatch.context() as context:
                if killed:
                    context.setattr(KeyFile, "succeed", lambda *_: None)
                queue.filter(fetch, START)
        else:
            association = {"ASSOCIATINGTYPE": "MAS", "ASSOCIATINGCODE": "PMA1", "ASSOCIATINGSYSID": "m"}
            fields = {"TENANTID": source["source"], "SYSID": "s", "ICMAGREEMENTCODE": LEFT_CODE, **association}
            queue.dispatch(fetch, Message(fields, None), ["PF2"], START)
            parcel = queue.take_parcel(START)
            assert parcel is not None
            queue.not_delivered(parcel, InterfaceError("D-20", "", words), timedelta(0), START)
    if killed:
        assert settings.store is not None
        Queue(settings.store, settings.store_keys).close()
    assert not any("PMA1" in opened for opened in still_readable(settings, before))
    assert [row["error_message"] for row in queue.log.parcels()] == [words]
    parcel = queue.take_parcel(START)
    assert parcel is not None
    assert {name: parcel.message.fields[name] for name in association} == dict.fromkeys(association, "")


def test_event_that_was_rolled_back_cannot_be_read_after_the_next_start(settings: Settings, queue: Queue) -> None:
    accepted(queue)
    rows = sealed_rows(settings)
    with connected(settings) as connection:  # as if the process had been killed before it destroyed the key
        connection.execute(text('DELETE FROM "CPI_MESSAGE"'))
    assert readable(settings, rows) != []
    assert settings.store is not None
    Queue(settings.store, settings.store_keys).close()
    assert readable(settings, rows) == []


def test_start_leaves_the_keys_of_what_others_store_at_this_moment(settings: Settings, queue: Queue) -> None:
    assert settings.store is not None
    for number in range(3):
        queue.accept(str(number), "", ReceivedEvent({"SysId": str(number)}, {}), START)
        Queue(settings.store, settings.store_keys).close()
    assert [row["sys_id"] for row in queue.log.messages()] == ["0", "1", "2"]


def test_start_leaves_the_keys_of_what_is_to_come(settings: Settings, queue: Queue) -> None:
    """Each event would need a new one, and wait for the disk to have it: messages are more than events."""
    dispatched(queue, "PF2", "WP2")
    assert settings.store is not None
    assert settings.store_keys is not None
    before = settings.store_keys.read_bytes()
    Queue(settings.store, settings.store_keys).close()
    assert settings.store_keys.read_bytes() == before


def test_restored_store_gives_up_what_has_been_forgotten_since(settings: Settings, queue: Queue) -> None:
    dispatched(queue)
    parcel = queue.take_parcel(START)
    assert parcel is not None
    with connected(settings) as connection:
        before = connection.execute(text('SELECT content FROM "CPI_PARCEL"')).scalar_one()
        queue.delivered(parcel, "created", START)
        back = """UPDATE "CPI_PARCEL" SET content = :content, state = 'waiting'"""
        connection.execute(text(back), {"content": before})
    assert queue.take_parcel(START) is None
    (message,) = queue.log.messages()
    assert (message["status"], message["error_id"]) == ("ESCALATED", "MON-3")


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (lambda keys, _: keys.unlink(), "No such file or directory"),
        (lambda keys, _: keys.write_bytes(b"something else" * 9), "is no key file"),
        (lambda keys, _: (keys.unlink(), KeyFile.create(keys)), "of another store"),
    ],
)
def test_store_without_its_key_file_is_refused(settings: Settings, change: object, why: str) -> None:
    assert settings.store is not None
    Queue(settings.store, settings.store_keys).close()
    assert callable(change)
    change(settings.store_keys, None)
    with pytest.raises(KeyFileError, match=why):
        Queue(settings.store, settings.store_keys)


def test_store_of_a_server_needs_a_key_file(settings: Settings) -> None:
    assert settings.store is not None
    with pytest.raises(KeyFileError, match="store_keys has to name a file"):
        Queue(settings.store)


def test_store_of_the_connector_says_which_setting_it_lacks(connector_settings: Settings) -> None:
    with pytest.raises(KeyFileError, match="scm_store_keys if it is the connector's"):
        open_connector_store(connector_settings.model_copy(update={"scm_store_keys": None}))


def test_nothing_of_a_contract_that_is_filtered_while_it_waits_for_scm_can_be_read(
    settings: Settings, connector_settings: Settings, folder: Path
) -> None:
    def down(*_: object) -> SiteAnswer:
        raise requests.ConnectionError

    def emit(event: EventPayload) -> None:
        landscape.connector.receive(event)

    clock = ManualClock(START)
    tenant = create_tenant(connector_settings, emit, clock)
    taps: Callable[[ScmSites], ScmSites] = lambda sites: sites._replace(scm=down)  # noqa: E731
    with (
        closing(ScmSystem()) as system,
        ScmLandscape(connector_settings, tenant, system=system, taps=taps, clock=clock) as landscape,
    ):
        nda = landscape.workflow.draft(NDA, {**CONTRACT_TERMS, "Name": "zqznda"}, sys_id="zqzsysid", code="PNDAZQZ")
        waiting = sealed_rows(settings)
        assert any("zqznda" in opened for opened in readable(settings, waiting))
        tenant.set_attributes(nda, {FLAG: True})
        tenant.send_event("StatusChanged", nda)
        clock.now += timedelta(hours=1)
        landscape.connector.work()
    assert still_readable(settings, waiting) == []
    for trace in ("zqznda", "zqzsysid", "PNDAZQZ"):
        assert written(settings, folder, trace) == []


def test_key_file_belongs_to_one_store(settings: Settings, postgres: Postgres, queue: Queue) -> None:
    accepted(queue)
    other = postgres.settings()
    assert other.store is not None
    with pytest.raises(KeyFileError, match="of another store"):
        Queue(other.store, settings.store_keys)


def test_key_file_is_its_owners_alone(settings: Settings, queue: Queue) -> None:
    accepted(queue)
    assert settings.store_keys is not None
    assert settings.store_keys.stat().st_mode & 0o777 == 0o600


def test_words_of_a_system_cannot_be_read_once_the_agreement_is_filtered(
    settings: Settings, folder: Path, queue: Queue
) -> None:
    sys_id, code = "zqysysid", "PSTZQY"
    source = {"source": "/icertis/syensqo-uat"}
    fields = {"TENANTID": source["source"], "SYSID": sys_id, "ICMAGREEMENTCODE": code, "ICMEXPIRYDATE": "20271231"}
    words = f"no entry for code {code} and System ID {sys_id}"
    for number, action in enumerate(("Terminated", "Executed", "ExecutedUpdated")):
        queue.accept(str(number), "", ReceivedEvent(source, {"SysId": sys_id, "ActionName": action}), START)
        fetch = queue.take_fetch(START)
        assert fetch is not None
        kind = {**source, "contract_type": "ICMStandaloneAgreement", "action": action}
        fetch = fetch._replace(event_fields=kind)
        if action == "ExecutedUpdated":
            queue.filter(fetch, START)
            continue
        queue.dispatch(fetch, Message(fields, None), ["PF2", "WP2"], START)
        for system in ("PF2", "WP2"):
            parcel = queue.take_parcel(START, system=system)
            assert parcel is not None
            missed = InterfaceError("D-07", "", words, Failure.NO_ENTRY)
            queue.not_delivered(parcel, missed, timedelta(0) if system == "PF2" else None, START)
        assert [row["error_message"] for row in queue.log.parcels([str(number)])] == [words, words]
        assert queue.log.messages([str(number)])[0]["error_message"] == words
    assert {row["error_message"] for row in (*queue.log.messages(), *queue.log.parcels())} <= {""}
    for trace in (sys_id, code):
        assert written(settings, folder, trace) == []


def test_class_of_a_message_may_be_as_long_as_in_sap(queue: Queue) -> None:
    dispatched(queue)
    parcel = queue.take_parcel(START)
    assert parcel is not None
    queue.not_delivered(parcel, InterfaceError("ZMM_ICERTIS_CONTRACT 012", "NAME", "wrong"), None, START)
    assert [row["error_id"] for row in queue.log.messages()] == ["ZMM_ICERTIS_CONTRACT 012"]


def test_store_of_an_older_version_takes_longer_classes(settings: Settings, queue: Queue) -> None:
    with connected(settings) as connection:
        connection.execute(text('ALTER TABLE "CPI_PARCEL" ALTER COLUMN error_id TYPE VARCHAR(12)'))
        connection.execute(text('ALTER TABLE "CPI_MESSAGE" ALTER COLUMN error_id TYPE VARCHAR(12)'))
    assert settings.store is not None
    Queue(settings.store, settings.store_keys).close()
    test_class_of_a_message_may_be_as_long_as_in_sap(queue)
