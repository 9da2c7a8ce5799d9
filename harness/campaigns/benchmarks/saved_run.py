"""Keep the result of a run of the benchmarks in docs/, and compare the next run with it."""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from harness.campaigns.benchmarks.contracts import CHUNK
from harness.campaigns.benchmarks.measure import BaselineComparison, BulkResult, LoadResult
from harness.campaigns.benchmarks.plot import draw

DOCS = Path(__file__).parents[3] / "docs"

_FILE, _PAGE, _PLOT = Path("performance.json"), Path("performance.md"), Path("images/cost-by-size.svg")
_TOLERANCE = 1.2
"""A ratio may get worse by so much: machines differ, and no run is quiet."""

_POINT = 1000 // CHUNK
"""Chunks that make one point of the plot."""

_FIGURES = re.compile(r"(?<=<!-- figures -->\n).*?(?=<!-- end of figures -->)", re.DOTALL)


@dataclass(frozen=True)
class SavedRun:
    """The figures of a run that another machine can be compared by."""

    ratios: Mapping[str, float]
    """Our time by that of the baseline, by what was measured."""

    growth: Mapping[str, Sequence[float]]
    """The time of a contract, thousand by thousand, by that in the first thousand; by what was measured."""

    @classmethod
    def of(
        cls, comparisons: Iterable[BaselineComparison], wholes: Iterable[BulkResult], loads: Iterable[LoadResult]
    ) -> "SavedRun":
        """Take the figures of a run; what was done only once says too little."""
        compared = [*comparisons]
        return cls(
            {one.name: one.ratio for one in compared}
            | {one.name: one.ratio for one in wholes if len(one.ours) > 1}
            | {one.name: one.ratio for one in loads},
            {one.what: growth for one in compared if len(growth := _growth(one.ours)) > 1},
        )

    @classmethod
    def read(cls, docs: Path = DOCS) -> "SavedRun":
        """Read the last saved run; an empty one where there is none. Raises OSError, ValueError."""
        file = docs / _FILE
        return cls(**json.loads(file.read_text(encoding="utf-8"))) if file.exists() else cls({}, {})

    def save(self, docs: Path = DOCS) -> None:
        """Write the figures, draw the plot, and put the table into the page. Raises OSError."""
        figures = {
            "ratios": {what: round(ratio, 2) for what, ratio in self.ratios.items()},
            "growth": {what: [round(one, 3) for one in each] for what, each in self.growth.items()},
        }
        (docs / _FILE).write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")
        (docs / _PLOT).write_text(draw(self.growth), encoding="utf-8")
        rows = (f"| {what} | {ratio:.2f} |\n" for what, ratio in self.ratios.items())
        table = "".join(["\n| what | times its baseline |\n|---|---|\n", *rows, "\n"])
        page = (docs / _PAGE).read_text(encoding="utf-8")
        (docs / _PAGE).write_text(_FIGURES.sub(lambda _: table, page), encoding="utf-8")

    def worse_than(self, before: "SavedRun") -> list[str]:
        """Say of each ratio that got worse by more than a fifth what it was and what it is."""
        return [
            f"{what}: {ratio:.2f} times its baseline, {before.ratios[what]:.2f} in the last saved run"
            for what, ratio in self.ratios.items()
            if what in before.ratios and ratio > before.ratios[what] * _TOLERANCE
        ]


def _growth(seconds: Sequence[float]) -> list[float]:
    points = [median(seconds[start : start + _POINT]) for start in range(0, len(seconds), _POINT)]
    return [one / points[0] for one in points]
