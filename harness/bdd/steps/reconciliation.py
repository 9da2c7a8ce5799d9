"""The steps of reconciliation: events that got lost, hands in the tables, the comparison and what it finds."""

from pytest_bdd import given, parsers, when

from harness.bdd.comparison import KEY, assert_equal
from harness.bdd.context import CONTRACT, Row, ScenarioContext
from harness.bdd.steps.assertion import assertion
from harness.bdd.vocabulary.attributes import KINDS, Table, attributes, default_attributes
from simulator.errors import InterfaceError
from simulator.reporting.reconciliation import Finding


@given(parsers.parse('ICI has executed "{code}", and the event got lost'))
def _(context: ScenarioContext, code: str) -> None:
    with context.events_held_back():
        context.ici.execute(code)


@given(parsers.parse('ICI has terminated "{code}" with notice to {day}, and the event got lost'))
def _(context: ScenarioContext, code: str, day: str) -> None:
    with context.events_held_back():
        context.ici.terminate(code, day, with_notice=True)


@given(parsers.parse('ICI has changed these tracking attributes of "{code}", and the event got lost:'))
def _(context: ScenarioContext, code: str, datatable: Table) -> None:
    with context.events_held_back():
        context.ici.update(code, attributes(datatable))


@given(parsers.parse("ICI holds {number:d} executed {kind}s of which no event came"))
def _(context: ScenarioContext, number: int, kind: str) -> None:
    terms = default_attributes(KINDS[kind], "one of many")
    with context.events_held_back():
        for _ in range(number):
            context.ici.execute(context.ici.draft(KINDS[kind], terms).code)


@given(parsers.parse("ICI answers the listing with {answer}"))
def _(context: ScenarioContext, answer: str) -> None:
    context.ici.answers_listing(answer)


@given("CPI has tried again until it gave up")
def _(context: ScenarioContext) -> None:
    while context.run_next_retry():
        pass


@given(parsers.parse('somebody has changed {field} of the entry "{code}" in {system} to "{value}"'))
def _(context: ScenarioContext, field: str, code: str, system: str, value: str) -> None:
    write(context, system, {**_key(context, system, code), field: value}, None)


@given(parsers.parse('somebody has left {system} only the organisations "{listed}" of "{code}"'))
def _(context: ScenarioContext, system: str, listed: str, code: str) -> None:
    write(context, system, _key(context, system, code), listed.split(","))


@given(parsers.parse('somebody has added the entry "{code}" with the organisations "{listed}" to {system}'))
def _(context: ScenarioContext, code: str, listed: str, system: str) -> None:
    add(context, code, context.settings.source, listed.split(","), system)


@given(parsers.parse('somebody has added the entry "{code}" of the tenant "{tenant}" to {system}'))
def _(context: ScenarioContext, code: str, tenant: str, system: str) -> None:
    add(context, code, tenant, [], system)


@when("PF2 and WP2 are compared with ICI")
def _(context: ScenarioContext) -> None:
    compare(context, repair=False)


@when("PF2 and WP2 are compared with ICI, and repaired")
def _(context: ScenarioContext) -> None:
    compare(context, repair=True)


def compare(context: ScenarioContext, *, repair: bool) -> None:
    """Compare, and remember what was found, or why nothing could be."""

    def reconcile() -> None:
        try:
            context.findings = context.cpi.reconcile(repair=repair)
        except InterfaceError as error:
            context.not_compared = error

    context.do_when(reconcile)


@assertion("the comparison finds nothing")
def _(context: ScenarioContext) -> None:
    assert_equal("what the comparison finds", found(context), [])


@assertion("the comparison finds exactly this:")
def _(context: ScenarioContext, datatable: Table) -> None:
    head, *rows = datatable
    seen = [line for finding in found(context) for line in _lines(finding)]
    assert_equal(
        "what the comparison finds", [{name: line[name] for name in head} for line in seen], _dicts(head, rows)
    )
    unnamed = [line for line in seen if any(value for name, value in line.items() if name not in head)]
    assert_equal("what the table above has no column for", unnamed, [])


@assertion(parsers.parse("the comparison finds {number:d} entries missing in {system}"))
def _(context: ScenarioContext, number: int, system: str) -> None:
    missing = [one for one in found(context) if one.system == system]
    assert_equal("what the comparison finds", {one.kind for one in missing}, {"missing"})
    assert_equal("the number of entries", len({one.code for one in missing}), number)


@assertion(parsers.re(r'the comparison fails with the error (?P<rule>\S+)( at (?P<field>\w+))?: "(?P<message>.*)"'))
def _(context: ScenarioContext, rule: str, field: str | None, message: str) -> None:
    error = context.not_compared
    assert error is not None, "the comparison did not fail"
    assert_equal("the error", (error.rule, error.field, error.message), (rule, field or "", message))


@assertion("comparing once more finds nothing")
def _(context: ScenarioContext) -> None:
    assert_equal("what another comparison finds", context.cpi.reconcile(repair=False), [])


def found(context: ScenarioContext) -> list[Finding]:
    assert context.not_compared is None, f"the comparison failed: {context.not_compared}"
    return context.findings


def write(context: ScenarioContext, system: str, fields: Row, organisations: list[str] | None) -> None:
    """Change an entry past the middleware."""
    first, *_ = context.systems[system].upsert(fields, organisations)
    assert_equal(f"what {system} says of it", first.TYPE, "S")


def add(context: ScenarioContext, code: str, tenant: str, organisations: list[str], system: str) -> None:
    """Add an entry past the middleware; all fields but its key are blank."""
    names = [one["field"] for one in context.systems[system].definition(CONTRACT)]
    key = (tenant, "STA", "99999999-0000-4000-8000-000000009999", code)
    write(context, system, dict.fromkeys(names, "") | dict(zip(KEY, key, strict=True)), organisations)


def _key(context: ScenarioContext, system: str, code: str) -> Row:
    (entry,) = (row for row in context.tables()[system][CONTRACT] if row["ICMAGREEMENTCODE"] == code)
    return {name: entry[name] for name in KEY}


def _lines(finding: Finding) -> list[Row]:
    """A finding as a feature writes it: one line for each field."""
    whole = {
        "system": finding.system or "ICI",
        "code": finding.code,
        "finding": finding.kind,
        "error": finding.error.rule if finding.error else "",
    }
    nothing = [("", "", "")]
    columns = ("field", "ICI holds", "the system holds")
    return [whole | dict(zip(columns, one, strict=True)) for one in finding.fields or nothing]


def _dicts(head: list[str], rows: Table) -> list[Row]:
    return [dict(zip(head, row, strict=True)) for row in rows]
