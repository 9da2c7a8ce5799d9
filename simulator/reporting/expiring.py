"""Contracts and outline agreements that end soon."""

from simulator.reporting.parts import (
    CODE,
    DAY,
    EBELN,
    EKORG,
    NAME,
    NUMBER,
    OWNER,
    SUPPLIER,
    SYSTEM,
    TEAM,
    TYPE,
    ReportColumn,
    ReportQuery,
)

_JULIAN = "julianday(substr({0}, 1, 4) || '-' || substr({0}, 5, 2) || '-' || substr({0}, 7))"

EXPIRING = ReportQuery(
    "expiring",
    "Ending soon",
    "Contracts and outline agreements that are valid on the day and end within the days asked for, 90 by default.",
    (
        ReportColumn("ends", "Ends", DAY), ReportColumn("days", "Days left", NUMBER), ReportColumn("what", "What"),
        CODE, TYPE, NAME, SYSTEM, EBELN, EKORG, SUPPLIER, TEAM, OWNER,
    ),
    f"""
WITH soon (ends, what, ICMAGREEMENTCODE, CONTRACTTYPENAME, NAME, system, EBELN, EKORG, supplier, team, owner) AS (
SELECT c.ICMEXPIRYDATE, 'contract', c.ICMAGREEMENTCODE, c.CONTRACTTYPENAME, c.NAME, '', '', '',
    c.ICMAPPSRCSUPPLIERID, c.ICMORGTEAM, c.ICMPRIMARYOWNERNAME
FROM shown_contract s JOIN contract c ON c.id = s.id
WHERE c.begun AND NOT c.expired AND c.ICMEXPIRYDATE <> '00000000' AND c.ICMEXPIRYDATE <= :horizon
UNION ALL SELECT o.KDATE, 'outline agreement', ifnull(c.ICMAGREEMENTCODE, ''), ifnull(c.CONTRACTTYPENAME, ''),
    ifnull(c.NAME, ''), o.system, o.EBELN, o.EKORG, o.LIFNR, ifnull(c.ICMORGTEAM, ''), ifnull(c.ICMPRIMARYOWNERNAME, '')
FROM shown_outline s JOIN outline o ON o.id = s.id LEFT JOIN contract c ON c.id = o.contract
WHERE o.open AND o.KDATB <= :day AND o.KDATE <> '00000000' AND o.KDATE <= :horizon)
SELECT ends, CAST(ifnull({_JULIAN.format("ends")} - {_JULIAN.format(":day")}, 0) AS INTEGER), what, ICMAGREEMENTCODE,
    CONTRACTTYPENAME, NAME, system, EBELN, EKORG, supplier, team, owner
FROM soon ORDER BY ends, length(ICMAGREEMENTCODE), ICMAGREEMENTCODE, what, system, EBELN
""",
)  # fmt: skip
