"""A pytest plugin: what a mode cannot show is skipped with its reason, as a whole scenario or step by step."""

import pytest

from harness.bdd.context import CONTEXT
from harness.environments.interfaces import NotSupported

SKIPPED_ASSERTION = "left out"
"""The user property of a test, and so of its reports, that tells why a step of it was left out."""


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> object:
    """Skip a scenario that needs what there is not, or of which nothing could be looked at; tell what was left out."""
    try:
        done = yield
    except NotSupported as reason:
        if reason.__context__:
            raise  # while something else was dealt with: a failure must not become a skip
        pytest.skip(str(reason))
    context = item.stash.get(CONTEXT, None)
    if context and context.skipped_assertions:
        if not context.has_asserted:
            pytest.skip(context.skipped_assertions[0])
        item.user_properties += [(SKIPPED_ASSERTION, reason) for reason in dict.fromkeys(context.skipped_assertions)]
    return done
