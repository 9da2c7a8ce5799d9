"""The create-or-update logic of an ECC system in ABAP, with the arguments of the one in Python."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from decimal import Decimal
from pathlib import Path
from types import MappingProxyType
from unittest.mock import patch

from sqlalchemy import BindParameter, Connection, Table, bindparam, delete, func, insert, or_, select, update

from harness.abap.mapping import AbapMapping
from harness.abap.worker import AbapWorker, Rows
from simulator.characters import Characters
from simulator.database import EARLY_COMMIT, commit_and_go_on
from simulator.ecc.bapiret2 import Bapiret2, unknown_field
from simulator.ecc.ddic import Dec
from simulator.ecc.system import EccSystem
from simulator.ecc.tables import CONTRACT, KEY, ORGANISATION, PURCHORG, ddic_types, text_values
from simulator.ecc.upsert import lock_entry
from simulator.errors import Failure, InterfaceError

_SYS_ID: BindParameter[str] = bindparam("sys_id")
_CODE: BindParameter[str] = bindparam("code")
_TABLES = (CONTRACT, PURCHORG)

# Of other agreements one row goes along, so that a statement without its WHERE shows.
_OF_AGREEMENT = select(CONTRACT).where(
    or_(
        CONTRACT.c.SYSID == _SYS_ID,
        CONTRACT.c.ICMAGREEMENTCODE == _CODE,
        CONTRACT.c.SYSID
        == select(func.min(CONTRACT.c.SYSID)).where(CONTRACT.c.SYSID != _SYS_ID).correlate(None).scalar_subquery(),
    )
)
_OF_SYSTEM_IDS = select(PURCHORG).where(
    or_(
        PURCHORG.c.SYSID.in_(bindparam("sys_ids", expanding=True)),
        PURCHORG.c.SYSID
        == select(func.min(PURCHORG.c.SYSID)).where(PURCHORG.c.SYSID != _SYS_ID).correlate(None).scalar_subquery(),
    )
)


ABAP_SETTINGS: Mapping[str, object] = MappingProxyType({"characters": "utf-16"})
"""The settings of a landscape whose systems run ABAP (D-41)."""


class AbapUpsert:
    """Z_MM_ICMCONTRACT_UPSERT in ABAP, in a process of its own."""

    def __init__(self, build: Path) -> None:
        """`build` is the folder that `build.build` has made."""
        self.mapping = AbapMapping.model_validate_json((build / "mapping.json").read_text(encoding="utf-8"))
        self._worker = AbapWorker(build)

    def close(self) -> None:
        self._worker.close()

    def __call__(
        self,
        connection: Connection,
        contract: Mapping[str, str],
        organisations: Sequence[str] | None,
        *,
        unique_sysid: bool = False,
        characters: Characters = "utf-16",  # noqa: ARG002 - ABAP knows no other
    ) -> list[Bapiret2]:
        """Create or change one entry, as `simulator.ecc.upsert.create_or_update` does, in the same transaction.

        Raises InterfaceError D-20 for a short dump, with its place; what the ABAP has committed before stays.
        """
        if unknown := [name for name in contract if name not in CONTRACT.columns]:
            return [unknown_field(name) for name in unknown]  # the structure has no other fields
        before = _read_rows(connection, contract)
        result = self._worker.call(
            {
                self.mapping.table(name): [self.mapping.to_abap(name, row) for row in rows]
                for name, rows in before.items()
            }
            | self._switches(unique_sysid=unique_sysid),
            [self.mapping.table(name) for name in before],
            {
                "CONTRACT": dict(contract),
                "CONTRACTX": dict.fromkeys((name for name in contract if name not in KEY), "X")
                | ({} if organisations is None else {"PURCHORG": "X"}),
                "PURCHORG": [{ORGANISATION: one} for one in organisations or ()],
            },
        )
        for number, commit in enumerate(result.commits):
            if number:
                commit_and_go_on(connection)
            after = {table.name: self._rows(table, commit[self.mapping.table(table.name)]) for table in _TABLES}
            for table in _TABLES:
                _WRITERS[table.name].write(connection, before[table.name], after[table.name])
            before = after
        if result.dump:
            why = f"the function module ended with a short dump: {result.dump}"
            if result.commits:
                commit_and_go_on(connection)
                why += f"; {EARLY_COMMIT}"
            raise InterfaceError("D-20", "", why, Failure.SYSTEM_DOWN)
        return [Bapiret2(**{name: line[name] for name in Bapiret2._fields}) for line in result.returned["RETURN"]]

    def _switches(self, *, unique_sysid: bool) -> dict[str, Rows]:
        switch = self.mapping.unique_sysid
        return {} if switch is None else {switch.table: [switch.row] if unique_sysid else []}

    def _rows(self, table: Table, rows: Rows) -> list[dict[str, str]]:
        return [_as_stored(table, self.mapping.from_abap(table.name, row)) for row in rows]


@contextmanager
def abap_in(systems: Iterable[EccSystem], build: Path) -> Iterator[None]:
    """Let the ABAP be the function module of these systems while the context is open, one process for each."""
    with ExitStack() as started:
        for system in systems:
            logic = AbapUpsert(build)
            started.callback(logic.close)
            started.enter_context(patch.object(system, "upsert_logic", logic))
        yield


def _read_rows(connection: Connection, contract: Mapping[str, str]) -> dict[str, list[dict[str, str]]]:
    """Read the rows of an agreement, locked, and one of another one: table name to rows."""
    sys_id = contract.get("SYSID", "").rstrip(" ")
    lock_entry(connection, sys_id)
    names = {"sys_id": sys_id, "code": contract.get("ICMAGREEMENTCODE", "").rstrip(" ")}
    entries = [text_values(row) for row in connection.execute(_OF_AGREEMENT, names).mappings()]
    sys_ids = {sys_id, *(entry["SYSID"] for entry in entries)}
    found = connection.execute(_OF_SYSTEM_IDS, {"sys_id": sys_id, "sys_ids": sorted(sys_ids)})
    return {CONTRACT.name: entries, PURCHORG.name: [text_values(row) for row in found.mappings()]}


def _as_stored(table: Table, row: Mapping[str, object]) -> dict[str, str]:
    """Write the values of a row as our tables hold them: without blanks at the end, a number with two decimals."""
    return {
        name: f"{Decimal(str(row[name])) + 0:.2f}" if isinstance(ddic, Dec) else str(row[name]).rstrip(" ")
        for name, ddic in _TYPES[table.name].items()
    }


class _Writer:
    """Writes the differences between rows of one table; its statements are built once."""

    def __init__(self, table: Table) -> None:
        self._keys = [column.name for column in table.primary_key]
        of_row = [table.c[name] == bindparam(f"key_{name}") for name in self._keys]
        self._insert, self._update = insert(table), update(table).where(*of_row)
        self._delete = delete(table).where(*of_row)

    def write(self, connection: Connection, before: Iterable[dict[str, str]], after: Iterable[dict[str, str]]) -> None:
        old, new = self._by_key(before), self._by_key(after)
        for key in old.keys() - new.keys():
            connection.execute(self._delete, self._bound(key))
        for key in new.keys() & old.keys():
            if changed := {name: value for name, value in new[key].items() if value != old[key][name]}:
                connection.execute(self._update, self._bound(key) | changed)
        if added := [new[key] for key in sorted(new.keys() - old.keys())]:
            connection.execute(self._insert, added)

    def _by_key(self, rows: Iterable[dict[str, str]]) -> dict[tuple[str, ...], dict[str, str]]:
        return {tuple(row[name] for name in self._keys): row for row in rows}

    def _bound(self, key: Sequence[str]) -> dict[str, str]:
        return {f"key_{name}": value for name, value in zip(self._keys, key, strict=True)}


_WRITERS = {table.name: _Writer(table) for table in _TABLES}
_TYPES = {table.name: ddic_types(table) for table in _TABLES}
