"""The settings of a landscape, from code or from a TOML file."""

import tomllib
from collections.abc import Callable, Mapping
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any, Literal, Self, TypeVar
from urllib.parse import quote

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
    ValidationInfo,
    field_validator,
    model_validator,
)
from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from simulator.characters import Characters
from simulator.database import IN_MEMORY, Synchronous
from simulator.errors import SettingsError
from simulator.mapping.contract_types import TYPE_CODES
from simulator.mapping.tenants import SOURCES
from simulator.settings_rules import broken_rule

STORE_NAME = "CPI"
"""The name of the file with CPI's store in a data directory; the other files are named after their systems."""

ICI_NAME = "ICI"
"""The name of the file with the agreements of the served ICI."""

SCM_NAME = "SCM"
"""The name of the file with the tables of a served SCM."""

CONNECTOR_NAME = "connector"
"""The name of the file with the store of the connector between ICI and SCM."""


_OTHER_FILES = {
    SCM_NAME: "Dynamics 365 SCM",
    CONNECTOR_NAME: "the connector's store",
    ICI_NAME: "ICI's agreements",
    STORE_NAME: "CPI's store",
}
"""The files of a data directory that hold no ECC system, with what they hold."""

MAX_NAME_LENGTH = 30
"""The length of the name of a system, as of its column in CPI's store."""

_HEADER_VALUE = "^[!-~]*$"
"""Visible ASCII, all that a token may hold."""


class IciAccess(BaseModel):
    """The address of one ICI tenant, and the credential that CPI shows to it (D-68)."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    base_url: str = Field(pattern="^https?://")

    token: str = Field(default="", pattern=_HEADER_VALUE)
    """The bearer token, where no token endpoint issues one."""

    token_url: str = ""
    """The OAuth2 token endpoint; blank for none."""

    client_id: str = ""
    client_secret: str = ""

    @model_validator(mode="after")
    def _one_credential(self) -> Self:
        if bool(self.token) == bool(self.token_url):
            raise ValueError("give token, or token_url with client_id and client_secret")
        if self.token_url and not (self.client_id and self.client_secret):
            raise ValueError("token_url needs client_id and client_secret")
        return self


class ScmContractType(BaseModel):
    """A contract type that the connector brings to SCM (SCM-8)."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    label: str = Field(min_length=1)
    """Its name among the contract types of SCM."""

    agreement: bool
    """True if its contracts have a purchase agreement."""


class PartCredentials(BaseModel):
    """The secrets between the served parts; ``env:NAME`` is the value of that environment variable."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    client_id: str = Field(default="cpi", min_length=1)
    """CPI shows it to ICI's token endpoint, with the secret."""

    client_secret: str = Field(min_length=1, repr=False)
    icm_auth_token: str = Field(min_length=1, repr=False)
    """CPI shows it to ICI in the header IcmAuthToken, in place of a bearer token."""

    apikey: str = Field(min_length=1, repr=False)
    """ICI shows it to the webhook."""

    ecc_user: str = Field(default="CPI_ICM", min_length=1)
    ecc_password: str = Field(min_length=1, repr=False)
    admin_token: str = Field(min_length=1, repr=False)
    """Whoever shows it as a bearer token may use the administration."""


Given = TypeVar("Given", tuple[str, ...], dict[str, IciAccess])


_LONGEST = timedelta(days=36_525)
"""A hundred years: what is reckoned with such a time is still a date."""


def _parsed_url(url: str) -> str:
    try:
        make_url(url or IN_MEMORY)
    except (ArgumentError, ValueError):
        raise ValueError("it is no URL of a database, such as sqlite:///pf2.db") from None
    return url


_DatabaseUrl = Annotated[str, AfterValidator(_parsed_url)]
_Wait = Annotated[timedelta, Field(ge=timedelta(0), le=_LONGEST)]
_Time = Annotated[timedelta, Field(gt=timedelta(0), le=_LONGEST)]


class Settings(BaseModel):
    """The settings of one landscape; the defaults follow the specification and the decisions."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    systems: dict[str, _DatabaseUrl] = Field(default={"PF2": IN_MEMORY, "WP2": IN_MEMORY}, min_length=1)
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

    tenants: Annotated[tuple[str, ...], Field(min_length=1)] = SOURCES
    """The sources whose events CPI takes; those of others are refused (D-68)."""

    ici: dict[str, IciAccess] = {}
    """By source, the ICI of each tenant other than `source`. A tenant that has none is refused (D-68)."""

    ici_base_url: str = "https://ici.invalid"
    """The ICI of `source`."""

    ici_api_version: str = "1"
    ici_token: Annotated[str, Field(pattern=_HEADER_VALUE)] = "ici-token"  # noqa: S105 - of the mock
    """The bearer token that CPI shows to the ICI of `source` (D-22)."""

    api_key: str | None = "apim-key"
    """The key that ICI shows to the webhook; None, or blank, admits every sender (D-22)."""

    max_per_second: Annotated[float, Field(ge=1e-6)] | None = 100_000
    """The messages a second that the webhook admits at most, evenly spread (spike arrest, D-61); None, or 0, admits any
    number."""

    own_tenants: dict[str, str] = {}
    """By system, the tenant whose contract an agreement code stands for, where several have it; `source` for a system
    without one (D-93)."""

    type_codes: dict[str, str] = dict(TYPE_CODES)
    """The code of each contract type in ECC (D-01)."""

    unique_sysid: bool = False
    """True if ECC refuses a second entry of a System ID, under another agreement code; else it only warns (D-67)."""

    confidential_master: Literal["withhold", "sheet"] = "withhold"
    """The association of an open agreement to a master that is confidential, or that does not tell: withheld, or stored
    as the mapping sheet says (D-66)."""

    roll_up_amendments: bool = True
    """True if ICI writes the values of an executed amendment into its parent (D-09)."""

    nominated_attributes: tuple[str, ...] = (
        "Name",
        "ICMPurchasingOrgCode",
        "ICMPrimaryOwnerName",
        "ICMOrgTeam",
        "ICMConfidentialContract",
    )
    """The tracking attributes whose change on an executed agreement emits an event in ICI (D-39)."""

    characters: Characters = "code-points"
    """The unit in which texts are counted, where NAME is cut and where a text is too long: a Unicode code point, or a
    UTF-16 unit, as ABAP counts (D-41)."""

    late_events: Literal["sheet", "keep"] = "sheet"
    """The treatment of an event that is older, by its own time, than one that came before it (D-62): as the sheet says,
    with an alert, or only what the newer one did not bring."""

    store: _DatabaseUrl | None = IN_MEMORY
    """The database URL of CPI's store, which keeps accepted events until every system has them. None is no store: each
    message is tried once, and a failure is only reported."""

    synchronous: Synchronous = "full"
    """full: a commit waits until the disk has it, so that power loss loses nothing that was acknowledged; normal is
    faster, and power loss may lose the last ones."""

    credentials: PartCredentials | None = None
    """The credentials between served parts that share no data directory. None makes new ones for each directory, or for
    each process that has none."""

    scm: _DatabaseUrl | None = IN_MEMORY
    """The database URL of SCM; None, or blank, serves none."""

    scm_base_url: str = Field(default="https://scm.invalid", pattern="^https?://[^/]+")
    """The environment of SCM that the connector calls."""

    scm_token_url: str = "https://login.invalid/oauth2/v2.0/token"  # noqa: S105 - an address
    """The token endpoint of Entra ID."""

    scm_client: tuple[str, str] = ("scm-connector", "scm-secret")
    """Id and secret that the connector shows there."""

    scm_store: _DatabaseUrl = IN_MEMORY
    """The database URL of the connector's store."""

    scm_store_keys: Path | None = None
    """The file with the keys to the connector's store, as `store_keys` has those to CPI's; never the same file."""

    scm_types: dict[str, ScmContractType] = {}
    """The contract types of the connector beside procurement contracts and NDAs, by name in ICI (SCM-8)."""

    scm_period: _Time = timedelta(minutes=15)
    """The time from one alignment of ICI and SCM to the next (SCM-6, D-139)."""

    ici_store: _DatabaseUrl | None = None
    """The database URL of the agreements of a served ICI, and of its events that wait; None keeps them in memory."""

    store_keys: Path | None = None
    """The file with the keys to CPI's store, where that is in the database of a server; made if it is missing. SQLite
    needs none, except for `remember_filtered`; in a data directory that is CPI.keys."""

    remember_filtered: bool = False
    """True if CPI keeps a keyed hash of each agreement that it has filtered, until it reads it as open again, and
    filters its open amendments too (D-64)."""

    max_attempts: Annotated[int, Field(ge=1)] = 5
    """The attempts at a call or a message before it goes to the error queue (D-07, D-20)."""

    first_wait: _Wait = timedelta(seconds=30)
    """The wait after the first attempt; it doubles from attempt to attempt."""

    longest_wait: _Wait = timedelta(minutes=15)

    first_answer: _Time = timedelta(seconds=5)
    """The time that the first attempt waits for the next bytes of an answer, from ICI or a system; it doubles from
    attempt to attempt."""

    longest_answer: _Time = timedelta(seconds=30)
    """The longest time that an attempt waits for the next bytes of an answer; for all of it, four times that."""

    concurrency: Annotated[int, Field(ge=1)] = 4
    """The tasks that a served CPI does at the same time for each system, and for the ICI of each tenant (D-20)."""

    keep_completed: _Time | None = timedelta(days=365)
    """The time for which a served store keeps what was completed or discarded (D-106); None, or 0, is for ever."""

    target_value: Literal["header", "sum"] = "header"
    """The target value that the report holds against the value of a contract: that of each outline agreement, or the
    sum over the organisations of the contract (D-53)."""

    target_value_tolerance: Annotated[Decimal, Field(ge=0, decimal_places=2)] = Decimal(0)
    """The difference allowed between a target value and the contract's value (OA-4)."""

    target_value_tolerance_percent: Annotated[Decimal, Field(ge=0, le=100, decimal_places=2)] = Decimal(0)
    """The same in per cent of the contract's value; the larger of both counts."""

    target_value_tolerances: dict[
        Annotated[str, Field(pattern="^[A-Z]{3}$")], Annotated[Decimal, Field(ge=0, decimal_places=2)]
    ] = {}
    """By currency, the amount that counts in place of `target_value_tolerance`."""

    seed: int = 0
    """The seed of what the mock ICI makes up: System IDs, fields that nobody maps, the order of fields."""

    @field_validator("api_key")
    @classmethod
    def _blank_is_none(cls, key: str | None) -> str | None:
        return key or None  # TOML has no null

    @field_validator("max_per_second", "keep_completed", mode="before")
    @classmethod
    def _nought_is_none(cls, given: object) -> object:
        return None if given == 0 else given  # TOML has no null

    @field_validator("*", mode="wrap")
    @classmethod
    def _true_is_no_number(cls, given: object, handler: Callable[[object], object], info: ValidationInfo) -> object:
        """Refuse true and false where they would be 1 and 0; this runs before the validators above."""
        if isinstance(given, bool) and cls.model_fields[str(info.field_name)].annotation is not bool:
            raise ValueError("true and false are no value of it")
        return handler(given)

    @field_validator("scm")
    @classmethod
    def _blank_serves_none(cls, url: str | None) -> str | None:
        return url or None  # TOML has no null

    @field_validator("systems")
    @classmethod
    def _no_system_has_the_file_of_another(cls, systems: dict[str, str]) -> dict[str, str]:
        named = {name.casefold() for name in systems}
        for name, content in _OTHER_FILES.items():
            if name.casefold() in named:
                raise ValueError(f"{name} is no ECC system: in a data directory its file is that of {content}")
        if not all(0 < len(name) <= MAX_NAME_LENGTH for name in systems):
            raise ValueError(f"the name of a system has one to {MAX_NAME_LENGTH} characters")
        return systems

    @field_validator("tenants", "ici")
    @classmethod
    def _only_sources(cls, given: Given) -> Given:
        if not {*given} <= {*SOURCES}:
            raise ValueError(f"a source is one of {', '.join(SOURCES)}")
        return given

    @model_validator(mode="after")
    def _follows_the_rules(self) -> Self:
        if why := broken_rule(self):
            raise ValueError(why)
        return self

    @field_validator("type_codes")
    @classmethod
    def _one_code_for_each_type(cls, codes: dict[str, str]) -> dict[str, str]:
        if set(codes) != set(TYPE_CODES) or len(set(codes.values())) != len(codes):
            raise ValueError(f"give each of {', '.join(TYPE_CODES)} another code")
        if not all(0 < len(code) <= 3 for code in codes.values()):
            raise ValueError("a code has one to three characters")
        return codes

    def own_tenant(self, system: str) -> str:
        """Return the tenant whose contracts a system works with, where several are in it (D-93)."""
        return self.own_tenants.get(system, self.source)

    @property
    def tolerance(self) -> tuple[Decimal, Decimal, Mapping[str, Decimal]]:
        """The amount, the percentage and the amounts by currency by which a target value may differ."""
        return self.target_value_tolerance, self.target_value_tolerance_percent, self.target_value_tolerances

    def ici_of(self, source: str) -> IciAccess | None:
        """Return the ICI of a tenant; None where its events are to be refused (D-68)."""
        if source not in self.tenants:
            return None
        if source == self.source:
            return IciAccess.model_construct(base_url=self.ici_base_url, token=self.ici_token)
        return self.ici.get(source)

    def ici_urls(self) -> dict[str, str]:
        """Return the base URL of each ICI that CPI reads, by the name of its endpoint in the monitoring."""
        found = {source: access for source in self.tenants if (access := self.ici_of(source))}
        return {f"ICI {name}" if name != self.source else "ICI": access.base_url for name, access in found.items()}

    def with_one_ici(self) -> "Settings":
        """Copy the settings with one ICI for the events of every tenant, as recorded exchanges have it."""
        access = IciAccess.model_construct(base_url=self.ici_base_url, token=self.ici_token)
        return self.model_copy(update={"ici": {source: access for source in SOURCES if source != self.source}})

    @classmethod
    def read(cls, path: Path) -> "Settings":
        """Read a TOML file. Raises OSError, tomllib.TOMLDecodeError or pydantic.ValidationError."""
        return cls.model_validate(tomllib.loads(path.read_text(encoding="utf-8-sig")))

    def model_copy(self, *, update: Mapping[str, Any] | None = None, deep: bool = False) -> Self:  # noqa: ARG002 - frozen
        """Copy the settings with other values, which follow all rules as well. Raises SettingsError."""
        given = {name: getattr(self, name) for name in self.model_fields_set}
        try:
            return self.model_validate({**given, **(update or {})})
        except ValidationError as errors:
            said = (": ".join([*map(str, one["loc"]), one["msg"]]) for one in errors.errors(include_input=False))
            raise SettingsError("; ".join(said)) from None

    def with_data_directory(self, folder: Path) -> "Settings":
        """Copy the settings with a database file in `folder` for each system, for CPI's store and for ICI.

        Raises SettingsError.
        """
        changed = {
            "systems": {name: _file(folder, name) for name in self.systems},
            "store": self.store and _file(folder, STORE_NAME),
            "store_keys": self._keys_in(folder),
            "ici_store": _file(folder, ICI_NAME),
            "scm": self.scm and _file(folder, SCM_NAME),
            "scm_store": _file(folder, CONNECTOR_NAME),
        }
        return self.model_copy(update=changed)

    def with_file_defaults(self, folder: Path) -> "Settings":
        """Copy the settings with a file in `folder` for each database that would be in memory. Raises SettingsError."""
        systems = {name: _file(folder, name) if url == IN_MEMORY else url for name, url in self.systems.items()}
        changed: dict[str, object] = {"systems": systems}
        if self.scm == IN_MEMORY:
            changed |= {"scm": _file(folder, SCM_NAME)}
        if self.scm_store == IN_MEMORY:
            changed |= {"scm_store": _file(folder, CONNECTOR_NAME)}
        if self.store == IN_MEMORY:
            changed |= {"store": _file(folder, STORE_NAME), "store_keys": self._keys_in(folder)}
        return self.model_copy(update=changed)

    def _keys_in(self, folder: Path) -> Path | None:
        """Return the key file that goes with a store in a file of `folder`."""
        return self.store_keys or (folder / f"{STORE_NAME}.keys" if self.remember_filtered else None)


def _file(folder: Path, name: str) -> str:
    return f"sqlite:///{quote((folder / f'{name}.db').as_posix(), safe='/:')}"
