"""A step that only looks is left out, not failed, where the mode has not what it looks at."""

from collections.abc import Callable
from functools import wraps
from typing import TypeVar

import pytest_bdd
from pytest_bdd.parsers import StepParser

from harness.bdd.context import ScenarioContext
from harness.environments.interfaces import NotSupported

Step = TypeVar("Step", bound=Callable[..., None])


def then(words: str | StepParser) -> Callable[[Step], Step]:
    """As pytest-bdd's own; the step takes the world. What comes after a step that is left out is still looked at."""

    def decorated(step: Step) -> Step:
        @wraps(step)
        def looks(**given: object) -> None:
            world = given["world"]
            assert isinstance(world, ScenarioContext)
            try:
                step(**given)
            except NotSupported as reason:
                world.left_out.append(str(reason))
            else:
                world.looked = True

        pytest_bdd.then(words, stacklevel=2)(looks)
        return step

    return decorated
