"""The live console in a real browser, used as in a walkthrough."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from harness.console.app import ServedConsole
from harness.console.condition_screen import SignOffFiles
from harness.signoff import service
from harness.testdata.scm_master_data import CONTRACT_TERMS
from harness.tests.support.condition_features import copy_features, of_conditions
from harness.tests.support.kept_contexts import AXE, KeptContexts, grave_violations, look_at
from harness.tests.support.npm_packages import skip_without_packages
from harness.tests.support.server_fixture import Served, served

pytest.importorskip("playwright.sync_api", reason="Playwright for Python is not installed")
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect

PROJECTOR = {"viewport": {"width": 1920, "height": 1080}}
DARK = {"viewport": {"width": 1400, "height": 900}, "color_scheme": "dark"}
PHONE = {"viewport": {"width": 390, "height": 844}}


@pytest.fixture(scope="module")
def live(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with served(tmp_path_factory.mktemp("live"), make_console=ServedConsole) as one:
        yield one


@pytest.fixture(scope="module")
def signed_in_contexts(browser: Browser) -> Iterator[KeptContexts]:
    kept = KeptContexts(browser)
    yield kept
    kept.close()


@pytest.fixture
def context(signed_in_contexts: KeptContexts, live: Served, request: pytest.FixtureRequest) -> Iterator[BrowserContext]:
    """Empty the landscape, and sign in. At the end check that the console of the browser is empty.

    A refusal counts as no error, and no request may have left the machine. Tests share the cookie and the first page.
    """
    live.admin("POST", "/reset")
    kept = signed_in_contexts.take(getattr(request, "param", PROJECTOR))
    if not kept.context.cookies():
        sign_in(kept.page, live)
    yield kept.context
    first, *others = kept.context.pages
    for other in others:
        other.close()
    first.bring_to_front()
    first.unroute_all()
    first.goto("about:blank")
    assert [one for one in kept.said if "409" not in one and "ERR_" not in one and "401" not in one] == []
    assert [url for url in kept.asked if not url.startswith((live.base, "data:"))] == []


@pytest.fixture
def page(context: BrowserContext, live: Served) -> Page:
    """Open the console with a Master Agreement and the draft of a Sub Agreement below it."""
    live.admin("POST", "/agreements", {"type": "ICMMasterAgreement", "code": "PMA7", "seed": 1})
    live.admin("POST", "/agreements", {"type": "ICMSubAgreement", "code": "PSUB7", "seed": 2})
    live.admin("POST", "/agreements/PSUB7/associate", {"master": "PMA7"})
    opened = context.pages[0]
    opened.goto(f"{live.base}/console/")
    return opened


def sign_in(page: Page, live: Served) -> None:
    page.goto(f"{live.base}/console/")
    page.get_by_label("Token").fill(live.site.credentials.admin_token)
    page.get_by_role("button", name="Sign in").click()
    expect(page.locator("#verdict")).to_be_attached()


PRESS_AS_SOON_AS_IT_IS_THERE = """(wanted) => {
    const watching = new MutationObserver(() => {
        const found = document.querySelector(wanted);
        if (!found) return;
        watching.disconnect();
        document.documentElement.classList.add("pressed");
        found.click();
    });
    watching.observe(document.body, {childList: true, subtree: true});
}"""


def said(page: Page, words: str) -> None:
    """Wait until the verdict says something."""
    expect(page.locator("#verdict")).to_contain_text(words)


def test_walkthrough_from_a_draft_to_the_origin_of_a_value(page: Page) -> None:
    page.locator("html.live").wait_for()
    page.keyboard.press("e")
    said(page, "Executed: there is a new entry")
    expect(page.locator("#lanes svg")).to_contain_text("master PMA7")
    page.get_by_role("button", name="Amend").click()
    page.get_by_label("Expiry Date").fill("2031-12-31")
    page.locator("#panel").get_by_role("button", name="Amend").click()
    said(page, "the Expiry Date is 2031-12-31 in both systems, nothing else changed")
    cells = page.locator('td[data-field="ICMEXPIRYDATE"]')
    expect(cells).to_have_count(2)
    for cell in cells.all():
        expect(cell.locator("ins")).to_have_text("20311231")
    page.locator("#field-PSUB7-ICMEXPIRYDATE").click()
    expect(page.locator("#panel")).to_contain_text("agreement:ICMExpiryDate of AmendmentExecuted")
    expect(page.locator("#panel")).to_be_focused()


def test_paused_event_travels_step_by_step(page: Page) -> None:
    page.locator("html.live").wait_for()
    page.keyboard.press("p")
    expect(page.locator("#controls")).to_contain_text("CPI is paused")
    page.locator("#do-act-execute").click()
    said(page, "Executed is on its way")
    page.keyboard.press("s")
    expect(page.locator("#lanes svg")).to_contain_text("call 2")
    page.keyboard.press("s")
    said(page, "PF2 has it")
    expect(page.locator("#tables .badge", has_text="differs").first).to_be_visible()
    page.keyboard.press("s")
    said(page, "in both systems")
    expect(page.locator("#tables .badge", has_text="differs")).to_have_count(0)
    page.keyboard.press("p")
    expect(page.locator("#do-worker-pause")).to_be_visible()


def test_two_browsers_see_the_same(page: Page, context: BrowserContext, live: Served) -> None:
    other = context.new_page()
    other.goto(f"{live.base}/console/?agreement=2")
    other.locator("html.live").wait_for()
    page.locator("#do-act-execute").click()
    said(other, "Executed: there is a new entry")
    other.locator("#do-act-double").click()
    said(page, "FR10, EU01, FR10")


def test_refusal_stands_on_the_page_and_keeps_the_form(page: Page) -> None:
    page.locator("html.live").wait_for()
    page.keyboard.press("e")
    said(page, "new entry")
    page.get_by_role("button", name="Amend").click()
    page.locator("#panel").get_by_role("button", name="Amend").click()
    expect(page.locator("#reply")).to_have_text("Amend: no field is filled in")
    expect(page.locator("#in-ICMExpiryDate")).to_be_visible()


def test_answer_that_comes_behind_the_new_picture_is_shown(page: Page) -> None:
    def hold_back(route: Route) -> None:
        answer = route.fetch()
        said(page, "new entry")
        route.fulfill(response=answer)

    page.locator("html.live").wait_for()
    page.route("**/act/execute", hold_back)
    page.locator("#do-act-execute").click()
    expect(page.locator("#reply")).to_have_text("Executed.")


def test_double_click_acts_once(page: Page, live: Served) -> None:
    page.locator("html.live").wait_for()
    page.locator("#do-act-execute").dblclick()
    said(page, "new entry")
    expect(page.locator("#reply")).to_have_text("Executed.")
    page.locator("#create").click()
    page.get_by_label("Contract Type Name").wait_for()
    page.locator("#panel form button").dblclick()
    page.wait_for_url("**agreement=3")
    assert len(live.admin("GET", "/agreements")) == 3


def test_panel_opens_and_closes_by_keyboard_and_by_a_click_on_a_value(page: Page) -> None:
    page.locator("html.live").wait_for()
    page.keyboard.press("e")
    said(page, "new entry")
    page.locator("#form-amend").focus()
    page.keyboard.press(" ")
    expect(page.locator("#in-Name")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("#panel")).to_be_empty()
    expect(page.locator("#form-amend")).to_be_focused()
    page.locator('td[data-field="ICMCURRENCY"]').first.click()
    expect(page.locator("#panel")).to_contain_text("Supplier Currency")
    page.get_by_role("button", name="Close").click()
    expect(page.locator("#panel")).to_be_empty()
    expect(page.locator("#close")).to_be_hidden()


def test_monitor_and_a_message_follow_what_happens(page: Page, context: BrowserContext, live: Served) -> None:
    live.admin("POST", "/agreements/PSUB7/execute")
    live.admin("POST", "/work")
    other = context.new_page()
    other.goto(f"{live.base}/console/monitor")
    expect(other.locator("#alerts")).to_have_text("No alert stands.")
    page.goto(f"{live.base}/console/?agreement=2")
    page.locator("#do-act-too-long").click()
    expect(other.locator("#tile-FAILED")).to_contain_text("1")
    expect(other.locator("#alerts")).to_contain_text("MON-1")
    other.locator("#alerts a").click()
    other.get_by_role("button", name="Retry").click()
    expect(other.locator("#reply")).to_have_text("1 message is tried again.")
    live.admin("PATCH", "/agreements/PSUB-AMD1", {"attributes": {"ICMIncotermslocation": "Lyon"}})
    other.get_by_role("button", name="Retry").click()
    expect(other.locator("#message .badge")).to_have_text("COMPLETED")


def test_keys_can_be_switched_off(page: Page) -> None:
    page.locator("html.live").wait_for()
    page.get_by_role("button", name="Keys").click()
    page.keyboard.press("e")
    page.keyboard.press("p")
    page.get_by_role("button", name="Keys").click()
    page.keyboard.press("p")
    expect(page.locator("#controls")).to_contain_text("CPI is paused")
    expect(page.locator("#verdict")).to_contain_text("Nothing has gone over the edges")
    page.keyboard.press("p")
    expect(page.locator("#do-worker-pause")).to_be_visible()


def test_button_acts_without_a_new_page_from_the_moment_that_it_is_there(page: Page) -> None:
    page.locator("html.live").wait_for()
    page.evaluate(PRESS_AS_SOON_AS_IT_IS_THERE, "#do-worker-go-on")
    page.keyboard.press("p")
    page.locator("html.pressed #do-worker-pause").wait_for()  # a new page would not have the class


def test_panel_empties_when_everything_is_emptied(page: Page, live: Served) -> None:
    """Its form would go to another agreement, which has the number now."""
    page.locator("html.live").wait_for()
    page.locator("#form-update").click()
    page.locator("#in-Name").wait_for()
    live.admin("POST", "/reset")
    expect(page.locator("#panel")).to_be_empty()


def test_panel_empties_when_somebody_makes_what_it_names_confidential(page: Page, live: Served) -> None:
    page.locator("html.live").wait_for()
    page.locator("#do-act-execute").click()
    said(page, "new entry")
    page.locator("#field-PSUB7-ASSOCIATINGCODE").click()
    expect(page.locator("#panel")).to_contain_text("PMA7")
    live.admin("POST", "/agreements/PMA7/update", {"attributes": {"ICMConfidentialContract": True}})
    expect(page.locator("#panel")).to_be_empty()


def test_page_that_leads_to_the_link_ends_on_the_stage(browser: Browser, tmp_path: Path) -> None:
    """The browser keeps the cookie, though a file outside the site has led to it."""
    with served(tmp_path / "data", make_console=ServedConsole) as one:
        assert one.site.console is not None
        page = tmp_path / "console.html"
        page.write_text(f'<meta http-equiv="refresh" content="0; url={one.site.console.link}">', encoding="utf-8")
        opened = browser.new_page()
        opened.goto(page.as_uri())
        expect(opened.locator("#verdict")).to_be_attached()
        assert opened.url == f"{one.base}/console/"
        opened.close()


def test_condition_is_approved_and_rejected(
    browser: Browser, page_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The run of the pack has this condition; of the rest that rules and decisions rest on it has a part alone.
    monkeypatch.setattr(service, "FEATURES", copy_features(tmp_path / "features", of_conditions("2a")))
    signoff = SignOffFiles(page_file.parent, tmp_path / "approvals.toml")
    with served(tmp_path / "data", make_console=partial(ServedConsole, signoff=signoff)) as one:
        page = browser.new_page()
        sign_in(page, one)
        page.goto(f"{one.base}/console/conditions/2a")
        page.get_by_label("Name").fill("A. Tester")
        page.get_by_label("Comment").press("Enter")  # nobody signs by that
        assert not signoff.approvals.exists()  # type: ignore[union-attr]
        page.get_by_role("button", name="Approve").click()
        expect(page.locator("main")).to_contain_text("approved by A. Tester")
        page.get_by_label("Name").fill("A. Tester")
        page.get_by_role("button", name="Reject").click()
        expect(page.locator("#reply")).to_have_text("the comment must say why")
        page.get_by_label("Comment").fill("The value is wrong")
        page.get_by_role("button", name="Reject").click()
        expect(page.locator("main")).to_contain_text("rejected by A. Tester")
        page.close()


def test_page_without_script_is_used_by_its_forms(browser: Browser, live: Served) -> None:
    live.admin("POST", "/reset")
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    sign_in(page, live)
    page.get_by_role("link", name="Create an agreement").click()
    page.get_by_label("Contract Type Name").select_option("ICMStandaloneAgreement")
    page.get_by_role("button", name="Create").click()
    page.get_by_role("button", name="Execute").click()
    said(page, "Executed: there is a new entry")  # the page reloads
    page.get_by_role("link", name="Payment Terms").click()
    expect(page.locator("article")).to_contain_text("MAP-21")
    page.get_by_role("link", name="Back to the console").click()
    page.locator("#form-amend").click()
    page.get_by_role("button", name="Amend").click()
    expect(page.locator("#reply")).to_have_text("Amend: no field is filled in")
    page.get_by_role("link", name="Back").click()
    page.get_by_label("Payment Terms").fill("NT30")
    context.close()


def test_open_page_comes_back_after_a_restart(browser: Browser, tmp_path: Path) -> None:
    context = browser.new_context()
    page = context.new_page()
    with served(tmp_path, make_console=ServedConsole) as first:
        first.admin("POST", "/agreements", {"type": "ICMStandaloneAgreement", "code": "PST7", "seed": 1})
        sign_in(page, first)
        page.locator("html.live").wait_for()
    expect(page.locator("#reply")).to_contain_text("The connection is lost")
    with served(tmp_path, make_console=ServedConsole, port=urlsplit(first.base).port or 0) as second:
        second.admin("POST", "/agreements/PST7/execute")
        said(page, "Executed: there is a new entry")
        expect(page.locator("#reply")).to_be_empty()
    context.close()


def test_condition_is_played_from_its_page_with_the_keyboard(context: BrowserContext, live: Served) -> None:
    page = context.pages[0]
    page.goto(f"{live.base}/console/conditions/11a")
    page.get_by_role("button", name="Load the start").click()
    page.locator("html.live").wait_for()
    expect(page.locator("#play li.now")).to_have_text('When ICI executes "PSUB-AMD2012"')
    page.keyboard.press("n")
    expect(page.locator("#play li.now")).to_contain_text("Then CPI received the event AmendmentExecuted")
    said(page, "BE10 is gone in both systems")
    page.get_by_role("button", name="To the end").click()
    expect(page.locator("#play")).to_contain_text("Every step has passed.")
    page.get_by_role("button", name="Leave it").click()
    expect(page.locator("#play")).to_be_empty()


@pytest.mark.parametrize("context", [PROJECTOR, DARK, PHONE], indirect=True)
def test_axe_finds_nothing_moderate_or_worse_in_the_console(page: Page) -> None:
    if not AXE.exists():
        skip_without_packages()
    page.locator("#do-act-execute").click()
    said(page, "new entry")
    page.locator("#field-PSUB7-NAME").click()
    expect(page.locator("#panel")).to_contain_text("MAP-06")
    assert_accessible(page)
    page.locator("#form-terminate").click()
    page.locator("#in-on").wait_for()
    assert_accessible(page)


@pytest.mark.parametrize("context", [PROJECTOR, DARK, PHONE], indirect=True)
def test_contract_for_scm_takes_a_step_and_its_rows_follow(page: Page, live: Served) -> None:
    live.admin("POST", "/connector/connect", {})
    live.admin("POST", "/contracts", {"type": "ICMProcurementContract", "code": "PPC7", "attributes": CONTRACT_TERMS})
    live.admin("POST", "/connector/work")
    page.goto(f"{live.base}/console/?agreement=3")
    page.locator("html.live").wait_for()
    expect(page.locator("#lanes svg")).to_contain_text("POST PurchaseAgreements")
    page.locator("#form-step").click()
    page.get_by_label("Step of the workflow").select_option("submitted for approval")
    page.locator("#panel").get_by_role("button", name="Take a step").click()
    expect(page.locator("#tables")).to_contain_text("WaitingForApproval")
    page.locator('td[data-field="PurchaseAgreementId"]').first.click()  # SCM fills it in: nothing happens
    page.locator('td[data-field="ContractStatus"]').click()
    expect(page.locator("#panel")).to_contain_text("contract:ICMStatus")
    if AXE.exists():
        assert_accessible(page)


def assert_accessible(page: Page) -> None:
    grave = grave_violations(page)
    assert [(page.url, page.viewport_size, one["id"], one["nodes"][0]["html"][:200]) for one in grave] == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), page.url


SCREENS = ("conditions/11a", "monitor", "decide", "decide/D-09", "tables", "report")
PRINTED_OVER = "(all) => all.filter((one) => one.scrollWidth > one.clientWidth + 1).map((one) => one.textContent)"


@pytest.mark.parametrize(
    ("context", "looks"), [(PROJECTOR, (PROJECTOR, DARK)), (PHONE, (PHONE,))], indirect=["context"]
)
def test_axe_finds_nothing_on_the_other_screens(page: Page, live: Served, looks: tuple[dict[str, object], ...]) -> None:
    """A screen is loaded for each width at which it begins otherwise."""
    if not AXE.exists():
        skip_without_packages()
    live.admin("POST", "/agreements/PSUB7/execute")
    live.admin("POST", "/work")
    for screen in SCREENS:
        page.goto(f"{live.base}/console/{screen}")
        for look in looks:
            look_at(page, look)
            assert_accessible(page)
            printed_over: list[str] = page.eval_on_selector_all("td", PRINTED_OVER)
            assert (screen, look, printed_over) == (screen, look, [])
