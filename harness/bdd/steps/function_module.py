"""Steps that call the function module of a system directly, past the middleware."""

from dataclasses import dataclass, field

import pytest
from pytest_bdd import given, parsers, when

from harness.bdd.comparison import ENTRY_KEY, assert_equal
from harness.bdd.context import ScenarioContext
from harness.bdd.steps.assertion import assertion
from harness.bdd.vocabulary.attributes import Table, named_values, table_rows
from harness.bdd.vocabulary.json_values import parse_text
from simulator.ecc.bapiret2 import Bapiret2


@dataclass
class FunctionCall:
    """The parameters of the next call of the function module, and what the last one returned."""

    fields: dict[str, str] = field(default_factory=dict)
    organisations: list[str] | None = None
    returned: list[Bapiret2] = field(default_factory=list)
    system: str = ""
    """The system that received the last call."""


@pytest.fixture
def function_call() -> FunctionCall:
    """Provide the call that the steps of a scenario fill in."""
    return FunctionCall()


@given("a message for ECC has these fields:")
def set_fields(function_call: FunctionCall, datatable: Table) -> None:
    function_call.fields = named_values(datatable)


@given(parsers.parse('the message has the organisations "{listed}"'))
def set_organisations(function_call: FunctionCall, listed: str) -> None:
    function_call.organisations = listed.split(",")


@given("the message carries its key and these fields:")
def keep_only_key_and_fields(function_call: FunctionCall, datatable: Table) -> None:
    function_call.fields = {name: function_call.fields[name] for name in ENTRY_KEY} | named_values(datatable)
    function_call.organisations = None


@given(parsers.parse("in the message {field} is {words}"))
def set_field(function_call: FunctionCall, field: str, words: str) -> None:
    if words == "missing":
        del function_call.fields[field]
    else:
        function_call.fields[field] = parse_text(words)


@given(parsers.parse("{system} has received the message"))
def call_function_module(context: ScenarioContext, function_call: FunctionCall, system: str) -> None:
    function_call.system = system
    function_call.returned = context.systems[system].upsert(function_call.fields, function_call.organisations)


@when(parsers.parse("{system} receives the message"))
def receive_message(context: ScenarioContext, function_call: FunctionCall, system: str) -> None:
    context.do_when(lambda: call_function_module(context, function_call, system))


@assertion(parsers.parse("{system} returns exactly this:"))
def check_returned(function_call: FunctionCall, system: str, datatable: Table) -> None:
    assert_equal("the system that received the message", function_call.system, system)
    seen = [{name: getattr(line, name) for name in datatable[0]} for line in function_call.returned]
    assert_equal(f"the return table of {system}", seen, table_rows(datatable, Bapiret2._fields))
