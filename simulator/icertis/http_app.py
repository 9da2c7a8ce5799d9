"""ICI over HTTP: its REST calls and the token endpoint of OAuth2, as an ASGI application."""

import json
from urllib.parse import parse_qsl, unquote_plus

from starlette.datastructures import Headers
from starlette.types import Receive, Scope, Send

from simulator.http_support import BodyError, basic_credential, header, read_body, respond, respond_raw
from simulator.icertis.authentication import LIFETIME_SECONDS, Access
from simulator.icertis.rest import JSON, RestSite

API = "/icertis/api"
TOKEN = "/icertis/oauth2/token"  # noqa: S105 - a path
_LONGEST_FORM = 4096
_JSON = [(b"content-type", b"application/json")]


class IcertisOverHttp:
    """Hands every request below `API` to a site. Bodies go out as the site made them."""

    def __init__(self, site: RestSite) -> None:
        self.site = site

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002 - no body is read
        path = scope["raw_path"].decode("latin-1").removeprefix(API)
        if scope["query_string"]:
            path += f"?{scope['query_string'].decode('latin-1')}"
        found = self.site.answer(scope["method"], path, Headers(scope=scope))
        if found.headers is JSON:
            await respond_raw(send, found.status, found.body, _JSON)
        else:
            await respond(send, found.status, found.body, found.headers)


class TokenEndpoint:
    """The token endpoint: client credentials, in the form or as basic authentication (RFC 6749, 4.4)."""

    def __init__(self, access: Access) -> None:
        self._access = access

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        status, content, more = await self._answer(scope, receive)
        never_kept = {"Content-Type": "application/json", "Cache-Control": "no-store"}
        await respond(send, status, json.dumps(content).encode(), never_kept | more)

    async def _answer(self, scope: Scope, receive: Receive) -> tuple[int, dict[str, object], dict[str, str]]:
        if scope["method"] != "POST":
            return 405, {"error": "invalid_request", "error_description": "a token is asked for by POST"}, _POST
        if header(scope, b"content-type").split(b";")[0].strip().lower() != b"application/x-www-form-urlencoded":
            return _invalid("the body is no application/x-www-form-urlencoded")
        try:
            form = dict(parse_qsl((await read_body(scope, receive, _LONGEST_FORM)).decode(), keep_blank_values=True))
        except UnicodeDecodeError:
            return _invalid("the body is no UTF-8")
        except BodyError as why:
            return (
                why.status,
                {"error": "invalid_request", "error_description": "the body is not taken"},
                {"Connection": "close"},
            )
        if "grant_type" not in form:
            return _invalid("grant_type is missing")
        if form["grant_type"] != "client_credentials":
            return 400, {"error": "unsupported_grant_type"}, {}
        client = _client(header(scope, b"authorization")) or (form.get("client_id", ""), form.get("client_secret", ""))
        token = self._access.issue(*client)
        if token is None:
            return 401, {"error": "invalid_client"}, {"WWW-Authenticate": 'Basic realm="icertis"'}
        return 200, {"access_token": token, "token_type": "Bearer", "expires_in": LIFETIME_SECONDS}, {}


_POST = {"Allow": "POST"}


def _invalid(why: str) -> tuple[int, dict[str, object], dict[str, str]]:
    return 400, {"error": "invalid_request", "error_description": why}, {}


def _client(authorization: bytes) -> tuple[str, str] | None:
    """Id and secret of basic authentication; None where there is none."""
    try:
        name, colon, secret = (basic_credential(authorization) or b"").decode().partition(":")
    except UnicodeDecodeError:
        return None
    return (unquote_plus(name), unquote_plus(secret)) if colon else None
