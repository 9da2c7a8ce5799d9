"""The When steps: what happens in ICI, what reaches the webhook, and CPI trying again."""

from pytest_bdd import parsers, when

from harness.bdd.context import ScenarioContext
from harness.bdd.vocabulary.attributes import Table, attributes
from harness.bdd.vocabulary.event_bodies import NON_EVENT_BODIES, event_payload


@when(parsers.parse('ICI executes "{code}"'))
def _(context: ScenarioContext, code: str) -> None:
    context.do_when(lambda: context.ici.execute(code))


@when("ICI executes these agreements:")
def _(context: ScenarioContext, datatable: Table) -> None:
    def execute_all() -> None:
        for (code,) in datatable:
            context.ici.execute(code)

    context.do_when(execute_all)


@when(parsers.parse('"{code}" is renewed automatically until {day}'))
def _(context: ScenarioContext, code: str, day: str) -> None:
    context.do_when(lambda: context.ici.renew(code, day))


@when(parsers.parse('"{code}" is terminated with notice to {day}'))
def _(context: ScenarioContext, code: str, day: str) -> None:
    context.do_when(lambda: context.ici.terminate(code, day, with_notice=True))


@when(parsers.parse('"{code}" is terminated without notice on {day}'))
def _(context: ScenarioContext, code: str, day: str) -> None:
    context.do_when(lambda: context.ici.terminate(code, day, with_notice=False))


@when(parsers.parse('these tracking attributes of "{code}" are changed:'))
def _(context: ScenarioContext, code: str, datatable: Table) -> None:
    context.do_when(lambda: context.ici.update(code, attributes(datatable)))


@when(parsers.parse('"{code}" is marked confidential'))
def _(context: ScenarioContext, code: str) -> None:
    context.do_when(lambda: context.ici.mark_confidential(code))


@when(parsers.parse('ICI sends the event {action} of "{code}"'))
def _(context: ScenarioContext, action: str, code: str) -> None:
    context.do_when(lambda: context.ici.send_event(action, code))


@when(parsers.parse('ICI sends the event {action} of "{code}" {times:d} times'))
def _(context: ScenarioContext, action: str, code: str, times: int) -> None:
    def send_all() -> None:
        for _ in range(times):
            context.ici.send_event(action, code)

    context.do_when(send_all)


@when("the event that was on its way arrives")
def _(context: ScenarioContext) -> None:
    context.do_when(context.ici.release_events)


@when("CPI tries again")
def _(context: ScenarioContext) -> None:
    context.do_when(context.run_next_retry)


@when("CPI tries again until it gives up")
def _(context: ScenarioContext) -> None:
    def try_until_nothing_waits() -> None:
        while context.run_next_retry():
            pass

    context.do_when(try_until_nothing_waits)


@when(parsers.re(r"this event reaches the webhook(?: (?P<form>.+))?:"))
def _(context: ScenarioContext, form: str | None, datatable: Table) -> None:
    payload = event_payload(datatable, form or "as one object")
    context.do_when(lambda: context.post(payload))


@when(parsers.parse('an event of "{code}" reaches the webhook with the API key "{key}"'))
def _(context: ScenarioContext, code: str, key: str) -> None:
    context.do_when(lambda: context.post_executed(code, {"apikey": key}))


@when(parsers.parse('an event of "{code}" reaches the webhook at once after it'))
def _(context: ScenarioContext, code: str) -> None:
    context.do_when(lambda: context.post_executed(code))


@when(parsers.parse('an event of "{code}" reaches the webhook without an API key'))
def _(context: ScenarioContext, code: str) -> None:
    context.do_when(lambda: context.post_executed(code, {}))


@when(parsers.parse("{body} reaches the webhook in place of an event"))
def _(context: ScenarioContext, body: str) -> None:
    context.do_when(lambda: context.post_bytes(NON_EVENT_BODIES[body]))


@when(parsers.parse("somebody looks at the definition of {table}"))
def _(context: ScenarioContext, table: str) -> None:
    context.definitions = {name: system.definition(table) for name, system in context.systems.items()}
