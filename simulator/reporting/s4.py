"""What a conversion of open outline agreements to S/4HANA could take over, and what stands in its way (OA-8)."""

from simulator.reporting.differences import COMPARED
from simulator.reporting.extraction import AGREEMENT_CODE
from simulator.reporting.parts import EBELN, EKORG, NUMBER, SYSTEM, Column, Query

READY, BLOCKED = "ready", "blocked"

_DIFFERS = " || ".join(f"iif(d.{one.field}, ' {one.field}', '')" for one in COMPARED)
_OBSTACLES = f"""
SELECT o.*, (o.KDATE < :day AND o.KDATE <> '00000000') AS closed, o.entry IS NULL AS no_contract,
    d.id IS NOT NULL AS differs, ifnull(trim({_DIFFERS}), '') AS fields,
    ifnull(e.ICMEXPIRYDATE < :day AND e.ICMEXPIRYDATE <> '00000000', 0) AS ended
FROM shown_outline s JOIN outline o ON o.id = s.id
LEFT JOIN ZMM_ICMCONTRACT e ON e.rowid = o.entry LEFT JOIN differing d ON d.id = o.id"""

S4 = Query(
    "s4",
    "S/4HANA: outline agreements",
    "Each open outline agreement: whether a conversion could take it over, and all that stands in its way.",
    (
        SYSTEM, EKORG, EBELN, Column(AGREEMENT_CODE, "Code"), Column("LIFNR", "Vendor"),
        Column("KDATE", "Valid to", "day"), Column("KTWRT", "Target value", "amount"), Column("WAERS", "Currency"),
        Column("verdict", "Verdict"), Column("obstacles", "Obstacles"),
    ),
    f"""
SELECT system, EKORG, EBELN, {AGREEMENT_CODE}, LIFNR, KDATE, KTWRT, WAERS,
    iif(no_contract OR differs OR ended, '{BLOCKED}', '{READY}'),
    ltrim(iif(no_contract, iif(trim({AGREEMENT_CODE}) = '', 'no code', 'code not in the table'), '')
        || iif(differs, '; differs: ' || fields, '') || iif(ended, '; contract expired', ''), '; ')
FROM ({_OBSTACLES}) WHERE NOT closed ORDER BY system, EKORG, EBELN
""",
)  # fmt: skip

S4_TOTALS = Query(
    "s4_totals",
    "S/4HANA: by system and organisation",
    "How many outline agreements are open, how many of them could be taken over, and how many have which obstacle; "
    "one may have several.",
    (
        SYSTEM, EKORG, Column("open", "Open", NUMBER), Column("ready", "Ready", NUMBER),
        Column("no_contract", "No contract", NUMBER), Column("differing", "Differing", NUMBER),
        Column("ended", "Contract expired", NUMBER), Column("closed", "Not open any more", NUMBER),
    ),
    f"""
SELECT system, EKORG, sum(NOT closed), sum(NOT (closed OR no_contract OR differs OR ended)),
    sum(NOT closed AND no_contract), sum(NOT closed AND differs), sum(NOT closed AND ended), sum(closed)
FROM ({_OBSTACLES}) GROUP BY system, EKORG ORDER BY system, EKORG
""",
)  # fmt: skip
