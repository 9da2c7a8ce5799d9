"""A run whose reports cannot be written fails, and says why."""

from pathlib import Path

import pytest

from harness.tests.support.condition_evidence import run_conditions

pytestmark = pytest.mark.whole_run

BREAK_DOWN = """
import errno


def break_down(*_):
    raise OSError(errno.ENOSPC, "No space left on device")


def pytest_sessionstart():
    import harness.{module}

    harness.{module}.{function} = break_down
"""


def run(folder: Path, reports: Path, module: str, function: str) -> tuple[int, str]:
    (folder / "break_down.py").write_text(BREAK_DOWN.format(module=module, function=function), encoding="utf-8")
    ran = run_conditions(reports, "-p", "break_down", "-m", "condition_1", plugins=folder)
    assert "1 passed" in ran.stdout, ran.stdout + ran.stderr
    return ran.returncode, ran.stdout


@pytest.fixture
def reports(tmp_path: Path) -> Path:
    folder = tmp_path / "reports"
    folder.mkdir()
    return folder


def test_run_without_a_pack_fails_and_leaves_none(tmp_path: Path, reports: Path) -> None:
    (reports / "signoff.html").write_text("<title>Sign-off of the contract interface</title> of an earlier run")
    code, output = run(tmp_path, reports, "signoff.html.page", "render")
    assert code == pytest.ExitCode.TESTS_FAILED
    lines = output.rstrip().splitlines()
    assert lines[-2] == "ERROR: no sign-off pack: [Errno 28] No space left on device"  # above pytest's own last line
    assert [file.name for file in reports.iterdir()] == ["messages.ndjson"]


def test_run_that_is_killed_leaves_no_pack_of_another_run(tmp_path: Path, reports: Path) -> None:
    (reports / "signoff.html").write_text("<title>Sign-off of the contract interface</title> of an earlier run")
    die = BREAK_DOWN.replace('    raise OSError(errno.ENOSPC, "No space left on device")', "    os._exit(9)")
    die = die.replace("import errno", "import os")
    (tmp_path / "die.py").write_text(die.format(module="signoff.html.page", function="render"), encoding="utf-8")
    assert run_conditions(reports, "-p", "die", "-m", "condition_1", plugins=tmp_path).returncode == 9
    names = {file.name for file in reports.iterdir() if not file.name.startswith(".")}
    assert names == {"messages.ndjson"}


def test_run_without_evidence_fails_and_leaves_what_an_earlier_run_wrote(tmp_path: Path, reports: Path) -> None:
    earlier = '{"meta": {"implementation": {"name": "zicm", "version": "1"}}}'
    (reports / "messages.ndjson").write_text(earlier)
    pack = "<title>Sign-off of the contract interface</title> of an earlier run"
    (reports / "signoff.html").write_text(pack)
    code, output = run(tmp_path, reports, "evidence.cucumber_writer", "_hooks")
    assert code == pytest.ExitCode.TESTS_FAILED
    assert "ERROR: no evidence: [Errno 28] No space left on device" in output
    assert (reports / "messages.ndjson").read_text() == earlier
    assert (reports / "signoff.html").read_text() == pack


def test_run_without_results_fails(tmp_path: Path) -> None:
    ran = run_conditions(tmp_path, "-m", "condition_1", "--results-to", str(tmp_path / "nowhere" / "results.json"))
    assert ran.returncode == pytest.ExitCode.TESTS_FAILED
    assert "ERROR: no results: [Errno 2] No such file or directory" in ran.stdout


@pytest.mark.parametrize("name", ["messages.ndjson", "signoff.html"])
def test_report_over_something_else_is_refused_before_anything_runs(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("somebody's own")
    ran = run_conditions(tmp_path, "-m", "condition_1")
    assert ran.returncode == pytest.ExitCode.USAGE_ERROR
    assert f"{name} cannot be written: it exists and holds something else" in ran.stderr
