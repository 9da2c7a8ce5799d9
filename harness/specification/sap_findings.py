"""The findings for the SAP side: what somebody should look at before the interface is built there."""

import tomllib
from pathlib import Path
from typing import NamedTuple

from harness.specification.register import SPEC, Register

LONGEST_NAME = 16
"""Characters that the ABAP Dictionary takes for the name of a table's field, as it is said (D-28)."""


class SapFinding(NamedTuple):
    """One of them."""

    id: str
    decision: str
    """The open question that it belongs to."""

    title: str
    text: str
    asks: str
    """What the SAP side is asked for."""


def load_findings(register: Register, folder: Path = SPEC) -> tuple[SapFinding, ...]:
    """All of them, in the order of the file. Raises OSError, tomllib.TOMLDecodeError, TypeError for wrong fields."""
    content = tomllib.loads((folder / "findings.toml").read_text(encoding="utf-8"))
    long_names = [mapped.target for mapped in register.mappings if len(mapped.target) > LONGEST_NAME]
    found = (SapFinding(**fields) for fields in content["finding"])
    return tuple(one._replace(text=one.text.format(long_names=", ".join(long_names))) for one in found)
