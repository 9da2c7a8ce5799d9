"""Access to SCM: tokens as Microsoft Entra ID issues them for an application, and their check.

SCM holds no secret of the application: it checks for whom a token is, of which tenant it comes, and that it names an
object of that tenant.
"""

from collections.abc import Callable, Mapping
from functools import lru_cache
from secrets import token_bytes
from time import time
from typing import TYPE_CHECKING, Any
from uuid import NAMESPACE_URL, uuid5

from simulator.http_support import same_credential

if TYPE_CHECKING:
    from jwt.types import Options

TENANT = "5f5f6f3e-2c1b-4c39-9a51-6a0f2d3c7b10"
"""The tenant of Microsoft Entra ID; the id is made up."""

LIFETIME_SECONDS = 3599
_ALGORITHM = "HS256"


@lru_cache(16)
def _claims(key: bytes, token: str, audience: str) -> Mapping[str, Any] | None:
    """Return the claims of a token, which are checked once but for its time; None for a token that is invalid."""
    import jwt  # noqa: PLC0415 - as below

    required = ["aud", "tid", "oid", "exp"]
    try:
        # Its times would be compared with the real one.
        options: Options = {"require": required, "verify_exp": False, "verify_iat": False}
        return jwt.decode(token, key, [_ALGORITHM], audience=audience, options=options)
    except jwt.InvalidTokenError:
        return None


class EntraTenant:
    """A tenant of Microsoft Entra ID with one registered application."""

    def __init__(self, tenant: str, client: tuple[str, str], seconds: Callable[[], float] = time) -> None:
        """`client` is the id and the secret of the application; `seconds` is the time since 1970."""
        self.tenant = tenant
        self._client = client
        self._seconds = seconds
        self._key = token_bytes(32)

    def issue_token(self, client_id: str, secret: str, form: Mapping[str, str]) -> str | None:
        """Issue a token for what the form names as scope or resource; None for an unknown client.

        Raises ValueError for a form that names neither; the text is for the client.
        """
        # Compare both always, so that the time taken reveals nothing.
        if not (same_credential(client_id, self._client[0]) & same_credential(secret, self._client[1])):
            return None
        audience = form.get("resource") or form.get("scope", "").removesuffix("/.default")
        if not audience or (not form.get("resource") and not form["scope"].endswith("/.default")):
            raise ValueError("name the environment as resource, or as scope with /.default at its end")
        import jwt  # noqa: PLC0415 - with all of cryptography, which no run without SCM needs

        now = int(self._seconds())
        claims = {
            "aud": audience,
            "tid": self.tenant,
            "oid": str(uuid5(NAMESPACE_URL, client_id)),
            "appid": client_id,
            "iat": now,
            "exp": now + LIFETIME_SECONDS,
        }
        return jwt.encode(claims, self._key, _ALGORITHM)

    def is_valid(self, token: str, audience: str) -> bool:
        """Check a token that is shown to the environment at `audience`, a URL without a slash at its end."""
        claims = _claims(self._key, token, audience)
        return claims is not None and claims["tid"] == self.tenant and int(claims["exp"]) > self._seconds()

    def change_secret(self, secret: str) -> None:
        """Give the application another secret; tokens that were issued stay valid."""
        self._client = (self._client[0], secret)

    def withdraw_tokens(self) -> None:
        """Accept none of the issued tokens any more."""
        self._key = token_bytes(32)
