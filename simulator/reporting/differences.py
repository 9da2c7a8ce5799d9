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
    ReportColumn,
    ReportQuery,
    select_columns,
)  # fmt: skip

# CASE, as SQLite works out both sides of an AND: nearly all are alike, and fold() is Python
_TEXT = "CASE WHEN {e} = '' OR trim({o}) = trim({e}) THEN 0 ELSE fold({o}) <> fold({e}) END"


class ComparedField(NamedTuple):
    """A field of the outline agreement, the contract field it is compared with, and the SQL condition for a difference.

    A blank field of the contract never differs.
    """

    field: str
    contract_field: str
    label: str
    differs: str = _TEXT


_VENDOR = """CASE WHEN {e} = '' OR ltrim(trim({o}), '0') = ltrim(trim({e}), '0') THEN 0
    ELSE ltrim(fold({o}), '0') <> ltrim(fold({e}), '0') END"""
_DAY = "{e} <> '00000000' AND {o} <> {e}"
_AMOUNT = """CASE WHEN :sum THEN o.open AND o.contract IN (SELECT contract FROM target_sum WHERE verdict = 'differs')
    WHEN {o} = {e} OR {e} = '0.00' OR (o.BSART = 'MK' AND {o} = '0.00') THEN 0
    ELSE exceeds({o}, {e}, e.ICMCURRENCY) END"""
_LOCATION = (
    "CASE WHEN {e} = '' OR trim({o}) = trim({e}) THEN 0 ELSE fold({o}) NOT IN (fold(substr(trim({e}), 1, 28)), "
    "fold(first_units(trim({e}), 28))) END"
)
"""The location and INCO2 differ if INCO2 is not its beginning in either unit of counting (D-41)."""

_ORGANISATION = """EXISTS (SELECT 1 FROM ZMM_ICMPURCHORG g WHERE g.SYSID = e.SYSID AND g.system = e.system)
    AND NOT EXISTS (SELECT 1 FROM ZMM_ICMPURCHORG g
        WHERE g.SYSID = e.SYSID AND g.system = e.system AND upper(trim(g.PURCHASINGORG)) = upper({o}))"""

COMPARED_FIELDS = (
    ComparedField("LIFNR", "ICMAPPSRCSUPPLIERID", "Supplier", _VENDOR),
    ComparedField("KDATB", "ICMEFFECTIVEDATE", "Validity start", _DAY),
    ComparedField("KDATE", "ICMEXPIRYDATE", "Validity end", _DAY),
    ComparedField("KTWRT", "ICMTOTALCONTRACTVALUE", "Target value", _AMOUNT),
    ComparedField("WAERS", "ICMCURRENCY", "Currency"),
    ComparedField("BUKRS", "ICMLEGALENTITYCODE", "Company code"),
    ComparedField("EKORG", "ICMPURCHASINGORGCODE", "Purchasing organisation", _ORGANISATION),
    ComparedField("INCO1", "ICMINCOTERMSCODE", "Incoterms"),
    ComparedField("INCO2", "ICMINCOTERMSLOCATION", "Incoterms location", _LOCATION),
    ComparedField("ZTERM", "ICMPAYMENTTERMS", "Payment terms"),
)
"""The fields that are compared with the contract (OA-4), in the order of the report."""

_FLAGS = ",\n    ".join(
    f"({one.differs.format(o=f'o.{one.field}', e=f'e.{one.contract_field}')}) AS {one.field}" for one in COMPARED_FIELDS
)
CREATE_DIFFERING = f"""
CREATE TABLE differing AS SELECT * FROM (
    SELECT o.id, e.rowid AS entry,
    {_FLAGS}
    FROM shown_outline s JOIN outline o ON o.id = s.id JOIN ZMM_ICMCONTRACT e ON e.rowid = o.entry)
WHERE {" OR ".join(one.field for one in COMPARED_FIELDS)}
"""
"""Creates the table of outline agreements that differ, with a flag for each field, in one pass."""

_NAMES = " || ".join(f"iif(d.{one.field}, ' {one.field}', '')" for one in COMPARED_FIELDS)
DIFFERING_FIELDS = f"trim({_NAMES})"
"""The fields of an outline agreement that differ, in SQL, with a row of `differing` as d."""

_CONTRACT = (CODE, TYPE, NAME)


def _select_field(position: int, one: ComparedField) -> str:
    return f"""
SELECT o.system, o.EBELN, o.EKORG, {select_columns("e", _CONTRACT)}, '{one.field}', '{one.label}', o.{one.field},
    e.{one.contract_field}, e.ICMAPPSRCSUPPLIERID, e.ICMORGTEAM, e.ICMPRIMARYOWNERNAME, ifnull((
        SELECT 'accepted by ' || a.accepted_by || ', changed since' FROM accepted a
        WHERE a.outline = o.id AND a.field = '{one.field}' AND NOT a.stands), ''), {position}
FROM differing d JOIN outline o ON o.id = d.id JOIN ZMM_ICMCONTRACT e ON e.rowid = d.entry
WHERE d.{one.field}{" AND NOT :sum" if one.field == "KTWRT" else ""}"""


_SUMS = f"""
SELECT '', '', '', {select_columns("c", _CONTRACT)}, 'KTWRT', 'Sum of target values', t.value,
    c.ICMTOTALCONTRACTVALUE, c.ICMAPPSRCSUPPLIERID, c.ICMORGTEAM, c.ICMPRIMARYOWNERNAME, ifnull((
        SELECT 'accepted by ' || a.accepted_by || ', changed since' FROM accepted a JOIN outline o ON o.id = a.outline
        WHERE o.contract = t.contract AND a.field = 'SUM' AND NOT a.stands), ''), {len(COMPARED_FIELDS)}
FROM target_sum t JOIN contract c ON c.id = t.contract WHERE :sum AND t.verdict = 'differs'
AND EXISTS (SELECT 1 FROM shown_outline s WHERE s.contract = t.contract)"""


HEADER_DIFFERENCES = ReportQuery(
    "differences",
    "Differences",
    "Header data of an outline agreement that is not what its contract says, field by field. The sum of target values "
    "is that of a contract, and of no single outline agreement.",
    (
        SYSTEM, EBELN, EKORG, CODE, ReportColumn("field", "Field"), ReportColumn("label", "What"),
        ReportColumn("outline_agreement", "Outl. agr. has", VALUE), ReportColumn("contract", "Contract has", VALUE),
        TYPE, NAME, SUPPLIER, TEAM, OWNER, ReportColumn("reopened", "Reopened"),
    ),
    f"""
WITH found (system, EBELN, EKORG, {", ".join(column.name for column in _CONTRACT)}, field, label, outline_agreement,
    contract, ICMAPPSRCSUPPLIERID, ICMORGTEAM, ICMPRIMARYOWNERNAME, reopened, position) AS (
{" UNION ALL ".join([*(_select_field(position, one) for position, one in enumerate(COMPARED_FIELDS)), _SUMS])})
SELECT system, EBELN, EKORG, ICMAGREEMENTCODE, field, label, outline_agreement, contract, CONTRACTTYPENAME, NAME,
    ICMAPPSRCSUPPLIERID, ICMORGTEAM, ICMPRIMARYOWNERNAME, reopened
FROM found ORDER BY system = '', system, EBELN, length(ICMAGREEMENTCODE), ICMAGREEMENTCODE, position
""",
)  # fmt: skip
