"""Differences that somebody has accepted, as long as both values stay as they were (D-100)."""

import sqlite3
from collections.abc import Iterable
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
    ReportQuery,
    select_columns,
)


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


def apply_acceptances(store: sqlite3.Connection, acceptances: Iterable[Acceptance], *, sums: bool) -> None:
    """Take accepted differences out of `differing`, and create the table `accepted`, where those that stand are marked.

    One that is no difference any more is left out. Where target values are compared in sum, none of a header counts.
    """
    store.create_function("digest_values", 5, digest_values, deterministic=True)
    store.execute("CREATE TABLE accepted (outline, field, accepted_by, accepted_on, reason, stands)")
    compared = {one.field: one.contract_field for one in COMPARED_FIELDS}
    for one in acceptances:
        if one.field not in compared or (sums and one.field == "KTWRT"):
            continue
        store.execute(
            f"""INSERT INTO accepted SELECT o.id, :field, :by, :on, :reason,
            digest_values(o.system, o.EBELN, :field, o.{one.field}, e.{compared[one.field]}) = :digest
            FROM differing d JOIN outline o ON o.id = d.id JOIN ZMM_ICMCONTRACT e ON e.rowid = d.entry
            WHERE o.system = :system AND o.EBELN = :EBELN AND d.{one.field}""",
            vars(one),
        )
    for name in compared:
        store.execute(
            f"UPDATE differing SET {name} = 0 WHERE id IN (SELECT outline FROM accepted WHERE stands AND field = ?)",
            [name],
        )
    store.execute(f"DELETE FROM differing WHERE NOT ({' OR '.join(compared)})")


_OUTLINE_VALUE = " ".join(f"WHEN '{one.field}' THEN o.{one.field}" for one in COMPARED_FIELDS)
_CONTRACT_VALUE = " ".join(f"WHEN '{one.field}' THEN e.{one.contract_field}" for one in COMPARED_FIELDS)

ACCEPTED = ReportQuery(
    "accepted",
    "Accepted differences",
    "Differences that somebody has accepted, and whose values have not changed since; they stand in no other part.",
    (
        SYSTEM, EBELN, EKORG, CODE, TYPE, NAME, ReportColumn("field", "Field"),
        ReportColumn("outline_agreement", "Outl. agr. has", VALUE), ReportColumn("contract", "Contract has", VALUE),
        ReportColumn("accepted_by", "Accepted by"), ReportColumn("accepted_on", "Accepted on", DAY),
        ReportColumn("reason", "Reason"), TEAM, OWNER,
    ),
    f"""
SELECT {select_columns("o", (SYSTEM, EBELN, EKORG))}, {select_columns("e", (CODE, TYPE, NAME))}, a.field,
    CASE a.field {_OUTLINE_VALUE} END, CASE a.field {_CONTRACT_VALUE} END, a.accepted_by, a.accepted_on, a.reason,
    {select_columns("e", (TEAM, OWNER))}
FROM accepted a JOIN outline o ON o.id = a.outline JOIN ZMM_ICMCONTRACT e ON e.rowid = o.entry WHERE a.stands
ORDER BY o.system, o.EBELN, a.field
""",
)  # fmt: skip
