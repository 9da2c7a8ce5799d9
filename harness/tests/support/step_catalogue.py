"""Render docs/steps.md: every sentence that a feature can use."""

import re
import sys
from collections.abc import Iterator
from inspect import unwrap

from harness.bdd.pytest_bdd_internals import StepFunctionContext
from harness.conftest import pytest_plugins
from harness.files import FEATURES
from harness.signoff.approvals.step_lookup import StepFunctions
from harness.specification.scenarios import read_scenarios

MODULES = [name for name in pytest_plugins if name.startswith("harness.bdd.steps.")]

INTRODUCTION = """\
# Every step

The sentences that a scenario can use, by subject, with the function behind each and an example from a feature.
`{name}` stands for a value, `[…]` for words that may be left out; after a colon follows a table or a text.

This page is generated. Write it again after you add or change a step; a test fails until you do:

```sh
.venv/bin/python -m harness.tests.support.step_catalogue > docs/steps.md
```
"""


def render() -> str:
    """Render the page. Raises LookupError for a step that no feature uses."""
    contexts = StepFunctions().contexts
    steps = dict.fromkeys((step.type, step.text) for one in read_scenarios(FEATURES) for step in one.steps)
    parts = [INTRODUCTION]
    for module in MODULES:
        below = sorted((one for one in contexts if one.step_func.__module__ == module), key=_position)
        if below:
            parts.append("\n".join(_section(module, below, list(steps))))
    return "\n".join(parts)


def without_examples(page: str) -> str:
    """Remove the last cell of each row: another scenario may come first tomorrow."""
    return re.sub(r"[^|]+\|$", "", page, flags=re.MULTILINE)


def examples(page: str) -> list[str]:
    """List the last cell of each row, without its quotes."""
    return re.findall(r"\| `([^|]+)` \|$", page, re.MULTILINE)


def _section(module: str, contexts: list[StepFunctionContext], steps: list[tuple[str, str]]) -> Iterator[str]:
    subject = module.rpartition(".")[2].replace("_", " ")
    yield f"## {subject[0].upper()}{subject[1:]}\n"
    yield f"`{module.replace('.', '/')}.py`: {(sys.modules[module].__doc__ or '').splitlines()[0]}\n"
    yield "| | sentence | function | for example |"
    yield "|---|---|---|---|"
    for one in contexts:
        name = unwrap(one.step_func).__name__
        example = next((text for kind, text in steps if kind == one.type and one.parser.is_matching(text)), None)
        if example is None:
            raise LookupError(f"no feature uses {name}: {one.parser.name}")
        yield f"| {str(one.type).capitalize()} | `{_sentence(one)}` | `{name}` | `{example}` |"
    yield ""


def _position(context: StepFunctionContext) -> tuple[int, int, str]:
    """Sort by keyword, then by line."""
    kinds = ("given", "when", "then")
    return kinds.index(str(context.type)), unwrap(context.step_func).__code__.co_firstlineno, context.parser.name


def _sentence(context: StepFunctionContext) -> str:
    """Write a pattern as people read it, also one that is a regular expression."""
    text = re.sub(r"\{(\w+):d\}", r"{\1}", context.parser.name)
    if "(" not in text and "?" not in text:
        return text
    text = re.sub(r"\(\?!.*?\)", "", text)
    text = re.sub(r"\(\?P<(\w+)>(?:[^()]|\([^()]*\))*\)", r"{\1}", text)
    text = re.sub(r"\((?:\?:)?([^()|]*)[^()]*\)\?|(\w|\{\w+\})\?", r"[\1\2]", text)
    return re.sub(r"\(\?:([^()|]*)[^()]*\)", r"\1", text)


if __name__ == "__main__":
    sys.stdout.write(render())
