"""The steps of the faults: what fails, when, and that it works again."""

from datetime import timedelta

from pytest_bdd import given, parsers, when

from harness.bdd.comparison import assert_equal, assert_same_fields
from harness.bdd.context import ScenarioContext
from harness.bdd.steps.assertion import then
from harness.bdd.steps.message_log import the_entry
from harness.environments.interfaces import Moment


@given(parsers.parse("call {number:d} to ICI ends once in {words}"))
def _(world: ScenarioContext, number: int, words: str) -> None:
    world.ici.answers_call_once(number, words)


@given(parsers.parse("call {number:d} to ICI always ends in {words}"))
def _(world: ScenarioContext, number: int, words: str) -> None:
    world.ici.answers_call(number, words)


@given("ICI answers as usual again")
def _(world: ScenarioContext) -> None:
    world.ici.answers_as_usual()


@given(parsers.parse("{system} goes down {moment}"))
def _(world: ScenarioContext, system: str, moment: str) -> None:
    world.systems[system].goes_down(moment)


@given(parsers.parse("the table {table} of {system} is locked"))
def _(world: ScenarioContext, table: str, system: str) -> None:
    world.systems[system].has_locked(table)


@given(parsers.parse('{system} refuses every message with "{message}"'))
def _(world: ScenarioContext, system: str, message: str) -> None:
    world.systems[system].refuses(message)


@given(parsers.parse("{system} works again"))
def _(world: ScenarioContext, system: str) -> None:
    world.systems[system].mend()


@given(
    parsers.re(
        r'CPI was killed (?P<when>before|after) (?P<system>\w+) took the message, when "(?P<code>.+)" was executed'
    )
)
def _(world: ScenarioContext, when: str, system: str, code: str) -> None:
    world.cpi.killed(Moment(when == "before", system), lambda: world.ici.execute(code))


@given(parsers.parse('CPI was killed while ICI answered call {number:d}, when "{code}" was executed'))
def _(world: ScenarioContext, number: int, code: str) -> None:
    world.cpi.killed(Moment(False, "ICI", number), lambda: world.ici.execute(code))


@when("CPI is started again, and its leases have run out")
def _(world: ScenarioContext) -> None:
    world.act(lambda: world.pass_time(timedelta(minutes=5)))


@when(parsers.parse("CPI is started again {seconds:d} seconds later"))
@when(parsers.parse("{seconds:d} seconds pass"))
def _(world: ScenarioContext, seconds: int) -> None:
    world.act(lambda: world.pass_time(timedelta(seconds=seconds)))


@when("all events that were on their way arrive")
def _(world: ScenarioContext) -> None:
    world.act(world.ici.release_events)


@then(parsers.parse('the monitoring shows the event as {status}, with the error {rule} "{message}"'))
def _(world: ScenarioContext, status: str, rule: str, message: str) -> None:
    entry = the_entry(world)
    shown = {"status": entry.status, "rule": entry.error_id, "message": entry.error_message}
    expected = {"status": status, "rule": rule, "message": message}
    assert_same_fields("the event in the monitoring", "", shown, expected)


@then("CPI has nothing left to try")
def _(world: ScenarioContext) -> None:
    assert_equal("when CPI tries next", world.cpi.next_due(), None)


@then(parsers.parse("{system} was tried {times:d} times"))
@then(parsers.parse("{system} was tried {times:d} time"))
def _(world: ScenarioContext, system: str, times: int) -> None:
    assert_equal(f"how often {system} was tried", the_entry(world).system_attempts[system], times)


@then(parsers.parse("nothing changed in {system} alone"))
def _(world: ScenarioContext, system: str) -> None:
    assert_equal(f"the tables of {system}", world.tables()[system], world.before.tables[system])
