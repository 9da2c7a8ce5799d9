"""Find what the engine cannot run, or runs otherwise than SAP, before anything runs."""

import re
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


def _gap(pattern: str, reason: str, way_round: str) -> Gap:
    return Gap(re.compile(pattern), reason, way_round)


GAPS = (
    _gap(
        r"^SELECT SINGLE FOR UPDATE\b", "SELECT SINGLE FOR UPDATE is not read", "lock with ENQUEUE, and SELECT SINGLE"
    ),
    _gap(r"^EXEC SQL\b", "native SQL has no database here", "use Open SQL"),
    _gap(r"\bCL_SQL_\w+", "ADBC has no database here", "use Open SQL"),
    _gap(
        r"^(EXPORT|IMPORT)\b.*\b(MEMORY|SHARED (BUFFER|MEMORY)|DATABASE)\b",
        "there is no memory between programs",
        "hand the data over as parameters",
    ),
    _gap(r"^LOOP AT\b.*\bGROUP BY\b", "LOOP AT GROUP BY is not translated", "sort, and use AT NEW"),
    _gap(r"^SET UPDATE TASK LOCAL\b", "there is no update task", "call the function module directly"),
    _gap(r"^CALL FUNCTION\b.*\bIN UPDATE TASK\b", "there is no update task, it runs at once", "call it directly"),
    _gap(r"^PERFORM\b.*\bON (COMMIT|ROLLBACK)\b", "nothing runs at the commit", "call it before COMMIT WORK"),
    _gap(
        r"^CALL FUNCTION '(BAPI_TRANSACTION_(COMMIT|ROLLBACK))'",
        "these function modules of SAP do not exist here",
        "use COMMIT WORK or ROLLBACK WORK, or put one into the folder with stubs",
    ),
    _gap(
        r"^CALL FUNCTION '(BAL_\w+|APPL_LOG_\w+)'",
        "there is no application log",
        "put the function module into the folder with stubs, with nothing in it",
    ),
    _gap(r"^CALL FUNCTION\b.*\b(STARTING NEW TASK|IN BACKGROUND)\b", "there is one process", "call it directly"),
    _gap(
        r"^CALL (TRANSACTION|DIALOG|SCREEN)\b", "there are no screens", "leave it out of what the function module calls"
    ),
    _gap(
        r"^(SUBMIT|GENERATE|INSERT REPORT|CALL 'SYSTEM'|CALL TRANSFORMATION)\b",
        "the engine does not know this statement",
        "leave it out",
    ),
    _gap(
        r"^(SELECT|UPDATE|MODIFY|INSERT|DELETE|OPEN CURSOR)\b.*\bCLIENT SPECIFIED\b",
        "every row is of one client, so a forgotten client does not show",
        "leave CLIENT SPECIFIED out: Open SQL takes care of the client",
    ),
)

_CALL = re.compile(r"^CALL FUNCTION '(\w+)'")
_LOCK = re.compile(r"(?:EN|DE)QUEUE_(\w+)")


def find_unsupported(repository: AbapRepository, stubs: Iterable[Path] = ()) -> list[AbapFinding]:
    """Name each place, with the reason and the way round; function modules in the folders with stubs can run."""
    provided = provided_functions(stubs)
    locks = {one.file.name.partition(".")[0].upper() for one in repository.objects("ENQU")}
    return [
        repository.finding(file, statement.line, f"{reason}; {way_round}")
        for file in repository.programs()
        if ".testclasses." not in file.name
        for statement in statements(file)
        for reason, way_round in _of_statement(statement, locks, provided)
    ]


def provided_functions(stubs: Iterable[Path]) -> frozenset[str]:
    """Name the function modules that folders with stubs hold."""
    return frozenset(file.name.split(".")[2].upper() for folder in stubs for file in folder.rglob("*.fugr.*.abap"))


def _of_statement(statement: Statement, locks: set[str], provided: frozenset[str]) -> Iterator[tuple[str, str]]:
    called = _CALL.match(statement.code)
    if called and called[1] in provided:
        return
    for gap in GAPS:
        if gap.pattern.search(statement.code if "'" in gap.pattern.pattern else statement.words):
            yield gap.reason, gap.way_round
    if called and (lock := _LOCK.fullmatch(called[1])) and lock[1] not in locks:
        yield f"the lock object {lock[1]} is not among the objects", "add its .enqu.xml, from the system that has it"
