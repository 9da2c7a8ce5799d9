"""A confidential agreement is never written, and no error shows the values of another (SEC-2)."""

import logging
import traceback
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from harness.doubles.clocks import ManualClock
from harness.doubles.icertis_faults import FaultySite, parse_fault
from harness.doubles.taps import ExchangeLog
from harness.tests.support.canary_site import FLAG, MARK, MarkingSite
from simulator.cpi.process_event import Outcome
from simulator.database import make_engine
from simulator.ecc.authorisation import ROLES, User
from simulator.ecc.maintenance import EntryId, Maintenance
from simulator.ecc.system import EccSystem
from simulator.ecc.tables import CONTRACT
from simulator.icertis.agreement import MASTER, STANDALONE, SUB, SUPPORTING, amendment_type
from simulator.icertis.rest import RawJson, RestSite
from simulator.icertis.tenant import IcertisTenant
from simulator.landscape import Landscape
from simulator.settings import Settings

KINDS = (MASTER, SUB, SUPPORTING, STANDALONE)
ACTIONS = ("Executed", "Renewed", "Terminated", "ExecutedUpdated")
SYS_ID = "zqxsysid"


class MarkingTaps(ExchangeLog):
    """Let an ICI with faults answer, and mark its answers where a flag is given."""

    def __init__(self, flag: object) -> None:
        super().__init__(recording=False)
        self._flag = flag

    def site(self, site: RestSite) -> RestSite:
        self.faulty_site = FaultySite(site)
        return self.faulty_site if self._flag is None else MarkingSite(self.faulty_site, self._flag)


class SearchedFolder:
    """A landscape on files, with everything logged, to be searched for traces."""

    def __init__(self, folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
        self.folder = folder
        self.clock = ManualClock(datetime(2026, 1, 5, 8, 0, tzinfo=UTC))
        self.errors: list[str] = []
        self.stack = ExitStack()
        self._capfd = capfd

    def started(self, flag: object = None) -> tuple[Landscape, FaultySite]:
        """Start CPI on the files. A landscape started before stays open, as one that was killed.

        With a `flag`, ICI answers it as the flag of every agreement, and marks all other values.
        """
        settings, taps = Settings().with_data_directory(self.folder), MarkingTaps(flag)
        landscape = Landscape(settings, taps=taps, observe=self._observed, clock=self.clock)
        return self.stack.enter_context(landscape), taps.faulty_site

    def search(self, what: str) -> list[str]:
        """List the files and outputs that hold a text, in any case."""
        files = [file for file in self.folder.iterdir() if file.is_file()]
        places = {file.name: file.read_bytes() for file in files}
        assert {"CPI.db", "PF2.db", "WP2.db", "log"} <= set(places)
        places["output"] = "".join(self._capfd.readouterr()).encode()
        places["errors"] = "".join(self.errors).encode()
        return [name for name, content in places.items() if what.encode() in content.lower()]

    def _observed(self, outcome: Outcome) -> None:
        for error in (outcome.failure, *outcome.refusals.values()):
            if error:
                self.errors += [*traceback.format_exception(error), repr(error)]


@pytest.fixture
def place(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> Iterator[SearchedFolder]:
    made = SearchedFolder(tmp_path, capfd)
    root = logging.getLogger()
    before, handler = root.level, logging.FileHandler(tmp_path / "log")
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield made
    root.setLevel(before)
    root.removeHandler(handler)
    handler.close()
    made.stack.close()


def draft_all(tenant: IcertisTenant) -> list[dict[str, object]]:
    """Draft agreements and amendments of all types, some with two masters. Return all their events."""
    masters = [tenant.draft(MASTER, {}) for _ in range(2)]
    told = []
    for kind in KINDS:
        agreement = tenant.draft(kind, {}, sys_id=f"{SYS_ID}-{kind.code_prefix}")
        amendment = tenant.draft(amendment_type(kind), {}, sys_id=f"{SYS_ID}-{kind.code_prefix}-AMD")
        if kind in (SUB, SUPPORTING):
            agreement.masters.extend(masters)
        told += [(agreement, action) for action in ACTIONS] + [(amendment, "AmendmentExecuted")]
    return [
        {
            "source": tenant.source,
            "subject": f"{MARK} of the event",
            "Data": {
                "contracttypename": agreement.kind.name,
                "SysId": agreement.sys_id,
                "ActionName": action,
                "Name": f"{MARK} of the event",
            },
        }
        for agreement, action in told
    ]


@pytest.mark.parametrize(
    ("flag", "call", "failure"),
    [
        (True, 1, ""),
        (True, 1, "status 500"),
        (True, 1, "status 403"),
        (True, 1, "half a JSON"),
        (True, 1, "an answer that takes too long"),
        (True, 2, "status 500"),
        (True, 2, "half a JSON"),
        (" TRUE ", 1, ""),
        (MARK, 1, ""),
        (MARK, 2, "status 503"),
        ("", 1, ""),
        ([True, False], 1, ""),
        ({"DisplayValue": MARK}, 1, "status 404"),
    ],
)
def test_nothing_of_confidential_agreements_is_written(
    place: SearchedFolder, flag: object, call: int, failure: str
) -> None:
    first, ici = place.started(flag)
    if failure:
        ici.always[call] = parse_fault(failure)
    for system in first.systems.values():
        system.is_up = False
    for event in draft_all(first.tenant):
        assert first.post_event(event).status == 202
    place.clock.now += timedelta(minutes=1)
    first.work()
    assert place.search(MARK) == []

    second, _ = place.started(flag)
    draft_all(second.tenant)
    assert second.queue is not None
    for entry in second.monitoring.entries():
        second.queue.retry(entry.guid, place.clock.now)
    while (due := second.queue.next_due()) is not None:
        place.clock.now = max(place.clock.now, due)
        second.work()
    assert {entry.status for entry in second.monitoring.entries()} <= {"DISCARDED", "FAILED", "ESCALATED"}
    assert place.search(MARK) == []
    if flag in (True, " TRUE "):
        assert place.search(SYS_ID) == []  # not even which agreement it was
    place.stack.close()
    assert place.search(MARK) == []


BAD: dict[str, object] = {
    FLAG: MARK,
    "ICMAgreementCode": f"{MARK}{'x' * 20}",
    "ICMAppSrcSupplierID": f"{MARK}xxxx",
    "ICMEffectiveDate": f"{MARK}-01-01",
    "ICMExpiryDate": f"2026-99-99T{MARK}",
    "ICMTotalContractValue": {"Value": MARK},
    "ICMCurrency": [MARK, MARK],
    "ICMLegalEntityCode": [{"DisplayValue": MARK}, {"DisplayValue": MARK}],
    "ICMPurchasingOrgCode": f"FR10,{MARK}",
    "ICMOrgTeam": MARK * 4,
    "ICMPrimaryOwnerName": {"Deep": {"DisplayValue": MARK}},
    "ICMIncotermsCode": MARK,
    "ICMIncotermslocation": MARK * 20,
    "ICMPaymentTerms": MARK,
    "Name": {MARK: MARK},
}


@pytest.mark.parametrize("field", BAD)
def test_an_error_names_the_field_and_never_its_value(place: SearchedFolder, field: str) -> None:
    landscape, _ = place.started()
    terms: dict[str, object] = {FLAG: False, "Name": f"{MARK} good", field: RawJson(BAD[field])}
    agreement = landscape.tenant.draft(STANDALONE, terms, sys_id=SYS_ID)
    landscape.tenant.execute(agreement)
    (entry,) = landscape.monitoring.entries()
    assert (entry.status, entry.error_field) == ("FAILED", field)
    assert place.search(MARK) == []


def test_return_table_names_fields_and_never_values() -> None:
    system = EccSystem("PF2")
    message = {column.name: MARK * 40 for column in CONTRACT.columns} | {"UNKNOWN": MARK}
    returned = system.z_mm_icmcontract_upsert(message, [MARK])
    assert {line.FIELD for line in returned} == {*message, "PURCHASINGORG"}
    assert MARK not in str(returned)
    system.close()


def test_database_error_shows_the_statement_and_no_values(tmp_path: Path) -> None:
    database = make_engine(f"sqlite:///{tmp_path / 'any.db'}", "normal")
    with pytest.raises(SQLAlchemyError) as raised, database.begin() as connection:
        connection.execute(text("INSERT INTO missing VALUES (:value)"), {"value": MARK})
    assert MARK not in "".join([str(raised.value), repr(raised.value), *traceback.format_exception(raised.value)])
    database.dispose()


@pytest.mark.parametrize("gone_before", [False, True])
def test_entry_deleted_as_confidential_is_gone_from_the_files(place: SearchedFolder, gone_before: bool) -> None:  # noqa: FBT001
    landscape, _ = place.started()
    kept = landscape.tenant.draft(STANDALONE, {FLAG: False, "Name": "zqkept"}, sys_id="zqxother", code="PST9998")
    terms: dict[str, object] = {FLAG: False, "Name": MARK, "ICMPurchasingOrgCode": "QX77"}
    agreement = landscape.tenant.draft(STANDALONE, terms, sys_id=SYS_ID, code="PST9999")
    for one in (kept, agreement):
        landscape.tenant.execute(one)
    which = EntryId("PST9999", SYS_ID)
    for system in landscape.systems.values():
        sm30 = Maintenance(system, User("SUPPORT", ROLES["support"]), place.clock)
        for words in (f"{MARK} by hand", f"{MARK} again"):
            assert sm30.change(which, {"NAME": words, "ICMINCOTERMSLOCATION": words}, ["QX78"])[-1].TYPE == "S"
        assert sm30.change(EntryId("PST9998"), {"ICMINCOTERMSLOCATION": "zqkept"})[-1].TYPE == "S"
        if gone_before:
            sm30.delete(which)
    assert {"PF2.db-wal", "WP2.db-wal"} & set(place.search(MARK))

    for system in landscape.systems.values():
        sm30 = Maintenance(system, User("SUPPORT", ROLES["support"]), place.clock)
        returned = sm30.delete_confidential(which)
        assert returned[-1].TYPE == "S"
        assert "PST9999" not in str(returned)
        assert {row["USERNAME"] for row in system.change_log()} == {"SUPPORT"}
    for trace in (MARK, SYS_ID, "pst9999", "qx77", "qx78"):  # CPI had it in its time, when it was not confidential
        assert [name for name in place.search(trace) if not name.startswith("CPI.db")] == []
    assert {name[:3] for name in place.search("zqkept")} >= {"PF2", "WP2"}
