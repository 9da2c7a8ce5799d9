"""The steps of users who keep outline agreements: what they enter, what they read, what the systems hold of it."""

from pytest_bdd import given, parsers, when

from harness.bdd.comparison import assert_equal, assert_same_fields, assert_same_rows
from harness.bdd.context import Row, ScenarioContext
from harness.bdd.steps.assertion import assertion
from harness.bdd.vocabulary.attributes import Table
from simulator.ecc.mass_change import mass_change

USER = "BUYER"


@given("a user of PF2 enters this outline agreement:")
def _(context: ScenarioContext, datatable: Table) -> None:
    context.screen = dict(datatable)


@given(parsers.re('on the screen (?P<field>[A-Z0-9]+) is "(?P<words>.*)"'))
def _(context: ScenarioContext, field: str, words: str) -> None:
    context.screen[field] = words


@given("the user has created it")
def creates(context: ScenarioContext, system: str = "PF2") -> None:
    """Create what is on the screen."""
    desk = context.systems[system].desk
    context.returned = desk.create_outline_agreement(context.screen, USER, context.time.date()).messages


@given("the user has created the same in WP2")
def _(context: ScenarioContext) -> None:
    creates(context, "WP2")


@when("the user creates it")
def _(context: ScenarioContext) -> None:
    context.do_when(lambda: creates(context))


@when(parsers.parse("the user changes the outline agreement {ebeln}:"))
def _(context: ScenarioContext, ebeln: str, datatable: Table) -> None:
    def changes() -> None:
        context.returned = context.systems["PF2"].desk.change_outline_agreement(ebeln, dict(datatable))

    context.do_when(changes)


@when(parsers.re(r"the user (?P<how>changes the outline agreements|tries the changes) in this sheet:"))
def _(context: ScenarioContext, how: str, datatable: Table) -> None:
    head, *rows = datatable
    sheet = [dict(zip(head, row, strict=True)) for row in rows]

    def changes() -> None:
        desk = context.systems["PF2"].desk
        context.results = [*mass_change(desk, sheet, test_run=how == "tries the changes")]

    context.do_when(changes)


@assertion("the result list is exactly this:")
def _(context: ScenarioContext, datatable: Table) -> None:
    head, *rows = datatable
    expected = [dict(zip(head, row, strict=True)) for row in rows]
    lines = [
        {"ROW": str(result.row), "EBELN": result.ebeln, **message._asdict()}
        for result in context.results
        for message in result.messages
    ]
    assert_equal("the result list", [{name: line[name] for name in head} for line in lines], expected)


@assertion("the user reads exactly this:")
def _(context: ScenarioContext, datatable: Table) -> None:
    head, *rows = datatable
    expected = [dict(zip(head, row, strict=True)) for row in rows]
    read = [{name: line._asdict()[name] for name in head} for line in context.returned]
    assert_equal("the messages that the user reads", read, expected)


@assertion(parsers.parse("{system} holds exactly this outline agreement:"))
def _(context: ScenarioContext, system: str, datatable: Table) -> None:
    assert_same_rows(f"the outline agreements of {system}", held(context, system), [dict(datatable)])


@assertion(parsers.parse("{system} holds no outline agreement"))
def _(context: ScenarioContext, system: str) -> None:
    assert_same_rows(f"the outline agreements of {system}", held(context, system), [])


@assertion(parsers.parse('the outline agreements of {system} are "{listed}"'))
def _(context: ScenarioContext, system: str, listed: str) -> None:
    numbers = [row["EBELN"] for row in held(context, system)]
    assert_equal(f"the outline agreements of {system}", numbers, listed.split(","))


@assertion(parsers.parse("these fields of the outline agreement {ebeln} in {system} are:"))
def _(context: ScenarioContext, ebeln: str, system: str, datatable: Table) -> None:
    expected = dict(datatable)
    seen = by_number(held(context, system))[ebeln]
    assert_same_fields(f"the outline agreement in {system}", ebeln, {name: seen[name] for name in expected}, expected)


@assertion(parsers.parse("exactly these fields of the outline agreement {ebeln} changed:"))
def _(context: ScenarioContext, ebeln: str, datatable: Table) -> None:
    head, *rows = datatable
    assert head == ["field", "before", "after"]
    before, after = context.before.outline_agreements, context.outline_agreements()
    old, new = by_number(before["PF2"]), by_number(after["PF2"])
    changed = [[name, value, new[ebeln][name]] for name, value in old[ebeln].items() if new[ebeln][name] != value]
    assert_equal("the fields that changed", changed, rows)
    expected = before | {"PF2": [*(old | {ebeln: new[ebeln]}).values()]}
    assert_equal("all other outline agreements", after, expected)


@assertion("no outline agreement changed")
def _(context: ScenarioContext) -> None:
    for system, before in context.before.outline_agreements.items():
        assert_same_rows(f"the outline agreements of {system}", held(context, system), before)


def held(context: ScenarioContext, system: str) -> list[Row]:
    """The outline agreements that a system holds now."""
    return context.outline_agreements()[system]


def by_number(rows: list[Row]) -> dict[str, Row]:
    return {row["EBELN"]: row for row in rows}
