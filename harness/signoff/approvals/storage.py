"""Read and write the file of the approvals, which is under version control and readable in a review."""

import datetime as dt
import errno
import json
import os
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, field
from pathlib import Path

import tomli_w
from filelock import FileLock, Timeout
from pydantic import ConfigDict, ValidationError
from pydantic.dataclasses import dataclass

from harness.errors import UserError
from harness.evidence.code.record import CodeParts, pack, unpack
from harness.files import atomic_write, require_replaceable
from harness.signoff.approvals.fingerprint import Parts
from harness.signoff.approvals.model import SignedVerdict
from harness.specification.register import Target

_PATTERN = rb"\A# Who approved which condition"
"""Found at the beginning of a file of approvals, which may be replaced."""

_PATIENCE = 10
"""The seconds to wait while somebody else signs."""

_HEAD = """\
# Who approved which condition, and what it was bound to then: one hash for each part, so that a change can be named.
# Rejections and withdrawals are added and nothing is removed; `evidence` and `pack` are the SHA-256 of what was seen.
# Written by `zicm signoff approve`, `reject` and `withdraw`; `zicm signoff status` tells which approvals still stand.
"""


@dataclass(frozen=True, kw_only=True, config=ConfigDict(extra="forbid"))
class ApprovalRecord:
    """The verdict of one person in one role on one condition."""

    by: str
    role: str
    date: dt.date
    verdict: SignedVerdict
    comment: str

    mode: str = ""
    """The mode of the run with the evidence."""

    version: str = ""
    evidence: str = ""
    """The SHA-256 of the evidence."""

    pack: str = ""
    """The SHA-256 of the sign-off pack beside it; blank where there is none."""

    code_id: str = ""
    """The id of the code, in the file beside the approvals; blank where no code was recorded."""

    of: str = ""
    """The person whose verdict is withdrawn, if another one."""

    of_role: str = ""
    """The role in which that one was given."""

    not_observed: list[str] = field(default_factory=list)
    """The scenarios that the run could not observe, each with its registered reason; they did not block it."""

    given: dict[str, str] = field(default_factory=dict)
    """The paths of the ABAP and the flow that were tested, as the evidence names them."""

    parts: Parts = field(default_factory=dict)
    """The content that an approval is bound to; empty for the other verdicts."""


def read(file: Path, conditions: Iterable[str]) -> dict[str, list[ApprovalRecord]]:
    """Read the verdicts in a file, by condition, in their order; without a file there are none.

    Raises UserError, which names the file and the condition, for a file that cannot be read, or that approves an
    unknown condition.
    """
    try:
        content = tomllib.loads(file.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        raise UserError(f"{file} cannot be read: {error}") from None
    found = {}
    for condition, entries in content.items():
        if condition not in conditions:
            raise UserError(f"{file} has an approval of {condition}, which is no condition")
        if not isinstance(entries, list):
            raise UserError(
                f"{file}: {condition}: it is no list of approvals; an earlier version kept one, without a role: "
                "remove it and approve again"
            )
        found[condition] = [_record(file, condition, fields) for fields in entries]
    return found


def require_approvals(file: Path) -> None:
    """Check that a file holds approvals or does not exist. Raises OSError."""
    require_replaceable(file, _PATTERN)


def code_file(file: Path) -> Path:
    """Return the file beside the approvals with the code that they are bound to."""
    return file.with_suffix(".code.json")


def read_code(file: Path) -> dict[str, CodeParts]:
    """Read the code that the approvals in a file are bound to, by its id. Raises UserError."""
    beside = code_file(file)
    try:
        return unpack(json.loads(beside.read_text(encoding="utf-8-sig")))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise UserError(f"{beside} cannot be read: {error}") from None


def _record(file: Path, condition: str, fields: object) -> ApprovalRecord:
    if not isinstance(fields, dict):
        raise UserError(f"{file}: {condition}: it is not a table")
    try:
        return ApprovalRecord(**fields)
    except ValidationError as error:
        fault = error.errors()[0]
        place = ".".join(map(str, (condition, *fault["loc"])))
        raise UserError(f"{file}: {place}: {fault['msg']}") from None


def read_roles(file: Path) -> dict[Target, tuple[str, ...]]:
    """Read the roles that must approve each condition, by its target.

    Where none are listed for SCM, they are the same. Raises UserError for a file that does not list them.
    """
    try:
        content = tomllib.loads(file.read_text(encoding="utf-8-sig"))
    except (OSError, ValueError) as error:
        raise UserError(f"{file} cannot be read: {error}") from None
    of_ecc = content.get("roles", [])
    lists = {Target.ECC: of_ecc, Target.SCM: content.get("scm_roles", of_ecc)}
    if not {*content} <= {"roles", "scm_roles"} or not all(isinstance(one, list) and one for one in lists.values()):
        raise UserError(f"{file} must list roles and may list scm_roles, at least one each, and nothing else")
    if not all(_is_role(role) for listed in lists.values() for role in listed):
        raise UserError(f"{file}: a role must be a name")
    return {target: tuple(dict.fromkeys(listed)) for target, listed in lists.items()}


def _is_role(role: object) -> bool:
    return isinstance(role, str) and role.strip() == role and role.isprintable() and bool(role)


@contextmanager
def locked(file: Path) -> Iterator[None]:
    """Let nobody else change the approvals meanwhile. Raises OSError, and UserError if somebody does not finish."""
    if not file.parent.is_dir():  # which the lock would make
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), str(file))
    lock = FileLock(file.with_name(f".{file.name}.lock"), timeout=_PATIENCE)
    try:
        with lock:
            yield
    except Timeout:
        raise UserError(f"{file} is being changed by somebody else; try again") from None


def write(
    file: Path,
    approvals: Mapping[str, Sequence[ApprovalRecord]],
    code: Mapping[str, CodeParts],
    conditions: Iterable[str],
) -> None:
    """Write the approvals in the order of the conditions, wholly or not at all; beside them their code, by its id.

    Raises OSError.
    """
    used = {one.code_id for given in approvals.values() for one in given if one.code_id in code}
    if used:
        packed = json.dumps(pack({id_: code[id_] for id_ in used}), ensure_ascii=False)
        with atomic_write(code_file(file), rb'\A\{\s*"parts": \{') as half:
            half.write_text(packed.replace('], "', '],\n"').replace('", "', '",\n"'), encoding="utf-8", newline="\n")
    content = {
        condition: [_as_table(one) for one in approvals[condition]]
        for condition in conditions
        if condition in approvals
    }
    with atomic_write(file, _PATTERN) as half:
        half.write_text(f"{_HEAD}\n{tomli_w.dumps(content)}", encoding="utf-8", newline="\n")


def _as_table(record: ApprovalRecord) -> dict[str, object]:
    parts = {kind: dict(sorted(hashes.items())) for kind, hashes in record.parts.items()}
    return {name: value for name, value in {**asdict(record), "parts": parts}.items() if value or name == "comment"}
