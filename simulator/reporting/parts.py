"""A part of the report: which columns it has, and the SQL that finds its rows."""

from typing import NamedTuple, TypeAlias

TEXT, DAY, AMOUNT, NUMBER, VALUE = "text", "day", "amount", "number", "value"
"""What is in a column. A VALUE is a text, a day or an amount, as the column `field` beside it says."""

Row: TypeAlias = tuple[str | int, ...]


class Column(NamedTuple):
    """A column of a part, with the name that it has in JSON and CSV, and the label that people read."""

    name: str
    label: str
    kind: str = TEXT


class Query(NamedTuple):
    """How a part is found."""

    id: str
    title: str
    text: str
    """What its rows are, in one sentence."""

    columns: tuple[Column, ...]
    sql: str
    """May use :day, the day of the report (YYYYMMDD), and :tolerance, in hundredths."""


class Part(NamedTuple):
    """A part that has been found. Days are YYYYMMDD, 00000000 for none; amounts have two decimals."""

    query: Query
    rows: list[Row]

    @property
    def names(self) -> list[str]:
        return [column.name for column in self.query.columns]

    def dicts(self) -> list[dict[str, str | int]]:
        names = self.names
        return [dict(zip(names, row, strict=True)) for row in self.rows]


# fmt: off
SYSTEM = Column("system", "System")
EBELN = Column("EBELN", "Outl. agr.")
EKORG = Column("EKORG", "Purch. org.")
CODE = Column("ICMAGREEMENTCODE", "Code")
TYPE = Column("CONTRACTTYPENAME", "Type")
NAME = Column("NAME", "Name")
TEAM = Column("ICMORGTEAM", "Org team")
OWNER = Column("ICMPRIMARYOWNERNAME", "Owner")
SUPPLIER = Column("ICMAPPSRCSUPPLIERID", "Supplier")

OUTLINE = (
    SYSTEM, EBELN, EKORG, Column("BUKRS", "Company"), Column("BSART", "Kind"), Column("LIFNR", "Vendor"),
    Column("KDATB", "Valid from", DAY), Column("KDATE", "Valid to", DAY), Column("KTWRT", "Target value", AMOUNT),
    Column("WAERS", "Currency"), Column("ERNAM", "Created by"),
)
"""Of an outline agreement, what tells people which one it is; in SQL o.*"""

CONTRACT = (
    CODE, TYPE, NAME, SUPPLIER, Column("ICMEFFECTIVEDATE", "Effective", DAY), Column("ICMEXPIRYDATE", "Expiry", DAY),
    Column("ICMTOTALCONTRACTVALUE", "Value", AMOUNT), Column("ICMCURRENCY", "Curr."),
    Column("ICMLEGALENTITYCODE", "Company"), TEAM, OWNER,
)
"""Of a contract, the same; in SQL c.*"""
# fmt: on


def named(alias: str, columns: tuple[Column, ...]) -> str:
    """The columns for a SELECT."""
    return ", ".join(f"{alias}.{column.name}" for column in columns)


def by_code(alias: str) -> str:
    """The order of agreement codes: PSUB9 before PSUB10."""
    return f"length({alias}.ICMAGREEMENTCODE), {alias}.ICMAGREEMENTCODE, {alias}.SYSID"
