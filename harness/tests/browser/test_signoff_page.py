"""The sign-off pack in a real browser, used as people do who sign off."""

import re

import pytest

from harness.tests.support.kept_contexts import AXE, grave_violations, look_at
from harness.tests.support.npm_packages import skip_without_packages

pytest.importorskip("playwright.sync_api", reason="Playwright for Python is not installed")
from playwright.sync_api import Page, expect

PHONE = {"viewport": {"width": 390, "height": 844}}
DARK = {"color_scheme": "dark"}
NO_SCRIPT = {"java_script_enabled": False}
OF_SCM = {"pack": "signoff-scm.html"}
PLACES = ("#overview", "#c-2a", "#c-11a", "#matrix", "#questions", "#findings", "#fidelity", "#scenarios")
"""Fragments of the address; the page stays loaded between them."""

PLACES_OF_SCM = ("#overview", "#c-S1", "#c-S5", "#matrix", "#questions", "#fidelity", "#scenarios")


def assert_shown(page: Page, title: str) -> None:
    """Check that only one section is shown, with this title."""
    shown = page.locator("main > .page:visible")
    expect(shown.locator("h1, h2").first).to_have_text(re.compile(rf"\s*{re.escape(title)}"), use_inner_text=True)
    expect(shown).to_have_count(1)


def go_to(page: Page, place: str) -> None:
    """Go to a fragment without reloading the page."""
    page.evaluate("(place) => { location.hash = place }", place)
    page.locator(place or "#overview").locator("visible=true").first.wait_for()


def is_of_scm(page: Page) -> bool:
    return "signoff-scm" in page.url


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
    rows = condition.locator("table.results tbody tr")
    expect(rows).to_have_count(8)
    assert rows.nth(6).locator("td, th").all_inner_texts()[1:] == [
        "The association to the Master Agreement is right",
        "PF2 and WP2: PSUB2002 to PMA1001 (MAS, 11111111-0000-4000-8000-000000001001)\nstep 9",
    ]
    condition.locator("svg a", has_text="call 2").first.click()
    opened = condition.locator("details.exchange[open]")
    assert "associatinginstances/ICMMasterAgreement" in opened.locator("pre").first.inner_text()
    assert '"PMA1001"' in opened.locator("pre").last.inner_text()
    cells = condition.locator("table.merged tr", has_text="MAP-13").locator("td, th").all_inner_texts()
    assert cells == [
        "ICMTOTALCONTRACTVALUE\nTotal Contract Value",
        'agreement:ICMTotalContractValue/Value\n{"Value": 1250000.5}',
        "MAP-13 With two decimals, rounded half up; at most 13 digits before the point.",
        "1250000.50",
        "1250000.50",
    ]
    answer = condition.locator("svg g", has_text="202, accepted").bounding_box()
    sent = condition.locator("svg g", has_text="message, 21 fields").first.bounding_box()
    assert answer
    assert sent
    assert answer["y"] < sent["y"]


def test_confidential_contract_is_neither_shown_nor_written(page: Page) -> None:
    go_to(page, "#c-3")
    condition = page.locator("#c-3")
    assert condition.get_by_text("nothing changed", exact=True).count() == 2
    condition.locator("svg a", has_text="200, withheld").first.click()
    assert '"status": 200' in condition.locator("details.exchange[open] pre").last.inner_text()
    evidence = condition.locator(".evidence").all_inner_texts()
    assert not any("Marlow" in text or "2030" in text for text in evidence)


def test_failed_step_shows_differences_and_rerun_command(page: Page) -> None:
    go_to(page, "#c-11a")
    failed = page.locator("#c-11a .step.failed")
    assert failed.locator("table tr.wrong", has_text="ICMORGTEAM").first.is_visible()
    assert "tox -e bdd -- --scenario amendment_executed.feature:" in failed.locator(".why").inner_text()


def test_keyboard_walks_through_steps_and_conditions(page: Page) -> None:
    page.keyboard.press("n")
    assert_shown(page, "1 Master Agreement executed")
    page.keyboard.press("o")
    page.keyboard.press("p")
    assert_shown(page, "14b ")
    go_to(page, "#c-2a")
    page.keyboard.press("ArrowRight")
    assert current_step(page) == "Given agreements in ICI have these terms:"
    for _ in range(5):
        page.keyboard.press("ArrowRight")
    assert current_step(page) == 'When ICI executes "PSUB2002"'
    expect(page.locator("#counter")).to_be_visible()
    assert page.locator("#counter").inner_text() == "Step 6 of 10"
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


def test_keys_act_at_once(page: Page) -> None:
    page.evaluate(
        "for (const key of ['n', 'n', 'o', 'p', 'p', 'n', 'o', 'n', 'n', 'n', 'ArrowRight', 'ArrowRight'])"
        " document.activeElement.dispatchEvent(new KeyboardEvent('keydown', {key, bubbles: true}))"
    )
    assert_shown(page, "2a ")
    page.evaluate("new Promise((done) => setTimeout(done))")
    assert page.locator("#counter").inner_text() == "Step 2 of 10"
    assert page.evaluate("location.hash") == "#c-2a"


def test_key_after_a_link_acts_on_the_place_of_the_link(page: Page) -> None:
    page.evaluate(
        "document.querySelector('nav a[href=\"#c-2a\"]').click();"
        "document.body.dispatchEvent(new KeyboardEvent('keydown', {key: 'n', bubbles: true}))"
    )
    assert_shown(page, "3 ")


def test_scenarios_are_rendered_when_they_are_opened(page: Page) -> None:
    count = "document.querySelectorAll('*').length"
    assert page.evaluate(count) < 25_000
    assert page.locator(".step").count() == 0
    go_to(page, "#c-2a")
    assert page.locator("#c-2a .step").count() == 10
    link = page.locator("#c-2a svg a").first.get_attribute("href") or ""
    page.goto("about:blank")
    page.go_back()
    go_to(page, link)
    assert page.locator(f"{link}[open]").is_visible()


def test_search_finds_questions_and_scenarios(page: Page) -> None:
    page.keyboard.press("/")
    page.keyboard.type("nowhere several masters")
    assert page.locator("#found").inner_text() == "Nothing found"
    page.locator("#search").fill("more masters than one")
    page.get_by_role("link", name="D-12: What if call 2 finds more masters than one?").click()
    assert_shown(page, "Open questions")
    assert page.locator("#q-D-12").is_visible()


@pytest.mark.parametrize(
    ("asked", "first"),
    [
        ("MAP-11", "MAP-11, in the matrix: ICMEFFECTIVEDATE"),
        ("D-14", "D-14: What of an amount"),
        ("11a", "11a Amendment of a Sub Agreement"),
        ("rounding", "D-14: What of an amount"),
    ],
)
def test_search_finds_the_own_page_of_an_entry_before_scenarios(page: Page, asked: str, first: str) -> None:
    page.locator("#search").fill(asked)
    found = page.locator("#found a").all_inner_texts()
    assert any(name.startswith(first) for name in found[: 3 if asked == "rounding" else 1]), found[:5]


def test_filters_leave_only_matching_rows(page: Page) -> None:
    form = page.locator('form[data-filters="conditions"]')
    form.get_by_label("Result").select_option("failed")
    expect(page.locator("#conditions tbody tr:visible td:first-child")).to_have_text(["11a"])
    assert form.locator("output").inner_text() == "1 of 27 shown"
    form.get_by_role("button", name="All").click()
    form.get_by_label("Organisations").select_option("several")
    expect(page.locator("#conditions tbody tr:visible")).to_have_count(11)


@pytest.mark.parametrize("page", [OF_SCM], indirect=True)
def test_pack_of_scm_is_used_as_the_other_one(page: Page) -> None:
    assert_shown(page, "Do the contracts arrive as specified?")
    assert page.locator("#overview .crumbs").text_content() == "Icertis to Dynamics 365 SCM"
    assert "SAP ECC: 3 of 27 passed, 1 failed." in page.locator("#overview").inner_text()
    form = page.locator('form[data-filters="conditions"]')
    form.get_by_label("Written").select_option("lines")
    expect(page.locator("#conditions tbody tr:visible td:first-child")).to_have_text(["S5"])
    page.keyboard.press("n")
    assert_shown(page, "S1 The connection is set up")
    go_to(page, "#c-S5")
    lanes = page.locator("#c-S5 svg").first.locator(".party").all_text_contents()
    assert lanes == ["ICI", "connector", "SCM"]
    page.locator("#c-S5 svg a", has_text="POST PurchaseAgreementLines").first.click()
    assert '"ItemNumber": "D0001"' in page.locator("#c-S5 details.exchange[open] pre").first.inner_text()
    page.get_by_role("link", name="LIN-01").first.click()
    assert_shown(page, "Traceability matrix")
    assert page.locator("#m-LIN-01").is_visible()
    page.goto(page.locator('#overview a[href="signoff.html"]').evaluate("(one) => one.href"))
    page.locator("html.ready").wait_for()
    assert_shown(page, "Do the contracts arrive as specified?")
    assert page.locator("#overview .crumbs").text_content() == "Icertis to SAP ECC"


@pytest.mark.parametrize("page", [{}, DARK], indirect=True)
def test_page_follows_the_colour_scheme_until_the_reader_chooses(page: Page) -> None:
    def is_dark() -> bool:
        return bool(page.evaluate("getComputedStyle(document.body).backgroundColor.match(/\\d+/)[0] < 100"))

    at_first = is_dark()
    assert at_first == page.evaluate("matchMedia('(prefers-color-scheme: dark)').matches")
    page.get_by_role("button", name="Light or dark").click()
    assert is_dark() is not at_first


@pytest.mark.parametrize("page", [PHONE, {**PHONE, **DARK}, {**PHONE, **OF_SCM}], indirect=True)
def test_on_a_phone_nothing_is_wider_than_the_screen(page: Page) -> None:
    for place in PLACES_OF_SCM if is_of_scm(page) else PLACES:
        go_to(page, place)
        assert (place, page.evaluate("document.documentElement.scrollWidth")) == (place, 390)
        cut = page.evaluate(
            "[...document.querySelectorAll('main table td, main table th')].filter((one) => one.checkVisibility()"
            " && one.getBoundingClientRect().right > 390).map((one) => one.textContent.slice(0, 60))"
        )
        assert (place, cut) == (place, [])


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


def test_print_keeps_the_block_to_sign_with_the_last_steps(page: Page) -> None:
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    page.emulate_media(media="print")
    part = page.locator("#c-2a .together")
    assert part.evaluate("(one) => getComputedStyle(one).display") == "inline-block"
    words = page.locator("#c-2a .words:visible").all_inner_texts()
    assert len(words) == len({*words})
    assert part.locator(".words").all_inner_texts() == words[-3:]
    assert words[-1] == "And PF2 and WP2 hold exactly these purchasing organisations: as expected in PF2 and WP2"
    assert "Evidence (SHA-256)" in part.inner_text()


@pytest.mark.parametrize(
    ("page", "places", "looks"),
    [({}, PLACES, ({}, DARK, PHONE, {**PHONE, **DARK})), (OF_SCM, PLACES_OF_SCM, ({},))],
    indirect=["page"],
)
def test_axe_finds_nothing_moderate_or_worse(
    page: Page, places: tuple[str, ...], looks: tuple[dict[str, object], ...]
) -> None:
    if not AXE.exists():
        skip_without_packages()
    for look in looks:
        look_at(page, look)
        for place in places:
            go_to(page, place)
            # What is hidden is the same at every place, in every colour and width: it is looked at once for each file,
            # with all steps rendered.
            grave = grave_violations(page, "" if not look and place == places[-1] else "main > .page[hidden]")
            assert [(look, place, one["id"], one["nodes"][0]["html"][:200]) for one in grave] == []
