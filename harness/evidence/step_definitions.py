"""The step definitions that there are, as Cucumber Messages tell of them, and which of them a step met."""

import re
from collections.abc import Callable, Iterator
from functools import cache
from inspect import unwrap
from pathlib import Path
from typing import NamedTuple

from cucumber_messages import (
    Group,
    Location,
    SourceReference,
    StepDefinition,
    StepDefinitionPattern,
    StepDefinitionPatternType,
    StepMatchArgument,
    StepMatchArgumentsList,
)
from pytest_bdd import parsers

from harness.bdd.pytest_bdd_internals import step_functions

_FIELD = re.compile(r"\{\w*(?::(?P<type>\w+))?\}")


class Definition(NamedTuple):
    """One pattern of one step function."""

    id: str
    function: str
    """File and line of the function."""

    pattern: re.Pattern[str]

    def message(self) -> StepDefinition:
        file, _, line = self.function.rpartition(":")
        source = re.sub(r"\?P<\w+>", "", self.pattern.pattern)  # names of groups are written otherwise elsewhere
        return StepDefinition(
            id=self.id,
            pattern=StepDefinitionPattern(source=source, type=StepDefinitionPatternType.regular_expression),
            source_reference=SourceReference(uri=file, location=Location(line=int(line))),
        )

    def arguments(self, text: str) -> StepMatchArgumentsList:
        """What the step names, with its place in the text."""
        match = self.pattern.fullmatch(text)
        found = range(1, self.pattern.groups + 1) if match else ()
        return StepMatchArgumentsList(
            [
                StepMatchArgument(Group(start=match.start(number), value=match[number], children=[]))
                for number in found
                if match and match[number] is not None
            ]
        )


class Definitions:
    """All of them, in the order of files and lines."""

    def __init__(self, top: Path) -> None:
        """`top` is the folder below which files are named."""
        found = sorted(_found(top), key=lambda one: (one[0].rpartition(":")[0], int(one[0].rpartition(":")[2]), one[1]))
        self.all = [
            Definition(f"definition-{number}", function, re.compile(pattern))
            for number, (function, pattern) in enumerate(found, 1)
        ]
        self._known: dict[tuple[str, str], Definition | None] = {}

    def met(self, function: str, text: str) -> Definition | None:
        """The definition that a step met; where it was never reached (`function` is blank) the first that fits."""
        if (function, text) not in self._known:
            fitting = (
                one
                for one in self.all
                if (not function or one.function == function) and one.pattern.fullmatch(text) is not None
            )
            self._known[function, text] = next(fitting, None)
        return self._known[function, text]


@cache
def place(function: Callable[..., object], top: Path) -> str:
    """File and line of a step function, the file below `top` where it is there."""
    code = unwrap(function).__code__
    file = Path(code.co_filename)
    return f"{(file.relative_to(top) if file.is_relative_to(top) else file).as_posix()}:{code.co_firstlineno}"


def _found(top: Path) -> Iterator[tuple[str, str]]:
    for context in step_functions():
        yield place(context.step_func, top), _pattern(context.parser)


def _pattern(parser: parsers.StepParser) -> str:
    if isinstance(parser, parsers.re):
        return parser.name
    if isinstance(parser, parsers.parse):
        pattern, end = "", 0
        for field in _FIELD.finditer(parser.name):
            pattern += re.escape(parser.name[end : field.start()])
            pattern += r"(-?\d+)" if field["type"] == "d" else "(.+?)"
            end = field.end()
        return pattern + re.escape(parser.name[end:])
    return re.escape(parser.name)
