"""The file `zicm.toml` beside the ABAP: names of tables and fields, the release, the folder with stubs."""

import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from harness.errors import UserError
from harness.text import did_you_mean
from simulator.ecc.tables import ZTable

FILE = "zicm.toml"

STUBS = Path(__file__).parent / "stubs"
"""Our stubs of what SAP has."""


class SwitchRow(BaseModel):
    """A row of a table that switches something on."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    table: str
    row: dict[str, str]


class AbapMapping(BaseModel):
    """The names in somebody's ABAP, by those of the specification."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    abap_version: Literal[
        "v700", "v702", "v740sp02", "v740sp05", "v740sp08", "v750", "v751", "v752", "v753", "v754"
    ] = "v702"
    """The release whose syntax abaplint allows."""

    stubs: str = ""
    """The folder, beside `zicm.toml`, with standard objects of SAP that the ABAP uses."""

    tables: dict[str, str] = {}
    """Table of the specification to its name."""

    fields: dict[str, dict[str, str]] = {}
    """Table of the specification to its fields, each with its name; the others have the specification's."""

    unique_sysid: SwitchRow | None = Field(default=None)
    """The row that makes a second entry of a System ID an error (D-67); None where the ABAP has no such switch."""

    @model_validator(mode="after")
    def _known_names(self) -> "AbapMapping":
        known: Mapping[str, set[str]] = {
            name: {column.name for column in table.columns} for name, table in ZTable.metadata.tables.items()
        }
        for table in (*self.tables, *self.fields):
            if table not in known:
                raise ValueError(f"the specification has no table {table}{did_you_mean(table, known)}")
        for table, fields in self.fields.items():
            for name in sorted({*fields} - known[table]):
                raise ValueError(f"{table} has no field {name}{did_you_mean(name, known[table])}")
            given = [self.field(table, name) for name in sorted(known[table])]
            if twice := next((name for name in given if given.count(name) > 1), ""):
                raise ValueError(f"two fields of {table} would have the name {twice}")
        return self

    def table(self, name: str) -> str:
        """Return the name of a table of the specification."""
        return self.tables.get(name, name).upper()

    def field(self, table: str, name: str) -> str:
        """Return the name of a field of the specification."""
        return self.fields.get(table, {}).get(name, name).upper()

    @staticmethod
    def line_of(folder: Path, word: str) -> int:
        """Return the line of the file in a folder that holds a word; 0 if none does."""
        lines = (folder / FILE).read_text(encoding="utf-8-sig").splitlines()
        named = re.compile(rf"\b{re.escape(word)}\b", re.IGNORECASE)
        return next((number for number, line in enumerate(lines, 1) if named.search(line)), 0)

    def stubs_in(self, folder: Path) -> list[Path]:
        """Return the folders with stubs for a checkout, its own before ours. Raises UserError if its own is missing."""
        own = [folder / self.stubs] if self.stubs else []
        if own and not own[0].is_dir():
            raise UserError(f"the folder with stubs does not exist: {own[0]}")
        return [*own, STUBS]

    def to_abap(self, table: str, row: Mapping[str, object]) -> dict[str, object]:
        """Rename the fields of a row from the specification to the ABAP."""
        names = self.fields.get(table, {})
        return {names.get(name, name): value for name, value in row.items()}

    def from_abap(self, table: str, row: Mapping[str, object]) -> dict[str, object]:
        """Rename the fields of a row from the ABAP to the specification, without regard to case."""
        names = {short.upper(): long for long, short in self.fields.get(table, {}).items()}
        return {names.get(name.upper(), name.upper()): value for name, value in row.items()}

    @classmethod
    def read(cls, folder: Path) -> "AbapMapping":
        """Read the file in a folder; without one, every name is that of the specification. Raises UserError."""
        file = folder / FILE
        if not file.exists():
            return cls()
        try:
            return cls.model_validate(tomllib.loads(file.read_text(encoding="utf-8-sig")))
        except ValidationError as errors:
            first = errors.errors()[0]
            where = ".".join(map(str, first["loc"]))
            raise UserError(f"{file}: {where + ': ' if where else ''}{first['msg']}") from None
        except (OSError, ValueError) as error:
            raise UserError(f"{file} cannot be read: {error}") from None
