"""Test that `zicm signoff` replaces a file only if the same command wrote it before."""

from pathlib import Path

import pytest

from harness.tests.cli.test_overwriting import OTHERS
from harness.tests.support.cli_runner import zicm

pytestmark = pytest.mark.usefixtures("features")


@pytest.mark.parametrize("held", OTHERS)
def test_workbook_replaces_nothing_else_even_with_force(reports: Path, tmp_path: Path, held: str) -> None:
    file = tmp_path / "signoff.xlsx"
    OTHERS[held](file)
    before = file.read_bytes()
    ran = zicm("signoff", "export", "--xlsx", file, "--force", "--reports", reports)
    assert (ran.code, file.read_bytes()) == (1, before)
    assert "holds something else" in ran.err


@pytest.mark.parametrize("verb", ["approve", "reject", "withdraw"])
def test_approvals_replace_nothing_else(reports: Path, tmp_path: Path, verb: str) -> None:
    file = tmp_path / "notes.toml"
    file.write_text("# to be remembered\n")
    signer = ["--by", "A. Tester", "--role", "SAP", "--comment", "as seen"]
    ran = zicm("signoff", verb, "2", *signer, "--reports", reports, "--approvals", file)
    assert (ran.code, file.read_text()) == (1, "# to be remembered\n")
    assert "holds something else" in ran.err
