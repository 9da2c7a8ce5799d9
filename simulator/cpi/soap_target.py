"""Send messages to an ECC system over SOAP."""

import base64
from collections.abc import Mapping, Sequence
from functools import partial
from typing import NamedTuple

import requests
from lxml import etree

from simulator.clock import Clock, utc_now
from simulator.errors import Failure, InterfaceError
from simulator.http_support import AnswerTooLargeError, read_answer_body, retry_after, send_request
from simulator.xml_support import MAX_BYTES, parse

FUNCTION = "Z_MM_ICMCONTRACT_UPSERT"
NAMESPACE = "urn:sap-com:document:sap:rfc:functions"
SOAP = "http://schemas.xmlsoap.org/soap/envelope/"

KEY = ("TENANTID", "CONTRACTTYPENAME", "SYSID", "ICMAGREEMENTCODE")
CONNECT_SECONDS = 5.0

_MAX_FAULT_TEXT = 200

_FINAL_FAULTS = ("Client", "MustUnderstand", "VersionMismatch")
"""The codes of faults after which the same message would be refused again; a code may be followed by a finer one."""

_FAILURES = {
    401: Failure.UNAUTHORIZED,
    403: Failure.UNAUTHORIZED,
    404: Failure.NOT_FOUND,
    408: Failure.REQUEST_TIMEOUT,
    429: Failure.TOO_MANY_REQUESTS,
}


_LENGTHS = {"TYPE": 1, "ID": 20, "NUMBER": 3, "MESSAGE": 220, "FIELD": 30}
"""The lengths of BAPIRET2; the monitoring keeps what a system says."""


class SoapReturnLine(NamedTuple):
    """One line of RETURN."""

    TYPE: str
    ID: str
    NUMBER: str
    MESSAGE: str
    FIELD: str


class SoapTarget:
    """The function module of one system, called over SOAP."""

    def __init__(  # noqa: PLR0913 - what every call needs
        self,
        name: str,
        url: str,
        session: requests.Session,
        credential: tuple[str, str] | None,
        answer_seconds: float,
        *,
        clock: Clock = utc_now,
    ) -> None:
        """`credential` is user and password; `answer_seconds` how long to wait between two bytes of an answer."""
        self._copy = partial(SoapTarget, name, url, session, credential, clock=clock)
        self._clock = clock
        self.name = name
        self._url = url
        self._session = session
        self._headers = {
            "Content-Type": "text/xml; charset=utf-8",
            "SOAPAction": f'"{NAMESPACE}:{FUNCTION}:{FUNCTION}Request"',
        }
        if credential is not None:
            login = base64.b64encode(":".join(credential).encode()).decode()
            self._headers["Authorization"] = f"Basic {login}"
        self._timeout = (min(CONNECT_SECONDS, answer_seconds), answer_seconds)

    def within(self, seconds: float) -> "SoapTarget":
        """Return the same target with other `answer_seconds`."""
        return self._copy(seconds)

    def z_mm_icmcontract_upsert(
        self, contract: Mapping[str, str], organisations: Sequence[str] | None
    ) -> Sequence[SoapReturnLine]:
        """Call the function module. The table that it returns is never empty.

        Raises InterfaceError D-20 where the system does not answer, or not as it should. A fault of the client is
        final; after any other failure the call may succeed later.
        """
        try:
            message = _message(contract, organisations)
        except ValueError:
            raise InterfaceError("D-36", "", "the message holds a character that XML has no way to write") from None
        try:
            answer = send_request(self._session, "POST", self._url, self._headers, message, timeout=self._timeout)
            content = read_answer_body(answer, MAX_BYTES)
        except AnswerTooLargeError as too_large:
            raise InterfaceError("D-20", "", f"{self.name}: {too_large}", Failure.BROKEN_ANSWER) from None
        except requests.RequestException as failure:
            why = f"{self.name} could not be reached ({type(failure).__name__})"
            raise InterfaceError("D-20", "", why, Failure.SYSTEM_DOWN) from None
        return self._read(answer, content)

    def _read(self, answer: requests.Response, content: bytes) -> list[SoapReturnLine]:
        if answer.status_code not in (requests.codes.ok, requests.codes.server_error):
            raise self._refused(answer)
        try:
            content_type = answer.headers.get("Content-Type", "").encode("latin-1")
            body = parse(content, content_type).find(f"{{{SOAP}}}Body")
        except ValueError:
            body = None
        if body is not None and (fault := body.find(f"{{{SOAP}}}Fault")) is not None:
            raise self._fault(fault)
        if answer.status_code != requests.codes.ok:
            raise self._refused(answer)
        items = [] if body is None else body.findall(f"{{{NAMESPACE}}}{FUNCTION}Response/RETURN/item")
        if not items:
            raise InterfaceError("D-20", "", f"{self.name} answers without RETURN", Failure.BROKEN_ANSWER)
        return [_return_line(item) for item in items]

    def _refused(self, answer: requests.Response) -> InterfaceError:
        status = answer.status_code
        is_down = status >= requests.codes.server_error
        failure = Failure.SYSTEM_DOWN if is_down else _FAILURES.get(status, Failure.OTHER_STATUS)
        wait = retry_after(answer.headers, self._clock())
        return InterfaceError("D-20", "", self._why(status), failure, retry_after=wait)

    def _fault(self, fault: etree._Element) -> InterfaceError:
        code = fault.findtext("faultcode", "").rpartition(":")[2]
        said = " ".join(fault.findtext("faultstring", "").split())[:_MAX_FAULT_TEXT]
        if code.partition(".")[0] in _FINAL_FAULTS:
            return InterfaceError("D-20", "", f"{self.name} does not take the message: {said}", Failure.REFUSED)
        return InterfaceError("D-20", "", said or f"{self.name} failed", Failure.SYSTEM_DOWN)

    def _why(self, status: int) -> str:
        if status == requests.codes.service_unavailable:
            return f"{self.name} does not answer"
        return f"{self.name} answered with HTTP status {status}"


def _return_line(item: etree._Element) -> SoapReturnLine:
    return SoapReturnLine(**{name: item.findtext(name, "")[:length] for name, length in _LENGTHS.items()})


def _message(contract: Mapping[str, str], organisations: Sequence[str] | None) -> bytes:
    """Write the call as XML: fields in `contract` are set, all others stay as they are (D-06)."""
    call = etree.Element(f"{{{NAMESPACE}}}{FUNCTION}", nsmap={"n0": NAMESPACE})
    fields, flags = etree.SubElement(call, "CONTRACT"), etree.SubElement(call, "CONTRACTX")
    for name, value in contract.items():
        etree.SubElement(fields, name).text = value
        if name not in KEY:
            etree.SubElement(flags, name).text = "X"
    if organisations is not None:
        etree.SubElement(flags, "PURCHORG").text = "X"
        table = etree.SubElement(call, "PURCHORG")
        for organisation in organisations:
            etree.SubElement(etree.SubElement(table, "item"), "PURCHASINGORG").text = organisation
    envelope = etree.Element(f"{{{SOAP}}}Envelope", nsmap={"soap-env": SOAP})
    etree.SubElement(envelope, f"{{{SOAP}}}Body").append(call)
    return etree.tostring(envelope, xml_declaration=True, encoding="utf-8")
