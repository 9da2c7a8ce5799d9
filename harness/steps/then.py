"""The Then steps: what ICI was asked, what each system holds, what the monitoring shows. Never what is inside CPI."""

from pytest_bdd import parsers

from harness.comparison import Change, assert_equal, assert_same_rows, changes, new_rows
from harness.shapes import text
from harness.steps.looking import then
from harness.terms import Table
from harness.world import CONTRACT, PURCHORG, Row, World
from simulator.icertis.rest import Request


@then(parsers.parse('CPI received the event {action} of "{code}" and completed it'))
def completed(world: World, action: str, code: str) -> None:
    all_completed(world, [[action, code]])


@then("CPI received these events and completed them:")
def _(world: World, datatable: Table) -> None:
    all_completed(world, datatable)


def all_completed(world: World, events: Table) -> None:
    """Check that the monitoring shows exactly these events, each as completed."""
    expected = []
    for action, code in events:
        agreement = world.agreements[code]
        expected.append((action, agreement.kind.name, agreement.sys_id, "COMPLETED"))
    refused = [status for status in world.new_statuses() if not 200 <= status < 300]
    assert_equal("what the webhook answered to events that it did not take", refused, [])
    shown = [(entry.action, entry.contract_type, entry.sys_id, entry.status) for entry in world.new_entries()]
    assert_equal("the events that the monitoring shows", shown, expected)


@then("ICI received exactly these calls, in this order:")
def _(world: World, datatable: Table) -> None:
    assert_equal("the calls that ICI received", world.new_requests(), [Request(*call) for call in datatable])


@then("ICI received no call")
def _(world: World) -> None:
    assert_equal("the calls that ICI received", world.new_requests(), [])


@then(parsers.parse("ICI received {number:d} calls"))
def _(world: World, number: int) -> None:
    assert_equal("the number of calls that ICI received", len(world.new_requests()), number)


@then("exactly this entry is new in PF2 and WP2:")
def _(world: World, datatable: Table) -> None:
    these_are_new(world, datatable)


@then("exactly these entries are new in PF2 and WP2:")
def these_are_new(world: World, datatable: Table) -> None:
    names = [name for name, *_ in datatable]
    expected = [dict(zip(names, values, strict=True)) for values in zip(*(row[1:] for row in datatable), strict=True)]
    now = world.now().tables
    for system, before in world.before.tables.items():
        assert_same_rows(f"the new entries of {system}", new_rows(before[CONTRACT], now[system][CONTRACT]), expected)
        assert_equal(
            f"what else changed in {CONTRACT} of {system}", changes(before[CONTRACT], now[system][CONTRACT]), []
        )


@then(parsers.parse('exactly these fields of the entry "{code}" changed in PF2 and WP2:'))
def _(world: World, code: str, datatable: Table) -> None:
    head, *rows = datatable
    assert head == ["field", "before", "after"]
    expected = [Change(code, *row) for row in rows]
    now = world.now().tables
    for system, before in world.before.tables.items():
        found = changes(before[CONTRACT], now[system][CONTRACT])
        assert_equal(f"what changed in {CONTRACT} of {system}", sorted(found), sorted(expected))
        assert_same_rows(f"the new entries of {system}", new_rows(before[CONTRACT], now[system][CONTRACT]), [])


@then(parsers.parse('the entry "{code}" in PF2 and WP2 is now:'))
def _(world: World, code: str, datatable: Table) -> None:
    for system, entry in entries(world, code).items():
        assert_same_rows(f"the entry {code} of {system}", [entry], [dict(datatable)])


@then(parsers.parse('{field} of the entry "{code}" in PF2 and WP2 is {words}'))
def _(world: World, field: str, code: str, words: str) -> None:
    for system, entry in entries(world, code).items():
        assert_equal(f"{field} of the entry {code} of {system}", entry[field], text(words))


@then(parsers.parse('these fields of the entry "{code}" in PF2 and WP2 are:'))
def _(world: World, code: str, datatable: Table) -> None:
    for system, entry in entries(world, code).items():
        found = {name: entry[name] for name, _ in datatable}
        assert_equal(f"the entry {code} of {system}", found, dict(datatable))


@then(parsers.parse('{system} holds the entry "{code}"'))
def _(world: World, system: str, code: str) -> None:
    assert_equal(f"the entries {code} of {system}", len(_entries(world.now().tables[system][CONTRACT], code)), 1)


@then(parsers.parse('{system} holds no entry "{code}"'))
def _(world: World, system: str, code: str) -> None:
    assert_equal(f"the entries {code} of {system}", _entries(world.now().tables[system][CONTRACT], code), [])


@then("PF2 and WP2 hold exactly these purchasing organisations:")
def _(world: World, datatable: Table) -> None:
    head, *rows = datatable
    expected = [dict(zip(head, row, strict=True)) for row in rows]
    for system, tables in world.now().tables.items():
        assert_same_rows(f"{PURCHORG} of {system}", tables[PURCHORG], expected)


@then(parsers.re(r'the purchasing organisations of "(?P<code>[^"]+)" in PF2 and WP2 are "(?P<listed>[^"]*)"'))
def _(world: World, code: str, listed: str) -> None:
    sys_id = world.agreements[code].sys_id.lower()
    for system, tables in world.now().tables.items():
        found = [row["PURCHASINGORG"] for row in tables[PURCHORG] if row["SYSID"] == sys_id]
        assert_equal(f"the organisations of {code} in {system}", found, listed.split(",") if listed else [])


@then(parsers.parse('PF2 and WP2 hold {number:d} purchasing organisations of "{code}"'))
def _(world: World, number: int, code: str) -> None:
    sys_id = world.agreements[code].sys_id.lower()
    for system, tables in world.now().tables.items():
        found = [row for row in tables[PURCHORG] if row["SYSID"] == sys_id]
        assert_equal(f"the number of organisations of {code} in {system}", len(found), number)


@then("it has exactly these fields in PF2 and WP2:")
def _(world: World, datatable: Table) -> None:
    head, *rows = datatable
    expected = [dict(zip(head, row, strict=True)) for row in rows]
    for system, definition in world.definitions.items():
        assert_equal(f"the fields of the table in {system}", definition, expected)


@then("these of its names are longer than the 16 characters of the ABAP Dictionary:")
def _(world: World, datatable: Table) -> None:
    for system, definition in world.definitions.items():
        found = [field["field"] for field in definition if len(field["field"]) > 16]
        assert_equal(f"the names that are too long in {system}", found, [name for (name,) in datatable])


@then("no row of ZMM_ICMPURCHORG changed in PF2 and WP2")
def _(world: World) -> None:
    for system, tables in world.now().tables.items():
        assert_same_rows(f"{PURCHORG} of {system}", tables[PURCHORG], world.before.tables[system][PURCHORG])


@then("nothing changed in PF2 and WP2")
def _(world: World) -> None:
    for system, tables in world.now().tables.items():
        for name, rows in tables.items():
            assert_same_rows(f"{name} of {system}", rows, world.before.tables[system][name])


@then("PF2 and WP2 hold the same")
def _(world: World) -> None:
    tables = world.now().tables
    for name, rows in tables["PF2"].items():
        assert_same_rows(f"{name} of WP2 against PF2", tables["WP2"][name], rows)


def entries(world: World, code: str) -> dict[str, Row]:
    """The one entry of an agreement code in each system."""
    found = {}
    for system, tables in world.now().tables.items():
        of_code = _entries(tables[CONTRACT], code)
        assert_equal(f"the number of entries {code} in {system}", len(of_code), 1)
        found[system] = of_code[0]
    return found


def _entries(rows: list[Row], code: str) -> list[Row]:
    return [row for row in rows if row["ICMAGREEMENTCODE"] == code]
