"""Who may call ICI: the bearer of a token from its OAuth2 endpoint, or whoever shows the header IcmAuthToken (D-22)."""

from collections.abc import Callable, Mapping
from secrets import token_urlsafe
from time import monotonic

from simulator.http_support import same_credential

LIFETIME_SECONDS = 3600


class Access:
    """The credentials of a tenant, and the tokens that it has issued."""

    def __init__(
        self,
        bearer: str = "",
        *,
        client: tuple[str, str] | None = None,
        icm_auth_token: str = "",
        seconds: Callable[[], float] = monotonic,
    ) -> None:
        """`bearer` is a bearer token that is always good; `client`, id and secret, may get others; blank is none.

        `seconds` tells how time goes by.
        """
        self._bearer = f"Bearer {bearer}" if bearer else ""
        self._client = client
        self._icm_auth_token = icm_auth_token
        self._seconds = seconds
        self._issued: dict[str, float] = {}

    def admits(self, headers: Mapping[str, str]) -> bool:
        """Whether a request with these headers is let in; `headers` knows names as `Authorization` is spelled.

        Where both are shown, the bearer token counts.
        """
        shown = headers.get("Authorization")
        if shown is None:
            return bool(self._icm_auth_token) and same_credential(headers.get("IcmAuthToken", ""), self._icm_auth_token)
        if self._bearer and same_credential(shown, self._bearer):
            return True
        return self._seconds() < self._issued.get(shown, 0.0)

    def issue(self, client_id: str, secret: str) -> str | None:
        """A new bearer token, good for an hour; None for a client that is unknown."""
        if self._client is None:
            return None
        # Both are compared whatever the first one gives, so that the time taken tells nothing.
        if not (same_credential(client_id, self._client[0]) & same_credential(secret, self._client[1])):
            return None
        now = self._seconds()
        self._issued = {token: until for token, until in self._issued.items() if until > now}
        token = token_urlsafe(32)
        self._issued[f"Bearer {token}"] = now + LIFETIME_SECONDS
        return token
