"""A pytest plugin: skip what the environment cannot do, a whole scenario or step by step, and keep the reason."""

import pytest

from harness.bdd.context import CONTEXT
from harness.environments.interfaces import NotSupported

SKIPPED_ASSERTION = "skipped assertion"
"""The user property of a test, and so of its reports, that holds the reason for which a step was skipped."""


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> object:
    """Skip a scenario that raises NotSupported or of which every assertion was skipped; keep the reasons for steps."""
    try:
        done = yield
    except NotSupported as reason:
        if reason.__context__:
            raise  # raised while another error was handled: a failure must not become a skip
        pytest.skip(str(reason))
    context = item.stash.get(CONTEXT, None)
    if context and context.skipped_assertions:
        if not context.has_asserted:
            pytest.skip(context.skipped_assertions[0])
        item.user_properties += [(SKIPPED_ASSERTION, reason) for reason in dict.fromkeys(context.skipped_assertions)]
    return done
