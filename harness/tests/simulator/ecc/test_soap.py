"""The function module over SOAP: called by zeep, which knows only the WSDL, and with invalid messages."""

from typing import Any

import pytest
import requests
import zeep
from lxml import etree
from requests.auth import HTTPBasicAuth
from zeep.transports import Transport

from harness.campaigns.benchmarks.contracts import entry
from harness.files import FIXTURES
from harness.tests.support.patience import PATIENCE
from harness.tests.support.server_fixture import Served
from simulator.ecc.wsdl import wsdl

CONTRACT, ORGANISATIONS = entry(1)
KEY = ("TENANTID", "CONTRACTTYPENAME", "SYSID", "ICMAGREEMENTCODE")
FLAGS = {name: "X" for name in CONTRACT if name not in KEY} | {"PURCHORG": "X"}
WRITTEN = {"001": "Entry created", "002": "Entry changed", "003": "Entry is up to date already"}


@pytest.fixture(scope="module")
def client(served_once: Served) -> zeep.Client:
    session = requests.Session()
    session.auth = HTTPBasicAuth(*served_once.login)
    transport = Transport(session=session)  # type: ignore[no-untyped-call]
    return zeep.Client(f"{served_once.site.urls['PF2']}?wsdl", transport=transport)  # type: ignore[no-untyped-call]


def call_function(
    client: zeep.Client, fields: dict[str, str], flags: dict[str, str], organisations: list[str]
) -> list[Any]:
    """Call the function module by zeep. Return TYPE, NUMBER, MESSAGE and FIELD of each line of RETURN."""
    items = {"item": [{"PURCHASINGORG": one} for one in organisations]}
    returned = client.service.Z_MM_ICMCONTRACT_UPSERT(CONTRACT=fields, CONTRACTX=flags, PURCHORG=items)
    return [(line.TYPE, line.NUMBER, line.MESSAGE, line.FIELD or "") for line in returned]


def tables(landscape: Served, system: str = "PF2") -> Any:
    return landscape.admin("GET", f"/systems/{system}/tables")


def test_independent_client_writes_from_the_wsdl_alone(client: zeep.Client, landscape: Served) -> None:
    for number in ("001", "003"):
        returned = call_function(client, dict(CONTRACT), FLAGS, list(ORGANISATIONS))
        assert returned == [("S", number, WRITTEN[number], "")]
    held = tables(landscape)
    assert held["ZMM_ICMCONTRACT"] == [dict(CONTRACT)]
    assert [row["PURCHASINGORG"] for row in held["ZMM_ICMPURCHORG"]] == sorted(ORGANISATIONS)
    assert tables(landscape, "WP2")["ZMM_ICMCONTRACT"] == []


def test_unflagged_field_stays_and_flagged_absent_field_is_cleared(client: zeep.Client, landscape: Served) -> None:
    call_function(client, dict(CONTRACT), FLAGS, list(ORGANISATIONS))
    key = {name: CONTRACT[name] for name in KEY}
    returned = call_function(
        client, key | {"NAME": "Not flagged", "ICMCURRENCY": "JPY"}, {"ICMCURRENCY": "X", "ICMORGTEAM": "X"}, []
    )
    assert returned == [("S", "002", WRITTEN["002"], "")]
    held = tables(landscape)
    assert held["ZMM_ICMCONTRACT"] == [dict(CONTRACT) | {"ICMCURRENCY": "JPY", "ICMORGTEAM": ""}]
    assert len(held["ZMM_ICMPURCHORG"]) == len(ORGANISATIONS)


def test_flagged_empty_organisations_are_deleted(client: zeep.Client, landscape: Served) -> None:
    call_function(client, dict(CONTRACT), FLAGS, list(ORGANISATIONS))
    key = {name: CONTRACT[name] for name in KEY}
    assert call_function(client, key, {"PURCHORG": "X"}, [])[0][1] == "002"
    assert tables(landscape)["ZMM_ICMPURCHORG"] == []


def test_refusal_is_returned_and_nothing_is_written(client: zeep.Client, landscape: Served) -> None:
    returned = call_function(client, dict(CONTRACT) | {"NAME": "x" * 101, "SYSID": ""}, FLAGS, ["FR100"])
    assert returned == [
        ("E", "012", "101 characters, at most 100 fit", "NAME"),
        ("E", "011", "a key field is mandatory", "SYSID"),
        ("E", "012", "5 characters, at most 4 fit", "PURCHASINGORG"),
    ]
    assert tables(landscape)["ZMM_ICMCONTRACT"] == []


def test_served_wsdl_equals_the_contract_file() -> None:
    expected = (FIXTURES / "contracts" / "z_mm_icmcontract_upsert.wsdl").read_text(encoding="utf-8")
    assert expected == wsdl("https://ecc.invalid/sap/bc/srt/rfc/sap/z_mm_icmcontract_upsert"), (
        "after an intended change: python -m simulator.ecc.wsdl > fixtures/contracts/z_mm_icmcontract_upsert.wsdl"
    )


SOAP = "http://schemas.xmlsoap.org/soap/envelope/"
RFC = "urn:sap-com:document:sap:rfc:functions"
CALL = f'<f:Z_MM_ICMCONTRACT_UPSERT xmlns:f="{RFC}"><CONTRACT/><CONTRACTX/></f:Z_MM_ICMCONTRACT_UPSERT>'


def envelope(content: str, head: str = "", before: str = "") -> bytes:
    return f'{before}<s:Envelope xmlns:s="{SOAP}">{head}<s:Body>{content}</s:Body></s:Envelope>'.encode()


XSI = 'xmlns:t="http://www.w3.org/2001/XMLSchema-instance" xmlns:d="http://www.w3.org/2001/XMLSchema"'
LAUGHS = "".join(f'<!ENTITY l{number} "{f"&l{number - 1};" * 10 if number else "zqxlaugh"}">' for number in range(10))
NO_TYPE = "the message has a document type, which SOAP does not allow"
BROKEN = {
    "no XML": (b"hello", "the message is not well-formed XML"),
    "nothing": (b"", "the message is not well-formed XML"),
    "XML that is cut off": (envelope(CALL)[:-5], "the message is not well-formed XML"),
    "billion laughs": (envelope(CALL + "&l9;", before=f"<!DOCTYPE x [{LAUGHS}]>"), NO_TYPE),
    "laughs in an attribute": (envelope(f'<a b="{"&l9;"}"/>', before=f"<!DOCTYPE x [{LAUGHS}]>"), NO_TYPE),
    "a file": (envelope("&f;", before='<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]>'), NO_TYPE),
    "another host": (envelope(CALL, before='<!DOCTYPE x SYSTEM "http://127.0.0.1:9/x.dtd">'), NO_TYPE),
    "a type in UTF-16": ('<?xml version="1.0" encoding="utf-16"?><!DOCTYPE x><x/>'.encode("utf-16"), NO_TYPE),
    "an entity of nobody": (envelope("&zqx;"), "the message is not well-formed XML"),
    "great depth": (envelope("<a>" * 100_000), "the message is nested deeper than 32 elements"),
    "50,000 attributes": (
        envelope("<a" + "".join(f" a{number}='zqxvalue'" for number in range(50_000)) + "/>"),
        "an element of the message has more than 32 attributes",
    ),
    "50,000 namespaces": (
        envelope("<a" + "".join(f" xmlns:a{number}='u'" for number in range(50_000)) + "/>"),
        "an element of the message has more than 32 attributes",
    ),
    "50,000 wrong rows": (
        envelope(CALL.replace("<CONTRACTX/>", f"<CONTRACTX/><PURCHORG>{'<item><a/></item>' * 50_000}</PURCHORG>")),
        "the message has more than 10000 elements",
    ),
    "endless names": (
        envelope("".join(f"<a{number}/>" for number in range(600))),
        "the message has more than 500 different names",
    ),
    "a long name": (envelope(f"<a{'b' * 200}/>"), "a name in the message has more than 200 characters"),
    "no envelope": (CALL.encode(), "the message is not a SOAP 1.1 envelope"),
    "an empty body": (
        envelope(""),
        "the body of the message is not exactly one call of Z_MM_ICMCONTRACT_UPSERT",
    ),
    "another function": (
        envelope(CALL.replace("UPSERT", "DELETE")),
        "the body of the message is not exactly one call of Z_MM_ICMCONTRACT_UPSERT",
    ),
    "two calls": (
        envelope(CALL * 2),
        "the body of the message is not exactly one call of Z_MM_ICMCONTRACT_UPSERT",
    ),
    "a declared type that is another": (
        envelope(CALL.replace("<CONTRACT/>", f"<CONTRACT><NAME {XSI} t:type='d:int'>zqxvalue</NAME></CONTRACT>")),
        "the message breaks the schema at Z_MM_ICMCONTRACT_UPSERT/CONTRACT/NAME",
    ),
    "an unknown field": (
        envelope(CALL.replace("<CONTRACT/>", "<CONTRACT><ZQXFIELD>zqxvalue</ZQXFIELD></CONTRACT>")),
        "the message breaks the schema at Z_MM_ICMCONTRACT_UPSERT/CONTRACT/ZQXFIELD",
    ),
    "a field with an endless name": (
        envelope(CALL.replace("<CONTRACT/>", f"<CONTRACT><aField{'d' * 90}/></CONTRACT>")),
        f"the message breaks the schema at Z_MM_ICMCONTRACT_UPSERT/CONTRACT/aField{'d' * 61}",
    ),
    "a flag that is none": (
        envelope(CALL.replace("<CONTRACTX/>", "<CONTRACTX><NAME>zqxvalue</NAME></CONTRACTX>")),
        "the message breaks the schema at Z_MM_ICMCONTRACT_UPSERT/CONTRACTX/NAME",
    ),
}
XML = {"Content-Type": "text/xml; charset=utf-8"}


@pytest.mark.parametrize("case", BROKEN)
def test_invalid_message_is_a_client_fault(landscape: Served, case: str) -> None:
    message, why = BROKEN[case]
    url, login = landscape.site.urls["PF2"], landscape.login
    found = landscape.client.post(url, message, headers=XML, auth=login, timeout=PATIENCE)
    assert (found.status_code, found.headers["Content-Type"]) == (500, "text/xml; charset=utf-8")
    fault = etree.fromstring(found.content).find(f".//{{{SOAP}}}Fault")
    assert fault is not None
    assert [fault.findtext(name) for name in ("faultcode", "faultstring")] == ["soap-env:Client", why]
    assert "zqxvalue" not in found.text
    assert tables(landscape)["ZMM_ICMCONTRACT"] == []


NO_HEADER = "the message has a mandatory header, and no header is understood"
NEXT = "http://schemas.xmlsoap.org/soap/actor/next"


@pytest.mark.parametrize(
    ("message", "code", "why"),
    [
        (envelope(CALL, head='<s:Header><a s:mustUnderstand="1"/></s:Header>'), "MustUnderstand", NO_HEADER),
        (envelope(CALL, head='<s:Header><a s:mustUnderstand="true"/></s:Header>'), "MustUnderstand", NO_HEADER),
        (
            envelope(CALL, head=f'<s:Header><a s:mustUnderstand="1" s:actor="{NEXT}"/></s:Header>'),
            "MustUnderstand",
            NO_HEADER,
        ),
        (
            envelope(CALL).replace(SOAP.encode(), b"http://www.w3.org/2003/05/soap-envelope"),
            "VersionMismatch",
            "the message is not a SOAP 1.1 envelope",
        ),
    ],
)
def test_fault_has_the_code_that_soap_provides(landscape: Served, message: bytes, code: str, why: str) -> None:
    found = landscape.client.post(
        landscape.site.urls["PF2"], message, headers=XML, auth=landscape.login, timeout=PATIENCE
    )
    fault = etree.fromstring(found.content).find(f".//{{{SOAP}}}Fault")
    assert fault is not None
    assert [fault.findtext(name) for name in ("faultcode", "faultstring")] == [f"soap-env:{code}", why]


FIELDS = (
    "<TENANTID>/icertis/syensqo-uat</TENANTID><CONTRACTTYPENAME>STA</CONTRACTTYPENAME><SYSID>s</SYSID>"
    "<ICMAGREEMENTCODE>PST1</ICMAGREEMENTCODE>"
)
NAMED = CALL.replace("<CONTRACT/>", f"<CONTRACT>{FIELDS}<NAME>Zoë</NAME></CONTRACT>").replace(
    "<CONTRACTX/>", f"<CONTRACTX>{''.join(f'<{name}>X</{name}>' for name in FLAGS)}</CONTRACTX>"
)
TYPED = NAMED.replace("<NAME>Z", '<NAME t:type="d:string">Z').replace("<CONTRACT>", f"<CONTRACT {XSI}>")
ACTION = f"{RFC}:Z_MM_ICMCONTRACT_UPSERT:Z_MM_ICMCONTRACT_UPSERTRequest"
ENCODED = 's:encodingStyle="http://schemas.xmlsoap.org/soap/encoding/"'
DECLARED = '<?xml version="1.0" encoding="%s"?>'


@pytest.mark.parametrize(
    ("message", "headers"),
    [
        (envelope(NAMED), {}),
        (envelope(TYPED), {}),
        (envelope(TYPED).replace(f" {XSI}".encode(), b"").replace(b"<s:Envelope", f"<s:Envelope {XSI}".encode()), {}),
        (envelope(TYPED.replace("<NAME", f"<NAME {ENCODED}").replace("<CONTRACTX", f"<CONTRACTX {ENCODED}")), {}),
        (envelope(NAMED, head=f'<s:Header><a s:mustUnderstand="1" s:actor="{RFC}"/></s:Header>'), {}),
        (envelope(NAMED), {"Content-Type": "text/xml"}),
        (envelope(NAMED).decode().encode("latin-1"), {"Content-Type": "text/xml; charset=ISO-8859-1"}),
        (envelope(NAMED).decode().encode("utf-16"), {"Content-Type": "text/xml; charset=utf-16"}),
        (envelope(NAMED).decode().encode("cp1252"), {"Content-Type": 'text/xml;charset="windows-1252"'}),
        (envelope(NAMED, before=DECLARED % "ISO-8859-1"), {"Content-Type": "text/xml; charset=utf-8"}),
        ((DECLARED % "ISO-8859-1").encode() + envelope(NAMED).decode().encode("latin-1"), {"Content-Type": "text/xml"}),
        (b"\xef\xbb\xbf" + envelope(NAMED), {"Content-Type": "text/xml; charset=iso-8859-1"}),
        (envelope(NAMED), {"SOAPAction": f'"{ACTION}"'}),
        (envelope(NAMED), {"SOAPAction": ACTION}),
        (envelope(NAMED), {"SOAPAction": '""'}),
    ],
)
def test_valid_message_is_taken_however_it_is_written(
    landscape: Served, message: bytes, headers: dict[str, str]
) -> None:
    url = landscape.site.urls["PF2"]
    found = landscape.client.post(url, message, headers={**XML, **headers}, auth=landscape.login, timeout=PATIENCE)
    assert etree.fromstring(found.content).findtext(".//MESSAGE") == "Entry created"
    assert [row["NAME"] for row in tables(landscape)["ZMM_ICMCONTRACT"]] == ["Zoë"]


@pytest.mark.parametrize(
    ("headers", "why"),
    [
        ({"SOAPAction": '"urn:another"'}, "the SOAPAction is not that of Z_MM_ICMCONTRACT_UPSERT"),
        ({"Content-Type": "text/xml; charset=us-ascii"}, "the message is not in the charset of its Content-Type"),
        ({"Content-Type": "text/xml; charset=punycode"}, "the charset of the Content-Type is not known"),
        ({"Content-Type": "text/xml; charset=zqx"}, "the charset of the Content-Type is not known"),
    ],
)
def test_header_that_contradicts_the_message_is_a_client_fault(
    landscape: Served, headers: dict[str, str], why: str
) -> None:
    url = landscape.site.urls["PF2"]
    found = landscape.client.post(
        url, envelope(NAMED), headers={**XML, **headers}, auth=landscape.login, timeout=PATIENCE
    )
    fault = etree.fromstring(found.content).find(f".//{{{SOAP}}}Fault")
    assert fault is not None
    assert [fault.findtext(name) for name in ("faultcode", "faultstring")] == ["soap-env:Client", why]
    assert tables(landscape)["ZMM_ICMCONTRACT"] == []
