"""Steps of buyers who keep outline agreements: what they enter, mass changes, and what the systems hold."""

from collections.abc import Callable
from pathlib import Path

import pytest
from pytest_bdd import given, parsers, when

from harness.bdd.comparison import assert_equal, assert_same_fields, assert_same_rows
from harness.bdd.context import ScenarioContext
from harness.bdd.feature_error import Named, calendar_day, convert
from harness.bdd.steps.assertion import assertion
from harness.bdd.steps.ecc_screen import Screen
from harness.bdd.vocabulary.attributes import Table, named_changes, named_values, table_rows
from harness.data_directory import Row
from simulator.ecc.authorisation import CHANGE_CONTRACT, CHANGE_CONTRACTS, CREATE_CONTRACT
from simulator.ecc.bapiret2 import Bapiret2
from simulator.ecc.change_documents import Cdhdr, Cdpos
from simulator.ecc.change_log import ChangeStamp
from simulator.ecc.ekko import EKKO
from simulator.ecc.mass_change import ChangeRow, RowResult, mass_change
from simulator.ecc.outline_agreements import ALPHA_FIELDS
from simulator.ecc.tables import ddic_types

USER = "BUYER"

_KINDS: dict[str, Callable[[str], object]] = {
    "text": str,
    "number": lambda words: convert(words, float, "a number"),
    "date": calendar_day,
    "true or false": lambda words: words == "TRUE",
    "error": str,
    "formula": str,
}
_CELLS = Named("kind of cell", _KINDS.items())
"""The kinds of cells of a book, with how each is written down."""


@given("a user of PF2 enters this outline agreement:")
def enter_outline_agreement(screen: Screen, datatable: Table) -> None:
    screen.entered = named_values(datatable)


@given(parsers.re('on the screen (?P<field>[A-Z0-9]+) is "(?P<words>.*)"'))
def enter_field(screen: Screen, field: str, words: str) -> None:
    screen.entered[field] = words


@given("the user has created it")
def create_in_pf2_before(context: ScenarioContext, screen: Screen) -> None:
    screen.messages = _create(context, "PF2", screen.entered)
    screen.check_done()


@given("the user has created the same in WP2")
def create_in_wp2_before(context: ScenarioContext, screen: Screen) -> None:
    screen.messages = _create(context, "WP2", screen.entered)
    screen.check_done()


@given(parsers.parse('the own tenant of PF2 is "{tenant}"'))
def set_own_tenant(context: ScenarioContext, monkeypatch: pytest.MonkeyPatch, tenant: str) -> None:
    system = context.systems["PF2"].system
    monkeypatch.setattr(system, "rules", system.rules._replace(tenant=tenant))


@given("users have created these, otherwise like it:")
def create_variants(context: ScenarioContext, screen: Screen, datatable: Table) -> None:
    for row in table_rows(datatable):
        system = row["system"]
        messages = _create(context, system, screen.entered | {name: row[name] for name in row if name != "system"})
        errors = [line for line in messages if line.TYPE == "E"]
        assert_equal(f"the errors of {system} on the creation of {row}", errors, [])


@when("the user creates it")
def create_in_pf2(context: ScenarioContext, screen: Screen) -> None:
    def create() -> None:
        screen.messages = _create(context, "PF2", screen.entered)

    context.do_when(create)


@given(parsers.parse("the user has changed the outline agreement {ebeln}:"))
def change_outline_agreement_before(context: ScenarioContext, screen: Screen, ebeln: str, datatable: Table) -> None:
    stamp = _stamp(context, CHANGE_CONTRACT)
    screen.messages = context.systems["PF2"].system.change_outline_agreement(ebeln, named_values(datatable), stamp)
    screen.check_done()


@when(parsers.parse("the user changes the outline agreement {ebeln}:"))
def change_outline_agreement(context: ScenarioContext, screen: Screen, ebeln: str, datatable: Table) -> None:
    def change() -> None:
        screen.messages = context.systems["PF2"].system.change_outline_agreement(
            ebeln, named_values(datatable), _stamp(context, CHANGE_CONTRACT)
        )

    context.do_when(change)


@when(
    parsers.re(r"the user (?P<how>changes the outline agreements|tries the changes) in this sheet:"),
    target_fixture="mass_change_results",
)
def change_by_sheet(context: ScenarioContext, how: str, datatable: Table) -> list[RowResult]:
    system = context.systems["PF2"].system
    stamp = _stamp(context, CHANGE_CONTRACTS)
    sheet = [ChangeRow(number, row) for number, row in enumerate(table_rows(datatable), 2)]
    return context.do_when(lambda: [*mass_change(system, sheet, stamp, test_run=how == "tries the changes")])


@when(
    parsers.parse("the user changes the outline agreements in a book of Excel whose row {row:d} holds this:"),
    target_fixture="mass_change_results",
)
def change_by_book(context: ScenarioContext, tmp_path: Path, row: int, datatable: Table) -> list[RowResult]:
    from openpyxl import Workbook  # noqa: PLC0415 - it takes long, and one feature has books

    from harness.sheets.reading import SheetFields, SheetOptions, read_sheet  # noqa: PLC0415 - with it

    book = Workbook()
    sheet = book.create_sheet("Changes")
    for column, cell in enumerate(table_rows(datatable), 1):
        sheet.cell(1, column, cell["field"])
        held = sheet.cell(row, column, _CELLS[cell["kind"]](cell["holds"]))
        held.number_format = cell.get("number format") or held.number_format
    file = tmp_path / "changes.xlsx"
    book.save(file)
    read = read_sheet(file, SheetFields(ddic_types(EKKO), ALPHA_FIELDS, "EBELN"), "PF2", SheetOptions())
    system, stamp = context.systems["PF2"].system, _stamp(context, CHANGE_CONTRACTS)
    return context.do_when(lambda: [*mass_change(system, read.rows, stamp, test_run=False)])


@assertion("the result list is exactly this:")
def check_results(mass_change_results: list[RowResult], datatable: Table) -> None:
    lines = [
        {"ROW": str(result.row), "EBELN": result.ebeln, **message._asdict()}
        for result in mass_change_results
        for message in result.messages
    ]
    expected = table_rows(datatable)
    assert_equal("the result list", [{name: line[name] for name in datatable[0]} for line in lines], expected)


@assertion(parsers.parse("{system} holds exactly this outline agreement:"))
def check_single_outline_agreement(context: ScenarioContext, system: str, datatable: Table) -> None:
    assert_same_rows(
        f"the outline agreements of {system}", context.outline_agreements()[system], [named_values(datatable)]
    )


@assertion(parsers.parse("{system} holds no outline agreement"))
def check_no_outline_agreement(context: ScenarioContext, system: str) -> None:
    assert_same_rows(f"the outline agreements of {system}", context.outline_agreements()[system], [])


@assertion(parsers.parse('the outline agreements of {system} are "{listed}"'))
def check_outline_agreement_numbers(context: ScenarioContext, system: str, listed: str) -> None:
    numbers = [row["EBELN"] for row in context.outline_agreements()[system]]
    assert_equal(f"the outline agreements of {system}", numbers, listed.split(","))


@assertion(parsers.parse("these fields of the outline agreement {ebeln} in {system} are:"))
def check_outline_agreement_fields(context: ScenarioContext, ebeln: str, system: str, datatable: Table) -> None:
    expected = named_values(datatable, EKKO.columns.keys(), "field in EKKO")
    held = _by_number(context.outline_agreements()[system])[ebeln]
    assert_same_fields(f"the outline agreement in {system}", ebeln, {name: held[name] for name in expected}, expected)


@assertion(parsers.parse("exactly these fields of the outline agreement {ebeln} changed:"))
def check_changed_fields(context: ScenarioContext, ebeln: str, datatable: Table) -> None:
    rows = named_changes(datatable, EKKO.columns.keys(), "field in EKKO")
    before, after = context.before.outline_agreements, context.outline_agreements()
    old, new = _by_number(before["PF2"]), _by_number(after["PF2"])
    changed = [[name, value, new[ebeln][name]] for name, value in old[ebeln].items() if new[ebeln][name] != value]
    assert_equal(f"the changed fields of the outline agreement {ebeln}", changed, rows)
    expected = before | {"PF2": [*(old | {ebeln: new[ebeln]}).values()]}
    assert_equal("all other outline agreements", after, expected)


@assertion("the change documents of PF2 are exactly these:")
def check_change_documents(context: ScenarioContext, datatable: Table) -> None:
    expected = table_rows(datatable, [*Cdhdr.model_fields, *Cdpos.model_fields])
    seen = [{name: row[name] for name in datatable[0]} for row in context.systems["PF2"].system.change_documents()]
    assert_equal("the change documents of PF2", seen, expected)


@assertion("no outline agreement changed")
def check_nothing_changed(context: ScenarioContext) -> None:
    after = context.outline_agreements()
    for system, before in context.before.outline_agreements.items():
        assert_same_rows(f"the outline agreements of {system}", after[system], before)


def _create(context: ScenarioContext, system: str, fields: Row) -> list[Bapiret2]:
    return context.systems[system].system.create_outline_agreement(fields, _stamp(context, CREATE_CONTRACT)).messages


def _stamp(context: ScenarioContext, transaction: str) -> ChangeStamp:
    return ChangeStamp(USER, context.time, transaction)


def _by_number(rows: list[Row]) -> dict[str, Row]:
    return Named("outline agreement", ((row["EBELN"], row) for row in rows))
