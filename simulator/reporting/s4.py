"""Open outline agreements that a conversion to S/4HANA could take over, and the obstacles for others (OA-8, D-56)."""

from typing import NamedTuple

from simulator.reporting.contracts import SHARED_CODE
from simulator.reporting.differences import DIFFERING_FIELDS
from simulator.reporting.extraction import AGREEMENT_CODE
from simulator.reporting.parts import EBELN, EKORG, NUMBER, SYSTEM, ReportColumn, ReportQuery

READY, BLOCKED = "ready", "blocked"
_NOT_HELD = "What a conversion needs besides is not known here: business partners, items, open quantities."


class Obstacle(NamedTuple):
    """An obstacle: its column in the totals, and its words as an SQL expression, blank where there is no obstacle.

    o is the outline agreement, c its contract, e the entry of its own system, d its differences; all but o may be NULL.
    """

    name: str
    label: str
    words: str


def _when(condition: str, words: str) -> str:
    return f"CASE WHEN {condition} THEN {words} ELSE '' END"


_ALIKE = "FROM outline x WHERE x.contract = o.contract AND x.EKORG = o.EKORG AND x.open AND x.system"
OBSTACLES = (
    Obstacle(
        "no_contract", "No contract",
        _when(
            "o.entry IS NULL",
            f"iif(trim(o.{AGREEMENT_CODE}) = '', 'no code', "
            "iif(o.rivals = '', 'code not in the table', 'code of several contracts'))",
        ),
    ),
    Obstacle("differing", "Differing", _when("d.id IS NOT NULL", f"'differs: ' || {DIFFERING_FIELDS}")),
    Obstacle(
        "ended", "Contract expired",
        _when("e.ICMEXPIRYDATE < :day AND e.ICMEXPIRYDATE <> '00000000'", "'contract expired'"),
    ),
    Obstacle("duplicate", "Duplicate", _when(f"EXISTS (SELECT 1 {_ALIKE} = o.system AND x.id <> o.id)", "'duplicate'")),
    Obstacle(
        "two_systems", "In two systems",
        f"ifnull((SELECT 'organisation also in ' || min(x.system) {_ALIKE} <> o.system), '')",
    ),
    Obstacle(
        "entries_differ", "Entries differ",
        _when(
            "o.entry IS NOT NULL AND EXISTS (SELECT 1 FROM entry_finding f WHERE f.contract = o.contract)",
            "iif(EXISTS (SELECT 1 FROM entry_finding f WHERE f.contract = o.contract AND f.finding <> "
            f"'{SHARED_CODE}'), 'entries differ between systems', '{SHARED_CODE}')",
        ),
    ),
    Obstacle("wrong_type", "Nothing bought", _when("NOT c.bought", "'nothing is bought under ' || c.CONTRACTTYPENAME")),
    Obstacle(
        "no_supplier", "No supplier",
        _when("trim(e.ICMAPPSRCSUPPLIERID) = '' OR trim(o.LIFNR) = ''", "'no supplier'"),
    ),
    Obstacle(
        "no_currency", "No currency", _when("trim(e.ICMCURRENCY) = '' OR trim(o.WAERS) = ''", "'no currency'")
    ),
)  # fmt: skip
"""The obstacles to a conversion, in the order of the report."""

CREATE_OBSTACLES = f"""
CREATE TABLE obstacle AS SELECT o.id, {", ".join(f"{one.words} AS {one.name}" for one in OBSTACLES)}
FROM shown_outline s JOIN outline o ON o.id = s.id LEFT JOIN contract c ON c.id = o.contract
LEFT JOIN ZMM_ICMCONTRACT e ON e.rowid = o.entry LEFT JOIN differing d ON d.id = o.id WHERE o.open
"""
"""Creates the table of open outline agreements, with the words for each obstacle."""

_ALL = " || ".join(f"iif(b.{one.name} = '', '', '; ' || b.{one.name})" for one in OBSTACLES)

S4 = ReportQuery(
    "s4",
    "S/4HANA: outline agreements",
    "Each open outline agreement: whether a conversion could take it over, and all that stands in its way. "
    + _NOT_HELD,
    (
        SYSTEM, EKORG, EBELN, ReportColumn(AGREEMENT_CODE, "Code"), ReportColumn("LIFNR", "Vendor"),
        ReportColumn("KDATE", "Valid to", "day"), ReportColumn("KTWRT", "Target value", "amount"),
        ReportColumn("WAERS", "Currency"), ReportColumn("verdict", "Verdict"), ReportColumn("obstacles", "Obstacles"),
    ),
    f"""
SELECT system, EKORG, EBELN, {AGREEMENT_CODE}, LIFNR, KDATE, KTWRT, WAERS,
    iif(found = '', '{READY}', '{BLOCKED}'), ltrim(found, '; ')
FROM (SELECT o.*, {_ALL} AS found FROM obstacle b JOIN outline o ON o.id = b.id) ORDER BY system, EKORG, EBELN
""",
)  # fmt: skip

S4_TOTALS = ReportQuery(
    "s4_totals",
    "S/4HANA: by organisation",
    "How many outline agreements are open, how many of them could be taken over, and how many have which obstacle; "
    "one may have several.",
    (
        SYSTEM, EKORG, ReportColumn("open", "Open", NUMBER), ReportColumn("ready", "Ready", NUMBER),
        *(ReportColumn(one.name, one.label, NUMBER) for one in OBSTACLES),
        ReportColumn("closed", "Not open any more", NUMBER),
    ),
    f"""
SELECT o.system, o.EKORG, count(b.id), sum(b.id IS NOT NULL AND {_ALL} = ''),
    {", ".join(f"sum(ifnull(b.{one.name}, '') <> '')" for one in OBSTACLES)}, sum(b.id IS NULL)
FROM shown_outline s JOIN outline o ON o.id = s.id LEFT JOIN obstacle b ON b.id = o.id
GROUP BY o.system, o.EKORG ORDER BY o.system, o.EKORG
""",
)  # fmt: skip
