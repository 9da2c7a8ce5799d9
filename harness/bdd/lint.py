"""Check features without running them: what keeps a file from running, and each sentence and what it names."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from harness.bdd.feature_error import FeatureError, calendar_day, check_known
from harness.bdd.sentences import meanings, problem_with
from harness.bdd.step_lookup import StepFunctions
from harness.bdd.vocabulary.arguments import Meaning
from harness.bdd.vocabulary.attributes import CONTRACT_TYPES, attributes, ici_fields, named_changes
from harness.specification.feature_problems import FeatureProblem, find_problems
from harness.specification.register import Register
from harness.specification.scenarios import STEP_TYPES, UnreadableFeature, feature_files, read_feature
from simulator.ecc.tables import CONTRACT

_IN_ENTRY = "field in ZMM_ICMCONTRACT"
_COLUMNS = CONTRACT.columns.keys()


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
    lines, rows = dict(_lines(parsed.document)), dict(_rows(parsed.document))
    for pickle in parsed.pickles:
        kind, known = "given", _Known()
        for step in pickle["steps"]:
            kind = STEP_TYPES.get(step["type"], kind)
            line = lines[step["astNodeIds"][0]]
            argument = step.get("argument", {})
            table: Any = argument.get("dataTable")
            if problem := problem_with(
                kind, step["text"], has_table=table is not None, has_text="docString" in argument
            ):
                yield line, problem
            cells = [[cell["value"] for cell in row["cells"]] for row in table["rows"]] if table else None
            for meaning, given in meanings(kind, step["text"], cells):
                try:
                    known.check(meaning, given)
                except FeatureError as error:
                    of_word = [
                        at for at, row in zip(rows.get(line, []), cells or [], strict=False) if error.word in row
                    ]
                    yield of_word[0] if error.word and of_word else line, str(error)


class _Known:
    """The agreements and fields that a scenario has named so far."""

    def __init__(self) -> None:
        self.agreements, self.fields = list[str](), list[str]()

    def check(self, meaning: Meaning, given: Any) -> None:
        """Raise FeatureError for what nothing before has made, and for what nothing knows."""
        match meaning:
            case Meaning.NEW_AGREEMENT:
                self.agreements.append(given)
            case Meaning.AGREEMENT:
                check_known("agreement", [given], self.agreements)
            case Meaning.NEW_FIELD:
                self.fields.append(given)
            case Meaning.ICI_FIELD:
                check_known("field in ICI", [given], {*ici_fields(), *self.fields})
            case Meaning.ICI_FIELDS:
                attributes(given, self.fields)
            case _:
                _check(meaning, given)


def _check(meaning: Meaning, given: Any) -> None:
    """Raise FeatureError for what no scenario can name."""
    match meaning:
        case Meaning.CONTRACT_TYPE:
            check_known("contract type", [given], CONTRACT_TYPES)
        case Meaning.ENTRY_FIELD:
            check_known(_IN_ENTRY, [given], _COLUMNS)
        case Meaning.ENTRY_FIELDS:
            check_known(_IN_ENTRY, [name for name, *_ in given], _COLUMNS)
        case Meaning.ENTRY_CHANGES:
            named_changes(given, _COLUMNS, _IN_ENTRY)
        case Meaning.DAY:
            calendar_day(given)


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


def _rows(node: Any) -> Iterator[tuple[int, list[int]]]:
    """Iterate over the steps with a table: the line of the step, and those of the rows."""
    if isinstance(node, list):
        for one in node:
            yield from _rows(one)
    elif isinstance(node, dict):
        for step in node.get("steps", ()):
            if "dataTable" in step:
                yield step["location"]["line"], [row["location"]["line"] for row in step["dataTable"]["rows"]]
        for key in ("feature", "children", "background", "scenario", "rule"):
            yield from _rows(node.get(key))
