"""Contracts with ten lines to an effective agreement in SCM, against bare POSTs of the same rows into SQLite."""

import json
import sqlite3
from collections.abc import Callable, Mapping
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

from harness.campaigns.benchmarks.contracts import chunks
from harness.campaigns.benchmarks.measure import BaselineComparison, Benchmark, PairedRun, seconds
from harness.testdata.scm_master_data import CONTRACT_TERMS, fill_master_data
from simulator.clock import utc_now
from simulator.icertis.agreement import PROCUREMENT, Agreement
from simulator.icertis.tenant import EventPayload
from simulator.landscape import ScmLandscape, create_tenant
from simulator.scm.system import ScmSystem
from simulator.settings import Settings
from simulator.site_transport import mounted

SIZE = 500
LINES = 10
_URL = "https://baseline.invalid"
_JSON = {"Content-Type": "application/json"}
TERMS: Mapping[str, object] = {
    **CONTRACT_TERMS,
    "Name": "Speakers for showrooms",
    "ICMLineItems": [
        {"ICMLineId": str(number), "ICMCommitmentType": "ProductQuantity", "ICMItemNumber": "D0001",
         "ICMCommittedQuantity": 100 + number, "ICMUnit": "ea", "ICMPrice": 3.5}
        for number in range(1, LINES + 1)
    ],
}  # fmt: skip


class BaselineAnswer(NamedTuple):
    """The answer of the baseline."""

    status: int
    body: bytes
    headers: Mapping[str, str]


class BaselineSite:
    """A site that stores each row that is posted to it, in a transaction of its own, and sends it back."""

    def __init__(self, file: Path) -> None:
        self._database = sqlite3.connect(file, isolation_level=None)
        self._database.execute("PRAGMA journal_mode = wal")
        self._database.execute("PRAGMA synchronous = normal")
        self._session = mounted({_URL: self._answer})
        self._tables: set[str] = set()

    def run(self, rows: list[tuple[str, Mapping[str, object]]]) -> float:
        """Post rows, each to its collection. Return the seconds."""

        def post() -> None:
            for collection, row in rows:
                self._session.post(f"{_URL}/data/{collection}", json=dict(row)).json()

        return seconds(post)

    def close(self) -> None:
        self._session.close()
        self._database.close()

    def _answer(self, _: str, path: str, __: Mapping[str, str], body: bytes) -> BaselineAnswer:
        row, table = json.loads(body), path.rpartition("/")[2]
        if table not in self._tables:
            self._database.execute(f"CREATE TABLE {table} ({', '.join(row)})")
            self._tables.add(table)
        self._database.execute("BEGIN IMMEDIATE")
        places = ", ".join("?" * len(row))
        self._database.execute(f"INSERT INTO {table} VALUES ({places})", [*row.values()])  # noqa: S608 - our own names
        self._database.execute("COMMIT")
        return BaselineAnswer(201, json.dumps(row).encode(), _JSON)


def test_execution_to_effective_agreement(
    benchmark: Benchmark, record_comparison: Callable[[BaselineComparison], None], tmp_path: Path
) -> None:
    settings = Settings(store=None, synchronous="normal").with_data_directory(tmp_path)
    assert settings.scm
    with closing(ScmSystem(settings.scm)) as system, closing(BaselineSite(tmp_path / "baseline.db")) as site:
        fill_master_data(system)
        landscape: ScmLandscape

        def emit(event: EventPayload) -> None:
            landscape.connector.receive(event)

        tenant = create_tenant(settings, emit, utc_now)
        with ScmLandscape(settings, tenant, system=system) as landscape:
            landscape.connector.connect(settings.ici_base_url)
            drafts = [[tenant.draft(PROCUREMENT, TERMS) for _ in chunk] for chunk in chunks(SIZE)]

            def ours(contracts: list[Agreement]) -> None:
                for contract in contracts:
                    tenant.execute(contract)  # its event goes to the connector

            def baseline(contracts: list[Agreement]) -> float:
                return site.run(_rows(system, {one.sys_id for one in contracts}))

            record_comparison(PairedRun("execution to effective, 10 lines", 3.0, ours, baseline).run(benchmark, drafts))
        agreements = system.rows("CLMIntegrationPurchaseAgreements")
        assert [row["AgreementStatus"] for row in agreements] == ["Effective"] * SIZE


def _rows(system: ScmSystem, contracts: set[str]) -> list[tuple[str, Mapping[str, object]]]:
    """Return the rows that SCM holds of some contracts, with their collections."""
    collections = (
        "CLMIntegrationContracts",
        "CLMIntegrationPurchaseAgreements",
        "CLMIntegrationPurchaseAgreementLines",
    )
    return [(name, row) for name in collections for row in system.rows(name) if row["ExternalContractId"] in contracts]
