"""A pytest plugin that makes a few scenarios fail, each by breaking one rule of the interface."""

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, contextmanager
from unittest.mock import patch

import pytest

from harness.bdd.pytest_bdd_internals import Scenario
from simulator.mapping.actions import ACTIONS
from simulator.mapping.sheet import ZMM_ICMCONTRACT
from simulator.mapping.source_value import SourceValue


@contextmanager
def _replaced(owner: object, name: str, value: object) -> Iterator[None]:
    """Give an attribute of a frozen dataclass another value while inside."""
    original = getattr(owner, name)
    object.__setattr__(owner, name, value)
    try:
        yield
    finally:
        object.__setattr__(owner, name, original)


def _rule_of(target: str, rule: object) -> AbstractContextManager[None]:
    (row,) = (row for row in ZMM_ICMCONTRACT if row.target == target)
    return _replaced(row, "rule", rule)


def _day_before_month(given: SourceValue) -> str:
    text = given.text()
    return text[:4] + text[8:10] + text[5:7]


BREAKS: Mapping[str, AbstractContextManager[object]] = {
    "2a - ": _rule_of("ICMPAYMENTTERMS", lambda given: given.text().lower()),
    "2 - ": _replaced(ACTIONS["Executed"], "asks_for_master", False),
    "1 - ": _rule_of("ICMEXPIRYDATE", _day_before_month),
    "10 - ": _replaced(ACTIONS["AmendmentExecuted"], "omits", ("ICMEXPIRYDATE",)),
    "3 - ": patch("simulator.cpi.process_event.is_confidential", lambda _: False),
    "A name that is too long is cut after 100 characters: 101": _rule_of("NAME", lambda given: given.text()[:99]),
}
"""The beginning of a scenario's name to what is broken while it runs."""


def pytest_bdd_before_scenario(request: pytest.FixtureRequest, scenario: Scenario) -> None:
    stack = ExitStack()
    request.addfinalizer(stack.close)
    for beginning, broken in BREAKS.items():
        if scenario.name.startswith(beginning):
            stack.enter_context(broken)
