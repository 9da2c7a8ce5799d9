"""Test the campaign that measures several workers on one PostgreSQL."""

import pytest

from harness.campaigns import workers


@pytest.mark.whole_run
@pytest.mark.usefixtures("postgres")
def test_each_number_of_workers_has_a_row(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("_WARM_UP", "_STATISTICS_SECONDS"):
        monkeypatch.setattr(workers, name, 1)  # the figures count for nothing here
    workers.workers(events=5, most=1)
    printed = capsys.readouterr()
    _, *rows = (line.split("  ")[0] for line in printed.out.splitlines() if line.strip())
    assert rows == ["SQLite, all in one", "PostgreSQL, all in one", "PostgreSQL, 1 middleware"]
    assert printed.err == ""
