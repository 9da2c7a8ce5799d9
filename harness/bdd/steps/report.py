"""The steps of the consolidation report: what users keep, the report, what its parts show."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from pytest_bdd import given, parsers, when

from harness.bdd.comparison import assert_equal
from harness.bdd.context import Row, ScenarioContext
from harness.bdd.steps.assertion import then
from harness.bdd.steps.outline_agreements import USER
from harness.bdd.vocabulary.attributes import Table
from simulator.landscape import consolidation_report
from simulator.reporting.consolidation import Asked, Report
from simulator.reporting.parts import Part
from simulator.reporting.selection import Selection

_ASKED = {"tolerance": Decimal, "group_by": str}
_LISTS = ("org_teams", "owners", "suppliers", "organisations", "types", "systems")


@given("users have created these, otherwise like it:")
def _(world: ScenarioContext, datatable: Table) -> None:
    head, *rows = datatable
    for row in rows:
        other = dict(zip(head, row, strict=True))
        saved = world.systems[other.pop("system")].desk.create_outline_agreement(
            world.screen | other, USER, world.time.date()
        )
        assert_equal("what stops the user", [line for line in saved.messages if line.TYPE == "E"], [])


@when(parsers.re(r"the report is made for (?P<day>[-0-9]+)"))
def _(world: ScenarioContext, day: str) -> None:
    ask(world, date.fromisoformat(day), [])


@when(parsers.re(r"the report is made for (?P<day>[-0-9]+) with:"))
def _(world: ScenarioContext, day: str, datatable: Table) -> None:
    ask(world, date.fromisoformat(day), datatable)


def ask(world: ScenarioContext, day: date, choices: Table) -> None:
    """Make the report."""
    chosen: dict[str, Any] = {
        name: tuple(words.split(",")) if name in _LISTS else words.replace("-", "")
        for name, words in choices
        if name not in _ASKED
    }
    others = {name: _ASKED[name](words) for name, words in choices if name in _ASKED}
    asked = replace(Asked(f"{day:%Y%m%d}", replace(Selection(), **chosen)), **others)

    def make() -> None:
        desks = {name: system.desk for name, system in world.systems.items()}
        world.report = consolidation_report(desks, world.settings, asked)

    world.act(make)


@then(parsers.parse("the part {name} shows exactly this:"))
def _(world: ScenarioContext, name: str, datatable: Table) -> None:
    head, *rows = datatable
    shown = [{column: str(row[column]) for column in head} for row in _part(world, name).dicts()]
    assert_equal(f"what the part {name} shows", shown, [dict(zip(head, row, strict=True)) for row in rows])


@then(parsers.parse("the part {name} shows nothing"))
def _(world: ScenarioContext, name: str) -> None:
    assert_equal(f"what the part {name} shows", _part(world, name).dicts(), [])


@then(parsers.re(r'the part (?P<name>\w+) shows the column (?P<column>\w+) "(?P<listed>.*)"'))
def _(world: ScenarioContext, name: str, column: str, listed: str) -> None:
    shown = [str(row[column]) for row in _part(world, name).dicts()]
    assert_equal(f"the column {column} of the part {name}", shown, listed.split(",") if listed else [])


@then("the findings are counted so:")
def _(world: ScenarioContext, datatable: Table) -> None:
    head, *rows = datatable
    shown = [{name: str(row[name]) for name in head} for row in _report(world).totals.dicts()]
    assert_equal("the findings of each group", shown, [dict(zip(head, row, strict=True)) for row in rows])


@then(parsers.parse("the report counts {what}:"))
def _(world: ScenarioContext, what: str, datatable: Table) -> None:
    figures: Row = getattr(_report(world).figures, what.replace(" ", "_"))
    assert_equal(f"the {what}", {name: str(count) for name, count in figures.items()}, dict(datatable))


@then("the report holds nothing of these words:")
def _(world: ScenarioContext, datatable: Table) -> None:
    text = str(_report(world).as_json())
    assert_equal("the words that the report holds", [word for (word,) in datatable if word in text], [])


def _part(world: ScenarioContext, name: str) -> Part:
    return _report(world).parts[name]


def _report(world: ScenarioContext) -> Report:
    assert world.report is not None, "no report has been made"
    return world.report
