"""The steps that call the function module of a system directly, past the middleware."""

from pytest_bdd import given, parsers, when

from harness.bdd.comparison import KEY, FieldChange, assert_equal, assert_same_fields, assert_same_rows, for_each_system
from harness.bdd.context import CONTRACT, PURCHORG, ScenarioContext
from harness.bdd.steps.assertion import assertion
from harness.bdd.steps.tables import changes_are, the_entry
from harness.bdd.vocabulary.attributes import Table
from harness.bdd.vocabulary.json_values import text


@given("a message for ECC has these fields:")
def _(context: ScenarioContext, datatable: Table) -> None:
    context.message.fields = dict(datatable)


@given(parsers.parse('the message has the organisations "{listed}"'))
def _(context: ScenarioContext, listed: str) -> None:
    context.message.organisations = listed.split(",")


@given("the message carries its key and these fields:")
def _(context: ScenarioContext, datatable: Table) -> None:
    context.message.fields = {name: context.message.fields[name] for name in KEY} | dict(datatable)
    context.message.organisations = None


@given(parsers.parse("in the message {field} is {words}"))
def _(context: ScenarioContext, field: str, words: str) -> None:
    if words == "missing":
        del context.message.fields[field]
    else:
        context.message.fields[field] = text(words)


@given(parsers.parse("{system} has received the message"))
def receives(context: ScenarioContext, system: str) -> None:
    """Send the message to the function module of one system."""
    context.returned = context.systems[system].upsert(context.message.fields, context.message.organisations)


@when(parsers.parse("{system} receives the message"))
def _(context: ScenarioContext, system: str) -> None:
    context.do_when(lambda: receives(context, system))


@assertion(parsers.parse("{system} returns exactly this:"))
def _(context: ScenarioContext, system: str, datatable: Table) -> None:
    head, *rows = datatable
    expected = [dict(zip(head, row, strict=True)) for row in rows]
    assert_equal(f"the return table of {system}", [line._asdict() for line in context.returned], expected)


@assertion(parsers.parse("{system} holds nothing"))
def _(context: ScenarioContext, system: str) -> None:
    assert_equal(f"the tables of {system}", context.tables()[system], {CONTRACT: [], PURCHORG: []})


@assertion(parsers.parse('{system} holds the organisations "{listed}"'))
def _(context: ScenarioContext, system: str, listed: str) -> None:
    found = [row["PURCHASINGORG"] for row in context.tables()[system][PURCHORG]]
    assert_equal(f"the organisations in {system}", found, listed.split(","))


@assertion(parsers.parse('in {system} {field} of the entry "{code}" is {words}'))
def _(context: ScenarioContext, system: str, field: str, code: str, words: str) -> None:
    entry = the_entry(context.tables()[system], code)
    assert_same_fields(f"the entry in {system}", code, {field: entry[field]}, {field: text(words)})


@assertion(parsers.parse('exactly these fields of the entry "{code}" changed in {system} alone:'))
def _(context: ScenarioContext, code: str, system: str, datatable: Table) -> None:
    expected = [FieldChange(code, *row) for row in datatable[1:]]
    for_each_system(context, lambda before, now: changes_are(before, now, expected), only=[system])
    for_each_system(context, lambda before, now: changes_are(before, now, []), but=[system])
    for_each_system(context, lambda before, now: assert_same_rows(PURCHORG, now[PURCHORG], before[PURCHORG]))
