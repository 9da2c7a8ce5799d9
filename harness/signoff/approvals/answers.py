"""The answers to decisions: each is proposed until somebody confirms or overrules it.

An answer counts for the text that it was given to: a decision whose text has changed is proposed again.
"""

import datetime as dt
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Final, Literal, TypeAlias

import tomli_w
from pydantic import ConfigDict, ValidationError
from pydantic.dataclasses import dataclass

from harness.errors import UserError
from harness.files import atomic_write
from harness.signoff.approvals.fingerprint import text_hash
from harness.specification.register import Decision, Register

PROPOSED = "proposed"
CONFIRMED: Final = "confirmed"
OVERRULED: Final = "overruled"

GivenAnswer: TypeAlias = Literal["confirmed", "overruled"]

_HEAD = """\
# Who confirmed or overruled which decision, when, and which text of it; the last answer to the present text counts.
# Written by `zicm signoff decide` and `import-answers`.
"""


@dataclass(frozen=True, kw_only=True, config=ConfigDict(extra="forbid"))
class DecisionAnswer:
    """The answer of one person to one decision."""

    by: str
    date: dt.date
    answer: GivenAnswer
    comment: str = ""
    role: str = ""
    text: str
    """The hash of the decision as it was."""


def answers_file(approvals: Path) -> Path:
    """Return the file of the answers, which stands beside that of the approvals."""
    return approvals.with_name("answers.toml")


def read_answers(file: Path, register: Register) -> dict[str, list[DecisionAnswer]]:
    """Read all answers, by decision; without a file there are none. Raises UserError, which names file and decision."""
    try:
        content = tomllib.loads(file.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        raise UserError(f"{file} cannot be read: {error}") from None
    known = {one.id for one in register.decisions}
    found = {}
    for id_, entries in content.items():
        if id_ not in known:
            raise UserError(f"{file} has an answer to {id_}, which is no decision")
        try:
            found[id_] = [DecisionAnswer(**fields) for fields in entries]
        except (TypeError, ValidationError) as error:
            raise UserError(f"{file}: {id_}: {str(error).splitlines()[0]}") from None
    return found


def write_answers(file: Path, answers: Mapping[str, Sequence[DecisionAnswer]], register: Register) -> None:
    """Write all answers in the order of the decisions, wholly or not at all. Raises OSError."""
    content = {
        one.id: [{name: value for name, value in asdict(each).items() if value} for each in answers[one.id]]
        for one in register.decisions
        if one.id in answers
    }
    with atomic_write(file, rb"\A# Who confirmed or overruled which decision") as half:
        half.write_text(f"{_HEAD}\n{tomli_w.dumps(content)}", encoding="utf-8", newline="\n")


def current_answers(register: Register, answers: Mapping[str, Sequence[DecisionAnswer]]) -> dict[str, DecisionAnswer]:
    """Return the answer that counts of each decision that has one."""
    given = {
        one.id: [each for each in answers.get(one.id, ()) if each.text == text_hash(one)] for one in register.decisions
    }
    return {id_: each[-1] for id_, each in given.items() if each}


def state_of(decision: Decision, answers: Mapping[str, DecisionAnswer]) -> str:
    """Return PROPOSED, CONFIRMED or OVERRULED."""
    return answers[decision.id].answer if decision.id in answers else PROPOSED
