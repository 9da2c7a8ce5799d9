"""The catalogue of steps: every sentence that a feature can use; docs/steps.md is rendered from it."""

import re
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from inspect import unwrap
from itertools import groupby

from harness.bdd.pytest_bdd_internals import StepFunctionContext
from harness.bdd.step_lookup import StepFunctions
from harness.bdd.steps import STEP_MODULES
from harness.files import FEATURES
from harness.specification.scenarios import read_readable_scenarios

INTRODUCTION = """\
# Every step

The sentences that a scenario can use, by subject, with the function behind each and an example from a feature.
`{name}` stands for a value, `[…]` for words that may be left out; after a colon follows a table or a text.

This page is generated. Write it again after you add or change a step; a test fails until you do:

```sh
.venv/bin/python -m harness.bdd.step_catalogue > docs/steps.md
```
"""


@dataclass(frozen=True)
class CatalogueEntry:
    """One sentence that a feature can use."""

    subject: str
    kind: str
    """Given, When or Then."""

    sentence: str
    """Its pattern as people read it."""

    function: str
    module: str
    example: str
    """A sentence of a feature; blank where no feature uses it."""

    def says(self, words: Iterable[str]) -> bool:
        """Return True if every word stands in it, in upper or lower case."""
        text = f"{self.kind} {self.sentence} {self.example} {self.subject}".casefold()
        return all(word.casefold() in text for word in words)


def catalogue() -> list[CatalogueEntry]:
    """List every sentence: by subject, then by keyword, then as the functions stand."""
    contexts = StepFunctions().contexts
    used = dict.fromkeys((step.type, step.text) for one in read_readable_scenarios(FEATURES) for step in one.steps)
    return [
        _entry(module, one, list(used))
        for module in STEP_MODULES
        for one in sorted((one for one in contexts if one.step_func.__module__ == module), key=_position)
    ]


def render() -> str:
    """Render the page. Raises LookupError for a step that no feature uses."""
    parts = [INTRODUCTION]
    for module, entries in groupby(catalogue(), lambda one: one.module):
        parts.append("\n".join(_section(module, [*entries])))
    return "\n".join(parts)


def _entry(module: str, context: StepFunctionContext, used: list[tuple[str, str]]) -> CatalogueEntry:
    subject = module.rpartition(".")[2].replace("_", " ")
    return CatalogueEntry(
        f"{subject[0].upper()}{subject[1:]}",
        str(context.type).capitalize(),
        _sentence(context),
        unwrap(context.step_func).__name__,
        module,
        next((text for kind, text in used if kind == context.type and context.parser.is_matching(text)), ""),
    )


def _section(module: str, entries: list[CatalogueEntry]) -> Iterator[str]:
    yield f"## {entries[0].subject}\n"
    yield f"`{module.replace('.', '/')}.py`: {(sys.modules[module].__doc__ or '').splitlines()[0]}\n"
    yield "| | sentence | function | for example |"
    yield "|---|---|---|---|"
    for one in entries:
        if not one.example:
            raise LookupError(f"no feature uses {one.function}: {one.sentence}")
        yield f"| {one.kind} | `{one.sentence}` | `{one.function}` | `{one.example}` |"
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
