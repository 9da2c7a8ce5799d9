"""The decorator of every Then: where the environment cannot show what a step compares, skip that step alone."""

from collections.abc import Callable
from functools import wraps
from inspect import Parameter, Signature, signature
from typing import TypeVar

import pytest_bdd
from pytest_bdd.parsers import StepParser

from harness.bdd.context import ScenarioContext
from harness.bdd.feature_error import FeatureError
from harness.bdd.mismatch import ComparisonRecord, subscribed
from harness.environments.interfaces import NotSupported

ThenFunction = TypeVar("ThenFunction", bound=Callable[..., None])


def assertion(words: str | StepParser) -> Callable[[ThenFunction], ThenFunction]:
    """Define a Then. Where its function raises NotSupported, the steps after it still run.

    Where it compares nothing, it fails.
    """

    def decorate(step: ThenFunction) -> ThenFunction:
        takes = signature(step).parameters

        @wraps(step)
        def assert_or_skip(**arguments: object) -> None:
            context = arguments["context"]
            assert isinstance(context, ScenarioContext)
            compared: list[ComparisonRecord] = []
            try:
                with subscribed(compared.append):
                    step(**{name: arguments[name] for name in takes})
            except NotSupported as reason:
                context.skipped_assertions.append(str(reason))
            else:
                if not compared:
                    raise FeatureError("the step has compared nothing, so it shows nothing")
                if not context.has_asserted:
                    context.check_prepared_answers()
                context.has_asserted = True

        # pytest-bdd hands in what the signature names: the context also where the step itself does not take it.
        context = Parameter("context", Parameter.POSITIONAL_OR_KEYWORD)
        assert_or_skip.__dict__["__signature__"] = Signature([*({"context": context} | {**takes}).values()])
        pytest_bdd.then(words, stacklevel=2)(assert_or_skip)
        return step

    return decorate
