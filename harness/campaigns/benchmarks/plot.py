"""Draw what a contract costs against the number of contracts that are there, as SVG."""

from collections.abc import Sequence
from html import escape
from math import log10

from harness.campaigns.benchmarks.measure import GrowthPoint

_WIDTH, _HEIGHT, _LEFT, _RIGHT, _TOP, _BOTTOM = 780, 340, 50, 300, 20, 45
_COLOURS = ("#1f77b4", "#d62728", "#2ca02c", "#9467bd", "#8c564b", "#e377c2")
_GRID = 0.5
"""Between two lines of the grid."""


def draw(points: Sequence[GrowthPoint]) -> str:
    """Draw a line for each thing measured, and a dashed one for its baseline; sizes stand by their logarithm."""
    highest = max([1.5, *(cost for one in points for cost in (one.ours, one.baseline))]) * 1.05
    sizes = sorted({one.contracts for one in points})
    first, span = log10(sizes[0]), log10(sizes[-1] / sizes[0]) or 1

    def x(contracts: int) -> float:
        return round(_LEFT + (log10(contracts) - first) / span * (_WIDTH - _LEFT - _RIGHT), 1)

    def y(cost: float) -> float:
        return round(_HEIGHT - _BOTTOM - cost / highest * (_HEIGHT - _TOP - _BOTTOM), 1)

    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img">',
        "<style>text { font: 12px sans-serif }</style>",
        "<title>The cost of a contract against the number of contracts</title>",
        f'<rect width="{_WIDTH}" height="{_HEIGHT}" fill="#fff"/>',
    ]
    for step in range(int(highest / _GRID) + 1):
        cost = step * _GRID
        parts.append(
            f'<path d="M{_LEFT} {y(cost)}H{_WIDTH - _RIGHT}" stroke="#ddd"/>'
            f'<text x="{_LEFT - 8}" y="{y(cost) + 4}" text-anchor="end">{cost:.1f}</text>'
        )
    parts += [
        f'<text x="{x(size)}" y="{_HEIGHT - _BOTTOM + 18}" text-anchor="middle">{size:,}</text>' for size in sizes
    ]
    named = dict.fromkeys(one.what for one in points)
    for number, what in enumerate(named):
        colour = _COLOURS[number % len(_COLOURS)]
        own = [one for one in points if one.what == what]
        ours = " ".join(f"{x(one.contracts)},{y(one.ours)}" for one in own)
        baseline = " ".join(f"{x(one.contracts)},{y(one.baseline)}" for one in own)
        at = _TOP + 20 * number + 10
        parts.append(
            f'<polyline points="{baseline}" fill="none" stroke="{colour}" stroke-dasharray="3 4"/>'
            f'<polyline points="{ours}" fill="none" stroke="{colour}" stroke-width="2"/>'
            f'<path d="M{_WIDTH - _RIGHT + 12} {at}h18" stroke="{colour}" stroke-width="3"/>'
            f'<text x="{_WIDTH - _RIGHT + 36}" y="{at + 4}">{escape(what)}</text>'
        )
    at = _TOP + 20 * len(named) + 10
    parts.append(
        f'<path d="M{_WIDTH - _RIGHT + 12} {at}h18" stroke="#333" stroke-dasharray="3 4"/>'
        f'<text x="{_WIDTH - _RIGHT + 36}" y="{at + 4}">the baseline of each</text>'
    )
    middle = (_LEFT + _WIDTH - _RIGHT) / 2
    parts.append(f'<text x="{middle}" y="{_HEIGHT - 8}" text-anchor="middle">contracts that are there</text></svg>\n')
    return "\n".join(parts)
