"""The scenarios of the features as they stand, each with the steps that run for it."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from gherkin.parser import Parser
from gherkin.pickles.compiler import Compiler

TYPES = {"Context": "given", "Action": "when", "Outcome": "then"}


class PlainStep(NamedTuple):
    """One step, those of the background and the values of an outline's row counted."""

    type: str
    """given, when or then."""

    text: str
    table: tuple[tuple[str, ...], ...]
    doc_string: str


class PlainScenario(NamedTuple):
    """One scenario, or one row of an outline."""

    feature: str
    """Path of its file below the folder of the features, with slashes."""

    line: int
    name: str
    tags: frozenset[str]
    steps: tuple[PlainStep, ...]

    @property
    def key(self) -> str:
        """What it is known by while lines move: its feature and its name."""
        return f"{self.feature}: {self.name}"


def read(folder: Path) -> list[PlainScenario]:
    """Every scenario of every feature below a folder, in the order of files and lines.

    Raises OSError for a file that cannot be read, gherkin.errors.ParserError for one that is no Gherkin.
    """
    return [found for file in sorted(folder.rglob("*.feature")) for found in _in_file(file, folder)]


def _in_file(file: Path, folder: Path) -> Iterator[PlainScenario]:
    document: Any = {"uri": "", **Parser().parse(file.read_text(encoding="utf-8"))}
    pickle: Any
    for pickle in Compiler().compile(document):
        yield PlainScenario(
            file.relative_to(folder).as_posix(),
            pickle["location"]["line"],
            pickle["name"],
            frozenset(tag["name"].removeprefix("@") for tag in pickle["tags"]),
            tuple(map(_step, pickle["steps"])),
        )


def _step(step: Any) -> PlainStep:
    argument = step.get("argument", {})
    rows = argument.get("dataTable", {}).get("rows", ())
    return PlainStep(
        TYPES[step["type"]],
        step["text"],
        tuple(tuple(cell["value"] for cell in row["cells"]) for row in rows),
        argument.get("docString", {}).get("content", ""),
    )
