"""The Then steps on what the webhook answers and what an administrator sees."""

import pytest
from pytest_bdd import parsers

from harness.bdd.comparison import assert_equal, assert_same_fields
from harness.bdd.context import ScenarioContext
from harness.bdd.steps.assertion import assertion
from harness.environments.interfaces import NotSupported
from simulator.monitoring.message_log import Entry


@assertion(parsers.parse("the webhook answers {status:d}"))
def _(context: ScenarioContext, status: int) -> None:
    assert context.reply is not None, "nothing reached the webhook"
    assert_equal("the HTTP status of the webhook", context.reply.status, status)


@assertion(parsers.parse('the webhook names the rule {rule} and says "{message}"'))
def _(context: ScenarioContext, rule: str, message: str) -> None:
    assert context.reply is not None, "nothing reached the webhook"
    if not context.reply.body:
        raise NotSupported("in which words the webhook refuses a body is the middleware's own")
    assert_same_fields("the answer of the webhook", "", dict(context.reply.body), {"id": rule, "error": message})


@assertion(parsers.parse("the webhook asks for a pause of {least:d} to {most:d} seconds"))
def _(context: ScenarioContext, least: int, most: int) -> None:
    assert context.reply is not None, "nothing reached the webhook"
    said = context.reply.headers.get("Retry-After", "(absent)")
    if not (said.isdecimal() and least <= int(said) <= most):
        assert_equal("Retry-After", said, f"{least} to {most}")


_THE_ERROR = (
    r"the monitoring shows the error (?P<rule>[A-Z]+-\d+|ZMM_ICM \d+)(?: at (?!no field)(?P<field>\w+)| at no field)?"
)


@assertion(parsers.re(_THE_ERROR + r' of "(?P<code>[^"]+)"'))
def _(context: ScenarioContext, rule: str, field: str | None, code: str) -> None:
    the_error_is(context, rule, field, context.agreements[code].sys_id)
    _shows_no_value(context, code)


@assertion(parsers.re(_THE_ERROR + r' of the System ID "(?P<sys_id>[^"]+)"'))
def _(context: ScenarioContext, rule: str, field: str | None, sys_id: str) -> None:
    the_error_is(context, rule, field, sys_id)


@assertion(parsers.re(_THE_ERROR + " and no System ID"))
def _(context: ScenarioContext, rule: str, field: str | None) -> None:
    the_error_is(context, rule, field, "")


def the_error_is(context: ScenarioContext, rule: str, field: str | None, sys_id: str) -> None:
    """Check the one event that the monitoring shows: failed by this rule, at this field, of this agreement."""
    entry = the_entry(context)
    if not entry.is_failed:
        assert_equal("the status of the event", entry.status, "FAILED or ESCALATED")
    shown = {"rule": entry.error_id, "field": entry.error_field, "System ID": entry.sys_id}
    expected = {"rule": rule, "field": field or "", "System ID": sys_id}
    assert_same_fields("the error that the monitoring shows", "", shown, expected)


@assertion(parsers.parse('the error says "{message}"'))
def _(context: ScenarioContext, message: str) -> None:
    assert_equal("the message of the error", the_entry(context).error_message, message)


@assertion(parsers.parse('the monitoring shows the event as {status}, with the note "{note}"'))
def _(context: ScenarioContext, status: str, note: str) -> None:
    entry = the_entry(context)
    shown = {"status": entry.status, "note": entry.note}
    assert_same_fields("the event in the monitoring", "", shown, {"status": status, "note": note})


@assertion(parsers.parse("the monitoring shows the event as {status}: {first} {first_did}, {second} {second_did}"))
def _(context: ScenarioContext, status: str, first: str, first_did: str, second: str, second_did: str) -> None:
    entry = the_entry(context)
    shown = {"status": entry.status, **entry.systems}
    expected = {"status": status, first: first_did, second: second_did}
    assert_same_fields("the event in the monitoring", "", shown, expected)


@assertion(parsers.parse("the monitoring shows {number:d} events, all of them COMPLETED"))
def _(context: ScenarioContext, number: int) -> None:
    statuses = [entry.status for entry in context.new_entries()]
    assert_equal("the states of the events", statuses, ["COMPLETED"] * number)


@assertion("the monitoring shows no event")
def _(context: ScenarioContext) -> None:
    assert_equal("the events that the monitoring shows", context.new_entries(), [])


@assertion(parsers.parse('nothing of "{code}" is left anywhere outside ICI'))
def _(context: ScenarioContext, code: str, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]) -> None:
    now = context.read_edges()
    held_by_others = str(context.before.tables)
    places = {
        "a table": str(now.tables),
        "the monitoring": str(now.entries),
        "a comparison": f"{context.findings} {context.not_compared}",
        "the log": caplog.text,
        "the output": "".join(capfd.readouterr()),
    }
    answered = context.ici.detail(code)
    for field, value in answered.items():
        # The event itself told the System ID; words as short as EUR or FR01 stand everywhere and tell nothing.
        if field not in ("SysId", "ICMStatus") and len(str(value)) > 5 and str(value) not in held_by_others:
            where = [name for name, held in places.items() if str(value) in held]
            assert_equal(f"where {field} of {code} is found", where, [])
    context.cpi.entries()  # where there is no log to be read, not everything has been looked through


def the_entry(context: ScenarioContext) -> Entry:
    """The one event that the monitoring shows since the When."""
    entries = context.new_entries()
    assert_equal("the number of events that the monitoring shows", len(entries), 1)
    return entries[0]


def _shows_no_value(context: ScenarioContext, code: str) -> None:
    """Whatever goes wrong, an error names fields and never tells their values (SEC-2)."""
    message = the_entry(context).error_message
    shown = [
        name
        for name, value in context.ici.agreement(code).attributes.items()
        if len(str(value)) > 3 and str(value) in message
    ]
    assert_equal("the fields whose values the error shows", shown, [])
