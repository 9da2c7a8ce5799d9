"""Say what is wrong with a sentence of a feature before it runs: no step has it, two have it, or a table is missing."""

from collections.abc import Callable, Iterator
from functools import cache
from inspect import signature, unwrap
from pathlib import Path
from typing import Any, get_type_hints

from harness.bdd.pytest_bdd_internals import fitting, step_functions
from harness.bdd.vocabulary.arguments import Meaning
from harness.bdd.vocabulary.attributes import Table
from harness.text import did_you_mean

NO_TABLE = "the step takes a table, and none follows it"
NO_TEXT = "the step takes a text, and none follows it"


@cache
def problem_with(kind: str, sentence: str, *, has_table: bool, has_text: bool) -> str:
    """Say why a step cannot run; `kind` is given, when or then. Blank where nothing is wrong."""
    functions = _functions(kind, sentence)
    if not functions:
        return no_such_step(kind, sentence)
    if len(functions) > 1:
        return f"the sentence fits more than one step: {' and '.join(functions)}"
    takes = signature(next(iter(functions.values()))).parameters
    if has_table and "datatable" not in takes:
        return f"the step takes no table{_with_colon(kind, sentence)}"
    if has_text and "docstring" not in takes:
        return f"the step takes no text{_with_colon(kind, sentence)}"
    if "datatable" in takes and not has_table:
        return NO_TABLE
    return NO_TEXT if "docstring" in takes and not has_text else ""


def meanings(kind: str, sentence: str, table: Table | None) -> Iterator[tuple[Meaning, str | Table]]:
    """Iterate over the arguments of a step of which is known what they mean."""
    found = fitting(kind, sentence)
    if len(found) != 1:
        return
    given: dict[str, Any] = {**(found[0].parser.parse_arguments(sentence) or {}), "datatable": table}
    for name, hint in get_type_hints(unwrap(found[0].step_func), include_extras=True).items():
        for meaning in getattr(hint, "__metadata__", ()):
            if isinstance(meaning, Meaning) and given.get(name):
                yield meaning, given[name]


def no_such_step(kind: str, sentence: str) -> str:
    """Say that no step has this sentence, and which comes near: under its keyword, or under another one."""
    problem = f"there is no such {kind.title()}"
    functions = [*step_functions()]
    others = [one for one in functions if one.type not in {None, kind}]
    if kinds := sorted({str(one.type).title() for one in others if one.parser.is_matching(sentence)}):
        return f"{problem}; the sentence exists as {' and '.join(kinds)}"
    if near := did_you_mean(sentence, (one.parser.name for one in functions if one.type in {None, kind})):
        return f"{problem}{near}"
    for other in sorted({str(one.type) for one in others}):
        if near := did_you_mean(sentence, (one.parser.name for one in others if one.type == other)):
            return f"{problem}{near.removesuffix('?')}, which exists as {other.title()}?"
    return problem


def _functions(kind: str, sentence: str) -> dict[str, Callable[..., object]]:
    """Map the name of each step function that a sentence fits, with file and line, to the function."""
    return {_named(one.step_func): one.step_func for one in fitting(kind, sentence)}


def _named(function: Callable[..., object]) -> str:
    code = unwrap(function).__code__
    return f"{function.__name__} ({Path(code.co_filename).name}:{code.co_firstlineno})"


def _with_colon(kind: str, sentence: str) -> str:
    """Ask for the sentence with a colon, if there is a step that says it."""
    other = f"{sentence}:"
    fits = any(one.type == kind and one.parser.is_matching(other) for one in step_functions())
    return f"; did you mean: {other}" if fits else ""
