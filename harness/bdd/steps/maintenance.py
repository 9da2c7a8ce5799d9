"""Steps of users who maintain the Z-tables by hand: their changes, what they see, and the change log."""

from collections.abc import Callable

from pytest_bdd import given, parsers, when
from sqlalchemy import insert

from harness.bdd.comparison import assert_equal, assert_same_rows
from harness.bdd.context import ScenarioContext
from harness.bdd.feature_error import Named
from harness.bdd.steps.assertion import assertion
from harness.bdd.steps.ecc_screen import Screen
from harness.bdd.vocabulary.attributes import Table, named_values, table_rows
from simulator.ecc.authorisation import ROLES, User
from simulator.ecc.bapiret2 import Bapiret2
from simulator.ecc.change_log import ZmmIcmchanges
from simulator.ecc.maintenance import EntryId, Maintenance, TableView
from simulator.ecc.tables import PURCHORG


def maintain(
    context: ScenarioContext,
    screen: Screen,
    user: str,
    transaction: Callable[[Maintenance], list[Bapiret2]],
    *systems: str,
) -> None:
    """Let a user maintain the tables of some systems, of PF2 where none is named."""
    for system in systems or ("PF2",):
        screen.messages = transaction(session(context, user, system))


def session(context: ScenarioContext, user: str, system: str = "PF2") -> Maintenance:
    """Log a user on to a system."""
    role = ROLES[Named("user", context.settings.users.items())[user]]
    return Maintenance(context.systems[system].system, User(user, role), lambda: context.time)


def entry_id(context: ScenarioContext, code: str) -> EntryId:
    """Return the key by which users name the entry of an agreement."""
    return EntryId(code, context.agreements[code].sys_id.lower())


@given(parsers.parse('{user} has changed these fields of the entry "{code}" in PF2:'))
def change_fields_before(context: ScenarioContext, screen: Screen, user: str, code: str, datatable: Table) -> None:
    maintain(context, screen, user, lambda sm30: sm30.change(entry_id(context, code), named_values(datatable)))
    screen.check_done()


@when(parsers.parse('{user} changes these fields of the entry "{code}" in PF2:'))
def change_fields(context: ScenarioContext, screen: Screen, user: str, code: str, datatable: Table) -> None:
    context.do_when(
        lambda: maintain(
            context, screen, user, lambda sm30: sm30.change(entry_id(context, code), named_values(datatable))
        )
    )


@when(parsers.re(r'(?P<user>\w+) changes the purchasing organisations of "(?P<code>\w+)" in PF2 to "(?P<listed>.*)"'))
def change_organisations(context: ScenarioContext, screen: Screen, user: str, code: str, listed: str) -> None:
    organisations = [name for name in listed.split(",") if name]
    context.do_when(
        lambda: maintain(context, screen, user, lambda sm30: sm30.change(entry_id(context, code), {}, organisations))
    )


@given(parsers.re(r'(?P<user>\w+) has deleted the entry "(?P<code>\w+)" in (?P<system>PF2|WP2)'))
def delete_entry_before(context: ScenarioContext, screen: Screen, user: str, code: str, system: str) -> None:
    maintain(context, screen, user, lambda sm30: sm30.delete(entry_id(context, code)), system)
    screen.check_done()


@given(parsers.parse('{user} has deleted the entry "{code}" in both systems'))
def delete_entry_in_both_systems(context: ScenarioContext, screen: Screen, user: str, code: str) -> None:
    maintain(context, screen, user, lambda sm30: sm30.delete(entry_id(context, code)), "PF2", "WP2")
    screen.check_done()


@when(parsers.parse('{user} deletes the entry "{code}" in PF2'))
def delete_entry(context: ScenarioContext, screen: Screen, user: str, code: str) -> None:
    context.do_when(lambda: maintain(context, screen, user, lambda sm30: sm30.delete(entry_id(context, code))))


@when(parsers.parse('{user} deletes the entry "{code}" in PF2, as its contract is confidential now'))
def delete_confidential_entry(context: ScenarioContext, screen: Screen, user: str, code: str) -> None:
    context.do_when(
        lambda: maintain(context, screen, user, lambda sm30: sm30.delete_confidential(entry_id(context, code)))
    )


@given(parsers.parse('PF2 holds the purchasing organisations "{listed}" of the System ID "{sys_id}" without an entry'))
def add_organisations_past_middleware(context: ScenarioContext, listed: str, sys_id: str) -> None:
    with context.systems["PF2"].system.transaction() as connection:
        rows = [{"SYSID": sys_id, "PURCHASINGORG": one} for one in listed.split(",")]
        connection.execute(insert(PURCHORG), rows)


@when(parsers.parse('{user} changes these fields of the entry "{code}" in PF2, as typed:'))
def change_fields_as_typed(context: ScenarioContext, screen: Screen, user: str, code: str, datatable: Table) -> None:
    fields = named_values(datatable)
    context.do_when(lambda: maintain(context, screen, user, lambda sm30: sm30.change(EntryId(code), fields)))


@when(parsers.parse("{user} makes this entry in PF2:"))
def create_entry(context: ScenarioContext, screen: Screen, user: str, datatable: Table) -> None:
    context.do_when(lambda: maintain(context, screen, user, lambda sm30: sm30.create(named_values(datatable))))


@when(parsers.parse("{user} deletes the purchasing organisations in PF2 that no entry has"))
def delete_all_orphans(context: ScenarioContext, screen: Screen, user: str) -> None:
    context.do_when(
        lambda: maintain(context, screen, user, lambda sm30: sm30.delete_organisations("", confidential=False))
    )


@when(
    parsers.re(
        r'(?P<user>\w+) deletes the purchasing organisations of the System ID "(?P<sys_id>[^"]+)" in PF2'
        r"(?P<why>(, as its contract is confidential now)?)"
    )
)
def delete_organisations(context: ScenarioContext, screen: Screen, user: str, sys_id: str, why: str) -> None:
    def delete(sm30: Maintenance) -> list[Bapiret2]:
        return sm30.delete_organisations(sys_id, confidential=bool(why))

    context.do_when(lambda: maintain(context, screen, user, delete))


@given(parsers.parse('{user} has reset the entry "{code}" in both systems'))
def reset_entry_in_both_systems(context: ScenarioContext, screen: Screen, user: str, code: str) -> None:
    maintain(context, screen, user, lambda sm30: sm30.reset(entry_id(context, code)), "PF2", "WP2")
    screen.check_done()


@given(parsers.parse('{user} has reset the entry "{code}" in PF2'))
def reset_entry_before(context: ScenarioContext, screen: Screen, user: str, code: str) -> None:
    maintain(context, screen, user, lambda sm30: sm30.reset(entry_id(context, code)))
    screen.check_done()


@when(parsers.parse('{user} resets the entry "{code}" in PF2'))
def reset_entry(context: ScenarioContext, screen: Screen, user: str, code: str) -> None:
    context.do_when(lambda: maintain(context, screen, user, lambda sm30: sm30.reset(entry_id(context, code))))


@when(parsers.parse("{user} looks at the tables of PF2 with {transaction}"))
def display_tables(context: ScenarioContext, screen: Screen, user: str, transaction: str) -> None:
    context.do_when(lambda: show(screen, session(context, user).display(transaction)))


@when(parsers.parse("{user} looks at the change log of PF2"))
def display_change_log(context: ScenarioContext, screen: Screen, user: str) -> None:
    context.do_when(lambda: show(screen, session(context, user).display_log()))


def show(screen: Screen, view: TableView) -> None:
    """Put a view of the tables on the screen."""
    screen.messages, screen.tables = view


@assertion("the user sees every row of both tables")
def check_all_rows_shown(context: ScenarioContext, screen: Screen) -> None:
    assert_equal("the messages that the user reads", screen.messages, [])
    held = context.tables()["PF2"]
    assert_equal("the tables of PF2 without a row", [name for name, rows in held.items() if not rows], [])
    for name, rows in held.items():
        assert_same_rows(f"{name} as the user sees it", screen.tables.get(name, []), rows)


@assertion("the user sees nothing")
def check_nothing_shown(screen: Screen) -> None:
    assert_equal("the rows that the user sees", screen.tables, {})


@assertion(parsers.parse("the user sees {number:d} items of the log"))
def check_number_of_items_shown(screen: Screen, number: int) -> None:
    assert_equal("the number of items that the user sees", sum(map(len, screen.tables.values())), number)


@assertion("the change log of PF2 holds exactly this:")
def check_change_log(context: ScenarioContext, datatable: Table) -> None:
    expected = table_rows(datatable, [*ZmmIcmchanges.model_fields])
    seen = [{name: row[name] for name in datatable[0]} for row in context.systems["PF2"].system.change_log()]
    assert_equal("the change log of PF2", seen, expected)


@assertion("the last change in the log of PF2 is exactly this:")
def check_last_change(context: ScenarioContext, datatable: Table) -> None:
    expected = table_rows(datatable, [*ZmmIcmchanges.model_fields])
    log = context.systems["PF2"].system.change_log()
    seen = [{name: row[name] for name in datatable[0]} for row in log if row["CHANGENR"] == log[-1]["CHANGENR"]]
    assert_equal("the last change in the log of PF2", seen, expected)


@assertion(parsers.parse("the change log of {system} is empty"))
def check_change_log_empty(context: ScenarioContext, system: str) -> None:
    assert_equal(f"the change log of {system}", context.systems[system].system.change_log(), [])
