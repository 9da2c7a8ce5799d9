"""The steps of users who maintain the Z-tables by hand: who does what, what they read and see, what is logged of it."""

from collections.abc import Callable

from pytest_bdd import given, parsers, when

from harness.bdd.comparison import FieldChange, assert_equal, assert_same_fields, assert_same_rows, for_each_system
from harness.bdd.context import PURCHORG, ScenarioContext, Tables
from harness.bdd.steps.assertion import assertion
from harness.bdd.steps.tables import changes_are, the_entry
from harness.bdd.vocabulary.attributes import Table
from simulator.ecc.authorisation import ROLES, User
from simulator.ecc.bapiret2 import Bapiret2
from simulator.ecc.maintenance import EntryId, Maintenance, TableView

PF2 = ("PF2",)

Act = Callable[[Maintenance], list[Bapiret2]]


def acts(context: ScenarioContext, user: str, act: Act, *systems: str) -> None:
    """Let a user do something by hand, in PF2 unless told otherwise."""
    for system in systems or ("PF2",):
        context.returned = act(works(context, user, system))


def works(context: ScenarioContext, user: str, system: str = "PF2") -> Maintenance:
    role = ROLES[context.settings.users[user]]
    return Maintenance(context.systems[system].desk, User(user, role), lambda: context.time)


def which(context: ScenarioContext, code: str) -> EntryId:
    return EntryId(code, context.agreements[code].sys_id.lower())


@given(parsers.parse('{user} has changed these fields of the entry "{code}" in PF2:'))
def changes(context: ScenarioContext, user: str, code: str, datatable: Table) -> None:
    acts(context, user, lambda sm30: sm30.change(which(context, code), dict(datatable)))


@when(parsers.parse('{user} changes these fields of the entry "{code}" in PF2:'))
def _(context: ScenarioContext, user: str, code: str, datatable: Table) -> None:
    context.do_when(lambda: changes(context, user, code, datatable))


@when(parsers.re(r'(?P<user>\w+) changes the purchasing organisations of "(?P<code>\w+)" in PF2 to "(?P<listed>.*)"'))
def _(context: ScenarioContext, user: str, code: str, listed: str) -> None:
    organisations = [one for one in listed.split(",") if one]
    context.do_when(lambda: acts(context, user, lambda sm30: sm30.change(which(context, code), {}, organisations)))


@given(parsers.re(r'(?P<user>\w+) has deleted the entry "(?P<code>\w+)" in (?P<system>PF2|WP2)'))
def deletes(context: ScenarioContext, user: str, code: str, system: str = "PF2") -> None:
    acts(context, user, lambda sm30: sm30.delete(which(context, code)), system)


@given(parsers.parse('{user} has deleted the entry "{code}" in both systems'))
def _(context: ScenarioContext, user: str, code: str) -> None:
    acts(context, user, lambda sm30: sm30.delete(which(context, code)), "PF2", "WP2")


@when(parsers.parse('{user} deletes the entry "{code}" in PF2'))
def _(context: ScenarioContext, user: str, code: str) -> None:
    context.do_when(lambda: deletes(context, user, code))


@when(parsers.parse('{user} deletes the entry "{code}" in PF2, as its contract is confidential now'))
def _(context: ScenarioContext, user: str, code: str) -> None:
    context.do_when(lambda: acts(context, user, lambda sm30: sm30.delete_confidential(which(context, code))))


@given(parsers.parse('{user} has reset the entry "{code}" in both systems'))
def _(context: ScenarioContext, user: str, code: str) -> None:
    acts(context, user, lambda sm30: sm30.reset(which(context, code)), "PF2", "WP2")


@when(parsers.parse('{user} resets the entry "{code}" in PF2'))
def _(context: ScenarioContext, user: str, code: str) -> None:
    context.do_when(lambda: acts(context, user, lambda sm30: sm30.reset(which(context, code))))


@given(parsers.parse('{user} has reset the entry "{code}" in PF2'))
def _(context: ScenarioContext, user: str, code: str) -> None:
    acts(context, user, lambda sm30: sm30.reset(which(context, code)))


@when(parsers.parse("{user} looks at the tables of PF2 with {transaction}"))
def _(context: ScenarioContext, user: str, transaction: str) -> None:
    context.do_when(lambda: sees(context, works(context, user).display(transaction)))


@when(parsers.parse("{user} looks at the change log of PF2"))
def _(context: ScenarioContext, user: str) -> None:
    context.do_when(lambda: sees(context, works(context, user).display_log()))


def sees(context: ScenarioContext, looked: TableView) -> None:
    context.returned, context.on_screen = looked


@assertion("the user sees every row of both tables")
def _(context: ScenarioContext) -> None:
    assert_equal("what the user reads", context.returned, [])
    held = context.tables()["PF2"]
    assert_equal("whether there is anything to see", all(held.values()), expected=True)
    for name, rows in held.items():
        assert_same_rows(f"{name} as the user sees it", context.on_screen.get(name, []), rows)


@assertion("the user sees nothing")
def _(context: ScenarioContext) -> None:
    assert_equal("what the user sees", context.on_screen, {})


@assertion(parsers.parse("the user sees {number:d} items of the log"))
def _(context: ScenarioContext, number: int) -> None:
    assert_equal("how many items the user sees", sum(map(len, context.on_screen.values())), number)


@assertion("the change log of PF2 holds exactly this:")
def _(context: ScenarioContext, datatable: Table) -> None:
    head, *rows = datatable
    expected = [dict(zip(head, row, strict=True)) for row in rows]
    seen = [{name: row[name] for name in head} for row in context.systems["PF2"].desk.change_log()]
    assert_equal("the change log of PF2", seen, expected)


@assertion("the last change in the log of PF2 is exactly this:")
def _(context: ScenarioContext, datatable: Table) -> None:
    head, *rows = datatable
    expected = [dict(zip(head, row, strict=True)) for row in rows]
    log = context.systems["PF2"].desk.change_log()
    seen = [{name: row[name] for name in head} for row in log if row["CHANGENR"] == log[-1]["CHANGENR"]]
    assert_equal("the last change in the log of PF2", seen, expected)


@assertion(parsers.parse("the change log of {system} is empty"))
def _(context: ScenarioContext, system: str) -> None:
    assert_equal(f"the change log of {system}", context.systems[system].desk.change_log(), [])


@assertion(parsers.parse('exactly these fields of the entry "{code}" changed in PF2:'))
def _(context: ScenarioContext, code: str, datatable: Table) -> None:
    head, *rows = datatable
    assert head == ["field", "before", "after"]
    for_each_system(
        context, lambda before, now: changes_are(before, now, [FieldChange(code, *row) for row in rows]), only=PF2
    )


@assertion(parsers.parse('the entry "{code}" in PF2 is now:'))
def _(context: ScenarioContext, code: str, datatable: Table) -> None:
    for_each_system(
        context,
        lambda _, now: assert_same_fields("the entry", code, the_entry(now, code), dict(datatable)),
        only=PF2,
    )


@assertion("PF2 holds exactly these purchasing organisations:")
def _(context: ScenarioContext, datatable: Table) -> None:
    head, *rows = datatable
    expected = [dict(zip(head, row, strict=True)) for row in rows]
    for_each_system(context, lambda _, now: assert_same_rows(PURCHORG, now[PURCHORG], expected), only=PF2)


@assertion("WP2 is as it was")
def _(context: ScenarioContext) -> None:
    def look(before: Tables, now: Tables) -> None:
        for name, rows in now.items():
            assert_same_rows(name, rows, before[name])

    for_each_system(context, look, only=("WP2",))
