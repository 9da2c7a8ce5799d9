"""The two Z-tables of the interface, with the names, keys, lengths and order of the specification.

Seven names are longer than the 16 characters that the ABAP Dictionary allows (D-28), and there is no client
column (D-29): the tables are meant to be compared with the specification line by line.
"""

from sqlalchemy import Connection, Index, MetaData, RowMapping, Table, select
from sqlmodel import SQLModel

from simulator.ecc.ddic import Char, Dats, DdicType, Dec, field, key


class ZTable(SQLModel):
    """What all Z-tables of a system share."""

    metadata = MetaData()


class SapTable(SQLModel):
    """What the tables share that the interface never writes."""

    metadata = MetaData()


class ZmmIcmcontract(ZTable, table=True):
    """One entry for each Icertis agreement."""

    __tablename__ = "ZMM_ICMCONTRACT"
    __table_args__ = (Index("ZMM_ICMCONTRACT_CODE", "ICMAGREEMENTCODE", "SYSID"),)

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
    """One row for each purchasing organisation of an agreement (D-02)."""

    __tablename__ = "ZMM_ICMPURCHORG"

    SYSID: str = key(Char(36), "System ID")
    PURCHASINGORG: str = key(Char(4), "Purchasing Organization")


CONTRACT: Table = ZTable.metadata.tables["ZMM_ICMCONTRACT"]
PURCHORG: Table = ZTable.metadata.tables["ZMM_ICMPURCHORG"]

KEY = tuple(column.name for column in CONTRACT.primary_key)
"""The fields that say which entry is meant."""

ORGANISATION = "PURCHASINGORG"
"""The field of the other table that holds an organisation."""


def ddic_types(table: Table) -> dict[str, DdicType]:
    """The dictionary type of each column, in the order of the table."""
    return {column.name: column.info["ddic"] for column in table.columns}


def texts(row: RowMapping) -> dict[str, str]:
    """A row as users see it, every value as text."""
    return {str(name): str(value) for name, value in row.items()}


def rows(connection: Connection, table: Table) -> list[dict[str, str]]:
    """Everything that a table holds, in the order of its key."""
    return [texts(row) for row in connection.execute(select(table).order_by(*table.primary_key)).mappings()]
