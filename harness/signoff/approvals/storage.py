"""The file of the approvals: under version control, made to be read in a review."""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import date
from pathlib import Path

import tomli_w
from pydantic import ConfigDict, ValidationError
from pydantic.dataclasses import dataclass

from harness.errors import UserError
from harness.files import atomic_write
from harness.signoff.approvals.fingerprint import Parts

_HEAD = """\
# Who approved which condition, and what it was bound to then: one hash for each part, so that a change can be named.
# Written by `zicm signoff approve`; `zicm signoff status` tells which approvals still stand.
"""


@dataclass(frozen=True, kw_only=True, config=ConfigDict(extra="forbid"))
class ApprovalRecord:
    """The approval of one condition."""

    by: str
    on: date
    comment: str

    mode: str
    """The mode of the run that gave the evidence."""

    version: str
    parts: Parts


def read(file: Path, conditions: Iterable[str]) -> dict[str, ApprovalRecord]:
    """The approvals in a file, by condition; none where there is no file.

    Raises UserError, which names the file and the condition, for a file that cannot be read, or holds an approval of
    a condition that there is not.
    """
    try:
        content = tomllib.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        raise UserError(f"{file} cannot be read: {error}") from None
    found = {}
    for condition, fields in content.items():
        if condition not in conditions:
            raise UserError(f"{file} has an approval of {condition}, and there is no such condition")
        try:
            found[condition] = ApprovalRecord(**fields)
        except (TypeError, ValidationError) as error:
            fault = error.errors()[0] if isinstance(error, ValidationError) else {"loc": (), "msg": "it is no table"}
            place = ".".join(map(str, (condition, *fault["loc"])))
            raise UserError(f"{file}: {place}: {fault['msg']}") from None
    return found


def write(file: Path, approvals: Mapping[str, ApprovalRecord], conditions: Iterable[str]) -> None:
    """Write the approvals in the order of the conditions, wholly or not at all. Raises OSError."""
    content = {condition: _as_table(approvals[condition]) for condition in conditions if condition in approvals}
    with atomic_write(file) as half:
        half.write_text(f"{_HEAD}\n{tomli_w.dumps(content)}", encoding="utf-8", newline="\n")


def _as_table(record: ApprovalRecord) -> dict[str, object]:
    parts = {kind: dict(sorted(hashes.items())) for kind, hashes in record.parts.items()}
    return {**asdict(record), "parts": parts}
