"""The When steps: what happens in ICI, what reaches the webhook, and CPI trying again."""

from pytest_bdd import parsers, when

from harness.bdd.context import ScenarioContext
from harness.bdd.vocabulary.attributes import Table, attributes
from harness.bdd.vocabulary.event_bodies import NON_EVENT_BODIES, event_payload


@when(parsers.parse('ICI executes "{code}"'))
def _(world: ScenarioContext, code: str) -> None:
    world.act(lambda: world.ici.execute(code))


@when("ICI executes these agreements:")
def _(world: ScenarioContext, datatable: Table) -> None:
    def execute_all() -> None:
        for (code,) in datatable:
            world.ici.execute(code)

    world.act(execute_all)


@when(parsers.parse('"{code}" is renewed automatically until {day}'))
def _(world: ScenarioContext, code: str, day: str) -> None:
    world.act(lambda: world.ici.renew(code, day))


@when(parsers.parse('"{code}" is terminated with notice to {day}'))
def _(world: ScenarioContext, code: str, day: str) -> None:
    world.act(lambda: world.ici.terminate(code, day, with_notice=True))


@when(parsers.parse('"{code}" is terminated without notice on {day}'))
def _(world: ScenarioContext, code: str, day: str) -> None:
    world.act(lambda: world.ici.terminate(code, day, with_notice=False))


@when(parsers.parse('these tracking attributes of "{code}" are changed:'))
def _(world: ScenarioContext, code: str, datatable: Table) -> None:
    world.act(lambda: world.ici.update(code, attributes(datatable)))


@when(parsers.parse('"{code}" is marked confidential'))
def _(world: ScenarioContext, code: str) -> None:
    world.act(lambda: world.ici.mark_confidential(code))


@when(parsers.parse('ICI sends the event {action} of "{code}"'))
def _(world: ScenarioContext, action: str, code: str) -> None:
    world.act(lambda: world.ici.send_event(action, code))


@when(parsers.parse('ICI sends the event {action} of "{code}" {times:d} times'))
def _(world: ScenarioContext, action: str, code: str, times: int) -> None:
    def send_all() -> None:
        for _ in range(times):
            world.ici.send_event(action, code)

    world.act(send_all)


@when("the event that was on its way arrives")
def _(world: ScenarioContext) -> None:
    world.act(world.ici.release_events)


@when("CPI tries again")
def _(world: ScenarioContext) -> None:
    world.act(world.try_again)


@when("CPI tries again until it gives up")
def _(world: ScenarioContext) -> None:
    def try_until_nothing_waits() -> None:
        while world.try_again():
            pass

    world.act(try_until_nothing_waits)


@when(parsers.re(r"this event reaches the webhook(?: (?P<form>.+))?:"))
def _(world: ScenarioContext, form: str | None, datatable: Table) -> None:
    payload = event_payload(datatable, form or "as one object")
    world.act(lambda: world.post(payload))


@when(parsers.parse('an event of "{code}" reaches the webhook with the API key "{key}"'))
def _(world: ScenarioContext, code: str, key: str) -> None:
    world.act(lambda: world.post_executed(code, {"apikey": key}))


@when(parsers.parse('an event of "{code}" reaches the webhook at once after it'))
def _(world: ScenarioContext, code: str) -> None:
    world.act(lambda: world.post_executed(code))


@when(parsers.parse('an event of "{code}" reaches the webhook without an API key'))
def _(world: ScenarioContext, code: str) -> None:
    world.act(lambda: world.post_executed(code, {}))


@when(parsers.parse("{body} reaches the webhook in place of an event"))
def _(world: ScenarioContext, body: str) -> None:
    world.act(lambda: world.post_bytes(NON_EVENT_BODIES[body]))


@when(parsers.parse("somebody looks at the definition of {table}"))
def _(world: ScenarioContext, table: str) -> None:
    world.definitions = {name: system.definition(table) for name, system in world.systems.items()}
