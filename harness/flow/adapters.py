"""The receiver channels: calls over HTTP and SOAP, with the security material of the tenant."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from threading import Lock

import requests
from lxml import etree

from harness.flow.definition import Channel
from harness.flow.exchange import FlowExchange
from harness.flow.failure import FlowFailure
from harness.flow.simple import as_text, template
from harness.flow.xml import NotXml, read_xml
from simulator.cpi.oauth2 import TokenClient
from simulator.errors import InterfaceError
from simulator.http_support import AnswerTooLargeError, client_session, read_answer_body

MAX_ANSWER = 16 * 1024 * 1024
SOAP = "http://schemas.xmlsoap.org/soap/envelope/"
_DEFAULT_MILLISECONDS = "60000"


@dataclass(frozen=True)
class Credential:
    """One entry of the security material."""

    user: str = ""
    """Of user credentials; the id of an OAuth2 client."""

    password: str = ""
    """Its password or secret; or a bearer token, where there is neither user nor token URL."""

    token_url: str = ""
    """The token endpoint of OAuth2 client credentials."""


class ReceiverChannels:
    """Sends messages to other systems."""

    def __init__(self, credentials: Mapping[str, Credential]) -> None:
        """`credentials` are the security material, by alias."""
        self._credentials = credentials
        self._session = client_session()
        self._tokens: dict[str, TokenClient] = {}
        self._lock = Lock()

    def close(self) -> None:
        self._session.close()

    def http(self, channel: Channel, exchange: FlowExchange, *, takes_answer: bool) -> None:
        """Call over HTTP. Raises FlowFailure."""
        address = as_text(template(channel.get("httpAddressWithoutQuery"))(exchange))
        query = as_text(template(channel.get("httpAddressQuery"))(exchange))
        method = as_text(template(channel.get("httpMethod", "POST"))(exchange)).upper()
        body = None if method in ("GET", "HEAD", "DELETE") else exchange.body
        headers = _allowed(channel.get("allowedRequestHeaders"), exchange.headers)
        answer = self._send(
            channel,
            requests.Request(method, f"{address}?{query}" if query else address, headers, data=body),
            channel.get("authenticationMethod", "None"),
            channel.get("httpRequestTimeout", _DEFAULT_MILLISECONDS),
        )
        exchange.headers["CamelHttpResponseCode"] = answer.status
        if not 200 <= answer.status < 300 and channel.get("throwExceptionOnFailure", "true") == "true":
            exchange.headers.update(_allowed("Retry-After", answer.headers))
            raise FlowFailure(f"{channel.name}: HTTP operation failed with statusCode: {answer.status}")
        if takes_answer:
            exchange.body = answer.body
            exchange.headers.update(_allowed(channel.get("allowedResponseHeaders", "*"), answer.headers))

    def soap(self, channel: Channel, exchange: FlowExchange, *, takes_answer: bool) -> None:
        """Call a web service with the body as the content of a SOAP 1.1 envelope. Raises FlowFailure."""
        try:
            message = envelope(read_xml(exchange.body or b""))
        except NotXml as why:
            raise FlowFailure(f"{channel.name}: the body: {why}") from None
        address = as_text(template(channel.get("address"))(exchange))
        action = as_text(exchange.headers.get("SOAPAction"))
        headers = {"Content-Type": "text/xml; charset=utf-8", "SOAPAction": action or '""'}
        answer = self._send(
            channel,
            requests.Request("POST", address, headers, data=message),
            channel.get("authentication", "None"),
            channel.get("requestTimeout", _DEFAULT_MILLISECONDS),
        )
        exchange.headers["CamelHttpResponseCode"] = answer.status
        try:
            content = content_of(read_xml(answer.body))
        except NotXml:
            raise FlowFailure(f"{channel.name}: no SOAP came back, but statusCode: {answer.status}") from None
        if content is not None and content.tag == f"{{{SOAP}}}Fault":
            code = content.findtext("faultcode", "").rpartition(":")[2]
            raise FlowFailure(f"{channel.name}: SoapFault {code}: {content.findtext('faultstring', '')}")
        if takes_answer:
            exchange.body = b"" if content is None else etree.tostring(content)

    def _send(self, channel: Channel, request: requests.Request, login: str, milliseconds: str) -> "_Answer":
        alias = channel.get("credentialName")
        credential = self._credential(channel, alias) if login not in ("None", "none") else None
        is_bearer = credential is not None and not credential.user
        answer = self._try(channel, request, self._authorisation(channel, alias, credential), milliseconds)
        if answer.status == requests.codes.unauthorized and credential and credential.token_url and not is_bearer:
            token = _token_for(channel, self._token(alias, credential).renewed)
            answer = self._try(channel, request, f"Bearer {token}", milliseconds)
        return answer

    def _try(self, channel: Channel, request: requests.Request, authorisation: str, milliseconds: str) -> "_Answer":
        if authorisation:
            request.headers["Authorization"] = authorisation
        try:
            prepared = self._session.prepare_request(request)
            seconds = int(milliseconds) / 1000
            answer = self._session.send(prepared, timeout=seconds, allow_redirects=False, stream=True)
            return _Answer(answer.status_code, answer.headers, read_answer_body(answer, MAX_ANSWER))
        except AnswerTooLargeError as why:
            raise FlowFailure(f"{channel.name}: {why}") from None
        except (requests.RequestException, ValueError) as failure:  # its text would show the address, and so a value
            raise FlowFailure(f"{channel.name}: could not be reached ({type(failure).__name__})") from None

    def _credential(self, channel: Channel, alias: str) -> Credential:
        if alias not in self._credentials:
            raise FlowFailure(f"{channel.name}: there is no security material {alias or '(blank)'}")
        return self._credentials[alias]

    def _authorisation(self, channel: Channel, alias: str, credential: Credential | None) -> str:
        if credential is None:
            return ""
        if credential.token_url:
            return f"Bearer {_token_for(channel, self._token(alias, credential).current)}"
        if credential.user:
            basic = requests.auth._basic_auth_str(credential.user.encode(), credential.password.encode())  # noqa: SLF001
            return str(basic)
        return f"Bearer {credential.password}"

    def _token(self, alias: str, credential: Credential) -> TokenClient:
        with self._lock:
            if alias not in self._tokens:
                self._tokens[alias] = TokenClient(
                    self._session, credential.token_url, credential.user, credential.password
                )
            return self._tokens[alias]


@dataclass(frozen=True)
class _Answer:
    status: int
    headers: Mapping[str, str]
    body: bytes


def envelope(content: etree._Element) -> bytes:
    """Put a message into a SOAP 1.1 envelope."""
    root = etree.Element(f"{{{SOAP}}}Envelope", nsmap={"soap": SOAP})
    etree.SubElement(root, f"{{{SOAP}}}Body").append(content)
    return etree.tostring(root, xml_declaration=True, encoding="utf-8")


def content_of(root: etree._Element) -> etree._Element | None:
    """Return what a SOAP envelope holds. Raises NotXml for anything else."""
    body = root.find(f"{{{SOAP}}}Body")
    if root.tag != f"{{{SOAP}}}Envelope" or body is None:
        raise NotXml("it is no SOAP 1.1 envelope")
    return next((child for child in body if isinstance(child.tag, str)), None)


def _token_for(channel: Channel, ask: Callable[[], str]) -> str:
    """Get a token. Raises FlowFailure with the name of the channel."""
    try:
        return ask()
    except InterfaceError as error:
        raise FlowFailure(f"{channel.name}: {error.message}") from None


def _allowed(names: str, headers: Mapping[str, object]) -> dict[str, str]:
    """Pick the headers that a channel lets pass: those of the message itself never do."""
    allowed = {name.strip().lower() for name in re.split(r"[|,]", names)}
    own = ("camel", "sap", "content-length", "transfer-encoding", "connection", "content-encoding", "host")
    return {
        name: as_text(value)
        for name, value in headers.items()
        if ("*" in allowed or name.lower() in allowed) and not name.lower().startswith(own)
    }
