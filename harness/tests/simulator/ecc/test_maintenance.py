"""Maintenance of the Z-tables where features cannot look: failures, ambiguous entries, the log in detail."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta, timezone
from typing import get_args

import pytest
from sqlalchemy import Connection, event, insert
from sqlalchemy.exc import OperationalError

from harness.tests.support.cli_runner import ENTRY, OUTLINE_AGREEMENT
from simulator.ecc.authorisation import AUTH_GROUP, BROWSE, DISPLAY, MAINTAIN, ROLES, Role, User
from simulator.ecc.bapiret2 import Bapiret2
from simulator.ecc.change_log import ChangeStamp
from simulator.ecc.maintenance import EntryId, Maintenance
from simulator.ecc.system import EccSystem
from simulator.ecc.tables import PURCHORG
from simulator.errors import InterfaceError
from simulator.settings import Settings

NOW = datetime(2026, 1, 5, 8, 0, tzinfo=UTC)
OTHER_SYS_ID = "44444444-0000-4000-8000-000000004001"
ACTIONS: Mapping[str, Callable[[Maintenance], list[Bapiret2]]] = {
    "change": lambda sm30: sm30.change(EntryId("PSUB2001"), {"NAME": "Water"}, ["DE10"]),
    "reset": lambda sm30: sm30.reset(EntryId("PSUB2001")),
    "delete": lambda sm30: sm30.delete(EntryId("PSUB2001")),
    "delete as confidential": lambda sm30: sm30.delete_confidential(EntryId("PSUB2001")),
}


@pytest.fixture
def system() -> Iterator[EccSystem]:
    """Make a system that holds the Sub Agreement PSUB2001."""
    made = EccSystem("PF2")
    assert [one.TYPE for one in made.z_mm_icmcontract_upsert(ENTRY, ["FR10", "BE10"])] == ["S"]
    yield made
    made.close()


def session_of(role: Role, system: EccSystem, now: datetime = NOW) -> Maintenance:
    return Maintenance(system, User("SOMEBODY", role), lambda: now)


@pytest.fixture
def sm30(system: EccSystem) -> Maintenance:
    return session_of(ROLES["support"], system)


def numbers(messages: Iterable[Bapiret2]) -> list[str]:
    return [one.NUMBER for one in messages]


def test_settings_know_every_role() -> None:
    users = Settings.model_fields["users"].annotation
    _, roles = get_args(users)
    assert set(get_args(roles)) == set(ROLES)
    assert set(Settings().users.values()) == set(ROLES)


def test_roles_with_table_transactions_may_display_the_tables() -> None:
    looking = [role for role in ROLES.values() if role.s_tcode & {BROWSE, MAINTAIN}]
    assert len(looking) == 3
    assert all((AUTH_GROUP, DISPLAY) in role.s_tabu_dis for role in looking)


def test_transaction_without_activity_03_shows_nothing(system: EccSystem) -> None:
    view = session_of(Role(frozenset({MAINTAIN}), frozenset({("ZMM", "03")})), system).display(MAINTAIN)
    assert (numbers(view.messages), view.messages[0].FIELD, view.tables) == (["061"], "ACTVT", {})


@pytest.mark.parametrize("table", ["ZMM_ICMCONTRACT", "ZMM_ICMPURCHORG", "ZMM_ICMCHANGES"])
@pytest.mark.parametrize("action", ACTIONS)
def test_failed_action_changes_nothing(system: EccSystem, sm30: Maintenance, action: str, table: str) -> None:
    assert numbers(sm30.change(EntryId("PSUB2001"), {"NAME": "Steam"})) == ["002"]
    before = system.tables(), system.change_log()
    connection = system._connection  # noqa: SLF001 - a database has no public way to fail

    def check(_connection: Connection, _cursor: object, statement: str, *_: object) -> None:
        if statement.startswith(("INSERT", "UPDATE", "DELETE")) and f'"{table}"' in statement:
            raise OperationalError(None, None, Exception("disk I/O error"))

    event.listen(connection, "before_cursor_execute", check)
    with pytest.raises(InterfaceError, match="D-20"):
        ACTIONS[action](sm30)
    event.remove(connection, "before_cursor_execute", check)
    assert (system.tables(), system.change_log()) == before


def test_organisations_stay_for_another_entry_with_the_system_id(system: EccSystem, sm30: Maintenance) -> None:
    system.z_mm_icmcontract_upsert({**ENTRY, "ICMAGREEMENTCODE": "PSUB2009"}, None)
    assert numbers(sm30.reset(EntryId("PSUB2009"))) == ["051"]
    assert numbers(sm30.delete(EntryId("PSUB2001"))) == ["050"]
    tables = system.tables()
    assert [row["ICMAGREEMENTCODE"] for row in tables["ZMM_ICMCONTRACT"]] == ["PSUB2009"]
    assert [row["PURCHASINGORG"] for row in tables["ZMM_ICMPURCHORG"]] == ["BE10", "FR10"]
    assert numbers(sm30.delete(EntryId("PSUB2009"))) == ["050"]
    assert system.tables()["ZMM_ICMPURCHORG"] == []


@pytest.mark.parametrize("action", ["reset", "delete", "delete_confidential"])
def test_system_id_selects_among_entries_with_one_code(system: EccSystem, sm30: Maintenance, action: str) -> None:
    system.z_mm_icmcontract_upsert({**ENTRY, "SYSID": OTHER_SYS_ID}, ["IT10"])
    several = "several entries have this agreement code; enter the System ID as well"
    assert getattr(sm30, action)(EntryId("PSUB2001")) == [Bapiret2("E", "ZMM_ICM", "063", several, "SYSID")]
    (first, *_) = getattr(sm30, action)(EntryId("PSUB2001", OTHER_SYS_ID))
    assert first.TYPE == "S"
    tables = system.tables()
    assert ENTRY in tables["ZMM_ICMCONTRACT"]
    assert [row["PURCHASINGORG"] for row in tables["ZMM_ICMPURCHORG"]] == ["BE10", "FR10"]


def test_system_id_selects_among_deleted_entries_with_one_code(system: EccSystem, sm30: Maintenance) -> None:
    system.z_mm_icmcontract_upsert({**ENTRY, "SYSID": OTHER_SYS_ID, "NAME": "Water"}, None)
    for sys_id in (ENTRY["SYSID"], OTHER_SYS_ID):
        sm30.delete(EntryId("PSUB2001", sys_id))
    assert numbers(sm30.delete_confidential(EntryId("PSUB2001"))) == ["063"]
    assert numbers(sm30.delete_confidential(EntryId("PSUB2001", OTHER_SYS_ID))) == ["052"]
    assert {row["SYSID"] for row in system.change_log()} == {ENTRY["SYSID"], ""}
    assert "Water" not in str(system.change_log())
    assert ENTRY["NAME"] in str(system.change_log())


def test_change_of_both_tables_is_one_logged_change_of_one_entry(system: EccSystem, sm30: Maintenance) -> None:
    system.z_mm_icmcontract_upsert({**ENTRY, "SYSID": OTHER_SYS_ID, "ICMAGREEMENTCODE": "PST4001"}, ["FR10"])
    assert numbers(sm30.change(EntryId("PSUB2001"), {"NAME": "Water"}, ["BE10", "IT10"])) == ["002"]
    assert [[*row.values()][-5:] for row in system.change_log()] == [
        ["ZMM_ICMCONTRACT", "U", "NAME", "Acrylic acid for Tavaux", "Water"],
        ["ZMM_ICMCONTRACT", "U", "ICMPURCHASINGORGCODE", "FR10, BE10", "BE10,IT10"],
        ["ZMM_ICMPURCHORG", "D", "PURCHASINGORG", "FR10", ""],
        ["ZMM_ICMPURCHORG", "I", "PURCHASINGORG", "", "IT10"],
    ]
    assert [(row["CHANGENR"], row["POSNR"]) for row in system.change_log()] == [
        ("0000000001", "000001"),
        ("0000000001", "000002"),
        ("0000000001", "000003"),
        ("0000000001", "000004"),
    ]
    assert [(row["SYSID"], row["PURCHASINGORG"]) for row in system.tables()["ZMM_ICMPURCHORG"]] == [
        (ENTRY["SYSID"], "BE10"),
        (ENTRY["SYSID"], "IT10"),
        (OTHER_SYS_ID, "FR10"),
    ]


def test_organisations_and_their_list_that_say_otherwise_are_refused(system: EccSystem, sm30: Maintenance) -> None:
    before = system.tables()
    text = "organisations and ICMPURCHASINGORGCODE are to be the same"
    found = sm30.change(EntryId("PSUB2001"), {"ICMPURCHASINGORGCODE": "BE10"}, ["BE10", "IT10"])
    assert found == [Bapiret2("E", "ZMM_ICM", "067", text, "ICMPURCHASINGORGCODE")]
    assert (system.tables(), system.change_log()) == (before, [])
    assert numbers(sm30.change(EntryId("PSUB2001"), {"ICMPURCHASINGORGCODE": "IT10,BE10"}, ["BE10", "IT10"])) == ["002"]


def test_organisations_without_entry_are_deleted_and_logged_by_system_id(system: EccSystem, sm30: Maintenance) -> None:
    with system.transaction() as connection:
        rows = [{"SYSID": sys_id, "PURCHASINGORG": "IT10"} for sys_id in ("s2", "s1")]
        connection.execute(insert(PURCHORG), rows)
    assert numbers(sm30.delete_organisations("", confidential=False)) == ["053"]
    assert [(row["SYSID"], row["VALUE_OLD"]) for row in system.change_log()] == [("s1", "IT10"), ("s2", "IT10")]
    assert {row["SYSID"] for row in system.tables()["ZMM_ICMPURCHORG"]} == {ENTRY["SYSID"]}


def test_warning_counts_associations_by_code_and_by_system_id(system: EccSystem, sm30: Maintenance) -> None:
    by_code = {"ICMAGREEMENTCODE": "PST4001", "ASSOCIATINGCODE": "PSUB2001", "ASSOCIATINGSYSID": ""}
    by_sys_id = {"ICMAGREEMENTCODE": "PST4002", "ASSOCIATINGCODE": "", "ASSOCIATINGSYSID": ENTRY["SYSID"]}
    for naming in (by_code, by_sys_id):
        assert system.z_mm_icmcontract_upsert({**ENTRY, **naming, "SYSID": OTHER_SYS_ID}, None)[0].TYPE == "S"
    messages = sm30.delete_confidential(EntryId("PSUB2001"))
    assert [(one.TYPE, one.NUMBER, one.MESSAGE_V1) for one in messages] == [
        ("W", "056", "2"),
        ("S", "050", ""),
        ("S", "052", ""),
    ]


@pytest.mark.usefixtures("in_tokyo")
def test_log_times_are_utc(system: EccSystem) -> None:
    late = datetime(2026, 1, 6, 0, 30, 5, tzinfo=timezone(timedelta(hours=1)))
    session_of(ROLES["support"], system, late).reset(EntryId("PSUB2001"))
    assert {(row["UDATE"], row["UTIME"]) for row in system.change_log()} == {("20260105", "233005")}


def test_session_raises_while_system_is_down(system: EccSystem, sm30: Maintenance) -> None:
    system.is_up = False
    for action in (sm30.display, sm30.display_log, lambda: sm30.delete(EntryId("PSUB2001"))):
        with pytest.raises(InterfaceError, match="D-20"):
            action()


def test_errors_never_show_the_value(sm30: Maintenance) -> None:
    wrong: Mapping[str, str] = dict.fromkeys([*ENTRY, "ICMREGION"], "marker" * 50)
    messages = sm30.change(EntryId("PSUB2001"), wrong, ["marker"])
    assert {one.FIELD for one in messages} == {*wrong, "PURCHASINGORG"}
    assert "marker" not in str(messages)


def test_code_in_change_documents_stays_where_it_is_ambiguous(system: EccSystem, sm30: Maintenance) -> None:
    ecc_user = ChangeStamp("BUYER", NOW, "ME32K")
    system.create_outline_agreement(OUTLINE_AGREEMENT, ecc_user)
    system.change_outline_agreement("4600000000", {"ZZICMAGREEMENT": "PSUB2001"}, ecc_user)
    system.z_mm_icmcontract_upsert({**ENTRY, "SYSID": OTHER_SYS_ID}, ["IT10"])
    assert numbers(sm30.delete_confidential(EntryId("PSUB2001"))) == ["063"]
    assert system.change_documents()[-1]["VALUE_NEW"] == "PSUB2001"


def test_code_taken_off_after_the_deletion_is_blanked_by_a_second_one(system: EccSystem, sm30: Maintenance) -> None:
    ecc_user = ChangeStamp("BUYER", NOW, "ME32K")
    system.create_outline_agreement(OUTLINE_AGREEMENT | {"ZZICMAGREEMENT": "PSUB2001"}, ecc_user)
    assert numbers(sm30.delete_confidential(EntryId("PSUB2001"))) == ["055", "050", "052"]
    system.change_outline_agreement("4600000000", {"ZZICMAGREEMENT": ""}, ecc_user)
    assert numbers(sm30.delete_confidential(EntryId("psub2001"))) == ["052"]
    assert "PSUB2001" not in str(system.change_documents())
    assert numbers(sm30.delete_confidential(EntryId("PSUB2001"))) == ["062"]


@pytest.mark.parametrize(
    ("field", "value", "named"),
    [
        ("SYSID", "44444444-0000-4000-8000-00000000\u200b401", "SYSID"),
        ("ICMAGREEMENTCODE", "PST\u00ad4001", "ICMAGREEMENTCODE"),
        ("ICMAGREEMENTCODE", "PST4001\u3164", "ICMAGREEMENTCODE"),
        ("ICMPURCHASINGORGCODE", "FR10,IT\u200b1", "PURCHASINGORG"),
    ],
)
def test_key_that_looks_like_another_is_not_entered(
    system: EccSystem, sm30: Maintenance, field: str, value: str, named: str
) -> None:
    before = system.tables()
    messages = sm30.create({**ENTRY, "SYSID": OTHER_SYS_ID, "ICMAGREEMENTCODE": "PST4001", field: value})
    found = [(one.NUMBER, one.FIELD, one.MESSAGE) for one in messages]
    assert found == [("012", named, "holds a character that nobody can see")]
    assert system.tables() == before


def test_organisation_that_looks_like_another_is_not_entered(system: EccSystem, sm30: Maintenance) -> None:
    before = system.tables()
    assert numbers(sm30.change(EntryId("PSUB2001"), {}, ["FR10", "IT\u200b1"])) == ["012"]
    assert system.tables() == before
