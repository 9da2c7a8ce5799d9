"""Test the campaign that measures several workers on one PostgreSQL."""

import subprocess
import sys

import pytest

from harness.files import CHECKOUT


@pytest.mark.whole_run
@pytest.mark.usefixtures("postgres")
def test_each_number_of_workers_has_a_row() -> None:
    command = [sys.executable, "-m", "harness.campaigns.workers", "--events", "5", "--most", "1"]
    ran = subprocess.run(command, cwd=CHECKOUT, capture_output=True, text=True, check=False)  # noqa: S603 - our own
    assert (ran.returncode, ran.stderr) == (0, "")
    _, *rows = (line.split("  ")[0] for line in ran.stdout.splitlines() if line.strip())
    assert rows == ["SQLite, all in one", "PostgreSQL, all in one", "PostgreSQL, 1 middleware"]
