"""The token endpoint of ICI without a socket."""

import json
from collections.abc import Mapping

from simulator.http_support import basic_credential
from simulator.icertis.authentication import LIFETIME_SECONDS, Authenticator
from simulator.icertis.rest import Answer


class TokenSite:
    """Issue a token for each request with the right basic authentication."""

    def __init__(self, authenticator: Authenticator) -> None:
        self._authenticator = authenticator

    def answer(self, method: str, path: str, headers: Mapping[str, str]) -> Answer:  # noqa: ARG002 - a site takes them
        shown = basic_credential(headers.get("Authorization", "").encode()) or b""
        client_id, _, secret = shown.decode().partition(":")
        token = self._authenticator.issue_token(client_id, secret)
        if token is None:
            return Answer(401, b'{"error": "invalid_client"}')
        content = {"access_token": token, "token_type": "Bearer", "expires_in": LIFETIME_SECONDS}
        return Answer(200, json.dumps(content).encode())
