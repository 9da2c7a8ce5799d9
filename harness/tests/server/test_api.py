"""The landscape over HTTP works as in one process, and rejects what it should."""

import json
from collections.abc import Callable, Iterator
from errno import ENOSPC
from os import strerror
from pathlib import Path
from threading import Event
from typing import Any, Literal
from urllib.parse import quote, urljoin

import pytest
import requests
from sqlalchemy.exc import OperationalError

from harness.server import components
from harness.specification.wire_contracts import CONTRACTS
from harness.tests.support.patience import PATIENCE
from harness.tests.support.server_fixture import Served, served
from simulator import database
from simulator.apim.webhook import MAX_BYTES
from simulator.http_support import problem
from simulator.icertis import event_delivery
from simulator.icertis.store import IcertisStore
from simulator.icertis.tenant import IcertisTenant
from simulator.settings import Settings


def entry(landscape: Served, system: str) -> dict[str, str]:
    (row,) = landscape.admin("GET", f"/systems/{system}/tables")["ZMM_ICMCONTRACT"]
    assert isinstance(row, dict)
    return row


def test_event_reaches_both_systems_over_http(landscape: Served) -> None:
    landscape.admin("POST", "/agreements", {"type": "ICMMasterAgreement", "code": "PMA9", "seed": 4})
    sub = landscape.admin("POST", "/agreements", {"type": "ICMSubAgreement", "code": "PSUB9", "seed": 3})
    landscape.admin("POST", "/agreements/psub9/associate", {"master": "PMA9"})
    before = landscape.admin("POST", "/work")["tasks"]
    landscape.admin("POST", "/agreements/psub9/execute")
    done = landscape.admin("POST", "/work")
    assert done["next_due"] is None
    assert {name: number - before.get(name, 0) for name, number in done["tasks"].items()} == {"": 1, "PF2": 1, "WP2": 1}
    for system in ("PF2", "WP2"):
        row = entry(landscape, system)
        assert (row["SYSID"], row["ICMAGREEMENTCODE"], row["ASSOCIATINGCODE"]) == (sub["sys_id"], "PSUB9", "PMA9")
    (message,) = landscape.admin("GET", "/messages")
    assert (message["status"], message["systems"]) == ("COMPLETED", {"PF2": "created", "WP2": "created"})
    path = f"/v1/agreements/ICMSubAgreement/{sub['sys_id']}"
    expected = [{"method": "GET", "path": one} for one in (path, f"{path}/associatinginstances/ICMMasterAgreement")]
    assert landscape.admin("GET", "/requests") == expected


def test_renewals_go_on_after_a_failure(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    went_on, looks = Event(), iter([False])

    def renew_due(_: IcertisTenant) -> None:
        if not next(looks, True):
            raise OSError("disk full, and a value of an agreement")
        went_on.set()

    monkeypatch.setattr(components, "_RENEWAL_PAUSE_SECONDS", 0.01)
    monkeypatch.setattr(IcertisTenant, "renew_due", renew_due)
    with served(tmp_path):
        assert went_on.wait(PATIENCE)
    errors = [record.getMessage() for record in caplog.records if record.levelname == "ERROR"]
    assert errors == ["the renewals failed (OSError) and go on in a while"]


def test_what_cannot_be_stored_is_said_and_reading_goes_on(landscape: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    def save(*_: object) -> None:
        raise OperationalError("INSERT", {}, Exception("database or disk is full"))

    monkeypatch.setattr(IcertisStore, "save", save)
    url = f"{landscape.base}/__admin/agreements"
    refused = landscape.client.post(url, json={"type": "ICMSubAgreement"}, headers=landscape.operator)
    assert (refused.status_code, refused.headers["Content-Type"]) == (503, "application/problem+json")
    assert refused.json()["detail"] == "it is done, but not stored yet: a database failed (OperationalError)"
    assert [one["code"] for one in landscape.admin("GET", "/agreements")] == ["PSUB1"]


@pytest.mark.parametrize("synchronous", ["full", "normal"])
def test_every_database_keeps_what_power_loss_must_not_cost(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, synchronous: Literal["full", "normal"]
) -> None:
    asked = list[str]()
    configure = database._configure_sqlite  # noqa: SLF001 - no other way shows it for each database

    def configure_noting(of_this: Literal["full", "normal"], connection: Any, record: Any) -> None:
        asked.append(of_this)
        configure(of_this, connection, record)

    monkeypatch.setattr(database, "_configure_sqlite", configure_noting)
    with served(tmp_path, Settings(synchronous=synchronous)):
        pass
    assert asked.count(synchronous) == len(asked) >= 5, "PF2, WP2, CPI, ICI and SCM"


def test_clock_that_cannot_be_kept_stays_as_it_was(landscape: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    def write_text(*_: object, **__: object) -> None:
        raise OSError(ENOSPC, strerror(ENOSPC))

    monkeypatch.setattr(Path, "write_text", write_text)
    url, body = f"{landscape.base}/__admin/clock", {"now": "2026-01-05T08:00:00Z"}
    refused = landscape.client.put(url, json=body, headers=landscape.operator)
    assert refused.status_code == 503
    assert refused.json()["detail"].endswith("CPI.clock cannot be written: No space left on device")
    assert landscape.admin("GET", "/clock")["stopped"] is False


def test_reset_stops_the_clock_if_it_names_a_time(landscape: Served) -> None:
    landscape.admin("POST", "/reset")
    assert landscape.admin("GET", "/clock")["stopped"] is False
    landscape.admin("POST", "/reset", {"now": "2026-01-05T08:00:00Z"})
    assert landscape.admin("GET", "/clock") == {"now": "2026-01-05T08:00:00Z", "stopped": True}


@pytest.mark.parametrize("now", ["9999-12-31T23:59:59Z", "0001-01-01T00:00:00+14:00"])
def test_clock_stays_away_from_the_ends_of_the_calendar(landscape: Served, now: str) -> None:
    refused = landscape.client.put(f"{landscape.base}/__admin/clock", json={"now": now}, headers=landscape.operator)
    assert refused.status_code == 422
    assert "a year from 1970 to 9000 is expected" in refused.text
    assert landscape.admin("GET", "/clock")["stopped"] is False


def test_system_id_with_reserved_characters_arrives_unchanged(landscape: Served) -> None:
    sys_id = "a/b ?c#%2F;d"
    made = landscape.executed(sys_id=sys_id)
    assert made["sys_id"] == sys_id
    assert entry(landscape, "PF2")["SYSID"] == sys_id.lower()
    assert landscape.admin("GET", f"/agreements/{quote(sys_id, safe='')}")["detail"]["SysId"] == sys_id


@pytest.mark.parametrize("number", ["NaN", "[Infinity]"])
def test_nan_and_infinity_are_rejected_as_attributes(landscape: Served, number: str) -> None:
    landscape.executed(code="PST1")
    body = f'{{"as_is": {{"ICMTotalContractValue": {number}}}}}'
    where = f"{landscape.base}/__admin/agreements/PST1"
    refused = landscape.client.patch(where, body, headers={"Content-Type": "application/json", **landscape.operator})
    assert refused.status_code == 422
    assert refused.json()["detail"].endswith("Input should be a finite number")
    assert landscape.admin("GET", "/agreements/PST1")["detail"]["ICMAgreementCode"] == "PST1"


def test_administration_drives_every_action_of_an_agreement(landscape: Served) -> None:
    renewal = {"ICMIsAutoRenewal": True, "ICMRenewalDate": "2025-01-01T00:00:00", "ICMRenewalTermMonths": 24}
    landscape.executed(code="PST1", attributes={**renewal, "ICMExpiryDate": "2029-12-31T00:00:00"})
    steps = (
        ("renew", None, "ICMEXPIRYDATE", "20311231"),
        ("amend", {"attributes": {"ICMCurrency": "JPY"}, "execute": True}, "ICMCURRENCY", "JPY"),
        ("update", {"attributes": {"Name": "Another name"}}, "NAME", "Another name"),
        ("terminate", {"on": "2026-06-30T00:00:00", "with_notice": False}, "ICMEXPIRYDATE", "20260630"),
    )
    for deed, body, field, value in steps:
        landscape.admin("POST", f"/agreements/PST1/{deed}", body)
        landscape.admin("POST", "/work")
        assert [entry(landscape, system)[field] for system in ("PF2", "WP2")] == [value, value], deed
    again = landscape.client.post(f"{landscape.base}/__admin/agreements/PST1/execute", headers=landscape.operator)
    assert (again.status_code, again.json()) == (409, problem(409, "it has been executed before"))


def test_agreement_is_renewed_when_the_clock_reaches_its_renewal_date_and_not_before(landscape: Served) -> None:
    landscape.admin("PUT", "/clock", {"now": "2026-01-05T08:00:00Z"})
    renewal = {"ICMIsAutoRenewal": True, "ICMRenewalDate": "2026-10-01T00:00:00", "ICMRenewalTermMonths": 24}
    landscape.executed(code="PST1", attributes={**renewal, "ICMExpiryDate": "2026-12-31T00:00:00"})
    early = landscape.client.post(f"{landscape.base}/__admin/agreements/PST1/renew", headers=landscape.operator)
    assert (early.status_code, early.json()) == (409, problem(409, "its renewal date has not come yet"))
    expiry = []
    for time in ("2026-09-30T23:59:59Z", "2026-10-01T00:00:00Z", "2026-10-02T00:00:00Z"):
        landscape.admin("PUT", "/clock", {"now": time})
        landscape.admin("POST", "/work")
        expiry.append([entry(landscape, system)["ICMEXPIRYDATE"] for system in ("PF2", "WP2")])
    assert expiry == [["20261231"] * 2, ["20281231"] * 2, ["20281231"] * 2]


def test_faults_of_ici_reach_cpi_over_http_and_are_retried(landscape: Served) -> None:
    landscape.admin("PUT", "/clock", {"now": "2026-01-05T08:00:00Z"})
    for what in ("a cut connection", "an answer that breaks off", "status 503 with Retry-After 90"):
        landscape.admin("POST", "/faults", {"target": "ICI", "call": 1, "what": what, "times": 1})
    landscape.executed()
    errors = []
    for time in ("08:00:30", "08:01:30", "08:03:30"):
        (message,) = landscape.admin("GET", "/messages")
        errors.append(f"{message['error_id']} {message['error_message']} {message['next_attempt'][11:19]}".strip())
        landscape.admin("PUT", "/clock", {"now": f"2026-01-05T{time}Z"})
        landscape.admin("POST", "/work")
    assert errors == [
        "CALL-1 ICI could not be reached (ConnectionError) 08:00:30",
        "CALL-1 ICI could not be reached (ChunkedEncodingError) 08:01:30",
        "CALL-1 ICI answered with HTTP status 503 08:03:30",
    ]
    assert landscape.admin("GET", "/messages")[0]["status"] == "COMPLETED"


def test_cpi_gives_up_on_a_slow_answer(tmp_path: Path) -> None:
    with served(tmp_path, Settings.model_validate({"longest_answer": 0.2})) as landscape:
        fault = {"target": "ICI", "call": 1, "what": "an answer that takes too long"}
        landscape.admin("POST", "/faults", fault)
        landscape.executed()
        (message,) = landscape.admin("GET", "/messages")
    assert message["error_message"] == "ICI could not be reached (ReadTimeout)"


def test_message_reaches_a_system_once_it_is_up_again(landscape: Served) -> None:
    landscape.admin("PUT", "/clock", {"now": "2026-01-05T08:00:00Z"})
    landscape.admin("POST", "/faults", {"target": "WP2", "what": "does not answer"})
    landscape.executed()
    (message,) = landscape.admin("GET", "/messages")
    assert message["systems"] == {"PF2": "created", "WP2": "waiting"}
    assert message["system_errors"] == {"WP2": ["D-20", "", "WP2 does not answer"]}
    assert landscape.admin("GET", "/alerts") == [{"rule": "MON-2", "subject": "WP2", "what": "WP2 does not answer"}]
    landscape.admin("DELETE", "/faults?target=WP2")
    landscape.admin("PUT", "/clock", {"now": "2026-01-05T08:00:30Z"})
    landscape.admin("POST", "/work")
    assert entry(landscape, "WP2") == entry(landscape, "PF2")


def test_held_events_arrive_on_release(landscape: Served) -> None:
    landscape.admin("POST", "/events/hold")
    landscape.executed()
    assert len(landscape.admin("GET", "/events")["waiting"]) == 1
    assert landscape.admin("GET", "/messages") == []
    assert landscape.admin("POST", "/events/release")["statuses"] == [202]
    landscape.admin("POST", "/work")
    assert len(landscape.admin("GET", "/messages")) == 1


def test_rejected_event_waits_in_ici_until_released(landscape: Served) -> None:
    where = landscape.admin("GET", "/webhook")["url"]
    landscape.admin("PUT", "/webhook", {"url": where, "apikey": "guessed"})
    landscape.executed()
    events = landscape.admin("GET", "/events")
    assert (len(events["waiting"]), events["problem"]) == (1, "the webhook answered 401")
    landscape.admin("PUT", "/webhook", {"url": where, "apikey": landscape.key["apikey"]})
    assert landscape.admin("POST", "/events/release")["waiting"] == []


def test_ici_emits_nothing_more_while_too_many_events_wait(landscape: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(event_delivery, "MAX_WAITING", 2)
    landscape.admin("PUT", "/clock", {"now": "2026-01-05T08:00:00Z"})
    renewal = {"ICMIsAutoRenewal": True, "ICMRenewalDate": "2026-02-01T00:00:00", "ICMRenewalTermMonths": 12}
    for code in ("PST1", "PST2"):
        landscape.admin("POST", "/agreements", {"type": "ICMStandaloneAgreement", "code": code, "seed": 1})
    landscape.executed(code="PST3", attributes={**renewal, "ICMExpiryDate": "2026-12-31T00:00:00"})
    landscape.admin("POST", "/events/hold")
    for deed in ("PST1/execute", "PST3/send-event"):
        landscape.admin("POST", f"/agreements/{deed}", {"action": "Executed"} if "send" in deed else None)
    for deed, body in (
        ("PST2/execute", None),
        ("PST3/update", {"attributes": {"Name": "Another name"}}),
        ("PST3/terminate", {"on": "2026-06-30T00:00:00"}),
    ):
        url = f"{landscape.base}/__admin/agreements/{deed}"
        refused = landscape.client.post(url, json=body, headers=landscape.operator)
        assert (refused.status_code, refused.headers["Retry-After"]) == (503, "60")
    landscape.admin("PUT", "/clock", {"now": "2026-02-01T00:00:00Z"})
    waiting = landscape.admin("GET", "/events")["waiting"]
    assert [event["data"]["ActionName"] for event in waiting] == ["Executed", "Executed"]
    landscape.admin("POST", "/events/release")
    landscape.admin("PUT", "/clock", {"now": "2026-02-01T00:00:00Z"})
    landscape.admin("POST", "/work")
    assert [message["action"] for message in landscape.admin("GET", "/messages")] == ["Executed"] * 3 + ["Renewed"]
    landscape.admin("POST", "/agreements/PST2/execute")


def pages(landscape: Served, url: str, then: Callable[[], object] = lambda: None) -> Iterator[list[dict[str, Any]]]:
    """Follow the header Link from page to page; `then` is done after each."""
    while url:
        answer = landscape.client.get(urljoin(landscape.base, url), headers=landscape.operator)
        assert answer.status_code == 200
        yield answer.json()
        then()
        url = answer.links.get("next", {}).get("url", "")


def test_messages_and_alerts_come_page_by_page(landscape: Served) -> None:
    body = json.dumps([EVENT | {"SysId": f"s{number}"} for number in range(5)])
    guids = landscape.client.post(landscape.site.urls["webhook"], body, headers=landscape.key | JSON).json()["accepted"]
    landscape.admin("POST", "/work")
    for path, key in (("messages", "guid"), ("alerts", "subject")):
        found = [[one[key] for one in page] for page in pages(landscape, f"/__admin/{path}?limit=2")]
        assert found == [guids[:2], guids[2:4], guids[4:]]


def test_messages_of_the_connector_come_page_by_page(landscape: Served) -> None:
    for number in range(101):
        body = json.dumps(EVENT | {"SysId": f"s{number}"})
        landscape.client.post(landscape.site.urls["connector"], body, headers=landscape.key | JSON).raise_for_status()
    assert [len(page) for page in pages(landscape, "/__admin/connector/messages")] == [100, 1]
    unknown = landscape.client.get(
        f"{landscape.base}/__admin/connector/messages?after=1.unknown", headers=landscape.operator
    )
    assert (unknown.status_code, unknown.json()["id"]) == (404, "D-86")


def test_next_page_is_there_when_the_one_before_was_removed(landscape: Served) -> None:
    for number in range(3):
        landscape.executed(code=f"P{number}")

    def a_year_later() -> None:
        landscape.admin("PUT", "/clock", {"now": "2096-01-05T08:00:00Z"})
        landscape.admin("POST", "/work")

    assert [len(page) for page in pages(landscape, "/__admin/messages?limit=2", a_year_later)] == [2, 0]


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("limit=0", 422),
        ("limit=1001", 422),
        ("limit=x", 422),
        ("after=unknown", 404),
        ("after=999999999.unknown", 404),
        ("limit=1000", 200),
    ],
)
def test_page_that_does_not_exist_is_refused(landscape: Served, query: str, status: int) -> None:
    for path in ("messages", "alerts"):
        answer = landscape.client.get(f"{landscape.base}/__admin/{path}?{query}", headers=landscape.operator)
        assert answer.status_code == status


EVENT = {"source": "/icertis/syensqo-uat", "ContractTypeName": "ICMBaselineAgreement"}
JSON = {"Content-Type": "application/json"}
DEEP = "[" * 600 + "]" * 600


@pytest.mark.parametrize(
    ("method", "headers", "body", "status"),
    [
        ("POST", JSON, json.dumps(EVENT), 202),
        ("POST", {"Content-Type": "application/cloudevents+json; charset=utf-8"}, json.dumps([EVENT]), 202),
        ("POST", JSON, json.dumps(EVENT | {"data": "deep"}).replace('"deep"', DEEP), 202),
        ("POST", JSON, "", 400),
        ("POST", JSON, "{", 400),
        ("POST", JSON, "{}", 400),
        ("POST", JSON, json.dumps([{}, "Executed"]), 400),
        ("POST", JSON | {"apikey": "guessed"}, json.dumps(EVENT), 401),
        ("POST", JSON | {"apikey": ""}, json.dumps(EVENT), 401),
        ("GET", JSON, None, 405),
        ("POST", JSON, b" " * (MAX_BYTES + 1), 413),
        ("POST", {"Content-Type": "text/plain"}, json.dumps(EVENT), 415),
        ("POST", {"Content-Type": "application/jsonp"}, json.dumps(EVENT), 415),
    ],
)
def test_webhook_status_for_each_kind_of_request(
    landscape: Served, method: str, headers: dict[str, str], body: str | bytes | None, status: int
) -> None:
    answer = landscape.client.request(
        method, landscape.site.urls["webhook"], data=body, headers=landscape.key | headers
    )
    kind = "application/json" if status == 202 else "application/problem+json"
    assert (answer.status_code, answer.headers["Content-Type"]) == (status, kind)
    said = answer.json()
    if status == 202:
        assert set(said) == {"guid"}
    else:
        assert (said["status"], said["id"]) == (status, {400: "D-60", 401: "D-22", 405: "D-86"}.get(status, "D-32"))
        assert set(said) == {"title", "status", "id", "detail"}
    assert len(landscape.admin("GET", "/messages")) == (status == 202)


def test_chunked_body_is_not_read_beyond_the_size_limit(landscape: Served) -> None:
    read = 0

    def chunks() -> Iterator[bytes]:
        nonlocal read
        for _ in range(1024):
            read += 1
            yield b" " * 65536

    try:
        answer = landscape.client.post(landscape.site.urls["webhook"], chunks(), headers=landscape.key | JSON)
    except requests.ConnectionError:
        assert 4 < read < 512, "the server has closed the connection while the client was still sending"
    else:
        assert answer.status_code == 413
    assert landscape.admin("GET", "/messages") == []


def test_webhook_consents_to_a_sender_that_asks_by_options(landscape: Served) -> None:
    webhook = landscape.site.urls["webhook"]
    answer = landscape.client.options(webhook, headers={"WebHook-Request-Origin": "eventgrid.azure.net"})
    assert answer.status_code == 200
    assert {name: answer.headers[name] for name in ("Allow", "WebHook-Allowed-Origin", "WebHook-Allowed-Rate")} == {
        "Allow": "OPTIONS, POST",
        "WebHook-Allowed-Origin": "eventgrid.azure.net",
        "WebHook-Allowed-Rate": "6000000",
    }
    answer = landscape.client.options(webhook)
    assert (answer.status_code, answer.headers["Allow"]) == (200, "OPTIONS, POST")
    assert "WebHook-Allowed-Origin" not in answer.headers


def test_each_event_of_a_batch_is_stored(landscape: Served) -> None:
    answer = landscape.client.post(
        landscape.site.urls["webhook"],
        json.dumps([EVENT, {}, EVENT]),
        headers=landscape.key | {"Content-Type": "application/cloudevents-batch+json"},
    )
    assert answer.status_code == 202
    said = answer.json()
    assert said["rejected"] == [{"index": 1, "reason": "D-60: the body has none of the fields of an event"}]
    assert [message["guid"] for message in landscape.admin("GET", "/messages")] == said["accepted"]


def test_large_body_is_refused_by_the_administration(landscape: Served) -> None:
    url = f"{landscape.base}/__admin/agreements"
    answer = landscape.client.post(url, b" " * (1024 * 1024 + 1), headers=landscape.operator)
    assert (answer.status_code, answer.json()) == (413, problem(413, "the body has more than 1048576 bytes"))


def test_every_error_has_one_form(landscape: Served) -> None:
    admin, known = f"{landscape.base}/__admin", {"headers": landscape.operator}
    pf2 = landscape.site.urls["PF2"]
    for method, url, how, status, why in (
        ("GET", f"{landscape.base}/nowhere", {}, 404, "nothing is served at this path; / tells what is"),
        ("POST", f"{landscape.base}/", {}, 405, "this path does not take the method; Allow names those that it takes"),
        ("GET", f"{landscape.base}/contracts/secret", {}, 404, "nothing is served at this path; / tells what is"),
        ("GET", f"{admin}/nowhere", known, 404, "nothing is served at this path; / tells what is"),
        ("PUT", f"{admin}/work", known, 405, "this path does not take the method; Allow names those that it takes"),
        ("GET", f"{admin}/messages/0", known, 404, "there is no such message"),
        ("GET", f"{admin}/messages?after=%00", known, 404, "there is no such message"),
        ("POST", f"{admin}/agreements", {**known, "json": {"type": "zqx"}}, 422, None),
        ("POST", pf2, {}, 401, "name and password are missing or wrong"),
        ("PUT", pf2, {"auth": landscape.login}, 405, "a message comes by POST"),
    ):
        answer = landscape.client.request(method, url, **how)
        assert answer.headers["Content-Type"] == "application/problem+json"
        assert (answer.status_code, answer.json()) == (status, problem(status, why or answer.json()["detail"]))
        assert "zqx" not in answer.text


def test_front_page_tells_programs_and_people_what_is_served(landscape: Served) -> None:
    told = landscape.client.get(f"{landscape.base}/")
    assert (told.status_code, told.headers["Content-Type"]) == (200, "application/json")
    served_here = {one["name"]: one for one in told.json()["served"]}
    assert [*served_here] == [
        "icertis",
        "token",
        "webhook",
        "PF2",
        "WP2",
        "scm",
        "scm token",
        "connector",
        "administration",
    ]
    page = landscape.client.get(f"{landscape.base}/", headers={"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"})
    assert page.headers["Content-Type"] == "text/html; charset=utf-8"
    for one in served_here.values():
        assert one["url"] in page.text
        how = {"auth": landscape.login} if "wsdl" in one.get("description", "") else {"headers": landscape.operator}
        if "description" in one:
            assert landscape.client.get(one["description"], **how).status_code == 200
            assert f'<a href="{one["description"]}">' in page.text


def test_contracts_are_served_with_what_they_refer_to(landscape: Served) -> None:
    for name in ("icertis.openapi.json", "webhook.openapi.json", "agreement.schema.json", "event.schema.json"):
        answer = landscape.client.get(f"{landscape.base}/contracts/{name}")
        assert (answer.status_code, answer.headers["Content-Type"]) == (200, "application/json")
        assert answer.content == (CONTRACTS / name).read_bytes()


@pytest.mark.parametrize("part", ["webhook", "token", "PF2"])
def test_slash_at_the_end_of_a_path_changes_nothing(landscape: Served, part: str) -> None:
    url, headers = landscape.site.urls[part], JSON | landscape.key
    statuses = [
        landscape.client.post(one, json.dumps(EVENT), headers=headers, allow_redirects=False).status_code
        for one in (url, f"{url}/")
    ]
    assert statuses == [{"webhook": 202, "token": 400, "PF2": 401}[part]] * 2


@pytest.mark.parametrize("path", ["/icertis/api", "/scm", "/__admin"])
def test_part_answers_at_its_own_path_with_a_slash_or_without(landscape: Served, path: str) -> None:
    url = f"{landscape.base}{path}"
    answers = [landscape.client.get(one, allow_redirects=False) for one in (url, f"{url}/")]
    assert [one.status_code for one in answers] == [401, 401], "no credential was shown; the path is there"
