"""The REST calls of ICI and its OAuth2 token endpoint, as ASGI applications."""

import json
from collections.abc import Callable
from urllib.parse import parse_qsl, unquote_plus

from starlette.datastructures import Headers
from starlette.types import Receive, Scope, Send

from simulator.http_support import BodyError, basic_credential, header, read_body, respond, respond_raw
from simulator.icertis.authentication import LIFETIME_SECONDS, Authenticator
from simulator.icertis.rest import JSON, RestSite

API = "/icertis/api"
TOKEN = "/icertis/oauth2/token"  # noqa: S105 - a path
_MAX_FORM_BYTES = 4096
_JSON = [(b"content-type", b"application/json")]


class IcertisOverHttp:
    """Answer every request below `API` by the site of the moment. Bodies are sent as the site returns them."""

    def __init__(self, current_site: Callable[[], RestSite]) -> None:
        self._current_site = current_site

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002 - no body is read
        path = scope["raw_path"].decode("latin-1").removeprefix(API)
        if scope["query_string"]:
            path += f"?{scope['query_string'].decode('latin-1')}"
        answer = self._current_site().answer(scope["method"], path, Headers(scope=scope))
        if answer.headers is JSON:
            await respond_raw(send, answer.status, answer.body, _JSON)
        else:
            await respond(send, answer.status, answer.body, answer.headers)


class TokenEndpoint:
    """Issue tokens for client credentials, in the form or as basic authentication (RFC 6749, 4.4)."""

    def __init__(self, authenticator: Authenticator) -> None:
        self._authenticator = authenticator

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        status, content, more = await self._answer(scope, receive)
        headers = {"Content-Type": "application/json", "Cache-Control": "no-store"}
        await respond(send, status, json.dumps(content).encode(), headers | more)

    async def _answer(self, scope: Scope, receive: Receive) -> tuple[int, dict[str, object], dict[str, str]]:
        if scope["method"] != "POST":
            return 405, {"error": "invalid_request", "error_description": "request a token by POST"}, _POST
        if header(scope, b"content-type").split(b";")[0].strip().lower() != b"application/x-www-form-urlencoded":
            return _invalid_request("the body must be application/x-www-form-urlencoded")
        try:
            form = dict(parse_qsl((await read_body(scope, receive, _MAX_FORM_BYTES)).decode(), keep_blank_values=True))
        except UnicodeDecodeError:
            return _invalid_request("the body is not UTF-8")
        except BodyError as why:
            content: dict[str, object] = {"error": "invalid_request", "error_description": str(why)}
            return why.status, content, {"Connection": "close", **why.headers}
        if "grant_type" not in form:
            return _invalid_request("grant_type is missing")
        if form["grant_type"] != "client_credentials":
            return 400, {"error": "unsupported_grant_type"}, {}
        client = _client_credentials(header(scope, b"authorization")) or (
            form.get("client_id", ""),
            form.get("client_secret", ""),
        )
        token = self._authenticator.issue_token(*client)
        if token is None:
            return 401, {"error": "invalid_client"}, {"WWW-Authenticate": 'Basic realm="icertis"'}
        return 200, {"access_token": token, "token_type": "Bearer", "expires_in": LIFETIME_SECONDS}, {}


_POST = {"Allow": "POST"}


def _invalid_request(why: str) -> tuple[int, dict[str, object], dict[str, str]]:
    return 400, {"error": "invalid_request", "error_description": why}, {}


def _client_credentials(authorization: bytes) -> tuple[str, str] | None:
    """Read id and secret from basic authentication; return None for any other header."""
    try:
        name, colon, secret = (basic_credential(authorization) or b"").decode().partition(":")
    except UnicodeDecodeError:
        return None
    return (unquote_plus(name), unquote_plus(secret)) if colon else None
