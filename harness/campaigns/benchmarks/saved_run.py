"""Keep the figures of a run of the benchmarks in docs/, and compare the next run with them."""

import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, TypeAlias

from pydantic import Field, TypeAdapter, ValidationError

from harness.campaigns.benchmarks.measure import GROWTH, MEMORY, RATIO, BenchRow
from harness.campaigns.benchmarks.plot import draw

DOCS = Path(__file__).parents[3] / "docs"

SavedFigures: TypeAlias = Mapping[str, Mapping[str, float]]
"""The figures of each row by its name: ratio, growth and memory, as far as it has them."""

_FILE, _PAGE, _PLOT = Path("performance.json"), Path("performance.md"), Path("images/cost-by-size.svg")
_CONTENT = TypeAdapter(dict[str, dict[str, Annotated[float, Field(gt=0, allow_inf_nan=False)]]])
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
    file = docs / _FILE
    if not file.exists():
        return {}
    try:
        return _CONTENT.validate_json(file.read_bytes())
    except (OSError, ValidationError):
        said = f"{file} is no file of figures: restore it, or delete it and save all figures with --save"
        raise ValueError(said) from None


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


def not_saved(row: BenchRow, saved: SavedFigures) -> list[str]:
    """Say which figures were not saved, and so are compared with nothing."""
    before = saved.get(row.name, {})
    return [f"{row.name}: {name} was not saved" for name in row.figures if name not in before]
