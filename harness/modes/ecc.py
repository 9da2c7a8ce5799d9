"""An ECC system in this process, as the steps use it (see `edges`)."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack
from datetime import date, datetime
from functools import partial

from harness import frail_ecc
from harness.evidence.traffic import FunctionModule
from simulator.ecc.authorisation import ROLES, User
from simulator.ecc.bapiret2 import Bapiret2
from simulator.ecc.maintenance import Maintenance
from simulator.ecc.mass_change import Result, mass_change
from simulator.ecc.system import EccSystem

Trouble = Callable[[EccSystem], AbstractContextManager[object]]


class OwnEcc:
    """One ECC system of one scenario."""

    def __init__(self, system: EccSystem, function_module: FunctionModule | None = None) -> None:
        """`function_module` stands in place of the system's own, for callers past the middleware."""
        self._system = system
        self._function_module = function_module or system
        self._troubles = ExitStack()

    def upsert(self, fields: Mapping[str, str], organisations: Sequence[str] | None) -> list[Bapiret2]:
        return self._function_module.z_mm_icmcontract_upsert(fields, organisations)

    def tables(self) -> dict[str, list[dict[str, str]]]:
        return self._system.tables()

    def definition(self, table: str) -> list[dict[str, str]]:
        return self._system.definition(table)

    def create_outline_agreement(self, fields: Mapping[str, str], user: str, today: date) -> list[Bapiret2]:
        return self._system.create_outline_agreement(fields, user, today).messages

    def change_outline_agreement(self, ebeln: str, fields: Mapping[str, str]) -> list[Bapiret2]:
        return self._system.change_outline_agreement(ebeln, fields)

    def mass_change(self, rows: Sequence[Mapping[str, str]], *, test_run: bool) -> list[Result]:
        """The result list of a mass change of outline agreements."""
        return [*mass_change(self._system, rows, test_run=test_run)]

    def outline_agreements(self) -> list[dict[str, str]]:
        return self._system.outline_agreements()

    def maintenance(self, user: str, role: str, now: datetime) -> Maintenance:
        """What a user with one of the roles does by hand at that time."""
        return Maintenance(self._system, User(user, ROLES[role]), lambda: now)

    def change_log(self) -> list[dict[str, str]]:
        return self._system.change_log()

    def is_there(self, *, there: bool) -> None:
        self._system.answers = there

    def goes_down(self, moment: str) -> None:
        self.has(frail_ecc.MOMENTS[moment])

    def has_locked(self, table: str) -> None:
        self.has(partial(frail_ecc.failing_at, f".*{table}"))

    def refuses(self, message: str) -> None:
        self.has(partial(frail_ecc.refusing, message))

    def mend(self) -> None:
        self._troubles.close()

    def has(self, trouble: Trouble) -> None:
        """Have some trouble until it is mended."""
        self._troubles.enter_context(trouble(self._system))
