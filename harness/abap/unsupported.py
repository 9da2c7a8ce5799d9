"""Find what the engine cannot run, or runs otherwise than SAP, before anything runs."""

import re
import tomllib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from harness.abap.repository import AbapFinding, AbapRepository
from harness.abap.statements import Statement, statements


class Gap(NamedTuple):
    """One thing that the engine cannot do."""

    pattern: "re.Pattern[str]"
    """Found in the code of a statement, with its literals."""

    reason: str
    way_round: str


GAPS = tuple(
    Gap(re.compile(one.pop("pattern")), **one)
    for one in tomllib.loads(Path(__file__).with_name("gaps.toml").read_text(encoding="utf-8"))["gap"]
)

_CALL = re.compile(r"^CALL FUNCTION '(\w+)'")
_DELETE = re.compile(r"DELETE (\w+) FROM (?!TABLE\b).+")
_LOCK = re.compile(r"(?:EN|DE)QUEUE_(\w+)")


def find_unsupported(repository: AbapRepository, stubs: Iterable[Path] = ()) -> list[AbapFinding]:
    """Name each place, with the reason and the way round; function modules in the folders with stubs can run."""
    provided = provided_functions(stubs)
    locks, tables = repository.names("ENQU"), repository.names("TABL")
    return [
        repository.finding(file, statement.line, f"{reason}; {way_round}")
        for file in repository.programs()
        if ".testclasses." not in file.name
        for statement in statements(file)
        for reason, way_round in _of_statement(statement, locks, tables, provided)
    ]


def provided_functions(stubs: Iterable[Path]) -> frozenset[str]:
    """Name the function modules that folders with stubs hold."""
    return frozenset(file.name.split(".")[2].upper() for folder in stubs for file in folder.rglob("*.fugr.*.abap"))


def _of_statement(
    statement: Statement, locks: set[str], tables: set[str], provided: frozenset[str]
) -> Iterator[tuple[str, str]]:
    called = _CALL.match(statement.code)
    if called and called[1] in provided:
        return
    for gap in GAPS:
        if gap.pattern.search(statement.code if "'" in gap.pattern.pattern else statement.words):
            yield gap.reason, gap.way_round
    if (deleted := _DELETE.fullmatch(statement.words)) and deleted[1] in tables:
        yield "DELETE of a table FROM a work area is not translated", "use DELETE FROM with WHERE, or FROM TABLE"
    if called and (lock := _LOCK.fullmatch(called[1])) and lock[1] not in locks:
        yield f"the lock object {lock[1]} is not among the objects", "add its .enqu.xml, from the system that has it"
