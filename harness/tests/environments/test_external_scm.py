"""The features of SCM run against another connector."""

import json
import re
import subprocess
from pathlib import Path

import pytest
import requests

from harness.campaigns.seeded_faults.connector_process import connector_options, start_connector
from harness.campaigns.seeded_faults.run import free_port
from harness.environments.external_scm import ConnectorEnvironment
from harness.environments.interfaces import CONNECTOR_JOBS, ConnectorAddress
from harness.files import CHECKOUT, TEST_FEATURES
from harness.tests.support.pytest_process import run_pytest
from simulator.settings import Settings

pytest_plugins = ["pytester"]


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return run_pytest(TEST_FEATURES, *arguments)


@pytest.mark.whole_run
def test_run_ends_with_the_verdict_on_the_conditions_of_scm(tmp_path: Path) -> None:
    port = free_port()
    with start_connector(port) as url:
        options = (*connector_options(url, port), "--reports", str(tmp_path))
        ran = run(*options, "-m", "condition_S1 or condition_S2 or condition_S5 or condition_S10")
    assert ran.returncode == 0, ran.stdout
    assert "result by condition" not in ran.stdout
    verdict = json.loads((tmp_path / "verdict.json").read_text(encoding="utf-8"))
    results = {one["id"]: one["result"] for one in verdict["conditions"]}
    assert [*results][:3] == ["S1", "S1a", "S2"]
    assert results["S2"] == "passed"
    assert (results["S1"], results["S5"], results["S10"], results["S16"]) == ("passed", "passed", "passed", "not run")
    assert not (tmp_path / "signoff.html").exists()
    page = (tmp_path / "signoff-scm.html").read_text(encoding="utf-8")
    assert "Verdict: incomplete" in page
    assert "No real Icertis or Dynamics 365 system took part, but the connector that was tested." in page
    assert "5 x what the alignment of the connector has found cannot be read from here" in ran.stdout


def test_all_that_is_sent_to_scm_is_overheard_but_what_asks_for_a_token() -> None:
    environment = ConnectorEnvironment(ConnectorAddress("", port=0))
    heard = environment.create_landscape(Settings()).exchange_log.overheard
    for place in ("SCM", "SCM token"):
        requests.post(f"{environment.urls[place]}/inbox?note={place}", json={"Name": "Speakers"}, timeout=60)
    environment.close()
    assert [("Speakers" in one, "note=SCM token" in one) for one in heard] == [(True, False)]


@pytest.mark.whole_run
def test_conditions_whose_job_was_not_told_are_not_observable(tmp_path: Path) -> None:
    port = free_port()
    with start_connector(port) as url:
        options = connector_options(url, port)
        options = [*options[: options.index("--connector-job")], "--reports", str(tmp_path)]
        ran = run(*options, "-m", "condition_S2 or condition_S16")
    assert ran.returncode == 0, ran.stdout
    assert "2 x the connector was given no job master-data; of condition S2" in ran.stdout
    assert "1 x the connector was given no job connect; of condition S16" in ran.stdout


@pytest.mark.whole_run
def test_job_that_nobody_knows_is_wrong_use() -> None:
    ran = run("--connector-url", "http://127.0.0.1:1/events", "--connector-job", "polish=http://127.0.0.1:1/")
    assert ran.returncode == pytest.ExitCode.USAGE_ERROR
    assert ran.stderr.strip() == "ERROR: --connector-job: no such job: polish"


@pytest.mark.parametrize("url", ["nonsense", "http://", "ftp://host/events", "http://host:port/", "http://ho st/"])
@pytest.mark.parametrize("option", ["--connector-url", "--middleware-url", "--pending-url", "--connector-job"])
def test_what_is_no_address_is_wrong_use(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, option: str, url: str
) -> None:
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")  # whichever other plugins are installed
    connector = () if option in ("--middleware-url", "--connector-url") else ("--connector-url", "http://127.0.0.1:1/")
    given = f"connect={url}" if option == "--connector-job" else url
    with pytest.raises(pytest.UsageError) as refused:
        pytester.parseconfigure("-p", "harness.environments.plugin", *connector, option, given)
    assert str(refused.value) == f"{option}: an address begins with http:// or https:// and the name of a host"


def test_manual_names_every_job() -> None:
    manual = (CHECKOUT / "docs" / "connect-scm.md").read_text(encoding="utf-8")
    assert {*re.findall(r"^\| `([a-z][a-z-]+)` \|", manual, re.MULTILINE)} == {*CONNECTOR_JOBS}
