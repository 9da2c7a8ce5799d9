"""The credentials of a served landscape: those of the settings, else of the data directory, else of the process.

In a data directory they are created once, readable by its owner only; without one they are written nowhere.

Secrets of other systems come from the command line or from environment variables.
"""

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path
from secrets import token_urlsafe
from tempfile import mkstemp
from typing import Any, Self

from harness.errors import UserError
from simulator.database import make_private
from simulator.settings import PartCredentials

FILE = "credentials.json"
_FROM_ENVIRONMENT = "env:"


@dataclass(frozen=True)
class Credentials:
    """The credentials between ICI, the middleware and the ECC systems."""

    client_id: str
    """CPI shows it to ICI's token endpoint, with the secret."""

    client_secret: str
    icm_auth_token: str
    """CPI shows it to ICI in the header IcmAuthToken, in place of a bearer token."""

    apikey: str
    """ICI shows it to the webhook."""

    ecc_user: str
    ecc_password: str

    admin_token: str
    """Whoever shows it as a bearer token may use the administration."""

    @classmethod
    def load_or_create(cls, folder: Path) -> Self:
        """Load the credentials of a data directory, or create them. Several processes get the same ones.

        Raises UserError.
        """
        path = folder / FILE
        try:
            if not path.exists():
                _write_once(path, json.dumps(cls.create().as_json(), indent=2))
            make_private(path)
            return cls.read(path)
        except OSError as error:
            raise UserError(f"{path} cannot be used: {error.strerror}") from None
        except UserError as problem:
            raise UserError(f"{problem}; delete it, and new ones are created") from None

    @classmethod
    def create(cls) -> Self:
        """Make up new ones, which nothing keeps."""
        made: dict[str, Any] = {name: token_urlsafe(24) for name in _LOCATIONS}
        return cls(**made | {"client_id": "cpi", "ecc_user": "CPI_ICM"})

    @classmethod
    def of_settings(cls, given: PartCredentials) -> Self:
        """Take those of the settings. Raises UserError for an environment variable that is not set."""
        try:
            return cls(**{name: resolve_secret(value) for name, value in given.model_dump().items()})
        except LookupError as error:
            raise UserError(f"the credentials of the settings: {error.args[0]}") from None

    @classmethod
    def read(cls, path: Path) -> Self:
        """Read a file. Raises OSError, and UserError if it holds no credentials."""
        try:
            held = json.loads(path.read_text(encoding="utf-8-sig"))
            found = cls(**{name: held[group][key] for name, (group, key) in _LOCATIONS.items()})
        except (ValueError, TypeError, KeyError, RecursionError):
            found = None
        if found is None or not all(isinstance(value, str) and value for value in asdict(found).values()):
            raise UserError(f"{path} holds no credentials")
        return found

    def as_json(self) -> dict[str, dict[str, str]]:
        """Return the content of the file: group to key to value."""
        content: dict[str, dict[str, str]] = {}
        for name, (group, key) in _LOCATIONS.items():
            content.setdefault(group, {})[key] = getattr(self, name)
        return content

    def __repr__(self) -> str:
        return "Credentials(...)"  # keep secrets out of tracebacks


def resolve_secret(given: str) -> str:
    """Return a secret from the command line, or for ``env:NAME`` the value of that environment variable.

    Raises LookupError with a text for the user if the variable is not set, or blank.
    """
    if not given.startswith(_FROM_ENVIRONMENT):
        return given
    name = given.removeprefix(_FROM_ENVIRONMENT)
    if name not in os.environ:
        raise LookupError(f"there is no variable {name} in the environment")
    if not os.environ[name]:
        raise LookupError(f"the variable {name} in the environment is blank")
    return os.environ[name]


_LOCATIONS: dict[str, tuple[str, str]] = {
    "client_id": ("icertis", "client_id"),
    "client_secret": ("icertis", "client_secret"),
    "icm_auth_token": ("icertis", "icm_auth_token"),
    "apikey": ("apim", "apikey"),
    "ecc_user": ("ecc", "user"),
    "ecc_password": ("ecc", "password"),
    "admin_token": ("administration", "token"),
}


def _write_once(path: Path, content: str) -> None:
    """Write a file atomically, or keep the one that another process has written meanwhile."""
    number, name = mkstemp(dir=path.parent, prefix=f".{path.name}.")  # mode 0600 from the beginning
    with os.fdopen(number, "w", encoding="utf-8") as file:
        file.write(content + "\n")
    made = Path(name)
    try:
        path.hardlink_to(made)
    except FileExistsError:
        pass  # the other process was first
    finally:
        made.unlink()
