"""Open outline agreements that a conversion to S/4HANA could take over, and the obstacles for others (OA-8)."""

from simulator.reporting.differences import COMPARED_FIELDS
from simulator.reporting.extraction import AGREEMENT_CODE
from simulator.reporting.parts import EBELN, EKORG, NUMBER, SYSTEM, ReportColumn, ReportQuery

READY, BLOCKED = "ready", "blocked"

_DIFFERS = " || ".join(f"iif(d.{one.field}, ' {one.field}', '')" for one in COMPARED_FIELDS)
_OBSTACLES = f"""
SELECT o.*, (o.KDATE < :day AND o.KDATE <> '00000000') AS closed, o.entry IS NULL AS no_contract,
    d.id IS NOT NULL AS differs, ifnull(trim({_DIFFERS}), '') AS fields,
    ifnull(e.ICMEXPIRYDATE < :day AND e.ICMEXPIRYDATE <> '00000000', 0) AS ended
FROM shown_outline s JOIN outline o ON o.id = s.id
LEFT JOIN ZMM_ICMCONTRACT e ON e.rowid = o.entry LEFT JOIN differing d ON d.id = o.id"""

S4 = ReportQuery(
    "s4",
    "S/4HANA: outline agreements",
    "Each open outline agreement: whether a conversion could take it over, and all that stands in its way.",
    (
        SYSTEM, EKORG, EBELN, ReportColumn(AGREEMENT_CODE, "Code"), ReportColumn("LIFNR", "Vendor"),
        ReportColumn("KDATE", "Valid to", "day"), ReportColumn("KTWRT", "Target value", "amount"),
        ReportColumn("WAERS", "Currency"), ReportColumn("verdict", "Verdict"), ReportColumn("obstacles", "Obstacles"),
    ),
    f"""
SELECT system, EKORG, EBELN, {AGREEMENT_CODE}, LIFNR, KDATE, KTWRT, WAERS,
    iif(no_contract OR differs OR ended, '{BLOCKED}', '{READY}'),
    ltrim(iif(no_contract, iif(trim({AGREEMENT_CODE}) = '', 'no code', 'code not in the table'), '')
        || iif(differs, '; differs: ' || fields, '') || iif(ended, '; contract expired', ''), '; ')
FROM ({_OBSTACLES}) WHERE NOT closed ORDER BY system, EKORG, EBELN
""",
)  # fmt: skip

S4_TOTALS = ReportQuery(
    "s4_totals",
    "S/4HANA: by system and organisation",
    "How many outline agreements are open, how many of them could be taken over, and how many have which obstacle; "
    "one may have several.",
    (
        SYSTEM, EKORG, ReportColumn("open", "Open", NUMBER), ReportColumn("ready", "Ready", NUMBER),
        ReportColumn("no_contract", "No contract", NUMBER), ReportColumn("differing", "Differing", NUMBER),
        ReportColumn("ended", "Contract expired", NUMBER), ReportColumn("closed", "Not open any more", NUMBER),
    ),
    f"""
SELECT system, EKORG, sum(NOT closed), sum(NOT (closed OR no_contract OR differs OR ended)),
    sum(NOT closed AND no_contract), sum(NOT closed AND differs), sum(NOT closed AND ended), sum(closed)
FROM ({_OBSTACLES}) GROUP BY system, EKORG ORDER BY system, EKORG
""",
)  # fmt: skip
