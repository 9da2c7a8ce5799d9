"""The steps of the faults: what fails, when, and that it works again."""

from datetime import timedelta

from pytest_bdd import given, parsers, when

from harness.bdd.comparison import assert_equal, assert_same_fields
from harness.bdd.context import ScenarioContext
from harness.bdd.steps.assertion import assertion
from harness.bdd.steps.message_log import the_entry
from harness.environments.interfaces import Moment


@given(parsers.parse("call {number:d} to ICI ends once in {words}"))
def _(context: ScenarioContext, number: int, words: str) -> None:
    context.ici.answers_call_once(number, words)


@given(parsers.parse("call {number:d} to ICI always ends in {words}"))
def _(context: ScenarioContext, number: int, words: str) -> None:
    context.ici.answers_call(number, words)


@given("ICI answers as usual again")
def _(context: ScenarioContext) -> None:
    context.ici.answers_as_usual()


@given(parsers.parse("{system} goes down {moment}"))
def _(context: ScenarioContext, system: str, moment: str) -> None:
    context.systems[system].goes_down(moment)


@given(parsers.parse("the table {table} of {system} is locked"))
def _(context: ScenarioContext, table: str, system: str) -> None:
    context.systems[system].has_locked(table)


@given(parsers.parse('{system} refuses every message with "{message}"'))
def _(context: ScenarioContext, system: str, message: str) -> None:
    context.systems[system].refuses(message)


@given(parsers.parse("{system} works again"))
def _(context: ScenarioContext, system: str) -> None:
    context.systems[system].mend()


@given(
    parsers.re(
        r'CPI was killed (?P<when>before|after) (?P<system>\w+) took the message, when "(?P<code>.+)" was executed'
    )
)
def _(context: ScenarioContext, when: str, system: str, code: str) -> None:
    context.cpi.killed(Moment(when == "before", system), lambda: context.ici.execute(code))


@given(parsers.parse('CPI was killed while ICI answered call {number:d}, when "{code}" was executed'))
def _(context: ScenarioContext, number: int, code: str) -> None:
    context.cpi.killed(Moment(False, "ICI", number), lambda: context.ici.execute(code))


@when("CPI is started again, and its leases have run out")
def _(context: ScenarioContext) -> None:
    context.do_when(lambda: context.pass_time(timedelta(minutes=5)))


@when(parsers.parse("CPI is started again {seconds:d} seconds later"))
@when(parsers.parse("{seconds:d} seconds pass"))
def _(context: ScenarioContext, seconds: int) -> None:
    context.do_when(lambda: context.pass_time(timedelta(seconds=seconds)))


@when("all events that were on their way arrive")
def _(context: ScenarioContext) -> None:
    context.do_when(context.ici.release_events)


@assertion(parsers.parse('the monitoring shows the event as {status}, with the error {rule} "{message}"'))
def _(context: ScenarioContext, status: str, rule: str, message: str) -> None:
    entry = the_entry(context)
    shown = {"status": entry.status, "rule": entry.error_id, "message": entry.error_message}
    expected = {"status": status, "rule": rule, "message": message}
    assert_same_fields("the event in the monitoring", "", shown, expected)


@assertion("CPI has nothing left to try")
def _(context: ScenarioContext) -> None:
    assert_equal("when CPI tries next", context.cpi.next_due(), None)


@assertion(parsers.parse("{system} was tried {times:d} times"))
@assertion(parsers.parse("{system} was tried {times:d} time"))
def _(context: ScenarioContext, system: str, times: int) -> None:
    assert_equal(f"how often {system} was tried", the_entry(context).system_attempts[system], times)


@assertion(parsers.parse("nothing changed in {system} alone"))
def _(context: ScenarioContext, system: str) -> None:
    assert_equal(f"the tables of {system}", context.tables()[system], context.before.tables[system])
