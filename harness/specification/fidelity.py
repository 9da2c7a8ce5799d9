"""The fidelity ledger: which behaviour of the surrounding systems is emulated, and on what grounds."""

import tomllib
from pathlib import Path
from typing import Literal

from pydantic import ConfigDict
from pydantic.dataclasses import dataclass

from harness.specification.register import SPEC, Target

SystemName = Literal["ICI", "API Management", "CPI", "ECC", "Cloud ALM", "connector", "SCM"]


@dataclass(frozen=True, kw_only=True, config=ConfigDict(extra="forbid", str_min_length=1))
class Behaviour:
    """One behaviour of a simulator."""

    system: SystemName
    text: str

    only: Target | None = None
    """The interface that it belongs to, where its system has a part in both."""

    basis: Literal["specified", "documented", "assumed"]
    """The source of the statement: the specification, the vendor's documentation, or our assumption."""

    source: str
    """Ids of the register, or the documentation; for an assumption, its reason."""


def load_ledger(folder: Path = SPEC) -> tuple[Behaviour, ...]:
    """Read the ledger in the order of the file.

    Raises OSError, tomllib.TOMLDecodeError, or pydantic.ValidationError for a missing or unknown field.
    """
    content = tomllib.loads((folder / "fidelity.toml").read_text(encoding="utf-8-sig"))
    return tuple(Behaviour(**fields) for fields in content["behaviour"])
