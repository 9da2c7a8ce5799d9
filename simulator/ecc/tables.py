"""The two Z-tables of the interface, with the names, keys, lengths and order of the specification.

Seven names are longer than the 16 characters that the ABAP Dictionary allows (D-28), and there is no client
column (D-29), so that the tables can be compared with the specification line by line.
"""

from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Connection, Index, MetaData, RowMapping, Select, Table, select
from sqlmodel import SQLModel

from simulator.ecc.ddic import Char, Dats, DdicType, Dec, field, key


class ZTable(SQLModel):
    """Base of the Z-tables, which the interface writes."""

    metadata = MetaData()


class SapTable(SQLModel):
    """Base of the tables that the interface never writes."""

    metadata = MetaData()


class ZmmIcmcontract(ZTable, table=True):
    """The entry of an Icertis agreement."""

    __tablename__ = "ZMM_ICMCONTRACT"
    __table_args__ = (
        Index("ZMM_ICMCONTRACT_CODE", "ICMAGREEMENTCODE", "SYSID"),
        Index("ZMM_ICMCONTRACT_SYSID", "SYSID"),
    )

    TENANTID: str = key(Char(20), "Tenant ID")
    CONTRACTTYPENAME: str = key(Char(3), "Contract Type Name")
    SYSID: str = key(Char(36), "System ID")
    ICMAGREEMENTCODE: str = key(Char(25), "Agreement Code")
    ICMCONFIDENTIALCONTRACT: str = field(Char(1), "Confidential Contract")
    NAME: str = field(Char(100), "Agreement Name")
    ASSOCIATINGTYPE: str = field(Char(3), "Associating Agreement Type")
    ASSOCIATINGCODE: str = field(Char(25), "Associating Agreement Code")
    ASSOCIATINGSYSID: str = field(Char(36), "Associating System ID")
    ICMAPPSRCSUPPLIERID: str = field(Char(10), "Bidders/Supplier SAP ID")
    ICMEFFECTIVEDATE: str = field(Dats(), "Effective Date")
    ICMEXPIRYDATE: str = field(Dats(), "Expiry Date")
    ICMTOTALCONTRACTVALUE: str = field(Dec(15), "Total Contract Value")
    ICMCURRENCY: str = field(Char(5), "Supplier Currency")
    ICMLEGALENTITYCODE: str = field(Char(4), "Syensqo Legal Entity Code")
    ICMPURCHASINGORGCODE: str = field(Char(224), "Purchasing Org Code")
    ICMORGTEAM: str = field(Char(25), "Org Team")
    ICMPRIMARYOWNERNAME: str = field(Char(224), "Primary Contract Owner")
    ICMINCOTERMSCODE: str = field(Char(3), "Incoterms Code")
    ICMINCOTERMSLOCATION: str = field(Char(70), "Incoterms Location")
    ICMPAYMENTTERMS: str = field(Char(4), "Payment Terms")


class ZmmIcmpurchorg(ZTable, table=True):
    """A purchasing organisation of an agreement (D-02)."""

    __tablename__ = "ZMM_ICMPURCHORG"

    SYSID: str = key(Char(36), "System ID")
    PURCHASINGORG: str = key(Char(4), "Purchasing Organization")


CONTRACT: Table = ZTable.metadata.tables["ZMM_ICMCONTRACT"]
PURCHORG: Table = ZTable.metadata.tables["ZMM_ICMPURCHORG"]

KEY = tuple(column.name for column in CONTRACT.primary_key)
"""The key fields of an entry."""

ORGANISATION = "PURCHASINGORG"
"""The field of ZMM_ICMPURCHORG that holds the organisation."""


def ddic_types(table: Table) -> dict[str, DdicType]:
    """Map each column to its dictionary type, in the order of the table."""
    return {column.name: column.info["ddic"] for column in table.columns}


def text_values(row: RowMapping) -> dict[str, str]:
    """Convert every value of a row to text, as users see it."""
    return {str(name): str(value) for name, value in row.items()}


def read_rows(connection: Connection, table: Table, *where: ColumnElement[bool]) -> list[dict[str, str]]:
    """Read the rows of a table, by key, every value as text: all of them, or those for which the clauses hold."""
    found = _in_order(table)
    return [text_values(row) for row in connection.execute(found.where(*where) if where else found).mappings()]


@cache
def _in_order(table: Table) -> Select[Any]:
    """Select the rows of a table by key; building a statement takes longer than running it."""
    return select(table).order_by(*table.primary_key)
