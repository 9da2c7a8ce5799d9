"""The parts of the report: their columns, and the SQL that finds their rows."""

from collections import Counter
from collections.abc import Collection, Iterator
from typing import NamedTuple, TypeAlias

TEXT, DAY, AMOUNT, NUMBER, VALUE = "text", "day", "amount", "number", "value"
"""The kinds of column. A VALUE is a text, a day or an amount, depending on the column `field` beside it."""

ReportRow: TypeAlias = tuple[str | int, ...]


class ReportColumn(NamedTuple):
    """A column of a part, with its name in JSON and CSV, and the label that people read."""

    name: str
    label: str
    kind: str = TEXT


class ReportQuery(NamedTuple):
    """The query for one part of the report."""

    id: str
    title: str
    description: str
    """The meaning of a row, in one sentence."""

    columns: tuple[ReportColumn, ...]
    sql: str
    """May use :day, the day of the report (YYYYMMDD), and :sum, whether target values are compared in sum (D-53)."""


class ReportPart(NamedTuple):
    """One part of a report, with its rows. Days are YYYYMMDD, 00000000 for no day; amounts have two decimals."""

    query: ReportQuery
    rows: Collection[ReportRow]

    @property
    def names(self) -> list[str]:
        return [column.name for column in self.query.columns]

    def count_values(self, name: str) -> Counter[str]:
        """Count the values of a column."""
        at = self.names.index(name)
        return Counter(str(row[at]) for row in self.rows)

    def dicts(self) -> Iterator[dict[str, str | int]]:
        names = self.names
        return (dict(zip(names, row, strict=True)) for row in self.rows)


# fmt: off
SYSTEM = ReportColumn("system", "System")
EBELN = ReportColumn("EBELN", "Outl. agr.")
EKORG = ReportColumn("EKORG", "Purch. org.")
CODE = ReportColumn("ICMAGREEMENTCODE", "Code")
TYPE = ReportColumn("CONTRACTTYPENAME", "Type")
NAME = ReportColumn("NAME", "Name")
TEAM = ReportColumn("ICMORGTEAM", "Org team")
OWNER = ReportColumn("ICMPRIMARYOWNERNAME", "Owner")
SUPPLIER = ReportColumn("ICMAPPSRCSUPPLIERID", "Supplier")

OUTLINE = (
    SYSTEM, EBELN, EKORG, ReportColumn("BUKRS", "Comp. code"), ReportColumn("BSART", "Kind"),
    ReportColumn("LIFNR", "Vendor"), ReportColumn("KDATB", "Valid from", DAY), ReportColumn("KDATE", "Valid to", DAY),
    ReportColumn("KTWRT", "Target value", AMOUNT), ReportColumn("WAERS", "Currency"),
    ReportColumn("ERNAM", "Created by"),
)
"""The columns that identify an outline agreement; in SQL o.*"""

CONTRACT = (
    CODE, TYPE, NAME, SUPPLIER, ReportColumn("ICMEFFECTIVEDATE", "Effective", DAY),
    ReportColumn("ICMEXPIRYDATE", "Expiry", DAY), ReportColumn("ICMTOTALCONTRACTVALUE", "Value", AMOUNT),
    ReportColumn("ICMCURRENCY", "Curr."), ReportColumn("ICMLEGALENTITYCODE", "Company"), TEAM, OWNER,
)
"""The columns that identify a contract; in SQL c.*"""
# fmt: on


def select_columns(alias: str, columns: tuple[ReportColumn, ...]) -> str:
    """List columns for a SELECT, qualified by a table alias."""
    return ", ".join(f"{alias}.{column.name}" for column in columns)


def order_by_code(alias: str) -> str:
    """Return the ORDER BY terms for agreement codes, which put PSUB9 before PSUB10."""
    return f"length({alias}.ICMAGREEMENTCODE), {alias}.ICMAGREEMENTCODE, {alias}.SYSID"
