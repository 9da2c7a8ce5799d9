"""The REST calls of ICI and its OAuth2 token endpoint, as ASGI applications."""

from collections.abc import Callable, Mapping
from typing import TypeAlias

from starlette.datastructures import Headers
from starlette.types import Receive, Scope, Send

from simulator.http_support import BodyError, read_body, respond, respond_body_problem, respond_raw
from simulator.icertis.authentication import LIFETIME_SECONDS, Authenticator
from simulator.icertis.rest import JSON, Answer, RestSite
from simulator.token_endpoint import TokenEndpoint

API = "/icertis/api"
TOKEN = "/icertis/oauth2/token"  # noqa: S105 - a path
MAX_BYTES = 8 * 1024 * 1024
"""The most bytes that an integration writes at once."""

_JSON = [(b"content-type", b"application/json")]

IntegrationWrite: TypeAlias = Callable[[str, str, Mapping[str, str], bytes], Answer]
"""Gets method, path, headers and body of what an integration writes."""


class IcertisOverHttp:
    """Answer every request below `API` by the site of the moment. Bodies are sent as the site returns them."""

    def __init__(self, current_site: Callable[[], RestSite], write: IntegrationWrite | None = None) -> None:
        """`write` answers PATCH and PUT; None leaves them to the site, which allows neither."""
        self._current_site = current_site
        self._write = write

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = scope["raw_path"].decode("latin-1").removeprefix(API)
        if scope["query_string"]:
            path += f"?{scope['query_string'].decode('latin-1')}"
        if self._write and scope["method"] in ("PATCH", "PUT"):
            try:
                body = await read_body(scope, receive, MAX_BYTES)
            except BodyError as why:
                await respond_body_problem(receive, send, why)
                return
            answer = self._write(scope["method"], path, Headers(scope=scope), body)
        else:
            answer = self._current_site().answer(scope["method"], path, Headers(scope=scope))
        if answer.headers is JSON:
            await respond_raw(send, answer.status, answer.body, _JSON)
        else:
            await respond(send, answer.status, answer.body, answer.headers)


def token_endpoint(authenticator: Authenticator) -> TokenEndpoint:
    """Make the endpoint that issues the tokens of a tenant."""
    return TokenEndpoint(lambda name, secret, _: authenticator.issue_token(name, secret), LIFETIME_SECONDS, "icertis")
