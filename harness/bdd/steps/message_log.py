"""Then steps: the events in the message log, their statuses and their errors."""

from pytest_bdd import parsers

from harness.bdd.comparison import assert_equal, assert_same_fields, assert_same_rows
from harness.bdd.context import ScenarioContext
from harness.bdd.steps.assertion import assertion
from harness.bdd.vocabulary.attributes import Table
from harness.data_directory import Row
from simulator.monitoring.message_log import LogEntry


@assertion(parsers.parse('CPI received the event {action} of "{code}" and completed it'))
def check_event_completed(context: ScenarioContext, action: str, code: str) -> None:
    check_events_completed(context, [[action, code]])


@assertion("CPI received these events and completed them:")
def check_events_completed(context: ScenarioContext, datatable: Table) -> None:
    """Compare all events since the When, in their order; each must be completed, and the webhook refuse none."""
    expected = []
    for action, code in datatable:
        agreement = context.agreements[code]
        expected.append((action, agreement.kind.name, agreement.sys_id, "COMPLETED"))
    refused = [status for status in context.new_statuses() if not 200 <= status < 300]
    assert_equal("the HTTP statuses with which the webhook refused events", refused, [])
    seen = [(entry.action, entry.contract_type, entry.sys_id, entry.status) for entry in context.new_entries()]
    assert_same_rows("the events that the monitoring shows", _event_rows(seen), _event_rows(expected))
    assert_equal("the events that the monitoring shows, in their order", seen, expected)


def _event_rows(events: list[tuple[str, str, str, str]]) -> list[Row]:
    return [dict(zip(("event", "contract type", "System ID", "status"), event, strict=True)) for event in events]


@assertion(parsers.parse("the monitoring shows {number:d} events, all of them {status}"))
def check_statuses(context: ScenarioContext, number: int, status: str) -> None:
    statuses = [entry.status for entry in context.new_entries()]
    assert_equal("the statuses of the events", statuses, [status] * number)


@assertion("the monitoring shows no event")
def check_no_event(context: ScenarioContext) -> None:
    assert_equal("the events that the monitoring shows", context.new_entries(), [])


@assertion(parsers.re(r"the log of CPI holds (?P<number>\d+) events?"))
def check_whole_log(context: ScenarioContext, number: str) -> None:
    """Count all events of the scenario, not only those since the When."""
    assert_equal("the number of events in the log of CPI", len(context.cpi.entries()), int(number))


@assertion(parsers.parse('the monitoring shows the event as {status}, with the note "{note}"'))
def check_note(context: ScenarioContext, status: str, note: str) -> None:
    entry = single_log_entry(context)
    seen = {"status": entry.status, "note": entry.note}
    assert_same_fields("the event in the monitoring", "", seen, {"status": status, "note": note})


@assertion(parsers.parse("the monitoring shows the event as {status}: {first} {first_did}, {second} {second_did}"))
def check_systems(
    context: ScenarioContext, status: str, first: str, first_did: str, second: str, second_did: str
) -> None:
    entry = single_log_entry(context)
    seen = {"status": entry.status, **entry.systems}
    expected = {"status": status, first: first_did, second: second_did}
    assert_same_fields("the event in the monitoring", "", seen, expected)


@assertion(parsers.parse('the monitoring shows the event as {status}, with the error {rule} "{message}"'))
def check_error_message(context: ScenarioContext, status: str, rule: str, message: str) -> None:
    entry = single_log_entry(context)
    seen = {"status": entry.status, "rule": entry.error_id, "message": entry.error_message}
    expected = {"status": status, "rule": rule, "message": message}
    assert_same_fields("the event in the monitoring", "", seen, expected)


_ERROR = (
    r"the monitoring shows the error (?P<rule>[A-Z]+-\d+|ZMM_ICM \d+)(?: at (?!no field)(?P<field>\w+)| at no field)?"
)


@assertion(parsers.re(_ERROR + r' of "(?P<code>[^"]+)"'))
def check_error_of_agreement(context: ScenarioContext, rule: str, field: str | None, code: str) -> None:
    check_error(context, rule, field, context.agreements[code].sys_id)
    _check_error_shows_no_value(context, code)


@assertion(parsers.re(_ERROR + r' of the System ID "(?P<sys_id>[^"]+)"'))
def check_error(context: ScenarioContext, rule: str, field: str | None, sys_id: str) -> None:
    """Compare rule, field and System ID of the only event, which must have failed."""
    entry = single_log_entry(context)
    if not entry.is_failed:
        assert_equal("the status of the event", entry.status, "FAILED or ESCALATED")
    seen = {"rule": entry.error_id, "field": entry.error_field, "System ID": entry.sys_id}
    expected = {"rule": rule, "field": field or "", "System ID": sys_id}
    assert_same_fields("the error that the monitoring shows", "", seen, expected)


@assertion(parsers.re(_ERROR + " and no System ID"))
def check_error_without_sys_id(context: ScenarioContext, rule: str, field: str | None) -> None:
    check_error(context, rule, field, "")


@assertion(parsers.parse('the error says "{message}"'))
def check_message(context: ScenarioContext, message: str) -> None:
    assert_equal("the message of the error", single_log_entry(context).error_message, message)


def single_log_entry(context: ScenarioContext) -> LogEntry:
    """Return the only event that the monitoring shows since the When."""
    entries = context.new_entries()
    assert_equal("the number of events that the monitoring shows", len(entries), 1)
    return entries[0]


def _check_error_shows_no_value(context: ScenarioContext, code: str) -> None:
    """Check that the error names fields and never tells their values (SEC-2)."""
    message = single_log_entry(context).error_message
    shown = [
        name
        for name, value in context.ici.agreement(code).attributes.items()
        if len(str(value)) > 3 and str(value) in message
    ]
    assert_equal("the fields whose values the error shows", shown, [])
