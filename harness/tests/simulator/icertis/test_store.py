"""The database of a tenant: what is there after the process has ended, and after a save that failed."""

from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import NullPool, create_engine, text
from sqlalchemy.exc import SQLAlchemyError

from simulator.icertis.agreement import MASTER, SUB, AgreementStatus
from simulator.icertis.store import IcertisStore, TenantContent
from simulator.icertis.tenant import EventPayload, IcertisTenant


class _KeptTenant:
    """A tenant with its store, as a served ICI has it."""

    def __init__(self, url: str) -> None:
        self.store = IcertisStore(url)
        self.events: list[EventPayload] = []
        self.found = self.store.load()
        self.tenant = IcertisTenant(
            "ici.test",
            self.events.append,
            clock=lambda: datetime(2026, 1, 5, tzinfo=UTC),
            on_change=self.store.note_change,
        )
        self.tenant.restore(self.found.agreements, self.found.numbers, self.found.starts)

    def save(self) -> None:
        self.store.save(self.tenant, self.events)


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'ici.db'}"


@pytest.fixture
def kept(url: str) -> Iterator[_KeptTenant]:
    made = _KeptTenant(url)
    yield made
    made.store.close()


def _reopened(url: str) -> TenantContent:
    with closing(IcertisStore(url)) as store:
        return store.load()


def test_codes_go_on_where_they_were(kept: _KeptTenant, url: str) -> None:
    for kind in (MASTER, SUB, MASTER):
        kept.tenant.draft(kind, {})
        kept.save()
    assert _reopened(url).numbers == {MASTER.name: 2, SUB.name: 1}


def test_changed_agreement_replaces_what_was_stored(kept: _KeptTenant, url: str) -> None:
    drafted = [kept.tenant.draft(kind, {"Name": "as drafted"}, code=code) for kind, code in ((MASTER, "M"), (SUB, "S"))]
    kept.save()
    kept.tenant.set_attributes(drafted[0], {"Name": "changed"})
    kept.tenant.execute(drafted[1])
    kept.save()
    found = [(one.code, one.attributes["Name"], one.status) for one in _reopened(url).agreements]
    assert found == [
        ("M", "changed", AgreementStatus.DRAFT),
        ("S", "as drafted", AgreementStatus.EXECUTED),
    ]


def test_event_stays_until_it_is_taken(kept: _KeptTenant, url: str) -> None:
    one = kept.tenant.draft(MASTER, {})
    kept.tenant.execute(one)
    kept.tenant.send_event("ExecutedUpdated", one)
    kept.save()
    assert _reopened(url).events == kept.events
    del kept.events[0]
    kept.save()
    assert [event["type"] for event in _reopened(url).events] == ["Icertis.ExecutedUpdated"]


def test_what_could_not_be_stored_is_stored_the_next_time(kept: _KeptTenant, url: str) -> None:
    stored = kept.tenant.draft(MASTER, {})
    kept.save()
    with closing(create_engine(url, poolclass=NullPool).connect()) as other:
        other.execute(text('ALTER TABLE "ICI_EVENT" RENAME TO away'))
        other.commit()
        kept.tenant.execute(stored)
        kept.tenant.execute(kept.tenant.draft(SUB, {}))
        with pytest.raises(SQLAlchemyError):
            kept.save()
        other.execute(text('ALTER TABLE away RENAME TO "ICI_EVENT"'))
        other.commit()
    kept.save()
    found = _reopened(url)
    assert [one.status for one in found.agreements] == [AgreementStatus.EXECUTED] * 2
    assert found.numbers == {MASTER.name: 1, SUB.name: 1}
    assert found.events == kept.events


def test_emptied_tenant_is_as_one_that_starts_for_the_first_time(kept: _KeptTenant, url: str) -> None:
    kept.tenant.execute(kept.tenant.draft(MASTER, {}))
    kept.save()
    assert kept.store.reset() == TenantContent([], {}, 0, [])
    assert _reopened(url) == TenantContent([], {}, 1, [])
