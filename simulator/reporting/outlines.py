"""Outline agreements with a wrong code, a duplicate, or no valid contract (OA-5, D-26)."""

from simulator.reporting.extraction import AGREEMENT_CODE
from simulator.reporting.parts import (
    CODE,
    NAME,
    NUMBER,
    OUTLINE,
    OWNER,
    TEAM,
    ReportColumn,
    ReportQuery,
    select_columns,
)

_CODE_ENTERED = ReportColumn(AGREEMENT_CODE, "Code entered")

ORPHANS = ReportQuery(
    "orphans",
    "Orphans",
    "Outline agreements without an agreement code.",
    OUTLINE,
    f"""
SELECT {select_columns("o", OUTLINE)} FROM shown_outline s JOIN outline o ON o.id = s.id
WHERE trim(o.{AGREEMENT_CODE}) = '' ORDER BY o.system, o.EBELN
""",
)

UNKNOWN_CODES = ReportQuery(
    "unknown_codes",
    "Codes not in the table",
    "Outline agreements with a code for which their own system has no entry.",
    (*OUTLINE, _CODE_ENTERED, ReportColumn("known_in", "Known in")),
    f"""
SELECT {select_columns("o", OUTLINE)}, o.{AGREEMENT_CODE}, ifnull((SELECT group_concat(system, ', ') FROM (
    SELECT DISTINCT e.system FROM ZMM_ICMCONTRACT e
    WHERE e.ICMAGREEMENTCODE = upper(trim(o.{AGREEMENT_CODE})) ORDER BY 1)), '')
FROM shown_outline s JOIN outline o ON o.id = s.id
WHERE trim(o.{AGREEMENT_CODE}) <> '' AND o.entry IS NULL ORDER BY o.system, o.EBELN
""",
)

DUPLICATES = ReportQuery(
    "duplicates",
    "Duplicates",
    "Outline agreements that share agreement code and organisation with another one of the same system.",
    (CODE, NAME, *OUTLINE, ReportColumn("alike", "Of so many", NUMBER), TEAM, OWNER),
    f"""
WITH twin AS (
    SELECT system, contract, EKORG, count(*) AS alike FROM outline
    GROUP BY system, contract, EKORG HAVING count(*) > 1
)
SELECT c.ICMAGREEMENTCODE, c.NAME, {select_columns("o", OUTLINE)}, t.alike, c.ICMORGTEAM, c.ICMPRIMARYOWNERNAME
FROM twin t JOIN outline o ON o.contract = t.contract AND o.EKORG = t.EKORG AND o.system = t.system
JOIN shown_outline s ON s.id = o.id JOIN contract c ON c.id = o.contract
ORDER BY o.system, length(c.ICMAGREEMENTCODE), c.ICMAGREEMENTCODE, o.EKORG, o.EBELN
""",
)

VALID_BEYOND_CONTRACT = ReportQuery(
    "ended",
    "Valid beyond the contract",
    "Outline agreements that are still valid although their contract has expired or was terminated.",
    (
        CODE, NAME, ReportColumn("ICMEXPIRYDATE", "Contract ended", "day"), *OUTLINE,
        ReportColumn("days", "Days since", NUMBER), TEAM, OWNER,
    ),
    f"""
SELECT e.ICMAGREEMENTCODE, e.NAME, e.ICMEXPIRYDATE, {select_columns("o", OUTLINE)},
    CAST(julianday(substr(:day, 1, 4) || '-' || substr(:day, 5, 2) || '-' || substr(:day, 7)) - julianday(
        substr(e.ICMEXPIRYDATE, 1, 4) || '-' || substr(e.ICMEXPIRYDATE, 5, 2) || '-' || substr(e.ICMEXPIRYDATE, 7))
        AS INTEGER),
    e.ICMORGTEAM, e.ICMPRIMARYOWNERNAME
FROM shown_outline s JOIN outline o ON o.id = s.id JOIN ZMM_ICMCONTRACT e ON e.rowid = o.entry
WHERE e.ICMEXPIRYDATE <> '00000000' AND e.ICMEXPIRYDATE < :day
AND (o.KDATE >= :day OR o.KDATE = '00000000')
ORDER BY o.system, o.EBELN
""",
)  # fmt: skip
