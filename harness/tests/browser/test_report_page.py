"""Open the report of 10,000 contracts in a real browser: it is small, quick, and every hit is found."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from harness.campaigns.benchmarks.large_dataset import create_databases
from harness.tests.support.cli_runner import zicm
from harness.tests.support.kept_contexts import KeptContexts

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

_CONTRACTS = 10_000

_ACT = """
([section, act, given]) => new Promise((done) => {
  const place = document.getElementById(section);
  if (act === "filter") {
    const field = place.querySelector("input");
    field.value = given;
    field.dispatchEvent(new Event("input"));
  } else {
    [...place.querySelectorAll("button")].find((one) => one.textContent === given).click();
  }
  requestAnimationFrame(() => setTimeout(done));
})
"""
"""Filters a section, or presses one of its buttons, and waits until the page is drawn."""

_ELEMENTS = "document.querySelectorAll('*').length"


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("tables")
    create_databases(folder, _CONTRACTS)
    made = folder / "report.html"
    assert zicm("report", "--data", folder, "--date", "2026-06-30", "--format", "html", "--output", made).code == 0
    return made


@pytest.fixture(scope="module")
def kept(browser: "Browser") -> Iterator[KeptContexts]:
    contexts = KeptContexts(browser)
    yield contexts
    contexts.close()


@pytest.fixture
def report(kept: KeptContexts, file: Path, request: pytest.FixtureRequest) -> "Iterator[Page]":
    """Open the report. At the end check that the console is empty and that nothing was asked of the network.

    To open it takes longer than most tests: those with the same width share the page, and each begins without a filter.
    """
    width: int = getattr(request, "param", 1400)
    taken = kept.take({"viewport": {"width": width, "height": 1000}})
    if taken.page.url != file.as_uri() or width != 1400:
        taken.page.goto(file.as_uri())
        taken.page.locator("html.ready").wait_for()
        assert taken.asked == [file.as_uri()]
        taken.asked.clear()
    for section in ("hierarchy", "s4"):
        taken.page.evaluate(_ACT, [section, "filter", ""])
    yield taken.page
    assert taken.said == []
    assert taken.asked == []


def test_file_is_below_six_megabytes(file: Path) -> None:
    assert file.stat().st_size < 6_000_000


def test_only_rows_on_the_screen_are_elements(report: "Page") -> None:
    assert report.evaluate(_ELEMENTS) < 10_000


@pytest.mark.parametrize(
    ("section", "words", "found"),
    [("hierarchy", "psub9991", "1 of 10,000 contracts"), ("s4", "b000", "1,000 of 30,000")],
)
def test_filter_draws_no_more_than_the_screen(report: "Page", section: str, words: str, found: str) -> None:
    report.evaluate(_ACT, [section, "filter", words])
    assert report.evaluate(_ELEMENTS) < 10_000
    assert report.locator(f"#{section} .found").inner_text() == found


def test_hits_are_unfolded_below_their_master(report: "Page") -> None:
    report.evaluate(_ACT, ["hierarchy", "filter", "psub9991"])
    lines = [line.split("\n")[0] for line in report.locator("#hierarchy .line").all_inner_texts()]
    assert [line.split(",")[0][:30] for line in lines if "PMA" in line or "PSUB" in line] == [
        "MAS PMA9990 Supply of raw mate", "SUB PSUB9991 Supply of raw mat",
    ]  # fmt: skip
    assert report.locator("#hierarchy .line.hit button").count() == 1
    assert report.locator("#hierarchy .line.place").count() > 0


def test_sorting_draws_no_more_than_the_screen(report: "Page") -> None:
    report.evaluate(_ACT, ["s4", "press", "Vendor"])
    assert report.evaluate(_ELEMENTS) < 10_000
    assert report.locator("#s4 [aria-sort]").get_attribute("aria-sort") == "ascending"
    assert report.locator("#s4 .row:not(.head) span:nth-child(5)").first.inner_text() == "0000000001"


def test_differences_and_expired_are_marked(report: "Page") -> None:
    report.evaluate(_ACT, ["hierarchy", "filter", "differs"])
    marks = report.locator("#hierarchy .place .mark").all_inner_texts()
    assert {"differs: LIFNR", "differs: KDATE"} <= set(marks)


def test_scrolling_shows_the_last_row(report: "Page") -> None:
    report.evaluate("document.querySelector('#s4 .box').scrollTop = 1e9")
    report.locator("#s4 .row:last-child[aria-rowindex='30001']").wait_for(state="attached")


@pytest.mark.parametrize("report", [390], indirect=True)
def test_page_fits_a_phone(report: "Page") -> None:
    assert report.evaluate("document.documentElement.scrollWidth") <= 390
