"""Read the tables of a feature: as rows, and as attributes of an agreement in ICI."""

from typing import TypeAlias
from zlib import crc32

from harness.testdata.agreements import make_attributes
from simulator.icertis.agreement import BASELINE, MASTER, STANDALONE, SUB, SUPPORTING, AgreementType
from simulator.icertis.rest import ABSENT

Table: TypeAlias = list[list[str]]
"""A data table as pytest-bdd hands it in: the cells of each line."""

KINDS = {
    "Master Agreement": MASTER,
    "Sub Agreement": SUB,
    "Supporting Agreement": SUPPORTING,
    "Standalone Agreement": STANDALONE,
    "Baseline Agreement": BASELINE,
}


def table_rows(table: Table) -> list[dict[str, str]]:
    """Read a table whose first line names its columns."""
    head, *rows = table
    return [dict(zip(head, row, strict=True)) for row in rows]


def attributes(table: Table) -> dict[str, object]:
    """Read a table of names and values, each value as ICI holds it."""
    return {name: _attribute(name, words) for name, words in table}


def _attribute(name: str, words: str) -> object:
    if words == "(absent)":
        return ABSENT
    if words in ("true", "false"):
        return words == "true"
    if name == "ICMTotalContractValue":
        return float(words)
    return words


def default_attributes(kind: AgreementType, code: str) -> dict[str, object]:
    """Make attributes for an agreement that a scenario only names; the same code always gets the same ones."""
    return make_attributes(kind, seed=crc32(code.encode()))
