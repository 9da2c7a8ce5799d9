"""The conditions as they are now, the evidence of the last run, and the approvals: what `zicm signoff` works on."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from harness.cli.evidence_files import REMEDY, load_evidence
from harness.errors import UserError
from harness.evidence import content_hash
from harness.evidence.run import Run
from harness.files import FEATURES
from harness.signoff.approvals import storage
from harness.signoff.approvals.evidence import summarise
from harness.signoff.approvals.fingerprint import ConditionFingerprints
from harness.signoff.approvals.model import Approval
from harness.signoff.approvals.status import blockers, changed_since, current_approvals
from harness.signoff.approvals.storage import ApprovalRecord
from harness.specification.register import Register

CURRENT, OLDER, NONE = "current", "older", "none"


@dataclass(frozen=True)
class SignOff:
    """The conditions to sign off, and the approvals so far."""

    reports: Path
    file: Path
    fingerprints: ConditionFingerprints
    approved: dict[str, ApprovalRecord]
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
        return CURRENT if self.run.facts.get("content") == content_hash.digest() else OLDER

    def states(self) -> dict[str, Approval]:
        """Return the state of each condition."""
        return current_approvals(self.fingerprints, self.approved, str(self.run.facts["mode"]) if self.run else "")

    def approve(self, conditions: Sequence[str], *, by: str, comment: str, date: dt.date) -> dict[str, ApprovalRecord]:
        """Approve conditions as they are now, all of them or none, and write the file. Returns the new approvals.

        Raises UserError if one of them is not ready to be approved, or if the file cannot be written.
        """
        run = self.run or load_evidence(self.reports)  # raises the UserError for missing evidence
        reasons = [f"{one}: {reason}" for one in conditions for reason in blockers(self.fingerprints, one)]
        if self.evidence != CURRENT:
            reasons.insert(0, f"the evidence in {self.reports} is from other code or features; {REMEDY}")
        if reasons:
            raise UserError(f"nothing is approved: {'; '.join(reasons)}")
        run_info = {"mode": str(run.facts["mode"]), "version": str(run.facts["version"])}
        made = {
            one: ApprovalRecord(by=by, date=date, comment=comment, **run_info, parts=self.fingerprints.parts(one))
            for one in conditions
        }
        try:
            storage.write(self.file, {**self.approved, **made}, self.conditions)
        except OSError as error:
            raise UserError(f"{self.file} cannot be written: {error.strerror}") from None
        return made

    def as_json(self) -> dict[str, object]:
        """Return the object that `zicm signoff status --json` prints."""
        approvals = self.states()
        return {
            "evidence": self.evidence,
            "conditions": {name: {**one._asdict(), "reasons": list(one.reasons)} for name, one in approvals.items()},
            "changed": changed_since(approvals),
        }


def load(reports: Path, approvals: Path) -> SignOff:
    """Read all of it; the evidence may be missing. Raises UserError for a file that cannot be read."""
    try:
        register = Register.load()
        run = load_evidence(reports) if (reports / "messages.ndjson").exists() else None
        fingerprints = ConditionFingerprints(register, FEATURES, summarise(run) if run else {})
        approved = storage.read(approvals, [condition.id for condition in register.conditions])
    except (OSError, ValueError) as error:
        raise UserError(f"the register and the features cannot be read: {error}") from None
    return SignOff(reports, approvals, fingerprints, approved, run)
