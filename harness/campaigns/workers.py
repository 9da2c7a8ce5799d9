"""Measure what an event costs with one to four workers on one store: python -m harness.campaigns.workers.

Events come to the webhook as fast as it takes them, until everything is in both tables. The first two rows are one
`zicm serve` with everything in it, on SQLite and on PostgreSQL. In the others ICI and both systems have processes of
their own, and one to four middlewares share a store on PostgreSQL. The rate depends on the cores that are free; the
processor time of an event does not. Reads /proc, so it needs Linux; starts a PostgreSQL server of its own.
"""

import json
import os
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from typing import Annotated, NamedTuple
from uuid import uuid4

import typer
from sqlalchemy import URL, NullPool, create_engine, exists, select, text
from urllib3 import PoolManager

from harness.campaigns.benchmarks.contracts import attributes
from harness.environments.postgres_server import private_server
from harness.environments.server_process import CREDENTIALS, ServerProcess
from harness.server.app import PartName, ServeConfig
from simulator.cpi.store import MESSAGE
from simulator.settings import Settings

_CPI, _AROUND, _SERVER = "middleware", "ICI and ECC", "PostgreSQL"
_SENDERS = 4
_PAUSE_SECONDS = 0.1
_WARM_UP = 200
"""The events before the measurement: connections are open and statements are compiled by then."""

_TRANSACTIONS = text("SELECT sum(xact_commit + xact_rollback) FROM pg_stat_database")
_STATISTICS_SECONDS = 11
"""A connection of PostgreSQL that stands idle notes its last transactions in the statistics after ten seconds."""

_UNFINISHED = select(exists().where(MESSAGE.c.stage.in_(("fetch", "deliver"))))


class _Load(NamedTuple):
    events: int
    server: int = 0
    """The process of PostgreSQL; 0 for none."""


class Cost(NamedTuple):
    """The cost of the events of one round."""

    name: str
    per_second: float
    cpu: Mapping[str, float]
    """Milliseconds of processor time for each event, by what it was spent in."""

    transactions: float
    """Transactions of PostgreSQL for each event."""


def workers(
    events: Annotated[int, typer.Option(min=1, help="How many events a round has.")] = 400,
    most: Annotated[
        int, typer.Option(min=0, help="How many middlewares share the store at most; 0 leaves them out.")
    ] = 4,
) -> None:
    """Print events a second, and the processor time of each event."""
    columns = _CPI, _AROUND, _SERVER
    _print("", "events/s", *(f"{one}, ms" for one in columns), "transactions")
    for cost in _measure(events, most):
        _print(cost.name, f"{cost.per_second:.0f}", *_cells(cost, columns))


def _measure(events: int, most: int) -> Iterator[Cost]:
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        yield _round(
            "SQLite, all in one", folder / "sqlite", _in_files(folder / "sqlite"), [PartName.ALL], _Load(events)
        )
        server = stack.enter_context(private_server())
        for count in range(most + 1):
            place = folder / f"round{count}"
            parts = [PartName.ICI, PartName.ECC, *[PartName.MIDDLEWARE] * count] if count else [PartName.ALL]
            plural = "s" if count > 1 else ""
            name = f"PostgreSQL, {count} middleware{plural}" if count else "PostgreSQL, all in one"
            yield _round(name, place, _in_server(server, place), parts, _Load(events, _postmaster(server)))


def _round(name: str, folder: Path, settings: Settings, parts: Sequence[PartName], load: "_Load") -> Cost:
    with ExitStack() as stack:
        landscape = _Landscape(stack, folder, settings, parts)
        landscape.ici.admin("POST", "/events/hold")
        ids = [landscape.execute(number) for number in range(_WARM_UP + load.events)]
        landscape.send(ids[:_WARM_UP])
        begun, before, start = landscape.transactions(), landscape.cpu(load.server), time.monotonic()
        landscape.send(ids[_WARM_UP:])
        took, after = time.monotonic() - start, landscape.cpu(load.server)
        transactions = (landscape.transactions() - begun) / load.events
    return Cost(
        name,
        load.events / took,
        {part: (after[part] - before[part]) / load.events * 1000 for part in after},
        transactions,
    )


class _Landscape:
    """The processes of a landscape: everything in one, or ICI, the systems, and middlewares."""

    def __init__(self, stack: ExitStack, folder: Path, settings: Settings, parts: Sequence[PartName]) -> None:
        """`stack` ends the processes."""
        self._processes = list[ServerProcess]()
        urls = dict[str, str]()
        for number, part in enumerate(parts):
            config = ServeConfig(
                folder / str(number),
                settings,
                part,
                all_in_folder=False,
                ici_url=urls.get("icertis", ""),
                token_url=urls.get("token", ""),
                ecc_urls={name: urls[name] for name in settings.systems if name in urls},
            )
            process = ServerProcess(config)
            stack.callback(process.stop)
            urls |= process.wait_until_ready().urls
            self._processes.append(process)
        self.ici = self._processes[0]
        self._middlewares = self._processes[2:] or self._processes
        self._engine = create_engine(settings.store or "", poolclass=NullPool)
        self._pool = PoolManager(len(self._middlewares), maxsize=_SENDERS)

    def execute(self, number: int) -> str:
        new = {"type": "ICMStandaloneAgreement", "attributes": attributes(number)}
        sys_id: str = self.ici.admin("POST", "/agreements", new)["sys_id"]
        self.ici.admin("POST", f"/agreements/{sys_id}/execute")
        return sys_id

    def send(self, ids: Sequence[str]) -> None:
        """Send an event about each agreement, to the middlewares in turn, and wait until all are in both tables."""
        with ThreadPoolExecutor(_SENDERS) as senders:
            assert {*senders.map(self._send, range(len(ids)), ids)} == {202}
        with self._engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            while connection.execute(_UNFINISHED).scalar():
                time.sleep(_PAUSE_SECONDS)

    def _send(self, number: int, sys_id: str) -> int:
        to = self._middlewares[number % len(self._middlewares)]
        names = {"ContractTypeName": "ICMStandaloneAgreement", "SysId": sys_id, "ActionName": "Executed"}
        event = {"id": str(uuid4()), "source": Settings().source, "data": names}
        headers = {"Content-Type": "application/json", "apikey": CREDENTIALS.apikey}
        return self._pool.request("POST", to.urls["webhook"], body=json.dumps(event), headers=headers).status

    def transactions(self) -> int:
        """Return the number of transactions so far; 0 without a server."""
        if self._engine.dialect.name != "postgresql":
            return 0
        time.sleep(_STATISTICS_SECONDS)
        with self._engine.connect() as connection:
            return int(connection.execute(_TRANSACTIONS).scalar_one())

    def cpu(self, server: int) -> dict[str, float]:
        """Return the seconds of processor time so far, by what spent them."""
        others = [one for one in self._processes if one not in self._middlewares]
        found = {_CPI: self._middlewares, _AROUND: others}
        spent = {name: sum(_cpu(process.pid) for process in processes) for name, processes in found.items()}
        return {**spent, _SERVER: _cpu_with_children(server) if server else 0}


def _cells(cost: Cost, columns: Sequence[str]) -> list[str]:
    return [*(f"{cost.cpu.get(one, 0):.1f}" for one in columns), f"{cost.transactions:.1f}"]


def _in_files(folder: Path) -> Settings:
    folder.mkdir()
    return Settings(credentials=CREDENTIALS).with_data_directory(folder)


def _in_server(server: URL, folder: Path) -> Settings:
    """Return settings with a new schema for each system and for the store."""
    engine = create_engine(server, poolclass=NullPool)

    def schema(name: str) -> str:
        made = f"{folder.name}_{name}".lower()
        with engine.begin() as connection:
            connection.execute(text(f"CREATE SCHEMA {made}"))
        return server.update_query_dict({"options": f"-csearch_path={made}"}).render_as_string(hide_password=False)

    folder.mkdir()
    systems = {name: schema(name) for name in Settings().systems}
    return Settings(systems=systems, store=schema("cpi"), store_keys=folder / "keys", credentials=CREDENTIALS)


def _postmaster(server: URL) -> int:
    lines = Path(str(server.query["host"]), "data", "postmaster.pid").read_text(encoding="ascii").splitlines()
    return int(lines[0])


def _children(process: int) -> list[int]:
    return [int(one) for one in Path(f"/proc/{process}/task/{process}/children").read_text(encoding="ascii").split()]


def _cpu_with_children(process: int) -> float:
    """Return the seconds of processor time of a process and its children, also of those that have ended."""
    while True:
        try:
            return _cpu(process) + sum(map(_cpu, _children(process)))
        except (FileNotFoundError, ProcessLookupError):
            continue  # a child has just ended: it counts with its parent


def _cpu(process: int) -> float:
    """Return the seconds of processor time of a process, and of those of its children that have ended."""
    fields = Path(f"/proc/{process}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")


def _print(name: str, *cells: str) -> None:
    sys.stdout.write(name.ljust(28) + "".join(cell.rjust(16) for cell in cells) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    typer.run(workers)
