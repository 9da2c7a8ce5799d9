"""What became of scenarios: how several of them count together."""

from collections.abc import Iterable

FAILED, NOT_RUN, SKIPPED, PASSED = WORST_FIRST = ("FAILED", "not run", "skipped", "passed")


def worst(states: Iterable[str]) -> str:
    """The worst of them: what was run in part has not passed, and neither has nothing."""
    found = set(states) or {NOT_RUN}
    return next(state for state in WORST_FIRST if state in found)
