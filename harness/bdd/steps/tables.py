"""The Then steps: what ICI was asked, what each system holds, what the monitoring shows. Never what is inside CPI."""

from pytest_bdd import parsers

from harness.bdd.comparison import (
    FieldChange,
    assert_equal,
    assert_same_changes,
    assert_same_fields,
    assert_same_rows,
    changes,
    for_each_system,
    new_rows,
)
from harness.bdd.context import CONTRACT, PURCHORG, Row, ScenarioContext, Tables
from harness.bdd.steps.assertion import assertion
from harness.bdd.vocabulary.attributes import Table
from harness.bdd.vocabulary.json_values import text


@assertion(parsers.parse('CPI received the event {action} of "{code}" and completed it'))
def completed(context: ScenarioContext, action: str, code: str) -> None:
    all_completed(context, [[action, code]])


@assertion("CPI received these events and completed them:")
def _(context: ScenarioContext, datatable: Table) -> None:
    all_completed(context, datatable)


def all_completed(context: ScenarioContext, events: Table) -> None:
    """Check that the monitoring shows exactly these events, each as completed."""
    expected = []
    for action, code in events:
        agreement = context.agreements[code]
        expected.append((action, agreement.kind.name, agreement.sys_id, "COMPLETED"))
    refused = [status for status in context.new_statuses() if not 200 <= status < 300]
    assert_equal("what the webhook answered to events that it did not take", refused, [])
    shown = [(entry.action, entry.contract_type, entry.sys_id, entry.status) for entry in context.new_entries()]
    assert_same_rows("the events that the monitoring shows", *(list(map(_event, side)) for side in (shown, expected)))
    assert_equal("the events that the monitoring shows", shown, expected)


CALL_STEPS = EXACTLY_THESE, NONE = "ICI received exactly these calls, in this order:", "ICI received no call"


def _event(shown: tuple[str, str, str, str]) -> Row:
    return dict(zip(("event", "contract type", "System ID", "status"), shown, strict=True))


@assertion(EXACTLY_THESE)
def _(context: ScenarioContext, datatable: Table) -> None:
    calls_are(context, datatable)


@assertion(NONE)
def _(context: ScenarioContext) -> None:
    calls_are(context, [])


def calls_are(context: ScenarioContext, calls: Table) -> None:
    """Check that ICI received exactly these calls since the When, each with its method and its path."""
    received = [f"{request.method} {request.path}" for request in context.new_requests()]
    assert_equal("the calls that ICI received", received, [" ".join(call) for call in calls])


@assertion(parsers.parse("ICI received {number:d} calls"))
def _(context: ScenarioContext, number: int) -> None:
    assert_equal("the number of calls that ICI received", len(context.new_requests()), number)


@assertion("exactly this entry is new in PF2 and WP2:")
def _(context: ScenarioContext, datatable: Table) -> None:
    these_are_new(context, datatable)


@assertion("exactly these entries are new in PF2 and WP2:")
def these_are_new(context: ScenarioContext, datatable: Table) -> None:
    names = [name for name, *_ in datatable]
    expected = [dict(zip(names, values, strict=True)) for values in zip(*(row[1:] for row in datatable), strict=True)]

    def look(before: Tables, now: Tables) -> None:
        assert_same_rows("the new entries", new_rows(before[CONTRACT], now[CONTRACT]), expected)
        changes_are(before, now, [])

    for_each_system(context, look)


def changes_are(before: Tables, now: Tables, expected: list[FieldChange]) -> None:
    """Check that in the entries that there were before exactly these fields changed."""
    assert_same_changes(changes(before[CONTRACT], now[CONTRACT]), expected)


@assertion(parsers.parse('exactly these fields of the entry "{code}" changed in PF2 and WP2:'))
def _(context: ScenarioContext, code: str, datatable: Table) -> None:
    head, *rows = datatable
    assert head == ["field", "before", "after"]
    expected = [FieldChange(code, *row) for row in rows]

    def look(before: Tables, now: Tables) -> None:
        changes_are(before, now, expected)
        assert_same_rows("the new entries", new_rows(before[CONTRACT], now[CONTRACT]), [])

    for_each_system(context, look)


@assertion(parsers.parse('the entry "{code}" in PF2 and WP2 is now:'))
def _(context: ScenarioContext, code: str, datatable: Table) -> None:
    fields_are(context, code, dict(datatable), all_of_them=True)


@assertion(parsers.parse('{field} of the entry "{code}" in PF2 and WP2 is {words}'))
def _(context: ScenarioContext, field: str, code: str, words: str) -> None:
    fields_are(context, code, {field: text(words)})


@assertion(parsers.parse('these fields of the entry "{code}" in PF2 and WP2 are:'))
def _(context: ScenarioContext, code: str, datatable: Table) -> None:
    fields_are(context, code, dict(datatable))


def fields_are(context: ScenarioContext, code: str, expected: Row, *, all_of_them: bool = False) -> None:
    """Check fields of the one entry of an agreement code in each system; `all_of_them` are those that there are."""

    def look(_: Tables, now: Tables) -> None:
        entry = the_entry(now, code)
        seen = entry if all_of_them else {name: entry[name] for name in expected}
        assert_same_fields("the entry", code, seen, expected)

    for_each_system(context, look)


@assertion(parsers.parse('{system} holds the entry "{code}"'))
def _(context: ScenarioContext, system: str, code: str) -> None:
    assert_equal(f"the entries {code} of {system}", len(_entries(context.tables()[system][CONTRACT], code)), 1)


@assertion(parsers.parse('{system} holds no entry "{code}"'))
def _(context: ScenarioContext, system: str, code: str) -> None:
    assert_equal(f"the entries {code} of {system}", _entries(context.tables()[system][CONTRACT], code), [])


@assertion("PF2 and WP2 hold exactly these purchasing organisations:")
def _(context: ScenarioContext, datatable: Table) -> None:
    head, *rows = datatable
    expected = [dict(zip(head, row, strict=True)) for row in rows]
    for_each_system(context, lambda _, now: assert_same_rows(PURCHORG, now[PURCHORG], expected))


@assertion(parsers.re(r'the purchasing organisations of "(?P<code>[^"]+)" in PF2 and WP2 are "(?P<listed>[^"]*)"'))
def _(context: ScenarioContext, code: str, listed: str) -> None:
    sys_id = context.agreements[code].sys_id.lower()
    expected = listed.split(",") if listed else []

    def look(_: Tables, now: Tables) -> None:
        found = [row["PURCHASINGORG"] for row in now[PURCHORG] if row["SYSID"] == sys_id]
        assert_equal(f"the purchasing organisations of {code}", found, expected)

    for_each_system(context, look)


@assertion(parsers.parse('PF2 and WP2 hold {number:d} purchasing organisations of "{code}"'))
def _(context: ScenarioContext, number: int, code: str) -> None:
    sys_id = context.agreements[code].sys_id.lower()

    def look(_: Tables, now: Tables) -> None:
        found = [row for row in now[PURCHORG] if row["SYSID"] == sys_id]
        assert_equal(f"the number of purchasing organisations of {code}", len(found), number)

    for_each_system(context, look)


@assertion("it has exactly these fields in PF2 and WP2:")
def _(context: ScenarioContext, datatable: Table) -> None:
    head, *rows = datatable
    expected = [dict(zip(head, row, strict=True)) for row in rows]
    for system, definition in context.definitions.items():
        assert_equal(f"the fields of the table in {system}", definition, expected)


@assertion("these of its names are longer than the 16 characters of the ABAP Dictionary:")
def _(context: ScenarioContext, datatable: Table) -> None:
    for system, definition in context.definitions.items():
        found = [field["field"] for field in definition if len(field["field"]) > 16]
        assert_equal(f"the names that are too long in {system}", found, [name for (name,) in datatable])


@assertion("no row of ZMM_ICMPURCHORG changed in PF2 and WP2")
def _(context: ScenarioContext) -> None:
    for_each_system(context, lambda before, now: assert_same_rows(PURCHORG, now[PURCHORG], before[PURCHORG]))


@assertion("nothing changed in PF2 and WP2")
def _(context: ScenarioContext) -> None:

    def look(before: Tables, now: Tables) -> None:
        for name, rows in now.items():
            assert_same_rows(name, rows, before[name])

    for_each_system(context, look)


@assertion("PF2 and WP2 hold the same")
def _(context: ScenarioContext) -> None:
    tables = context.tables()
    for name, rows in tables["PF2"].items():
        assert_same_rows(f"{name} of WP2 against PF2", tables["WP2"][name], rows)


def the_entry(tables: Tables, code: str) -> Row:
    """The one entry of an agreement code in a system."""
    found = _entries(tables[CONTRACT], code)
    assert_equal(f"the number of entries {code}", len(found), 1)
    return found[0]


def _entries(rows: list[Row], code: str) -> list[Row]:
    return [row for row in rows if row["ICMAGREEMENTCODE"] == code]
