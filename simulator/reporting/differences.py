"""Outline agreements whose header differs from their contract (OA-4)."""

from typing import NamedTuple

from simulator.reporting.parts import (
    CODE,
    EBELN,
    EKORG,
    NAME,
    OWNER,
    SUPPLIER,
    SYSTEM,
    TEAM,
    TYPE,
    VALUE,
    Column,
    Query,
    named,
)  # fmt: skip

_TEXT = "{e} <> '' AND trim({o}) <> trim({e}) AND fold({o}) <> fold({e})"


class Compared(NamedTuple):
    """A field of the outline agreement, the field of the contract beside it, and in which case they differ.

    What the contract leaves blank says nothing that could differ.
    """

    field: str
    contract_field: str
    label: str
    differs: str = _TEXT


_VENDOR = """{e} <> '' AND ltrim(trim({o}), '0') <> ltrim(trim({e}), '0')
    AND ltrim(fold({o}), '0') <> ltrim(fold({e}), '0')"""
_DAY = "{e} <> '00000000' AND {o} <> {e}"
_AMOUNT = """{e} <> '0.00' AND NOT (o.BSART = 'MK' AND {o} = '0.00')
    AND abs(CAST(replace({o}, '.', '') AS INTEGER) - CAST(replace({e}, '.', '') AS INTEGER)) > :tolerance"""
_LOCATION = "{e} <> '' AND trim({o}) <> trim({e}) AND fold({o}) <> fold(substr(trim({e}), 1, 28))"
_ORGANISATION = """EXISTS (SELECT 1 FROM ZMM_ICMPURCHORG g WHERE g.SYSID = e.SYSID AND g.system = e.system)
    AND NOT EXISTS (SELECT 1 FROM ZMM_ICMPURCHORG g
        WHERE g.SYSID = e.SYSID AND g.system = e.system AND upper(trim(g.PURCHASINGORG)) = upper({o}))"""

COMPARED = (
    Compared("LIFNR", "ICMAPPSRCSUPPLIERID", "Supplier", _VENDOR),
    Compared("KDATB", "ICMEFFECTIVEDATE", "Validity start", _DAY),
    Compared("KDATE", "ICMEXPIRYDATE", "Validity end", _DAY),
    Compared("KTWRT", "ICMTOTALCONTRACTVALUE", "Target value", _AMOUNT),
    Compared("WAERS", "ICMCURRENCY", "Currency"),
    Compared("BUKRS", "ICMLEGALENTITYCODE", "Company code"),
    Compared("EKORG", "ICMPURCHASINGORGCODE", "Purchasing organisation", _ORGANISATION),
    Compared("INCO1", "ICMINCOTERMSCODE", "Incoterms"),
    Compared("INCO2", "ICMINCOTERMSLOCATION", "Incoterms location", _LOCATION),
    Compared("ZTERM", "ICMPAYMENTTERMS", "Payment terms"),
)
"""What is held against the contract (OA-4), in the order of the report."""

_FLAGS = ",\n    ".join(
    f"({one.differs.format(o=f'o.{one.field}', e=f'e.{one.contract_field}')}) AS {one.field}" for one in COMPARED
)
DIFFERING = f"""
CREATE TABLE differing AS SELECT * FROM (
    SELECT o.id, e.rowid AS entry,
    {_FLAGS}
    FROM shown_outline s JOIN outline o ON o.id = s.id JOIN ZMM_ICMCONTRACT e ON e.rowid = o.entry)
WHERE {" OR ".join(one.field for one in COMPARED)}
"""
"""The table of the outline agreements that differ, with a flag for each field: one look at each of them."""

_CONTRACT = (CODE, TYPE, NAME)


def _lines(position: int, one: Compared) -> str:
    return f"""
SELECT o.system, o.EBELN, o.EKORG, {named("e", _CONTRACT)}, '{one.field}', '{one.label}', o.{one.field},
    e.{one.contract_field}, e.ICMAPPSRCSUPPLIERID, e.ICMORGTEAM, e.ICMPRIMARYOWNERNAME, {position}
FROM differing d JOIN outline o ON o.id = d.id JOIN ZMM_ICMCONTRACT e ON e.rowid = d.entry WHERE d.{one.field}"""


DIFFERENCES = Query(
    "differences",
    "Differences",
    "Header data of an outline agreement that is not what its contract says, field by field.",
    (
        SYSTEM, EBELN, EKORG, *_CONTRACT, Column("field", "Field"), Column("label", "What"),
        Column("outline_agreement", "Outl. agr. has", VALUE), Column("contract", "Contract has", VALUE),
        SUPPLIER, TEAM, OWNER,
    ),
    f"""
WITH found (system, EBELN, EKORG, {", ".join(column.name for column in _CONTRACT)}, field, label, outline_agreement,
    contract, ICMAPPSRCSUPPLIERID, ICMORGTEAM, ICMPRIMARYOWNERNAME, position) AS (
{" UNION ALL ".join(_lines(position, one) for position, one in enumerate(COMPARED))})
SELECT system, EBELN, EKORG, {", ".join(column.name for column in _CONTRACT)}, field, label, outline_agreement,
    contract, ICMAPPSRCSUPPLIERID, ICMORGTEAM, ICMPRIMARYOWNERNAME
FROM found ORDER BY system, EBELN, position
""",
)  # fmt: skip
