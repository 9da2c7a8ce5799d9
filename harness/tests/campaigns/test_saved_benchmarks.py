"""The result of the benchmarks is kept, compared with the next one, and drawn."""

from pathlib import Path
from xml.etree.ElementTree import fromstring

from harness.campaigns.benchmarks.measure import BaselineComparison, BulkResult
from harness.campaigns.benchmarks.saved_run import SavedRun

PAGE = "Figures\n\n<!-- figures -->\nold\n<!-- end of figures -->\n\nThe rest\n"


def run(ours: float) -> SavedRun:
    """Measure 2,000 contracts in chunks of 250, the second thousand at twice the cost of the first."""
    chunks = [ours] * 4 + [2 * ours] * 4
    flow = BaselineComparison("event to commit", None, chunks, [0.1] * 4 + [0.2] * 4)
    once = BulkResult("zicm report, XLSX", 10_000, None, [9.0], [0.1])
    return SavedRun.of([flow], [once], [])


def test_ratio_that_got_worse_by_more_than_a_fifth_is_named() -> None:
    assert run(0.245).worse_than(run(0.2)) == [
        "event to commit, 2,000 contracts: 2.45 times its baseline, 2.00 in the last saved run"
    ]
    assert run(0.235).worse_than(run(0.2)) == []


def test_figures_that_were_not_saved_are_not_compared() -> None:
    assert run(9).worse_than(SavedRun({}, {})) == []


def test_run_is_saved_with_its_table_and_its_plot(tmp_path: Path) -> None:
    (tmp_path / "images").mkdir()
    (tmp_path / "performance.md").write_text(PAGE, encoding="utf-8")
    run(0.2).save(tmp_path)
    assert SavedRun.read(tmp_path) == SavedRun(
        {"event to commit, 2,000 contracts": 2.0}, {"event to commit": [1.0, 2.0]}
    )
    assert (tmp_path / "performance.md").read_text(encoding="utf-8") == (
        "Figures\n\n<!-- figures -->\n\n| what | times its baseline |\n|---|---|\n"
        "| event to commit, 2,000 contracts | 2.00 |\n\n<!-- end of figures -->\n\nThe rest\n"
    )
    plot = fromstring((tmp_path / "images" / "cost-by-size.svg").read_text(encoding="utf-8"))  # noqa: S314 - our own
    assert [one.text for one in plot.iter("{http://www.w3.org/2000/svg}text")][-2:] == [
        "event to commit",
        "contracts that are there",
    ]
