"""The hierarchy (OA-6): masters with their sub and supporting agreements, standalone agreements; each with its
outline agreements by organisation and system (OA-3).
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import groupby

from simulator.reporting.parts import CONTRACT, EBELN, EKORG, OUTLINE, SYSTEM, Column, Query, Row, by_code, named

MASTER_NOT_THERE, CONTEXT = "master is not in the tables", "shown for its agreements"

_OUTLINE = tuple(column for column in OUTLINE if column not in (SYSTEM, EBELN, EKORG))
_COLUMNS = (
    Column("level", "Level", "number"),
    *CONTRACT,
    Column("SYSID", "System ID"),
    Column("ASSOCIATINGCODE", "Master"),
    Column("note", "Note"),
    Column("PURCHASINGORG", "Purch. org."),
    SYSTEM,
    EBELN,
    *_OUTLINE,
)
_CONTRACT_WIDTH = len(CONTRACT) + 4
"""So many columns of a row tell of the contract, those that follow of one of its organisations."""

HIERARCHY = Query(
    "hierarchy",
    "Hierarchy",
    "Each contract under its master, with its purchasing organisations and their outline agreements.",
    _COLUMNS,
    f"""
WITH in_tree AS (
    SELECT id, '' AS note FROM shown_contract
    UNION ALL SELECT DISTINCT c.parent, '{CONTEXT}' FROM shown_contract s JOIN contract c ON c.id = s.id
    WHERE c.parent IS NOT NULL AND c.parent NOT IN (SELECT id FROM shown_contract)
),
place AS (
    SELECT contract, PURCHASINGORG FROM shown_organisation
    UNION SELECT contract, EKORG FROM shown_outline WHERE contract IS NOT NULL
)
SELECT c.parent IS NOT NULL, {named("c", CONTRACT)}, c.SYSID, c.ASSOCIATINGCODE,
    iif(t.note = '' AND c.parent IS NULL AND c.ASSOCIATINGCODE <> '', '{MASTER_NOT_THERE}', t.note),
    ifnull(p.PURCHASINGORG, ''), ifnull(o.system, ''), ifnull(o.EBELN, ''),
    {", ".join(f"ifnull(o.{column.name}, '')" for column in _OUTLINE)}
FROM in_tree t JOIN contract c ON c.id = t.id JOIN contract root ON root.id = ifnull(c.parent, c.id)
LEFT JOIN place p ON p.contract = c.id
LEFT JOIN shown_outline s ON s.contract = p.contract AND s.EKORG = p.PURCHASINGORG LEFT JOIN outline o ON o.id = s.id
ORDER BY root.CONTRACTTYPENAME <> (SELECT code FROM type WHERE kind = 'master'), root.CONTRACTTYPENAME,
    {by_code("root")}, c.parent IS NOT NULL, c.CONTRACTTYPENAME, {by_code("c")}, p.PURCHASINGORG, o.system, o.EBELN
""",
)


@dataclass
class Node:
    """A contract of the tree."""

    contract: dict[str, str | int]
    organisations: dict[str, list[dict[str, str | int]]]
    """Organisation to its outline agreements."""

    agreements: list["Node"] = field(default_factory=list)
    """The sub and supporting agreements of a master."""

    def as_json(self) -> dict[str, object]:
        return self.contract | {
            "organisations": [
                {"PURCHASINGORG": name, "outline_agreements": held} for name, held in self.organisations.items()
            ],
            "agreements": [node.as_json() for node in self.agreements],
        }


def tree(rows: Iterable[Row]) -> list[Node]:
    """The rows of the part, in its order, as a tree."""
    names = [column.name for column in _COLUMNS]
    of_contract, of_outline = names[1:_CONTRACT_WIDTH], names[_CONTRACT_WIDTH + 1 :]
    roots = list[Node]()
    for contract, places in groupby(rows, lambda row: row[:_CONTRACT_WIDTH]):
        organisations = dict[str, list[dict[str, str | int]]]()
        for place in places:
            organisation, *outline = place[_CONTRACT_WIDTH:]
            if organisation:
                held = organisations.setdefault(str(organisation), [])
                if outline[1]:
                    held.append(dict(zip(of_outline, outline, strict=True)))
        node = Node(dict(zip(of_contract, contract[1:], strict=True)), organisations)
        (roots[-1].agreements if contract[0] else roots).append(node)
    return roots
