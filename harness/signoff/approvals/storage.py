"""Read and write the file of the approvals, which is under version control and readable in a review."""

import datetime as dt
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import asdict
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
    date: dt.date
    comment: str

    mode: str
    """The mode of the run with the evidence."""

    version: str
    parts: Parts


def read(file: Path, conditions: Iterable[str]) -> dict[str, ApprovalRecord]:
    """Read the approvals in a file, by condition; without a file there are none.

    Raises UserError, which names the file and the condition, for a file that cannot be read, or that approves an
    unknown condition.
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
            raise UserError(f"{file} has an approval of {condition}, which is no condition")
        try:
            found[condition] = ApprovalRecord(**fields)
        except (TypeError, ValidationError) as error:
            fault = error.errors()[0] if isinstance(error, ValidationError) else {"loc": (), "msg": "it is not a table"}
            place = ".".join(map(str, (condition, *fault["loc"])))
            raise UserError(f"{file}: {place}: {fault['msg']}") from None
    return found


def write(file: Path, approvals: Mapping[str, ApprovalRecord], conditions: Iterable[str]) -> None:
    """Write the approvals in the order of the conditions, wholly or not at all. Raises OSError."""
    content = {condition: _as_table(approvals[condition]) for condition in conditions if condition in approvals}
    with atomic_write(file, rb"\A# Who approved which condition") as half:
        half.write_text(f"{_HEAD}\n{tomli_w.dumps(content)}", encoding="utf-8", newline="\n")


def _as_table(record: ApprovalRecord) -> dict[str, object]:
    parts = {kind: dict(sorted(hashes.items())) for kind, hashes in record.parts.items()}
    return {**asdict(record), "parts": parts}
