"""Then steps: the calls that ICI received since the When."""

from pytest_bdd import parsers

from harness.bdd.comparison import assert_equal
from harness.bdd.context import ScenarioContext
from harness.bdd.steps.assertion import assertion
from harness.bdd.vocabulary.attributes import Table

CALL_STEPS = EXACTLY_THESE, NONE = "ICI received exactly these calls, in this order:", "ICI received no call"
"""The steps that state every call."""


@assertion(EXACTLY_THESE)
def check_calls(context: ScenarioContext, datatable: Table) -> None:
    """Compare each call's method and path, in their order."""
    received = [f"{request.method} {request.path}" for request in context.new_requests()]
    assert_equal("the calls that ICI received", received, [" ".join(call) for call in datatable])


@assertion(NONE)
def check_no_call(context: ScenarioContext) -> None:
    check_calls(context, [])


@assertion(parsers.parse("ICI received {number:d} calls"))
def check_number_of_calls(context: ScenarioContext, number: int) -> None:
    assert_equal("the number of calls that ICI received", len(context.new_requests()), number)
