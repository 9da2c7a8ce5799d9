"""The credentials of a landscape that is served: made once for each data directory, readable by its owner alone.

Secrets of others come by the command line, or from the environment.
"""

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path
from secrets import token_urlsafe
from tempfile import mkstemp
from typing import Any, Self

from harness.errors import UserError

FILE = "credentials.json"
_FROM_ENVIRONMENT = "env:"


@dataclass(frozen=True)
class Credentials:
    """Who shows what to whom."""

    client_id: str
    """CPI to ICI's token endpoint, with the secret."""

    client_secret: str
    icm_auth_token: str
    """To ICI in the header IcmAuthToken, in place of a bearer token."""

    apikey: str
    """ICI to the webhook."""

    ecc_user: str
    ecc_password: str

    @classmethod
    def of(cls, folder: Path) -> Self:
        """Those of a data directory, made if need be; several processes get the same. Raises UserError."""
        path = folder / FILE
        try:
            if not path.exists():
                _write_once(path, json.dumps(_new().as_json(), indent=2))
            return cls.read(path)
        except OSError as error:
            raise UserError(f"{path} cannot be used: {error.strerror}") from None
        except UserError as problem:
            raise UserError(f"{problem}; delete it, and new ones are made") from None

    @classmethod
    def read(cls, path: Path) -> Self:
        """Read a file. Raises OSError, and UserError for one that holds something else."""
        try:
            held = json.loads(path.read_text(encoding="utf-8"))
            found = cls(**{name: held[group][key] for name, (group, key) in _PLACES.items()})
        except (ValueError, TypeError, KeyError):
            found = None
        if found is None or not all(isinstance(value, str) and value for value in asdict(found).values()):
            raise UserError(f"{path} holds no credentials")
        return found

    def as_json(self) -> dict[str, dict[str, str]]:
        """The content of the file."""
        content: dict[str, dict[str, str]] = {}
        for name, (group, key) in _PLACES.items():
            content.setdefault(group, {})[key] = getattr(self, name)
        return content

    def __repr__(self) -> str:
        return "Credentials(...)"  # so that none stands in a traceback


def secret(given: str) -> str:
    """What was given on a command line, or where that is ``env:NAME``, what this variable of the environment holds.

    Raises LookupError where there is no such variable; its text is for the user.
    """
    if not given.startswith(_FROM_ENVIRONMENT):
        return given
    name = given.removeprefix(_FROM_ENVIRONMENT)
    if name not in os.environ:
        raise LookupError(f"there is no variable {name} in the environment")
    return os.environ[name]


_PLACES: dict[str, tuple[str, str]] = {
    "client_id": ("icertis", "client_id"),
    "client_secret": ("icertis", "client_secret"),
    "icm_auth_token": ("icertis", "icm_auth_token"),
    "apikey": ("apim", "apikey"),
    "ecc_user": ("ecc", "user"),
    "ecc_password": ("ecc", "password"),
}


def _new() -> Credentials:
    made: dict[str, Any] = {name: token_urlsafe(24) for name in _PLACES}
    return Credentials(**made | {"client_id": "cpi", "ecc_user": "CPI_ICM"})


def _write_once(path: Path, content: str) -> None:
    """Write a file whole, or leave the one that another process has written meanwhile."""
    number, name = mkstemp(dir=path.parent, prefix=f".{path.name}.")  # mode 0600 from the beginning
    with os.fdopen(number, "w", encoding="utf-8") as file:
        file.write(content + "\n")
    made = Path(name)
    try:
        path.hardlink_to(made)
    except FileExistsError:
        pass  # the other one counts
    finally:
        made.unlink()
