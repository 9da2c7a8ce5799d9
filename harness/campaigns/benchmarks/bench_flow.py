"""The whole flow, from an event to its commit in two systems, against the minimum that a middleware has to do."""

import json
import re
from collections.abc import Callable
from contextlib import ExitStack, closing
from pathlib import Path
from shutil import copyfile
from tempfile import TemporaryDirectory

import requests
import responses

from harness.campaigns.benchmarks.baseline_database import RawDatabase
from harness.campaigns.benchmarks.contracts import attributes
from harness.campaigns.benchmarks.measure import BenchRow, Pair, in_turn, rows_by_size, seconds
from harness.campaigns.benchmarks.what_is_there import SIZES, FilledFolders
from simulator.icertis.agreement import STANDALONE, Agreement
from simulator.icertis.authentication import Authenticator
from simulator.icertis.rest import IcertisRest
from simulator.icertis.tenant import IcertisTenant
from simulator.landscape import Landscape
from simulator.settings import Settings

_CHUNK, _ROUNDS = 125, 13


class Baseline:
    """One stubbed GET, its JSON parsed, the finished row and its organisations written into a file for each system."""

    def __init__(self, settings: Settings, folder: Path, finished: RawDatabase) -> None:
        """`finished` has the rows that the flow has written."""
        self._finished = finished
        self._databases = [RawDatabase(folder / f"raw-{name}.db") for name in settings.systems]
        self._base_url = settings.ici_base_url
        self._headers = {"Authorization": f"Bearer {settings.ici_token}"}
        # A separate tenant with the same agreements, so that the mock gains nothing from the work of the baseline.
        self._tenant = IcertisTenant(settings.source, lambda _: None, seed=settings.seed)
        self._rest = IcertisRest(self._tenant, Authenticator(settings.ici_token), settings.seed)

    def execute(self, number: int) -> None:
        """Execute the same agreement as the flow, without an event."""
        self._tenant.execute(self._tenant.draft(STANDALONE, attributes(number)))

    def run(self, agreements: list[Agreement]) -> float:
        """Process these agreements. Return the seconds, without the preparation of bodies and rows."""
        paths = [f"/v1/agreements/{agreement.kind.name}/{agreement.sys_id}" for agreement in agreements]
        bodies = {self._base_url + path: self._rest.answer("GET", path, self._headers).body for path in paths}
        entries = [self._finished.entry(agreement.sys_id) for agreement in agreements]
        with responses.RequestsMock() as mock, requests.Session() as session:

            def answer(request: requests.PreparedRequest) -> tuple[int, dict[str, str], bytes]:
                mock.calls.reset()
                return 200, {}, bodies[request.url or ""]

            every_url = re.compile(re.escape(self._base_url) + "/.*")
            mock.add_callback(responses.GET, every_url, callback=answer, content_type="application/json")

            def least() -> None:
                for url, entry in zip(bodies, entries, strict=True):
                    json.loads(session.get(url, headers=self._headers).content)
                    for database in self._databases:
                        database.upsert(entry)

            return seconds(least)

    def close(self) -> None:
        for database in self._databases:
            database.close()


def test_event_to_commit(
    record: Callable[[Callable[[], list[BenchRow]]], None], tmp_path: Path, filled: FilledFolders
) -> None:
    def measure() -> list[BenchRow]:
        with ExitStack() as stack, TemporaryDirectory(dir=tmp_path) as folder:
            taken = in_turn({size: _pair(stack, filled, Path(folder, str(size)), size) for size in SIZES}, _ROUNDS)
            return rows_by_size("event to commit, two systems", 2.0, _CHUNK, taken)

    record(measure)


def _pair(stack: ExitStack, filled: FilledFolders, folder: Path, size: int) -> Pair:
    """Open a landscape with so many contracts, and a baseline with the same rows."""
    settings = filled.copy_landscape(size, folder).model_copy(update={"store": None})
    for name in settings.systems:
        copyfile(folder / f"{name}.db", folder / f"raw-{name}.db")
    kinds: list[str] = []
    landscape = stack.enter_context(Landscape(settings, observe=lambda outcome: kinds.append(outcome.kind)))
    finished = stack.enter_context(closing(RawDatabase(folder / "PF2.db")))
    baseline = stack.enter_context(closing(Baseline(settings, folder, finished)))
    drafted = list[Agreement]()

    def ours(number: int) -> float:
        numbers = range(number * _CHUNK, (number + 1) * _CHUNK)
        drafted[:] = [landscape.tenant.draft(STANDALONE, attributes(one)) for one in numbers]
        for one in numbers:
            baseline.execute(one)

        def execute() -> None:
            for agreement in drafted:
                landscape.tenant.execute(agreement)  # its event goes through the webhook

        taken = seconds(execute)
        assert kinds == ["delivered"] * _CHUNK
        kinds.clear()
        return taken

    return Pair(ours, lambda _: baseline.run(drafted))
