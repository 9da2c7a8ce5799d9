"""The steps about time that passes, and about what somebody is called for."""

from datetime import timedelta

from pytest_bdd import given, parsers, when

from harness.bdd.comparison import assert_equal
from harness.bdd.context import CONTRACT, ScenarioContext
from harness.bdd.steps.assertion import assertion
from harness.bdd.steps.icertis_setup import draft
from harness.bdd.steps.message_log import the_entry
from harness.bdd.vocabulary.attributes import Table


@given(parsers.parse("{minutes:d} minutes have gone by"))
def _(context: ScenarioContext, minutes: int) -> None:
    context.pass_time(timedelta(minutes=minutes))


@when(parsers.re(r"(?P<minutes>\d+) minutes? pass(?:es)?"))
def _(context: ScenarioContext, minutes: str) -> None:
    context.do_when(lambda: context.pass_time(timedelta(minutes=int(minutes))))


@when("an administrator puts back what has failed")
def _(context: ScenarioContext) -> None:
    context.do_when(lambda: context.cpi.put_back([entry.guid for entry in context.cpi.entries() if entry.is_failed]))


@given(parsers.parse('an administrator has put the event {action} of "{code}" back'))
def _(context: ScenarioContext, action: str, code: str) -> None:
    context.cpi.put_back([failed_guid(context, action, code)])


@when(parsers.parse('an administrator puts the event {action} of "{code}" back'))
def _(context: ScenarioContext, action: str, code: str) -> None:
    guid = failed_guid(context, action, code)
    context.do_when(lambda: context.cpi.put_back([guid]))


@when(parsers.parse("ICI executes {number:d} agreements in the course of one day"))
def _(context: ScenarioContext, number: int) -> None:
    def execute_all() -> None:
        for count in range(number):
            code = f"PST{90000 + count}"
            draft(context, "Standalone Agreement", code, {})
            context.ici.execute(code)
            context.pass_time(timedelta(days=1) / number)

    context.do_when(execute_all)


@assertion(parsers.parse("the monitoring shows the event as {status}, to be tried again at {time}"))
def _(context: ScenarioContext, status: str, time: str) -> None:
    entry = the_entry(context)
    assert_equal("status and next attempt", (entry.status, entry.next_attempt), (status, f"{time}.000000+00:00"))


@assertion("the monitoring shows these attempts:")
def _(context: ScenarioContext, datatable: Table) -> None:
    expected = {system: int(attempts) for system, attempts in datatable}
    assert_equal("the attempts by system", the_entry(context).system_attempts, expected)


@assertion("exactly these alerts stand:")
def _(context: ScenarioContext, datatable: Table) -> None:
    codes = {agreement.sys_id: code for code, agreement in context.agreements.items()}
    subjects = {entry.guid: codes[entry.sys_id] for entry in context.cpi.entries() if entry.sys_id in codes}
    stand = [[rule, subjects.get(subject, subject), what] for rule, subject, what in context.alerts()]
    assert_equal("the alerts", stand, datatable)


@assertion("no alert stands")
def _(context: ScenarioContext) -> None:
    assert_equal("the alerts", context.alerts(), [])


@assertion(parsers.parse("PF2 and WP2 hold {number:d} entries each"))
def _(context: ScenarioContext, number: int) -> None:
    found = {name: len(tables[CONTRACT]) for name, tables in context.tables().items()}
    assert_equal("the number of entries", found, {"PF2": number, "WP2": number})


def failed_guid(context: ScenarioContext, action: str, code: str) -> str:
    """The guid of the one event that has failed, of those of this action and agreement."""
    told = (action, context.agreements[code].sys_id)
    guids = [entry.guid for entry in context.cpi.entries() if entry.is_failed and (entry.action, entry.sys_id) == told]
    assert_equal("how many such events have failed", len(guids), 1)
    return guids[0]
