"""The census: every scenario of the features, counted without pytest-bdd, and held against the register.

An outline counts once for each row of its Examples. Whatever is wrong is returned as sentences for people.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from gherkin.parser import Parser
from gherkin.parser_types import Envelope, Examples, Tag
from gherkin.parser_types import Scenario as ScenarioNode
from gherkin.pickles.compiler import is_rule_container, is_scenario_container

from harness.specification.register import Register

OTHER_TAGS: Mapping[str, str] = MappingProxyType(
    {
        "open_question": "a question to the people who sign off, with what its answer changes",
        "fault": "something fails on the way, and nothing is lost",
    }
)
"""The tags that name no entry of the register."""


@dataclass(frozen=True)
class Scenario:
    """One scenario, or one row of an outline."""

    feature: str
    """Path of its file below the folder of the features, with slashes."""

    declared: int
    """The line on which it begins; the rows of an outline have it in common."""

    line: int
    """The line of its row; for a scenario that is no outline the same as `declared`."""

    heading: str
    """Its name as it is written, for an outline with the <names> of columns in it."""

    example: tuple[tuple[str, str], ...]
    """The columns and values of its row; empty for a scenario that is no outline."""

    tags: frozenset[str]
    """Without @; those of its feature, rule and Examples count as its own."""

    @property
    def place(self) -> str:
        return f"{self.feature}:{self.line}"

    @property
    def name(self) -> str:
        """Its name with the values of its row."""
        name = self.heading
        for column, value in self.example:
            name = name.replace(f"<{column}>", value)
        return name


def read(folder: Path) -> list[Scenario]:
    """Every scenario of every feature below a folder, in the order of files and lines.

    Raises OSError for a file that cannot be read, gherkin.errors.ParserError for one that is no Gherkin.
    """
    return [found for file in sorted(folder.rglob("*.feature")) for found in _in_file(file, folder)]


def by_entry(register: Register, scenarios: Iterable[Scenario]) -> dict[str, list[Scenario]]:
    """The scenarios that show each entry, by its id; for an entry that none shows an empty list."""
    tagged = defaultdict(list)
    for scenario in scenarios:
        for tag in scenario.tags:
            tagged[tag].append(scenario)
    return {entry.id: tagged[entry.tag] for entry in register.entries}


def not_shown(register: Register, scenarios: Iterable[Scenario]) -> list[str]:
    """Entries that no scenario shows, though nothing says why."""
    shown = by_entry(register, scenarios)
    return [
        f"{entry.id} has no scenario: tag one with @{entry.tag}, or say in the register why there is none (waived)"
        for entry in register.entries
        if not shown[entry.id] and entry.waived is None
    ]


def needless_waivers(register: Register, scenarios: Iterable[Scenario]) -> list[str]:
    """Entries that are waived though a scenario shows them."""
    shown = by_entry(register, scenarios)
    return [
        f"{entry.id} is waived, but {shown[entry.id][0].place} shows it: take the waiver back, or the tag"
        for entry in register.entries
        if shown[entry.id] and entry.waived is not None
    ]


def unknown_tags(register: Register, scenarios: Iterable[Scenario]) -> list[str]:
    """Tags that name nothing."""
    known = {entry.tag for entry in register.entries} | set(OTHER_TAGS)
    return [
        f"{scenario.place} has the tag @{tag}, which names no entry of the register"
        for scenario in scenarios
        for tag in sorted(scenario.tags - known)
    ]


def duplicate_names(scenarios: Iterable[Scenario]) -> list[str]:
    """Scenarios of one feature with the same name: pytest-bdd keeps but one of them."""
    lines = defaultdict(set)
    for scenario in scenarios:
        lines[scenario.feature, scenario.heading].add(scenario.declared)
    return [
        f'{feature} has several scenarios "{heading}", on lines {", ".join(map(str, sorted(declared)))}'
        for (feature, heading), declared in lines.items()
        if len(declared) > 1
    ]


def count_mismatches(scenarios: Iterable[Scenario], collected: Mapping[tuple[str, str], int]) -> list[str]:
    """Scenarios that pytest collected less often, or more often, than the features hold them.

    `collected` has, by feature and name as it is written, the number of tests.
    """
    held = Counter((scenario.feature, scenario.heading) for scenario in scenarios)
    return [
        f'{feature}: "{heading}" is held {held[feature, heading]} x, '
        f"collected by pytest {collected.get((feature, heading), 0)} x"
        for feature, heading in sorted(held.keys() | collected.keys())
        if held[feature, heading] != collected.get((feature, heading), 0)
    ]


def _in_file(file: Path, folder: Path) -> Iterator[Scenario]:
    document = Parser().parse(file.read_text(encoding="utf-8"))
    feature = document.get("feature")
    if feature is None:
        return
    name = file.relative_to(folder).as_posix()
    for node, inherited in _nodes(feature["children"], _names(feature["tags"])):
        declared = node["location"]["line"]
        tags = inherited | _names(node["tags"])
        if not node["examples"]:
            yield Scenario(name, declared, declared, node["name"], (), tags)
        for examples in node["examples"]:
            for line, example in _rows(examples):
                yield Scenario(name, declared, line, node["name"], example, tags | _names(examples["tags"]))


def _nodes(children: Iterable[Envelope], inherited: frozenset[str]) -> Iterator[tuple[ScenarioNode, frozenset[str]]]:
    """The scenarios below a feature or a rule, with the tags that they inherit."""
    for child in children:
        if is_scenario_container(child):
            yield child["scenario"], inherited
        elif is_rule_container(child):
            yield from _nodes(child["rule"]["children"], inherited | _names(child["rule"]["tags"]))


def _rows(examples: Examples) -> Iterator[tuple[int, tuple[tuple[str, str], ...]]]:
    """Line, columns and values of each row."""
    for row in examples["tableBody"]:
        columns, values = (tuple(cell["value"] for cell in cells["cells"]) for cells in (examples["tableHeader"], row))
        yield row["location"]["line"], tuple(zip(columns, values, strict=True))


def _names(tags: Iterable[Tag]) -> frozenset[str]:
    return frozenset(tag["name"].removeprefix("@") for tag in tags)
