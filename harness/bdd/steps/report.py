"""The steps of the consolidation report: what users keep, the report, what its parts show."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from pytest_bdd import given, parsers, when

from harness.bdd.comparison import assert_equal
from harness.bdd.context import Row, ScenarioContext
from harness.bdd.steps.assertion import assertion
from harness.bdd.steps.outline_agreements import USER
from harness.bdd.vocabulary.attributes import Table
from simulator.landscape import consolidation_report
from simulator.reporting.consolidation import Asked, Report
from simulator.reporting.parts import Part
from simulator.reporting.selection import Selection

_ASKED = {"tolerance": Decimal, "group_by": str}
_LISTS = ("org_teams", "owners", "suppliers", "organisations", "types", "systems")


@given("users have created these, otherwise like it:")
def _(context: ScenarioContext, datatable: Table) -> None:
    head, *rows = datatable
    for row in rows:
        other = dict(zip(head, row, strict=True))
        saved = context.systems[other.pop("system")].desk.create_outline_agreement(
            context.screen | other, USER, context.time.date()
        )
        assert_equal("what stops the user", [line for line in saved.messages if line.TYPE == "E"], [])


@when(parsers.re(r"the report is made for (?P<day>[-0-9]+)"))
def _(context: ScenarioContext, day: str) -> None:
    ask(context, date.fromisoformat(day), [])


@when(parsers.re(r"the report is made for (?P<day>[-0-9]+) with:"))
def _(context: ScenarioContext, day: str, datatable: Table) -> None:
    ask(context, date.fromisoformat(day), datatable)


def ask(context: ScenarioContext, day: date, choices: Table) -> None:
    """Make the report."""
    chosen: dict[str, Any] = {
        name: tuple(words.split(",")) if name in _LISTS else words.replace("-", "")
        for name, words in choices
        if name not in _ASKED
    }
    others = {name: _ASKED[name](words) for name, words in choices if name in _ASKED}
    asked = replace(Asked(f"{day:%Y%m%d}", replace(Selection(), **chosen)), **others)

    def make() -> None:
        desks = {name: system.desk for name, system in context.systems.items()}
        context.report = consolidation_report(desks, context.settings, asked)

    context.do_when(make)


@assertion(parsers.parse("the part {name} shows exactly this:"))
def _(context: ScenarioContext, name: str, datatable: Table) -> None:
    head, *rows = datatable
    shown = [{column: str(row[column]) for column in head} for row in _part(context, name).dicts()]
    assert_equal(f"what the part {name} shows", shown, [dict(zip(head, row, strict=True)) for row in rows])


@assertion(parsers.parse("the part {name} shows nothing"))
def _(context: ScenarioContext, name: str) -> None:
    assert_equal(f"what the part {name} shows", _part(context, name).dicts(), [])


@assertion(parsers.re(r'the part (?P<name>\w+) shows the column (?P<column>\w+) "(?P<listed>.*)"'))
def _(context: ScenarioContext, name: str, column: str, listed: str) -> None:
    shown = [str(row[column]) for row in _part(context, name).dicts()]
    assert_equal(f"the column {column} of the part {name}", shown, listed.split(",") if listed else [])


@assertion("the findings are counted so:")
def _(context: ScenarioContext, datatable: Table) -> None:
    head, *rows = datatable
    shown = [{name: str(row[name]) for name in head} for row in _report(context).totals.dicts()]
    assert_equal("the findings of each group", shown, [dict(zip(head, row, strict=True)) for row in rows])


@assertion(parsers.parse("the report counts {what}:"))
def _(context: ScenarioContext, what: str, datatable: Table) -> None:
    figures: Row = getattr(_report(context).figures, what.replace(" ", "_"))
    assert_equal(f"the {what}", {name: str(count) for name, count in figures.items()}, dict(datatable))


@assertion("the report holds nothing of these words:")
def _(context: ScenarioContext, datatable: Table) -> None:
    text = str(_report(context).as_json())
    assert_equal("the words that the report holds", [word for (word,) in datatable if word in text], [])


def _part(context: ScenarioContext, name: str) -> Part:
    return _report(context).parts[name]


def _report(context: ScenarioContext) -> Report:
    assert context.report is not None, "no report has been made"
    return context.report
