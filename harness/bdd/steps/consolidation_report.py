"""Steps of the consolidation report: its choices, its parts and its figures."""

from collections.abc import Callable
from dataclasses import fields, replace
from decimal import Decimal
from inspect import signature
from typing import Any

import pytest
from pytest_bdd import given, parsers, when

from harness.bdd.comparison import assert_equal
from harness.bdd.context import ScenarioContext
from harness.bdd.feature_error import FeatureError, calendar_day, check_known, convert
from harness.bdd.steps.assertion import assertion
from harness.bdd.vocabulary.arguments import DayWords
from harness.bdd.vocabulary.attributes import Table, named_values, table_rows
from harness.data_directory import Row
from simulator.landscape import consolidation_report
from simulator.reporting.acceptances import SUM, Acceptance, digest_values, find_difference
from simulator.reporting.consolidation import Report, ReportRequest
from simulator.reporting.parts import ReportPart
from simulator.reporting.selection import Selection
from simulator.reporting.target_values import TargetValue, Tolerance

_CHOICES: dict[str, Callable[[str], object]] = {
    "tolerance": lambda words: convert(
        words, lambda one: Tolerance.parse(one.split(",")), "a tolerance, as 100,2%,EUR=5"
    ),
    "target_value": str,
    "group_by": str,
    "expires_within": lambda words: convert(words, int, "a whole number"),
}
_LISTS = ("org_teams", "owners", "suppliers", "organisations", "types", "systems")


@pytest.fixture
def acceptances() -> list[Acceptance]:
    """Return the differences that users have accepted."""
    return []


@given(
    parsers.re(
        r"(?P<user>[A-Z]+) has accepted that (?P<ebeln>\d+) of (?P<system>\w+) differs in (?P<field>\w+), "
        r'because "(?P<reason>.+)"'
    )
)
def accept_difference(
    context: ScenarioContext,
    acceptances: list[Acceptance],
    user: str,
    ebeln: str,
    system: str,
    field: str,
    reason: str,
) -> None:
    check_known("system", [system], context.systems)
    systems = {name: ecc.system for name, ecc in context.systems.items()}
    compared: TargetValue = "sum" if field == SUM else "header"
    request = ReportRequest("20260630", target_value=compared, parts=("differences", "hierarchy"))
    values = find_difference(consolidation_report(systems, context.settings, request).parts, system, ebeln, field)
    if values is None:
        raise FeatureError(f"{ebeln} of {system} does not differ in {field}")
    digest = digest_values(system, ebeln, field, *values)
    acceptances.append(Acceptance(system, ebeln, field, digest, user, "20260630", reason))


@when(parsers.re(r"the report is made for (?P<day>[-0-9]+)"), target_fixture="report")
def make_report(context: ScenarioContext, acceptances: list[Acceptance], day: DayWords) -> Report:
    return make_chosen_report(context, acceptances, day, [])


@when(parsers.re(r"the report is made for (?P<day>[-0-9]+) with:"), target_fixture="report")
def make_chosen_report(
    context: ScenarioContext, acceptances: list[Acceptance], day: DayWords, datatable: Table
) -> Report:
    chosen = named_values(datatable, [*_CHOICES, *signature(Selection).parameters], "choice") if datatable else {}
    selected: dict[str, Any] = {
        name: tuple(words.split(",")) if name in _LISTS else words.replace("-", "")
        for name, words in chosen.items()
        if name not in _CHOICES
    }
    check_known("system", selected.get("systems", ()), context.systems)
    choices: dict[str, Any] = {name: _CHOICES[name](words) for name, words in chosen.items() if name in _CHOICES}
    request = replace(
        ReportRequest(f"{calendar_day(day):%Y%m%d}", replace(Selection(), **selected)),
        accepted=tuple(acceptances),
        **choices,
    )
    systems = {name: ecc.system for name, ecc in context.systems.items()}
    return context.do_when(lambda: consolidation_report(systems, context.settings, request))


@assertion(parsers.parse("the part {name} shows exactly this:"))
def check_part(report: Report, name: str, datatable: Table) -> None:
    part = _part(report, name)
    expected = table_rows(datatable, part.names)
    seen = [{column: str(row[column]) for column in datatable[0]} for row in part.dicts()]
    assert_equal(f"the rows of the part {name}", seen, expected)


@assertion(parsers.parse("the part {name} shows nothing"))
def check_part_empty(report: Report, name: str) -> None:
    assert_equal(f"the rows of the part {name}", _part(report, name).rows, [])


@assertion(parsers.re(r'the part (?P<name>\w+) shows the column (?P<column>\w+) "(?P<listed>.*)"'))
def check_column(report: Report, name: str, column: str, listed: str) -> None:
    part = _part(report, name)
    check_known("column", [column], part.names)
    seen = [str(row[column]) for row in part.dicts()]
    assert_equal(f"the column {column} of the part {name}", seen, listed.split(",") if listed else [])


def _part(report: Report, name: str) -> ReportPart:
    check_known("part", [name], report.parts)
    return report.parts[name]


@assertion("the findings are counted so:")
def check_totals(report: Report, datatable: Table) -> None:
    expected = table_rows(datatable, report.totals.names)
    seen = [{name: str(row[name]) for name in datatable[0]} for row in report.totals.dicts()]
    assert_equal("the number of findings by group", seen, expected)


@assertion(parsers.parse("the report counts {what}:"))
def check_figures(report: Report, what: str, datatable: Table) -> None:
    check_known("figure", [what], [one.name.replace("_", " ") for one in fields(report.figures)])
    figures: Row = getattr(report.figures, what.replace(" ", "_"))
    seen = {name: str(count) for name, count in figures.items()}
    assert_equal(f"the number of {what}", seen, named_values(datatable))


@assertion("the counted values of the hierarchy sum to:")
def check_counted_values(report: Report, datatable: Table) -> None:
    sums = dict[str, Decimal]()
    for row in _part(report, "hierarchy").dicts():
        if row["counted_value"]:
            currency = str(row["ICMCURRENCY"]).upper()
            sums[currency] = sums.get(currency, Decimal()) + Decimal(row["counted_value"])
    seen = {currency: str(total) for currency, total in sums.items()}
    assert_equal("the sums of the counted values", seen, named_values(datatable))


@assertion(parsers.re(r'the report says of the filters "(?P<said>.*)"'))
def check_unmatched(report: Report, said: str) -> None:
    assert_equal("what the report says of the filters", "; and ".join(report.unmatched), said)


@assertion("the report holds nothing of these words:")
def check_words_absent(report: Report, datatable: Table) -> None:
    text = "".join(report.json_text())
    assert_equal("the words that the report holds", [word for (word,) in datatable if word in text], [])
