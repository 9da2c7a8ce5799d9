"""The channels of a flow: HTTP, SOAP and JMS, against a small server."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from harness.flow.adapters import Credential
from harness.flow.runtime import Configuration
from harness.server.uvicorn_server import listening_socket, run_in_thread
from harness.tests.flow.conftest import SmallFlow
from harness.tests.support.flow_files import ProcessFile

SOAP = "http://schemas.xmlsoap.org/soap/envelope/"


class Partner:
    """A system that remembers what it was sent, and answers as it is told."""

    def __init__(self) -> None:
        self.seen: list[tuple[str, str, str, str]] = []
        self.status = 200
        self.body = b"answer"
        self.token = 0
        self.base = ""

    async def call(self, request: Request) -> Response:
        authorisation = request.headers.get("authorization", "")
        body = (await request.body()).decode()
        self.seen.append((request.method, request.url.path + f"?{request.url.query}".rstrip("?"), authorisation, body))
        if request.url.path.startswith("/safe") and authorisation != f"Bearer token-{self.token}":
            return Response(status_code=401)
        return Response(self.body, self.status, {"X-Answer": "yes"})

    async def issue(self, request: Request) -> Response:
        assert request.headers["authorization"] == "Basic Y2xpZW50OnNlY3JldA=="
        self.token += 1
        return JSONResponse({"access_token": f"token-{self.token}"})


@pytest.fixture
def partner() -> Iterator[Partner]:
    found = Partner()
    methods = ["GET", "POST", "PUT"]
    app = Starlette(
        routes=[Route("/token", found.issue, methods=methods), Route("/{rest:path}", found.call, methods=methods)]
    )
    listening = listening_socket("127.0.0.1", 0)
    found.base = f"http://127.0.0.1:{listening.getsockname()[1]}"
    with run_in_thread(app, listening):
        yield found


def call(flow: SmallFlow, partner: Partner, path: str, **properties: str) -> str:
    """Add a request reply to a path of the partner."""
    step = flow.process.step("ExternalCall")
    address = {"httpAddressWithoutQuery": partner.base + path, **properties}
    flow.file.channel("HTTP", "Receiver", step, "HTTP_RCV_Partner", **address)
    flow.process.end()
    return step


def test_http_receiver_calls_by_expressions_and_takes_the_answer(flow: SmallFlow, partner: Partner) -> None:
    query = {"httpAddressQuery": "name=${header.X-Name}", "httpMethod": "PUT", "allowedResponseHeaders": "X-Answer"}
    call(flow, partner, "/${header.X-Name}/orders", **query)
    answer = flow.deploy().receive("/http/in", b"body", {"X-Name": "Ann"})
    assert (answer.status, answer.body) == (200, b"answer")
    assert partner.seen == [("PUT", "/Ann/orders?name=Ann", "", "body")]


def test_http_failure_names_channel_and_status_and_no_address(flow: SmallFlow, partner: Partner) -> None:
    partner.status = 503
    call(flow, partner, "/secret-id", httpMethod="GET")
    runtime = flow.deploy()
    assert runtime.receive("/http/in", b"", {}).status == 500
    assert runtime.log.runs()[0].error == "HTTP_RCV_Partner: HTTP operation failed with statusCode: 503"


def test_http_failure_is_an_answer_where_the_channel_says_so(flow: SmallFlow, partner: Partner) -> None:
    partner.status = 404
    call(flow, partner, "/a", throwExceptionOnFailure="false")
    assert flow.deploy().receive("/http/in", b"", {}).status == 404


def test_partner_that_does_not_answer_fails_the_message(flow: SmallFlow, partner: Partner) -> None:
    partner.base = "http://127.0.0.1:1"
    call(flow, partner, "/secret-id")
    runtime = flow.deploy()
    runtime.receive("/http/in", b"", {})
    assert runtime.log.runs()[0].error == "HTTP_RCV_Partner: could not be reached (ConnectionError)"


def test_basic_login_comes_from_the_security_material(flow: SmallFlow, partner: Partner) -> None:
    call(flow, partner, "/a", authenticationMethod="Basic", credentialName="LOGIN")
    runtime = flow.deploy(configuration=Configuration(credentials={"LOGIN": Credential("Ann", "secret")}))
    runtime.receive("/http/in", b"", {})
    assert partner.seen[0][2] == "Basic QW5uOnNlY3JldA=="


def test_missing_security_material_fails_the_message(flow: SmallFlow, partner: Partner) -> None:
    call(flow, partner, "/a", authenticationMethod="Basic", credentialName="LOGIN")
    runtime = flow.deploy()
    runtime.receive("/http/in", b"", {})
    assert runtime.log.runs()[0].error == "HTTP_RCV_Partner: there is no security material LOGIN"


def test_token_of_client_credentials_is_kept_and_renewed(flow: SmallFlow, partner: Partner) -> None:
    call(flow, partner, "/safe", authenticationMethod="OAuth2 Client Credentials", credentialName="CLIENT")
    client = Credential("client", "secret", f"{partner.base}/token")
    runtime = flow.deploy(configuration=Configuration(credentials={"CLIENT": client}))
    assert [runtime.receive("/http/in", b"", {}).status for _ in range(2)] == [200, 200]
    assert partner.token == 1
    partner.token = 7  # the one that the flow holds is withdrawn
    assert runtime.receive("/http/in", b"", {}).status == 200
    assert partner.token == 8


def soap(content: str) -> bytes:
    return f'<s:Envelope xmlns:s="{SOAP}"><s:Body>{content}</s:Body></s:Envelope>'.encode()


def test_soap_receiver_and_sender_carry_the_content_of_the_envelope(flow: SmallFlow, partner: Partner) -> None:
    partner.body = soap("<pong/>")
    process = ProcessFile(flow.file, "Soap")
    flow.file.channel("SOAP", "Sender", process.start(), address="/ping")
    flow.file.channel("SOAP", "Receiver", process.step("ExternalCall"), "SOAP_RCV_Partner", address=f"{partner.base}/s")
    process.end()
    process.close()
    flow.process.end()
    answer = flow.deploy().receive("/cxf/ping", soap("<ping/>"), {})
    assert answer.status == 200
    assert b"<pong" in answer.body
    assert f'<soap:Envelope xmlns:soap="{SOAP}"><soap:Body><ping' in partner.seen[0][3]


def test_soap_fault_fails_the_message(flow: SmallFlow, partner: Partner) -> None:
    partner.status, partner.body = (
        500,
        soap("<s:Fault><faultcode>s:Server</faultcode><faultstring>down</faultstring></s:Fault>"),
    )
    flow.file.channel(
        "SOAP", "Receiver", flow.process.step("ExternalCall"), "SOAP_RCV_Partner", address=f"{partner.base}/s"
    )
    flow.process.end()
    runtime = flow.deploy()
    runtime.receive("/http/in", b"<ping/>", {})
    assert runtime.log.runs()[0].error == "SOAP_RCV_Partner: SoapFault Server: down"


def queued(flow: SmallFlow, partner: Partner, **sender: str) -> None:
    """Let the flow put what comes into a queue, whose consumer calls the partner."""
    flow.file.channel("JMS", "Receiver", flow.process.step("Send"), QueueName_outbound="Orders")
    flow.process.end()
    consumer = ProcessFile(flow.file, "Consume")
    flow.file.channel("JMS", "Sender", consumer.start(), QueueName_inbound="Orders", **sender)
    step = consumer.step("ExternalCall")
    flow.file.channel("HTTP", "Receiver", step, "HTTP_RCV_Partner", httpAddressWithoutQuery=f"{partner.base}/a")
    consumer.end()
    consumer.close()


def test_queue_tries_again_by_its_intervals_until_it_is_delivered(flow: SmallFlow, partner: Partner) -> None:
    partner.status = 503
    queued(flow, partner, RetryInterval="1", ExponentialBackoff="1", MaxRetryInterval="3")
    runtime = flow.deploy()
    assert runtime.receive("/http/in", b"order", {}).status == 200
    assert (partner.seen, runtime.pending()) == ([], 1)
    waits = []
    for _ in range(4):
        runtime.work()
        due = runtime.next_due()
        assert due is not None
        waits.append(due - flow.clock.now)
        flow.clock.now = due
    assert waits == [timedelta(minutes=minutes) for minutes in (1, 2, 3, 3)]
    partner.status = 200
    runtime.work()
    run = runtime.log.runs()[1]
    assert (run.status, run.attempts, runtime.pending()) == ("COMPLETED", 5, 0)
    assert [body for *_, body in partner.seen] == ["order"] * 5


def test_message_whose_retries_are_used_up_is_parked_and_can_be_put_back(flow: SmallFlow, partner: Partner) -> None:
    partner.status = 503
    queued(flow, partner, RetryInterval="1", MaxRetries="1")
    runtime = flow.deploy()
    runtime.receive("/http/in", b"order", {})
    runtime.work()
    flow.clock.now += timedelta(minutes=1)
    runtime.work()
    assert runtime.next_due() is None
    (message,) = runtime.parked()
    assert message.run.status == "FAILED"
    partner.status = 200
    runtime.move_back(message)
    runtime.work()
    assert (message.run.status, runtime.parked()) == ("COMPLETED", [])


def stored(flow: SmallFlow, partner: Partner) -> None:
    """Let the flow put what comes into a data store, whose consumer calls the partner; and delete it on demand."""
    flow.process.step("DBstorage", "Keep", operation="put", storageName="Orders", messageId="${header.X-Name}")
    flow.process.end()
    consumer = ProcessFile(flow.file, "Consume")
    start = consumer.start()
    flow.file.channel("DataStoreConsumer", "Sender", start, storageName="Orders", RetryInterval="2")
    flow.file.channel(
        "HTTP", "Receiver", consumer.step("ExternalCall"), "HTTP_RCV", httpAddressWithoutQuery=f"{partner.base}/a"
    )
    consumer.end()
    consumer.close()
    deletion = ProcessFile(flow.file, "Delete")
    flow.file.channel("HTTPS", "Sender", deletion.start(), urlPath="/delete")
    deletion.step("DBstorage", "Drop", operation="delete", storageName="Orders", messageId="${header.X-Name}")
    deletion.end()
    deletion.close()


def test_data_store_sender_tries_again_until_the_entry_is_delivered(flow: SmallFlow, partner: Partner) -> None:
    partner.status = 503
    stored(flow, partner)
    runtime = flow.deploy()
    runtime.receive("/http/in", b"order", {"X-Name": "a"})
    runtime.work()
    assert runtime.next_due() == flow.clock.now + timedelta(minutes=2)
    partner.status = 200
    flow.clock.now += timedelta(minutes=2)
    runtime.work()
    assert (runtime.log.runs()[1].status, runtime.log.runs()[1].attempts) == ("COMPLETED", 2)
    assert runtime.stored() == "[[], [[], []]]", "nothing waits, and no script has written anything"


def test_entry_that_is_deleted_while_it_waits_is_never_delivered(flow: SmallFlow, partner: Partner) -> None:
    partner.status = 503
    stored(flow, partner)
    runtime = flow.deploy()
    runtime.receive("/http/in", b"order", {"X-Name": "a"})
    runtime.work()
    runtime.receive("/http/delete", b"", {"X-Name": "a"})
    assert (runtime.next_due(), runtime.log.runs()[1].status) == (None, "DISCARDED")
