"""An ECC system in this process, as the steps use it (see `edges`)."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack
from functools import partial

from harness.doubles import ecc_faults
from simulator.ecc.bapiret2 import Bapiret2
from simulator.ecc.system import EccSystem

Trouble = Callable[[EccSystem], AbstractContextManager[object]]


class OwnEcc:
    """One ECC system of one scenario."""

    def __init__(self, system: EccSystem, function_module: EccSystem | None = None) -> None:
        """`function_module` stands in place of the system's own, for callers past the middleware."""
        self.desk = self._system = system
        self._function_module = function_module or system
        self._troubles = ExitStack()

    def upsert(self, fields: Mapping[str, str], organisations: Sequence[str] | None) -> list[Bapiret2]:
        return self._function_module.z_mm_icmcontract_upsert(fields, organisations)

    def tables(self) -> dict[str, list[dict[str, str]]]:
        return self._system.tables()

    def definition(self, table: str) -> list[dict[str, str]]:
        return self._system.definition(table)

    def is_there(self, *, there: bool) -> None:
        self._system.is_up = there

    def goes_down(self, moment: str) -> None:
        self.has(ecc_faults.FAILURE_POINTS[moment])

    def has_locked(self, table: str) -> None:
        self.has(partial(ecc_faults.failing_at, f".*{table}"))

    def refuses(self, message: str) -> None:
        self.has(partial(ecc_faults.refusing, message))

    def mend(self) -> None:
        self._troubles.close()

    def has(self, trouble: Trouble) -> None:
        """Have some trouble until it is mended."""
        self._troubles.enter_context(trouble(self._system))
