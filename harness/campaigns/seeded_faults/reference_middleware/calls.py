"""The calls to ICI and to the function module of an ECC system."""

import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Any
from urllib.parse import quote
from xml.etree import ElementTree as ET
from xml.sax.saxutils import escape

import requests

from harness.campaigns.seeded_faults.reference_middleware.event import Event, Refused
from harness.campaigns.seeded_faults.reference_middleware.values import Fields, members

SECONDS = 20
_FLAG = "icmconfidentialcontract"
KEY = ("TENANTID", "CONTRACTTYPENAME", "SYSID", "ICMAGREEMENTCODE")
FUNCTIONS = "urn:sap-com:document:sap:rfc:functions"


class IcertisClient:
    """The two REST calls (CALL-1, CALL-2)."""

    def __init__(self, url: str, token: str) -> None:
        """`url` is the base URL of the calls."""
        self._url = url
        self._session = requests.Session()
        self._session.trust_env = False
        self._session.headers["Authorization"] = f"Bearer {token}"

    def agreement(self, event: Event) -> Fields:
        data = self._data(_path(event))
        if isinstance(data, list) and len(data) == 1:
            data = data[0]
        if not isinstance(data, dict) or not data:
            raise Refused("CALL-1 Data")
        return data

    def masters(self, event: Event) -> list[Fields]:
        data = self._data(f"{_path(event)}/associatinginstances/ICMMasterAgreement")
        instances = data if isinstance(data, list) else [data]
        if not all(isinstance(one, dict | None) for one in instances):
            raise Refused("CALL-2 Data")
        return [one for one in instances if one]

    def _data(self, path: str) -> Any:
        """Return the data of an answer, with or without its envelope (D-31)."""
        try:
            answer = self._session.get(f"{self._url}{path}", timeout=SECONDS, allow_redirects=False)
        except requests.RequestException as failure:
            raise Refused(f"CALL {type(failure).__name__}") from None
        if answer.status_code != 200:
            raise Refused(f"CALL {answer.status_code}")
        try:
            body = json.loads(
                answer.content,
                object_pairs_hook=_unambiguous,
                parse_float=Decimal,
                parse_constant=_reject_constant,
            )
        except (ValueError, ArithmeticError):
            raise Refused("CALL: no JSON") from None
        envelope = [name for name in body if name.lower() == "data"] if isinstance(body, dict) else []
        content = body[envelope[0]] if envelope else body
        for one in content if isinstance(content, list) else [content]:
            inside = members([*one.values()] if isinstance(one, dict) else one)
            if any(name.strip().casefold() == _FLAG and str(said).strip().lower() != "false" for name, said in inside):
                raise Refused("D-71")
        return content


class EccClient:
    """`Z_MM_ICMCONTRACT_UPSERT` of one system."""

    encoding = "utf-8"

    def __init__(self, name: str, url: str, credential: tuple[str, str]) -> None:
        self.name = name
        self._url = url
        self._session = requests.Session()
        self._session.trust_env = False
        self._session.auth = credential

    def upsert(self, message: Mapping[str, str], organisations: list[str] | None) -> None:
        """Send a message. Raises Refused if the system does not accept it."""
        headers = {"Content-Type": "text/xml; charset=utf-8", "SOAPAction": '""'}
        body = _envelope(message, organisations).encode(self.encoding)
        try:
            answer = self._session.post(self._url, body, headers=headers, timeout=SECONDS)
            kinds = [one.text for one in ET.fromstring(answer.content).iter("TYPE")]  # noqa: S314 - of our own test system
        except (requests.RequestException, ET.ParseError) as failure:
            raise Refused(f"{self.name} {type(failure).__name__}") from None
        if not kinds or "E" in kinds:
            raise Refused(f"{self.name} refuses the message")

    def forward(self, fields: Fields) -> None:
        """Send fields of ICI as they came, which is no message; only a fault does this."""
        self._session.post(self._url, json=json.loads(json.dumps(fields, default=str)), timeout=SECONDS)


def _envelope(message: Mapping[str, str], organisations: list[str] | None) -> str:
    """Return a SOAP call: the fields with their values, and a flag for each field to set (D-06)."""
    flags = dict.fromkeys((name for name in message if name not in KEY), "X")
    table = ""
    if organisations is not None:
        flags["PURCHORG"] = "X"
        table = "".join(f"<item>{_element('PURCHASINGORG', one)}</item>" for one in organisations)
    return (
        '<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/"><soap:Body>'
        f'<f:Z_MM_ICMCONTRACT_UPSERT xmlns:f="{FUNCTIONS}">'
        f"<CONTRACT>{''.join(_element(name, value) for name, value in message.items())}</CONTRACT>"
        f"<CONTRACTX>{''.join(_element(name, value) for name, value in flags.items())}</CONTRACTX>"
        f"<PURCHORG>{table}</PURCHORG>"
        "</f:Z_MM_ICMCONTRACT_UPSERT></soap:Body></soap:Envelope>"
    )


def _element(name: str, value: str) -> str:
    return f"<{name}>{escape(value, {chr(13): '&#13;'})}</{name}>"


def _path(event: Event) -> str:
    return f"/v1/agreements/{event.contract_type}/{quote(event.sys_id, safe='')}"


def _unambiguous(pairs: list[tuple[str, Any]]) -> Fields:
    """Refuse a name that stands twice, also by case (D-71), but for the two locations of Incoterms (MAP-20)."""
    names = [name if name == "ICMIncotermslocation" else name.casefold() for name, _ in pairs]
    if len(set(names)) < len(names):
        raise Refused("D-71")
    return dict(pairs)


def _reject_constant(name: str) -> Any:
    raise ValueError(name)
