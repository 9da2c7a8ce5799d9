"""Differences that somebody has accepted, as long as both values stay as they were (D-100)."""

import sqlite3
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256

from simulator.reporting.differences import COMPARED_FIELDS
from simulator.reporting.parts import (
    CODE,
    DAY,
    EBELN,
    EKORG,
    NAME,
    OWNER,
    SYSTEM,
    TEAM,
    TYPE,
    VALUE,
    ReportColumn,
    ReportPart,
    ReportQuery,
    select_columns,
)

SUM = "SUM"
"""In place of a field: the sum of target values of the contract that an outline agreement belongs to (D-53)."""


@dataclass(frozen=True)
class Acceptance:
    """A difference that somebody has accepted. It holds a digest and no value, which could be of a contract (SEC-2)."""

    system: str
    EBELN: str
    field: str
    digest: str
    by: str
    on: str
    """YYYYMMDD."""

    reason: str


def digest_values(system: str, ebeln: str, field: str, outline_agreement: str, contract: str) -> str:
    """Return the digest of both values of a difference."""
    parts = (system, ebeln, field, outline_agreement, contract)
    return sha256("\x1f".join(parts).encode()).hexdigest()


def find_difference(parts: Mapping[str, ReportPart], system: str, ebeln: str, field: str) -> tuple[str, str] | None:
    """Return the value of an outline agreement and that of its contract; None if they do not differ.

    Needs the part `differences`, and for SUM also the hierarchy, which tells the contract.
    """
    differences = parts["differences"].dicts()
    if field == SUM:
        held = {
            row[CODE.name] for row in parts["hierarchy"].dicts() if (row["system"], row["EBELN"]) == (system, ebeln)
        }
        found = [row for row in differences if row["system"] == "" and row[CODE.name] in held]
    else:
        named = (system, ebeln, field)
        found = [row for row in differences if (row["system"], row["EBELN"], row["field"]) == named]
    return (str(found[0]["outline_agreement"]), str(found[0]["contract"])) if len(found) == 1 else None


def apply_acceptances(store: sqlite3.Connection, acceptances: Iterable[Acceptance], *, sums: bool) -> None:
    """Take accepted differences out of `differing`, and create the table `accepted`, where those that stand are marked.

    One that is no difference any more is left out. Where target values are compared in sum, none of a header counts;
    elsewhere, none of a sum.
    """
    store.create_function("digest_values", 5, digest_values, deterministic=True)
    store.execute("CREATE TABLE accepted (outline, field, accepted_by, accepted_on, reason, stands)")
    compared = {one.field: one.contract_field for one in COMPARED_FIELDS}
    for one in acceptances:
        if one.field == SUM and sums:
            store.execute(_INSERT_SUM, vars(one))
        if one.field not in compared or (sums and one.field == "KTWRT"):
            continue
        store.execute(
            f"""INSERT INTO accepted SELECT o.id, :field, :by, :on, :reason,
            digest_values(o.system, o.EBELN, :field, o.{one.field}, e.{compared[one.field]}) = :digest
            FROM differing d JOIN outline o ON o.id = d.id JOIN ZMM_ICMCONTRACT e ON e.rowid = d.entry
            WHERE o.system = :system AND o.EBELN = :EBELN AND d.{one.field}""",
            vars(one),
        )
    store.execute(f"UPDATE target_sum SET verdict = 'accepted' WHERE contract IN ({_ACCEPTED_SUMS})")
    store.execute(
        f"UPDATE differing SET KTWRT = 0 WHERE id IN (SELECT id FROM outline WHERE contract IN ({_ACCEPTED_SUMS}))"
    )
    for name in compared:
        store.execute(
            f"UPDATE differing SET {name} = 0 WHERE id IN (SELECT outline FROM accepted WHERE stands AND field = ?)",
            [name],
        )
    store.execute(f"DELETE FROM differing WHERE NOT ({' OR '.join(compared)})")


_INSERT_SUM = f"""
INSERT INTO accepted SELECT o.id, '{SUM}', :by, :on, :reason,
    digest_values(o.system, o.EBELN, '{SUM}', t.value, c.ICMTOTALCONTRACTVALUE) = :digest
FROM outline o JOIN target_sum t ON t.contract = o.contract JOIN contract c ON c.id = t.contract
WHERE o.system = :system AND o.EBELN = :EBELN AND t.verdict = 'differs'
AND EXISTS (SELECT 1 FROM shown_outline s WHERE s.contract = t.contract)
"""
_ACCEPTED_SUMS = (
    f"SELECT o.contract FROM accepted a JOIN outline o ON o.id = a.outline WHERE a.stands AND a.field = '{SUM}'"
)

_OUTLINE_VALUE = " ".join(f"WHEN '{one.field}' THEN o.{one.field}" for one in COMPARED_FIELDS)
_CONTRACT_VALUE = " ".join(f"WHEN '{one.field}' THEN e.{one.contract_field}" for one in COMPARED_FIELDS)


def _of_contract(*columns: ReportColumn) -> str:
    """Select columns of the entry in the same system; a sum may have an outline agreement whose system has none."""
    return ", ".join(f"ifnull(e.{one.name}, c.{one.name})" for one in columns)


ACCEPTED = ReportQuery(
    "accepted",
    "Accepted differences",
    "Differences that somebody has accepted, and whose values have not changed since; they stand in no other part.",
    (
        SYSTEM, EBELN, EKORG, CODE, ReportColumn("field", "Field"),
        ReportColumn("outline_agreement", "Outl. agr. has", VALUE), ReportColumn("contract", "Contract has", VALUE),
        ReportColumn("accepted_by", "Accepted by"), ReportColumn("accepted_on", "Accepted on", DAY),
        ReportColumn("reason", "Reason"), TYPE, NAME, TEAM, OWNER,
    ),
    f"""
SELECT {select_columns("o", (SYSTEM, EBELN, EKORG))}, {_of_contract(CODE)}, a.field,
    CASE a.field {_OUTLINE_VALUE} ELSE t.value END,
    CASE a.field {_CONTRACT_VALUE} ELSE c.ICMTOTALCONTRACTVALUE END, a.accepted_by, a.accepted_on, a.reason,
    {_of_contract(TYPE, NAME, TEAM, OWNER)}
FROM accepted a JOIN outline o ON o.id = a.outline LEFT JOIN ZMM_ICMCONTRACT e ON e.rowid = o.entry
LEFT JOIN contract c ON c.id = o.contract LEFT JOIN target_sum t ON t.contract = c.id WHERE a.stands
ORDER BY o.system, o.EBELN, a.field
""",
)  # fmt: skip
