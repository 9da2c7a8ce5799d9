"""The Given steps: what ICI holds, what has happened before, and how the landscape is set up."""

from pytest_bdd import given, parsers

from harness.bdd.context import ScenarioContext
from harness.bdd.vocabulary.attributes import KINDS, Table, attributes, default_attributes
from harness.bdd.vocabulary.json_values import shape
from harness.environments.edges import Ecc, Ici


@given("agreements in ICI have these terms:")
def _(context: ScenarioContext, datatable: Table) -> None:
    context.terms.update(attributes(datatable))


@given(parsers.re(r'ICI holds (?:the|a|an) (?P<kind>[A-Z]\w+(?: \w+)?) "(?P<code>[^"]+)"'))
def ici_holds(context: ScenarioContext, kind: str, code: str) -> None:
    draft(context, kind, code, {})


@given(parsers.re(r'ICI holds (?:the|a|an) (?P<kind>[A-Z]\w+(?: \w+)?) "(?P<code>[^"]+)":'))
def _(context: ScenarioContext, kind: str, code: str, datatable: Table) -> None:
    draft(context, kind, code, attributes(datatable))


def draft(context: ScenarioContext, kind: str, code: str, said: dict[str, object]) -> None:
    """Draw an agreement up: what the scenario says of it, over the feature's terms, over faked ones."""
    terms = {**default_attributes(KINDS[kind], code), **context.terms, **said}
    sys_id = str(terms.pop("SysId", ""))
    context.agreements[code] = context.ici.draft(KINDS[kind], terms, code, sys_id)


@given(parsers.parse('ICI holds the amendment "{amendment}" of "{code}":'))
def ici_holds_amendment(context: ScenarioContext, amendment: str, code: str, datatable: Table) -> None:
    changes = attributes(datatable)
    sys_id = str(changes.pop("SysId", ""))
    context.agreements[amendment] = context.ici.draft_amendment(code, changes, amendment, sys_id)


@given(parsers.parse('"{code}" has the executed amendment "{amendment}":'))
def _(context: ScenarioContext, code: str, amendment: str, datatable: Table) -> None:
    ici_holds_amendment(context, amendment, code, datatable)
    context.ici.execute(amendment)


@given(parsers.parse('"{code}" is associated to "{master}"'))
def _(context: ScenarioContext, code: str, master: str) -> None:
    context.ici.associate(code, master)


@given(parsers.parse('"{code}" is no longer associated to "{master}"'))
def _(context: ScenarioContext, code: str, master: str) -> None:
    context.ici.dissociate(code, master)


@given(parsers.parse('"{code}" is associated to no master'))
def _(context: ScenarioContext, code: str) -> None:
    assert not context.agreements[code].masters


@given(parsers.parse('"{code}" has been executed'))
def _(context: ScenarioContext, code: str) -> None:
    context.ici.execute(code)


@given(parsers.parse('"{code}" has been executed, and its event is still on its way'))
def _(context: ScenarioContext, code: str) -> None:
    with context.events_held_back():
        context.ici.execute(code)


@given(parsers.parse('"{code}" has been renewed automatically until {day}, and its event is still on its way'))
def _(context: ScenarioContext, code: str, day: str) -> None:
    with context.events_held_back():
        context.ici.renew(code, day)


@given(parsers.parse('"{code}" has been renewed automatically until {day}'))
def _(context: ScenarioContext, code: str, day: str) -> None:
    context.ici.renew(code, day)


@given(parsers.parse('"{code}" has been terminated with notice to {day}'))
def _(context: ScenarioContext, code: str, day: str) -> None:
    context.ici.terminate(code, day, with_notice=True)


@given(parsers.parse('these tracking attributes of "{code}" have been changed:'))
def _(context: ScenarioContext, code: str, datatable: Table) -> None:
    context.ici.update(code, attributes(datatable))


@given("the event that was on its way has arrived")
def _(context: ScenarioContext) -> None:
    context.ici.release_events()


@given(parsers.parse('"{code}" has been marked confidential'))
def _(context: ScenarioContext, code: str) -> None:
    context.ici.mark_confidential(code)


@given(parsers.parse('ICI answers {field} of "{code}" as {words}'))
def _(context: ScenarioContext, field: str, code: str, words: str) -> None:
    context.ici.answers_field(code, field, shape(words))


@given(parsers.parse("ICI puts its answers {envelope}"))
def _(context: ScenarioContext, envelope: str) -> None:
    context.ici.answers_in(envelope)


@given(parsers.parse("ICI answers call {number:d} with {answer}"))
def _(context: ScenarioContext, number: int, answer: str) -> None:
    context.ici.answers_call(number, answer)


@given("ICI expects another bearer token than CPI has")
def _(context: ScenarioContext) -> None:
    context.ici.expects_another_token()


@given("ICI does not roll the values of an executed amendment up into its parent")
def _(context: ScenarioContext) -> None:
    context.ici.does_not_roll_up()


@given("the webhook asks for no API key")
def _(context: ScenarioContext) -> None:
    context.set_up(api_key=None)


@given(parsers.parse("the webhook lets one message in within {seconds:d} seconds"))
def _(context: ScenarioContext, seconds: int) -> None:
    context.set_up(max_per_second=1 / seconds)


@given("the webhook lets messages in however fast they come")
def _(context: ScenarioContext) -> None:
    context.set_up(max_per_second=0)


@given(parsers.parse('an event of "{code}" has reached the webhook'))
def _(context: ScenarioContext, code: str) -> None:
    context.post_executed(code)


@given("ECC has these codes for the contract types:")
def _(context: ScenarioContext, datatable: Table) -> None:
    context.set_up(type_codes={KINDS[kind].name: code for kind, code in datatable})


@given(parsers.parse("{system} does not answer"))
def _(context: ScenarioContext, system: str) -> None:
    _of(context, system).is_there(there=False)


@given(parsers.parse("{system} answers again"))
def _(context: ScenarioContext, system: str) -> None:
    _of(context, system).is_there(there=True)


def _of(context: ScenarioContext, name: str) -> Ici | Ecc:
    """ICI or an ECC system."""
    return context.ici if name == "ICI" else context.systems[name]


@given("CPI has tried again")
def _(context: ScenarioContext) -> None:
    context.run_next_retry()


@given(parsers.parse('ICI has sent the event {action} of "{code}" {times:d} times'))
def _(context: ScenarioContext, action: str, code: str, times: int) -> None:
    for _ in range(times):
        context.ici.send_event(action, code)


@given("CPI has given up")
def _(context: ScenarioContext) -> None:
    while context.run_next_retry():
        pass
