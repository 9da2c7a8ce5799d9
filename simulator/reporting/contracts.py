"""Contracts without an outline agreement (OA-5), and entries that differ between systems."""

from simulator.reporting.extraction import CONTRACT_FIELDS
from simulator.reporting.parts import (
    CODE,
    CONTRACT,
    OWNER,
    SUPPLIER,
    TEAM,
    TYPE,
    VALUE,
    ReportColumn,
    ReportQuery,
    order_by_code,
    select_columns,
)

SHARED_CODE = "code of several agreements"

MISSING_OUTLINE_AGREEMENTS = ReportQuery(
    "missing",
    "No outline agreement yet",
    "Organisations of running sub and standalone agreements for which no system has an outline agreement that is valid "
    "on the day or later; a blank organisation stands for an agreement that has none.",
    (ReportColumn("PURCHASINGORG", "Purch. org."), *CONTRACT),
    f"""
SELECT g.PURCHASINGORG, {select_columns("c", CONTRACT)} FROM (
    SELECT contract, PURCHASINGORG FROM shown_organisation
    UNION ALL SELECT s.id, '' FROM shown_contract s
    WHERE NOT EXISTS (SELECT 1 FROM contract_organisation g WHERE g.contract = s.id)
    AND NOT EXISTS (SELECT 1 FROM outline o WHERE o.contract = s.id AND o.open)
) g JOIN contract c ON c.id = g.contract
WHERE c.bought AND c.begun AND NOT c.expired
AND NOT EXISTS (SELECT 1 FROM outline o WHERE o.contract = g.contract AND o.EKORG = g.PURCHASINGORG AND o.open)
ORDER BY {order_by_code("c")}, g.PURCHASINGORG
""",
)

_FIELDS = tuple(name for name in CONTRACT_FIELDS if name not in ("SYSID", "ICMAGREEMENTCODE"))
_ORGANISATIONS = """(SELECT group_concat(PURCHASINGORG) FROM (SELECT g.PURCHASINGORG FROM ZMM_ICMPURCHORG g
    WHERE g.SYSID = c.SYSID AND g.system = {system} ORDER BY 1))"""


def _field_differences(position: int, name: str) -> str:
    return f"""
UNION ALL SELECT c.id, 'differs', '{name}', c.system, c.{name}, u.system, e.{name}, {position}
FROM unlike u JOIN contract c ON c.id = u.id JOIN ZMM_ICMCONTRACT e ON e.rowid = u.entry WHERE c.{name} <> e.{name}"""


CREATE_ENTRY_FINDINGS = f"""
CREATE TABLE entry_finding AS
WITH pair AS MATERIALIZED (
    SELECT c.id, s.called AS system, e.rowid AS entry
    FROM shown_contract shown JOIN contract c ON c.id = shown.id JOIN system s ON s.called <> c.system
    LEFT JOIN ZMM_ICMCONTRACT e
    ON e.SYSID = c.SYSID AND e.ICMAGREEMENTCODE = c.ICMAGREEMENTCODE AND e.system = s.called
),
unlike AS MATERIALIZED (
    SELECT p.* FROM pair p JOIN contract c ON c.id = p.id JOIN ZMM_ICMCONTRACT e ON e.rowid = p.entry
    WHERE {" OR ".join(f"c.{name} <> e.{name}" for name in _FIELDS)}
),
organisations AS (
    SELECT c.*, p.system AS other, {_ORGANISATIONS.format(system="c.system")} AS here,
        {_ORGANISATIONS.format(system="p.system")} AS there
    FROM pair p JOIN contract c ON c.id = p.id WHERE p.entry IS NOT NULL
)
SELECT c.id AS contract, 'missing' AS finding, '' AS field, c.system, '' AS value, p.system AS other_system,
    '' AS other_value, 0 AS position
FROM pair p JOIN contract c ON c.id = p.id WHERE p.entry IS NULL
UNION ALL SELECT o.id, 'differs', 'PURCHASINGORG', o.system, ifnull(o.here, ''), o.other,
    ifnull(o.there, ''), {len(_FIELDS)} FROM organisations o WHERE o.here IS NOT o.there
UNION ALL SELECT c.id, '{SHARED_CODE}', '', c.system, '', '', '', 0
FROM shown_contract shown JOIN contract c ON c.id = shown.id
WHERE EXISTS (SELECT 1 FROM contract d WHERE d.ICMAGREEMENTCODE = c.ICMAGREEMENTCODE AND d.id <> c.id)
{"".join(_field_differences(position, name) for position, name in enumerate(_FIELDS))}
"""
"""Creates the table of agreements that the systems do not hold alike, and of codes that several of them share."""

ENTRY_DIFFERENCES = ReportQuery(
    "entries",
    "Entries not alike",
    "Agreements that the systems do not hold alike, and codes that several agreements share: there should be none.",
    (
        CODE, ReportColumn("SYSID", "System ID"), ReportColumn("finding", "Finding"), ReportColumn("field", "Field"),
        ReportColumn("system", "System"), ReportColumn("value", "Holds", VALUE),
        ReportColumn("other_system", "Other system"), ReportColumn("other_value", "Other holds", VALUE),
        TYPE,
        SUPPLIER,
        TEAM,
        OWNER,
    ),
    f"""
SELECT c.ICMAGREEMENTCODE, c.SYSID, f.finding, f.field, f.system, f.value, f.other_system, f.other_value,
    c.CONTRACTTYPENAME, c.ICMAPPSRCSUPPLIERID, c.ICMORGTEAM, c.ICMPRIMARYOWNERNAME
FROM entry_finding f JOIN contract c ON c.id = f.contract ORDER BY {order_by_code("c")}, f.other_system, f.position
""",
)  # fmt: skip
