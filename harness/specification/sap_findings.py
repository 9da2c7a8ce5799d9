"""The findings for the SAP side: what to settle before the interface is built there."""

import tomllib
from pathlib import Path
from typing import NamedTuple

from harness.specification.register import SPEC, Register

MAX_FIELD_NAME = 16
"""Characters that the ABAP Dictionary allows in the name of a table's field (D-28)."""


class SapFinding(NamedTuple):
    """One finding."""

    id: str
    decision: str
    """The id of its open question."""

    title: str
    text: str
    request: str
    """The request to the SAP side."""


def load_findings(register: Register, folder: Path = SPEC) -> tuple[SapFinding, ...]:
    """Read the findings in the order of the file.

    Raises OSError, tomllib.TOMLDecodeError, TypeError for a missing or unknown field.
    """
    content = tomllib.loads((folder / "findings.toml").read_text(encoding="utf-8-sig"))
    long_names = [mapped.target for mapped in register.mappings if len(mapped.target) > MAX_FIELD_NAME]
    found = (SapFinding(**fields) for fields in content["finding"])
    return tuple(one._replace(text=one.text.format(long_names=", ".join(long_names))) for one in found)
