"""The function module over SOAP 1.1, without a transport: bytes in, bytes out."""

import re
from collections.abc import Sequence
from threading import Lock
from typing import NamedTuple

from lxml import etree

from simulator.ecc.bapiret2 import Bapiret2
from simulator.ecc.system import EccSystem
from simulator.ecc.tables import KEY, ORGANISATION
from simulator.ecc.wsdl import BAPIRET2, FLAG_FIELDS, FUNCTION, NAMESPACE, SOAP_ACTION, wsdl
from simulator.errors import InterfaceError
from simulator.xml_support import parse

SOAP = "http://schemas.xmlsoap.org/soap/envelope/"
_ENCODING_STYLE = f"{{{SOAP}}}encodingStyle"
"""An attribute that may stand at any element (SOAP 1.1, 4.1.1), so no schema names it."""

_NEXT_ACTOR = "http://schemas.xmlsoap.org/soap/actor/next"
_SYSTEM_LENGTH = 10
"""The characters of SYSTEM in BAPIRET2."""

_XSD = "http://www.w3.org/2001/XMLSchema"


class SoapResponse(NamedTuple):
    """A SOAP response and its HTTP status."""

    status: int
    body: bytes


class _RefusedError(ValueError):
    """A message that SOAP answers with a specific fault code."""

    def __init__(self, code: str, why: str) -> None:
        super().__init__(why)
        self.code = code


class SoapFunction:
    """Z_MM_ICMCONTRACT_UPSERT of one system as a web service."""

    def __init__(self, system: EccSystem) -> None:
        self._system = system
        self._schema = _schema()
        self._validating = Lock()  # a schema holds the errors of the last validation

    def answer(self, message: bytes, content_type: bytes = b"", soap_action: bytes = b"") -> SoapResponse:
        """Answer a SOAP message. A blank `soap_action` leaves it to the body to say what is called.

        Refusals of the function module are returned in RETURN. An invalid message is answered with a fault of the
        client, a system that does not answer with a fault of the server. Faults show no values (SEC-2).
        """
        try:
            _check_soap_action(soap_action)
            fields, organisations = self.read(message, content_type)
        except _RefusedError as refused:
            return _fault(refused.code, str(refused))
        except ValueError as why:
            return _fault("Client", str(why))
        try:
            returned = self._system.z_mm_icmcontract_upsert(fields, organisations)
        except InterfaceError as error:
            return _fault("Server", error.message)
        return SoapResponse(200, _response(returned, self._system.name))

    def read(self, message: bytes, content_type: bytes = b"") -> tuple[dict[str, str], list[str] | None]:
        """Read fields and organisations from a message. Raises ValueError with the reason, without any value."""
        call = self._parse_call(message, content_type)
        contract, flags = call.find("CONTRACT"), call.find("CONTRACTX")
        set_flags = {flag.tag for flag in _children(flags) if flag.text == "X"}
        given = {field.tag: field.text or "" for field in _children(contract)}
        fields = {name: given.get(name, "") for name in (*KEY, *FLAG_FIELDS[:-1]) if name in KEY or name in set_flags}
        return fields, _organisations(call) if FLAG_FIELDS[-1] in set_flags else None

    def _parse_call(self, message: bytes, content_type: bytes) -> etree._Element:
        """Return the validated call in a message. Raises ValueError as `read` does."""
        envelope = parse(message, content_type)
        if envelope.tag != f"{{{SOAP}}}Envelope":
            code = "VersionMismatch" if etree.QName(envelope).localname == "Envelope" else "Client"
            raise _RefusedError(code, "the message is not a SOAP 1.1 envelope")
        if any(map(_is_mandatory, _children(envelope.find(f"{{{SOAP}}}Header")))):
            raise _RefusedError("MustUnderstand", "the message has a mandatory header, and no header is understood")
        body = envelope.find(f"{{{SOAP}}}Body")
        calls = _children(body)
        if len(calls) != 1 or calls[0].tag != f"{{{NAMESPACE}}}{FUNCTION}":
            raise ValueError(f"the body of the message is not exactly one call of {FUNCTION}")
        etree.strip_attributes(calls[0], _ENCODING_STYLE)
        with self._validating:
            if not self._schema.validate(calls[0]):
                raise ValueError(_error_location(self._schema.error_log))
        return calls[0]


def _check_soap_action(stated: bytes) -> None:
    """Raise ValueError for the action of another operation."""
    if stated.strip().strip(b'"') not in (b"", SOAP_ACTION.encode()):
        raise ValueError(f"the SOAPAction is not that of {FUNCTION}")


def _is_mandatory(block: etree._Element) -> bool:
    """Return True for a header that the receiver must understand; one for another actor only passes through."""
    must = (block.get(f"{{{SOAP}}}mustUnderstand") or "").strip() in ("1", "true")
    return must and (block.get(f"{{{SOAP}}}actor") or _NEXT_ACTOR) == _NEXT_ACTOR


def _schema() -> etree.XMLSchema:
    """Read the schema from the WSDL."""
    found = etree.fromstring(wsdl("").encode()).find(f".//{{{_XSD}}}schema")
    assert found is not None  # noqa: S101 - our own WSDL has it
    return etree.XMLSchema(found)


def _error_location(errors: etree._ListErrorLog) -> str:
    """Describe where the first error is; the message of lxml would show the value."""
    names = re.findall(r"(?:\w+:)?([A-Za-z]\w*)", errors[0].path)
    return f"the message breaks the schema at {'/'.join(names)[:100]}"


def _organisations(call: etree._Element) -> list[str]:
    return [item.findtext(ORGANISATION, "") for item in _children(call.find("PURCHORG"))]


def _children(parent: etree._Element | None) -> Sequence[etree._Element]:
    return () if parent is None else [child for child in parent if isinstance(child.tag, str)]


def _response(returned: Sequence[Bapiret2], system: str) -> bytes:
    response = etree.Element(f"{{{NAMESPACE}}}{FUNCTION}Response", nsmap={"n0": NAMESPACE})
    table = etree.SubElement(response, "RETURN")
    for line in returned:
        item = etree.SubElement(table, "item")
        for name, value in _bapiret2(line, system).items():
            etree.SubElement(item, name).text = value
    return _envelope(response)


def _bapiret2(line: Bapiret2, system: str) -> dict[str, str]:
    """Fill a line of the return table up to every field of SAP's structure."""
    parameter = {"": "", ORGANISATION: "PURCHORG"}.get(line.FIELD, "CONTRACT")
    filled = {"LOG_MSG_NO": "000000", "PARAMETER": parameter, "ROW": "0", "SYSTEM": system[:_SYSTEM_LENGTH]}
    return {name: filled.get(name, getattr(line, name, "")) for name in BAPIRET2}


def _fault(code: str, why: str) -> SoapResponse:
    fault = etree.Element(f"{{{SOAP}}}Fault")
    etree.SubElement(fault, "faultcode").text = f"soap-env:{code}"
    etree.SubElement(fault, "faultstring").text = why
    return SoapResponse(500, _envelope(fault))


def _envelope(content: etree._Element) -> bytes:
    envelope = etree.Element(f"{{{SOAP}}}Envelope", nsmap={"soap-env": SOAP})
    etree.SubElement(envelope, f"{{{SOAP}}}Header")
    etree.SubElement(envelope, f"{{{SOAP}}}Body").append(content)
    return etree.tostring(envelope, xml_declaration=True, encoding="utf-8")
