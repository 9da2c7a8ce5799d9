"""Authentication of calls to ICI: a bearer token of its OAuth2 endpoint, or the header IcmAuthToken (D-22)."""

from collections.abc import Callable, Mapping
from secrets import token_urlsafe
from time import monotonic

from simulator.http_support import bearer_token, same_credential

LIFETIME_SECONDS = 3600

MAX_TOKENS = 1000
"""The most tokens that are valid at once; one more ends the oldest."""


class Authenticator:
    """The credentials of a tenant, and the tokens that it has issued."""

    def __init__(
        self,
        bearer: str = "",
        *,
        client: tuple[str, str] | None = None,
        icm_auth_token: str = "",
        seconds: Callable[[], float] = monotonic,
    ) -> None:
        """`bearer` is a token that never expires; `client` is the id and secret that can get tokens; blank disables.

        `seconds` is a monotonic clock.
        """
        self._bearer = bearer
        self._client = client
        self._icm_auth_token = icm_auth_token
        self._seconds = seconds
        self._issued: dict[str, float] = {}

    def is_authorised(self, headers: Mapping[str, str]) -> bool:
        """Check the credential of a request. `headers` must find names as `Authorization` is spelled.

        If both credentials are shown, the bearer token counts.
        """
        shown = headers.get("Authorization")
        if shown is None:
            return bool(self._icm_auth_token) and same_credential(headers.get("IcmAuthToken", ""), self._icm_auth_token)
        token = bearer_token(shown)
        if self._bearer and same_credential(token, self._bearer):
            return True
        return self._seconds() < self._issued.get(token, 0.0)

    def issue_token(self, client_id: str, secret: str) -> str | None:
        """Issue a bearer token that is valid for an hour; return None for an unknown client."""
        if self._client is None:
            return None
        # Compare both always, so that the time taken reveals nothing.
        if not (same_credential(client_id, self._client[0]) & same_credential(secret, self._client[1])):
            return None
        now = self._seconds()
        self._issued = {token: until for token, until in self._issued.items() if until > now}
        if len(self._issued) >= MAX_TOKENS:
            del self._issued[next(iter(self._issued))]
        token = token_urlsafe(32)
        self._issued[token] = now + LIFETIME_SECONDS
        return token

    def withdraw_tokens(self) -> None:
        """Accept none of the issued tokens any more."""
        self._issued.clear()
