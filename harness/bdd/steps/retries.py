"""Steps of retries: time that passes, CPI's next attempts, and administrators who put failed events back."""

from datetime import timedelta

from pytest_bdd import given, parsers, when

from harness.bdd.comparison import assert_equal
from harness.bdd.context import ScenarioContext
from harness.bdd.feature_error import FeatureError, convert
from harness.bdd.steps.assertion import assertion
from harness.bdd.steps.message_log import single_log_entry
from harness.bdd.vocabulary.attributes import Table, named_values

_NOTHING_WAITS = "CPI has nothing to try again"


@given(parsers.parse("{minutes:d} minutes have gone by"))
def pass_minutes_before(context: ScenarioContext, minutes: int) -> None:
    context.do_given(lambda: context.pass_time(timedelta(minutes=minutes)))


@given("CPI has tried again")
def retry_once_before(context: ScenarioContext) -> None:
    context.do_given(lambda: _retry_once(context))


def _retry_once(context: ScenarioContext) -> None:
    if not context.run_next_retry():
        raise FeatureError(_NOTHING_WAITS)


@given("CPI has given up")
@given("CPI has tried again until it gave up")
def exhaust_retries_before(context: ScenarioContext) -> None:
    _exhaust_retries(context)
    if not any(entry.is_failed for entry in context.cpi.entries()):
        raise FeatureError("CPI has not given up: its attempts ended well")


def _exhaust_retries(context: ScenarioContext) -> None:
    _retry_once(context)
    while context.run_next_retry():
        pass


@given(parsers.parse('an administrator has put the event {action} of "{code}" back'))
def put_event_back_before(context: ScenarioContext, action: str, code: str) -> None:
    guid = _failed_guid(context, action, code)
    context.do_given(lambda: context.cpi.retry([guid]), put_back=guid)


@when(parsers.re(r"(?P<minutes>\d+) minutes? pass(?:es)?"))
def pass_minutes(context: ScenarioContext, minutes: str) -> None:
    context.do_when(lambda: context.pass_time(timedelta(minutes=int(minutes))))


@when(parsers.parse("CPI is started again {seconds:d} seconds later"))
@when(parsers.parse("{seconds:d} seconds pass"))
def pass_seconds(context: ScenarioContext, seconds: int) -> None:
    context.do_when(lambda: context.pass_time(timedelta(seconds=seconds)))


@when(parsers.parse("the clock of CPI goes back by {minutes:d} minutes"))
def set_clock_back(context: ScenarioContext, minutes: int) -> None:
    def go_back() -> None:
        context.time -= timedelta(minutes=minutes)
        context.cpi.work(context.time)

    context.do_when(go_back)


@when("CPI is started again, and its leases have run out")
def restart_after_leases(context: ScenarioContext) -> None:
    context.do_when(lambda: context.pass_time(timedelta(minutes=5)))


@when("CPI tries again")
def retry_once(context: ScenarioContext) -> None:
    context.do_when(lambda: _retry_once(context))


@when("CPI tries again until it gives up")
def retry_until_given_up(context: ScenarioContext) -> None:
    context.do_when(lambda: _exhaust_retries(context))


@when("an administrator puts back what has failed")
def put_failed_events_back(context: ScenarioContext) -> None:
    guids = [entry.guid for entry in context.cpi.entries() if entry.is_failed]
    if not guids:
        raise FeatureError("no event has failed, so there is nothing to put back")
    context.do_when(lambda: context.cpi.retry(guids))


@when(parsers.parse('an administrator puts the event {action} of "{code}" back'))
def put_event_back(context: ScenarioContext, action: str, code: str) -> None:
    guid = _failed_guid(context, action, code)
    context.do_when(lambda: context.cpi.retry([guid]))


@assertion(parsers.parse("the monitoring shows the event as {status}, to be tried again at {time}"))
def check_next_attempt(context: ScenarioContext, status: str, time: str) -> None:
    entry = single_log_entry(context)
    seen = (entry.status, entry.next_attempt)
    assert_equal("status and next attempt of the event", seen, (status, f"{time}.000000+00:00"))


@assertion("the monitoring shows these attempts:")
def check_attempts(context: ScenarioContext, datatable: Table) -> None:
    expected = {
        system: convert(attempts, int, "a whole number")
        for system, attempts in named_values(datatable, context.systems, "system").items()
    }
    assert_equal("the number of attempts by system", single_log_entry(context).system_attempts, expected)


@assertion(parsers.parse("{system} was tried {times:d} times"))
@assertion(parsers.parse("{system} was tried {times:d} time"))
def check_attempts_of_system(context: ScenarioContext, system: str, times: int) -> None:
    assert_equal(f"the number of attempts at {system}", single_log_entry(context).system_attempts[system], times)


@assertion("CPI has nothing left to try")
def check_nothing_waits(context: ScenarioContext) -> None:
    assert_equal("CPI's next attempt", context.cpi.next_due(), None)


def _failed_guid(context: ScenarioContext, action: str, code: str) -> str:
    """Return the guid of the only failed event of an action and an agreement."""
    wanted = (action, context.agreements[code].sys_id)
    guids = [
        entry.guid for entry in context.cpi.entries() if entry.is_failed and (entry.action, entry.sys_id) == wanted
    ]
    assert_equal(f"the number of failed events {action} of {code}", len(guids), 1)
    return guids[0]
