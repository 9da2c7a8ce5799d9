"""The filters that select the contracts and outline agreements of a report."""

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from fnmatch import fnmatchcase

from simulator.reporting.extraction import fold

FOREVER = "99991231"
_FEW = 8


@dataclass(frozen=True)
class Selection:
    """Filters of a report. One pattern of each list must match; an empty list matches all. ``*`` is any characters.

    The lists filter contracts. An outline agreement without a contract is filtered by its own supplier, organisation
    and validity; it has no team, owner or type. `organisations` also filter the organisations of a contract and its
    outline agreements; `systems` filter only outline agreements. What is filtered out still counts: an outline
    agreement in a system that is not shown is not missing.
    """

    org_teams: tuple[str, ...] = ()
    owners: tuple[str, ...] = ()
    suppliers: tuple[str, ...] = ()
    """Leading zeros are ignored."""

    organisations: tuple[str, ...] = ()
    types: tuple[str, ...] = ()
    """Values of CONTRACTTYPENAME (D-01)."""

    systems: tuple[str, ...] = ()
    valid_from: str = ""
    """YYYYMMDD, blank for no limit. Selects what is valid on any day from here to `valid_to`."""

    valid_to: str = ""

    def apply(self, store: sqlite3.Connection) -> None:
        """Create the tables of what is selected: shown_contract, shown_outline, shown_organisation."""
        store.execute("CREATE TABLE wanted (filter, pattern)")
        for name in ("org_teams", "owners", "suppliers", "organisations", "types", "systems"):
            patterns = [_glob(pattern) for pattern in getattr(self, name)]
            if name == "suppliers":
                patterns = [pattern.lstrip("0") for pattern in patterns]
            store.executemany("INSERT INTO wanted VALUES (?, ?)", [(name, pattern) for pattern in patterns])
        validity = {"first": self.valid_from, "last": self.valid_to or FOREVER}
        for statement in _CREATE_SHOWN:
            store.execute(statement, validity if ":first" in statement else {})

    def explain_empty(self, store: sqlite3.Connection) -> tuple[str, ...]:
        """Say of each filter that nothing fits it, with the nearest values; or that nothing fits all of them together.

        `apply` comes first.
        """
        found = tuple(self._unmatched(store))
        shown = store.execute("SELECT (SELECT count(*) FROM shown_contract) + (SELECT count(*) FROM shown_outline)")
        if not found and self != Selection() and shown.fetchone() == (0,):
            return ("no contract and no outline agreement fits all filters together",)
        return found

    def _unmatched(self, store: sqlite3.Connection) -> Iterator[str]:
        for name, (words, sql) in _FILTERED.items():
            patterns = getattr(self, name)
            if not patterns:
                continue
            spelt = {_comparable(name, value): value for (value,) in store.execute(sql) if value.strip()}
            for pattern in patterns:
                glob = _comparable(name, _glob(pattern))
                if not any(fnmatchcase(value, glob) for value in spelt):
                    near = get_close_matches(_comparable(name, pattern.replace("*", "")), spelt, n=3)
                    shown = near or (sorted(spelt) if len(spelt) <= _FEW else [])
                    hint = f"; there is {', '.join(spelt[one] for one in shown)}" if shown else ""
                    yield f"no {words} is {pattern}{hint}"


_FILTERED = {
    "org_teams": ("org team", "SELECT DISTINCT trim(ICMORGTEAM) FROM contract"),
    "owners": ("owner", "SELECT DISTINCT trim(ICMPRIMARYOWNERNAME) FROM contract"),
    "suppliers": (
        "supplier",
        "SELECT trim(ICMAPPSRCSUPPLIERID) FROM contract UNION SELECT trim(LIFNR) FROM outline",
    ),
    "organisations": (
        "organisation",
        "SELECT PURCHASINGORG FROM contract_organisation UNION SELECT trim(EKORG) FROM outline",
    ),
    "types": ("type", "SELECT DISTINCT trim(CONTRACTTYPENAME) FROM contract"),
    "systems": ("system", "SELECT called FROM system"),
}
"""Filter to its words, and the query for all values that it could fit."""


def _comparable(name: str, text: str) -> str:
    return fold(text).lstrip("0") if name == "suppliers" else fold(text)


def _glob(pattern: str) -> str:
    """Convert a pattern for GLOB; only ``*`` is special."""
    return pattern.strip().casefold().replace("[", "[[]").replace("?", "[?]")


def _matches(name: str, value: str) -> str:
    patterns = f"SELECT 1 FROM wanted WHERE filter = '{name}'"
    return f"CASE WHEN EXISTS ({patterns}) THEN EXISTS ({patterns} AND {value} GLOB pattern) ELSE 1 END"


_CREATE_SHOWN = (
    f"""
CREATE TABLE shown_contract AS SELECT c.id FROM contract c
WHERE {_matches("org_teams", "fold(c.ICMORGTEAM)")}
AND {_matches("owners", "fold(c.ICMPRIMARYOWNERNAME)")}
AND {_matches("suppliers", "ltrim(fold(c.ICMAPPSRCSUPPLIERID), '0')")}
AND {_matches("types", "fold(c.CONTRACTTYPENAME)")}
AND c.ICMEFFECTIVEDATE <= :last AND (c.ICMEXPIRYDATE >= :first OR c.ICMEXPIRYDATE = '00000000')
AND (NOT EXISTS (SELECT 1 FROM wanted WHERE filter = 'organisations')
    OR EXISTS (SELECT 1 FROM contract_organisation g WHERE g.contract = c.id
        AND {_matches("organisations", "fold(g.PURCHASINGORG)")})
    OR EXISTS (SELECT 1 FROM outline o WHERE o.contract = c.id AND {_matches("organisations", "fold(o.EKORG)")}))""",
    "CREATE UNIQUE INDEX shown_contract_id ON shown_contract (id)",
    f"""
CREATE TABLE shown_outline AS SELECT o.id, o.contract, o.EKORG FROM outline o
WHERE {_matches("systems", "fold(o.system)")} AND {_matches("organisations", "fold(o.EKORG)")}
AND CASE WHEN o.contract IS NULL
    THEN NOT EXISTS (SELECT 1 FROM wanted WHERE filter IN ('org_teams', 'owners', 'types'))
        AND {_matches("suppliers", "ltrim(fold(o.LIFNR), '0')")}
        AND o.KDATB <= :last AND (o.KDATE >= :first OR o.KDATE = '00000000')
    ELSE o.contract IN (SELECT id FROM shown_contract) END""",
    "CREATE UNIQUE INDEX shown_outline_id ON shown_outline (id)",
    "CREATE INDEX shown_outline_contract ON shown_outline (contract, EKORG)",
    f"""
CREATE TABLE shown_organisation AS SELECT g.* FROM contract_organisation g JOIN shown_contract s ON s.id = g.contract
WHERE {_matches("organisations", "fold(g.PURCHASINGORG)")}""",
)
