"""Which contracts and outline agreements a report shows: what users filter by."""

import sqlite3
from dataclasses import dataclass

FOREVER = "99991231"


@dataclass(frozen=True)
class Selection:
    """What is shown. Of each list one must fit, an empty one fits all; ``*`` stands for any characters.

    A list looks at the contract. An outline agreement without one shows its own supplier, organisation and validity,
    and has no team, owner or type. `organisations` also choose among the organisations of a contract and its outline
    agreements, and `systems` choose among outline agreements alone. What is not shown counts nevertheless: where an
    organisation has its outline agreement in a system that is not shown, none is missing.
    """

    org_teams: tuple[str, ...] = ()
    owners: tuple[str, ...] = ()
    suppliers: tuple[str, ...] = ()
    """Without regard to zeros at the beginning."""

    organisations: tuple[str, ...] = ()
    types: tuple[str, ...] = ()
    """As CONTRACTTYPENAME holds them (D-01)."""

    systems: tuple[str, ...] = ()
    valid_from: str = ""
    """YYYYMMDD; shown is what is valid on any day from here to `valid_to`. Blank for no limit."""

    valid_to: str = ""

    def apply(self, store: sqlite3.Connection) -> None:
        """Make the tables of what is shown: shown_contract, shown_outline, shown_organisation."""
        store.execute("CREATE TABLE wanted (filter, pattern)")
        for name in ("org_teams", "owners", "suppliers", "organisations", "types", "systems"):
            patterns = [_glob(pattern) for pattern in getattr(self, name)]
            if name == "suppliers":
                patterns = [pattern.lstrip("0") for pattern in patterns]
            store.executemany("INSERT INTO wanted VALUES (?, ?)", [(name, pattern) for pattern in patterns])
        validity = {"first": self.valid_from, "last": self.valid_to or FOREVER}
        for statement in _SHOWN:
            store.execute(statement, validity if ":first" in statement else {})


def _glob(pattern: str) -> str:
    """A pattern for GLOB, in which nothing but ``*`` is special."""
    return pattern.strip().casefold().replace("[", "[[]").replace("?", "[?]")


def _fits(name: str, value: str) -> str:
    patterns = f"SELECT 1 FROM wanted WHERE filter = '{name}'"
    return f"CASE WHEN EXISTS ({patterns}) THEN EXISTS ({patterns} AND {value} GLOB pattern) ELSE 1 END"


_SHOWN = (
    f"""
CREATE TABLE shown_contract AS SELECT c.id FROM contract c
WHERE {_fits("org_teams", "fold(c.ICMORGTEAM)")}
AND {_fits("owners", "fold(c.ICMPRIMARYOWNERNAME)")}
AND {_fits("suppliers", "ltrim(fold(c.ICMAPPSRCSUPPLIERID), '0')")}
AND {_fits("types", "fold(c.CONTRACTTYPENAME)")}
AND c.ICMEFFECTIVEDATE <= :last AND (c.ICMEXPIRYDATE >= :first OR c.ICMEXPIRYDATE = '00000000')
AND (NOT EXISTS (SELECT 1 FROM wanted WHERE filter = 'organisations')
    OR EXISTS (SELECT 1 FROM contract_organisation g WHERE g.contract = c.id
        AND {_fits("organisations", "fold(g.PURCHASINGORG)")})
    OR EXISTS (SELECT 1 FROM outline o WHERE o.contract = c.id AND {_fits("organisations", "fold(o.EKORG)")}))""",
    "CREATE UNIQUE INDEX shown_contract_id ON shown_contract (id)",
    f"""
CREATE TABLE shown_outline AS SELECT o.id, o.contract, o.EKORG FROM outline o
WHERE {_fits("systems", "fold(o.system)")} AND {_fits("organisations", "fold(o.EKORG)")}
AND CASE WHEN o.contract IS NULL
    THEN NOT EXISTS (SELECT 1 FROM wanted WHERE filter IN ('org_teams', 'owners', 'types'))
        AND {_fits("suppliers", "ltrim(fold(o.LIFNR), '0')")}
        AND o.KDATB <= :last AND (o.KDATE >= :first OR o.KDATE = '00000000')
    ELSE o.contract IN (SELECT id FROM shown_contract) END""",
    "CREATE UNIQUE INDEX shown_outline_id ON shown_outline (id)",
    "CREATE INDEX shown_outline_contract ON shown_outline (contract, EKORG)",
    f"""
CREATE TABLE shown_organisation AS SELECT g.* FROM contract_organisation g JOIN shown_contract s ON s.id = g.contract
WHERE {_fits("organisations", "fold(g.PURCHASINGORG)")}""",
)
