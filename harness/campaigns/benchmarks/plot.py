"""Draw what a contract costs against the number of contracts that are there, as SVG."""

from collections.abc import Mapping, Sequence
from html import escape

_WIDTH, _HEIGHT, _LEFT, _RIGHT, _TOP, _BOTTOM = 780, 340, 50, 300, 20, 45
_COLOURS = ("#1f77b4", "#d62728", "#2ca02c", "#9467bd", "#8c564b", "#e377c2")
_GRID = 0.5
"""Between two lines of the grid."""


def draw(growth: Mapping[str, Sequence[float]]) -> str:
    """Draw a line for each thing measured: its cost, thousand by thousand, by that in the first thousand."""
    highest = max([1.5, *(one for each in growth.values() for one in each)]) * 1.05
    thousands = max([2, *map(len, growth.values())])

    def x(number: int) -> float:
        return round(_LEFT + (number - 1) * (_WIDTH - _LEFT - _RIGHT) / (thousands - 1), 1)

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
        f'<text x="{x(number)}" y="{_HEIGHT - _BOTTOM + 18}" text-anchor="middle">{number},000</text>'
        for number in range(1, thousands + 1)
        if number == 1 or number % max(1, thousands // 5) == 0
    ]
    for number, (what, costs) in enumerate(growth.items()):
        colour = _COLOURS[number % len(_COLOURS)]
        points = " ".join(f"{x(place)},{y(cost)}" for place, cost in enumerate(costs, 1))
        at = _TOP + 20 * number + 10
        parts.append(
            f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="2"/>'
            f'<path d="M{_WIDTH - _RIGHT + 12} {at}h18" stroke="{colour}" stroke-width="3"/>'
            f'<text x="{_WIDTH - _RIGHT + 36}" y="{at + 4}">{escape(what)}</text>'
        )
    middle = (_LEFT + _WIDTH - _RIGHT) / 2
    parts.append(f'<text x="{middle}" y="{_HEIGHT - 8}" text-anchor="middle">contracts that are there</text></svg>\n')
    return "\n".join(parts)
