"""The hierarchy (OA-6): masters with their sub and supporting agreements, and standalone agreements.

Each contract has its outline agreements by organisation and system (OA-3).
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import groupby

from simulator.reporting.differences import DIFFERING_FIELDS
from simulator.reporting.parts import (
    AMOUNT,
    CONTRACT,
    EBELN,
    EKORG,
    OUTLINE,
    SYSTEM,
    ReportColumn,
    ReportQuery,
    ReportRow,
    order_by_code,
    select_columns,
)

CONTEXT_ONLY = "shown for its agreements"
EXPIRED, NOT_BEGUN, FOREIGN = "expired", "not begun", "not an organisation of the contract"
LACKING = "no outline agreement"
"""The remark on an organisation that lacks one: under masters, NDAs and what has ended nothing is bought (D-54)."""

_OUTLINE = tuple(column for column in OUTLINE if column not in (SYSTEM, EBELN, EKORG))
_COLUMNS = (
    ReportColumn("level", "Level", "number"),
    *CONTRACT,
    ReportColumn("SYSID", "System ID"),
    ReportColumn("ASSOCIATINGCODE", "Master"),
    ReportColumn("note", "Note"),
    ReportColumn("state", "State"),
    ReportColumn("PURCHASINGORG", "Purch. org."),
    SYSTEM,
    EBELN,
    *_OUTLINE,
    ReportColumn("remarks", "Remarks"),
    ReportColumn("counted_value", "Value counted", AMOUNT),
)
_CONTRACT_WIDTH = len(CONTRACT) + 5
"""The number of leading columns that describe the contract; the others describe one of its organisations."""

HIERARCHY = ReportQuery(
    "hierarchy",
    "Hierarchy",
    "Each contract under its master, with its purchasing organisations and their outline agreements. The counted value "
    "stands once for each running agreement under which one buys, so that it sums to the total.",
    _COLUMNS,
    f"""
WITH in_tree AS (
    SELECT id, '' AS note FROM shown_contract
    UNION ALL SELECT DISTINCT c.parent, '{CONTEXT_ONLY}' FROM shown_contract s JOIN contract c ON c.id = s.id
    WHERE c.parent IS NOT NULL AND c.parent NOT IN (SELECT id FROM shown_contract)
),
place AS (
    SELECT contract, PURCHASINGORG FROM shown_organisation
    UNION SELECT contract, EKORG FROM shown_outline WHERE contract IS NOT NULL
),
line AS (
    SELECT t.id, t.note, p.PURCHASINGORG, s.id AS outline,
        row_number() OVER (PARTITION BY t.id ORDER BY p.PURCHASINGORG, o.system, o.EBELN) AS position
    FROM in_tree t LEFT JOIN place p ON p.contract = t.id
    LEFT JOIN shown_outline s ON s.contract = p.contract AND s.EKORG = p.PURCHASINGORG
    LEFT JOIN outline o ON o.id = s.id
)
SELECT c.parent IS NOT NULL, {select_columns("c", CONTRACT)}, c.SYSID, c.ASSOCIATINGCODE,
    iif(u.contract IS NOT NULL AND c.ASSOCIATINGCODE || c.ASSOCIATINGSYSID <> '', u.finding, p.note),
    CASE WHEN c.expired THEN '{EXPIRED}' WHEN NOT c.begun THEN '{NOT_BEGUN}' ELSE '' END,
    ifnull(p.PURCHASINGORG, ''), ifnull(o.system, ''), ifnull(o.EBELN, ''),
    {", ".join(f"ifnull(o.{column.name}, '')" for column in _OUTLINE)},
    iif(o.id IS NULL, iif(c.bought AND c.begun AND NOT c.expired
        AND (p.PURCHASINGORG IS NOT NULL OR NOT EXISTS (SELECT 1 FROM contract_organisation g WHERE g.contract = c.id))
        AND NOT EXISTS (SELECT 1 FROM outline x
            WHERE x.contract = c.id AND x.open AND x.EKORG = ifnull(p.PURCHASINGORG, x.EKORG)), '{LACKING}', ''),
        ltrim(iif(o.open, '', '; {EXPIRED}')
        || iif(EXISTS (SELECT 1 FROM contract_organisation g WHERE g.contract = c.id)
            AND NOT EXISTS (SELECT 1 FROM contract_organisation g
                WHERE g.contract = c.id AND g.PURCHASINGORG = p.PURCHASINGORG), '; {FOREIGN}', '')
        || iif(d.id IS NULL, '', '; differs: ' || {DIFFERING_FIELDS}), '; ')),
    iif(c.bought AND NOT c.expired AND p.position = 1, c.ICMTOTALCONTRACTVALUE, '')
FROM line p JOIN contract c ON c.id = p.id JOIN contract root ON root.id = ifnull(c.parent, c.id)
LEFT JOIN outline o ON o.id = p.outline LEFT JOIN differing d ON d.id = o.id LEFT JOIN unlinked u ON u.contract = c.id
ORDER BY root.CONTRACTTYPENAME <> (SELECT code FROM type WHERE kind = 'master'), root.CONTRACTTYPENAME,
    {order_by_code("root")}, c.parent IS NOT NULL, c.CONTRACTTYPENAME, {order_by_code("c")}, p.PURCHASINGORG, o.system,
    o.EBELN
""",
)


@dataclass
class ContractNode:
    """A contract in the tree."""

    contract: dict[str, str | int]
    """Its columns, with the counted value."""

    organisations: dict[str, list[dict[str, str | int]]]
    """Organisation to its outline agreements."""

    remarks: dict[str, str]
    """Organisation without outline agreements to the remark on it."""

    agreements: list["ContractNode"] = field(default_factory=list)
    """The sub and supporting agreements of a master."""

    def lines(self) -> Iterator[tuple[str, dict[str, str | int]]]:
        """Iterate over the organisations, each with one of its outline agreements, or with the remark on it alone."""
        for organisation, held in self.organisations.items():
            for outline in held or [{"remarks": self.remarks[organisation]}]:
                yield organisation, outline

    def as_json(self) -> dict[str, object]:
        return self.contract | {
            "organisations": [
                {"PURCHASINGORG": name, "outline_agreements": held} for name, held in self.organisations.items()
            ],
            "agreements": [node.as_json() for node in self.agreements],
        }


def build_tree(rows: Iterable[ReportRow]) -> Iterator[ContractNode]:
    """Build a tree from the rows of the hierarchy, and yield its roots, in their order."""
    names = [column.name for column in _COLUMNS]
    of_contract, of_outline = [*names[1:_CONTRACT_WIDTH], names[-1]], names[_CONTRACT_WIDTH + 1 : -1]
    root: ContractNode | None = None
    for contract, grouped in groupby(rows, lambda row: row[:_CONTRACT_WIDTH]):
        organisations, remarks = dict[str, list[dict[str, str | int]]](), dict[str, str]()
        places = list(grouped)
        for place in places:
            organisation, *outline, _ = place[_CONTRACT_WIDTH:]
            if organisation:
                held = organisations.setdefault(str(organisation), [])
                if outline[1]:
                    held.append(dict(zip(of_outline, outline, strict=True)))
                else:
                    remarks[str(organisation)] = str(outline[-1])
        counted = places[0][-1]
        node = ContractNode(dict(zip(of_contract, (*contract[1:], counted), strict=True)), organisations, remarks)
        if contract[0] and root:
            root.agreements.append(node)
            continue
        if root:
            yield root
        root = node
    if root:
        yield root
