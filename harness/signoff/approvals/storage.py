"""The file of the approvals: under version control, made to be read in a review."""

import json
import tomllib
from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path

from pydantic import ConfigDict, ValidationError
from pydantic.dataclasses import dataclass

from harness.errors import UserError
from harness.files import atomic_write
from harness.signoff.approvals.fingerprint import KINDS, Parts

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
    """Write them in the order of the conditions, wholly or not at all. Raises OSError."""
    blocks = [_HEAD, *(_block(condition, approvals[condition]) for condition in conditions if condition in approvals)]
    with atomic_write(file) as half:
        half.write_text("\n".join(blocks), encoding="utf-8", newline="\n")


def _block(condition: str, one: ApprovalRecord) -> str:
    lines = [f"[{condition}]", f"by = {_text(one.by)}", f"on = {one.on.isoformat()}"]
    lines += [f"{name} = {_text(getattr(one, name))}" for name in ("comment", "mode", "version")]
    for kind in KINDS:
        held = one.parts.get(kind, {})
        lines += ["", f"[{condition}.parts.{kind}]", *(f"{_text(name)} = {_text(held[name])}" for name in sorted(held))]
    return "\n".join(lines) + "\n"


def _text(text: str) -> str:
    """A basic string of TOML: as JSON writes it, but for the one control character that JSON leaves as it is."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
