"""The settings of a landscape, from code or from a TOML file."""

import tomllib
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import quote

from pydantic import BaseModel, ConfigDict, Field, field_validator

from simulator.database import IN_MEMORY
from simulator.mapping.contract_types import TYPE_CODES

STORE_NAME = "CPI"
"""In a data directory, the name of the file with CPI's store; those of the systems bear the names of the systems."""


LONGEST_NAME = 30
"""Of a system: as long as the column for it in CPI's store."""


class Settings(BaseModel):
    """One landscape. The defaults are what the specification and the decisions ask for."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    systems: dict[str, str] = Field(default={"PF2": IN_MEMORY, "WP2": IN_MEMORY}, min_length=1)
    """The ECC systems: name to database URL."""

    users: dict[
        Annotated[str, Field(pattern="^[A-Z0-9_]{1,12}$")], Literal["business", "key-user", "support", "none"]
    ] = {
        "BUYER": "business",
        "KEYUSER": "key-user",
        "SUPPORT": "support",
        "GUEST": "none",
    }
    """The users of the ECC systems: name to role (SEC-4)."""

    source: str = "/icertis/syensqo-uat"
    """What the ICI tenant writes into its events (EVT-1)."""

    ici_base_url: str = "https://ici.invalid"
    ici_api_version: str = "1"
    ici_token: str = "ici-token"  # noqa: S105 - of the mock
    """The bearer token that CPI shows to ICI (D-22)."""

    api_key: str | None = "apim-key"
    """What ICI shows to the webhook; None, or blank, takes every event (D-22)."""

    max_per_second: Annotated[float, Field(gt=0)] | None = 100_000
    """How many messages a second the webhook lets in at most, evenly spread (spike arrest, D-61); None, or 0, for any
    number."""

    type_codes: dict[str, str] = dict(TYPE_CODES)
    """The code of each contract type in ECC (D-01)."""

    roll_up_amendments: bool = True
    """Whether ICI writes the values of an executed amendment into its parent (D-09)."""

    store: str | None = IN_MEMORY
    """Database URL of CPI's store: what was accepted is kept there until it is in both systems. None for no store:
    each message is tried once, and what fails is only told."""

    max_attempts: Annotated[int, Field(ge=1)] = 5
    """How often a call or a message is tried before it goes to the error queue (D-07, D-20)."""

    first_wait: timedelta = timedelta(seconds=30)
    """How long CPI waits after the first attempt; the wait doubles from attempt to attempt."""

    longest_wait: timedelta = timedelta(minutes=15)

    longest_answer: timedelta = timedelta(seconds=30)
    """How long CPI waits for ICI or a system to go on with an answer."""

    target_value_tolerance: Annotated[Decimal, Field(ge=0, decimal_places=2)] = Decimal(0)
    """How far the target value of an outline agreement may be from its contract's value (OA-4)."""

    seed: int = 0
    """Decides what the mock ICI makes up: System IDs, fields that nobody maps, the order of the fields."""

    @field_validator("api_key")
    @classmethod
    def _blank_is_none(cls, key: str | None) -> str | None:
        return key or None  # a file has no other way to say so

    @field_validator("max_per_second", mode="before")
    @classmethod
    def _nought_is_none(cls, rate: object) -> object:
        return None if rate == 0 else rate  # likewise

    @field_validator("systems")
    @classmethod
    def _no_system_is_cpi(cls, systems: dict[str, str]) -> dict[str, str]:
        if any(name.upper() == STORE_NAME for name in systems):
            raise ValueError(f"{STORE_NAME} is no ECC system: in a data directory its file is that of CPI's store")
        if not all(0 < len(name) <= LONGEST_NAME for name in systems):
            raise ValueError(f"the name of a system has one to {LONGEST_NAME} characters")
        return systems

    @field_validator("type_codes")
    @classmethod
    def _one_code_for_each_type(cls, codes: dict[str, str]) -> dict[str, str]:
        if set(codes) != set(TYPE_CODES) or len(set(codes.values())) != len(codes):
            raise ValueError(f"give each of {', '.join(TYPE_CODES)} a code of its own")
        if not all(0 < len(code) <= 3 for code in codes.values()):
            raise ValueError("a code has one to three characters")
        return codes

    @classmethod
    def read(cls, path: Path) -> "Settings":
        """Read a TOML file. Raises OSError, tomllib.TOMLDecodeError or pydantic.ValidationError."""
        return cls.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))

    def with_data_directory(self, folder: Path) -> "Settings":
        """The same landscape with a database file for each system in `folder`, and one for CPI's store."""
        files = {name: _file(folder, name) for name in self.systems}
        return self.model_copy(update={"systems": files, "store": self.store and _file(folder, STORE_NAME)})

    def with_file_defaults(self, folder: Path) -> "Settings":
        """The same landscape; what would be in memory alone is a file in `folder`."""
        files = self.with_data_directory(folder)
        systems = {name: files.systems[name] if url == IN_MEMORY else url for name, url in self.systems.items()}
        store = files.store if self.store == IN_MEMORY else self.store
        return self.model_copy(update={"systems": systems, "store": store})


def _file(folder: Path, name: str) -> str:
    return f"sqlite:///{quote((folder / f'{name}.db').as_posix(), safe='/:')}"
