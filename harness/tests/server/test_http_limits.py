"""The server at the limits of HTTP: long connections, chunked bodies, slow clients, many clients, invalid requests."""

import json
import logging
import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from threading import Barrier
from typing import NamedTuple
from urllib.parse import urlsplit

import pytest
import requests

import simulator.http_support
from harness.server import uvicorn_server
from harness.tests.support.patience import PATIENCE
from harness.tests.support.server_fixture import Served, served
from simulator.http_support import problem

MANY = 64
AT_ONCE = pytest.mark.parametrize("clients", [12, pytest.param(MANY, marks=pytest.mark.whole_run)])
"""With every Python some clients at once, and once more than a server has threads for them."""

EVENT = json.dumps({"source": "/icertis/syensqo-uat", "ContractTypeName": "ICMBaselineAgreement"}).encode()


class RawAnswer(NamedTuple):
    status: int
    headers: dict[str, str]
    body: bytes


@contextmanager
def connected(landscape: Served) -> Iterator[socket.socket]:
    """Open a connection for a client that sends byte by byte."""
    to = urlsplit(landscape.base)
    with socket.create_connection((to.hostname or "", to.port or 0), timeout=PATIENCE) as client:
        yield client


def read(client: socket.socket) -> RawAnswer:
    """Read one complete answer."""
    received = b""
    while b"\r\n\r\n" not in received:
        more = client.recv(65536)
        assert more, f"the connection was closed after {received!r}"
        received += more
    head, _, body = received.partition(b"\r\n\r\n")
    first, *lines = head.decode().split("\r\n")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    while len(body) < int(headers.get("content-length", "0")):
        body += client.recv(65536)
    return RawAnswer(int(first.split()[1]), headers, body)


def posting(landscape: Served, head: str = "", body: bytes = EVENT) -> bytes:
    """Return the bytes of a request with an event; `head` replaces its Content-Length."""
    lines = [
        "POST /apim/icertis/events HTTP/1.1",
        "Host: localhost",
        f"apikey: {landscape.key['apikey']}",
        "Content-Type: application/json",
        head or f"Content-Length: {len(body)}",
    ]
    return "\r\n".join([*lines, "", ""]).encode() + body


def test_connection_serves_several_requests(landscape: Served) -> None:
    with connected(landscape) as client:
        for wrong in (b"", b"{"):
            client.sendall(posting(landscape))
            assert read(client).status == 202
            client.sendall(posting(landscape, body=wrong))
            assert read(client).status == 400
        client.sendall(b"GET /icertis/api/v1/agreements/ICMSubAgreement/x HTTP/1.1\r\nHost: x\r\n\r\n")
        assert read(client).status == 401


def test_pipelined_requests_are_answered_in_order(landscape: Served) -> None:
    with connected(landscape) as client:
        client.sendall(posting(landscape) + posting(landscape, body=b"{") + posting(landscape))
        received = b""
        while received.count(b"HTTP/1.1 ") < 3:
            received += client.recv(65536)
    statuses = [part[:3] for part in received.split(b"HTTP/1.1 ")[1:]]
    assert statuses == [b"202", b"400", b"202"]


def test_connection_close_is_honoured(landscape: Served) -> None:
    with connected(landscape) as client:
        client.sendall(posting(landscape, f"Content-Length: {len(EVENT)}\r\nConnection: close"))
        assert read(client).status == 202
        assert client.recv(1) == b""


def test_chunked_body_is_joined(landscape: Served) -> None:
    chunks = b"".join(b"%x\r\n%b\r\n" % (len(part), part) for part in (EVENT[:1], EVENT[1:7], EVENT[7:]))
    with connected(landscape) as client:
        for _ in range(2):  # the connection stays usable
            client.sendall(posting(landscape, "Transfer-Encoding: chunked", chunks + b"0\r\n\r\n"))
            assert read(client).status == 202
    assert len(landscape.admin("GET", "/messages")) == 2


def test_expect_continue_is_answered_with_100(landscape: Served) -> None:
    with connected(landscape) as client:
        client.sendall(posting(landscape, f"Content-Length: {len(EVENT)}\r\nExpect: 100-continue", b""))
        assert client.recv(100).startswith(b"HTTP/1.1 100 ")
        client.sendall(EVENT)
        assert read(client).status == 202


def test_expect_continue_is_refused_for_a_large_body(landscape: Served) -> None:
    refused = posting(landscape, "Content-Length: 300000\r\nExpect: 100-continue", b"")
    with connected(landscape) as client:
        client.sendall(refused)
        assert read(client).status == 413


def test_large_body_is_answered_with_413(landscape: Served) -> None:
    answer = landscape.client.post(
        landscape.site.urls["webhook"],
        b" " * 900_000,
        headers=landscape.key | {"Content-Type": "application/json"},
    )
    assert (answer.status_code, answer.headers["Connection"]) == (413, "close")


@pytest.mark.parametrize("size", [2_000_000, 20_000_000])
def test_very_large_body_is_answered_while_it_is_sent(landscape: Served, size: int) -> None:
    with connected(landscape) as client:
        client.sendall(posting(landscape, f"Content-Length: {size}", b" " * size))
        answer = read(client)
    assert (answer.status, answer.headers["connection"]) == (413, "close")


def test_half_closed_request_is_answered(landscape: Served) -> None:
    with connected(landscape) as client:
        client.sendall(posting(landscape) + posting(landscape, body=b"{"))
        client.shutdown(socket.SHUT_WR)
        received = b""
        while more := client.recv(65536):
            received += more
    assert [part[:3] for part in received.split(b"HTTP/1.1 ")[1:]] == [b"202", b"400"]
    assert len(landscape.admin("GET", "/messages")) == 1


def test_half_closed_request_without_its_end_is_dropped(landscape: Served) -> None:
    with connected(landscape) as client:
        client.sendall(posting(landscape)[:-5])
        client.shutdown(socket.SHUT_WR)
        assert client.recv(1) == b""
    assert landscape.admin("GET", "/messages") == []


def test_head_is_answered_like_get_without_a_body(landscape: Served) -> None:
    made = landscape.executed()
    agreement = f"{landscape.site.urls['icertis']}/v1/agreements/{made['type']}/{made['sys_id']}"
    wsdl = f"{landscape.site.urls['PF2']}?wsdl"
    for url, how in (
        (agreement, {"headers": landscape.bearer}),
        (wsdl, {"auth": landscape.login}),
        (f"{landscape.base}/__admin/messages", {"headers": landscape.operator}),
    ):
        got, asked = (landscape.client.request(method, url, **how) for method in ("GET", "HEAD"))
        assert (asked.status_code, asked.content) == (200, b"")
        assert [asked.headers[name] for name in ("Content-Length", "Content-Type")] == [
            got.headers[name] for name in ("Content-Length", "Content-Type")
        ]


def test_scheme_of_a_credential_has_no_case(landscape: Served) -> None:
    made = landscape.executed()
    url = f"{landscape.site.urls['icertis']}/v1/agreements/{made['type']}/{made['sys_id']}"
    token = landscape.bearer["Authorization"].removeprefix("Bearer ")
    for credential, status in (
        (f"bearer {token}", 200),
        (f"BEARER  {token}", 200),
        (f"Basic {token}", 401),
        (token, 401),
        ("Bearer", 401),
    ):
        assert landscape.client.get(url, headers={"Authorization": credential}).status_code == status


def test_slow_clients_do_not_block_others(landscape: Served) -> None:
    whole = posting(landscape)
    with ExitStack() as stack:
        slow = [stack.enter_context(connected(landscape)) for _ in range(MANY)]
        for number, client in enumerate(slow):
            client.sendall(whole[: len(whole) * number // MANY])
        assert landscape.client.get(f"{landscape.site.urls['PF2']}?wsdl", auth=landscape.login, timeout=PATIENCE).ok
        for number, client in enumerate(slow):
            client.sendall(whole[len(whole) * number // MANY :])
        assert {read(client).status for client in slow} == {202}
    assert len(landscape.admin("GET", "/messages")) == MANY


def test_endless_body_is_answered_with_408(landscape: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(simulator.http_support, "BODY_SECONDS", 0.05)
    monkeypatch.setattr(simulator.http_support, "_LINGER_SECONDS", 0.05)
    with connected(landscape) as client:
        client.sendall(posting(landscape, "Content-Length: 1000"))
        answer = read(client)
        assert (answer.status, json.loads(answer.body)) == (
            408,
            problem(408, "the body did not arrive in time", "D-32"),
        )
        assert client.recv(1) == b""


def test_endless_head_closes_the_connection(landscape: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    with connected(landscape) as second:
        second.sendall(posting(landscape))
        assert read(second).status == 202
        monkeypatch.setattr(uvicorn_server, "_HEAD_SECONDS", 0.05)
        with connected(landscape) as silent, connected(landscape) as halting:
            halting.sendall(b"POST /apim/icertis/events HTTP/1.1\r\nHost:")
            second.sendall(b"POST /apim")
            for client in (silent, halting, second):
                with suppress(ConnectionResetError):  # it was closed before it had sent anything
                    assert client.recv(1) == b""


def test_aborted_request_leaves_no_message(landscape: Served) -> None:
    for _ in range(8):
        with connected(landscape) as client:
            client.sendall(posting(landscape)[:-5])
    assert landscape.admin("GET", "/messages") == []


@pytest.mark.parametrize(
    "nonsense",
    [
        b"hello\r\n\r\n",
        b"GET / HTTP/1.1\r\n\r\n",
        b"POST /apim/icertis/events HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
        b"POST /apim/icertis/events HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
    ],
)
def test_invalid_http_is_answered_with_400(landscape: Served, nonsense: bytes) -> None:
    with connected(landscape) as client:
        client.sendall(nonsense)
        answer = read(client)
        assert answer.headers["content-type"] == "application/problem+json"
        assert json.loads(answer.body) == problem(400, "the request is no valid HTTP")
        while client.recv(100):
            pass  # what is left of the answer, until the server closes the connection


@AT_ONCE
def test_concurrent_clients_each_read_their_own_agreement(landscape: Served, clients: int) -> None:
    made = [landscape.admin("POST", "/agreements", {"type": "ICMSubAgreement", "seed": 1}) for _ in range(clients)]
    headers = {"IcmAuthToken": landscape.site.credentials.icm_auth_token}
    together = Barrier(clients)

    def own(agreement: dict[str, str]) -> list[bool]:
        url = f"{landscape.site.urls['icertis']}/v1/agreements/ICMSubAgreement/{agreement['sys_id']}"
        with requests.Session() as client:
            together.wait(PATIENCE)
            answers = [client.get(url, headers=headers, timeout=PATIENCE).json() for _ in range(5)]
        return [answer["Data"]["ICMAgreementCode"] == agreement["code"] for answer in answers]

    with ThreadPoolExecutor(clients) as pool:
        assert [read_own for one in pool.map(own, made) for read_own in one] == [True] * 5 * clients


@AT_ONCE
def test_concurrent_events_are_each_stored_once_and_delivered(landscape: Served, clients: int) -> None:
    made = [landscape.admin("POST", "/agreements", {"type": "ICMMasterAgreement", "seed": n}) for n in range(clients)]
    together = Barrier(clients)

    def send(agreement: dict[str, str]) -> str:
        fields = {"ContractTypeName": agreement["type"], "SysId": agreement["sys_id"], "ActionName": "Executed"}
        event = {"source": "/icertis/syensqo-uat", "data": fields}
        together.wait(PATIENCE)
        answer = requests.post(landscape.site.urls["webhook"], json=event, headers=landscape.key, timeout=PATIENCE)
        assert answer.status_code == 202
        guid: str = answer.json()["guid"]
        return guid

    with ThreadPoolExecutor(clients) as pool:
        guids = list(pool.map(send, made))
    landscape.admin("POST", "/work")
    messages = landscape.admin("GET", "/messages")
    assert sorted(message["guid"] for message in messages) == sorted(guids)
    assert {message["status"] for message in messages} == {"COMPLETED"}
    for system in ("PF2", "WP2"):
        held = landscape.admin("GET", f"/systems/{system}/tables")["ZMM_ICMCONTRACT"]
        assert {row["SYSID"] for row in held} == {agreement["sys_id"] for agreement in made}


@AT_ONCE
def test_concurrent_actions_do_not_deadlock(landscape: Served, clients: int) -> None:
    """Each action sends an event to the same server, which CPI calls in turn."""
    made = [landscape.admin("POST", "/agreements", {"type": "ICMMasterAgreement", "seed": n}) for n in range(clients)]

    def execute(agreement: dict[str, str]) -> int:
        url = f"{landscape.base}/__admin/agreements/{agreement['sys_id']}/execute"
        return requests.post(url, headers=landscape.operator, timeout=PATIENCE).status_code

    with ThreadPoolExecutor(clients) as pool:
        assert set(pool.map(execute, made)) == {200}
    assert landscape.admin("GET", "/events")["statuses"] == [202] * clients
    landscape.admin("POST", "/work")
    assert len(landscape.admin("GET", "/systems/PF2/tables")["ZMM_ICMCONTRACT"]) == clients


def test_no_request_is_logged_whatever_the_logging_is(landscape: Served, caplog: pytest.LogCaptureFixture) -> None:
    access = logging.getLogger("uvicorn.access")
    caplog.set_level(logging.DEBUG, access.name)
    access.addHandler(caplog.handler)
    try:
        with connected(landscape) as client:
            client.sendall(posting(landscape))
            assert read(client).status == 202
    finally:
        access.removeHandler(caplog.handler)
    assert [record for record in caplog.records if record.name == access.name] == []


def test_too_many_connections_are_answered_503_and_logged_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(uvicorn_server, "MAX_CONNECTIONS", 8)
    monkeypatch.setattr(uvicorn_server, "_told", float("-inf"))
    with served(tmp_path) as landscape, ExitStack() as stack:  # others leave connections open that count as well
        idle = [stack.enter_context(connected(landscape)) for _ in range(20)]
        refused = [read(client) for client in idle[8:]]
        assert {(answer.status, answer.headers["connection"]) for answer in refused} == {(503, "close")}
        why = "the server has too many connections; try again later"
        assert [json.loads(answer.body) for answer in refused] == [problem(503, why)] * 12
        assert [record.getMessage() for record in caplog.records if record.name == uvicorn_server.__name__] == [
            "more than 8 connections: others are answered 503"
        ]
        idle[0].sendall(posting(landscape))
        assert read(idle[0]).status == 202
