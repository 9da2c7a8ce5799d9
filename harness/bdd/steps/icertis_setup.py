"""Given steps: the agreements that ICI holds, and the events that it has sent or kept back."""

from datetime import UTC, datetime

from pytest_bdd import given, parsers

from harness.bdd.comparison import assert_equal
from harness.bdd.context import NEXT_EVENT_IS_TO_FAIL, ScenarioContext
from harness.bdd.feature_error import FeatureError, check_known
from harness.bdd.vocabulary.arguments import DraftedCode, IciTable, KindName, NewCode, NewFieldName
from harness.bdd.vocabulary.attributes import (
    CONTRACT_TYPES,
    Table,
    attributes,
    default_attributes,
    icertis_actions,
    ici_fields,
    named_values,
)
from harness.environments.interfaces import Mode, NotSupported
from simulator.settings import Settings

_DRAFT = r'ICI holds (?:the|a|an) (?P<kind>[A-Z]\w+(?: \w+)?) "(?P<code>[^"]+)"'


@given(parsers.parse("ICI has another field {field}, which nobody maps"))
def add_field(context: ScenarioContext, field: NewFieldName) -> None:
    """Let tables of this scenario give a field that neither the mapping sheet nor the mock knows."""
    context.further_fields.append(field)


@given(parsers.parse('ICI is the tenant "{source}"'))
def set_tenant(context: ScenarioContext, source: str) -> None:
    context.set_up(source=source)


@given(parsers.parse('CPI has an ICI for "{source}" alone'))
def set_only_ici(context: ScenarioContext, source: str) -> None:
    if context.environment.mode in (Mode.EXTERNAL, Mode.IFLOW):
        raise NotSupported("the tenants that the middleware knows are set there")
    context.set_up(source=source)


@given(parsers.parse('CPI takes the events of "{source}" alone'))
def set_only_tenant(context: ScenarioContext, source: str) -> None:
    context.set_up(tenants=(source,))


@given(parsers.parse('CPI reads the agreements of "{source}" at "{url}"'))
def set_other_ici(context: ScenarioContext, source: str, url: str) -> None:
    context.set_up(ici={source: {"base_url": url, "token": "token-of-another"}})


@given(parsers.parse('CPI reads the agreements of "{source}" at the ICI of "{other}"'))
def set_same_ici(context: ScenarioContext, source: str, other: str) -> None:
    ours = Settings(source=other)
    context.set_up(source=other, ici={source: {"base_url": ours.ici_base_url, "token": ours.ici_token}})


@given("a character is a Unicode code point")
def count_code_points(context: ScenarioContext) -> None:
    context.set_up(characters="code-points")


@given("a character is a UTF-16 unit, as ABAP counts")
def count_utf16_units(context: ScenarioContext) -> None:
    context.set_up(characters="utf-16")


@given("CPI keeps completed events for ever")
def keep_completed_events(context: ScenarioContext) -> None:
    context.set_up(keep_completed=0)


@given("CPI keeps what a newer event has brought")
def keep_newer(context: ScenarioContext) -> None:
    context.set_up(late_events="keep")


@given("CPI keeps what a newer event has brought, and knows that ICI does not roll amendments up")
def keep_newer_without_roll_up(context: ScenarioContext) -> None:
    context.set_up(late_events="keep", roll_up_amendments=False)


@given("CPI knows that ICI does not roll amendments up")
def know_of_no_roll_up(context: ScenarioContext) -> None:
    context.set_up(roll_up_amendments=False)


@given("CPI remembers which agreements it has filtered")
def remember_filtered(context: ScenarioContext) -> None:
    context.set_up(remember_filtered=True)


@given("agreements in ICI have these terms:")
def set_shared_attributes(context: ScenarioContext, datatable: IciTable) -> None:
    context.shared_attributes.update(attributes(datatable, context.further_fields))


@given(parsers.re(_DRAFT))
def draft_by_name(context: ScenarioContext, kind: KindName, code: NewCode) -> None:
    draft_agreement(context, kind, code, {})


@given(parsers.re(_DRAFT + "(?:, with made-up values)?:"))
def draft_with_attributes(context: ScenarioContext, kind: KindName, code: NewCode, datatable: IciTable) -> None:
    draft_agreement(context, kind, code, attributes(datatable, context.further_fields))


def draft_agreement(context: ScenarioContext, kind: str, code: str, stated: dict[str, object]) -> None:
    """Draft an agreement. What its scenario states wins over the feature's attributes, and these over made-up ones."""
    values = {**default_attributes(CONTRACT_TYPES[kind], code), **context.shared_attributes, **stated}
    sys_id = str(values.pop("SysId", ""))
    if code in context.agreements:
        raise FeatureError(f'a step before has drafted "{code}", and only one can be meant', code)
    context.agreements[code] = context.ici.draft(CONTRACT_TYPES[kind], values, code, sys_id)


@given(parsers.parse('ICI holds the amendment "{amendment}" of "{code}":'))
def draft_amendment(context: ScenarioContext, amendment: NewCode, code: DraftedCode, datatable: IciTable) -> None:
    changes = attributes(datatable, context.further_fields)
    sys_id = str(changes.pop("SysId", ""))
    context.agreements[amendment] = context.ici.draft_amendment(code, changes, amendment, sys_id)


@given(parsers.parse('"{code}" has the executed amendment "{amendment}":'))
def draft_and_execute_amendment(
    context: ScenarioContext, code: DraftedCode, amendment: NewCode, datatable: IciTable
) -> None:
    draft_amendment(context, amendment, code, datatable)
    context.do_given(lambda: context.ici.execute(amendment))


@given(parsers.parse('"{code}" is associated to "{master}"'))
def associate_agreement(context: ScenarioContext, code: DraftedCode, master: DraftedCode) -> None:
    context.ici.associate(code, master)


@given(parsers.parse('"{code}" is no longer associated to "{master}"'))
def dissociate_agreement(context: ScenarioContext, code: DraftedCode, master: DraftedCode) -> None:
    context.ici.dissociate(code, master)


@given(parsers.parse('"{code}" is associated to no master'))
def check_agreement_has_no_master(context: ScenarioContext, code: DraftedCode) -> None:
    assert_equal(f"the masters of {code}", context.agreements[code].masters, [])


@given(parsers.parse('"{code}" has been executed'))
def execute_agreement(context: ScenarioContext, code: DraftedCode) -> None:
    context.do_given(lambda: context.ici.execute(code))


@given(parsers.parse('ICI has executed "{code}", and the event got lost'))
@given(parsers.parse('"{code}" has been executed, and its event is still on its way'))
def execute_with_event_held_back(context: ScenarioContext, code: DraftedCode) -> None:
    with context.events_held_back():
        context.ici.execute(code)


@given(parsers.parse("ICI holds {number:d} executed {kind}s of which no event came"))
def execute_many_with_events_held_back(context: ScenarioContext, number: int, kind: KindName) -> None:
    values = default_attributes(CONTRACT_TYPES[kind], "one of many")
    with context.events_held_back():
        for _ in range(number):
            context.ici.execute(context.ici.draft(CONTRACT_TYPES[kind], values).code)


@given(parsers.parse('the renewal date of "{code}" has been reached'))
def reach_renewal_date(context: ScenarioContext, code: DraftedCode) -> None:
    context.do_given(lambda: context.reach(renewal_date(context, code)))


def renewal_date(context: ScenarioContext, code: str) -> datetime:
    """Return the renewal date of an agreement as ICI holds it now."""
    written = str(context.ici.detail(code)["ICMRenewalDate"])
    if not written:
        raise FeatureError("the agreement has no ICMRenewalDate", code)
    return datetime.fromisoformat(written).replace(tzinfo=UTC)


@given(parsers.parse('"{code}" has been terminated with notice to {day}'))
def terminate_with_notice(context: ScenarioContext, code: DraftedCode, day: str) -> None:
    context.do_given(lambda: context.ici.terminate(code, day, with_notice=True))


@given(parsers.parse('ICI has terminated "{code}" with notice to {day}, and the event got lost'))
def terminate_with_event_held_back(context: ScenarioContext, code: DraftedCode, day: str) -> None:
    with context.events_held_back():
        context.ici.terminate(code, day, with_notice=True)


@given(parsers.parse('these tracking attributes of "{code}" have been changed:'))
def change_tracking_attributes(context: ScenarioContext, code: DraftedCode, datatable: IciTable) -> None:
    context.do_given(lambda: context.ici.update(code, attributes(datatable, context.further_fields)))


@given(parsers.parse('ICI has changed these tracking attributes of "{code}", and the event got lost:'))
def change_attributes_with_event_held_back(context: ScenarioContext, code: DraftedCode, datatable: IciTable) -> None:
    with context.events_held_back():
        context.ici.update(code, attributes(datatable, context.further_fields))


@given(parsers.parse('"{code}" has been marked confidential'))
def mark_confidential(context: ScenarioContext, code: DraftedCode) -> None:
    context.do_given(lambda: context.ici.mark_confidential(code))


@given(parsers.parse('ICI has sent the event {action} of "{code}" {times:d} times'))
def send_event_repeatedly(context: ScenarioContext, action: str, code: DraftedCode, times: int) -> None:
    context.do_given(lambda: send_events(context, action, code, times))


def send_events(context: ScenarioContext, action: str, code: str, times: int = 1) -> None:
    """Let ICI send the same event again. Raises FeatureError for no times, and for an action that ICI has not."""
    check_known("action of ICI", [action], icertis_actions())
    if times < 1:
        raise FeatureError("an event that is sent no times shows nothing")
    for _ in range(times):
        context.ici.send_event(action, code)


@given("the event that was on its way has arrived")
def release_events(context: ScenarioContext) -> None:
    context.do_given(context.release_events)


@given(NEXT_EVENT_IS_TO_FAIL)
def expect_failing_event(context: ScenarioContext) -> None:
    context.next_event_is_to_fail = True


@given("ICI does not roll the values of an executed amendment up into its parent")
def disable_roll_up(context: ScenarioContext) -> None:
    context.ici.disable_roll_up()


@given("ICI tells changes of these tracking attributes alone:")
def nominate_attributes(context: ScenarioContext, datatable: Table) -> None:
    names = [name for (name,) in datatable]
    check_known("field in ICI", names, ici_fields())
    context.ici.nominate(names)


@given("ECC has these codes for the contract types:")
def set_type_codes(context: ScenarioContext, datatable: Table) -> None:
    context.set_up(type_codes={CONTRACT_TYPES[kind].name: code for kind, code in named_values(datatable).items()})
