"""Read the scenarios of the features with Gherkin's own parser, independently of pytest-bdd.

An outline counts once for each row of its Examples.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from gherkin.ast_builder import AstBuilder
from gherkin.errors import ParserError
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

from harness.specification.kept_features import keep, kept
from harness.specification.register import Target

STEP_TYPES = {"Context": "given", "Action": "when", "Outcome": "then"}
"""The keyword of a step by its type in a pickle."""


class FeatureFile(NamedTuple):
    """One parsed file."""

    source: str
    document: GherkinDocumentWithURI
    pickles: list[Pickle]
    """One for each scenario and each row of an outline, with background steps and the row's values filled in."""


class UnreadableFeature(ValueError):  # noqa: N818 - named after what it is
    """A feature file is not in UTF-8, or not in Gherkin."""

    def __init__(self, feature: str, errors: list[tuple[int, str, str]]) -> None:
        """Take the line, its content and what is wrong with it, of each error."""
        super().__init__("; ".join(f"features/{feature}:{line}: {text}" for line, _, text in errors))
        self.errors = errors


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

    number: int = 1
    """Its number among the scenarios of its feature that have the same name."""

    @property
    def target(self) -> Target:
        return Target.of_feature(self.feature)

    @property
    def place(self) -> str:
        return f"{self.feature}:{self.line}"

    @property
    def key(self) -> str:
        """Identifies it while lines move."""
        return scenario_key(self.feature, self.name, self.number)


def scenario_key(feature: str, name: str, number: int) -> str:
    """Return the key of a scenario: feature and name, with the number from the second of a name on."""
    return f"{feature}: {name}{f' ({number})' if number > 1 else ''}"


def read_scenarios(folder: Path) -> list[Scenario]:
    """Read every scenario of every feature below a folder, in the order of files and lines.

    Raises OSError or UnreadableFeature.
    """
    return [
        scenario for file, feature in feature_files(folder) for scenario in _scenarios(_source(file, feature), feature)
    ]


def read_readable_scenarios(folder: Path) -> list[Scenario]:
    """Read every scenario of the features that can be read. Raises OSError."""
    scenarios: list[Scenario] = []
    for file, feature in feature_files(folder):
        with suppress(UnreadableFeature):
            scenarios += _scenarios(_source(file, feature), feature)
    return scenarios


def feature_files(folder: Path) -> list[tuple[Path, str]]:
    """List the feature files below a folder, or the one file, each with its path as in `Scenario.feature`."""
    if folder.is_file():
        return [(folder, folder.name)]
    return [(file, file.relative_to(folder).as_posix()) for file in sorted(folder.rglob("*.feature"))]


def read_feature(file: Path, uri: str) -> FeatureFile:
    """Read one feature file, whose nodes and pickles have numbers of its own. Raises OSError or UnreadableFeature."""
    return _parse_once(_source(file, uri), uri)


def _source(file: Path, uri: str) -> str:
    """Read a file in UTF-8, with or without a byte order mark."""
    try:
        return file.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        line = 1 + error.object[: error.start].count(b"\n")
        raise UnreadableFeature(uri, [(line, "", "the file is not in UTF-8: save it in that encoding")]) from None


@cache
def _parse_once(source: str, uri: str) -> FeatureFile:
    if found := kept(source, uri):
        return FeatureFile(source, *found)
    ids = IdGenerator()
    try:
        document: GherkinDocumentWithURI = {**Parser(AstBuilder(ids)).parse(source), "uri": uri}
    except ParserError as error:
        raise UnreadableFeature(uri, _syntax_errors(error, source)) from None
    pickles = Compiler(ids).compile(document)
    keep(source, uri, document, pickles)
    return FeatureFile(source, document, pickles)


def _syntax_errors(error: ParserError, source: str) -> list[tuple[int, str, str]]:
    lines = source.splitlines()
    found = []
    for one in getattr(error, "errors", [error]):
        line = one.location["line"]
        content = lines[line - 1].strip() if line <= len(lines) else ""
        said = str(one).partition(": ")[2]
        ends = "#EOF" in said.partition("got")[0] and not content
        text = "the file ends too early" if ends else f"this line cannot stand here: {content}"
        found.append((line, content, text if said.startswith(("expected:", "unexpected end")) else said))
    return found


@cache
def _scenarios(source: str, uri: str) -> list[Scenario]:
    """Make the scenarios of a feature once: a run asks for all of them six times. Callers copy the list."""
    return [*_make_scenarios(_parse_once(source, uri), uri)]


def _make_scenarios(parsed: FeatureFile, feature: str) -> Iterator[Scenario]:
    root = parsed.document.get("feature")
    nodes = {node["id"]: node for node in scenario_nodes(root["children"])} if root else {}
    numbers = Counter[str]()
    for pickle in parsed.pickles:
        numbers[pickle["name"]] += 1
        node = nodes[pickle["astNodeIds"][0]]
        yield Scenario(
            feature=feature,
            declared_line=node["location"]["line"],
            line=pickle["location"]["line"],
            heading=node["name"],
            name=pickle["name"],
            tags=frozenset(tag["name"].removeprefix("@") for tag in pickle["tags"]),
            steps=tuple(_steps(pickle["steps"])),
            number=numbers[pickle["name"]],
        )


def scenario_nodes(children: Iterable[Envelope]) -> Iterator[ScenarioNode]:
    """Walk the scenarios below a feature and its rules."""
    for child in children:
        if is_scenario_container(child):
            yield child["scenario"]
        elif is_rule_container(child):
            yield from scenario_nodes(child["rule"]["children"])


def _steps(steps: Iterable[Any]) -> Iterator[ScenarioStep]:
    """Iterate over the steps of a pickle; `*` goes on with the type of the step before, as And does."""
    kind = "given"
    for step in steps:
        kind = STEP_TYPES.get(step["type"], kind)
        argument = step.get("argument", {})
        rows = argument.get("dataTable", {}).get("rows", ())
        table = tuple(tuple(cell["value"] for cell in row["cells"]) for row in rows)
        yield ScenarioStep(kind, step["text"], table, argument.get("docString", {}).get("content", ""))
