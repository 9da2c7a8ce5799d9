"""CPI's side of its calls to ICI: what it sends, and the words and rules of what no mock answers in a feature."""

import gzip
import json
import logging
import socket
from collections.abc import Callable
from threading import Thread

import pytest
import requests
import responses

from simulator.clock import utc_now
from simulator.cpi.event import Event
from simulator.cpi.ici_client import IciClient, agreement_in, masters_in, read_answer
from simulator.errors import Failure, InterfaceError
from simulator.http_support import client_session
from simulator.mapping.actions import ACTIONS

ICI = "https://ici.invalid"
SYS_ID = "44444444-0000-4000-8000-000000004001"
EVENT = Event(
    source="/icertis/syensqo-uat", contract_type="ICMStandaloneAgreement", sys_id=SYS_ID, action=ACTIONS["Executed"]
)
AGREEMENT = f"{ICI}/v1/agreements/ICMStandaloneAgreement/{SYS_ID}"


def client(session: requests.Session) -> IciClient:
    return IciClient(session, ICI, "1", "first", lambda: "second", answer_seconds=7.0, clock=utc_now)


def test_calls_carry_token_and_accept_json() -> None:
    with requests.Session() as session, responses.RequestsMock() as mocked:
        mocked.get(AGREEMENT, json={"Data": {"SysId": SYS_ID}})
        assert client(session).agreement(EVENT)["SysId"] == SYS_ID
        sent = mocked.calls[0].request
    shown_headers = {name: value for name, value in sent.headers.items() if name in ("Authorization", "Accept")}
    assert shown_headers == {"Authorization": "Bearer first", "Accept": "application/json"}
    assert sent.req_kwargs["timeout"] == (5.0, 7.0)  # type: ignore[attr-defined]


def test_lost_connection_after_a_new_token_names_the_rule_of_the_call() -> None:
    with requests.Session() as session, responses.RequestsMock() as mocked:
        mocked.get(AGREEMENT, status=401)
        mocked.get(AGREEMENT, body=requests.ReadTimeout("SECRET"))
        with pytest.raises(InterfaceError) as raised:
            client(session).agreement(EVENT)
        tokens = [call.request.headers["Authorization"] for call in mocked.calls]
    assert str(raised.value) == "CALL-1: ICI could not be reached (ReadTimeout)"
    assert tokens == ["Bearer first", "Bearer second"]


def test_answer_that_unpacks_without_end_is_not_read() -> None:
    packed = gzip.compress(b" " * 16 * 1024 * 1024 + b"{}")
    with requests.Session() as session, responses.RequestsMock() as mocked:
        mocked.get(AGREEMENT, body=packed, headers={"Content-Encoding": "gzip"})
        with pytest.raises(InterfaceError) as raised:
            client(session).agreement(EVENT)
    assert str(raised.value) == "CALL-1: the answer has more than 16777216 bytes"
    assert raised.value.failure is Failure.BROKEN_ANSWER


def test_redirection_of_ici_is_not_followed() -> None:
    with requests.Session() as session, responses.RequestsMock() as mocked:
        mocked.get(AGREEMENT, status=302, headers={"Location": "https://elsewhere.invalid/"})
        with pytest.raises(InterfaceError, match="CALL-1: ICI answered with HTTP status 302"):
            client(session).agreement(EVENT)


@pytest.mark.parametrize(
    "second",
    ["ICMConfidentialContract", "ICMConfidentialContract ", "icmconfidential\u200bContract"],
    ids=["same", "blank at its end", "unseen character"],
)
def test_second_flag_is_refused_however_it_is_spelt(second: str) -> None:
    answer = json.dumps({"Data": {"ICMConfidentialContract": False, "other": True}}).replace("other", second)
    with pytest.raises(InterfaceError, match="D-71 ICMConfidentialContract: a name stands more than once in an object"):
        read_answer(answer.encode())


@pytest.mark.parametrize("read", [agreement_in, masters_in])
@pytest.mark.parametrize("name", ["ICMConfidentialContract", "icmConfidentialContract "])
def test_flag_beside_the_content_of_an_answer_is_refused(read: Callable[[object], object], name: str) -> None:
    with pytest.raises(InterfaceError, match="D-71 ICMConfidentialContract: it stands beside the content"):
        read({name: True, "Data": {"ICMAgreementCode": "PST1", "ICMConfidentialContract": False}})


@pytest.mark.parametrize("inside", [False, "false", " FALSE "])
def test_flag_inside_of_an_answer_that_is_plainly_false_is_no_second_one(inside: object) -> None:
    held = {"ICMConfidentialContract": False, "Parent": [{"ICMConfidentialContract": inside}]}
    assert agreement_in({"Data": held})["ICMConfidentialContract"] is False


@pytest.mark.parametrize("inside", [True, None, 0, "", "no", {"DisplayValue": "false"}])
def test_flag_inside_of_an_answer_that_is_anything_else_is_refused(inside: object) -> None:
    held = {"ICMConfidentialContract": False, "Parent": [{"ICMConfidentialContract": inside}]}
    with pytest.raises(InterfaceError, match="D-71 ICMConfidentialContract: another one stands inside"):
        agreement_in({"Data": held})


def test_answer_without_an_agreement_breaks_call_1() -> None:
    with pytest.raises(InterfaceError) as raised:
        agreement_in({"Data": []})
    assert str(raised.value) == "CALL-1 Data: the answer holds no agreement, or more than one"


@pytest.mark.parametrize(
    ("stated", "seconds"),
    [
        ("9" * 400, 86_400.0),
        ("120 ", 120.0),
        ("\u0663", None),
        ("Mon, 05 Jan 9999 08:00:01 GMT", 86_400.0),
        ("Mon, 05 Jan 99999999999999999999 08:00:01 GMT", None),
        ("Mon, 05 Jan 2026 08:00:01 +99999999999999999", None),
        ("-5", None),
        ("1.5", None),
        ("", None),
    ],
)
def test_absurd_retry_after_is_a_day_or_nothing(stated: str, seconds: float | None) -> None:
    with requests.Session() as session, responses.RequestsMock() as mocked:
        mocked.get(AGREEMENT, status=503, headers={"Retry-After": stated})
        with pytest.raises(InterfaceError) as raised:
            client(session).agreement(EVENT)
    assert raised.value.retry_after == seconds


def test_listing_whose_paging_stands_elsewhere_is_read_to_its_end() -> None:
    first = {"Data": [{"SysId": "a"}], "Paging": {"HasMoreData": True}, "Messages": []}
    last = {"Data": [{"SysId": "b"}], "Paging": {"HasMoreData": False}, "Messages": []}
    with requests.Session() as session, responses.RequestsMock() as mocked:
        for page in (first, last):
            mocked.get(f"{ICI}/v1/agreements/ICMSubAgreement", json=page)
        listed = list(client(session).summaries("ICMSubAgreement"))
    assert listed == [{"SysId": "a"}, {"SysId": "b"}]


def test_listing_in_short_pages_is_read_to_its_end() -> None:
    pages = [[{"SysId": "a"}, {"SysId": "b"}], [{"SysId": "b"}, {"SysId": "c"}], []]
    with requests.Session() as session, responses.RequestsMock() as mocked:
        for number, page in enumerate(pages, 1):
            asked = responses.matchers.query_param_matcher({"pageNumber": number, "rowsPerPage": 100})
            mocked.get(f"{ICI}/v1/agreements/ICMSubAgreement", json={"Data": page}, match=[asked])
        listed = list(client(session).summaries("ICMSubAgreement"))
    assert listed == [{"SysId": "a"}, {"SysId": "b"}, {"SysId": "c"}]


def test_broken_header_of_an_answer_puts_no_system_id_into_the_log(caplog: pytest.LogCaptureFixture) -> None:
    def answer() -> None:
        connection, _ = server.accept()
        with connection:
            connection.recv(65536)
            connection.sendall(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nX-Broken\r\n header\r\n\r\n")

    caplog.set_level(logging.DEBUG)
    with socket.create_server(("127.0.0.1", 0)) as server, client_session() as session:
        thread = Thread(target=answer)
        thread.start()
        address = f"http://127.0.0.1:{server.getsockname()[1]}"
        ici = IciClient(session, address, "1", "token", lambda: "", answer_seconds=7.0, clock=utc_now)
        with pytest.raises(InterfaceError, match="404"):
            ici.agreement(EVENT)
        thread.join()
    assert SYS_ID not in caplog.text
