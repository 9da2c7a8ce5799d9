"""Test `zicm demo`: the report finds exactly the planted errors."""

import json
from collections import Counter
from datetime import date
from functools import cache
from pathlib import Path

import pytest

from harness.testdata.demo.expected_findings import ExpectedFindings
from harness.testdata.demo.populate import populate
from harness.tests.support.cli_runner import zicm
from simulator.landscape import Landscape, consolidation_report
from simulator.reporting.consolidation import Report, ReportRequest
from simulator.reporting.hierarchy import build_tree

DAY = date(2026, 6, 30)
FINDINGS = (
    "differences", "missing", "masters", "orphans", "unknown_codes", "wrong_types", "duplicates", "ended", "entries",
)  # fmt: skip

one_process = pytest.mark.xdist_group("demo")
"""Tests of the same made world, which takes long to make."""


@cache
def made(contracts: int, seed: int) -> tuple[ExpectedFindings, Report, Landscape]:
    """Populate a world and report on it."""
    with Landscape() as landscape:
        planted = populate(landscape, contracts, seed, DAY, lambda _what, _through, _of: None)
        return (
            planted,
            consolidation_report(landscape.systems, landscape.settings, ReportRequest(planted.day)),
            landscape,
        )


def counted(rows: list[dict[str, str]], report: Report, part: str) -> tuple[Counter[object], Counter[object]]:
    """Return what was planted and what was found, in the columns that matter."""
    columns = rows[0] if rows else {}
    found = [tuple(row[name] for name in columns) for row in report.parts[part].dicts()]
    return Counter(tuple(row.values()) for row in rows), Counter(found)


@one_process
@pytest.mark.parametrize(
    ("contracts", "seed"), [(120, 1), (60, 2), pytest.param(60, 3, marks=pytest.mark.whole_run), (10, 4)]
)
def test_report_finds_exactly_the_planted_errors(contracts: int, seed: int) -> None:
    planted, report, _ = made(contracts, seed)
    assert set(planted.findings()) == set(FINDINGS)
    for part, rows in planted.findings().items():
        expected, found = counted(rows, report, part)
        assert (part, found - expected, expected - found) == (part, Counter(), Counter())
    verdicts = [(row["system"], row["EBELN"], row["verdict"]) for row in report.parts["s4"].dicts()]
    assert Counter(verdicts) == Counter(
        [(*one, "ready") for one in planted.ready] + [(*one, "blocked") for one in planted.blocked]
    )
    assert report.figures.outline_agreements == planted.outline_agreements
    assert {
        str(node.contract["ICMAGREEMENTCODE"]): master
        for root in build_tree(report.parts["hierarchy"].rows)
        for master, node in [("", root), *((str(root.contract["ICMAGREEMENTCODE"]), one) for one in root.agreements)]
    } == planted.master_codes


@one_process
def test_every_kind_of_error_is_planted() -> None:
    planted, *_ = made(120, 1)
    assert len(planted.master_codes) == 120
    assert [name for name, rows in planted.findings().items() if not rows] == []
    assert {one.field for one in planted.differences} == {
        *("LIFNR", "KDATB", "KDATE", "KTWRT", "WAERS", "BUKRS", "EKORG", "INCO1", "INCO2", "ZTERM")
    }
    assert set(planted.histories) == {"amended", "renewed", "updated", "terminated", "expired", "quiet"}
    assert all((planted.ready, planted.blocked, planted.confidential))


@one_process
def test_confidential_agreements_are_not_disclosed() -> None:
    planted, report, landscape = made(60, 2)
    hidden = [one for one in landscape.tenant.all_agreements() if one.attributes.get("ICMConfidentialContract") is True]
    assert len(hidden) == planted.confidential > 0
    text = "".join([json.dumps(planted.as_json()), *report.json_text()])
    assert [one.code for one in hidden if f'"{one.code}"' in text or one.sys_id in text] == []


def test_same_numbers_give_the_same_contracts(tmp_path: Path) -> None:
    first, second, other = (
        zicm("demo", "--data", tmp_path / name, "--contracts", 10, "--seed", seed, "--date", DAY, "--json").out
        for name, seed in (("first", 3), ("second", 3), ("other", 4))
    )
    assert first == second != other


def test_demo_prints_the_counts_that_the_report_finds(tmp_path: Path) -> None:
    ran = zicm("demo", "--data", tmp_path / "demo", "--contracts", 40, "--date", DAY)
    assert ran.code == 0
    printed = dict(
        line.split()[:2]
        for line in ran.out.replace("unknown codes", "unknown_codes").replace("wrong types", "wrong_types").splitlines()
        if line[:2] == "  "
    )
    report = json.loads(zicm("report", "--data", tmp_path / "demo", "--date", DAY, "--format", "json").out)
    assert {name: int(printed[name]) for name in FINDINGS} == report["figures"]["findings"]
    assert sorted(file.name for file in (tmp_path / "demo").iterdir()) == ["CPI.db", "PF2.db", "WP2.db"]


def test_folder_with_tables_is_unchanged(tmp_path: Path) -> None:
    (tmp_path / "PF2.db").write_bytes(b"something")
    ran = zicm("demo", "--data", tmp_path)
    assert (ran.code, ran.out) == (1, "")
    assert "holds tables already" in ran.err
    assert [file.name for file in tmp_path.iterdir()] == ["PF2.db"]
