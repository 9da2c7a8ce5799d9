"""The results that scenarios and conditions can have, and how several combine."""

from collections.abc import Iterable

FAILED, NOT_RUN, SKIPPED, PASSED = WORST_FIRST = ("FAILED", "not run", "skipped", "passed")


def worst(states: Iterable[str]) -> str:
    """Return the worst of several states; NOT_RUN for none."""
    found = set(states) or {NOT_RUN}
    return next(state for state in WORST_FIRST if state in found)
