"""Then steps: the Z-tables of the systems, their definition and what changed in them since the When."""

from collections.abc import Collection

from pytest_bdd import parsers, when

from harness.bdd.comparison import (
    FieldChange,
    assert_equal,
    assert_same_changes,
    assert_same_fields,
    assert_same_rows,
    changes,
    compare_each_system,
    new_rows,
)
from harness.bdd.context import ScenarioContext
from harness.bdd.feature_error import FeatureError, check_known
from harness.bdd.steps.assertion import assertion
from harness.bdd.table_diff import CONTRACT, PURCHORG
from harness.bdd.vocabulary.arguments import ChangesTable, DraftedCode, EntryFieldName, EntryTable
from harness.bdd.vocabulary.attributes import Table, named_changes, named_values, table_rows
from harness.bdd.vocabulary.json_values import parse_text
from harness.data_directory import Row, Tables

BOTH = ("PF2", "WP2")


@when(parsers.parse("somebody looks at the definition of {table}"), target_fixture="definitions")
def read_definitions(context: ScenarioContext, table: str) -> dict[str, list[Row]]:
    return {name: system.definition(table) for name, system in context.systems.items()}


@assertion("it has exactly these fields in PF2 and WP2:")
def check_definition(definitions: dict[str, list[Row]], datatable: Table) -> None:
    expected = table_rows(datatable)
    for system, definition in definitions.items():
        assert_equal(f"the fields of the table in {system}", definition, expected)


@assertion("these of its names are longer than the 16 characters of the ABAP Dictionary:")
def check_long_names(definitions: dict[str, list[Row]], datatable: Table) -> None:
    for system, definition in definitions.items():
        seen = [column["field"] for column in definition if len(column["field"]) > 16]
        assert_equal(f"the names longer than 16 characters in {system}", seen, [name for (name,) in datatable])


@assertion("exactly this entry is new in PF2 and WP2:")
@assertion("exactly these entries are new in PF2 and WP2:")
def check_new_entries(context: ScenarioContext, datatable: EntryTable) -> None:
    """Compare the new entries with the columns of a table; no entry from before may have changed."""
    columns = context.columns(CONTRACT)
    names, *entries = zip(*datatable, strict=True)
    if not entries:
        raise FeatureError("the table has no column of values, so it says nothing")
    expected = [
        named_values([*map(list, zip(names, values, strict=True))], columns, f"field in {CONTRACT}")
        for values in entries
    ]

    def check(before: Tables, now: Tables) -> None:
        assert_same_rows("the new entries", new_rows(before[CONTRACT], now[CONTRACT]), expected)
        _check_changes(before, now, [])

    compare_each_system(context, check)


@assertion(parsers.parse('exactly these fields of the entry "{code}" changed in PF2 and WP2:'))
def check_changed_fields(context: ScenarioContext, code: str, datatable: ChangesTable) -> None:
    """Compare the changed fields of all entries from before; no entry may be new."""
    expected = _changes_of(context, code, datatable)

    def check(before: Tables, now: Tables) -> None:
        _check_changes(before, now, expected)
        assert_same_rows("the new entries", new_rows(before[CONTRACT], now[CONTRACT]), [])

    compare_each_system(context, check)


@assertion(parsers.parse('exactly these fields of the entry "{code}" changed in PF2:'))
def check_changed_fields_in_pf2(context: ScenarioContext, code: str, datatable: ChangesTable) -> None:
    expected = _changes_of(context, code, datatable)
    compare_each_system(context, lambda before, now: _check_changes(before, now, expected), only=["PF2"])


@assertion(parsers.parse('exactly these fields of the entry "{code}" changed in {system} alone:'))
def check_changed_fields_in_one_system(
    context: ScenarioContext, code: str, system: str, datatable: ChangesTable
) -> None:
    """Compare the changed fields in one system; nothing may have changed in the other, nor in PURCHORG."""
    expected = _changes_of(context, code, datatable)
    compare_each_system(context, lambda before, now: _check_changes(before, now, expected), only=[system])
    compare_each_system(context, lambda before, now: _check_changes(before, now, []), but=[system])
    check_organisations_unchanged(context)


@assertion(parsers.re(r'the entry "(?P<code>[^"]+)" in (?P<systems>PF2 and WP2|PF2) is now:'))
def check_entry(context: ScenarioContext, code: str, systems: str, datatable: EntryTable) -> None:
    """Compare every field of an entry."""
    expected = _fields_of(context, datatable)
    compare_each_system(
        context,
        lambda _, now: assert_same_fields("the entry", code, entry_of(now, code), expected),
        only=systems.split(" and "),
    )


@assertion(parsers.parse('these fields of the entry "{code}" in PF2 and WP2 are:'))
def check_fields(context: ScenarioContext, code: str, datatable: EntryTable) -> None:
    _check_fields(context, code, _fields_of(context, datatable))


@assertion(parsers.parse('{field} of the entry "{code}" in PF2 and WP2 is {words}'))
def check_field(context: ScenarioContext, field: EntryFieldName, code: str, words: str) -> None:
    _check_fields(context, code, {field: parse_text(words)})


@assertion(parsers.parse('in {system} {field} of the entry "{code}" is {words}'))
def check_field_in_one_system(
    context: ScenarioContext, system: str, field: EntryFieldName, code: str, words: str
) -> None:
    _check_fields(context, code, {field: parse_text(words)}, only=[system])


@assertion(parsers.parse('{system} holds the entry "{code}"'))
def check_entry_exists(context: ScenarioContext, system: str, code: str) -> None:
    assert_equal(f"the number of entries {code} in {system}", len(_entries(context.tables()[system], code)), 1)


@assertion(parsers.parse('{system} holds no entry "{code}"'))
def check_no_entry(context: ScenarioContext, system: str, code: str) -> None:
    check_known("agreement", [code], _known_codes(context))
    assert_equal(f"the entries {code} in {system}", _entries(context.tables()[system], code), [])


@assertion(parsers.parse("PF2 and WP2 hold {number:d} entries each"))
def check_number_of_entries(context: ScenarioContext, number: int) -> None:
    seen = {name: len(tables[CONTRACT]) for name, tables in context.tables().items()}
    assert_equal("the number of entries by system", seen, dict.fromkeys(BOTH, number))


@assertion(parsers.re("(?P<systems>PF2 and WP2|PF2) holds? exactly these purchasing organisations:"))
def check_all_organisations(context: ScenarioContext, systems: str, datatable: Table) -> None:
    expected = table_rows(datatable, context.columns(PURCHORG), f"field in {PURCHORG}")
    compare_each_system(
        context, lambda _, now: assert_same_rows(PURCHORG, now[PURCHORG], expected), only=systems.split(" and ")
    )


@assertion(parsers.re("(?P<systems>PF2 and WP2|PF2) holds? no purchasing organisation"))
def check_no_organisation(context: ScenarioContext, systems: str) -> None:
    compare_each_system(
        context, lambda _, now: assert_same_rows(PURCHORG, now[PURCHORG], []), only=systems.split(" and ")
    )


@assertion(parsers.re(r'the purchasing organisations of "(?P<code>[^"]+)" in PF2 and WP2 are "(?P<listed>[^"]*)"'))
def check_organisations(context: ScenarioContext, code: DraftedCode, listed: str) -> None:
    expected = listed.split(",") if listed else []

    def check(_: Tables, now: Tables) -> None:
        assert_equal(f"the purchasing organisations of {code}", _organisations(context, now, code), expected)

    compare_each_system(context, check)


@assertion(parsers.parse('PF2 and WP2 hold {number:d} purchasing organisations of "{code}"'))
def check_number_of_organisations(context: ScenarioContext, number: int, code: DraftedCode) -> None:
    def check(_: Tables, now: Tables) -> None:
        seen = len(_organisations(context, now, code))
        assert_equal(f"the number of purchasing organisations of {code}", seen, number)

    compare_each_system(context, check)


@assertion(parsers.parse('{system} holds the organisations "{listed}"'))
def check_organisations_in_one_system(context: ScenarioContext, system: str, listed: str) -> None:
    seen = [row["PURCHASINGORG"] for row in context.tables()[system][PURCHORG]]
    assert_equal(f"the organisations in {system}", seen, listed.split(","))


@assertion("no row of ZMM_ICMPURCHORG changed in PF2 and WP2")
def check_organisations_unchanged(context: ScenarioContext) -> None:
    compare_each_system(context, lambda before, now: assert_same_rows(PURCHORG, now[PURCHORG], before[PURCHORG]))


@assertion("nothing changed in PF2 and WP2")
def check_nothing_changed(context: ScenarioContext) -> None:
    _check_unchanged(context, BOTH)


@assertion("WP2 is as it was")
def check_nothing_changed_in_wp2(context: ScenarioContext) -> None:
    _check_unchanged(context, ["WP2"])


@assertion(parsers.parse("nothing changed in {system} alone"))
def check_nothing_changed_in_one_system(context: ScenarioContext, system: str) -> None:
    _check_unchanged(context, [system])


@assertion(parsers.parse("{system} holds nothing"))
def check_tables_empty(context: ScenarioContext, system: str) -> None:
    assert_equal(f"the tables of {system}", context.tables()[system], {CONTRACT: [], PURCHORG: []})


@assertion("PF2 and WP2 hold the same")
def check_systems_equal(context: ScenarioContext) -> None:
    tables = context.tables()
    for name, rows in tables["PF2"].items():
        assert_same_rows(f"{name} of WP2 against PF2", tables["WP2"][name], rows)


def entry_of(tables: Tables, code: str) -> Row:
    """Return the only entry of an agreement code in the tables of a system."""
    found = _entries(tables, code)
    assert_equal(f"the number of entries {code}", len(found), 1)
    return found[0]


def _entries(tables: Tables, code: str) -> list[Row]:
    return [row for row in tables[CONTRACT] if row["ICMAGREEMENTCODE"] == code]


def _organisations(context: ScenarioContext, tables: Tables, code: str) -> list[str]:
    sys_id = context.agreements[code].sys_id.lower()
    return [row["PURCHASINGORG"] for row in tables[PURCHORG] if row["SYSID"] == sys_id]


def _changes_of(context: ScenarioContext, code: str, table: Table) -> list[FieldChange]:
    rows = named_changes(table, context.columns(CONTRACT), f"field in {CONTRACT}")
    check_known("agreement", [code], _known_codes(context))
    return [FieldChange(code, *row) for row in rows]


def _fields_of(context: ScenarioContext, table: Table) -> Row:
    return named_values(table, context.columns(CONTRACT), f"field in {CONTRACT}")


def _known_codes(context: ScenarioContext) -> set[str]:
    """Collect the codes of all agreements and of all entries from before the When."""
    entries = (row for tables in context.before.tables.values() for row in tables[CONTRACT])
    return {*context.agreements, *(row["ICMAGREEMENTCODE"] for row in entries)}


def _check_changes(before: Tables, now: Tables, expected: list[FieldChange]) -> None:
    """Compare the changed fields of all entries from before."""
    assert_same_changes(changes(before[CONTRACT], now[CONTRACT]), expected)


def _check_fields(context: ScenarioContext, code: str, expected: Row, only: Collection[str] = ()) -> None:
    """Compare some fields of an entry, in all systems or in some."""
    check_known(f"field in {CONTRACT}", expected, context.columns(CONTRACT))

    def check(_: Tables, now: Tables) -> None:
        entry = entry_of(now, code)
        assert_same_fields("the entry", code, {name: entry[name] for name in expected}, expected)

    compare_each_system(context, check, only=only)


def _check_unchanged(context: ScenarioContext, systems: Collection[str]) -> None:
    def check(before: Tables, now: Tables) -> None:
        for name, rows in now.items():
            assert_same_rows(name, rows, before[name])

    compare_each_system(context, check, only=systems)
