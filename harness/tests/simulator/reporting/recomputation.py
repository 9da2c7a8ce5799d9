"""Compute every part of the consolidation report again, row by row in Python, from the tables as the systems hold them.

It shares nothing with the report: no SQL and no table of its store.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator
from decimal import Decimal
from typing import NamedTuple

from harness.data_directory import Row

NO_DAY = "00000000"
BOUGHT = ("SUB", "STA")

_TEXTS = {
    "WAERS": "ICMCURRENCY",
    "BUKRS": "ICMLEGALENTITYCODE",
    "INCO1": "ICMINCOTERMSCODE",
    "ZTERM": "ICMPAYMENTTERMS",
}
_DAYS = {"KDATB": "ICMEFFECTIVEDATE", "KDATE": "ICMEXPIRYDATE"}


class Held(NamedTuple):
    """The tables of one system."""

    contracts: list[Row]
    organisations: list[Row]
    outlines: list[Row]


class Recomputed:
    """The findings over all systems on a day, by part, in the columns that identify a row."""

    def __init__(self, systems: dict[str, Held], day: str, *, sums: bool = False) -> None:
        self.systems, self.day, self.sums = systems, day, sums
        self.contracts: dict[tuple[str, str], Row] = {}
        for held in systems.values():
            for row in held.contracts:
                self.contracts.setdefault((row["SYSID"], row["ICMAGREEMENTCODE"]), row)
        self.organisations = defaultdict[str, set[str]](set)
        for held in systems.values():
            for row in held.organisations:
                self.organisations[row["SYSID"]].add(row["PURCHASINGORG"].strip().upper())
        self.outlines = [(name, row) for name, held in systems.items() for row in held.outlines if not row["LOEKZ"]]

    def parts(self) -> dict[str, Counter[tuple[str, ...]]]:
        return {
            "differences": Counter(self._differences()),
            "target_values": Counter(
                (code, str(total), verdict) for code, (total, verdict, count) in self._sums().items() if count > 1
            ),
            "missing": Counter(self._missing()),
            "masters": Counter(self._masters()),
            "orphans": Counter((name, one["EBELN"]) for name, one in self._open() if not _code(one)),
            "unknown_codes": Counter(
                (name, one["EBELN"]) for name, one in self._open() if _code(one) and not self._entry(name, one)
            ),
            "wrong_types": Counter(
                (name, one["EBELN"])
                for name, one in self._open()
                if (contract := self._contract(one)) and contract["CONTRACTTYPENAME"] not in BOUGHT
            ),
            "duplicates": Counter((name, one["EBELN"]) for name, one in self._open() if self._is_duplicate(name, one)),
            "ended": Counter(
                (name, one["EBELN"])
                for name, one in self._open()
                if (entry := self._entry(name, one)) and self._is_past(entry["ICMEXPIRYDATE"])
            ),
            "entries": Counter(self._entries()),
            "s4": Counter((name, one["EBELN"], self._verdict(name, one)) for name, one in self._open()),
        }

    def values(self) -> dict[str, dict[str, Decimal]]:
        """Return the totals by currency: running, masters and NDAs, expired."""
        totals = {name: defaultdict[str, Decimal](Decimal) for name in ("values", "master_values", "expired_values")}
        for row in self.contracts.values():
            bought = "values" if row["CONTRACTTYPENAME"] in BOUGHT else "master_values"
            name = "expired_values" if self._is_past(row["ICMEXPIRYDATE"]) else bought
            totals[name][row["ICMCURRENCY"].strip().upper()] += Decimal(row["ICMTOTALCONTRACTVALUE"])
        return {name: dict(sums) for name, sums in totals.items()}

    def _is_past(self, day: str) -> bool:
        return day != NO_DAY and day < self.day

    def _open(self) -> Iterator[tuple[str, Row]]:
        return ((name, one) for name, one in self.outlines if not self._is_past(one["KDATE"]))

    def _entry(self, system: str, outline: Row) -> Row | None:
        found = [row for row in self.systems[system].contracts if row["ICMAGREEMENTCODE"] == _code(outline)]
        return found[0] if _code(outline) and len(found) == 1 else None

    def _contract(self, outline: Row) -> Row | None:
        found = (row for (_, code), row in self.contracts.items() if code == _code(outline))
        return next(found, None) if _code(outline) else None

    def _differences(self) -> Iterator[tuple[str, ...]]:
        for name, one in self.outlines:
            for field in self._differing_fields(name, one):
                if not (self.sums and field == "KTWRT"):
                    yield name, one["EBELN"], field
        if self.sums:
            for code, (_, verdict, _) in self._sums().items():
                if verdict == "differs":
                    yield "", "", f"KTWRT {code}"

    def _differing_fields(self, system: str, one: Row) -> list[str]:
        entry = self._entry(system, one)
        if entry is None:
            return []
        found = [
            field
            for field, source in _TEXTS.items()
            if entry[source].strip() and one[field].strip().casefold() != entry[source].strip().casefold()
        ]
        found += [field for field, source in _DAYS.items() if entry[source] != NO_DAY and one[field] != entry[source]]
        supplier = entry["ICMAPPSRCSUPPLIERID"].strip()
        if supplier and one["LIFNR"].strip().casefold().lstrip("0") != supplier.casefold().lstrip("0"):
            found.append("LIFNR")
        place = entry["ICMINCOTERMSLOCATION"].strip()
        if place and one["INCO2"].strip().casefold() != place[:28].strip().casefold():
            found.append("INCO2")
        rows = [row["PURCHASINGORG"] for row in self.systems[system].organisations if row["SYSID"] == entry["SYSID"]]
        if rows and one["EKORG"].upper() not in {row.strip().upper() for row in rows}:
            found.append("EKORG")
        if self._value_differs(entry, one):
            found.append("KTWRT")
        return found

    def _value_differs(self, entry: Row, one: Row) -> bool:
        if self.sums:
            contract = self._contract(one)
            summed = self._sums().get(contract["ICMAGREEMENTCODE"]) if contract else None
            return summed is not None and summed[1] == "differs" and not self._is_past(one["KDATE"])
        wanted, value = Decimal(entry["ICMTOTALCONTRACTVALUE"]), Decimal(one["KTWRT"])
        return wanted not in (0, value) and not (one["BSART"] == "MK" and value == 0)

    def _sums(self) -> dict[str, tuple[Decimal, str, int]]:
        """Sum the target values of each contract whose organisations all have one, by its code."""
        found = dict[str, tuple[Decimal, str, int]]()
        for row in self.contracts.values():
            organisations = self.organisations[row["SYSID"]]
            mine = [one for _, one in self._open() if self._contract(one) is row and one["EKORG"] in organisations]
            currencies = {one["WAERS"].strip().upper() for one in mine}
            no_value = any(one["BSART"] == "MK" and Decimal(one["KTWRT"]) == 0 for one in mine)
            if row["CONTRACTTYPENAME"] not in BOUGHT or not organisations or no_value or len(currencies) != 1:
                continue
            if {one["EKORG"] for one in mine} != organisations:
                continue
            total, wanted = sum((Decimal(one["KTWRT"]) for one in mine), Decimal()), row["ICMTOTALCONTRACTVALUE"]
            currency = row["ICMCURRENCY"].strip().upper()
            if currency and {currency} != currencies:
                verdict = "other currency"
            elif Decimal(wanted) == 0:
                verdict = "contract has no value"
            else:
                verdict = "agrees" if total == Decimal(wanted) else "differs"
            found[row["ICMAGREEMENTCODE"]] = (total, verdict, len(mine))
        return found

    def _missing(self) -> Iterator[tuple[str, ...]]:
        for (sys_id, code), row in self.contracts.items():
            runs = row["ICMEFFECTIVEDATE"] <= self.day and not self._is_past(row["ICMEXPIRYDATE"])
            if row["CONTRACTTYPENAME"] not in BOUGHT or not runs:
                continue
            have = {one["EKORG"] for _, one in self._open() if self._contract(one) is row}
            organisations = self.organisations[sys_id]
            if not organisations and not have:
                yield code, ""
            for organisation in organisations - have:
                yield code, organisation

    def _masters(self) -> Iterator[tuple[str, str]]:
        for row in self.contracts.values():
            kind, code = row["CONTRACTTYPENAME"], row["ICMAGREEMENTCODE"]
            key = row["ASSOCIATINGSYSID"].strip().lower(), row["ASSOCIATINGCODE"].strip().upper()
            if kind == "MAS":
                continue
            if key == ("", ""):
                if kind == "SUB":
                    yield code, "names no master"
                continue
            master = self.contracts.get(key)
            if master is None:
                near = any(key[0] == sys_id or key[1] == known for sys_id, known in self.contracts)
                yield code, "master has another code or System ID" if near else "master is not in the tables"
            elif master["CONTRACTTYPENAME"] != "MAS":
                yield code, "master is of another type"
            elif kind == "SUB":
                if self._is_past(master["ICMEXPIRYDATE"]) and not self._is_past(row["ICMEXPIRYDATE"]):
                    yield code, "master has ended"
                mine, theirs = (one["ICMAPPSRCSUPPLIERID"].strip().lstrip("0") for one in (row, master))
                if mine and theirs and mine.casefold() != theirs.casefold():
                    yield code, "supplier differs"

    def _is_duplicate(self, system: str, one: Row) -> bool:
        return any(
            name == system and other["EBELN"] != one["EBELN"] and self._is_twin(one, other)
            for name, other in self._open()
        )

    def _is_twin(self, one: Row, other: Row) -> bool:
        contract = self._contract(one)
        return contract is not None and self._contract(other) is contract and one["EKORG"] == other["EKORG"]

    def _entries(self) -> Iterator[tuple[str, ...]]:
        for (sys_id, code), row in self.contracts.items():
            first = next(name for name, held in self.systems.items() if row in held.contracts)
            for name, held in self.systems.items():
                if name == first:
                    continue
                other = next(
                    (one for one in held.contracts if (one["SYSID"], one["ICMAGREEMENTCODE"]) == (sys_id, code)), None
                )
                if other is None:
                    yield code, "missing", "", name
                    continue
                for field in row:
                    if row[field] != other[field]:
                        yield code, "differs", field, name
                here, there = (
                    sorted(one["PURCHASINGORG"] for one in self.systems[where].organisations if one["SYSID"] == sys_id)
                    for where in (first, name)
                )
                if here != there:
                    yield code, "differs", "PURCHASINGORG", name
            if any(other == code and known != sys_id for known, other in self.contracts):
                yield code, "code of several agreements", "", ""

    def _verdict(self, system: str, one: Row) -> str:
        entry, contract = self._entry(system, one), self._contract(one)
        if entry is None or contract is None:
            return "blocked"
        unlike = {code for code, *_ in self._entries()}
        blocked = (
            self._differing_fields(system, one)
            or self._is_past(entry["ICMEXPIRYDATE"])
            or any(other["EBELN"] != one["EBELN"] and self._is_twin(one, other) for _, other in self._open())
            or entry["ICMAGREEMENTCODE"] in unlike
            or contract["CONTRACTTYPENAME"] not in BOUGHT
            or not all(text.strip() for text in (entry["ICMAPPSRCSUPPLIERID"], one["LIFNR"], one["WAERS"]))
            or not entry["ICMCURRENCY"].strip()
        )
        return "blocked" if blocked else "ready"


def _code(outline: Row) -> str:
    return outline["ZZICMAGREEMENT"].strip().upper()
