"""Read the tables of a feature: as rows, and as attributes of an agreement in ICI."""

from collections.abc import Collection
from functools import cache
from typing import TypeAlias
from zlib import crc32

from harness.bdd.feature_error import FeatureError, Named, check_known, convert, unknown
from harness.specification.register import Register, Target
from harness.testdata.agreements import make_attributes
from simulator.icertis.agreement import BASELINE, MASTER, STANDALONE, SUB, SUPPORTING, AgreementType
from simulator.icertis.rest import ABSENT
from simulator.icertis.unmapped_fields import make_unmapped_fields

Table: TypeAlias = list[list[str]]
"""A data table as pytest-bdd hands it in: the cells of each line."""

CONTRACT_TYPES = Named(
    "contract type",
    {
        "Master Agreement": MASTER,
        "Sub Agreement": SUB,
        "Supporting Agreement": SUPPORTING,
        "Standalone Agreement": STANDALONE,
        "Baseline Agreement": BASELINE,
    }.items(),
)


_OF_ICI_ALONE = (
    "SysId",
    "ICMStatus",
    "ICMIsAutoRenewal",
    "ICMRenewalDate",
    "ICMRenewalTermMonths",
    "ICMTerminationType",
)
"""The attributes that ICI itself reads or sets, and the mapping sheet does not name."""

_ABSENT = "(absent)"
_FLAGS = ("true", "false")


def table_rows(table: Table, known: Collection[str] = (), what: str = "column") -> list[dict[str, str]]:
    """Read a table whose first line names its columns.

    Raises FeatureError for a table without a row, and for a column that has no name, stands twice, or is not `known`,
    where these are given. So does reading a column that the table does not have.
    """
    head, *rows = table
    _check_names(head, known, what)
    if not rows:
        raise FeatureError("the table has no row below its columns, so it says nothing")
    return [Named("column", zip(head, row, strict=True)) for row in rows]


def named_values(table: Table, known: Collection[str] = (), what: str = "field") -> dict[str, str]:
    """Read a table of names and values.

    Raises FeatureError for another shape, and for a name that stands twice, or that is not `known`, where these are
    given.
    """
    if len(table[0]) != 2:
        raise FeatureError(f"the table needs two columns, {what} and value, not {len(table[0])}", table[0][0])
    _check_names([name for name, _ in table], known, what)
    return {name: value for name, value in table}  # noqa: C416 - a line is a list, of which dict() knows no length


def named_changes(table: Table, known: Collection[str] = (), what: str = "field") -> list[list[str]]:
    """Read a table of fields with their values before and after. Raises FeatureError for another shape or field."""
    head, *rows = table
    if head != ["field", "before", "after"]:
        raise FeatureError(f"the table needs the columns field, before, after, not {', '.join(head)}", head[0])
    _check_names([name for name, _, _ in rows], known, what)
    return rows


def attributes(table: Table, further_fields: Collection[str] = ()) -> dict[str, object]:
    """Read a table of attributes, each value as ICI holds it.

    Raises FeatureError for a field that ICI has not: neither the mapping sheet nor the mock's unmapped fields name it,
    nor the scenario itself in `further_fields`.
    """
    named = named_values(table, ici_fields() | {*further_fields}, "field in ICI")
    return {name: _attribute(name, words) for name, words in named.items()}


@cache
def ici_fields() -> frozenset[str]:
    """Name every field of ICI that the register or the mock knows."""
    mapped = Register.load().mappings
    sources = {source for one in mapped for source in (one.source, *one.instead.values())}
    in_sheet = {source.partition(":")[2].partition("/")[0] for source in sources}
    decisive = {name for one in mapped for name in one.decides}
    return frozenset({*in_sheet, *decisive, *_OF_ICI_ALONE, *make_unmapped_fields(0)}) - {""}


@cache
def icertis_actions() -> frozenset[str]:
    """Name every action of ICI that the conditions start with."""
    return frozenset(one.event for one in Register.load().conditions_of(Target.ECC))


def _check_names(names: list[str], known: Collection[str], what: str) -> None:
    for name in names:
        if not name:
            raise FeatureError(f"a {what} of the table has no name")
        if names.count(name) > 1:
            raise FeatureError(f'the {what} "{name}" stands there twice, and only one can count', name)
    if known:
        check_known(what, names, known)


def _attribute(name: str, words: str) -> object:
    if words == _ABSENT:
        return ABSENT
    if words.startswith("(") and words.endswith(")"):
        raise unknown("special value", words, [_ABSENT])
    if words in _FLAGS:
        return words == "true"
    if words.casefold() in _FLAGS:
        raise unknown("flag", words, _FLAGS)
    if name == "ICMTotalContractValue":
        return convert(words, float, "a number")
    return words


def default_attributes(kind: AgreementType, code: str) -> dict[str, object]:
    """Make attributes for an agreement that a scenario only names; the same code always gets the same ones."""
    return make_attributes(kind, seed=crc32(code.encode()))
