"""An ECC system that fails at a given moment of its work, as a database or a network does."""

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


def failing_at(pattern: str, system: EccSystem) -> AbstractContextManager[object]:
    """Inside, no SQL statement of the function module that begins as `pattern` describes reaches the database."""

    def check(_connection: Connection, _cursor: object, statement: str, *_: object) -> None:
        if re.match(pattern, statement, re.DOTALL):
            raise OperationalError(None, None, Exception("database table is locked"))

    return _checking(system, "before_cursor_execute", check)


def failing_to_commit(system: EccSystem) -> AbstractContextManager[object]:
    """Inside, the function module does everything but the commit."""

    def check(_connection: Connection) -> None:
        raise OperationalError(None, None, Exception("disk I/O error"))

    return _checking(system, "commit", check)


def drop_response(system: EccSystem) -> AbstractContextManager[object]:
    """Inside, the system does its work whole, and nobody hears of it."""
    upsert = system.z_mm_icmcontract_upsert

    def lost(contract: Mapping[str, str], organisations: Sequence[str] | None) -> list[Bapiret2]:
        upsert(contract, organisations)
        raise InterfaceError("D-20", "", f"{system.name} does not answer", Failure.SYSTEM_DOWN)

    return patch.object(system, _UPSERT, lost)


def refusing(message: str, system: EccSystem) -> AbstractContextManager[object]:
    """Inside, the system writes nothing and returns an error message of its own."""
    return patch.object(system, _UPSERT, lambda *_: [Bapiret2("E", MESSAGE_CLASS, "099", message)])


class Killed(BaseException):
    """CPI's process ends here: nothing in it may catch this."""


def killing_before(system: EccSystem) -> AbstractContextManager[object]:
    """Inside, CPI is killed before it hands the system anything."""
    return patch.object(system, _UPSERT, side_effect=Killed)


def killing_after(system: EccSystem) -> AbstractContextManager[object]:
    """Inside, CPI is killed before it hears that the system has done its work."""
    upsert = system.z_mm_icmcontract_upsert

    def kill(contract: Mapping[str, str], organisations: Sequence[str] | None) -> list[Bapiret2]:
        upsert(contract, organisations)
        raise Killed

    return patch.object(system, _UPSERT, kill)


@contextmanager
def block_at(system: EccSystem, *, before: bool, stopped: Callable[[], object]) -> Iterator[None]:
    """Inside, the system stops before its work or after it, and says so; outside it goes on, if only to its end."""
    upsert = system.z_mm_icmcontract_upsert
    go_on = Event()

    def held(contract: Mapping[str, str], organisations: Sequence[str] | None) -> list[Bapiret2]:
        returned = [] if before else upsert(contract, organisations)
        stopped()
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
    "before it has read anything": partial(failing_at, "SELECT"),
    "before it has written anything": partial(failing_at, "INSERT|UPDATE|DELETE"),
    "between the two tables": partial(failing_at, f"(INSERT|DELETE){_ORGANISATIONS}"),
    "after it has deleted the old purchasing organisations": partial(failing_at, f"INSERT{_ORGANISATIONS}"),
    "before it commits": failing_to_commit,
    "after it has committed": drop_response,
}


def _checking(system: EccSystem, name: str, check: Callable[..., None]) -> AbstractContextManager[object]:
    """Inside, `check` is asked at each event `name` of the database, as long as the function module is at work."""
    upsert = system.z_mm_icmcontract_upsert
    connection = system._connection  # noqa: SLF001 - a database has no public way to fail

    def checked(contract: Mapping[str, str], organisations: Sequence[str] | None) -> list[Bapiret2]:
        event.listen(connection, name, check)
        try:
            return upsert(contract, organisations)
        finally:
            event.remove(connection, name, check)

    return patch.object(system, _UPSERT, checked)
