"""Test `zicm scenario from`: what it writes passes `zicm lint`, and runs."""

import json
import shutil
from pathlib import Path

import pytest

from harness.files import FIXTURES
from harness.testdata.record_exchanges import SCM_EXCHANGES
from harness.tests.support.cli_runner import AGREEMENT, Folder, zicm
from harness.tests.support.pytest_process import run_pytest

CONFTEST = """
from harness.conftest import *

FOR_OUR_OWN = ("harness.bdd.plugins.condition_report", "harness.evidence.plugin", "harness.signoff.html.plugin")
pytest_plugins = [plugin for plugin in pytest_plugins if plugin not in FOR_OUR_OWN]
"""


@pytest.mark.whole_run
def test_every_recorded_exchange_becomes_a_scenario_that_runs(tmp_path: Path) -> None:
    for folder, confidential in ((FIXTURES / "exchanges", 2), (SCM_EXCHANGES, 1)):
        written = zicm("scenario", "from", folder)
        assert (written.code, written.err.count("Note: ")) == (0, confidential)
        (tmp_path / f"{folder.parent.name}.feature").write_text(written.out, encoding="utf-8")
    assert zicm("lint", tmp_path).out.endswith("2 features, 0 problems\n")
    (tmp_path / "conftest.py").write_text(CONFTEST, encoding="utf-8")
    (tmp_path / "test_all.py").write_text("from pytest_bdd import scenarios\n\nscenarios('.')\n", encoding="utf-8")
    run = run_pytest("--rootdir", tmp_path, tmp_path, cwd=tmp_path)
    assert "28 passed" in run.stdout, run.stdout + run.stderr


def test_values_are_literals_in_aligned_tables(folder: Folder) -> None:
    written = zicm("scenario", "from", folder.executed(Name="Acrylic | acid")).out
    assert "      | Name                    | Acrylic \\| acid" in written
    assert "      | ICMEXPIRYDATE           | 20271231" in written
    assert '    And the purchasing organisations of "PSUB2001" in PF2 and WP2 are "BE10,FR10"\n' in written


def test_lint_takes_any_name(folder: Folder, tmp_path: Path) -> None:
    written = zicm("scenario", "from", folder.executed(Name="<b>Acid</b> | \\n"))
    assert "      | Name                    | <b>Acid</b> \\| \\\\n " in written.out
    (tmp_path / "features").mkdir()
    (tmp_path / "features" / "written.feature").write_text(written.out, encoding="utf-8")
    assert zicm("lint", tmp_path / "features") == (0, "1 feature, 0 problems\n", "")


def test_amendment_for_scm_states_what_it_changes_and_nothing_else() -> None:
    # Alone, nothing tells what it has changed.
    alone = zicm("scenario", "from", SCM_EXCHANGES / "06-amendment-executed").out
    assert 'begun the amendment "PPC1001-1" of "PPC1001" with these line items:' in alone, (
        "nothing tells what it changed"
    )
    written = zicm("scenario", "from", SCM_EXCHANGES).out.partition("06-amendment-executed")[2].partition("Scenario")[0]
    begun = 'a buyer has begun the amendment "PPC1001-1" of "PPC1001":\n      | ICMExpiryDate | 2028-12-31T00:00:00 |\n'
    assert begun in written
    assert "      | ExpirationDate      | 2028-12-31T12:00:00Z                 |\n" in written


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"ICMStatus": "Terminated"}, "no step of the workflow leads to what was recorded"),
        ({"ICMConfidentialContract": True}, "the agreement is confidential"),
        ({"ICMConfidentialContract": ""}, "nothing was sent, so there is no value to check: failed"),
    ],
)
def test_contract_for_scm_that_gives_no_scenario_says_why(changes: dict[str, object], why: str, tmp_path: Path) -> None:
    recorded = SCM_EXCHANGES / "03-contract-in-approval"
    answer = json.loads((recorded / "agreement.json").read_text(encoding="utf-8"))
    answer["Data"] |= changes
    (tmp_path / "agreement.json").write_text(json.dumps(answer), encoding="utf-8")
    shutil.copy(recorded / "event.json", tmp_path)
    ran = zicm("scenario", "from", tmp_path)
    assert (ran.code, ran.out) == (1, "")
    assert why in ran.err
    assert "PPC1001" not in ran.err


@pytest.mark.parametrize(
    ("flag", "why"),
    [(True, "the agreement is confidential: write its scenario with made-up values"), ("", "nothing was sent")],
)
def test_an_exchange_that_sends_nothing_gives_no_scenario_and_no_value(folder: Folder, flag: object, why: str) -> None:
    ran = zicm("scenario", "from", folder.executed(ICMConfidentialContract=flag))
    assert (ran.code, ran.out) == (1, "")
    assert why in ran.err
    assert str(AGREEMENT["ICMAgreementCode"]) not in ran.err


def test_a_folder_without_exchanges_is_refused(tmp_path: Path) -> None:
    assert zicm("scenario", "from", tmp_path) == (1, "", f"Error: {tmp_path} holds no recorded exchange\n")
