"""The monitoring in the console."""

import re
from html import unescape

from harness.testdata.scm_master_data import CONTRACT_TERMS
from harness.tests.console.conftest import Visitor


def tiles(page: str) -> dict[str, int]:
    """Return the number of messages in each state that has any."""
    found = re.findall(r'id="tile-([\w-]+)".*?<b>(\d+)</b>', page, re.DOTALL)
    return {state: int(count) for state, count in found if count != "0"}


def test_message_that_failed_is_told_and_retried(executed: Visitor) -> None:
    executed.landscape.admin("POST", "/faults", {"target": "WP2", "what": "does not answer"})
    executed.do("update", 2, Name="Steel drums, new")
    page = executed.get("/monitor?status=RETRY").text
    assert tiles(page) == {"all": 2, "RETRY": 1, "COMPLETED": 1}
    (guid,) = set(re.findall(r"monitor/message/([-0-9a-f]+)", page.partition("Alerts")[0]))
    story = unescape(executed.get(f"/monitor/message/{guid}").text)
    assert "ExecutedUpdated came in and was stored" in story
    assert "WP2: waiting after 1 attempt" in story
    assert "CPI tries again" in story
    for _ in range(12):
        executed.post("/monitor/clock", {"by": "due"})
    assert tiles(executed.get("/monitor").text) == {"all": 2, "ESCALATED": 1, "COMPLETED": 1}
    assert "<b>MON-" in executed.get("/monitor").text
    executed.landscape.admin("DELETE", "/faults?target=WP2")
    assert executed.post(f"/monitor/message/{guid}/retry").status_code == 303
    assert tiles(executed.get("/monitor").text) == {"all": 2, "COMPLETED": 2}
    stage = unescape(executed.get().text)
    assert "Clock stopped at 2" in stage
    executed.post("/monitor/clock", {"by": "real"})
    assert "Clock stopped" not in executed.get().text
    assert not executed.landscape.admin("GET", "/clock")["stopped"]


def test_nothing_to_retry_or_to_wait_for_is_told(executed: Visitor) -> None:
    assert "nothing has failed" in executed.post("/monitor/retry").text
    assert "nothing waits for its next attempt" in executed.post("/monitor/clock", {"by": "due"}).text
    assert executed.get("/monitor?status=none").status_code == 404
    assert executed.get("/monitor/message/none").status_code == 404
    assert executed.get("/monitor?after=none").status_code == 404


def test_retry_says_how_many_messages_it_was_for(executed: Visitor) -> None:
    executed.do("too-long", 2)
    htmx = {"HX-Request": "true"}
    assert executed.post("/monitor/retry", {}, **htmx).text.strip() == "<p>1 message is tried again.</p>"
    (guid,) = set(re.findall(r"monitor/message/([-0-9a-f]+)", executed.get("/monitor?status=FAILED").text))
    assert "tried again" in executed.post(f"/monitor/message/{guid}/retry", {}, **htmx).text
    assert "reading the agreement failed after 1 attempt<" in executed.get(f"/monitor/message/{guid}").text


def test_alerts_and_the_story_of_a_message_follow_what_happens(executed: Visitor) -> None:
    assert "No alert stands." in executed.get("/monitor/alerts").text
    executed.do("too-long", 2)
    assert "MON-1" in executed.get("/monitor/alerts").text
    (guid,) = set(re.findall(r"monitor/message/([-0-9a-f]+)", executed.get("/monitor/alerts").text))
    with executed.client.get(f"{executed.landscape.base}/console/stream?monitor={guid}", stream=True) as stream:
        lines = stream.iter_lines(chunk_size=1, decode_unicode=True)
        assert any("it is FAILED" in line for line in lines)
        executed.landscape.admin("POST", "/reset")
        assert any("there is no such message" in line for line in lines)


def test_messages_of_a_confidential_agreement_are_withheld(executed: Visitor) -> None:
    executed.landscape.admin("POST", "/faults", {"target": "WP2", "what": "does not answer"})
    executed.do("update", 2, Name="Steel drums, new")
    sys_id = executed.landscape.admin("GET", "/agreements/PSUB7")["sys_id"]
    assert "<small>PSUB7</small>" in executed.get("/monitor").text
    executed.landscape.admin("PATCH", "/agreements/PSUB7", {"attributes": {"ICMConfidentialContract": True}})
    page = executed.get("/monitor").text
    assert sys_id not in page
    assert "PSUB7" not in page
    executed.landscape.admin("DELETE", "/faults?target=WP2")


def test_a_failed_message_of_the_connector_is_an_alert_with_its_story(executed: Visitor) -> None:
    executed.landscape.admin("POST", "/contracts", {"type": "ICMNDA", "attributes": {"Name": "NDA"}})
    executed.landscape.admin("POST", "/connector/work")
    alerts = executed.get("/monitor/alerts").text
    assert "in the error queue: D-04 ICMConfidentialContract" in alerts
    (guid,) = set(re.findall(r"monitor/message/([-0-9a-f]+)", alerts))
    assert "reading the agreement failed" in executed.get(f"/monitor/message/{guid}").text
    assert [one["subject"] for one in executed.landscape.admin("GET", "/connector/alerts")] == [guid]
    assert executed.post(f"/monitor/message/{guid}/retry").status_code == 303


def test_messages_of_the_connector_have_tiles_and_stories_of_their_own(executed: Visitor) -> None:
    executed.landscape.admin("POST", "/connector/connect", {})
    executed.landscape.admin("PUT", "/scm/behaviour", {"up": False})
    new = {"type": "ICMNDA", "code": "PNDA7", "attributes": {**CONTRACT_TERMS, "Name": "NDA"}}
    executed.landscape.admin("POST", "/contracts", new)
    executed.landscape.admin("POST", "/connector/work")
    page = executed.get("/monitor").text
    assert tiles(page) == {"all": 1, "COMPLETED": 1, "connector-all": 1, "connector-RETRY": 1}
    assert "Executed" in page
    listed = executed.get("/monitor?of=connector&status=RETRY").text
    assert "<small>PNDA7</small>" in listed
    (guid,) = set(re.findall(r"monitor/message/([-0-9a-f]+)", listed.partition("Alerts")[0]))
    assert "the connector tries again" in executed.get(f"/monitor/message/{guid}").text
    stream = f"{executed.landscape.base}/console/stream?monitor=connector/RETRY"
    with executed.client.get(stream, stream=True) as opened:
        assert any("PNDA7" in line for line in opened.iter_lines(chunk_size=1, decode_unicode=True))
    executed.landscape.admin("PUT", "/scm/behaviour", {"up": True})
    executed.post("/monitor/clock", {"by": "due"})
    assert tiles(executed.get("/monitor").text)["connector-COMPLETED"] == 1
    executed.post("/monitor/clock", {"by": "real"})
    assert executed.get("/monitor?of=nobody").status_code == 404


def test_all_that_failed_is_retried_whoever_has_it(executed: Visitor) -> None:
    executed.landscape.admin("POST", "/contracts", {"type": "ICMNDA", "attributes": {"Name": "NDA"}})
    executed.landscape.admin("POST", "/connector/work")
    executed.do("too-long", 2)
    assert "2 messages are tried again." in executed.post("/monitor/retry", {}, **{"HX-Request": "true"}).text
