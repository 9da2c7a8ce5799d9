"""Find mistakes that keep a feature from running: encoding, syntax, tags, names, words that Gherkin drops."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from harness.specification.census import OTHER_TAGS
from harness.specification.register import Register
from harness.specification.scenarios import UnreadableFeature, feature_files, read_feature, scenario_nodes
from harness.text import did_you_mean

_KEYWORDS = ("Given", "When", "Then", "And", "But", "Scenario:", "Scenario Outline:", "Background:", "Examples:")
_PLACEHOLDER = re.compile(r"<(.+?)>")


class FeatureProblem(NamedTuple):
    """One thing that is wrong in a feature file."""

    feature: str
    """Path of its file below the folder of the features, with slashes."""

    line: int
    text: str

    def __str__(self) -> str:
        return f"features/{self.feature}:{self.line}: {self.text}"


def find_problems(folder: Path, register: Register) -> list[FeatureProblem]:
    """Look for problems in every feature below a folder. Raises OSError for an unreadable file."""
    tags = {entry.tag for entry in register.entries} | set(OTHER_TAGS)
    return [
        FeatureProblem(feature, line, text)
        for file, feature in feature_files(folder)
        for line, text in sorted({*_in_file(file, feature, tags)})
    ]


def _in_file(file: Path, feature: str, tags: Iterable[str]) -> Iterator[tuple[int, str]]:
    try:
        parsed = read_feature(file, feature)
    except UnreadableFeature as error:
        yield from _syntax_errors(error)
        return
    root = parsed.document.get("feature")
    if not root:
        yield 1, "the file holds no feature"
        return
    yield from _unknown_tags(root, tags)
    lines = parsed.source.splitlines()
    by_name = defaultdict(list)
    for node in scenario_nodes(root["children"]):
        by_name[node["name"]].append(node["location"]["line"])
        yield from _of_scenario(node, lines)
    if not by_name:
        yield root["location"]["line"], "the feature has no scenario"
    for name, declared in by_name.items():
        if len(declared) > 1:
            places = f"{', '.join(map(str, declared[:-1]))} and {declared[-1]}"
            yield declared[-1], f'lines {places} begin a scenario "{name}": each needs a name of its own'


def _syntax_errors(error: UnreadableFeature) -> Iterator[tuple[int, str]]:
    for line, content, text in error.errors:
        first = content.split(maxsplit=1)[0] if content.strip() else ""
        yield line, f"{text}{did_you_mean(first, _KEYWORDS)}"


def _unknown_tags(node: Any, known: Iterable[str]) -> Iterator[tuple[int, str]]:
    """Look for unknown tags in a node and in everything below it."""
    if isinstance(node, list):
        for one in node:
            yield from _unknown_tags(one, known)
    elif isinstance(node, dict):
        for tag in node.get("tags", ()):
            name = tag["name"].removeprefix("@")
            if name not in known:
                hint = did_you_mean(f"@{name}", [f"@{one}" for one in known])
                yield tag["location"]["line"], f"the tag @{name} names no entry of the register{hint}"
        for key in ("children", "scenario", "rule", "examples"):
            yield from _unknown_tags(node.get(key), known)


def _of_scenario(node: Any, lines: list[str]) -> Iterator[tuple[int, str]]:
    """Look for what Gherkin takes and nobody would notice."""
    begin = node["location"]["line"]
    for text in filter(None, map(str.strip, node["description"].splitlines())):
        line = next(at for at in range(begin, len(lines)) if lines[at].strip() == text) + 1
        yield line, f"this line is no step: {text}{did_you_mean(text.split()[0], _KEYWORDS)}"
    kinds = [step["keywordType"] for step in node["steps"]]
    if kinds and kinds[0] not in {"Context", "Action", "Outcome"}:
        yield node["steps"][0]["location"]["line"], "the first step of a scenario is a Given, a When or a Then"
    if "Outcome" not in kinds:
        yield begin, "the scenario has no Then, so it shows nothing"
    if node["examples"] or "Outline" in node["keyword"]:
        yield from _of_outline(node)


def _of_outline(node: Any) -> Iterator[tuple[int, str]]:
    if not node["examples"]:
        yield node["location"]["line"], "the outline has no Examples, so it never runs"
    said = {name: line for line, text in _texts(node) for name in _PLACEHOLDER.findall(text)}
    for table in node["examples"]:
        line = table["location"]["line"]
        if not table.get("tableBody"):
            yield line, "the Examples have no row, so none of them runs"
            continue
        columns = [cell["value"] for cell in table["tableHeader"]["cells"]]
        head = table["tableHeader"]["location"]["line"]
        for name in columns:
            if columns.count(name) > 1:
                yield head, f'the column "{name}" stands there twice, and only one can count'
            if name not in said:
                yield head, f"the outline never says <{name}>{did_you_mean(name, said)}"
        for name, where in said.items():
            if name not in columns:
                yield where, f"no column of the Examples is called {name}{did_you_mean(name, columns)}"


def _texts(node: Any) -> Iterator[tuple[int, str]]:
    """Iterate over everything that a row of the Examples fills in, with its line."""
    yield node["location"]["line"], node["name"]
    for step in node["steps"]:
        yield step["location"]["line"], step["text"]
        for row in step.get("dataTable", {}).get("rows", ()):
            for cell in row["cells"]:
                yield row["location"]["line"], cell["value"]
        if text := step.get("docString"):
            yield text["location"]["line"], text["content"]
