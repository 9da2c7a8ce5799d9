"""The web service of a system, without a server: every status, header and byte of its responses."""

import gzip
import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple
from unittest.mock import patch

import anyio
import anyio.from_thread
import anyio.to_thread
import pytest
from lxml import etree
from starlette.types import Message

from harness.doubles.ecc_faults import fail_commit
from simulator.ecc.bapiret2 import Bapiret2
from simulator.ecc.http_app import EccOverHttp
from simulator.ecc.system import EccSystem
from simulator.http_support import problem

KNOWN = b"Basic Q1BJX0lDTTpsZXQgbWUgaW4="  # CPI_ICM:let me in
PROBLEM = {"content-type": "application/problem+json", "connection": "close"}
XML = {"content-type": "text/xml; charset=utf-8"}
REALM = {"www-authenticate": 'Basic realm="SAP NetWeaver Application Server [PF2]"'}

SOAP = "http://schemas.xmlsoap.org/soap/envelope/"
RFC = "urn:sap-com:document:sap:rfc:functions"
KEY = (
    "<TENANTID>a</TENANTID><CONTRACTTYPENAME>SUB</CONTRACTTYPENAME><SYSID>b</SYSID>"
    "<ICMAGREEMENTCODE>c</ICMAGREEMENTCODE>"
)


def call(contract: str, flags: str = "", organisations: str = "") -> bytes:
    """Write a call of the function module as CPI sends it."""
    return (
        f'<s:Envelope xmlns:s="{SOAP}"><s:Body><f:Z_MM_ICMCONTRACT_UPSERT xmlns:f="{RFC}"><CONTRACT>{contract}'
        f"</CONTRACT><CONTRACTX>{flags}</CONTRACTX><PURCHORG>{organisations}</PURCHORG></f:Z_MM_ICMCONTRACT_UPSERT>"
        "</s:Body></s:Envelope>"
    ).encode()


GONE: Message = {"type": "http.disconnect"}


class ClientRequest(NamedTuple):
    """A request of a client; by default, a call about an entry that does not exist."""

    method: str = "POST"
    query: bytes = b""
    headers: Mapping[bytes, bytes] = {}
    """Added to the credential and the content type, or replacing them."""

    parts: Sequence[bytes | Message | Exception] = (call(KEY),)
    """The parts of the body, or what happens instead of one."""


class ServerResponse(NamedTuple):
    status: int
    headers: dict[str, str]
    body: bytes


@pytest.fixture
def pf2() -> Iterator[EccSystem]:
    system = EccSystem("PF2")
    yield system
    system.close()


def send_request(system: EccSystem, request: ClientRequest) -> ServerResponse:
    """Send a request to a system; check that the whole request was read."""
    headers = {b"authorization": KNOWN, b"content-type": b"text/xml; charset=utf-8", **request.headers}
    scope = {
        "type": "http",
        "scheme": "http",
        "method": request.method,
        "raw_path": b"/PF2/sap",
        "query_string": request.query,
        "headers": [*headers.items()],
    }
    remaining = [*request.parts]
    sent: list[Message] = []

    async def receive() -> Message:
        part = remaining.pop(0)
        if isinstance(part, bytes):
            return {"type": "http.request", "body": part, "more_body": bool(remaining)}
        if isinstance(part, Exception):
            raise part
        return part

    async def send(message: Message) -> None:
        sent.append(message)

    anyio.run(EccOverHttp(system, "CPI_ICM", "let me in"), scope, receive, send)
    assert remaining == []
    start, *bodies = sent
    assert [message.get("more_body", False) for message in bodies] == [True] * (len(bodies) - 1) + [False]
    named = {name.decode(): value.decode() for name, value in start["headers"]}
    return ServerResponse(start["status"], named, b"".join(message["body"] for message in bodies))


def refused(system: EccSystem, request: ClientRequest, more: dict[str, str]) -> object:
    """Send a request that is refused, with `more` headers than usual. Return the body of the answer."""
    answer = send_request(system, request)
    assert answer.headers == {**PROBLEM, **more, "content-length": str(len(answer.body))}
    said = json.loads(answer.body)
    assert said["status"] == answer.status
    return said


UNAUTHORIZED = "name and password are missing or wrong"
NOT_BY_POST = "a message comes by POST"
TOO_LARGE = "the body has more than 1048576 bytes"
NO_SOAP = "the Content-Type of a SOAP 1.1 message is text/xml"
ALLOW = {"allow": "GET, HEAD, POST"}


@pytest.mark.parametrize(
    ("request_", "status", "more", "why"),
    [
        (ClientRequest(headers={b"authorization": b""}), 401, REALM, UNAUTHORIZED),
        (ClientRequest(headers={b"authorization": b"Basic"}), 401, REALM, UNAUTHORIZED),
        (ClientRequest(headers={b"authorization": b"Basic bm9ib2R5Om5vdGhpbmc="}), 401, REALM, UNAUTHORIZED),
        (ClientRequest(headers={b"authorization": b"Basic Og=="}), 401, REALM, UNAUTHORIZED),  # nobody, no password
        (ClientRequest(headers={b"authorization": KNOWN.replace(b"Basic", b"Bearer")}), 401, REALM, UNAUTHORIZED),
        (ClientRequest(headers={b"authorization": KNOWN.replace(b"=", b"")}), 401, REALM, UNAUTHORIZED),
        (ClientRequest(headers={b"authorization": KNOWN.replace(b"Q1", b"Q!1")}), 401, REALM, UNAUTHORIZED),
        (ClientRequest(headers={b"authorization": b""}, method="GET", query=b"wsdl"), 401, REALM, UNAUTHORIZED),
        (ClientRequest(method="GET"), 405, ALLOW, NOT_BY_POST),
        (ClientRequest(method="GET", query=b"wsdl=2"), 405, ALLOW, NOT_BY_POST),
        (ClientRequest(method="PUT"), 405, ALLOW, NOT_BY_POST),
        (ClientRequest(headers={b"content-type": b""}), 415, {}, NO_SOAP),
        (ClientRequest(headers={b"content-type": b"application/soap+xml"}), 415, {}, NO_SOAP),
        (ClientRequest(headers={b"content-type": b"application/json"}, parts=(b"{", b"}")), 415, {}, NO_SOAP),
        (ClientRequest(headers={b"content-length": b"1048577"}), 413, {}, TOO_LARGE),
        (ClientRequest(parts=[b" " * 1_000_000, b" " * 48_577, b" "]), 413, {}, TOO_LARGE),
        (ClientRequest(parts=[b"<", TimeoutError(), b">"]), 408, {}, "the body did not arrive in time"),
        (ClientRequest(parts=[b"<", GONE, GONE]), 400, {}, "the body did not arrive as a whole"),
    ],
)
def test_invalid_request_is_refused_with_status_and_reason(
    pf2: EccSystem, request_: ClientRequest, status: int, more: dict[str, str], why: str
) -> None:
    assert refused(pf2, request_, more) == problem(status, why)


def test_system_that_is_down_answers_503_to_everything(pf2: EccSystem) -> None:
    pf2.is_up = False
    for request in (
        ClientRequest(),
        ClientRequest(headers={b"authorization": b""}),
        ClientRequest(method="GET", query=b"wsdl"),
    ):
        assert refused(pf2, request, {}) == problem(503, "the system is down")


ENVELOPE = (
    "<?xml version='1.0' encoding='utf-8'?>\n"
    f'<soap-env:Envelope xmlns:soap-env="{SOAP}"><soap-env:Header/><soap-env:Body>%s</soap-env:Body>'
    "</soap-env:Envelope>"
)
RETURN = (
    f'<n0:Z_MM_ICMCONTRACT_UPSERTResponse xmlns:n0="{RFC}"><RETURN>%s</RETURN></n0:Z_MM_ICMCONTRACT_UPSERTResponse>'
)
FAULT = "<soap-env:Fault><faultcode>soap-env:%s</faultcode><faultstring>%s</faultstring></soap-env:Fault>"


def item(number: str, message: str, parameter: str, field: str, *values: str) -> str:
    """Read an error in RETURN, with every field of BAPIRET2."""
    first, second = values or ("", "")
    return (
        f"<item><TYPE>E</TYPE><ID>ZMM_ICM</ID><NUMBER>{number}</NUMBER><MESSAGE>{message}</MESSAGE><LOG_NO></LOG_NO>"
        f"<LOG_MSG_NO>000000</LOG_MSG_NO><MESSAGE_V1>{first}</MESSAGE_V1><MESSAGE_V2>{second}</MESSAGE_V2>"
        f"<MESSAGE_V3></MESSAGE_V3><MESSAGE_V4></MESSAGE_V4><PARAMETER>{parameter}</PARAMETER><ROW>0</ROW>"
        f"<FIELD>{field}</FIELD><SYSTEM>PF2</SYSTEM></item>"
    )


NO_ENTRY = item("010", "no entry for code c and System ID b", "", "", "c", "b")
NO_CODE = item("011", "a key field is mandatory", "CONTRACT", "ICMAGREEMENTCODE")
NO_ORGANISATION = item("011", "a key field is mandatory", "PURCHORG", "PURCHASINGORG")
ORGANISATIONS_SET = "<PURCHORG>X</PURCHORG>"


@pytest.mark.parametrize(
    ("message", "returned"),
    [
        (call(KEY), NO_ENTRY),
        (call(KEY, organisations="<item/>"), NO_ENTRY),
        (call(KEY, ORGANISATIONS_SET, "<item/>"), NO_ORGANISATION),
        (call(KEY, ORGANISATIONS_SET, "<item><PURCHASINGORG/></item>"), NO_ORGANISATION),
        (call(KEY.replace("c<", "<")), NO_CODE),
        (call(KEY.replace("c<", "<"), ORGANISATIONS_SET, "<item/>"), NO_CODE + NO_ORGANISATION),
    ],
)
def test_refusal_returns_complete_lines_of_bapiret2(pf2: EccSystem, message: bytes, returned: str) -> None:
    found = ENVELOPE % (RETURN % returned)
    assert send_request(pf2, ClientRequest(parts=[message])) == (
        200,
        {**XML, "content-length": str(len(found))},
        found.encode(),
    )


@pytest.mark.parametrize("query", [b"wsdl=1.1", b"WSDL=1.1&sap-client=100", b"sap-client=100&wsdl"])
def test_wsdl_is_answered_by_its_version_too(pf2: EccSystem, query: bytes) -> None:
    answer = send_request(pf2, ClientRequest(method="GET", query=query, parts=()))
    assert (answer.status, answer.headers["content-type"]) == (200, "text/xml; charset=utf-8")
    assert b"Z_MM_ICMCONTRACT_UPSERT" in answer.body


NO_GZIP = "the body is not packed by gzip, as its Content-Encoding says"


@pytest.mark.parametrize("coding", [b"gzip", b"x-gzip", b" GZIP ", b"identity"])
def test_packed_body_is_unpacked(pf2: EccSystem, coding: bytes) -> None:
    body = call(KEY) if coding == b"identity" else gzip.compress(call(KEY)[:50]) + gzip.compress(call(KEY)[50:])
    packed = ClientRequest(headers={b"content-encoding": coding}, parts=(body,))
    assert send_request(pf2, packed) == send_request(pf2, ClientRequest())


@pytest.mark.parametrize(
    ("body", "status", "why"),
    [
        (call(KEY), 400, NO_GZIP),
        (gzip.compress(call(KEY))[:-4], 400, NO_GZIP),
        (gzip.compress(call(KEY))[:20] + b"xxxx", 400, NO_GZIP),
        (gzip.compress(b" " * 1_048_577), 413, TOO_LARGE),
    ],
    ids=["not packed", "cut off", "spoilt", "too large"],  # gzip writes the time of day into what it packs
)
def test_packed_body_that_cannot_be_unpacked_is_refused(pf2: EccSystem, body: bytes, status: int, why: str) -> None:
    answer = send_request(pf2, ClientRequest(headers={b"content-encoding": b"gzip"}, parts=(body,)))
    assert (answer.status, json.loads(answer.body)) == (status, problem(status, why))
    assert "connection" not in answer.headers, "the request has been read to its end"


@pytest.mark.parametrize("coding", [b"br", b"deflate", b"gzip, gzip"])
def test_other_coding_is_refused_and_the_right_one_named(pf2: EccSystem, coding: bytes) -> None:
    request = ClientRequest(headers={b"content-encoding": coding})
    why = "of the content codings, gzip and identity are read"
    assert refused(pf2, request, {"accept-encoding": "gzip"}) == problem(415, why)


def test_message_is_accepted_at_the_wsdl_address(pf2: EccSystem) -> None:
    assert send_request(pf2, ClientRequest(query=b"wsdl")) == send_request(pf2, ClientRequest())


def test_fault_names_client_or_server(pf2: EccSystem) -> None:
    of_the_client = ENVELOPE % FAULT % ("Client", "the message is not well-formed XML")
    assert send_request(pf2, ClientRequest(parts=[b"hello"]))[::2] == (500, of_the_client.encode())
    of_the_server = ENVELOPE % FAULT % ("Server", "the database of PF2 failed (OperationalError)")
    with fail_commit(pf2):
        assert send_request(pf2, ClientRequest())[::2] == (500, of_the_server.encode())


@pytest.mark.parametrize(
    ("query", "headers", "location"),
    [
        (b"wsdl", {b"host": b"ecc.example:8443"}, "http://ecc.example:8443/PF2/sap"),
        (b"WSDL", {b"content-type": b""}, "http://localhost/PF2/sap"),
        (b"wsdl=", {b"host": b""}, "http://localhost/PF2/sap"),
        (b"sap-client=100&wsdl", {b"host": b"ecc.example"}, "http://ecc.example/PF2/sap?sap-client=100"),
        (b"WSDL&sap-client=100&sap-language=EN", {}, "http://localhost/PF2/sap?sap-client=100&sap-language=EN"),
        (b"wsdl", {b"host": b"ecc.example:443"}, "https://ecc.example/PF2/sap"),
        (b"wsdl", {b"host": b"ecc.example:80"}, "http://ecc.example/PF2/sap"),
        (b"wsdl", {b"host": b"ecc.example:443", b"x-forwarded-proto": b"https"}, "https://ecc.example/PF2/sap"),
        (
            b"wsdl",
            {b"host": b"10.0.0.1:8800", b"x-forwarded-proto": b"https", b"x-forwarded-host": b"ecc.example, proxy"},
            "https://ecc.example/PF2/sap",
        ),
        (
            b"wsdl",
            {
                b"host": b"10.0.0.1:8800",
                b"forwarded": b'for=10.0.0.9;proto=https;host="ecc.example:8443", for=10.0.0.2',
            },
            "https://ecc.example:8443/PF2/sap",
        ),
        (b"wsdl", {b"host": b"ecc.example", b"x-forwarded-proto": b"gopher"}, "http://ecc.example/PF2/sap"),
    ],
)
def test_wsdl_names_the_address_the_client_used(
    pf2: EccSystem, query: bytes, headers: Mapping[bytes, bytes], location: str
) -> None:
    found = send_request(pf2, ClientRequest("GET", query, headers, parts=()))
    assert (found.status, found.headers) == (200, {**XML, "content-length": str(len(found.body))})
    assert etree.fromstring(found.body).xpath("//@location") == [location]


def test_head_of_the_wsdl_has_the_headers_of_get(pf2: EccSystem) -> None:
    got = send_request(pf2, ClientRequest("GET", b"wsdl", parts=()))
    assert send_request(pf2, ClientRequest("HEAD", b"wsdl", parts=())) == got  # the server drops the body


def test_calls_use_their_own_threads(pf2: EccSystem) -> None:
    """Threads of others may wait for the system, which must not wait for them."""
    taken: list[float] = []
    upsert = pf2.z_mm_icmcontract_upsert

    def count_threads(*message: Any) -> list[Bapiret2]:
        limiter = anyio.from_thread.run_sync(anyio.to_thread.current_default_thread_limiter)
        taken.append(limiter.borrowed_tokens)
        return upsert(*message)

    with patch.object(pf2, "z_mm_icmcontract_upsert", count_threads):
        assert send_request(pf2, ClientRequest()).status == 200
    assert taken == [0]
