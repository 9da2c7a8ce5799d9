"""EKKO, the header of an outline agreement, with SAP's names and lengths. Users maintain it by hand (OA-1, OA-7).

SAP delivers every field but ZZICMAGREEMENT, which stands in a customer include of EKKO.
"""

from sqlalchemy import Index, Table

from simulator.ecc.ddic import Char, Curr, Dats, field, key
from simulator.ecc.tables import SapTable


class Ekko(SapTable, table=True):
    """The header of one outline agreement of one purchasing organisation."""

    __tablename__ = "EKKO"
    __table_args__ = (Index("EKKO_ICM", "ZZICMAGREEMENT", "EKORG"),)

    EBELN: str = key(Char(10), "Outline Agreement")
    BUKRS: str = field(Char(4), "Company Code")
    BSTYP: str = field(Char(1), "Purchasing Document Category")
    BSART: str = field(Char(4), "Agreement Type")
    LOEKZ: str = field(Char(1), "Deletion Indicator")
    LIFNR: str = field(Char(10), "Supplier")
    EKORG: str = field(Char(4), "Purchasing Organization")
    EKGRP: str = field(Char(3), "Purchasing Group")
    WAERS: str = field(Char(5), "Currency")
    KDATB: str = field(Dats(), "Validity Start")
    KDATE: str = field(Dats(), "Validity End")
    KTWRT: str = field(Curr(15), "Target Value")
    ZTERM: str = field(Char(4), "Payment Terms")
    INCO1: str = field(Char(3), "Incoterms")
    INCO2: str = field(Char(28), "Incoterms Location")
    AEDAT: str = field(Dats(), "Created On")
    ERNAM: str = field(Char(12), "Created By")
    ZZICMAGREEMENT: str = field(Char(25), "Icertis Agreement Code")


EKKO: Table = SapTable.metadata.tables["EKKO"]
