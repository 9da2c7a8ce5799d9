"""The conditions as they are now, the evidence of the last run, and the approvals: what `zicm signoff` works on."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NamedTuple
from unicodedata import normalize

from harness.errors import UserError
from harness.evidence import content_hash
from harness.evidence.code.record import CodeParts, id_of
from harness.evidence.cucumber_reader import sha256_of
from harness.evidence.last_run import REMEDY, load_evidence
from harness.evidence.run import Run
from harness.files import FEATURES, signoff_settings
from harness.signoff.approvals import storage
from harness.signoff.approvals.answers import (
    DecisionAnswer,
    GivenAnswer,
    answers_file,
    current_answers,
    read_answers,
    write_answers,
)
from harness.signoff.approvals.evidence import given_now, summarise
from harness.signoff.approvals.fingerprint import ConditionFingerprints, text_hash
from harness.signoff.approvals.model import APPROVED, MAX_REASONS, REJECTED, WITHDRAWN, Approval, SignedVerdict
from harness.signoff.approvals.status import (
    GivenVerdicts,
    blockers,
    changed_since,
    current_approvals,
    not_observed,
    standing,
)
from harness.signoff.approvals.storage import ApprovalRecord
from harness.signoff.workbook.answers import FilledAnswer, read_filled_answers
from harness.specification.register import Register, Target
from harness.text import did_you_mean

CURRENT, OLDER, NONE = "current", "older", "none"


class Signer(NamedTuple):
    """The person who signs, with role and comment."""

    by: str
    role: str
    comment: str
    date: dt.date


def name_of(given: str) -> str:
    """Return the name of a person as it is kept, without needless blanks. Raises ValueError for what is none."""
    name = " ".join(filter(None, normalize("NFC", given.strip()).split(" ")))
    if not name or not name.isprintable():
        raise ValueError("it must be a name")
    return name


class NewAnswer(NamedTuple):
    """An answer to a decision, before it is written."""

    answer: GivenAnswer
    by: str
    date: dt.date
    comment: str = ""
    role: str = ""
    """Blank where it was not said."""


@dataclass(frozen=True)
class SignOff:
    """The conditions to sign off, and the approvals so far."""

    reports: Path
    file: Path
    fingerprints: ConditionFingerprints
    given: dict[str, list[ApprovalRecord]]
    """All verdicts, by condition."""

    code: dict[str, CodeParts]
    """The code that they are bound to, by its id."""

    answers: dict[str, list[DecisionAnswer]]
    """All answers, by decision."""

    roles_by_target: dict[Target, tuple[str, ...]]
    """The roles that have to sign each condition."""

    run: Run | None

    @property
    def conditions(self) -> list[str]:
        """The ids of the conditions, in the order of the register."""
        return [condition.id for condition in self.fingerprints.register.conditions]

    @property
    def evidence(self) -> str:
        """CURRENT, OLDER for evidence from other code or features, or NONE."""
        if self.run is None:
            return NONE
        recorded = {name: one["hash"] for name, one in self.run.facts.get("given", {}).items()}
        same = self.run.facts.get("content") == content_hash.digest() and self.fingerprints.given == recorded
        return CURRENT if same else OLDER

    def states(self) -> dict[str, Approval]:
        """Return the state of each condition."""
        mode = str(self.run.facts["mode"]) if self.run else ""
        given = GivenVerdicts(self.given, self.code, self.current_answers)
        return current_approvals(self.fingerprints, given, self.roles_by_target, mode)

    @property
    def roles(self) -> tuple[str, ...]:
        """All roles, each once."""
        return tuple(dict.fromkeys(role for roles in self.roles_by_target.values() for role in roles))

    def target(self, condition: str) -> Target:
        return self.register.by_id[condition].belongs_to

    @property
    def register(self) -> Register:
        return self.fingerprints.register

    @property
    def current_answers(self) -> dict[str, DecisionAnswer]:
        """The answers that count, by decision."""
        return current_answers(self.register, self.answers)

    @property
    def answers_file(self) -> Path:
        return answers_file(self.file)

    def import_answers(self, workbook: Path, today: dt.date) -> dict[str, tuple[str, list[str]]]:
        """Add the answers of a workbook, all or none, but those that are known already, as `decide` does.

        Raises UserError for a row that cannot be taken over.
        """
        by_id = {one.id: one for one in self.register.decisions}
        made = {}
        for one in read_filled_answers(workbook, today):
            if one.decision not in by_id:
                raise UserError(f"{workbook}: there is no decision {one.decision}")
            now = by_id[one.decision]
            if one.shown != tuple(text.strip() for text in (now.question, now.built, now.other, now.why)):
                raise UserError(f"{workbook}: {one.decision} has another text by now: export the workbook again")
            if not self._is_known(one):
                made[one.decision] = NewAnswer(one.answer, one.by, one.date or today)
        return self.decide(made)

    def _is_known(self, filled: FilledAnswer) -> bool:
        """Return True for an answer that counts, or that counted until somebody answered otherwise."""
        if (now := self.current_answers.get(filled.decision)) and (now.answer, now.by) == (filled.answer, filled.by):
            return True
        text = text_hash(self.register.by_id[filled.decision])
        return any(
            (one.answer, one.by, one.text) == (filled.answer, filled.by, text) and filled.date in (None, one.date)
            for one in self.answers.get(filled.decision, ())
        )

    def decide(self, made: Mapping[str, NewAnswer]) -> dict[str, tuple[str, list[str]]]:
        """Add an answer to each of some decisions. Returns the state of each, and the conditions that rest on it.

        Raises UserError if the file cannot be written.
        """
        if not made:
            return {}
        file = self.answers_file
        try:
            with storage.locked(file):
                answers = read_answers(file, self.register)  # somebody may have answered since it was loaded
                for decision in self.register.decisions:
                    if decision.id in made:
                        answer = DecisionAnswer(**made[decision.id]._asdict(), text=text_hash(decision))
                        answers.setdefault(decision.id, []).append(answer)
                write_answers(file, answers, self.register)
        except OSError as error:
            raise UserError(f"{file} cannot be written: {error.strerror}") from None
        self.answers.update(answers)
        resting = {condition: {one.id for one in self.fingerprints.entries(condition)} for condition in self.conditions}
        return {
            decision: (one.answer, [condition for condition, ids in resting.items() if decision in ids])
            for decision, one in made.items()
        }

    def signer(self, by: str, role: str, comment: str, today: dt.date) -> Signer:
        """Describe who signs; `by` is a name. Raises ValueError for a role that nobody asks for."""
        if role not in self.roles:
            hint = did_you_mean(role, self.roles)
            raise ValueError(f"there is no such role, there are {', '.join(self.roles)}{hint}")
        return Signer(by, role, comment.strip(), today)

    def hindrances(self, conditions: Sequence[str]) -> list[str]:
        """List why conditions cannot be approved now; the evidence is there."""
        answers = self.current_answers
        reasons = [f"{one}: {reason}" for one in conditions for reason in blockers(self.fingerprints, one, answers)]
        if len(reasons) > MAX_REASONS:
            reasons[MAX_REASONS:] = [f"and {len(reasons) - MAX_REASONS} more"]
        packs = {self.reports / self.target(one).pack for one in conditions}
        reasons += [f"{pack} is of another run" for pack in sorted(packs) if self._is_of_another_run(pack)]
        if self.evidence != CURRENT:
            reasons.insert(0, f"the evidence in {self.reports} is from other code or features; {REMEDY}")
        return reasons

    def _is_of_another_run(self, pack: Path) -> bool:
        """Tell whether a pack is there that does not state the evidence beside it, for example a copy."""
        return self.run is not None and pack.is_file() and self.run.sha256.encode() not in pack.read_bytes()

    def approve(self, conditions: Sequence[str], signer: Signer) -> dict[str, ApprovalRecord]:
        """Approve conditions as they are now, all of them or none, and write the file. Returns the new approvals.

        Raises UserError if one of them is not ready to be approved, or if the file cannot be written.
        """
        self._require_approvals()
        run = self.run or load_evidence(self.reports)  # raises the UserError for missing evidence
        others = self._signed_in_another_role(conditions, signer)
        if reasons := [*self._without_the_role(conditions, signer), *others, *self.hindrances(conditions)]:
            raise UserError(f"nothing is approved: {'; '.join(reasons)}")
        code = {one: self.fingerprints.code(one) for one in conditions}
        made = {
            one: replace(
                self._record(signer, APPROVED, run, one),
                parts=self.fingerprints.parts(one),
                code_id=id_of(code[one]),
                not_observed=not_observed(self.fingerprints, one),
                given={name: each["path"] for name, each in run.facts.get("given", {}).items()},
            )
            for one in conditions
        }
        self._add(made, {made[one].code_id: code[one] for one in conditions})
        return made

    def _without_the_role(self, conditions: Sequence[str], signer: Signer) -> list[str]:
        """List where nobody signs in this role."""
        roles = {one: self.roles_by_target[self.target(one)] for one in conditions}
        return [
            f"{one}: nobody signs it as {signer.role}, but as {', '.join(each)}"
            for one, each in roles.items()
            if signer.role not in each
        ]

    def _signed_in_another_role(self, conditions: Sequence[str], signer: Signer) -> list[str]:
        """List where the same person has approved in another role: each role is there to look for itself."""
        return [
            f"{condition}: {signer.by} has approved it as {one.role}, and another person must as {signer.role}"
            for condition in conditions
            for one in standing(self.given.get(condition, ()))
            if one.verdict == APPROVED and one.role != signer.role and one.by.casefold() == signer.by.casefold()
        ]

    def reject(self, conditions: Sequence[str], signer: Signer) -> None:
        """Reject conditions, whatever the evidence shows. Raises UserError without evidence, or as `approve` does."""
        self._require_approvals()
        run = self.run or load_evidence(self.reports)
        if reasons := self._without_the_role(conditions, signer):
            raise UserError(f"nothing is rejected: {'; '.join(reasons)}")
        self._add({one: self._record(signer, REJECTED, run, one) for one in conditions})

    def withdraw(self, conditions: Sequence[str], signer: Signer, of: str = "", of_role: str = "") -> None:
        """Withdraw the verdicts of the same person in the same role, or those of another or in an earlier role.

        Raises UserError where none stands.
        """
        self._require_approvals()
        whose = (of or signer.by, of_role or signer.role)
        for condition in conditions:
            if not any((one.by, one.role) == whose for one in standing(self.given.get(condition, ()))):
                reason = f"{whose[0]} has given no verdict as {whose[1]} that stands"
                raise UserError(f"nothing is withdrawn: {condition}: {reason}")
        record = self._record(signer, WITHDRAWN)
        if whose != (signer.by, signer.role):
            record = replace(record, of=whose[0], of_role=whose[1])
        self._add(dict.fromkeys(conditions, record))

    def _require_approvals(self) -> None:
        """Raise UserError for a file that holds something else, before what a condition lacks is listed."""
        try:
            storage.require_approvals(self.file)
        except OSError as error:
            raise UserError(f"{self.file} cannot be written: {error.strerror}") from None

    def _record(
        self, signer: Signer, verdict: SignedVerdict, run: Run | None = None, condition: str = ""
    ) -> ApprovalRecord:
        """Make the record of a verdict; `run` is the one that was looked at, with the pack of the condition."""
        record = ApprovalRecord(
            by=signer.by, role=signer.role, date=signer.date, verdict=verdict, comment=signer.comment
        )
        if run is None:
            return record
        pack = self.reports / self.target(condition).pack
        return replace(
            record,
            mode=str(run.facts["mode"]),
            version=str(run.facts["version"]),
            evidence=run.sha256,
            pack=sha256_of(pack) if pack.is_file() else "",
        )

    def _add(self, made: Mapping[str, ApprovalRecord], bound_to: Mapping[str, CodeParts] | None = None) -> None:
        """Add a verdict to each of some conditions. Raises UserError if the file cannot be written."""
        try:
            with storage.locked(self.file):
                given = storage.read(self.file, self.conditions)  # somebody may have signed since it was loaded
                for condition, record in made.items():
                    given.setdefault(condition, []).append(record)
                code = {**storage.read_code(self.file), **(bound_to or {})}
                storage.write(self.file, given, code, self.conditions)
        except OSError as error:
            raise UserError(f"{self.file} cannot be written: {error.strerror}") from None
        self.given.update(given)
        self.code.update(code)

    def as_json(self) -> dict[str, object]:
        """Return the object that `zicm signoff status --json` prints."""
        approvals = self.states()
        return {
            "evidence": self.evidence,
            "roles": list(self.roles_by_target[Target.ECC]),
            "scm_roles": list(self.roles_by_target[Target.SCM]),
            "conditions": {
                name: one._asdict() | {"signatures": [each._asdict() for each in one.signatures]}
                for name, one in approvals.items()
            },
            "changed": changed_since(approvals),
        }


def load(reports: Path, approvals: Path) -> SignOff:
    """Read all of it; the evidence may be missing. Raises UserError for a file that cannot be read."""
    try:
        register = Register.load()
        run = load_evidence(reports) if (reports / "messages.ndjson").exists() else None
        fingerprints = ConditionFingerprints(register, FEATURES, summarise(run) if run else {}, given_now(run))
        given = storage.read(approvals, [condition.id for condition in register.conditions])
        code = storage.read_code(approvals)
        answers = read_answers(answers_file(approvals), register)
        roles = storage.read_roles(signoff_settings())
    except (OSError, ValueError) as error:
        raise UserError(f"the register and the features cannot be read: {error}") from None
    return SignOff(
        reports=reports,
        file=approvals,
        fingerprints=fingerprints,
        given=given,
        code=code,
        answers=answers,
        roles_by_target=roles,
        run=run,
    )
