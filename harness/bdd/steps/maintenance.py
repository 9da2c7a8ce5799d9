"""The steps of users who maintain the Z-tables by hand: who does what, what they read and see, what is logged of it."""

from collections.abc import Callable

from pytest_bdd import given, parsers, when

from harness.bdd.comparison import Change, assert_equal, assert_same_fields, assert_same_rows, for_each_system
from harness.bdd.context import PURCHORG, ScenarioContext, Tables
from harness.bdd.steps.assertion import then
from harness.bdd.steps.tables import changes_are, the_entry
from harness.bdd.vocabulary.attributes import Table
from simulator.ecc.authorisation import ROLES, User
from simulator.ecc.bapiret2 import Bapiret2
from simulator.ecc.maintenance import EntryId, Maintenance, TableView

PF2 = ("PF2",)

Act = Callable[[Maintenance], list[Bapiret2]]


def acts(world: ScenarioContext, user: str, act: Act, *systems: str) -> None:
    """Let a user do something by hand, in PF2 unless told otherwise."""
    for system in systems or ("PF2",):
        world.returned = act(works(world, user, system))


def works(world: ScenarioContext, user: str, system: str = "PF2") -> Maintenance:
    role = ROLES[world.settings.users[user]]
    return Maintenance(world.systems[system].desk, User(user, role), lambda: world.time)


def which(world: ScenarioContext, code: str) -> EntryId:
    return EntryId(code, world.agreements[code].sys_id.lower())


@given(parsers.parse('{user} has changed these fields of the entry "{code}" in PF2:'))
def changes(world: ScenarioContext, user: str, code: str, datatable: Table) -> None:
    acts(world, user, lambda sm30: sm30.change(which(world, code), dict(datatable)))


@when(parsers.parse('{user} changes these fields of the entry "{code}" in PF2:'))
def _(world: ScenarioContext, user: str, code: str, datatable: Table) -> None:
    world.act(lambda: changes(world, user, code, datatable))


@when(parsers.re(r'(?P<user>\w+) changes the purchasing organisations of "(?P<code>\w+)" in PF2 to "(?P<listed>.*)"'))
def _(world: ScenarioContext, user: str, code: str, listed: str) -> None:
    organisations = [one for one in listed.split(",") if one]
    world.act(lambda: acts(world, user, lambda sm30: sm30.change(which(world, code), {}, organisations)))


@given(parsers.re(r'(?P<user>\w+) has deleted the entry "(?P<code>\w+)" in (?P<system>PF2|WP2)'))
def deletes(world: ScenarioContext, user: str, code: str, system: str = "PF2") -> None:
    acts(world, user, lambda sm30: sm30.delete(which(world, code)), system)


@given(parsers.parse('{user} has deleted the entry "{code}" in both systems'))
def _(world: ScenarioContext, user: str, code: str) -> None:
    acts(world, user, lambda sm30: sm30.delete(which(world, code)), "PF2", "WP2")


@when(parsers.parse('{user} deletes the entry "{code}" in PF2'))
def _(world: ScenarioContext, user: str, code: str) -> None:
    world.act(lambda: deletes(world, user, code))


@when(parsers.parse('{user} deletes the entry "{code}" in PF2, as its contract is confidential now'))
def _(world: ScenarioContext, user: str, code: str) -> None:
    world.act(lambda: acts(world, user, lambda sm30: sm30.delete_confidential(which(world, code))))


@given(parsers.parse('{user} has reset the entry "{code}" in both systems'))
def _(world: ScenarioContext, user: str, code: str) -> None:
    acts(world, user, lambda sm30: sm30.reset(which(world, code)), "PF2", "WP2")


@when(parsers.parse('{user} resets the entry "{code}" in PF2'))
def _(world: ScenarioContext, user: str, code: str) -> None:
    world.act(lambda: acts(world, user, lambda sm30: sm30.reset(which(world, code))))


@given(parsers.parse('{user} has reset the entry "{code}" in PF2'))
def _(world: ScenarioContext, user: str, code: str) -> None:
    acts(world, user, lambda sm30: sm30.reset(which(world, code)))


@when(parsers.parse("{user} looks at the tables of PF2 with {transaction}"))
def _(world: ScenarioContext, user: str, transaction: str) -> None:
    world.act(lambda: sees(world, works(world, user).look(transaction)))


@when(parsers.parse("{user} looks at the change log of PF2"))
def _(world: ScenarioContext, user: str) -> None:
    world.act(lambda: sees(world, works(world, user).log()))


def sees(world: ScenarioContext, looked: TableView) -> None:
    world.returned, world.on_screen = looked


@then("the user sees every row of both tables")
def _(world: ScenarioContext) -> None:
    assert_equal("what the user reads", world.returned, [])
    held = world.tables()["PF2"]
    assert_equal("whether there is anything to see", all(held.values()), expected=True)
    for name, rows in held.items():
        assert_same_rows(f"{name} as the user sees it", world.on_screen.get(name, []), rows)


@then("the user sees nothing")
def _(world: ScenarioContext) -> None:
    assert_equal("what the user sees", world.on_screen, {})


@then(parsers.parse("the user sees {number:d} items of the log"))
def _(world: ScenarioContext, number: int) -> None:
    assert_equal("how many items the user sees", sum(map(len, world.on_screen.values())), number)


@then("the change log of PF2 holds exactly this:")
def _(world: ScenarioContext, datatable: Table) -> None:
    head, *rows = datatable
    expected = [dict(zip(head, row, strict=True)) for row in rows]
    seen = [{name: row[name] for name in head} for row in world.systems["PF2"].desk.change_log()]
    assert_equal("the change log of PF2", seen, expected)


@then("the last change in the log of PF2 is exactly this:")
def _(world: ScenarioContext, datatable: Table) -> None:
    head, *rows = datatable
    expected = [dict(zip(head, row, strict=True)) for row in rows]
    log = world.systems["PF2"].desk.change_log()
    seen = [{name: row[name] for name in head} for row in log if row["CHANGENR"] == log[-1]["CHANGENR"]]
    assert_equal("the last change in the log of PF2", seen, expected)


@then(parsers.parse("the change log of {system} is empty"))
def _(world: ScenarioContext, system: str) -> None:
    assert_equal(f"the change log of {system}", world.systems[system].desk.change_log(), [])


@then(parsers.parse('exactly these fields of the entry "{code}" changed in PF2:'))
def _(world: ScenarioContext, code: str, datatable: Table) -> None:
    head, *rows = datatable
    assert head == ["field", "before", "after"]
    for_each_system(world, lambda before, now: changes_are(before, now, [Change(code, *row) for row in rows]), only=PF2)


@then(parsers.parse('the entry "{code}" in PF2 is now:'))
def _(world: ScenarioContext, code: str, datatable: Table) -> None:
    for_each_system(
        world,
        lambda _, now: assert_same_fields("the entry", code, the_entry(now, code), dict(datatable)),
        only=PF2,
    )


@then("PF2 holds exactly these purchasing organisations:")
def _(world: ScenarioContext, datatable: Table) -> None:
    head, *rows = datatable
    expected = [dict(zip(head, row, strict=True)) for row in rows]
    for_each_system(world, lambda _, now: assert_same_rows(PURCHORG, now[PURCHORG], expected), only=PF2)


@then("WP2 is as it was")
def _(world: ScenarioContext) -> None:
    def look(before: Tables, now: Tables) -> None:
        for name, rows in now.items():
            assert_same_rows(name, rows, before[name])

    for_each_system(world, look, only=("WP2",))
