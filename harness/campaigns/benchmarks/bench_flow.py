"""The whole flow, from an event to its commit in two systems, against the minimum that a middleware has to do."""

import json
import re
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
import requests
import responses

from harness.campaigns.benchmarks.baseline_database import RawDatabase
from harness.campaigns.benchmarks.contracts import attributes, chunks
from harness.campaigns.benchmarks.measure import PROCESSOR_TIME, BaselineComparison, Benchmark, PairedRun, seconds
from simulator.icertis.agreement import STANDALONE, Agreement
from simulator.icertis.authentication import Authenticator
from simulator.icertis.rest import IcertisRest
from simulator.icertis.tenant import IcertisTenant
from simulator.landscape import Landscape
from simulator.settings import Settings


class Baseline:
    """One stubbed GET, its JSON parsed, the finished row and its organisations written into a file for each system."""

    def __init__(self, settings: Settings, folder: Path, finished: RawDatabase) -> None:
        """`finished` has the rows that the flow has written."""
        self._finished = finished
        self._databases = [RawDatabase(folder / f"raw-{name}.db", like=finished) for name in settings.systems]
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


@PROCESSOR_TIME
@pytest.mark.parametrize("size", [1_000, 10_000])
def test_event_to_commit(
    benchmark: Benchmark, record_comparison: Callable[[BaselineComparison], None], tmp_path: Path, size: int
) -> None:
    settings = Settings(store=None, synchronous="normal").with_data_directory(tmp_path)
    kinds: list[str] = []
    with (
        Landscape(settings, observe=lambda outcome: kinds.append(outcome.kind)) as landscape,
        closing(RawDatabase(tmp_path / "PF2.db")) as finished,
        closing(Baseline(settings, tmp_path, finished)) as baseline,
    ):
        for number in range(size):
            baseline.execute(number)
        draft = landscape.tenant.draft
        drafts = [[draft(STANDALONE, attributes(number)) for number in chunk] for chunk in chunks(size)]

        def ours(agreements: list[Agreement]) -> None:
            for agreement in agreements:
                landscape.tenant.execute(agreement)  # its event goes through the webhook

        record_comparison(PairedRun("event to commit, two systems", 2.0, ours, baseline.run).run(benchmark, drafts))
        assert kinds == ["delivered"] * size
