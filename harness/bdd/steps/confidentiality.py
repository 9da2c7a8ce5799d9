"""The Then step of confidentiality, which reads everything outside ICI."""

import pytest
from pytest_bdd import parsers

from harness.bdd.comparison import assert_equal
from harness.bdd.context import ScenarioContext
from harness.bdd.steps.assertion import assertion
from harness.bdd.steps.reconciliation import LastReconciliation


@assertion(parsers.parse('nothing of "{code}" is left anywhere outside ICI'))
def check_no_trace(
    context: ScenarioContext,
    reconciliation: LastReconciliation,
    code: str,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    """Look for every value of an agreement in all that the edges, the logs and the output hold."""
    edges = context.read_edges()
    held_by_others = str(context.before.tables)
    places = {
        "a table": str(edges.tables),
        "the monitoring": str(edges.entries),
        "a comparison": str(reconciliation),
        "the log": caplog.text,
        "the output": "".join(capfd.readouterr()),
    }
    for field, value in context.ici.detail(code).items():
        # The event itself told the System ID; words as short as EUR or FR01 stand everywhere and tell nothing.
        if field not in ("SysId", "ICMStatus") and len(str(value)) > 5 and str(value) not in held_by_others:
            where = [name for name, held in places.items() if str(value) in held]
            assert_equal(f"the places that show {field} of {code}", where, [])
    context.cpi.entries()  # without a log to read, a part was not searched: the step counts as skipped
