"""Acts of people in the console, and what it shows of each."""

import re
from datetime import datetime, timedelta
from html import unescape

import pytest

from harness.tests.console.conftest import Visitor
from simulator.cpi.retries import RetryRules


def verdict(page: str) -> str:
    """Return the sentence that says what came of the act."""
    (found,) = re.findall(r'<p class="lead">(.*?)</p>', page)
    return unescape(found)


def cells(page: str, field: str) -> list[str]:
    """Return the cells of a field, system by system, without markup."""
    found = re.findall(rf'<td[^>]* data-field="{field}">(.*?)</td>', page)
    return [unescape(re.sub(r"<small>.*?</small>|<[^>]+>", "", one)) for one in found]


def test_agreement_is_created_with_sample_values_below_its_master(visitor: Visitor) -> None:
    assert visitor.post("/create", {"type": "ICMMasterAgreement"}).headers["Location"] == "/console/?agreement=1"
    made = visitor.post("/create", {"type": "ICMSubAgreement", "master": "1", "ICMPurchasingOrgCode": "FR10"})
    assert made.headers["Location"] == "/console/?agreement=2"
    page = visitor.get("/?agreement=2").text
    assert re.findall(r'<li class="depth-(\d)">.*?<b>(\w+)</b>', page) == [("0", "PMA1"), ("1", "PSUB1")]
    page = visitor.act("execute", 2)
    assert verdict(page) == (
        "Executed: there is a new entry, with 1 purchasing organisation, in both systems, nothing else changed."
    )
    assert cells(page, "ASSOCIATINGCODE") == ["PMA1", "PMA1"]


@pytest.mark.parametrize(
    ("act", "form", "said", "field", "shown"),
    [
        (
            "amend",
            {"ICMExpiryDate": "2031-12-31"},
            "AmendmentExecuted: the Expiry Date is 2031-12-31 in both systems, nothing else changed.",
            "ICMEXPIRYDATE",
            "20271231 → 20311231",
        ),
        (
            "renew",
            {"months": "2"},
            "Renewed: the Expiry Date is 2028-02-29 in both systems, nothing else changed.",
            "ICMEXPIRYDATE",
            "20271231 → 20280229",
        ),
        (
            "terminate",
            {"on": "2026-06-30"},
            "Terminated: the Expiry Date is 2026-06-30 in both systems, nothing else changed.",
            "ICMEXPIRYDATE",
            "20271231 → 20260630",
        ),
        (
            "update",
            {"Name": "Steel drums, new"},
            'ExecutedUpdated: the Agreement Name is "Steel drums, new" in both systems, nothing else changed.',
            "NAME",
            "Steel drums → Steel drums, new",
        ),
    ],
)
def test_act_shows_its_change_in_both_systems(
    executed: Visitor, act: str, form: dict[str, str], said: str, field: str, shown: str
) -> None:
    page = executed.act(act, 2, **form)
    assert verdict(page) == said
    assert cells(page, field) == [shown, shown]


@pytest.mark.parametrize(
    ("act", "form", "why"),
    [
        ("execute", {}, "Execute: it has been executed before"),
        ("amend", {}, "Amend: no field is filled in"),
        ("amend", {"ICMTotalContractValue": "much"}, "Amend: Total Contract Value: a number is expected"),
        ("amend", {"ICMTotalContractValue": "nan"}, "Amend: Total Contract Value: a number is expected"),
        ("amend", {"ICMExpiryDate": "soon"}, "Amend: Expiry Date: a day such as 2027-12-31 is expected"),
        ("renew", {"months": "0"}, "Renew: Term in months: a whole number from 1 to 1200 is expected"),
        ("terminate", {}, "Terminate: Termination Notice Date: a day such as 2027-12-31 is expected"),
        ("terminate", {"on": "2027-02-30"}, "Terminate: Termination Notice Date: a day such as 2027-12-31 is expected"),
        ("associate", {"master": "99"}, "Associate: Master: choose an agreement"),
        ("associate", {"master": "2"}, "Associate: Master: an agreement is no master of itself"),
        ("associate", {"master": "1"}, "Associate: Master: it is associated with this one already"),
    ],
)
def test_refused_input_says_why(executed: Visitor, act: str, form: dict[str, str], why: str) -> None:
    as_page = executed.post(f"/act/{act}", {"agreement": "2", **form})
    in_place = executed.post(f"/act/{act}", {"agreement": "2", **form}, **{"HX-Request": "true"})
    assert (as_page.status_code, in_place.status_code) == (409, 409)
    assert why in as_page.text
    assert in_place.text.strip() == f'<p class="bad">{why}</p>'
    assert in_place.headers["Zicm-Reply"] == "yes"


def test_agreement_that_there_is_not_is_told(visitor: Visitor) -> None:
    assert visitor.post("/act/execute", {"agreement": "7"}).status_code == 404
    assert visitor.get("/act/amend?agreement=7").status_code == 404


def test_nothing_is_created_below_a_master_that_there_is_not(visitor: Visitor) -> None:
    refused = visitor.post("/create", {"type": "ICMSubAgreement", "master": "7"})
    assert refused.status_code == 409
    assert "Create: Master: choose an agreement" in refused.text
    assert "PSUB1" not in visitor.get("/").text


@pytest.mark.parametrize(
    ("chip", "said"),
    [
        ("blank-in-list", 'ExecutedUpdated: the Purchasing Org Code is "FR10, , EU01", EU01 is added in both systems'),
        ("double", 'ExecutedUpdated: the Purchasing Org Code is "FR10, EU01, FR10", EU01 is added in both systems'),
        ("too-long", "AmendmentExecuted failed. D-13 ICMIncotermslocation: 71 characters"),
        ("no-date", "AmendmentExecuted: the Expiry Date is blank in both systems, nothing else changed."),
        ("no-master", "Executed: the Associating Agreement Type is blank, the Associating Agreement Code is blank"),
        ("two-masters", "Executed failed. D-12 ICMMasterAgreement: 2 masters are associated, one is expected."),
        ("twice", "Executed, the last of 2 events: nothing changed in either system."),
        ("out-of-order", "ExecutedUpdated, the last of 2 events: the Agreement Name is The first of two names"),
    ],
)
def test_chip_shows_what_would_be(executed: Visitor, chip: str, said: str) -> None:
    assert verdict(executed.act(chip, 2)).startswith(said)


def test_chip_shows_its_own_effect_after_another_one(executed: Visitor) -> None:
    executed.do("too-long", 2)
    assert verdict(executed.act("no-date", 2)).startswith("AmendmentExecuted: ")
    assert verdict(executed.act("as-before", 2)).startswith("AmendmentExecuted: ")


def test_system_that_is_down_gets_the_message_later(executed: Visitor) -> None:
    page = executed.act("down", 2, system="WP2")
    assert '<span class="badge failed">WP2: does not answer</span>' in page
    page = executed.act("update", 2, Name="Another name")
    assert verdict(page).startswith("ExecutedUpdated is tried again at ")
    assert "D-20: WP2 does not answer" in verdict(page)
    assert cells(page, "NAME") == ["Steel drums → Another name", "Steel drums"]
    assert page.count("differs</span>") == 1
    assert "does not answer" not in executed.act("down", 2, system="WP2").partition('id="verdict"')[0]


def test_agreement_is_renewed_once_where_ici_looks_at_the_clock_meanwhile(
    executed: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    ici = executed.landscape.site.ici
    assert ici is not None
    save = ici.save

    def look_and_save() -> None:
        ici.renew_due()
        save()

    monkeypatch.setattr(ici, "save", look_and_save)
    before = len(executed.landscape.admin("GET", "/messages"))
    executed.do("renew", 2, months="12")
    events = [one["action"] for one in executed.landscape.admin("GET", "/messages")[before:]]
    assert events == ["Renewed"]


def test_act_without_an_event_keeps_what_the_last_one_has_done(executed: Visitor) -> None:
    executed.do("down", 2, system="WP2")
    before = verdict(executed.act("update", 2, Name="Another name"))
    assert "WP2 does not answer" in before
    executed.post("/act/renew", {"agreement": "2", "months": "0"})
    executed.do("associate", 1, master="2")
    executed.do("down", 2, system="WP2")
    assert verdict(executed.get("/?agreement=2").text) == before
    now = datetime.fromisoformat(executed.landscape.admin("GET", "/clock")["now"])
    try:
        executed.landscape.admin("PUT", "/clock", {"now": (now + timedelta(minutes=5)).isoformat()})
        executed.landscape.admin("POST", "/work")
    finally:
        executed.landscape.admin("DELETE", "/clock")
    said = "ExecutedUpdated: the Agreement Name is Another name in both systems, nothing else changed."
    assert verdict(executed.get("/?agreement=2").text) == said


def test_amendment_is_not_acted_on(executed: Visitor) -> None:
    executed.do("amend", 2, ICMCurrency="JPY")
    answer = executed.post("/act/too-long", {"agreement": "3"})
    assert (answer.status_code, "act on the agreement that it amends" in answer.text) == (409, True)


def test_chip_leaves_the_location_as_it_was_before_a_longer_one(executed: Visitor) -> None:
    before = cells(executed.get("/?agreement=2").text, "ICMINCOTERMSLOCATION")
    executed.do("too-long", 2)
    page = executed.act("no-date", 2)
    assert verdict(page) == "AmendmentExecuted: the Expiry Date is blank in both systems, nothing else changed."
    assert cells(page, "ICMINCOTERMSLOCATION") == before


def test_failed_event_of_another_agreement_is_named(executed: Visitor) -> None:
    executed.do("too-long", 2)
    said = verdict(executed.get("/?agreement=1").text)
    assert said.startswith("AmendmentExecuted of PSUB-AMD1 failed. D-13 ICMIncotermslocation"), said


def test_lanes_are_a_picture_beside_a_list_that_is_read_aloud(executed: Visitor) -> None:
    page = executed.get("/?agreement=2").text
    assert 'role="img" aria-label="Sequence diagram">' in page
    assert "<li>ICI → API Management: Executed</li>" in page


def test_list_of_organisations_tells_its_origin(executed: Visitor) -> None:
    page = executed.get("/?agreement=2").text
    (place,) = re.findall(r'id="field-PSUB7-ZMM_ICMPURCHORG" href="/console([^"]+)"', page)
    assert "<dt>D-16</dt>" in executed.get(unescape(place)).text


def test_look_at_the_alerts_draws_no_call(executed: Visitor) -> None:
    before = executed.get("/?agreement=2").text
    executed.get("/monitor")
    assert executed.get("/?agreement=2").text == before


def test_slow_answer_of_icertis_is_prepared(executed: Visitor) -> None:
    executed.do("slow", 2)
    assert executed.landscape.admin("GET", "/faults") == {"faults": {"ICI": ["call 1, once"]}}


def test_paused_flow_goes_on_task_by_task(executed: Visitor) -> None:
    assert executed.post("/worker/pause").status_code == 303
    page = executed.act("update", 2, Name="Another name")
    assert verdict(page) == "ExecutedUpdated is on its way."
    steps = []
    for _ in range(4):
        told = executed.post("/worker/step", None, **{"HX-Request": "true"}).text
        page = executed.get("/?agreement=2").text
        steps.append((re.sub(r"<[^>]+>", "", told).strip(), [one.rpartition(" → ")[2] for one in cells(page, "NAME")]))
    assert steps == [
        ("CPI has done one task.", ["Steel drums", "Steel drums"]),
        ("CPI has done one task.", ["Another name", "Steel drums"]),
        ("CPI has done one task.", ["Another name", "Another name"]),
        ("Nothing is due.", ["Another name", "Another name"]),
    ]
    assert "CPI is paused" in page
    assert executed.post("/worker/go-on").status_code == 303
    assert "CPI is paused" not in executed.get().text


def test_click_on_a_value_tells_its_origin(executed: Visitor) -> None:
    executed.do("terminate", 2, on="2026-06-30")
    told = unescape(executed.get("/field?agreement=2&code=PSUB7&field=ICMEXPIRYDATE", **{"HX-Request": "true"}).text)
    for words in (
        "<b>MAP-12</b> Expiry Date",
        "PF2: <del>20271231</del> → <ins>20260630</ins>",
        "<code>agreement:ICMTerminationNoticeDate</code> of Terminated",
        '<code>"2026-06-30T00:00:00"</code>',
        "The day alone, as YYYYMMDD.",
        "<b>Or else:</b>",
    ):
        assert words in told
    whole = executed.get("/?agreement=2&field=NAME&code=PSUB7").text
    assert "Cut after 100 characters" in whole


def test_lanes_of_a_confidential_agreement_move_and_nothing_of_it_is_shown(visitor: Visitor) -> None:
    secret = {"Name": "Secret of the board", "ICMConfidentialContract": True}
    draft = {"type": "ICMStandaloneAgreement", "code": "PST77", "seed": 3, "attributes": secret}
    sys_id = visitor.landscape.admin("POST", "/agreements", draft)["sys_id"]
    page = visitor.act("execute", 1)
    assert "Searched 11 places: nothing found." in page
    assert "<b>(confidential 1)</b>" in page
    assert verdict(page).startswith("The event of a confidential agreement: nothing was sent.")
    assert "call 1" in page
    assert "200, withheld" in page
    assert not [one for one in ("PST77", sys_id, "Secret of the board") if one.lower() in page.lower()]


def test_confidential_master_is_not_told_as_an_origin(visitor: Visitor) -> None:
    secret = {"type": "ICMMasterAgreement", "code": "PMA77", "seed": 1, "attributes": {"ICMConfidentialContract": True}}
    sys_id = visitor.landscape.admin("POST", "/agreements", secret)["sys_id"]
    visitor.landscape.admin("POST", "/agreements", {"type": "ICMSubAgreement", "code": "PSUB7", "seed": 2})
    visitor.landscape.admin("POST", "/agreements/PSUB7/associate", {"master": "PMA77"})
    visitor.do("execute", 2)
    for field in ("ASSOCIATINGCODE", "ASSOCIATINGSYSID"):
        told = visitor.get(f"/field?agreement=2&code=PSUB7&field={field}").text
        assert "withheld" in told
        assert not [one for one in ("PMA77", sys_id) if one in told]


def test_agreement_that_becomes_confidential_is_masked_at_once(executed: Visitor) -> None:
    sys_id = executed.landscape.admin("GET", "/agreements/PSUB7")["sys_id"]
    page = executed.act("confidential", 2)
    assert "A system keeps what it has until somebody deletes it there (SEC-3)." in page
    for path in ("/?agreement=2", "/?agreement=1", "/act/amend?agreement=2", "/create"):
        shown = executed.get(path).text.lower()
        assert not [one for one in ("psub7", sys_id, "steel drums") if one in shown], path
    assert executed.get("/field?agreement=2&code=PSUB7&field=NAME").status_code == 404


def test_event_behind_one_of_an_earlier_act_says_what_it_waits_for(
    executed: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(RetryRules, "answer_seconds", lambda *_: 0.5)
    executed.do("slow", 2)
    executed.do("twice", 2)
    page = executed.act("update", 2, Name="Steel drums, new")
    assert verdict(page).startswith("ExecutedUpdated waits for one before it, which is tried again at ")
