"""Let an ECC system fail at a given point of its work, as a database or a network does."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from functools import partial
from threading import Event
from unittest.mock import patch

from sqlalchemy import Connection, event
from sqlalchemy.exc import OperationalError

from simulator.ecc.bapiret2 import MESSAGE_CLASS, Bapiret2
from simulator.ecc.system import EccSystem
from simulator.errors import Failure, InterfaceError

_UPSERT = "z_mm_icmcontract_upsert"


def fail_at_statement(pattern: str, system: EccSystem) -> AbstractContextManager[object]:
    """Fail every SQL statement of the function module that matches `pattern` from its beginning."""

    def check(_connection: Connection, _cursor: object, statement: str, *_: object) -> None:
        if re.match(pattern, statement, re.DOTALL):
            raise OperationalError(None, None, Exception("database table is locked"))

    return _watch_database(system, "before_cursor_execute", check)


def fail_commit(system: EccSystem) -> AbstractContextManager[object]:
    """Fail the commit of the function module."""

    def check(_connection: Connection) -> None:
        raise OperationalError(None, None, Exception("disk I/O error"))

    return _watch_database(system, "commit", check)


def drop_response(system: EccSystem) -> AbstractContextManager[object]:
    """Commit the work of the function module, and answer nothing."""
    upsert = system.z_mm_icmcontract_upsert

    def lost(contract: Mapping[str, str], organisations: Sequence[str] | None) -> list[Bapiret2]:
        upsert(contract, organisations)
        raise InterfaceError("D-20", "", f"{system.name} does not answer", Failure.SYSTEM_DOWN)

    return patch.object(system, _UPSERT, lost)


def refuse_messages(message: str, system: EccSystem) -> AbstractContextManager[object]:
    """Write nothing and return this error message."""
    return patch.object(system, _UPSERT, lambda *_: [Bapiret2("E", MESSAGE_CLASS, "099", message)])


def refuse_second_codes(system: EccSystem) -> AbstractContextManager[object]:
    """Refuse a second entry of a System ID, as with the setting `unique_sysid` (D-67)."""
    return patch.object(system, "unique_sysid", new=True)


class ProcessKilled(BaseException):
    """The process of CPI ends here; nothing in CPI may catch this."""


def kill_before(system: EccSystem) -> AbstractContextManager[object]:
    """Kill CPI before it calls the system."""
    return patch.object(system, _UPSERT, side_effect=ProcessKilled)


def kill_after(system: EccSystem) -> AbstractContextManager[object]:
    """Kill CPI after the system has committed and before CPI has the answer."""
    upsert = system.z_mm_icmcontract_upsert

    def kill(contract: Mapping[str, str], organisations: Sequence[str] | None) -> list[Bapiret2]:
        upsert(contract, organisations)
        raise ProcessKilled

    return patch.object(system, _UPSERT, kill)


@contextmanager
def block_at(system: EccSystem, *, before: bool, on_block: Callable[[], object]) -> Iterator[None]:
    """Block each call before or after its work, call `on_block`, and go on when the context ends."""
    upsert = system.z_mm_icmcontract_upsert
    go_on = Event()

    def held(contract: Mapping[str, str], organisations: Sequence[str] | None) -> list[Bapiret2]:
        returned = [] if before else upsert(contract, organisations)
        on_block()
        go_on.wait()
        if before:
            raise InterfaceError("D-20", "", f"{system.name} does not answer", Failure.SYSTEM_DOWN)
        return returned

    try:
        with patch.object(system, _UPSERT, held):
            yield
    finally:
        go_on.set()


_ORGANISATIONS = ".*ZMM_ICMPURCHORG"
FAILURE_POINTS: Mapping[str, Callable[[EccSystem], AbstractContextManager[object]]] = {
    "before it has read anything": partial(fail_at_statement, "SELECT"),
    "before it has written anything": partial(fail_at_statement, "INSERT|UPDATE|DELETE"),
    "between the two tables": partial(fail_at_statement, f"(INSERT|DELETE){_ORGANISATIONS}"),
    "after it has deleted the old purchasing organisations": partial(fail_at_statement, f"INSERT{_ORGANISATIONS}"),
    "before it commits": fail_commit,
    "after it has committed": drop_response,
}


def _watch_database(system: EccSystem, name: str, check: Callable[..., None]) -> AbstractContextManager[object]:
    """Call `check` at each event `name` of the database while the function module works."""
    upsert = system.z_mm_icmcontract_upsert
    connection = system._connection  # noqa: SLF001 - a database has no public way to fail

    def checked(contract: Mapping[str, str], organisations: Sequence[str] | None) -> list[Bapiret2]:
        event.listen(connection, name, check)
        try:
            return upsert(contract, organisations)
        finally:
            event.remove(connection, name, check)

    return patch.object(system, _UPSERT, checked)
