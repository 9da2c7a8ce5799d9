"""The Then step of confidentiality, which reads everything outside ICI."""

import logging
from collections.abc import Collection, Iterator, Mapping
from contextlib import suppress

import pytest
from pytest_bdd import given, parsers

from harness.bdd.comparison import assert_same_fields
from harness.bdd.context import TRACES, ScenarioContext
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
    """Look for every value of an agreement in all that the edges, the store, the logs and the evidence hold.

    An event that has failed, and is not known to be confidential, is found by its System ID. While an event is to be
    read again, the bytes of the store name it (D-65).
    """
    may_be_known = ("ICMStatus", "SysId") if sys_id else ("ICMStatus",)
    edges = context.read_edges()
    others = [context.ici.detail(other) for other in context.agreements if other != code]
    held_by_others, of_others = str(context.before.tables), {str(leaf).lower() for leaf in _leaves(others)}
    places = {
        "tables of PF2 and WP2": str(edges.tables),
        "outline agreements": str(edges.outline_agreements),
        "message log": str(edges.entries),
        "bytes sent to PF2 and WP2": f"{context.new_messages()} {context.new_bytes()}",
        "comparison with ICI": str(reconciliation),
        "logs at DEBUG": caplog.text,
        "standard output": "".join(capfd.readouterr()),
    }
    if context.written_evidence:
        places[_EVIDENCE] = context.written_evidence()
    with suppress(NotSupported):  # what cannot be read from outside is searched where it can
        places["alerts"] = str(context.cpi.alerts())
        places["what CPI stores and prints"] = context.cpi.stored()
        places[_BYTES] = context.cpi.stored_bytes()
    values = {
        (field, value.lower())
        for field, whole in context.ici.detail(code).items()
        for value in (str(leaf).strip() for leaf in _leaves(whole))
        # Words as short as EUR or FR01 stand everywhere and tell nothing.
        if field not in may_be_known and len(value) > 5 and value not in held_by_others
    }
    seen = {}
    for place, text in places.items():
        held = text.lower()
        # The evidence shows other agreements of the scenario, as ICI answered them.
        found = {field for field, value in values if value in held and not (place == _EVIDENCE and value in of_others)}
        if place == _BYTES and any(entry.status == "RETRY" for entry in edges.entries):
            found.discard("SysId")
        seen[place] = _hits(found)
    assert_same_fields(TRACES, "", seen, dict.fromkeys(places, "0"))
    context.cpi.entries()  # without a log to read, a part was not searched: the step counts as skipped


_EVIDENCE = "evidence of this run"
_BYTES = "every byte of CPI's store"
_NAMED = 3


def _hits(fields: Collection[str]) -> str:
    """Count the fields of which something was found, and name a few of them."""
    named = [*sorted(fields)[:_NAMED], *["..."] * (len(fields) > _NAMED)]
    return f"{len(fields)}: {', '.join(named)}" if fields else "0"


def _leaves(value: object) -> Iterator[object]:
    """Yield every value inside of objects and arrays."""
    if isinstance(value, Mapping | list):
        for inner in value.values() if isinstance(value, Mapping) else value:
            yield from _leaves(inner)
    else:
        yield value
