"""Keep the figures of a run of the benchmarks in docs/, and compare the next run with them."""

import json
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, TypeAlias

from pydantic import Field, TypeAdapter, ValidationError

from harness.campaigns.benchmarks.measure import GROWTH, MEMORY, RATIO, BenchRow
from harness.campaigns.benchmarks.plot import draw

DOCS = Path(__file__).parents[3] / "docs"

SavedFigures: TypeAlias = Mapping[str, Mapping[str, float]]
"""The figures of each row by its name: ratio, growth and memory, as far as it has them."""

_Value = Annotated[float, Field(gt=0, allow_inf_nan=False, strict=True)]
_Figure = Annotated[str, Field(pattern=f"^({RATIO}|{GROWTH}|{MEMORY})$")]
_CONTENT = TypeAdapter(dict[str, dict[_Figure, _Value]])
_FILE, _PAGE, _PLOT = Path("performance.json"), Path("performance.md"), Path("images/cost-by-size.svg")
_TOLERANCE = 1.2
"""A figure may get worse by so much: machines differ, and no run is quiet."""

_WORDS = {RATIO: "{:.2f} times its baseline", GROWTH: "growth {:.2f}", MEMORY: "{:,.0f} MB"}
_DECIMALS = {RATIO: 2, GROWTH: 2, MEMORY: 0}

_HEADS = {RATIO: "times its baseline", GROWTH: "growth", MEMORY: "memory, MB"}

_FIGURES = re.compile(r"(?<=<!-- figures -->\n).*?(?=<!-- end of figures -->)", re.DOTALL)


def shown(figure: str, value: float) -> str:
    """Write a figure for the table."""
    return f"{value:,.{_DECIMALS[figure]}f}"


def read(docs: Path = DOCS) -> SavedFigures:
    """Read the figures that were saved last; none where there is no file. Raises ValueError for what is none."""
    if not docs.is_dir():
        raise ValueError(f"--docs: {docs} is no folder")
    file = docs / _FILE
    if not file.exists():
        return {}
    try:
        return _CONTENT.validate_python(json.loads(file.read_bytes(), object_pairs_hook=_each_key_once))
    except ValidationError as error:
        first = error.errors()[0]
        keys, wrong = [*map(str, first["loc"])], "no number above 0"
        if first["type"] == "string_pattern_mismatch":
            keys, wrong = keys[:-1], f"none of {', '.join(_DECIMALS)}"
        why = f": {', '.join(keys)} is {wrong}" if keys else ""
    except _RepeatedKeyError as error:
        why = f": {error} stands there twice"
    except (OSError, ValueError):
        why = ""
    said = f"{file} is no file of figures{why}: restore it, or delete it and save all figures with --save"
    raise ValueError(said)


class _RepeatedKeyError(ValueError):
    """A key of an object is there twice: JSON lets the last one count."""


def _each_key_once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise _RepeatedKeyError(next(key for key, count in Counter(key for key, _ in pairs).items() if count > 1))
    return found


def why_not_saved(docs: Path = DOCS) -> str:
    """Say why figures cannot be saved in a folder; blank if they can."""
    if not (docs / _PLOT).parent.is_dir():
        return f"{(docs / _PLOT).parent} is no folder"
    page = docs / _PAGE
    if not page.is_file():
        return f"{page} is no file"
    return "" if _FIGURES.search(page.read_text(encoding="utf-8")) else f"{page} has no place for the figures"


def save(rows: Sequence[BenchRow], docs: Path = DOCS) -> None:
    """Write the figures, draw the plot, and put the table into the page. Raises OSError."""
    compared = [row for row in rows if row.figures]
    figures = {row.name: {name: round(one, _DECIMALS[name]) for name, one in row.figures.items()} for row in compared}
    (docs / _FILE).write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")
    (docs / _PLOT).write_text(draw([row.point for row in rows if row.point]), encoding="utf-8")
    lines = [f"| what | {' | '.join(_HEADS.values())} |\n|---|{'---|' * len(_HEADS)}\n"]
    for row in compared:
        cells = (shown(name, row.figures[name]) if name in row.figures else "" for name in _HEADS)
        lines.append(f"| {row.name} | {' | '.join(cells)} |\n")
    page = (docs / _PAGE).read_text(encoding="utf-8")
    table = "\n" + "".join(lines) + "\n"
    (docs / _PAGE).write_text(_FIGURES.sub(lambda _: table, page), encoding="utf-8")


def worse(row: BenchRow, saved: SavedFigures) -> list[str]:
    """Say of each figure that got worse by more than a fifth what it is and what it was."""
    before = saved.get(row.name, {})
    return [
        f"{row.name}: {_WORDS[name].format(value)}, {shown(name, before[name])} in the last saved run"
        for name, value in row.figures.items()
        if name in before and value > before[name] * _TOLERANCE
    ]


def not_compared(row: BenchRow, saved: SavedFigures) -> list[str]:
    """Say which figures are compared with nothing, as they were not saved, or are no more measured."""
    before = saved.get(row.name, {})
    return [
        *(f"{row.name}: {name} was not saved" for name in row.figures if name not in before),
        *(f"{row.name}: {name} was saved, but not measured" for name in before if name not in row.figures),
    ]
