"""Test the wheel: its content, and that `zicm` runs from it outside the checkout and without pytest."""

import os
import subprocess
import sys
import textwrap
from pathlib import Path
from zipfile import ZipFile

import pytest

from harness.files import CHECKOUT
from harness.tests.support.patience import PROCESS_PATIENCE

pytestmark = pytest.mark.whole_run

TEST_PACKAGES = ("pytest", "_pytest", "pytest_bdd", "hypothesis", "schemathesis", "syrupy", "zeep")


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Unpack a wheel built from the checkout, as an installation would."""
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(build, check=True, cwd=CHECKOUT, capture_output=True)  # noqa: S603
    (wheel,) = folder.glob("*.whl")
    with ZipFile(wheel) as archive:
        archive.extractall(folder / "site")
    return folder / "site"


def run_without_tests(installed: Path, code: str, cwd: Path) -> str:
    """Run code against the wheel in a process that cannot import what only tests need. Returns its output."""
    prelude = f"""
        import sys

        class Forbidden:
            def find_spec(self, name, path=None, target=None):
                if name.partition(".")[0] in {TEST_PACKAGES!r}:
                    raise ModuleNotFoundError(f"No module named {{name!r}}", name=name)

        sys.meta_path.insert(0, Forbidden())
        sys.path.insert(0, {str(installed)!r})

        import harness

        assert harness.__file__.startswith({str(installed)!r})
    """
    program = textwrap.dedent(prelude) + textwrap.dedent(code)
    env = {**os.environ, "PYTHONUTF8": "1", "COLUMNS": "80"}
    run = subprocess.run(  # noqa: S603
        [sys.executable, "-c", program],
        cwd=cwd,
        env=env,
        capture_output=True,
        text=True,
        check=False,
        timeout=PROCESS_PATIENCE,
    )
    assert run.returncode == 0, run.stderr
    return run.stdout


def test_wheel_holds_what_runs_outside_the_checkout(installed: Path) -> None:
    for name in (
        "simulator/py.typed",
        "harness/py.typed",
        "harness/flow/groovy/Runner.groovy",
        "harness/_data/features/executed.feature",
        "harness/_data/fixtures/exchanges/01-master-executed/event.json",
        "harness/_data/fixtures/spec/conditions.toml",
        "harness/_data/fixtures/contracts",
        "harness/cli/report_formats/page.html",
        "harness/signoff/html/pack/page.html.j2",
    ):
        assert (installed / name).exists(), name
    assert not (installed / "harness" / "tests").exists()


def test_commands_run_from_the_wheel_without_pytest(installed: Path, tmp_path: Path) -> None:
    out = run_without_tests(
        installed,
        """
        import shlex
        import harness.console.app  # which zicm serve imports when it starts
        from harness.cli.main import app
        from harness.files import FIXTURES

        for line in (
            "--help",
            "demo --data demo --contracts 10",
            "report --data demo --format html --output report.html",
            f"replay {FIXTURES}/exchanges/01-master-executed --data tables",
            "tables --data tables",
            "messages --data tables",
            f"reconcile --data tables --recorded {FIXTURES}/exchanges/01-master-executed",
            f"check-samples {FIXTURES}/exchanges/01-master-executed",
            "conditions",
            "walkthrough --help",
            "serve --help",
            "health --help",
            "outline --help",
            "maintain --help",
        ):
            try:
                app(shlex.split(line))
            except SystemExit as end:
                assert end.code == 0, line
        """,
        tmp_path,
    )
    assert "27 conditions of SAP ECC, 0 without a scenario" in out
    assert "<html" in (tmp_path / "report.html").read_text(encoding="utf-8")


def test_signoff_names_the_extra_that_it_needs(installed: Path, tmp_path: Path) -> None:
    code = """
        from harness.cli.main import app

        sys.stderr = sys.stdout
        try:
            app(["signoff", "status"])
        except SystemExit as end:
            assert end.code == 1
    """
    out = run_without_tests(installed, code, tmp_path)
    assert out == "Error: this command loads the step functions: install zicm[bdd]\n"


def test_help_imports_neither_rich_nor_the_simulator() -> None:
    code = "import sys, harness.cli.main; print({'rich', 'simulator', 'pydantic'} & {*sys.modules})"
    assert subprocess.check_output([sys.executable, "-c", code], text=True) == "set()\n"  # noqa: S603
