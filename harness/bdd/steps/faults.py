"""Given steps: the faults of ICI, of the ECC systems and of CPI, and their end."""

import re

from pytest_bdd import given, parsers

from harness.bdd.context import ScenarioContext
from harness.bdd.feature_error import Named, check_known
from harness.bdd.table_diff import CONTRACT, PURCHORG
from harness.bdd.vocabulary.arguments import DraftedCode, IciFieldName
from harness.bdd.vocabulary.attributes import ici_fields
from harness.bdd.vocabulary.json_values import parse_value
from harness.doubles.ecc_faults import FAILURE_POINTS
from harness.doubles.icertis_faults import ANSWERS, CALL_ANSWERS, ENVELOPES, LISTINGS
from harness.environments.interfaces import KillPoint, ScenarioEcc, ScenarioIcertis


@given(parsers.parse('ICI answers {field} of "{code}" as {words}'))
def answer_field(context: ScenarioContext, field: IciFieldName, code: DraftedCode, words: str) -> None:
    check_known("field in ICI", [field], ici_fields() | {*context.further_fields})
    context.ici.set_field_answer(code, field, parse_value(words))


@given(parsers.parse("ICI puts its answers {envelope}"))
def wrap_answers(context: ScenarioContext, envelope: str) -> None:
    check_known("envelope", [envelope], ENVELOPES)
    context.ici.wrap_answers(envelope)


@given(parsers.parse("call {number:d} to ICI always ends in {answer}"))
@given(parsers.parse("ICI answers call {number:d} with {answer}"))
def answer_call(context: ScenarioContext, number: int, answer: str) -> None:
    _check_answer(number, answer)
    context.prepare_answer(f"call {number}")
    context.ici.answer_call(number, answer)


@given(parsers.parse("call {number:d} to ICI ends once in {answer}"))
def answer_call_once(context: ScenarioContext, number: int, answer: str) -> None:
    _check_answer(number, answer)
    context.prepare_answer(f"call {number}")
    context.ici.answer_call_once(number, answer)


@given(parsers.parse("ICI answers the listing with {answer}"))
def answer_listing(context: ScenarioContext, answer: str) -> None:
    check_known("answer of ICI", [answer], [*ANSWERS, *LISTINGS])
    context.ici.answer_listing(answer)


@given("ICI expects another bearer token than CPI has")
def expect_another_token(context: ScenarioContext) -> None:
    context.ici.reject_credentials()


@given("ICI has withdrawn the tokens that it had issued")
def withdraw_tokens(context: ScenarioContext) -> None:
    context.ici.withdraw_tokens()


@given("ICI answers as usual again")
def answer_as_usual(context: ScenarioContext) -> None:
    context.ici.answer_as_usual()


@given(parsers.parse("{system} does not answer"))
def take_offline(context: ScenarioContext, system: str) -> None:
    _set_reachable(context, system, reachable=False)


@given(parsers.parse("{system} answers again"))
def bring_online(context: ScenarioContext, system: str) -> None:
    _set_reachable(context, system, reachable=True)


def _set_reachable(context: ScenarioContext, system: str, *, reachable: bool) -> None:
    targets: Named[ScenarioIcertis | ScenarioEcc] = Named("system", [("ICI", context.ici), *context.systems.items()])
    targets[system].set_reachable(reachable=reachable)


@given("PF2 and WP2 refuse a second agreement code of a System ID")
def refuse_second_codes(context: ScenarioContext) -> None:
    for system in ("PF2", "WP2"):
        context.systems[system].refuse_second_codes()


@given(parsers.parse("{system} goes down {moment}"))
def fail_system_at(context: ScenarioContext, system: str, moment: str) -> None:
    check_known("moment", [moment], FAILURE_POINTS)
    context.systems[system].fail_at(moment)
    context.prepare_answer(system)


@given(parsers.parse("the table {table} of {system} is locked"))
def lock_table(context: ScenarioContext, table: str, system: str) -> None:
    check_known("table", [table], [CONTRACT, PURCHORG])
    context.systems[system].lock_table(table)


@given(parsers.parse('{system} refuses every message with "{message}"'))
def refuse_messages(context: ScenarioContext, system: str, message: str) -> None:
    context.systems[system].refuse_messages(message)
    context.prepare_answer(system)


@given(parsers.parse("{system} works again"))
def clear_faults(context: ScenarioContext, system: str) -> None:
    context.systems[system].clear_faults()


@given(
    parsers.re(
        r'CPI was killed (?P<when>before|after) (?P<system>\w+) took the message, when "(?P<code>.+)" was executed'
    )
)
def kill_cpi_at_delivery(context: ScenarioContext, when: str, system: str, code: DraftedCode) -> None:
    check_known("system", [system], context.systems)
    kill_point = KillPoint(when == "before", system)
    context.do_given(lambda: context.cpi.kill_during(kill_point, lambda: context.ici.execute(code)))


@given(parsers.parse('CPI was killed while ICI answered call {number:d}, when "{code}" was executed'))
def kill_cpi_at_call(context: ScenarioContext, number: int, code: DraftedCode) -> None:
    kill_point = KillPoint(False, "ICI", number)
    context.do_given(lambda: context.cpi.kill_during(kill_point, lambda: context.ici.execute(code)))


def _check_answer(number: int, answer: str) -> None:
    """Check that a step names one of the two calls, and an answer that the mock can give."""
    check_known("call", [str(number)], ["1", "2"])
    if not re.fullmatch(r"status \d{3}( with Retry-After .+)?", answer):
        check_known("answer of ICI", [answer], CALL_ANSWERS)
