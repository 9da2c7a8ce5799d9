"""The sign-off pack in a real browser, used as people do who sign off."""

import re
from typing import Any

import pytest

from harness.tests.support.npm_packages import NPM, skip_without_packages

pytest.importorskip("playwright.sync_api", reason="Playwright for Python is not installed")
from playwright.sync_api import Page, expect

PHONE = {"viewport": {"width": 390, "height": 844}}
DARK = {"color_scheme": "dark"}
NO_SCRIPT = {"java_script_enabled": False}
PLACES = ("#overview", "#c-2a", "#c-11a", "#matrix", "#questions", "#findings", "#fidelity", "#scenarios")
"""Fragments of the address; the page stays loaded between them."""

AXE = NPM / "node_modules" / "axe-core" / "axe.min.js"


def assert_shown(page: Page, title: str) -> None:
    """Check that only one section is shown, with this title."""
    shown = page.locator("main > .page:visible")
    expect(shown.locator("h1, h2").first).to_have_text(re.compile(rf"\s*{re.escape(title)}"), use_inner_text=True)
    expect(shown).to_have_count(1)


def go_to(page: Page, place: str) -> None:
    """Go to a fragment without reloading the page."""
    page.evaluate("(place) => { location.hash = place }", place)
    page.locator(place or "#overview").locator("visible=true").first.wait_for()


def current_step(page: Page) -> str:
    return page.locator('.step[aria-current="step"]').inner_text().splitlines()[0]


def test_overview_shows_what_passed_and_failed(page: Page) -> None:
    assert_shown(page, "Do the contracts arrive as specified?")
    assert "1 failed" in page.locator(".lead").inner_text()
    row = page.locator("#conditions tr", has_text="11a")
    assert row.locator(".badge").first.inner_text() == "failed"
    assert page.locator("#conditions tr", has_text="14b").locator(".badge").first.inner_text() == "not run"


def test_condition_shows_its_evidence_and_arrows_open_exchanges(page: Page) -> None:
    page.get_by_role("link", name="Sub Agreement executed, several organisations").first.click()
    assert_shown(page, "2a Sub Agreement executed, several organisations")
    condition = page.locator("#c-2a")
    assert condition.get_by_text("one new entry, associated to its master").is_visible()
    assert condition.get_by_text("PF2 and WP2: new entry PSUB2002; organisations +BE10 +FR10 +IT10").first.is_visible()
    condition.locator("svg a", has_text="call 2").first.click()
    opened = condition.locator("details.exchange[open]")
    assert "associatinginstances/ICMMasterAgreement" in opened.locator("pre").first.inner_text()
    assert '"PMA1001"' in opened.locator("pre").last.inner_text()
    cells = condition.locator("table.lineage tr", has_text="MAP-13").locator("td, th").all_inner_texts()
    assert cells[1].splitlines()[0] == "agreement:ICMTotalContractValue/Value"
    assert cells[2] == "With two decimals, rounded half up; at most 13 digits before the point."
    assert cells[3].splitlines() == ["ICMTOTALCONTRACTVALUE", "1250000.50"]


def test_confidential_contract_is_neither_shown_nor_written(page: Page) -> None:
    go_to(page, "#c-3")
    condition = page.locator("#c-3")
    assert condition.get_by_text("nothing changed", exact=True).count() == 2
    condition.locator("svg a", has_text="200 (withheld)").first.click()
    assert '"status": 200' in condition.locator("details.exchange[open] pre").last.inner_text()
    evidence = condition.locator(".evidence").all_inner_texts()
    assert not any("Marlow" in text or "2030" in text for text in evidence)


def test_failed_step_shows_differences_and_rerun_command(page: Page) -> None:
    go_to(page, "#c-11a")
    failed = page.locator("#c-11a .step.failed")
    assert failed.locator("table tr.changed", has_text="ICMORGTEAM").first.is_visible()
    assert "tox -e bdd -- --scenario amendment_executed.feature:" in failed.locator(".why").inner_text()


def test_keyboard_walks_through_steps_and_conditions(page: Page) -> None:
    page.keyboard.press("n")  # there is no next one on the overview
    assert_shown(page, "Do the contracts arrive as specified?")
    go_to(page, "#c-2a")
    page.keyboard.press("ArrowRight")
    assert current_step(page) == "Given agreements in ICI have these terms:"
    for _ in range(4):
        page.keyboard.press("ArrowRight")
    assert current_step(page) == 'When ICI executes "PSUB2002"'
    assert page.locator("#status").inner_text() == "Step 5 of 9"
    page.keyboard.press("ArrowLeft")
    assert current_step(page) == 'And "PSUB2002" is associated to "PMA1001"'
    page.keyboard.press("n")
    assert_shown(page, "3 Confidential Sub Agreement executed")
    page.keyboard.press("p")
    assert_shown(page, "2a ")
    page.keyboard.press("o")
    assert_shown(page, "Do the contracts arrive as specified?")
    page.go_back()
    assert_shown(page, "2a ")


def test_scenarios_are_rendered_when_they_are_opened(page: Page) -> None:
    count = "document.querySelectorAll('*').length"
    assert page.evaluate(count) < 25_000
    assert page.locator(".step").count() == 0
    go_to(page, "#c-2a")
    assert page.locator("#c-2a .step").count() == 9
    link = page.locator("#c-2a svg a").first.get_attribute("href") or ""
    page.goto("about:blank")
    page.go_back()
    go_to(page, link)
    assert page.locator(f"{link}[open]").is_visible()


def test_search_finds_questions_and_scenarios(page: Page) -> None:
    page.keyboard.press("/")
    page.keyboard.type("alm several masters")
    assert page.locator("#found").inner_text() == "Nothing found"
    page.locator("#search").fill("more masters than one")
    page.get_by_role("link", name="D-12: What if call 2 finds more masters than one?").click()
    assert_shown(page, "Open questions")
    assert page.locator("#q-D-12").is_visible()


def test_filters_leave_only_matching_rows(page: Page) -> None:
    form = page.locator('form[data-filters="conditions"]')
    form.get_by_label("Result").select_option("failed")
    expect(page.locator("#conditions tbody tr:visible td:first-child")).to_have_text(["11a"])
    assert form.locator("output").inner_text() == "1 of 27 shown"
    form.get_by_role("button", name="All").click()
    form.get_by_label("Organisations").select_option("several")
    expect(page.locator("#conditions tbody tr:visible")).to_have_count(11)


@pytest.mark.parametrize("page", [{}, DARK], indirect=True)
def test_page_follows_the_colour_scheme_until_the_reader_chooses(page: Page) -> None:
    def is_dark() -> bool:
        return bool(page.evaluate("getComputedStyle(document.body).backgroundColor.match(/\\d+/)[0] < 100"))

    at_first = is_dark()
    assert at_first == page.evaluate("matchMedia('(prefers-color-scheme: dark)').matches")
    page.get_by_role("button", name="Light or dark").click()
    assert is_dark() is not at_first


@pytest.mark.parametrize("page", [PHONE, {**PHONE, **DARK}], indirect=True)
def test_on_a_phone_nothing_is_wider_than_the_screen(page: Page) -> None:
    for place in PLACES:
        go_to(page, place)
        assert (place, page.evaluate("document.documentElement.scrollWidth")) == (place, 390)


@pytest.mark.parametrize("page", [NO_SCRIPT], indirect=True)
def test_page_is_readable_without_javascript(page: Page) -> None:
    pages = page.locator("main > .page").all()
    assert len(pages) == 33
    assert all(one.is_visible() for one in pages)
    assert not page.locator("#search").is_visible()
    assert page.get_by_text("The steps of the scenarios need JavaScript.").is_visible()


def test_print_starts_a_page_for_each_condition(page: Page) -> None:
    pdf = page.pdf(prefer_css_page_size=True)
    assert pdf.startswith(b"%PDF")
    assert pdf.count(b"/Type /Page\n") >= 33
    page.emulate_media(media="print")
    assert page.locator("nav").is_hidden()
    breaks = page.evaluate("[...document.querySelectorAll('.page')].map((one) => getComputedStyle(one).breakBefore)")
    assert breaks == ["auto"] + ["page"] * 32


@pytest.mark.parametrize("page", [{}, DARK, PHONE], indirect=True)
def test_axe_finds_nothing_serious(page: Page) -> None:
    if not AXE.exists():
        skip_without_packages()
    page.evaluate(AXE.read_text(encoding="utf-8"))
    for place in PLACES:
        go_to(page, place)
        found: list[dict[str, Any]] = page.evaluate("axe.run().then((result) => result.violations)")
        grave = [one for one in found if one["impact"] in ("serious", "critical")]
        assert [(place, one["id"], one["nodes"][0]["html"][:200]) for one in grave] == []
