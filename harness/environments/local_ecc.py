"""An ECC system in this process, as the steps use it (see `interfaces`)."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack
from functools import partial

from harness.doubles import ecc_faults
from harness.environments.unchanged import ReadOnce, engine_of
from simulator.ecc.bapiret2 import Bapiret2
from simulator.ecc.system import EccSystem

EccFault = Callable[[EccSystem], AbstractContextManager[object]]


class LocalEcc:
    """One ECC system of one scenario."""

    def __init__(self, system: EccSystem, function_module: EccSystem | None = None) -> None:
        """`function_module` replaces the system's own for calls past the middleware."""
        self.system = system
        self._function_module = function_module or system
        self._tables = ReadOnce(engine_of(system), system.tables)
        self._outline_agreements = ReadOnce(engine_of(system), system.outline_agreements)
        self._active_faults = ExitStack()

    def upsert(self, fields: Mapping[str, str], organisations: Sequence[str] | None) -> list[Bapiret2]:
        return self._function_module.z_mm_icmcontract_upsert(fields, organisations)

    def tables(self) -> dict[str, list[dict[str, str]]]:
        return {name: [dict(row) for row in rows] for name, rows in self._tables().items()}

    def outline_agreements(self) -> list[dict[str, str]]:
        return [dict(row) for row in self._outline_agreements()]

    def definition(self, table: str) -> list[dict[str, str]]:
        return self.system.definition(table)

    def set_reachable(self, *, reachable: bool) -> None:
        self.system.is_up = reachable

    def fail_at(self, point: str) -> None:
        self.inject(ecc_faults.FAILURE_POINTS[point])

    def lock_table(self, table: str) -> None:
        self.inject(partial(ecc_faults.fail_at_statement, f".*{table}"))

    def refuse_messages(self, message: str) -> None:
        self.inject(partial(ecc_faults.refuse_messages, message))

    def refuse_second_codes(self) -> None:
        self.inject(ecc_faults.refuse_second_codes)

    def clear_faults(self) -> None:
        self._active_faults.close()

    def inject(self, fault: EccFault) -> None:
        """Keep a fault active until `clear_faults`."""
        self._active_faults.enter_context(fault(self.system))
