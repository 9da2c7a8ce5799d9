"""Outline agreements with a wrong code, a duplicate, or no valid contract (OA-5, D-26)."""

from simulator.reporting.extraction import AGREEMENT_CODE
from simulator.reporting.parts import (
    CODE,
    NAME,
    NUMBER,
    OUTLINE,
    OWNER,
    TEAM,
    TYPE,
    ReportColumn,
    ReportQuery,
    select_columns,
)

_CODE_ENTERED = ReportColumn(AGREEMENT_CODE, "Code entered")

ORPHANS = ReportQuery(
    "orphans",
    "Orphans",
    "Outline agreements without an agreement code, valid on the day or later.",
    OUTLINE,
    f"""
SELECT {select_columns("o", OUTLINE)} FROM shown_outline s JOIN outline o ON o.id = s.id
WHERE trim(o.{AGREEMENT_CODE}) = '' AND o.open ORDER BY o.system, o.EBELN
""",
)

UNKNOWN_CODES = ReportQuery(
    "unknown_codes",
    "Codes with no single contract",
    "Outline agreements with a code for which their own system has no entry, or has entries of several contracts, none "
    "or several of them of its own tenant; valid on the day or later.",
    (*OUTLINE, _CODE_ENTERED, ReportColumn("known_in", "Known in"), ReportColumn("rivals", "Stands for")),
    f"""
SELECT {select_columns("o", OUTLINE)}, o.{AGREEMENT_CODE}, ifnull((SELECT group_concat(system, ', ') FROM (
    SELECT DISTINCT e.system FROM ZMM_ICMCONTRACT e
    WHERE e.ICMAGREEMENTCODE = upper(trim(o.{AGREEMENT_CODE})) ORDER BY 1)), ''), replace(o.rivals, ',', ', ')
FROM shown_outline s JOIN outline o ON o.id = s.id
WHERE trim(o.{AGREEMENT_CODE}) <> '' AND o.entry IS NULL AND o.open ORDER BY o.system, o.EBELN
""",
)

WRONG_TYPES = ReportQuery(
    "wrong_types",
    "Codes of masters and NDAs",
    "Outline agreements with the code of an agreement under which nothing is bought, valid on the day or later.",
    (CODE, TYPE, NAME, *OUTLINE, TEAM, OWNER),
    f"""
SELECT {select_columns("c", (CODE, TYPE, NAME))}, {select_columns("o", OUTLINE)},
    {select_columns("c", (TEAM, OWNER))}
FROM shown_outline s JOIN outline o ON o.id = s.id JOIN contract c ON c.id = o.contract
WHERE NOT c.bought AND o.open ORDER BY o.system, o.EBELN
""",
)

DUPLICATES = ReportQuery(
    "duplicates",
    "Duplicates",
    "Outline agreements that share agreement code and organisation with another one of the same system, both valid on "
    "the day or later.",
    (CODE, TYPE, NAME, *OUTLINE, ReportColumn("alike", "Of so many", NUMBER), TEAM, OWNER),
    f"""
WITH twin AS (
    SELECT system, contract, EKORG, count(*) AS alike FROM outline WHERE open
    GROUP BY system, contract, EKORG HAVING count(*) > 1
)
SELECT {select_columns("c", (CODE, TYPE, NAME))}, {select_columns("o", OUTLINE)}, t.alike,
    c.ICMORGTEAM, c.ICMPRIMARYOWNERNAME
FROM twin t JOIN outline o ON o.contract = t.contract AND o.EKORG = t.EKORG AND o.system = t.system AND o.open
JOIN shown_outline s ON s.id = o.id JOIN contract c ON c.id = o.contract
ORDER BY o.system, length(c.ICMAGREEMENTCODE), c.ICMAGREEMENTCODE, o.EKORG, o.EBELN
""",
)

VALID_BEYOND_CONTRACT = ReportQuery(
    "ended",
    "Valid beyond the contract",
    "Outline agreements that are still valid although their contract has expired or was terminated.",
    (
        CODE, TYPE, NAME, ReportColumn("ICMEXPIRYDATE", "Contract ended", "day"), *OUTLINE,
        ReportColumn("days", "Days since", NUMBER), TEAM, OWNER,
    ),
    f"""
SELECT {select_columns("e", (CODE, TYPE, NAME))}, e.ICMEXPIRYDATE, {select_columns("o", OUTLINE)},
    CAST(julianday(substr(:day, 1, 4) || '-' || substr(:day, 5, 2) || '-' || substr(:day, 7)) - julianday(
        substr(e.ICMEXPIRYDATE, 1, 4) || '-' || substr(e.ICMEXPIRYDATE, 5, 2) || '-' || substr(e.ICMEXPIRYDATE, 7))
        AS INTEGER),
    e.ICMORGTEAM, e.ICMPRIMARYOWNERNAME
FROM shown_outline s JOIN outline o ON o.id = s.id JOIN ZMM_ICMCONTRACT e ON e.rowid = o.entry
WHERE e.ICMEXPIRYDATE <> '00000000' AND e.ICMEXPIRYDATE < :day AND o.open
ORDER BY o.system, o.EBELN
""",
)  # fmt: skip
