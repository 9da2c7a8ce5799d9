"""Risk assessment by the company's own rules: no statistics, each hit says why (SCM-9, D-140).

The product's copilot compares texts by machine learning, and no interface of it is public; it is not emulated.
"""

import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

Level = int
"""1 low, 2 medium, 3 high."""

_COMPARE: Mapping[str, Callable[[Any, Any], bool]] = {
    "above": operator.gt,
    "below": operator.lt,
    "is": operator.eq,
    "is not": operator.ne,
    "one of": lambda value, values: value in values,
}
_NAMES = {1: "low", 2: "medium", 3: "high"}


@dataclass(frozen=True)
class RiskRule:
    """A limit that a term must keep."""

    area: str
    attribute: str
    """An attribute of the contract, `term in months`, or `lines:` and an attribute of its line items."""

    comparison: str
    limit: object
    probability: Level
    impact: Level
    why: str


class RiskHit(NamedTuple):
    """A rule that a contract breaks."""

    area: str
    why: str
    score: int


class Assessment(NamedTuple):
    """The result for one contract; the worst hit gives the rating."""

    hits: tuple[RiskHit, ...]
    score: int
    rating: str
    holds_approval: bool


@dataclass(frozen=True)
class RiskRules:
    """The rules of one contract type."""

    rules: tuple[RiskRule, ...]
    ratings: Mapping[int, str]
    """Lowest score to rating; a score is probability times impact."""

    holds_from: int
    """The score from which somebody must accept the risk before the contract is approved."""

    @classmethod
    def read(cls, content: Mapping[str, Any]) -> "RiskRules":
        """Read the rules of one type from TOML. Raises TypeError or KeyError for what does not fit."""
        rules = tuple(RiskRule(**rule) for rule in content["rule"])
        unknown = {rule.comparison for rule in rules} - {*_COMPARE}
        if unknown:
            raise KeyError(f"no such comparison: {', '.join(sorted(unknown))}")
        ratings = {score: name for name, score in content["ratings"].items()}
        return cls(rules, dict(sorted(ratings.items())), content["holds_from"])

    def assess(self, attributes: Mapping[str, object]) -> Assessment:
        """Hold the terms of a contract against every rule."""
        hits = tuple(
            RiskHit(rule.area, _reason(rule), rule.probability * rule.impact)
            for rule in self.rules
            if any(_breaks(rule, value) for value in _values(rule.attribute, attributes))
        )
        score = max((hit.score for hit in hits), default=0)
        rating = [name for lowest, name in self.ratings.items() if score >= lowest]
        return Assessment(hits, score, rating[-1] if rating else "none", score >= self.holds_from)


def _reason(rule: RiskRule) -> str:
    return f"{rule.why} (probability {_NAMES[rule.probability]}, impact {_NAMES[rule.impact]})"


def _values(name: str, attributes: Mapping[str, object]) -> list[object]:
    if name == "term in months":
        return [_months(attributes)]
    if name.startswith("lines:"):
        lines = attributes.get("ICMLineItems")
        return [line.get(name.removeprefix("lines:"), "") for line in lines] if isinstance(lines, list) else []
    return [attributes.get(name, "")]


def _breaks(rule: RiskRule, value: object) -> bool:
    if rule.comparison in ("above", "below"):
        if value in ("", None) or isinstance(value, bool):
            return False
        return _COMPARE[rule.comparison](Decimal(str(value)), Decimal(str(rule.limit)))
    return _COMPARE[rule.comparison](value, rule.limit)


def _months(attributes: Mapping[str, object]) -> int:
    first, last = (str(attributes.get(name, ""))[:10] for name in ("ICMEffectiveDate", "ICMExpiryDate"))
    if not (first and last):
        return 0
    begin, end = date.fromisoformat(first), date.fromisoformat(last)
    return (end.year - begin.year) * 12 + end.month - begin.month
