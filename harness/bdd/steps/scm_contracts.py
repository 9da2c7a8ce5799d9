"""Steps of contracts for SCM in ICI: what buyers draft, and how the contracts go through their workflow."""

from collections.abc import Mapping

import pytest
from pytest_bdd import given, parsers, when

from harness.bdd.comparison import assert_equal
from harness.bdd.context import ScenarioContext
from harness.bdd.steps.assertion import assertion
from harness.bdd.steps.scm import ScmUser
from harness.bdd.vocabulary.arguments import DraftedCode, NewCode
from harness.bdd.vocabulary.attributes import Table, named_values, table_rows
from harness.bdd.vocabulary.scm import CONTRACT_TYPES, line_items, shown, terms
from simulator.icertis.risk import Assessment
from simulator.icertis.tenant import NotAllowedError

_KIND = '(?P<kind>procurement contract|NDA|service contract) "(?P<code>[^"]+)"'
_STEPS = (
    "(?P<words>submitted for review|reviewed|submitted for approval|approved|rejected|sent for signature"
    "|signed by the supplier|signed by us|put on hold|released from hold|expired|cancelled)"
)


class Drafts:
    """The terms that the contracts of one scenario share, and why ICI did not allow the last step."""

    def __init__(self) -> None:
        self.terms: dict[str, object] = {}
        self.refused = ""


@pytest.fixture
def drafts() -> Drafts:
    return Drafts()


@given("contracts for SCM have these terms:")
def set_terms(drafts: Drafts, datatable: Table) -> None:
    drafts.terms.update(terms(datatable))


def _draft(context: ScenarioContext, drafts: Drafts, kind: str, code: str, table: Table | None = None) -> None:
    lines = line_items(table) if table else []
    values = {**drafts.terms}
    sys_id = str(values.pop("SysId", ""))
    context.agreements[code] = context.scm.draft(CONTRACT_TYPES[kind], values, lines, code, sys_id)


@given(parsers.re(f"a buyer has drafted the {_KIND}"))
def draft_before(context: ScenarioContext, drafts: Drafts, kind: str, code: NewCode) -> None:
    context.do_given(lambda: _draft(context, drafts, kind, code))


@given(parsers.re(f"a buyer has drafted the {_KIND} with these line items:"))
def draft_with_lines_before(
    context: ScenarioContext, drafts: Drafts, kind: str, code: NewCode, datatable: Table
) -> None:
    context.do_given(lambda: _draft(context, drafts, kind, code, datatable))


@when(parsers.re(f"a buyer drafts the {_KIND}"))
def draft(context: ScenarioContext, drafts: Drafts, kind: str, code: NewCode) -> None:
    context.do_when(lambda: _draft(context, drafts, kind, code))


@when(parsers.re(f"a buyer drafts the {_KIND} with these line items:"))
def draft_with_lines(context: ScenarioContext, drafts: Drafts, kind: str, code: NewCode, datatable: Table) -> None:
    context.do_when(lambda: _draft(context, drafts, kind, code, datatable))


@given(parsers.re(f"the {_KIND} has been executed"))
def execute_before(context: ScenarioContext, drafts: Drafts, kind: str, code: NewCode) -> None:
    context.do_given(lambda: _draft_and_execute(context, drafts, kind, code))


@given(parsers.re(f"the {_KIND} has been executed with these line items:"))
def execute_with_lines_before(
    context: ScenarioContext, drafts: Drafts, kind: str, code: NewCode, datatable: Table
) -> None:
    context.do_given(lambda: _draft_and_execute(context, drafts, kind, code, datatable))


@given(parsers.re(f'"(?P<code>[^"]+)" has been {_STEPS}'))
def take_step_before(context: ScenarioContext, code: DraftedCode, words: str) -> None:
    context.do_given(lambda: context.scm.take(code, words))


@when(parsers.re(f'"(?P<code>[^"]+)" is {_STEPS}'))
def take_step(context: ScenarioContext, drafts: Drafts, code: DraftedCode, words: str) -> None:
    _try(context, drafts, code, [words])


@when(parsers.parse('"{code}" takes these steps:'))
def take_steps(context: ScenarioContext, drafts: Drafts, code: DraftedCode, datatable: Table) -> None:
    _try(context, drafts, code, [words for (words,) in datatable])


def _try(context: ScenarioContext, drafts: Drafts, code: str, steps: list[str]) -> None:
    def take_all() -> None:
        drafts.refused = ""
        for words in steps:
            try:
                context.scm.take(code, words)
            except NotAllowedError as why:
                drafts.refused = str(why)
                return

    context.do_when(take_all)


@given(parsers.parse('a buyer has begun the amendment "{amendment}" of "{code}":'))
def begin_amendment_before(context: ScenarioContext, code: DraftedCode, amendment: NewCode, datatable: Table) -> None:
    context.do_given(lambda: _begin_amendment(context, code, amendment, terms(datatable)))


@when(parsers.parse('a buyer begins the amendment "{amendment}" of "{code}":'))
def begin_amendment(context: ScenarioContext, code: DraftedCode, amendment: NewCode, datatable: Table) -> None:
    context.do_when(lambda: _begin_amendment(context, code, amendment, terms(datatable)))


@given(parsers.parse('a buyer has begun the amendment "{amendment}" of "{code}" with these line items:'))
def begin_amendment_of_lines(context: ScenarioContext, code: DraftedCode, amendment: NewCode, datatable: Table) -> None:
    changes = {"ICMLineItems": line_items(datatable)}
    context.do_given(lambda: _begin_amendment(context, code, amendment, changes))


def _begin_amendment(context: ScenarioContext, code: str, amendment: str, changes: Mapping[str, object]) -> None:
    context.agreements[amendment] = context.scm.draft_amendment(code, changes, amendment, "")


@when(parsers.parse('the amendment "{amendment}" is executed'))
def execute_amendment(context: ScenarioContext, amendment: DraftedCode) -> None:
    context.do_when(lambda: context.scm.execute(amendment))


@given(parsers.parse('the expiry of "{code}" has been reset to {day}'))
def reset_expiry_before(context: ScenarioContext, code: DraftedCode, day: str) -> None:
    context.do_given(lambda: context.scm.reset_expiry(code, day))


@when(parsers.parse('the expiry of "{code}" is reset to {day}'))
def reset_expiry(context: ScenarioContext, code: DraftedCode, day: str) -> None:
    context.do_when(lambda: context.scm.reset_expiry(code, day))


@assertion(parsers.parse('ICI does not allow it: "{why}"'))
def check_refused(drafts: Drafts, why: str) -> None:
    assert_equal("the reason for which ICI does not allow the step", drafts.refused, why)


@assertion("ICI allows it")
def check_allowed(drafts: Drafts) -> None:
    assert_equal("the reason for which ICI does not allow the step", drafts.refused, "")


@assertion(parsers.parse('ICI holds of "{code}":'))
def check_attributes(context: ScenarioContext, code: DraftedCode, datatable: Table) -> None:
    expected = named_values(datatable)
    held = context.scm.attributes(code)
    assert_equal(f"what ICI holds of {code}", {name: shown(held.get(name, "")) for name in expected}, expected)


@given(parsers.parse('the line items of "{code}" have been changed:'))
def change_lines_before(context: ScenarioContext, code: DraftedCode, datatable: Table) -> None:
    changes = {"ICMLineItems": _with_ids(line_items(datatable))}
    context.do_given(lambda: context.scm.change_terms(code, changes))


@given(parsers.parse('the terms of "{code}" have been changed:'))
def change_terms_before(context: ScenarioContext, code: DraftedCode, datatable: Table) -> None:
    context.do_given(lambda: context.scm.change_terms(code, terms(datatable)))


@when(parsers.re(f"the {_KIND} is drafted and executed with these line items:"))
def draft_and_execute(context: ScenarioContext, drafts: Drafts, kind: str, code: NewCode, datatable: Table) -> None:
    context.do_when(lambda: _draft_and_execute(context, drafts, kind, code, datatable))


@when(parsers.re(f"the {_KIND} is drafted and executed"))
def draft_and_execute_without_lines(context: ScenarioContext, drafts: Drafts, kind: str, code: NewCode) -> None:
    context.do_when(lambda: _draft_and_execute(context, drafts, kind, code))


def _draft_and_execute(
    context: ScenarioContext, drafts: Drafts, kind: str, code: str, table: Table | None = None
) -> None:
    _draft(context, drafts, kind, code, table)
    context.scm.execute(code)


def _with_ids(lines: list[dict[str, object]]) -> list[dict[str, object]]:
    return [{"ICMLineId": str(number), **line} for number, line in enumerate(lines, 1)]


@given(parsers.re(f"a buyer has completed it in ICI as the {_KIND}"))
def complete_before(context: ScenarioContext, drafts: Drafts, scm_user: ScmUser, kind: str, code: NewCode) -> None:
    context.do_given(lambda: _complete(context, drafts, scm_user, kind, code))


@when(parsers.re(f"a buyer completes it in ICI as the {_KIND}"))
def complete(context: ScenarioContext, drafts: Drafts, scm_user: ScmUser, kind: str, code: NewCode) -> None:
    context.do_when(lambda: _complete(context, drafts, scm_user, kind, code))


def _complete(context: ScenarioContext, drafts: Drafts, scm_user: ScmUser, kind: str, code: str) -> None:
    """Draft a contract from the link that a user of SCM has opened."""
    values = {**drafts.terms}
    sys_id = str(values.pop("SysId", ""))
    drafted = context.scm.draft_from_link(CONTRACT_TYPES[kind], scm_user.address, values, code, sys_id)
    context.agreements[code] = drafted


@given("contracts are held against the company's limits of risk")
def assess_risks(context: ScenarioContext) -> None:
    context.scm.assess_risks()


@given(parsers.parse('{by} has accepted the risk of "{code}": "{reason}"'))
def accept_risk_before(context: ScenarioContext, by: str, code: DraftedCode, reason: str) -> None:
    context.scm.accept_risk(code, by, reason)


@when(parsers.parse('the risk of "{code}" is assessed'), target_fixture="assessment")
def assess(context: ScenarioContext, code: DraftedCode) -> Assessment | None:
    return context.do_when(lambda: context.scm.assess(code))


@assertion("it has exactly these hits:")
def check_hits(assessment: Assessment | None, datatable: Table) -> None:
    expected = table_rows(datatable, ["area", "why", "score"])
    hits = assessment.hits if assessment else ()
    seen = [{"area": hit.area, "why": hit.why, "score": str(hit.score)} for hit in hits]
    assert_equal("the hits of the assessment", seen, expected)


@assertion("it has no hit")
def check_no_hit(assessment: Assessment | None) -> None:
    assert_equal("the hits of the assessment", [*assessment.hits] if assessment else None, [])


@assertion(parsers.parse('its score is {score:d}, which is "{rating}"'))
def check_rating(assessment: Assessment | None, score: int, rating: str) -> None:
    seen = (assessment.score, assessment.rating) if assessment else None
    assert_equal("score and rating", seen, (score, rating))


@given(parsers.parse('the connector takes service contracts as "{label}", with a purchase agreement'))
def add_type(context: ScenarioContext, label: str) -> None:
    context.set_up(scm_types={"ICMServiceContract": {"label": label, "agreement": True}})


@assertion(parsers.parse('ICI shows these commitments of "{code}":'))
def check_commitments(context: ScenarioContext, code: DraftedCode, datatable: Table) -> None:
    expected = table_rows(datatable)
    held = context.scm.attributes(code).get("ICMSCMCommitments", [])
    lines = held if isinstance(held, list) else []
    seen = [{name: shown(line[name]) for name in datatable[0]} for line in lines]
    assert_equal(f"the commitments of {code} in ICI", seen, expected)


@assertion(parsers.parse("ICI holds exactly these rows of {collection}:"))
def check_master_data(context: ScenarioContext, collection: str, datatable: Table) -> None:
    expected = table_rows(datatable)
    seen = [{name: shown(row[name]) for name in datatable[0]} for row in context.scm.master_data(collection)]
    assert_equal(f"the rows of {collection} in ICI", seen, expected)


@assertion("ICI received exactly these writes, in this order:")
def check_writes(context: ScenarioContext, datatable: Table) -> None:
    seen = [f"{one.method} {one.path}" for one in context.scm.writes_to_ici()[context.ici_writes_before :]]
    assert_equal("the writes that ICI received", seen, [" ".join(row) for row in datatable])


@assertion("ICI received no write")
def check_no_write(context: ScenarioContext) -> None:
    check_writes(context, [])


@given(parsers.parse("the name of contracts for SCM has {length:d} characters"))
def set_name_length(drafts: Drafts, length: int) -> None:
    drafts.terms["Name"] = ("Terms of purchase " * 20)[: length - 1] + "."
