"""Check features without running them: what keeps a file from running, and each sentence against the steps."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from harness.bdd.sentences import problem_with
from harness.bdd.step_lookup import StepFunctions
from harness.specification.feature_problems import FeatureProblem, find_problems
from harness.specification.register import Register
from harness.specification.scenarios import STEP_TYPES, UnreadableFeature, feature_files, read_feature


def lint(folder: Path, register: Register) -> list[FeatureProblem]:
    """Check every feature below a folder, or one file. Raises OSError for an unreadable file."""
    StepFunctions()  # imports the steps
    found = {*find_problems(folder, register)}
    for file, feature in feature_files(folder):
        found |= {FeatureProblem(feature, line, text) for line, text in _of_steps(file, feature)}
    return sorted(found)


def _of_steps(file: Path, feature: str) -> Iterator[tuple[int, str]]:
    """Iterate over the steps that cannot run, each with its line."""
    try:
        parsed = read_feature(file, feature)
    except UnreadableFeature:
        return  # find_problems says why
    lines = dict(_lines(parsed.document))
    for pickle in parsed.pickles:
        kind = "given"
        for step in pickle["steps"]:
            kind = STEP_TYPES.get(step["type"], kind)
            argument = step.get("argument", {})
            problem = problem_with(
                kind, step["text"], has_table="dataTable" in argument, has_text="docString" in argument
            )
            if problem:
                yield lines[step["astNodeIds"][0]], problem


def _lines(node: Any) -> Iterator[tuple[str, int]]:
    """Iterate over the steps below a node of a document: their ids, and their lines."""
    if isinstance(node, list):
        for one in node:
            yield from _lines(one)
    elif isinstance(node, dict):
        for step in node.get("steps", ()):
            yield step["id"], step["location"]["line"]
        for key in ("feature", "children", "background", "scenario", "rule"):
            yield from _lines(node.get(key))
