"""Filter an agreement while messages of it wait, are read or are delivered (D-63)."""

from collections.abc import Iterator, Mapping
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from harness.data_directory import read_store
from simulator.cpi.event import ReceivedEvent
from simulator.cpi.queue import Queue
from simulator.cpi.statements import LEASE
from simulator.cpi.work_items import DeliveryTask, FetchTask
from simulator.errors import Failure, InterfaceError
from simulator.mapping.message import Message

AT = datetime(2026, 1, 5, 8, 0, tzinfo=UTC)
TENANT = "/icertis/syensqo-uat"
DOWN = InterfaceError("D-20", "", "down", Failure.SYSTEM_DOWN)


@pytest.fixture
def queue() -> Iterator[Queue]:
    made = Queue("sqlite://")
    yield made
    made.close()


def fetched(queue: Queue, guid: str, sys_id: str = "s", action: str = "ExecutedUpdated") -> FetchTask:
    """Accept an event and take it."""
    queue.accept(guid, "", ReceivedEvent({"source": TENANT, "SysId": sys_id}, {}), AT)
    fetch = queue.take_fetch(AT, guid)
    assert fetch is not None
    return fetch._replace(event_fields={"source": TENANT, "action": action})


def dispatched(queue: Queue, guid: str, sys_id: str = "s", of: str = "s", systems: tuple[str, ...] = ("PF2",)) -> None:
    """Queue the message of an event about the agreement `of`."""
    message = Message({"TENANTID": TENANT, "SYSID": of, "ICMAGREEMENTCODE": "PST1", "NAME": "secret"}, None)
    queue.dispatch(fetched(queue, guid, sys_id), message, dict.fromkeys(systems), AT)


def taken(queue: Queue) -> DeliveryTask:
    parcel = queue.take_parcel(AT)
    assert parcel is not None
    return parcel


def statuses(queue: Queue) -> Mapping[str, str]:
    return {row["guid"]: row["status"] for row in queue.log.messages()}


@pytest.mark.parametrize("ends_well", [True, False])
def test_delivery_under_way_is_neither_recorded_nor_repeated(queue: Queue, *, ends_well: bool) -> None:
    dispatched(queue, "first")
    parcel = taken(queue)
    queue.filter(fetched(queue, "second"), AT)
    if ends_well:
        queue.delivered(parcel, "created", AT)
    else:
        queue.not_delivered(parcel, DOWN, timedelta(0), AT)
    assert queue.log.parcels() == []
    assert statuses(queue) == {"first": "DISCARDED", "second": "DISCARDED"}
    assert queue.next_due() is None


def test_message_of_a_killed_worker_is_destroyed_before_its_lease_ends(queue: Queue) -> None:
    dispatched(queue, "first")
    taken(queue)
    queue.filter(fetched(queue, "second"), AT)
    assert queue.take_parcel(AT + LEASE) is None
    assert "secret" not in str(queue.log.parcels())


def test_event_that_is_being_read_is_read_once_more(queue: Queue) -> None:
    amendment = fetched(queue, "amendment", "a", "AmendmentExecuted")
    queue.filter(fetched(queue, "second"), AT)
    queue.dispatch(amendment, Message({"SYSID": "s", "ICMAGREEMENTCODE": "PST1"}, None), ["PF2"], AT)
    assert queue.log.parcels() == []
    again = queue.take_fetch(AT)
    assert again is not None
    assert again.guid == "amendment"


def test_event_that_is_put_back_loses_its_refused_messages_and_is_read(queue: Queue) -> None:
    dispatched(queue, "first")
    error = InterfaceError("D-07", "", "no entry for code PST1", Failure.NO_ENTRY)
    queue.not_delivered(taken(queue), error, None, AT)
    second = fetched(queue, "second")
    assert queue.retry("first", AT)
    queue.filter(second, AT)
    assert queue.log.parcels() == []
    assert statuses(queue) == {"first": "RETRY", "second": "DISCARDED"}
    assert "PST1" not in str(queue.log.messages())


def test_event_that_is_put_back_keeps_what_a_system_has_of_it(queue: Queue) -> None:
    dispatched(queue, "first", systems=("PF2", "WP2"))
    error = InterfaceError("D-07", "", "no entry for code PST1", Failure.NO_ENTRY)
    queue.not_delivered(taken(queue), error, None, AT)
    queue.delivered(taken(queue), "created", AT)
    second = fetched(queue, "second")
    assert queue.retry("first", AT)
    queue.filter(second, AT)
    assert [(row["system"], row["state"]) for row in queue.log.parcels()] == [("WP2", "created")]


def test_event_that_one_system_has_is_discarded_for_the_other(queue: Queue) -> None:
    dispatched(queue, "first", systems=("PF2", "WP2"))
    queue.delivered(taken(queue), "created", AT)
    queue.filter(fetched(queue, "second"), AT)
    assert queue.log.parcels() == []
    assert {row["sys_id"] for row in queue.log.messages()} == {""}


@pytest.mark.parametrize("sys_id", ["ÄÖÜ", "K\u212a", "A" * 300])
def test_event_that_failed_under_an_odd_system_id_is_forgotten(queue: Queue, sys_id: str) -> None:
    failed = fetched(queue, "first", sys_id)
    queue.fetch_failed(failed, InterfaceError("CALL-1", "", "status 403"), None, AT, exhausted=False)
    queue.filter(fetched(queue, "second", sys_id.lower()), AT)
    assert statuses(queue) == {"first": "DISCARDED", "second": "DISCARDED"}
    assert {row["sys_id"] for row in queue.log.messages()} == {""}


@pytest.mark.parametrize("sys_id", ["ÄÖÜ", "A" * 300])
def test_events_under_an_odd_system_id_wait_for_each_other(queue: Queue, sys_id: str) -> None:
    for guid, spelling in (("first", sys_id), ("second", sys_id.lower())):
        queue.accept(guid, "", ReceivedEvent({"source": TENANT, "SysId": spelling}, {}), AT)
    assert queue.take_fetch(AT) is not None
    assert queue.take_fetch(AT) is None


def test_log_shows_a_system_id_as_it_came(queue: Queue) -> None:
    for guid, sys_id in (("first", "abc"), ("second", "ABC"), ("third", "Ä" * 300)):
        queue.accept(guid, "", ReceivedEvent({"source": TENANT, "SysId": sys_id}, {}), AT)
    assert [row["sys_id"] for row in queue.log.messages()] == ["abc", "ABC", "Ä" * 255]


def test_event_that_every_system_has_stays_in_the_log(queue: Queue) -> None:
    dispatched(queue, "first")
    queue.delivered(taken(queue), "created", AT)
    queue.filter(fetched(queue, "second"), AT)
    assert statuses(queue) == {"first": "COMPLETED", "second": "DISCARDED"}
    assert [row["state"] for row in queue.log.parcels()] == ["created"]


def test_agreement_whose_system_id_begins_alike_goes_on(queue: Queue) -> None:
    for guid, sys_id in (("longer", "s1"), ("blank", "s 1")):
        dispatched(queue, guid, sys_id, of=sys_id)
    queue.filter(fetched(queue, "second"), AT)
    assert [row["guid"] for row in queue.log.parcels()] == ["longer", "blank"]


def test_amendment_takes_its_own_messages_along_in_every_spelling(queue: Queue) -> None:
    dispatched(queue, "agreement")
    dispatched(queue, "amendment", "A")
    queue.filter(fetched(queue, "again", "a", "AmendmentExecuted"), AT)
    assert [row["guid"] for row in queue.log.parcels()] == ["agreement"]


def test_nothing_is_destroyed_under_an_expired_lease(queue: Queue) -> None:
    dispatched(queue, "first")
    slow = fetched(queue, "slow")
    assert queue.take_fetch(AT + LEASE, "slow") is not None
    queue.filter(slow, AT + LEASE)
    assert statuses(queue) == {"first": "PROCESSING", "slow": "PROCESSING"}
    assert len(queue.log.parcels()) == 1


def test_delivered_messages_of_an_event_to_be_filtered_name_no_agreement(queue: Queue) -> None:
    dispatched(queue, "first", systems=("PF2", "WP2"))
    queue.not_delivered(taken(queue), DOWN, None, AT)
    queue.delivered(taken(queue), "created", AT)
    assert queue.retry("first", AT)
    again = queue.take_fetch(AT)
    assert again is not None
    told = again._replace(told_confidential=True, event_fields={"source": TENANT, "action": "ExecutedUpdated"})
    error = InterfaceError("CALL-2", "", "ICI answered with HTTP status 500", Failure.SERVER_ERROR)
    queue.fetch_failed(told, error, timedelta(seconds=30), AT, exhausted=True)
    assert [(row["state"], row["agreement"]) for row in queue.log.parcels()] == [("created", "")]


def test_what_waits_is_destroyed_as_soon_as_call_1_has_said_confidential(queue: Queue) -> None:
    dispatched(queue, "first")
    told = fetched(queue, "second")._replace(told_confidential=True)
    error = InterfaceError("CALL-2", "", "ICI answered with HTTP status 500", Failure.SERVER_ERROR)
    queue.fetch_failed(told, error, timedelta(seconds=30), AT, exhausted=True)
    assert queue.log.parcels() == []
    assert statuses(queue) == {"first": "DISCARDED", "second": "RETRY"}


def test_stores_file_shows_nothing_of_an_event_to_be_filtered(tmp_path: Path) -> None:
    with closing(Queue(f"sqlite:///{tmp_path / 'CPI.db'}")) as queue:
        told = fetched(queue, "only", "secret")._replace(told_confidential=True)
        error = InterfaceError("CALL-2", "", "ICI answered with HTTP status 500", Failure.SERVER_ERROR)
        queue.fetch_failed(told, error, timedelta(seconds=30), AT, exhausted=True)
        assert "secret" not in str(read_store(tmp_path).messages())


def test_event_to_be_filtered_is_listed_without_its_system_id(queue: Queue) -> None:
    told = fetched(queue, "only", "secret")._replace(told_confidential=True)
    error = InterfaceError("CALL-2", "", "ICI answered with HTTP status 500", Failure.SERVER_ERROR)
    queue.fetch_failed(told, error, timedelta(seconds=30), AT, exhausted=True)
    assert "secret" not in str(queue.log.messages())
    again = queue.take_fetch(AT + timedelta(seconds=30))
    assert again is not None
    assert again.sys_id == "secret"


def waiting_for_a_master(queue: Queue, guid: str, master: str, tenant: str = TENANT) -> None:
    """Queue the message of a Sub Agreement that is associated to a master."""
    fetch = fetched(queue, guid, guid)
    fetch = fetch._replace(event_fields={**fetch.event_fields, "contract_type": "ICMSubAgreement"})
    association = {"ASSOCIATINGTYPE": "MAS", "ASSOCIATINGCODE": "PMA1", "ASSOCIATINGSYSID": master}
    fields = {"TENANTID": tenant, "SYSID": guid, "ICMAGREEMENTCODE": "PSUB1", "NAME": "Resins", **association}
    queue.dispatch(fetch, Message(fields, None), {"PF2": None}, AT)


def filtered_master(queue: Queue, *, withhold: bool = True) -> None:
    fetch = fetched(queue, "filtered", "Master")
    queue.filter(
        fetch._replace(event_fields={**fetch.event_fields, "contract_type": "ICMMasterAgreement"}),
        AT,
        withhold=withhold,
    )


def test_what_waits_loses_its_master_once_that_is_filtered(queue: Queue) -> None:
    waiting_for_a_master(queue, "sub", "master")
    waiting_for_a_master(queue, "another", "another master")
    waiting_for_a_master(queue, "foreign", "master", "/icertis/syensqo")
    refused = taken(queue)
    queue.not_delivered(refused, DOWN, None, AT)
    filtered_master(queue)
    told = {row["guid"]: "PMA1" in row["content"] for row in queue.log.parcels()}
    assert told == {"sub": False, "another": True, "foreign": True}
    assert all("Resins" in row["content"] for row in queue.log.parcels())
    notes = {row["guid"]: row["note"] for row in queue.log.messages() if row["guid"] != "filtered"}
    withheld = "its master is confidential: the association is withheld (D-66)"
    assert notes == {"sub": withheld, "another": "", "foreign": ""}


def test_what_waits_keeps_its_master_as_the_sheet_has_it(queue: Queue) -> None:
    waiting_for_a_master(queue, "sub", "master")
    filtered_master(queue, withhold=False)
    assert "PMA1" in queue.log.parcels()[0]["content"]


def test_message_that_a_system_has_taken_meanwhile_stays_blank(queue: Queue) -> None:
    waiting_for_a_master(queue, "sub", "master")
    queue.delivered(taken(queue), "created", AT)
    filtered_master(queue)
    assert [row["content"] for row in queue.log.parcels()] == [""]


def failed(queue: Queue, guid: str, event: ReceivedEvent, parent: str = "") -> None:
    """Let an event fail for good, after call 1 has named its parent or before."""
    queue.accept(guid, "", event, AT)
    fetch = queue.take_fetch(AT, guid)
    assert fetch is not None
    error = InterfaceError("D-13", "ICMPaymentTerms", "14 characters")
    error.parent = parent
    fetch = fetch._replace(event_fields={"source": TENANT, "action": "AmendmentExecuted"} if parent else {})
    queue.fetch_failed(fetch, error, None, AT, exhausted=False)


@pytest.mark.parametrize("parent", ["s", "other"])
def test_amendment_that_failed_is_forgotten_with_its_agreement(queue: Queue, parent: str) -> None:
    failed(queue, "amendment", ReceivedEvent({"source": TENANT, "SysId": "a"}, {}), parent)
    queue.filter(fetched(queue, "second"), AT)
    assert statuses(queue) == {"amendment": "DISCARDED" if parent == "s" else "FAILED", "second": "DISCARDED"}
    assert [row["sys_id"] for row in queue.log.messages()] == ["" if parent == "s" else "a", ""]


def test_amendment_of_another_tenant_that_failed_stays(queue: Queue) -> None:
    failed(queue, "amendment", ReceivedEvent({"source": "/icertis/syensqo", "SysId": "a"}, {}), "s")
    with queue._transaction() as connection:  # noqa: SLF001 - `failed` is of the other tenant
        connection.exec_driver_sql("UPDATE CPI_MESSAGE SET source = '/icertis/syensqo'")
    queue.filter(fetched(queue, "second"), AT)
    assert statuses(queue)["amendment"] == "FAILED"


@pytest.mark.parametrize(("other", "status"), [("S", "DISCARDED"), ("b", "FAILED")])
def test_event_without_a_readable_system_id_is_forgotten_with_its_agreement(
    queue: Queue, other: str, status: str
) -> None:
    failed(queue, "broken", ReceivedEvent({"SysId": other}, {"SysId": "c"}))
    assert [row["sys_id"] for row in queue.log.messages()] == [""]
    queue.filter(fetched(queue, "second"), AT)
    assert statuses(queue)["broken"] == status
    assert bool(queue.log.messages()[0]["payload"]) is (status == "FAILED")
