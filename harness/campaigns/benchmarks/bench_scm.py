"""Measure contracts with ten lines until their agreement is effective in SCM, against the least code that answers.

The baseline gets what the connector sent, byte by byte. It parses each body, and answers with JSON: ICI from memory,
SCM after one statement of `sqlite3` in a transaction of its own. It checks nothing, not even the token. For the store
of the connector it commits as often as that does, one row each time.
"""

import json
import re
import sqlite3
from collections.abc import Callable, Iterable, Mapping
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from harness.campaigns.benchmarks.measure import BenchRow, Pair, comparison_row, in_turn, seconds
from harness.testdata.scm_master_data import CONTRACT_TERMS, fill_master_data
from simulator.clock import utc_now
from simulator.icertis.agreement import PROCUREMENT
from simulator.icertis.tenant import EventPayload
from simulator.landscape import ScmLandscape, ScmSites, create_tenant
from simulator.scm.system import ScmSystem
from simulator.settings import Settings
from simulator.site_transport import InProcessSite, SiteAnswer, mounted

_CHUNK, _ROUNDS = 50, 9
LINES = 10
STORE_COMMITS = 6
"""The transactions of the connector's store: accepted, taken, read, taken, delivered, and a last look for work."""

_ICI, _SCM = "https://ici.baseline.invalid", "https://scm.baseline.invalid"
_JSON = {"Content-Type": "application/json"}
_IDS = ("ExternalContractId", "PurchaseAgreementId")
_FOUND_BY = re.compile(r"(ExternalContractId|PurchaseAgreementId)(?:%20eq%20|=)'([^']*)'")
TERMS: Mapping[str, object] = {
    **CONTRACT_TERMS,
    "Name": "Speakers for showrooms",
    "ICMLineItems": [
        {"ICMLineId": str(number), "ICMCommitmentType": "ProductQuantity", "ICMItemNumber": "D0001",
         "ICMCommittedQuantity": 100 + number, "ICMUnit": "ea", "ICMPrice": 3.5}
        for number in range(1, LINES + 1)
    ],
}  # fmt: skip


class ConnectorRequest(NamedTuple):
    """A request of the connector, and what was answered."""

    method: str
    base: str
    path: str
    body: bytes
    answer: bytes


class BaselineAnswer(NamedTuple):
    """The answer of the baseline."""

    status: int
    body: bytes = b""
    headers: Mapping[str, str] = _JSON


class BaselineSites:
    """ICI, SCM and the store of the connector, with the least that each has to do."""

    def __init__(self, file: Path) -> None:
        self._database = _open(file.with_suffix(".scm"))
        self._store = _open(file.with_suffix(".store"))
        self._store.execute("CREATE TABLE event (content)")
        self._session = mounted({_ICI: self._answer_ici, _SCM: self._answer_scm})
        self._tables: dict[str, str] = {}
        """Collection to the statement that inserts a row."""

        self._answers: dict[str, bytes] = {}
        """Path in ICI to what it answers."""

    def run(self, sent: Iterable[ConnectorRequest]) -> float:
        """Send requests again. Return the seconds."""
        requests = [*sent]
        self._answers = {one.path: one.answer for one in requests if one.base == _ICI and one.method == "GET"}
        contracts = len(self._answers)

        def send() -> None:
            for one in requests:
                answer = self._session.request(one.method, one.base + one.path, data=one.body, headers=_JSON)
                json.loads(answer.content or b"{}")
            for _ in range(contracts * STORE_COMMITS):
                self._write(self._store, "INSERT INTO event VALUES (?)", [requests[0].answer])

        return seconds(send)

    def close(self) -> None:
        self._session.close()
        self._database.close()
        self._store.close()

    def _answer_ici(self, method: str, path: str, __: Mapping[str, str], body: bytes) -> BaselineAnswer:
        if method == "GET":
            return BaselineAnswer(200, self._answers[path])
        json.loads(body)
        return BaselineAnswer(204)

    def _answer_scm(self, method: str, path: str, __: Mapping[str, str], body: bytes) -> BaselineAnswer:
        row = json.loads(body or b"{}")
        table = path.removeprefix("/data/").partition("?")[0].partition("(")[0]
        if method == "POST":
            if table not in self._tables:
                self._create(table, row)
            row = {"PurchaseAgreementId": row.get("ExternalContractId", ""), **row}
            self._write(self._database, self._tables[table], [*row.values()])
            return BaselineAnswer(201, json.dumps(row).encode())
        field, value = _FOUND_BY.findall(path)[0]
        if method == "PATCH":
            changes = ", ".join(f"{name} = ?" for name in row)
            statement = f"UPDATE {table} SET {changes} WHERE {field} = ?"  # noqa: S608 - our own names
            self._write(self._database, statement, [*row.values(), value])
            return BaselineAnswer(204)
        if table not in self._tables:
            return BaselineAnswer(200, b'{"value": []}')
        statement = f"SELECT * FROM {table} WHERE {field} = ?"  # noqa: S608 - our own names
        return BaselineAnswer(
            200, json.dumps({"value": self._database.execute(statement, [value]).fetchall()}).encode()
        )

    def _create(self, table: str, row: Mapping[str, object]) -> None:
        names = {"PurchaseAgreementId": "", **row}
        self._database.execute(f"CREATE TABLE {table} ({', '.join(names)})")
        for name in names.keys() & {*_IDS}:
            self._database.execute(f"CREATE INDEX {table}{name} ON {table} ({name})")
        self._tables[table] = f"INSERT INTO {table} VALUES ({', '.join('?' * len(names))})"  # noqa: S608 - our own names

    @staticmethod
    def _write(database: sqlite3.Connection, statement: str, values: list[object]) -> None:
        database.execute("BEGIN IMMEDIATE")
        database.execute(statement, values)
        database.execute("COMMIT")


def test_execution_to_effective_agreement(
    record: Callable[[Callable[[], list[BenchRow]]], None], tmp_path: Path
) -> None:
    def measure() -> list[BenchRow]:
        with TemporaryDirectory(dir=tmp_path) as folder:
            return [_measure(Path(folder))]

    record(measure)


def _measure(tmp_path: Path) -> BenchRow:
    settings = Settings(store=None, synchronous="normal").with_data_directory(tmp_path)
    assert settings.scm
    sent: list[ConnectorRequest] = []

    def noted(base: str, site: InProcessSite) -> InProcessSite:
        def answer(method: str, path: str, headers: Mapping[str, str], body: bytes) -> SiteAnswer:
            found = site(method, path, headers, body)
            sent.append(ConnectorRequest(method, base, path, body, found.body))
            return found

        return answer

    def taps(sites: ScmSites) -> ScmSites:
        return sites._replace(ici=noted(_ICI, sites.ici), scm=noted(_SCM, sites.scm))

    with closing(ScmSystem(settings.scm)) as system, closing(BaselineSites(tmp_path / "baseline")) as least:
        fill_master_data(system)
        landscape: ScmLandscape

        def emit(event: EventPayload) -> None:
            landscape.connector.receive(event)

        tenant = create_tenant(settings, emit, utc_now)
        with ScmLandscape(settings, tenant, system=system, taps=taps) as landscape:
            landscape.connector.connect(settings.ici_base_url)
            sent.clear()

            def ours(_: int) -> float:
                contracts = [tenant.draft(PROCUREMENT, TERMS) for _ in range(_CHUNK)]

                def execute() -> None:
                    for contract in contracts:
                        tenant.execute(contract)  # its event goes to the connector

                return seconds(execute)

            def baseline(_: int) -> float:
                assert len(sent) == _CHUNK * (LINES + 8)  # three reads, three writes and a change beside the lines
                taken = least.run(sent)
                sent.clear()
                return taken

            taken = in_turn({0: Pair(ours, baseline)}, _ROUNDS)[0]
        agreements = system.rows("CLMIntegrationPurchaseAgreements")
        assert [row["AgreementStatus"] for row in agreements] == ["Effective"] * _CHUNK * (_ROUNDS + 1)
    return comparison_row("execution to effective, 10 lines, 500 contracts", 3.0, _CHUNK, taken)


def _open(file: Path) -> sqlite3.Connection:
    database = sqlite3.connect(file, isolation_level=None)
    database.execute("PRAGMA journal_mode = wal")
    database.execute("PRAGMA synchronous = normal")
    return database
