"""The When steps: actions of users in ICI, and the events that ICI sends."""

from datetime import timedelta

from pytest_bdd import parsers, when

from harness.bdd.context import ScenarioContext
from harness.bdd.steps.icertis_setup import draft_agreement, renewal_date, send_events
from harness.bdd.vocabulary.arguments import DraftedCode, IciTable
from harness.bdd.vocabulary.attributes import Table, attributes


@when(parsers.parse('ICI executes "{code}"'))
def execute_agreement(context: ScenarioContext, code: DraftedCode) -> None:
    context.do_when(lambda: context.ici.execute(code))


@when("ICI executes these agreements:")
def execute_agreements(context: ScenarioContext, datatable: Table) -> None:
    def execute_all() -> None:
        for (code,) in datatable:
            context.ici.execute(code)

    context.do_when(execute_all)


@when(parsers.parse("ICI executes {number:d} agreements in the course of one day"))
def execute_many_over_a_day(context: ScenarioContext, number: int) -> None:
    def execute_all() -> None:
        for count in range(number):
            code = f"PST{90000 + count}"
            draft_agreement(context, "Standalone Agreement", code, {})
            context.ici.execute(code)
            context.pass_time(timedelta(days=1) / number)

    context.do_when(execute_all)


@when(parsers.parse('the renewal date of "{code}" is reached'))
def reach_renewal_date(context: ScenarioContext, code: DraftedCode) -> None:
    context.do_when(lambda: context.reach(renewal_date(context, code)))


@when(parsers.parse('the renewal date of "{code}" is one second away'))
def almost_reach_renewal_date(context: ScenarioContext, code: DraftedCode) -> None:
    context.do_when(lambda: context.reach(renewal_date(context, code) - timedelta(seconds=1)))


@when(parsers.parse('"{code}" is terminated with notice to {day}'))
def terminate_with_notice(context: ScenarioContext, code: DraftedCode, day: str) -> None:
    context.do_when(lambda: context.ici.terminate(code, day, with_notice=True))


@when(parsers.parse('"{code}" is terminated without notice on {day}'))
def terminate_without_notice(context: ScenarioContext, code: DraftedCode, day: str) -> None:
    context.do_when(lambda: context.ici.terminate(code, day, with_notice=False))


@when(parsers.parse('these tracking attributes of "{code}" are changed:'))
def change_tracking_attributes(context: ScenarioContext, code: DraftedCode, datatable: IciTable) -> None:
    context.do_when(lambda: context.ici.update(code, attributes(datatable, context.further_fields)))


@when(parsers.parse('"{code}" is marked confidential'))
def mark_confidential(context: ScenarioContext, code: DraftedCode) -> None:
    context.do_when(lambda: context.ici.mark_confidential(code))


@when(parsers.parse('ICI sends the event {action} of "{code}"'))
def send_event(context: ScenarioContext, action: str, code: DraftedCode) -> None:
    context.do_when(lambda: send_events(context, action, code))


@when(parsers.parse('ICI sends the event {action} of "{code}" {times:d} times'))
def send_event_repeatedly(context: ScenarioContext, action: str, code: DraftedCode, times: int) -> None:
    context.do_when(lambda: send_events(context, action, code, times))


@when("the event that was on its way arrives")
def release_events(context: ScenarioContext) -> None:
    context.do_when(context.release_events)
