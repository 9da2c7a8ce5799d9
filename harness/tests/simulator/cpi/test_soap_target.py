"""CPI's side of the function module over SOAP: what it sends, and what it makes of every answer."""

from typing import Any

import pytest
import requests
import responses
from lxml import etree
from starlette.types import Receive, Scope, Send

from harness.campaigns.benchmarks.contracts import entry
from harness.server.uvicorn_server import listening_socket, run_in_thread
from harness.tests.support.server_fixture import Served
from simulator.cpi.ecc_interface import deliver, unavailable_reason
from simulator.cpi.soap_target import SoapReturnLine, SoapTarget
from simulator.ecc.system import EccSystem
from simulator.errors import Failure, InterfaceError
from simulator.http_support import read_body, respond
from simulator.mapping.message import Message

CONTRACT, ORGANISATIONS = entry(1)
SOAP = "http://schemas.xmlsoap.org/soap/envelope/"
RFC = "urn:sap-com:document:sap:rfc:functions"
XML = {"Content-Type": "text/xml; charset=utf-8"}

ENVELOPE_BEGIN = f'<s:Envelope xmlns:s="{SOAP}"><s:Body>'.encode()
RETURNED = (
    ENVELOPE_BEGIN
    + f'<n0:Z_MM_ICMCONTRACT_UPSERTResponse xmlns:n0="{RFC}"><RETURN>%b</RETURN>'.encode()
    + b"</n0:Z_MM_ICMCONTRACT_UPSERTResponse></s:Body></s:Envelope>"
)
REFUSED = (
    b"<item><TYPE>E</TYPE><ID>ZMM_ICM</ID><NUMBER>012</NUMBER><MESSAGE>too long</MESSAGE><FIELD>NAME</FIELD></item>"
)
MISSED = b"<item><TYPE>E</TYPE><ID>ZMM_ICM</ID><NUMBER>010</NUMBER><MESSAGE>no entry</MESSAGE></item>"
FAULT = (
    ENVELOPE_BEGIN
    + b"<s:Fault><faultcode>s:%b</faultcode><faultstring>%b</faultstring></s:Fault></s:Body></s:Envelope>"
)
NO_WORDS = ENVELOPE_BEGIN + b"<s:Fault/></s:Body></s:Envelope>"

BAD = "PF2 does not take the message: bad"


@pytest.mark.parametrize(
    ("status", "content", "failure", "rule", "why"),
    [
        (200, RETURNED % REFUSED, Failure.REFUSED, "ZMM_ICM 012", "too long"),
        (200, RETURNED % MISSED, Failure.NO_ENTRY, "D-07", "no entry"),
        (200, RETURNED % b"", Failure.BROKEN_ANSWER, "D-20", "PF2 answers without RETURN"),
        (200, b"<html>please sign in</html>", Failure.BROKEN_ANSWER, "D-20", "PF2 answers without RETURN"),
        (200, b"", Failure.BROKEN_ANSWER, "D-20", "PF2 answers without RETURN"),
        (200, b"<!DOCTYPE x>" + RETURNED % REFUSED, Failure.BROKEN_ANSWER, "D-20", "PF2 answers without RETURN"),
        (500, FAULT % (b"Client", b"bad"), Failure.REFUSED, "D-20", BAD),
        (500, FAULT.replace(b"s:%b", b"%b") % (b"Client", b"bad"), Failure.REFUSED, "D-20", BAD),
        (500, FAULT % (b"Client.Authentication", b"bad"), Failure.REFUSED, "D-20", BAD),
        (500, FAULT % (b"MustUnderstand", b"bad"), Failure.REFUSED, "D-20", BAD),
        (500, FAULT % (b"VersionMismatch", b"bad"), Failure.REFUSED, "D-20", BAD),
        (500, FAULT % (b"Server", b"short dump"), Failure.SYSTEM_DOWN, "D-20", "short dump"),
        (500, FAULT % (b"Server", b""), Failure.SYSTEM_DOWN, "D-20", "PF2 failed"),
        (500, NO_WORDS, Failure.SYSTEM_DOWN, "D-20", "PF2 failed"),
        (500, b"<html>", Failure.SYSTEM_DOWN, "D-20", "PF2 answered with HTTP status 500"),
        (502, b"", Failure.SYSTEM_DOWN, "D-20", "PF2 answered with HTTP status 502"),
        (503, b"", Failure.SYSTEM_DOWN, "D-20", "PF2 does not answer"),
        (401, b"", Failure.UNAUTHORIZED, "D-20", "PF2 answered with HTTP status 401"),
        (404, b"", Failure.NOT_FOUND, "D-20", "PF2 answered with HTTP status 404"),
        (408, b"", Failure.REQUEST_TIMEOUT, "D-20", "PF2 answered with HTTP status 408"),
        (429, b"", Failure.TOO_MANY_REQUESTS, "D-20", "PF2 answered with HTTP status 429"),
        (302, b"", Failure.OTHER_STATUS, "D-20", "PF2 answered with HTTP status 302"),
    ],
)
def test_each_answer_leads_to_its_failure(status: int, content: bytes, failure: Failure, rule: str, why: str) -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await read_body(scope, receive, 100_000)
        await respond(send, status, content, XML)

    listening = listening_socket("127.0.0.1", 0)
    with run_in_thread(app, listening), requests.Session() as session:
        target = SoapTarget("PF2", f"http://127.0.0.1:{listening.getsockname()[1]}/", session, ("u", "p"), 7.0)
        with pytest.raises(InterfaceError) as raised:
            deliver(target, Message(CONTRACT, tuple(ORGANISATIONS)))
    error = raised.value
    assert (error.failure, error.rule, error.message) == (failure, rule, why)
    assert error.field == ("NAME" if rule == "ZMM_ICM 012" else "")


SERVICE = "http://ecc.invalid/service"

SENT = (
    b"<?xml version='1.0' encoding='utf-8'?>\n"
    b'<soap-env:Envelope xmlns:soap-env="http://schemas.xmlsoap.org/soap/envelope/"><soap-env:Body>'
    b'<n0:Z_MM_ICMCONTRACT_UPSERT xmlns:n0="urn:sap-com:document:sap:rfc:functions">'
    b"<CONTRACT><SYSID>s</SYSID><NAME>Zo\xc3\xab</NAME></CONTRACT>"
    b"<CONTRACTX><NAME>X</NAME><PURCHORG>X</PURCHORG></CONTRACTX>"
    b"<PURCHORG><item><PURCHASINGORG>FR10</PURCHASINGORG></item></PURCHORG>"
    b"</n0:Z_MM_ICMCONTRACT_UPSERT></soap-env:Body></soap-env:Envelope>"
)


def test_soap_request_has_fields_flags_and_login() -> None:
    with requests.Session() as session, responses.RequestsMock() as mocked:
        mocked.post(SERVICE, body=RETURNED % REFUSED)
        target = SoapTarget("PF2", SERVICE, session, ("u", "p"), 7.0)
        assert target.z_mm_icmcontract_upsert({"SYSID": "s", "NAME": "Zoë"}, ["FR10"]) == [
            ("E", "ZMM_ICM", "012", "too long", "NAME")
        ]
        sent = mocked.calls[0].request
    assert sent.body == SENT
    assert {"Content-Type", "SOAPAction"} <= {*sent.headers}  # spelled so: there are servers that look for no other
    assert sent.headers["Content-Type"] == "text/xml; charset=utf-8"
    function = "urn:sap-com:document:sap:rfc:functions:Z_MM_ICMCONTRACT_UPSERT:Z_MM_ICMCONTRACT_UPSERTRequest"
    assert sent.headers["SOAPAction"] == f'"{function}"'
    assert sent.headers["Authorization"] == "Basic dTpw"
    assert sent.req_kwargs["timeout"] == (5.0, 7.0)  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        ({"body": RETURNED % REFUSED}, ""),
        ({"status": 302}, "PF2 answered with HTTP status 302"),
        ({"status": 401}, "PF2 answered with HTTP status 401"),
        ({"status": 503}, "PF2 does not answer"),
        ({"body": requests.ReadTimeout("SECRET")}, "PF2 could not be reached (ReadTimeout)"),
    ],
)
def test_unavailable_reason_of_each_answer(answer: dict[str, Any], why: str) -> None:
    with requests.Session() as session, responses.RequestsMock() as mocked:
        mocked.post(SERVICE, **answer)
        assert unavailable_reason(SoapTarget("PF2", SERVICE, session, ("u", "p"), 7.0)) == why
        asked = mocked.calls[0].request
    assert asked.headers["Authorization"] == "Basic dTpw"
    assert asked.req_kwargs["timeout"] == (5.0, 7.0)  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (RETURNED % (b"<item/>" * 20_000), "PF2 answers without RETURN"),
        (b" " * (1024 * 1024 + 1), "PF2: the answer has more than 1048576 bytes"),
    ],
)
def test_answer_beyond_the_limits_is_broken(body: bytes, why: str) -> None:
    with requests.Session() as session, responses.RequestsMock() as mocked:
        mocked.post(SERVICE, body=body)
        with pytest.raises(InterfaceError) as raised:
            SoapTarget("PF2", SERVICE, session, None, 7.0).z_mm_icmcontract_upsert({}, None)
    assert (raised.value.rule, raised.value.message, raised.value.failure) == ("D-20", why, Failure.BROKEN_ANSWER)


class ReturningModule:
    """A function module that returns one table."""

    def __init__(self, *types_and_numbers: tuple[str, str]) -> None:
        self._table = [SoapReturnLine(kind, "ZMM_ICM", number, "words", "NAME") for kind, number in types_and_numbers]

    def z_mm_icmcontract_upsert(self, _: object, __: object) -> list[SoapReturnLine]:
        return self._table


@pytest.mark.parametrize(
    "table", [[("S", "002")], [("W", "016"), ("S", "002")], [("I", "100"), ("S", "002"), ("W", "016")]]
)
def test_warnings_around_a_success_take_nothing_back(table: list[tuple[str, str]]) -> None:
    assert deliver(ReturningModule(*table), Message(CONTRACT, None)) == "changed"


@pytest.mark.parametrize(
    ("table", "failure"),
    [
        ([("S", "001"), ("E", "012")], Failure.REFUSED),
        ([("W", "016"), ("A", "999")], Failure.REFUSED),
        ([("S", "001"), ("E", "010")], Failure.NO_ENTRY),
        ([("W", "016")], Failure.UNEXPECTED),
        ([("S", "777")], Failure.UNEXPECTED),
    ],
)
def test_one_refusal_in_the_return_table_refuses_the_message(table: list[tuple[str, str]], failure: Failure) -> None:
    with pytest.raises(InterfaceError) as raised:
        deliver(ReturningModule(*table), Message(CONTRACT, None))
    assert raised.value.failure is failure


@pytest.mark.parametrize("status", [429, 503])
def test_system_says_how_long_it_wants_to_be_left_alone(status: int) -> None:
    with requests.Session() as session, responses.RequestsMock() as mocked:
        mocked.post(SERVICE, status=status, headers={"Retry-After": "120"})
        with pytest.raises(InterfaceError) as raised:
            SoapTarget("PF2", SERVICE, session, None, 7.0).within(1.0).z_mm_icmcontract_upsert({}, None)
    assert raised.value.retry_after == 120


def test_redirection_of_a_system_is_not_followed() -> None:
    elsewhere = {"status": 302, "headers": {"Location": "http://elsewhere.invalid/"}}
    with requests.Session() as session, responses.RequestsMock() as mocked:
        mocked.post(SERVICE, **elsewhere)
        target = SoapTarget("PF2", SERVICE, session, None, 7.0)
        assert unavailable_reason(target) == "PF2 answered with HTTP status 302"
        with pytest.raises(InterfaceError, match="PF2 answered with HTTP status 302"):
            target.z_mm_icmcontract_upsert({}, None)


def test_unreachable_and_silent_systems_are_down() -> None:
    listening = listening_socket("127.0.0.1", 0)  # it listens, and nobody takes the connection up
    with listening, requests.Session() as session:
        url = f"http://127.0.0.1:{listening.getsockname()[1]}/"
        silent = SoapTarget("PF2", url, session, None, 0.1)
        with pytest.raises(InterfaceError) as raised:
            deliver(silent, Message(CONTRACT, None))
        assert (raised.value.failure, str(raised.value)) == (
            Failure.SYSTEM_DOWN,
            "D-20: PF2 could not be reached (ReadTimeout)",
        )
    with requests.Session() as session, pytest.raises(InterfaceError) as raised:
        deliver(SoapTarget("PF2", url, session, None, 7.0), Message(CONTRACT, None))
    assert (raised.value.failure, raised.value.field, str(raised.value)) == (
        Failure.SYSTEM_DOWN,
        "",
        "D-20: PF2 could not be reached (ConnectionError)",
    )


@pytest.mark.parametrize(
    "value", ["a & b < c > d \" ' ]]>", " two  blanks ", "line\nline", "\r\n\t", "Zoë 漢字 🚢", "a\u2028b"]
)
def test_any_text_arrives_unchanged(landscape: Served, value: str) -> None:
    with requests.Session() as session:
        target = SoapTarget("PF2", landscape.site.urls["PF2"], session, landscape.login, 7.0)
        assert deliver(target, Message({**CONTRACT, "NAME": value}, tuple(ORGANISATIONS))) == "created"
    system = EccSystem("alone")
    system.z_mm_icmcontract_upsert({**CONTRACT, "NAME": value}, ORGANISATIONS)
    assert landscape.admin("GET", "/systems/PF2/tables") == system.tables()
    system.close()


def test_character_outside_xml_is_refused_before_sending() -> None:
    with requests.Session() as session, pytest.raises(InterfaceError) as raised:
        SoapTarget("PF2", "http://127.0.0.1:9/", session, None, 7.0).z_mm_icmcontract_upsert({"NAME": "a\x00b"}, None)
    assert str(raised.value) == "D-36: the message holds a character that XML has no way to write"
    assert (raised.value.failure, raised.value.field) == (Failure.DATA, "")


@pytest.mark.parametrize(("organisations", "flags"), [([], 1), (["FR10"], 1), (None, 0)])
def test_empty_list_of_organisations_is_sent_to_clear_them(organisations: list[str] | None, flags: int) -> None:
    with requests.Session() as session, responses.RequestsMock() as ecc:
        ecc.post(SERVICE, body=RETURNED % REFUSED)
        SoapTarget("PF2", SERVICE, session, None, 7.0).z_mm_icmcontract_upsert(CONTRACT, organisations)
        sent = etree.fromstring(ecc.calls[0].request.body or b"")
    assert len(sent.findall(".//CONTRACTX/PURCHORG")) == flags
