"""The step definitions of a run as Cucumber Messages, and which of them a step matches."""

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
        """Describe it for the stream."""
        file, _, line = self.function.rpartition(":")
        source = re.sub(r"\?P<\w+>", "", self.pattern.pattern)  # other languages write names of groups differently
        return StepDefinition(
            id=self.id,
            pattern=StepDefinitionPattern(source=source, type=StepDefinitionPatternType.regular_expression),
            source_reference=SourceReference(uri=file, location=Location(line=int(line))),
        )

    def arguments(self, text: str) -> StepMatchArgumentsList:
        """Find the arguments in the text of a step, with their positions."""
        match = self.pattern.fullmatch(text)
        groups = range(1, self.pattern.groups + 1) if match else ()
        return StepMatchArgumentsList(
            [
                StepMatchArgument(Group(start=match.start(number), value=match[number], children=[]))
                for number in groups
                if match and match[number] is not None
            ]
        )


class StepDefinitions:
    """All step definitions, in the order of files and lines."""

    def __init__(self, top: Path) -> None:
        """`top` is the folder below which files are named."""
        registered = sorted(_registered(top), key=_position)
        self.all = [
            Definition(f"definition-{number}", function, re.compile(pattern))
            for number, (function, pattern) in enumerate(registered, 1)
        ]
        self._known: dict[tuple[str, str], Definition | None] = {}

    def matching(self, function: str, text: str) -> Definition | None:
        """Find the definition of a step that `function` ran; if it never ran (blank), the first that matches."""
        if (function, text) not in self._known:
            matching = (
                definition
                for definition in self.all
                if (not function or definition.function == function) and definition.pattern.fullmatch(text) is not None
            )
            self._known[function, text] = next(matching, None)
        return self._known[function, text]


@cache
def source_location(function: Callable[..., object], top: Path) -> str:
    """Return file and line of a step function, the file relative to `top` where it lies below."""
    code = unwrap(function).__code__
    file = Path(code.co_filename)
    return f"{(file.relative_to(top) if file.is_relative_to(top) else file).as_posix()}:{code.co_firstlineno}"


def _registered(top: Path) -> Iterator[tuple[str, str]]:
    """Yield location and pattern of each step function."""
    for context in step_functions():
        yield source_location(context.step_func, top), _pattern(context.parser)


def _position(registered: tuple[str, str]) -> tuple[str, int, str]:
    location, pattern = registered
    file, _, line = location.rpartition(":")
    return file, int(line), pattern


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
