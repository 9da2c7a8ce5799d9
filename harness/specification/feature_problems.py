"""Find mistakes that keep a feature from running: encoding, syntax, tags, names, words that Gherkin drops."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from harness.specification.census import OTHER_TAGS
from harness.specification.register import Register
from harness.specification.scenarios import UnreadableFeature, feature_files, read_feature, scenario_nodes
from harness.text import did_you_mean

_KEYWORDS = ("Given", "When", "Then", "And", "But", "Scenario:", "Scenario Outline:", "Background:", "Examples:")
_PLACEHOLDER = re.compile(r"<(.+?)>")
_STEP_TYPES = {"Context", "Action", "Outcome"}
_HEADINGS = ("Scenario:", "Scenario Outline:", "Background:", "Rule:", "Examples:")
_HEADING = re.compile(r"(\w+( \w+)?) ?:(?!\S)")


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
    yield from _dropped_lines(root, lines)
    by_name = defaultdict(list)
    for node, background in _with_background(root["children"], []):
        by_name[node["name"]].append(node["location"]["line"])
        yield from _of_scenario(node, background, lines)
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


def _with_background(children: Iterable[Any], before: list[Any]) -> Iterator[tuple[Any, list[Any]]]:
    """Iterate over the scenarios below a feature or a rule, each with the steps of its backgrounds."""
    for child in children:
        if background := child.get("background"):
            before = [*before, *background["steps"]]
        if scenario := child.get("scenario"):
            yield scenario, before
        if rule := child.get("rule"):
            yield from _with_background(rule["children"], before)


def _dropped_lines(node: Any, lines: list[str]) -> Iterator[tuple[int, str]]:
    """Look for lines that Gherkin takes for a description, in a feature or a rule and its backgrounds."""
    for line, text in _description(node, lines):
        heading = _HEADING.match(text)
        hint = did_you_mean(f"{heading[1]}:", _HEADINGS) if heading else ""
        if hint or text.startswith(("|", '"""', "```")):
            yield line, f"this line is taken for a description: {text}{hint}"
    for child in node["children"]:
        if background := child.get("background"):
            yield from _no_steps(background, lines)
            yield from _first_step(background)
        if rule := child.get("rule"):
            yield from _dropped_lines(rule, lines)
            if not [*scenario_nodes(rule["children"])]:
                yield rule["location"]["line"], "the rule has no scenario, so nothing below it runs"


def _description(node: Any, lines: list[str]) -> Iterator[tuple[int, str]]:
    """Iterate over the lines that Gherkin takes for the description of a node."""
    at = node["location"]["line"]
    for text in filter(None, map(str.strip, node["description"].splitlines())):
        at = next(number for number in range(at, len(lines)) if lines[number].strip() == text) + 1
        yield at, text


def _no_steps(node: Any, lines: list[str]) -> Iterator[tuple[int, str]]:
    """Look for lines of a scenario or a background that Gherkin takes for its description, so that they never run."""
    for line, text in _description(node, lines):
        yield line, f"this line is no step: {text}{did_you_mean(text.split()[0], _KEYWORDS)}"


def _of_scenario(node: Any, background: list[Any], lines: list[str]) -> Iterator[tuple[int, str]]:
    """Look for what Gherkin takes and nobody would notice; `background` are the steps that run before."""
    yield from _no_steps(node, lines)
    yield from _first_step(node)
    yield from _of_order(node, background)
    if node["examples"] or "Outline" in node["keyword"]:
        yield from _of_outline(node, background)
        return
    for step in [*background, *node["steps"]]:  # in a table, a name may hold angle brackets
        for name in _PLACEHOLDER.findall(step["text"]):
            yield step["location"]["line"], f"<{name}> stands for no value, as the scenario has no Examples"


def _first_step(node: Any) -> Iterator[tuple[int, str]]:
    for step in node["steps"][:1]:
        if step["keywordType"] not in _STEP_TYPES:
            what = node["keyword"].lower().removesuffix(" outline")
            yield step["location"]["line"], f"the first step of a {what} is a Given, a When or a Then"


def _of_order(node: Any, background: list[Any]) -> Iterator[tuple[int, str]]:
    """Look for a Then that nothing comes before, and for a When that no Then comes after."""
    kind, phases = "", []
    for step in (*background, *node["steps"]):
        kind = step["keywordType"] if step["keywordType"] in _STEP_TYPES else kind
        phases.append((kind, step["location"]["line"]))
    kinds = [kind for kind, _ in phases]
    if "Outcome" not in kinds:
        yield node["location"]["line"], "the scenario has no Then, so it shows nothing"
        return
    first = kinds.index("Outcome")
    if "Action" not in kinds[:first]:
        yield phases[first][1], "this Then stands before any When, so it shows nothing that happened"
    for (kind, line), (following, _) in zip(phases, [*phases[1:], ("", 0)], strict=True):
        if kind == "Action" and following not in {"Action", "Outcome"}:
            yield line, "no Then follows this When, so nothing shows what it did"


def _of_outline(node: Any, background: list[Any]) -> Iterator[tuple[int, str]]:
    if not node["examples"]:
        yield node["location"]["line"], "the outline has no Examples, so it never runs"
    said = {name: line for line, text in _texts(node) for name in _PLACEHOLDER.findall(text)}
    for table in node["examples"]:
        line = table["location"]["line"]
        if not table.get("tableBody"):
            yield line, "the Examples have no row, so none of them runs"
            continue
        yield from _of_columns(table["tableHeader"], said)
    for line, text in _texts_of_steps(background):
        for name in _PLACEHOLDER.findall(text):
            yield line, f"the Examples do not reach the background, where <{name}> stands"


def _of_columns(header: Any, said: Mapping[str, int]) -> Iterator[tuple[int, str]]:
    """Look for columns of Examples that nothing names, and for names that have no column; `said` gives their lines."""
    columns = [cell["value"] for cell in header["cells"]]
    head = header["location"]["line"]
    for name in columns:
        if not name:
            yield head, "a column of the Examples has no name"
            continue
        if columns.count(name) > 1:
            yield head, f'the column "{name}" stands there twice, and only one can count'
        if name not in said:
            yield head, f"the outline never says <{name}>{did_you_mean(name, said)}"
    for name, where in said.items():
        if name not in columns:
            yield where, f"no column of the Examples is called {name}{did_you_mean(name, columns)}"


def _texts(node: Any) -> Iterator[tuple[int, str]]:
    """Iterate over everything that a row of the Examples could fill in, with its line."""
    yield node["location"]["line"], node["name"]
    yield from _texts_of_steps(node["steps"])


def _texts_of_steps(steps: Iterable[Any]) -> Iterator[tuple[int, str]]:
    for step in steps:
        yield step["location"]["line"], step["text"]
        for row in step.get("dataTable", {}).get("rows", ()):
            for cell in row["cells"]:
                yield row["location"]["line"], cell["value"]
        if text := step.get("docString"):
            yield text["location"]["line"], text["content"]
