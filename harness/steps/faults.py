"""The steps of the faults: what fails, when, and that it works again."""

from contextlib import suppress
from datetime import timedelta
from functools import partial

import pytest
from pytest_bdd import given, parsers, then, when

from harness import frail_ecc
from harness.bent_site import fault
from harness.comparison import assert_equal
from harness.frail_ecc import MOMENTS, Killed
from harness.steps.monitoring import the_entry
from harness.world import World


@given(parsers.parse("call {number:d} to ICI ends once in {words}"))
def _(world: World, number: int, words: str) -> None:
    assert world.landscape
    world.ici.next[number].append(fault(words))


@given(parsers.parse("call {number:d} to ICI always ends in {words}"))
def _(world: World, number: int, words: str) -> None:
    assert world.landscape
    world.ici.always[number] = fault(words)


@given("ICI answers as usual again")
def _(world: World) -> None:
    world.ici.always.clear()


@given(parsers.parse("{system} goes down {moment}"))
def _(world: World, system: str, moment: str) -> None:
    world.break_system(system, MOMENTS[moment])


@given(parsers.parse("the table {table} of {system} is locked"))
def _(world: World, table: str, system: str) -> None:
    world.break_system(system, partial(frail_ecc.failing_at, f".*{table}"))


@given(parsers.parse('{system} refuses every message with "{message}"'))
def _(world: World, system: str, message: str) -> None:
    world.break_system(system, partial(frail_ecc.refusing, message))


@given(parsers.parse("{system} works again"))
def _(world: World, system: str) -> None:
    world.mend_system(system)


@given(
    parsers.re(
        r'CPI was killed (?P<when>before|after) (?P<system>\w+) took the message, when "(?P<code>.+)" was executed'
    )
)
def _(world: World, when: str, system: str, code: str) -> None:
    world.break_system(system, frail_ecc.killing_before if when == "before" else frail_ecc.killing_after)
    with pytest.raises(Killed):
        world.landscape.tenant.execute(world.agreements[code])
    world.mend_system(system)


@given(parsers.parse('CPI was killed while ICI answered call {number:d}, when "{code}" was executed'))
def _(world: World, number: int, code: str) -> None:
    with world.ici.killing(number), suppress(Killed):
        world.landscape.tenant.execute(world.agreements[code])


@when("CPI is started again, and its leases have run out")
def _(world: World) -> None:
    def start() -> None:
        world.time += timedelta(minutes=5)
        world.landscape.work()

    world.act(start)


@when(parsers.parse("CPI is started again {seconds:d} seconds later"))
@when(parsers.parse("{seconds:d} seconds pass"))
def _(world: World, seconds: int) -> None:
    def wait() -> None:
        world.time += timedelta(seconds=seconds)
        world.landscape.work()

    world.act(wait)


@when("all events that were on their way arrive")
def _(world: World) -> None:
    world.act(world.landscape.release_events)


@then(parsers.parse('the monitoring shows the event as {status}, with the error {rule} "{message}"'))
def _(world: World, status: str, rule: str, message: str) -> None:
    entry = the_entry(world)
    shown = (entry.status, entry.error_id, entry.error_message)
    assert_equal("status, rule and message", shown, (status, rule, message))


@then("CPI has nothing left to try")
def _(world: World) -> None:
    assert world.landscape.queue is not None
    assert_equal("when CPI tries next", world.landscape.queue.next_due(), None)


@then(parsers.parse("{system} was tried {times:d} times"))
@then(parsers.parse("{system} was tried {times:d} time"))
def _(world: World, system: str, times: int) -> None:
    assert_equal(f"how often {system} was tried", the_entry(world).system_attempts[system], times)


@then(parsers.parse("nothing changed in {system} alone"))
def _(world: World, system: str) -> None:
    assert_equal(f"the tables of {system}", world.now().tables[system], world.before.tables[system])
