"""Write two systems full of contracts and outline agreements directly into their databases."""

import sqlite3
from contextlib import closing
from pathlib import Path
from uuid import UUID

from simulator.ecc.ekko import EKKO
from simulator.ecc.system import EccSystem
from simulator.ecc.tables import CONTRACT, PURCHORG

TEAMS = ("Energy", "Novecare", "Specialty Polymers", "TS Materials")


def create_databases(folder: Path, contracts: int) -> None:
    """Write PF2.db and WP2.db: of ten contracts, one is a master with three sub agreements and an NDA.

    There are three outline agreements for two contracts in each system; of thirty, one has no code, one has a code
    that is not there, one has another supplier and one another end.
    """
    entries = [_entry(number) for number in range(contracts)]
    places = [(_sys_id(number), place) for number in range(contracts) for place in _organisations(number)]
    for system, first in (("PF2", 4_600_000_000), ("WP2", 4_610_000_000)):
        file = folder / f"{system}.db"
        EccSystem(system, f"sqlite:///{file.as_posix()}").close()
        outlines = [_outline(first, number) for number in range(contracts * 3 // 2)]
        with closing(sqlite3.connect(file)) as database, database:
            for table, rows in ((CONTRACT, entries), (PURCHORG, places), (EKKO, outlines)):
                database.executemany(f"INSERT INTO {table.name} VALUES ({', '.join('?' * len(rows[0]))})", rows)  # noqa: S608


def _sys_id(number: int) -> str:
    return str(UUID(int=number, version=4))


def _code(number: int) -> str:
    place = number % 10
    prefix = "PMA" if place == 0 else "PSUP" if place == 4 else "PSUB" if place < 4 else "PST"
    return f"{prefix}{number}"


def _type(number: int) -> str:
    place = number % 10
    return "MAS" if place == 0 else "SUP" if place == 4 else "SUB" if place < 4 else "STA"


def _organisations(number: int) -> list[str]:
    return [] if number % 10 == 0 else [f"{letter}{number % 7:03}" for letter in "ABC"[: 1 + number % 3]]


def _entry(number: int) -> tuple[str, ...]:
    master = number - number % 10 if 0 < number % 10 <= 4 else None
    association = ("", "", "") if master is None else ("MAS", _code(master), _sys_id(master))
    return (
        "/icertis/syensqo-uat", _type(number), _sys_id(number), _code(number), "", f"Supply of raw material {number}",
        *association, f"{100_000 + number:010}", "20240101", "20271231", f"{1000 + number}.25", "EUR", "FR01",
        ",".join(_organisations(number)), TEAMS[number % 4], f"Owner {number % 50}", "DAP", "Antwerp", "Z060",
    )  # fmt: skip


def _outline(first: int, number: int) -> tuple[str, ...]:
    contract = number * 2 // 3
    place = (_organisations(contract) or ["A000"])[number % max(1, len(_organisations(contract)))]
    flaw = number % 30
    code = "" if flaw == 1 else "PST999999999" if flaw == 2 else _code(contract)
    supplier = "0000000001" if flaw == 3 else f"{100_000 + contract:010}"
    end = "20281231" if flaw == 4 else "20271231"
    return (
        str(first + number), "FR01", "K", "WK", "", supplier, place, "001", "EUR", "20240101", end,
        f"{1000 + contract}.25", "Z060", "DAP", "Antwerp", "20240105", "BUYER", code,
    )  # fmt: skip
