"""From the words and tables of a feature to the attributes of an agreement in ICI."""

from typing import TypeAlias
from zlib import crc32

from harness.testdata.agreements import make_attributes
from simulator.icertis.agreement import BASELINE, MASTER, STANDALONE, SUB, SUPPORTING, AgreementType
from simulator.icertis.rest import ABSENT

Table: TypeAlias = list[list[str]]

KINDS = {
    "Master Agreement": MASTER,
    "Sub Agreement": SUB,
    "Supporting Agreement": SUPPORTING,
    "Standalone Agreement": STANDALONE,
    "Baseline Agreement": BASELINE,
}


def attributes(table: Table) -> dict[str, object]:
    """The attributes that a table of two columns names, each as ICI holds it."""
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
    """Terms for an agreement of which a scenario says nothing; the same code always gets the same ones."""
    return make_attributes(kind, seed=crc32(code.encode()))
