"""A token endpoint for client credentials, as an ASGI application."""

import json
from collections.abc import Callable, Mapping
from urllib.parse import parse_qsl, unquote_plus

from starlette.types import Receive, Scope, Send

from simulator.http_support import BodyError, basic_credential, header, read_body, respond

_MAX_FORM_BYTES = 4096


class TokenEndpoint:
    """Issue tokens for client credentials, in the form or as basic authentication (RFC 6749, 4.4)."""

    def __init__(
        self, issue: Callable[[str, str, Mapping[str, str]], str | None], lifetime_seconds: int, realm: str
    ) -> None:
        """`issue` gets id, secret and the whole form, and returns a token, or None for an unknown client.

        It raises ValueError, with a text for the client, for a form that lacks something.
        """
        self._issue = issue
        self._lifetime_seconds = lifetime_seconds
        self._challenge = {"WWW-Authenticate": f'Basic realm="{realm}"'}

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
        try:
            token = self._issue(*client, form)
        except ValueError as why:
            return _invalid_request(str(why))
        if token is None:
            return 401, {"error": "invalid_client"}, self._challenge
        return 200, {"access_token": token, "token_type": "Bearer", "expires_in": self._lifetime_seconds}, {}


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
