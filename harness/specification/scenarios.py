"""Read the scenarios of the features with Gherkin's own parser, independently of pytest-bdd.

An outline counts once for each row of its Examples.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from gherkin.ast_builder import AstBuilder
from gherkin.parser import Parser
from gherkin.parser_types import Envelope
from gherkin.parser_types import Scenario as ScenarioNode
from gherkin.pickles.compiler import (
    Compiler,
    GherkinDocumentWithURI,
    Pickle,
    is_rule_container,
    is_scenario_container,
)
from gherkin.stream.id_generator import IdGenerator

_STEP_TYPES = {"Context": "given", "Action": "when", "Outcome": "then"}


class FeatureFile(NamedTuple):
    """One parsed file."""

    source: str
    document: GherkinDocumentWithURI
    pickles: list[Pickle]
    """One for each scenario and each row of an outline, with background steps and the row's values filled in."""


class ScenarioStep(NamedTuple):
    """One step as it runs, of the scenario or of its background."""

    type: str
    """given, when or then."""

    text: str
    table: tuple[tuple[str, ...], ...]
    doc_string: str


@dataclass(frozen=True)
class Scenario:
    """One scenario, or one row of an outline."""

    feature: str
    """Path of its file below the folder of the features, with slashes."""

    declared_line: int
    """The line on which it begins; shared by all rows of an outline."""

    line: int
    """The line of its row; equal to `declared_line` where there is no outline."""

    heading: str
    """Its name as written; an outline's still contains the <names> of columns."""

    name: str
    """Its name with the values of its row."""

    tags: frozenset[str]
    """Without @; includes those of its feature, rule and Examples."""

    steps: tuple[ScenarioStep, ...]

    @property
    def place(self) -> str:
        return f"{self.feature}:{self.line}"

    @property
    def key(self) -> str:
        """Its feature and name: stays the same while lines move."""
        return f"{self.feature}: {self.name}"


def read_scenarios(folder: Path) -> list[Scenario]:
    """Read every scenario of every feature below a folder, in the order of files and lines.

    Raises OSError for an unreadable file, gherkin.errors.ParserError for invalid Gherkin.
    """
    return [
        scenario
        for file in sorted(folder.rglob("*.feature"))
        for scenario in _in_file(file, file.relative_to(folder).as_posix())
    ]


def parse(file: Path, uri: str, ids: IdGenerator) -> FeatureFile:
    """Parse one feature file; `ids` numbers the nodes of its document and its pickles.

    Raises OSError for an unreadable file, gherkin.errors.ParserError for invalid Gherkin.
    """
    source = file.read_text(encoding="utf-8")
    document: GherkinDocumentWithURI = {**Parser(AstBuilder(ids)).parse(source), "uri": uri}
    return FeatureFile(source, document, Compiler(ids).compile(document))


def _in_file(file: Path, feature: str) -> Iterator[Scenario]:
    parsed = parse(file, feature, IdGenerator())
    root = parsed.document.get("feature")
    nodes = {node["id"]: node for node in _nodes(root["children"])} if root else {}
    for pickle in parsed.pickles:
        node = nodes[pickle["astNodeIds"][0]]
        yield Scenario(
            feature,
            node["location"]["line"],
            pickle["location"]["line"],
            node["name"],
            pickle["name"],
            frozenset(tag["name"].removeprefix("@") for tag in pickle["tags"]),
            tuple(map(_step, pickle["steps"])),
        )


def _nodes(children: Iterable[Envelope]) -> Iterator[ScenarioNode]:
    """Walk the scenarios below a feature and its rules."""
    for child in children:
        if is_scenario_container(child):
            yield child["scenario"]
        elif is_rule_container(child):
            yield from _nodes(child["rule"]["children"])


def _step(step: Any) -> ScenarioStep:
    argument = step.get("argument", {})
    rows = argument.get("dataTable", {}).get("rows", ())
    return ScenarioStep(
        _STEP_TYPES[step["type"]],
        step["text"],
        tuple(tuple(cell["value"] for cell in row["cells"]) for row in rows),
        argument.get("docString", {}).get("content", ""),
    )
