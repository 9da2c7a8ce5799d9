"""`$batch`: several requests in one, with changesets that are done as a whole or not at all."""

import re
from email import policy
from email.message import MIMEPart
from email.parser import BytesParser
from typing import NamedTuple
from uuid import uuid4

from simulator.scm.odata.errors import ODataError
from simulator.scm.odata.service import ODataAnswer, ODataRequest, ODataService, error_answer
from simulator.scm.system import ScmSystem

MAX_OPERATIONS = 5000
"""The most operations of one batch."""

_MULTIPART = "multipart/mixed"
_START = re.compile(rb"(?P<method>[A-Z]+) (?P<url>\S+) HTTP/1\.1\r?\n")
_REFERENCE = re.compile(r"^/?\$([\w.-]+)")


class _Part(NamedTuple):
    """A request, or a changeset of several."""

    requests: list[tuple[str, ODataRequest]]
    """Each with its Content-ID, or blank."""

    is_changeset: bool


class Batches:
    """Answer batches over a service."""

    def __init__(self, system: ScmSystem, service: ODataService) -> None:
        self._system = system
        self._service = service

    def answer(self, request: ODataRequest) -> ODataAnswer:
        """Answer a batch: 200 with an answer for each part, also where one failed; an error if it cannot be read."""
        try:
            parts = _read(request)
        except ODataError as error:
            return error_answer(error)
        return _multipart([self._answer_part(part, request.base) for part in parts], "batchresponse")

    def _answer_part(self, part: _Part, base: str) -> bytes:
        if not part.is_changeset:
            ((content_id, request),) = part.requests
            return _embedded(self._service.answer(request), content_id)
        try:
            answer = _multipart(self._run_changeset(part, base), "changesetresponse")
        except ODataError as error:
            return _embedded(error_answer(error), "")
        return f"Content-Type: {answer.headers['Content-Type']}\r\n\r\n".encode() + answer.body

    def _run_changeset(self, part: _Part, base: str) -> list[bytes]:
        places: dict[str, str] = {}
        answers = []
        with self._system.transaction() as db:
            for content_id, request in part.requests:
                if request.method == "GET":
                    raise ODataError(400, "a changeset has no GET")
                answer = self._service.run(db, _resolved(request, places))
                if content_id and "Location" in answer.headers:
                    places[content_id] = answer.headers["Location"].removeprefix(f"{base}/data")
                answers.append(_embedded(answer, content_id))
        return answers


def _resolved(request: ODataRequest, places: dict[str, str]) -> ODataRequest:
    """Put the place of a row that the changeset created before where the URL names it by its Content-ID."""
    reference = _REFERENCE.match(request.url)
    if reference is None:
        return request
    if reference[1] not in places:
        raise ODataError(400, "the URL names a Content-ID that did not create a record before")
    return request._replace(url=places[reference[1]] + request.url[reference.end() :])


def _read(batch: ODataRequest) -> list[_Part]:
    content_type = batch.headers.get("content-type", "")
    if not content_type.lower().startswith(_MULTIPART):
        raise ODataError(415, f"the Content-Type of a batch is {_MULTIPART}")
    message = _parse(f"Content-Type: {content_type}\r\n\r\n".encode("latin-1", "replace") + batch.body)
    if not message.is_multipart() or message.defects:
        raise ODataError(400, f"the batch cannot be read as {_MULTIPART}")
    parts = []
    for part in message.iter_parts():
        is_changeset = part.get_content_type() == _MULTIPART
        inner = list(part.iter_parts()) if is_changeset else [part]
        parts.append(_Part([_read_request(one, batch.base) for one in inner], is_changeset))
    if sum(len(part.requests) for part in parts) > MAX_OPERATIONS:
        raise ODataError(400, f"a batch has at most {MAX_OPERATIONS} operations")
    return parts


def _read_request(part: MIMEPart, base: str) -> tuple[str, ODataRequest]:
    """Read a request with its Content-ID."""
    if part.get_content_type() != "application/http":
        raise ODataError(400, "a part of a batch has the Content-Type application/http")
    content = _payload(part)
    start = _START.match(content)
    if start is None:
        raise ODataError(400, "a part of a batch starts with a request line")
    inner = _parse(content[start.end() :])
    headers = {name.lower(): str(value) for name, value in inner.items()}
    url = start["url"].decode("latin-1").removeprefix(base).removeprefix("/data")
    if not url.startswith(("/", "$")):
        url = f"/{url}"
    body = _payload(inner).strip(b"\r\n")
    content_id = str(part.get("Content-ID", ""))
    if not content_id.isascii():
        raise ODataError(400, "a Content-ID has a character that is not ASCII")
    return content_id, ODataRequest(start["method"].decode(), url, headers, body, base)


def _payload(part: MIMEPart) -> bytes:
    content = part.get_payload(decode=True)
    return content if isinstance(content, bytes) else b""


def _parse(content: bytes) -> MIMEPart:
    parsed = BytesParser(policy=policy.HTTP).parsebytes(content)
    if not isinstance(parsed, MIMEPart):
        raise TypeError(type(parsed))
    return parsed


def _embedded(answer: ODataAnswer, content_id: str) -> bytes:
    """Write an answer as a part of a batch."""
    head = "Content-Type: application/http\r\nContent-Transfer-Encoding: binary\r\n"
    if content_id:
        head += f"Content-ID: {content_id}\r\n"
    lines = "".join(f"{name}: {value}\r\n" for name, value in answer.headers.items())
    return f"{head}\r\nHTTP/1.1 {answer.status} \r\n{lines}\r\n".encode("latin-1") + answer.body


def _multipart(parts: list[bytes], name: str) -> ODataAnswer:
    boundary = f"{name}_{uuid4()}"
    content = b"".join(b"--%b\r\n%b\r\n" % (boundary.encode(), part) for part in parts)
    headers = {"Content-Type": f"multipart/mixed; boundary={boundary}", "OData-Version": "4.0"}
    return ODataAnswer(200, content + f"--{boundary}--\r\n".encode(), headers)
