"""The Then steps: what ICI was asked, what each system holds, what the monitoring shows. Never what is inside CPI."""

from pytest_bdd import parsers

from harness.bdd.comparison import (
    Change,
    assert_equal,
    assert_same_changes,
    assert_same_fields,
    assert_same_rows,
    changes,
    for_each_system,
    new_rows,
)
from harness.bdd.context import CONTRACT, PURCHORG, Row, ScenarioContext, Tables
from harness.bdd.steps.assertion import then
from harness.bdd.vocabulary.attributes import Table
from harness.bdd.vocabulary.json_values import text


@then(parsers.parse('CPI received the event {action} of "{code}" and completed it'))
def completed(world: ScenarioContext, action: str, code: str) -> None:
    all_completed(world, [[action, code]])


@then("CPI received these events and completed them:")
def _(world: ScenarioContext, datatable: Table) -> None:
    all_completed(world, datatable)


def all_completed(world: ScenarioContext, events: Table) -> None:
    """Check that the monitoring shows exactly these events, each as completed."""
    expected = []
    for action, code in events:
        agreement = world.agreements[code]
        expected.append((action, agreement.kind.name, agreement.sys_id, "COMPLETED"))
    refused = [status for status in world.new_statuses() if not 200 <= status < 300]
    assert_equal("what the webhook answered to events that it did not take", refused, [])
    shown = [(entry.action, entry.contract_type, entry.sys_id, entry.status) for entry in world.new_entries()]
    assert_same_rows("the events that the monitoring shows", *(list(map(_event, side)) for side in (shown, expected)))
    assert_equal("the events that the monitoring shows", shown, expected)


CALL_STEPS = EXACTLY_THESE, NONE = "ICI received exactly these calls, in this order:", "ICI received no call"


def _event(shown: tuple[str, str, str, str]) -> Row:
    return dict(zip(("event", "contract type", "System ID", "status"), shown, strict=True))


@then(EXACTLY_THESE)
def _(world: ScenarioContext, datatable: Table) -> None:
    calls_are(world, datatable)


@then(NONE)
def _(world: ScenarioContext) -> None:
    calls_are(world, [])


def calls_are(world: ScenarioContext, calls: Table) -> None:
    """Check that ICI received exactly these calls since the When, each with its method and its path."""
    received = [f"{request.method} {request.path}" for request in world.new_requests()]
    assert_equal("the calls that ICI received", received, [" ".join(call) for call in calls])


@then(parsers.parse("ICI received {number:d} calls"))
def _(world: ScenarioContext, number: int) -> None:
    assert_equal("the number of calls that ICI received", len(world.new_requests()), number)


@then("exactly this entry is new in PF2 and WP2:")
def _(world: ScenarioContext, datatable: Table) -> None:
    these_are_new(world, datatable)


@then("exactly these entries are new in PF2 and WP2:")
def these_are_new(world: ScenarioContext, datatable: Table) -> None:
    names = [name for name, *_ in datatable]
    expected = [dict(zip(names, values, strict=True)) for values in zip(*(row[1:] for row in datatable), strict=True)]

    def look(before: Tables, now: Tables) -> None:
        assert_same_rows("the new entries", new_rows(before[CONTRACT], now[CONTRACT]), expected)
        changes_are(before, now, [])

    for_each_system(world, look)


def changes_are(before: Tables, now: Tables, expected: list[Change]) -> None:
    """Check that in the entries that there were before exactly these fields changed."""
    assert_same_changes(changes(before[CONTRACT], now[CONTRACT]), expected)


@then(parsers.parse('exactly these fields of the entry "{code}" changed in PF2 and WP2:'))
def _(world: ScenarioContext, code: str, datatable: Table) -> None:
    head, *rows = datatable
    assert head == ["field", "before", "after"]
    expected = [Change(code, *row) for row in rows]

    def look(before: Tables, now: Tables) -> None:
        changes_are(before, now, expected)
        assert_same_rows("the new entries", new_rows(before[CONTRACT], now[CONTRACT]), [])

    for_each_system(world, look)


@then(parsers.parse('the entry "{code}" in PF2 and WP2 is now:'))
def _(world: ScenarioContext, code: str, datatable: Table) -> None:
    fields_are(world, code, dict(datatable), all_of_them=True)


@then(parsers.parse('{field} of the entry "{code}" in PF2 and WP2 is {words}'))
def _(world: ScenarioContext, field: str, code: str, words: str) -> None:
    fields_are(world, code, {field: text(words)})


@then(parsers.parse('these fields of the entry "{code}" in PF2 and WP2 are:'))
def _(world: ScenarioContext, code: str, datatable: Table) -> None:
    fields_are(world, code, dict(datatable))


def fields_are(world: ScenarioContext, code: str, expected: Row, *, all_of_them: bool = False) -> None:
    """Check fields of the one entry of an agreement code in each system; `all_of_them` are those that there are."""

    def look(_: Tables, now: Tables) -> None:
        entry = the_entry(now, code)
        seen = entry if all_of_them else {name: entry[name] for name in expected}
        assert_same_fields("the entry", code, seen, expected)

    for_each_system(world, look)


@then(parsers.parse('{system} holds the entry "{code}"'))
def _(world: ScenarioContext, system: str, code: str) -> None:
    assert_equal(f"the entries {code} of {system}", len(_entries(world.tables()[system][CONTRACT], code)), 1)


@then(parsers.parse('{system} holds no entry "{code}"'))
def _(world: ScenarioContext, system: str, code: str) -> None:
    assert_equal(f"the entries {code} of {system}", _entries(world.tables()[system][CONTRACT], code), [])


@then("PF2 and WP2 hold exactly these purchasing organisations:")
def _(world: ScenarioContext, datatable: Table) -> None:
    head, *rows = datatable
    expected = [dict(zip(head, row, strict=True)) for row in rows]
    for_each_system(world, lambda _, now: assert_same_rows(PURCHORG, now[PURCHORG], expected))


@then(parsers.re(r'the purchasing organisations of "(?P<code>[^"]+)" in PF2 and WP2 are "(?P<listed>[^"]*)"'))
def _(world: ScenarioContext, code: str, listed: str) -> None:
    sys_id = world.agreements[code].sys_id.lower()
    expected = listed.split(",") if listed else []

    def look(_: Tables, now: Tables) -> None:
        found = [row["PURCHASINGORG"] for row in now[PURCHORG] if row["SYSID"] == sys_id]
        assert_equal(f"the purchasing organisations of {code}", found, expected)

    for_each_system(world, look)


@then(parsers.parse('PF2 and WP2 hold {number:d} purchasing organisations of "{code}"'))
def _(world: ScenarioContext, number: int, code: str) -> None:
    sys_id = world.agreements[code].sys_id.lower()

    def look(_: Tables, now: Tables) -> None:
        found = [row for row in now[PURCHORG] if row["SYSID"] == sys_id]
        assert_equal(f"the number of purchasing organisations of {code}", len(found), number)

    for_each_system(world, look)


@then("it has exactly these fields in PF2 and WP2:")
def _(world: ScenarioContext, datatable: Table) -> None:
    head, *rows = datatable
    expected = [dict(zip(head, row, strict=True)) for row in rows]
    for system, definition in world.definitions.items():
        assert_equal(f"the fields of the table in {system}", definition, expected)


@then("these of its names are longer than the 16 characters of the ABAP Dictionary:")
def _(world: ScenarioContext, datatable: Table) -> None:
    for system, definition in world.definitions.items():
        found = [field["field"] for field in definition if len(field["field"]) > 16]
        assert_equal(f"the names that are too long in {system}", found, [name for (name,) in datatable])


@then("no row of ZMM_ICMPURCHORG changed in PF2 and WP2")
def _(world: ScenarioContext) -> None:
    for_each_system(world, lambda before, now: assert_same_rows(PURCHORG, now[PURCHORG], before[PURCHORG]))


@then("nothing changed in PF2 and WP2")
def _(world: ScenarioContext) -> None:

    def look(before: Tables, now: Tables) -> None:
        for name, rows in now.items():
            assert_same_rows(name, rows, before[name])

    for_each_system(world, look)


@then("PF2 and WP2 hold the same")
def _(world: ScenarioContext) -> None:
    tables = world.tables()
    for name, rows in tables["PF2"].items():
        assert_same_rows(f"{name} of WP2 against PF2", tables["WP2"][name], rows)


def the_entry(tables: Tables, code: str) -> Row:
    """The one entry of an agreement code in a system."""
    found = _entries(tables[CONTRACT], code)
    assert_equal(f"the number of entries {code}", len(found), 1)
    return found[0]


def _entries(rows: list[Row], code: str) -> list[Row]:
    return [row for row in rows if row["ICMAGREEMENTCODE"] == code]
