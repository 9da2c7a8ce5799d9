"""Contracts without an outline agreement (OA-5), and entries that differ between systems."""

from simulator.reporting.extraction import CONTRACT_FIELDS
from simulator.reporting.parts import (
    CODE,
    CONTRACT,
    OWNER,
    TEAM,
    TYPE,
    VALUE,
    ReportColumn,
    ReportQuery,
    order_by_code,
    select_columns,
)

MISSING_OUTLINE_AGREEMENTS = ReportQuery(
    "missing",
    "No outline agreement yet",
    "Organisations of running sub and standalone agreements that have no outline agreement in any system; "
    "a blank organisation stands for an agreement that has none.",
    (ReportColumn("PURCHASINGORG", "Purch. org."), *CONTRACT),
    f"""
SELECT g.PURCHASINGORG, {select_columns("c", CONTRACT)} FROM (
    SELECT contract, PURCHASINGORG FROM shown_organisation
    UNION ALL SELECT s.id, '' FROM shown_contract s
    WHERE NOT EXISTS (SELECT 1 FROM contract_organisation g WHERE g.contract = s.id)
    AND NOT EXISTS (SELECT 1 FROM outline o WHERE o.contract = s.id)
) g JOIN contract c ON c.id = g.contract
WHERE c.CONTRACTTYPENAME IN (SELECT code FROM type WHERE kind IN ('sub', 'standalone'))
AND (c.ICMEXPIRYDATE >= :day OR c.ICMEXPIRYDATE = '00000000')
AND NOT EXISTS (SELECT 1 FROM outline o WHERE o.contract = g.contract
    AND o.EKORG = g.PURCHASINGORG)
ORDER BY {order_by_code("c")}, g.PURCHASINGORG
""",
)

_FIELDS = tuple(name for name in CONTRACT_FIELDS if name not in ("SYSID", "ICMAGREEMENTCODE"))
_ORGANISATIONS = """(SELECT group_concat(PURCHASINGORG) FROM (SELECT g.PURCHASINGORG FROM ZMM_ICMPURCHORG g
    WHERE g.SYSID = c.SYSID AND g.system = {system} ORDER BY 1))"""


def _field_differences(position: int, name: str) -> str:
    return f"""
UNION ALL SELECT c.ICMAGREEMENTCODE, c.SYSID, 'differs', '{name}', c.system, c.{name}, u.system, e.{name}, {position}
FROM unlike u JOIN contract c ON c.id = u.id JOIN ZMM_ICMCONTRACT e ON e.rowid = u.entry WHERE c.{name} <> e.{name}"""


ENTRY_DIFFERENCES = ReportQuery(
    "entries",
    "Entries that differ between systems",
    "Agreements that the systems do not hold alike, and codes that several agreements share: there should be none.",
    (
        CODE, ReportColumn("SYSID", "System ID"), ReportColumn("finding", "Finding"), ReportColumn("field", "Field"),
        ReportColumn("system", "System"), ReportColumn("value", "holds", VALUE),
        ReportColumn("other_system", "Other system"), ReportColumn("other_value", "holds", VALUE),
        TYPE,
        TEAM,
        OWNER,
    ),
    f"""
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
SELECT found.ICMAGREEMENTCODE, found.SYSID, finding, field, found.system, value, other_system, other_value,
    k.CONTRACTTYPENAME, k.ICMORGTEAM, k.ICMPRIMARYOWNERNAME
FROM (
SELECT c.ICMAGREEMENTCODE, c.SYSID, 'missing' AS finding, '' AS field, c.system, '' AS value,
    p.system AS other_system, '' AS other_value, 0 AS position
FROM pair p JOIN contract c ON c.id = p.id WHERE p.entry IS NULL
UNION ALL SELECT o.ICMAGREEMENTCODE, o.SYSID, 'differs', 'PURCHASINGORG', o.system, ifnull(o.here, ''), o.other,
    ifnull(o.there, ''), {len(_FIELDS)} FROM organisations o WHERE o.here IS NOT o.there
UNION ALL SELECT c.ICMAGREEMENTCODE, c.SYSID, 'code of several agreements', '', c.system, '', '', '', 0
FROM shown_contract shown JOIN contract c ON c.id = shown.id
WHERE EXISTS (SELECT 1 FROM contract d WHERE d.ICMAGREEMENTCODE = c.ICMAGREEMENTCODE AND d.id <> c.id)
{"".join(_field_differences(position, name) for position, name in enumerate(_FIELDS))}
) AS found JOIN contract k ON k.SYSID = found.SYSID AND k.ICMAGREEMENTCODE = found.ICMAGREEMENTCODE
ORDER BY {order_by_code("found")}, other_system, position
""",
)  # fmt: skip
