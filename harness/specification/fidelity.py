"""The fidelity ledger: what of the surrounding systems is emulated, and what that rests on."""

import tomllib
from pathlib import Path
from typing import Literal

from pydantic import ConfigDict
from pydantic.dataclasses import dataclass

from harness.specification.register import SPEC

System = Literal["ICI", "API Management", "CPI", "ECC", "Cloud ALM"]


@dataclass(frozen=True, kw_only=True, config=ConfigDict(extra="forbid", str_min_length=1))
class Behaviour:
    """One thing that a simulator does."""

    system: System
    text: str

    basis: Literal["specified", "documented", "assumed"]
    """By the specification, by the vendor's documentation, or by nobody."""

    rests_on: str
    """Ids of the register, or whose documentation; for what is assumed, why."""


def load_ledger(folder: Path = SPEC) -> tuple[Behaviour, ...]:
    """Every behaviour, in the order of the file.

    Raises OSError, tomllib.TOMLDecodeError, or pydantic.ValidationError for a field too few, too many or unknown.
    """
    content = tomllib.loads((folder / "fidelity.toml").read_text(encoding="utf-8"))
    return tuple(Behaviour(**fields) for fields in content["behaviour"])
