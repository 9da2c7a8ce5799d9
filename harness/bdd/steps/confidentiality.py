"""The Then step of confidentiality, which reads everything outside ICI."""

import logging
from collections.abc import Iterator, Mapping
from contextlib import suppress

import pytest
from pytest_bdd import given, parsers

from harness.bdd.comparison import assert_equal
from harness.bdd.context import ScenarioContext
from harness.bdd.steps.assertion import assertion
from harness.bdd.steps.reconciliation import LastReconciliation
from harness.environments.interfaces import NotSupported


@pytest.fixture(autouse=True)
def log_everything(caplog: pytest.LogCaptureFixture) -> None:
    """Log at DEBUG from the first step on, but for pytest-bdd, which logs the steps themselves."""
    caplog.set_level(logging.INFO, "pytest_bdd")
    caplog.set_level(logging.DEBUG)  # last: each call also sets the level of the handler


@given("CPI tells ECC of confidential masters, as the mapping sheet has it")
def tell_confidential_masters(context: ScenarioContext) -> None:
    context.set_up(confidential_master="sheet")


@assertion(parsers.re(r'nothing of "(?P<code>[^"]+)"(?P<sys_id> but its System ID)? is left anywhere outside ICI'))
def check_no_trace(
    context: ScenarioContext,
    reconciliation: LastReconciliation,
    code: str,
    sys_id: str | None,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    """Look for every value of an agreement in all that the edges, the store, the logs and the output hold.

    An event that has failed, and is not known to be confidential, is found by its System ID.
    """
    may_be_known = ("ICMStatus", "SysId") if sys_id else ("ICMStatus",)
    edges = context.read_edges()
    held_by_others = str(context.before.tables)
    places = {
        "a table": str(edges.tables),
        "the outline agreements": str(edges.outline_agreements),
        "the monitoring": str(edges.entries),
        "a comparison": str(reconciliation),
        "the log": caplog.text,
        "the output": "".join(capfd.readouterr()),
    }
    with suppress(NotSupported):  # what cannot be read from outside is searched where it can
        places["the alerts"] = str(context.cpi.alerts())
        places["the store"] = context.cpi.stored()
    for field, whole in context.ici.detail(code).items():
        for value in map(str, _leaves(whole)):
            # Words as short as EUR or FR01 stand everywhere and tell nothing.
            if field not in may_be_known and len(value) > 5 and value not in held_by_others:
                where = [name for name, held in places.items() if value.lower() in held.lower()]
                assert_equal(f"the places that show {field} of {code}", where, [])
    context.cpi.entries()  # without a log to read, a part was not searched: the step counts as skipped


def _leaves(value: object) -> Iterator[object]:
    """Yield every value inside of objects and arrays."""
    if isinstance(value, Mapping | list):
        for inner in value.values() if isinstance(value, Mapping) else value:
            yield from _leaves(inner)
    else:
        yield value
