"""A served CPI beside a system that takes connections and never answers (D-20, MON-2)."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from time import monotonic, sleep

import pytest

from harness.server.app import PartName
from harness.server.uvicorn_server import listening_socket
from harness.tests.support.patience import PATIENCE
from harness.tests.support.server_fixture import STANDALONE, Served, served
from simulator import middleware
from simulator.cpi.ecc_interface import FunctionModule
from simulator.cpi.soap_target import SoapTarget
from simulator.monitoring import alerts
from simulator.settings import Settings

NEVER = timedelta(days=1)


@pytest.fixture
def parts(tmp_path: Path) -> Iterator[tuple[Served, Served, Served]]:
    """Serve ICI, PF2 and the middleware, for which WP2 never answers."""
    settings = Settings(first_answer=NEVER, longest_answer=NEVER)
    only = settings.model_copy(update={"systems": {"PF2": "sqlite://"}})
    with (
        listening_socket("127.0.0.1", 0) as silent,
        served(tmp_path, settings, part=PartName.ICI) as ici,
        served(tmp_path, only, part=PartName.ECC) as pf2,
        served(
            tmp_path,
            settings,
            part=PartName.MIDDLEWARE,
            ici_url=ici.site.urls["icertis"],
            token_url=ici.site.urls["token"],
            ecc_urls={"PF2": pf2.site.urls["PF2"], "WP2": f"http://127.0.0.1:{silent.getsockname()[1]}/"},
        ) as cpi,
    ):
        where = {"url": cpi.site.urls["webhook"], "apikey": cpi.site.credentials.apikey}
        ici.admin("PUT", "/webhook", where)
        try:
            yield ici, pf2, cpi
        finally:
            silent.close()  # resets the connections: what hangs fails now


def test_system_that_never_answers_holds_up_no_other_over_http(parts: tuple[Served, Served, Served]) -> None:
    ici, pf2, _ = parts
    for number in range(12):
        ici.admin("POST", "/agreements", {**STANDALONE, "code": f"PST{number}", "seed": number})
        ici.admin("POST", f"/agreements/PST{number}/execute")
    end = monotonic() + PATIENCE
    while len(pf2.admin("GET", "/systems/PF2/tables")["ZMM_ICMCONTRACT"]) < 12:
        assert monotonic() < end, "PF2 lacks some of the agreements"
        sleep(0.02)


def test_alert_tells_of_a_silent_system_without_the_time_of_a_message(
    parts: tuple[Served, Served, Served], monkeypatch: pytest.MonkeyPatch
) -> None:
    def within(target: FunctionModule, seconds: float) -> FunctionModule:
        """Wait a moment for WP2, which never answers, and as long as a busy machine needs for PF2, which does."""
        assert isinstance(target, SoapTarget)
        assert seconds == 3
        return target.within(0.1 if target.name == "WP2" else PATIENCE)

    monkeypatch.setattr(middleware, "within", within)
    monkeypatch.setattr(alerts, "CHECK_SECONDS", PATIENCE)  # of ICI, which answers too
    assert parts[2].admin("GET", "/alerts") == [
        {"rule": "MON-2", "subject": "WP2", "what": "WP2 could not be reached (ReadTimeout)"}
    ]
