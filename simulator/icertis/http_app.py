"""The REST calls of ICI and its OAuth2 token endpoint, as ASGI applications."""

from collections.abc import Callable

from starlette.datastructures import Headers
from starlette.types import Receive, Scope, Send

from simulator.http_support import respond, respond_raw
from simulator.icertis.authentication import LIFETIME_SECONDS, Authenticator
from simulator.icertis.rest import JSON, RestSite
from simulator.token_endpoint import TokenEndpoint

API = "/icertis/api"
TOKEN = "/icertis/oauth2/token"  # noqa: S105 - a path
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


def token_endpoint(authenticator: Authenticator) -> TokenEndpoint:
    """Make the endpoint that issues the tokens of a tenant."""
    return TokenEndpoint(lambda name, secret, _: authenticator.issue_token(name, secret), LIFETIME_SECONDS, "icertis")
