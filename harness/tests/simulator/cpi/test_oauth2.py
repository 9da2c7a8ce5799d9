"""The token that CPI shows to ICI: how it is asked for, how long it is kept, and what becomes of every bad answer."""

import base64
from collections.abc import Iterator

import pytest
import requests
import responses

from simulator.cpi.oauth2 import TokenClient
from simulator.errors import Failure, InterfaceError

URL = "https://ici.invalid/oauth2/token"
NONE_GIVEN = ("access_token", "ICI's token endpoint gives none", Failure.BROKEN_ANSWER)

NO_HEADER_VALUE = ("access_token", "it cannot stand in a header", Failure.BROKEN_ANSWER)


@pytest.fixture
def endpoint() -> Iterator[responses.RequestsMock]:
    with responses.RequestsMock() as mocked:
        yield mocked


@pytest.fixture
def client() -> Iterator[TokenClient]:
    with requests.Session() as session:
        yield TokenClient(session, URL, "cpi", "secret")


def test_token_is_requested_once_by_client_credentials(endpoint: responses.RequestsMock, client: TokenClient) -> None:
    endpoint.post(URL, json={"access_token": "first"})
    endpoint.post(URL, json={"access_token": "second"})
    assert [client.current(), client.current(), client.renewed(), client.current()] == [
        "first",
        "first",
        "second",
        "second",
    ]
    asked = endpoint.calls[0].request
    assert asked.body == b"grant_type=client_credentials"
    assert asked.headers["Authorization"] == f"Basic {base64.b64encode(b'cpi:secret').decode()}"
    assert asked.req_kwargs["timeout"] == (5, 10)  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (
            {"body": requests.ReadTimeout("SECRET")},
            ("", "ICI's token endpoint could not be reached (ReadTimeout)", Failure.NOT_REACHED),
        ),
        ({"status": 500}, ("", "ICI's token endpoint answered with HTTP status 500", Failure.SERVER_ERROR)),
        ({"status": 503}, ("", "ICI's token endpoint answered with HTTP status 503", Failure.SERVER_ERROR)),
        ({"status": 408}, ("", "ICI's token endpoint answered with HTTP status 408", Failure.REQUEST_TIMEOUT)),
        ({"status": 429}, ("", "ICI's token endpoint answered with HTTP status 429", Failure.TOO_MANY_REQUESTS)),
        ({"status": 400}, ("", "ICI gives no token (HTTP status 400)", Failure.UNAUTHORIZED)),
        ({"status": 401}, ("", "ICI gives no token (HTTP status 401)", Failure.UNAUTHORIZED)),
        (
            {"status": 302, "headers": {"Location": f"{URL}/elsewhere"}},
            ("", "ICI gives no token (HTTP status 302)", Failure.UNAUTHORIZED),
        ),
        ({"body": "<html>SECRET"}, NONE_GIVEN),
        ({"json": ["access_token"]}, NONE_GIVEN),
        ({"body": '{"access_token": "SECRET", "Access_Token": "other"}'}, NONE_GIVEN),
        ({"json": {}}, NONE_GIVEN),
        ({"json": {"access_token": ""}}, NONE_GIVEN),
        ({"json": {"access_token": 7}}, NONE_GIVEN),
        ({"json": {"access_token": "SECRET\nX: y"}}, NO_HEADER_VALUE),
        ({"json": {"access_token": " SECRET"}}, NO_HEADER_VALUE),
        ({"json": {"access_token": "SECR\u00c9T"}}, NO_HEADER_VALUE),
        ({"json": {"access_token": "SECRET\u4e00"}}, NO_HEADER_VALUE),
        (
            {"body": " " * 65_537},
            ("", "ICI's token endpoint: the answer has more than 65536 bytes", Failure.BROKEN_ANSWER),
        ),
    ],
)
def test_failed_token_request_raises_its_failure_and_keeps_no_token(
    endpoint: responses.RequestsMock,
    client: TokenClient,
    answer: dict[str, object],
    error: tuple[str, str, Failure],
) -> None:
    endpoint.post(URL, **answer)
    with pytest.raises(InterfaceError) as raised:
        client.renewed()
    assert (raised.value.rule, raised.value.field, raised.value.message, raised.value.failure) == ("D-22", *error)
    endpoint.replace("POST", URL, json={"access_token": "first"})
    assert client.current() == "first"


def test_token_endpoint_says_how_long_it_wants_to_be_left_alone(
    endpoint: responses.RequestsMock, client: TokenClient
) -> None:
    endpoint.post(URL, status=429, headers={"Retry-After": "120"})
    with pytest.raises(InterfaceError) as raised:
        client.current()
    assert raised.value.retry_after == 120


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_token_is_read_behind_a_byte_order_mark(
    endpoint: responses.RequestsMock, client: TokenClient, encoding: str
) -> None:
    endpoint.post(URL, body='{"access_token": "first"}'.encode(encoding))
    assert client.renewed() == "first"


def test_secret_of_any_characters_is_sent_as_utf_8(endpoint: responses.RequestsMock) -> None:
    endpoint.post(URL, json={"access_token": "first"})
    with requests.Session() as session:
        assert TokenClient(session, URL, "cpi", "s\u4e00").renewed() == "first"
    sent = endpoint.calls[0].request.headers["Authorization"]
    assert sent == "Basic " + base64.b64encode("cpi:s\u4e00".encode()).decode()
