"""The consolidation report over two systems, in three formats, against a raw query that makes the same joins."""

import json
import sqlite3
import subprocess
import sys
from collections import deque
from collections.abc import Callable
from contextlib import ExitStack, closing
from pathlib import Path

import pytest

from harness.campaigns.benchmarks.large_dataset import create_databases
from harness.campaigns.benchmarks.measure import BenchRow, Pair, PairedRounds, bulk_row, in_turn, seconds
from harness.database_files import connect_read_only
from simulator.mapping.contract_types import TYPE_CODES
from simulator.reporting.consolidation import ReportRequest, open_report

_ROUNDS = 5

_JOINS = """
SELECT c.*, g.PURCHASINGORG, o.*, m.NAME
FROM {system}.ZMM_ICMCONTRACT c
LEFT JOIN {system}.ZMM_ICMCONTRACT m ON m.SYSID = c.ASSOCIATINGSYSID AND m.ICMAGREEMENTCODE = c.ASSOCIATINGCODE
LEFT JOIN {other}.ZMM_ICMCONTRACT e ON e.SYSID = c.SYSID AND e.ICMAGREEMENTCODE = c.ICMAGREEMENTCODE
LEFT JOIN {system}.ZMM_ICMPURCHORG g ON g.SYSID = c.SYSID
LEFT JOIN {system}.EKKO o ON o.ZZICMAGREEMENT = c.ICMAGREEMENTCODE AND o.EKORG = g.PURCHASINGORG
"""


def raw_joins(folder: Path) -> None:
    """Join each entry with its master, the other system's entry, its organisations and outline agreements."""
    with closing(sqlite3.connect(":memory:")) as database:
        for system in ("PF2", "WP2"):
            database.execute(f"ATTACH ? AS {system}", [str(folder / f"{system}.db")])
        for system, other in (("PF2", "WP2"), ("WP2", "PF2")):
            json.dumps(database.execute(_JOINS.format(system=system, other=other)).fetchall())


def to_json(folder: Path) -> None:
    """Make the report as `zicm report` does."""
    with ExitStack() as stack:
        systems = {name: stack.enter_context(connect_read_only(folder / f"{name}.db")) for name in ("PF2", "WP2")}
        report = stack.enter_context(open_report(systems, TYPE_CODES, ReportRequest("20260630")))
        deque(report.json_text(), maxlen=0)


_COMMAND = r"""
import re, sys, time
from pathlib import Path
from harness.cli.main import app
app(sys.argv[1:], standalone_mode=False)
print(time.process_time(), int(re.search(r"VmHWM:\s+([0-9]+) kB", Path("/proc/self/status").read_text())[1]) // 1024)
"""
"""Reads /proc, so it needs Linux: the peak of getrusage begins with the memory of the process that started it."""


def run_command(folder: Path, form: str) -> tuple[float, int]:
    """Run `zicm report` in a process of its own. Returns its seconds of processor time, and the MB it needs at most."""
    options = ["--data", str(folder), "--date", "2026-06-30", "--format", form, "--output", str(folder / f"out.{form}")]
    command = [sys.executable, "-c", _COMMAND, "report", *options]
    ran = subprocess.run(command, capture_output=True, text=True, check=True)  # noqa: S603 - our own words
    taken, peak = ran.stdout.split()
    return float(taken), int(peak)


@pytest.mark.parametrize("size", [1_000, 10_000])
def test_report(record: Callable[[Callable[[], list[BenchRow]]], None], tmp_path: Path, size: int) -> None:
    create_databases(tmp_path, size)
    both = Pair(lambda _: seconds(lambda: to_json(tmp_path)), lambda _: seconds(lambda: raw_joins(tmp_path)))
    goal = 1.5 if size == 10_000 else None

    def measure() -> list[BenchRow]:
        taken = in_turn({size: both}, _ROUNDS)[size]
        return [bulk_row("report to JSON", size, goal, taken, run_command(tmp_path, "json")[1])]

    record(measure)


@pytest.mark.parametrize(("form", "size", "rounds", "goal"), [("html", 10_000, 3, None), ("xlsx", 50_000, 1, 15.0)])
def test_command(  # noqa: PLR0913, PLR0917 - fixtures and parameters
    record: Callable[[Callable[[], list[BenchRow]]], None],
    tmp_path: Path,
    form: str,
    size: int,
    rounds: int,
    goal: float | None,
) -> None:
    """Measure the whole command, its start included; the baseline before and after it, as it takes far less."""
    create_databases(tmp_path, size)

    def measure() -> list[BenchRow]:
        taken, peaks = PairedRounds(), list[int]()
        for _ in range(rounds):
            before = seconds(lambda: raw_joins(tmp_path))
            ours, peak = run_command(tmp_path, form)
            after = seconds(lambda: raw_joins(tmp_path))
            taken.ours.append(ours)
            taken.baseline.append((before + after) / 2)
            peaks.append(peak)
        return [bulk_row(f"zicm report, {form.upper()}", size, goal, taken, max(peaks))]

    record(measure)
