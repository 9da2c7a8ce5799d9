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
"""The name of the file with CPI's store in a data directory; the other files are named after their systems."""


MAX_NAME_LENGTH = 30
"""The length of the name of a system, as of its column in CPI's store."""


class Settings(BaseModel):
    """The settings of one landscape; the defaults follow the specification and the decisions."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    systems: dict[str, str] = Field(default={"PF2": IN_MEMORY, "WP2": IN_MEMORY}, min_length=1)
    """The ECC systems, name to database URL."""

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
    """The `source` that the ICI tenant writes into its events (EVT-1)."""

    ici_base_url: str = "https://ici.invalid"
    ici_api_version: str = "1"
    ici_token: str = "ici-token"  # noqa: S105 - of the mock
    """The bearer token that CPI shows to ICI (D-22)."""

    api_key: str | None = "apim-key"
    """The key that ICI shows to the webhook; None, or blank, admits every sender (D-22)."""

    max_per_second: Annotated[float, Field(gt=0)] | None = 100_000
    """The messages a second that the webhook admits at most, evenly spread (spike arrest, D-61); None, or 0, admits any
    number."""

    type_codes: dict[str, str] = dict(TYPE_CODES)
    """The code of each contract type in ECC (D-01)."""

    roll_up_amendments: bool = True
    """True if ICI writes the values of an executed amendment into its parent (D-09)."""

    store: str | None = IN_MEMORY
    """The database URL of CPI's store, which keeps accepted events until every system has them. None is no store: each
    message is tried once, and a failure is only reported."""

    max_attempts: Annotated[int, Field(ge=1)] = 5
    """The attempts at a call or a message before it goes to the error queue (D-07, D-20)."""

    first_wait: timedelta = timedelta(seconds=30)
    """The wait after the first attempt; it doubles from attempt to attempt."""

    longest_wait: timedelta = timedelta(minutes=15)

    longest_answer: timedelta = timedelta(seconds=30)
    """The time that CPI waits for the next bytes of an answer, from ICI or a system."""

    target_value_tolerance: Annotated[Decimal, Field(ge=0, decimal_places=2)] = Decimal(0)
    """The difference allowed between the target value of an outline agreement and its contract's value (OA-4)."""

    seed: int = 0
    """The seed of what the mock ICI makes up: System IDs, fields that nobody maps, the order of fields."""

    @field_validator("api_key")
    @classmethod
    def _blank_is_none(cls, key: str | None) -> str | None:
        return key or None  # TOML has no null

    @field_validator("max_per_second", mode="before")
    @classmethod
    def _nought_is_none(cls, rate: object) -> object:
        return None if rate == 0 else rate  # TOML has no null

    @field_validator("systems")
    @classmethod
    def _no_system_is_cpi(cls, systems: dict[str, str]) -> dict[str, str]:
        if any(name.upper() == STORE_NAME for name in systems):
            raise ValueError(f"{STORE_NAME} is no ECC system: in a data directory its file is that of CPI's store")
        if not all(0 < len(name) <= MAX_NAME_LENGTH for name in systems):
            raise ValueError(f"the name of a system has one to {MAX_NAME_LENGTH} characters")
        return systems

    @field_validator("type_codes")
    @classmethod
    def _one_code_for_each_type(cls, codes: dict[str, str]) -> dict[str, str]:
        if set(codes) != set(TYPE_CODES) or len(set(codes.values())) != len(codes):
            raise ValueError(f"give each of {', '.join(TYPE_CODES)} another code")
        if not all(0 < len(code) <= 3 for code in codes.values()):
            raise ValueError("a code has one to three characters")
        return codes

    @classmethod
    def read(cls, path: Path) -> "Settings":
        """Read a TOML file. Raises OSError, tomllib.TOMLDecodeError or pydantic.ValidationError."""
        return cls.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))

    def with_data_directory(self, folder: Path) -> "Settings":
        """Copy the settings with a database file in `folder` for each system, and one for CPI's store."""
        files = {name: _file(folder, name) for name in self.systems}
        return self.model_copy(update={"systems": files, "store": self.store and _file(folder, STORE_NAME)})

    def with_file_defaults(self, folder: Path) -> "Settings":
        """Copy the settings with a file in `folder` for each database that would be in memory."""
        files = self.with_data_directory(folder)
        systems = {name: files.systems[name] if url == IN_MEMORY else url for name, url in self.systems.items()}
        store = files.store if self.store == IN_MEMORY else self.store
        return self.model_copy(update={"systems": systems, "store": store})


def _file(folder: Path, name: str) -> str:
    return f"sqlite:///{quote((folder / f'{name}.db').as_posix(), safe='/:')}"
