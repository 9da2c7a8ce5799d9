"""Write steps as a feature has them: tables, and what ICI holds of an agreement."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from harness.specification.register import Register
from simulator.icertis.agreement import MASTER, STANDALONE, SUB, SUPPORTING

KIND_WORDS = {
    MASTER.name: "Master Agreement",
    SUB.name: "Sub Agreement",
    SUPPORTING.name: "Supporting Agreement",
    STANDALONE.name: "Standalone Agreement",
}
_SET_BY_STEPS = {"ICMAgreementCode", "ICMParentContractId", "ICMParentEntityInstanceId"}
"""Fields that ICI gives an agreement by what the steps say."""


def stated_fields(recorded: Mapping[str, object]) -> Iterator[tuple[str, str]]:
    """Iterate over the fields that the mapping sheet reads, in its order, as a feature states them."""
    mappings = Register.load().mappings
    sources = (source for one in mappings for source in (one.source, *one.instead.values()))
    names = [*(source.partition(":")[2].partition("/")[0] for source in sources if source.startswith("agreement:"))]
    for name in dict.fromkeys([*names, *(field for one in mappings for field in one.decides)]):
        if name in recorded and name not in _SET_BY_STEPS:
            yield name, value_words(recorded[name])


def value_words(value: Any) -> str:
    """Write a recorded value as the cell of a table that says the same."""
    if isinstance(value, list):
        return value_words(value[0]) if value else ""
    if isinstance(value, dict):
        return value_words(value.get("DisplayValue", value.get("Value")))
    if isinstance(value, bool):
        return str(value).lower()
    return "" if value is None else str(value)


def table_lines(rows: Iterable[Iterable[str]]) -> Iterator[str]:
    """Lay out a table below a step, its columns aligned."""
    cells = [[_escaped(cell) for cell in row] for row in rows]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    for row in cells:
        yield f"    | {' | '.join(cell.ljust(width) for cell, width in zip(row, widths, strict=True))} |"


def _escaped(cell: str) -> str:
    return cell.replace("\\", "\\\\").replace("|", "\\|").replace("\n", "\\n")
