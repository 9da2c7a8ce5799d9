"""What has become of each approval, and the reasons in words."""

from collections import defaultdict
from collections.abc import Iterator, Mapping

from harness.signoff.approvals.fingerprint import (
    CONDITION,
    DECISIONS,
    EVIDENCE,
    FUNCTIONS,
    KINDS,
    MAPPING,
    RULES,
    SCENARIOS,
    STEPS,
    USES,
    Contents,
    Parts,
)
from harness.signoff.approvals.model import APPROVED, OPEN, REOPENED, Approval
from harness.signoff.approvals.storage import ApprovalRecord

_NAMES: Mapping[str, str] = {
    CONDITION: "the text of condition {}",
    RULES: "the rule {}",
    DECISIONS: "the decision {}",
    MAPPING: "the rule of {}",
    FUNCTIONS: 'the code of the rule "{}"',
    SCENARIOS: 'scenario "{}"',
    STEPS: 'step "{}"',
    USES: "the code of the steps in {}",
    EVIDENCE: 'the evidence of scenario "{}"',
}
"""What a part of each kind is called."""


def states(contents: Contents, approved: Mapping[str, ApprovalRecord], mode: str) -> dict[str, Approval]:
    """The state of every condition, in the order of the register; `mode` is that of the run that gave the evidence."""
    return {
        condition.id: _state(contents, condition.id, approved[condition.id], mode)
        if condition.id in approved
        else Approval(OPEN)
        for condition in contents.register.conditions
    }


def changed_since(approvals: Mapping[str, Approval]) -> list[str]:
    """What changed since the conditions were approved, each reason once with the conditions that it reopened."""
    conditions = defaultdict[str, list[str]](list)
    for condition, approval in approvals.items():
        for reason in approval.reasons:
            conditions[reason].append(condition)
    return [
        f"{reason} (condition{'s' if len(listed) > 1 else ''} {', '.join(listed)})"
        for reason, listed in conditions.items()
    ]


def blockers(contents: Contents, condition: str) -> list[str]:
    """Why a condition cannot be approved: each scenario that has not passed, in words."""
    scenarios = contents.scenarios(condition)
    not_run = [f'scenario "{one.name}" did not run' for one in scenarios if one.key not in contents.shown]
    return [*failures(contents, condition), *not_run] if scenarios else ["no scenario shows it"]


def failures(contents: Contents, condition: str) -> list[str]:
    """The scenarios of a condition that ran and did not pass, in words."""
    ran = [
        (one.name, contents.shown[one.key].status) for one in contents.scenarios(condition) if one.key in contents.shown
    ]
    return [f'scenario "{name}" {_DID.get(status, "did not pass")}' for name, status in ran if status != "PASSED"]


_DID = {"FAILED": "failed", "SKIPPED": "was skipped"}


def _state(contents: Contents, condition: str, approved: ApprovalRecord, mode: str) -> Approval:
    now = contents.parts(condition, approved.parts.get(MAPPING, {}))
    reasons = (*_reasons(approved.parts, now, same_mode=approved.mode == mode), *failures(contents, condition))
    return Approval(REOPENED if reasons else APPROVED, approved.by, approved.on.isoformat(), approved.comment, reasons)


def _reasons(approved: Parts, now: Parts, *, same_mode: bool) -> Iterator[str]:
    for kind in KINDS:
        if kind not in approved and kind == USES:
            yield "it was approved before approvals were bound to the code that the steps use of other files"
            continue
        then_, now_ = approved.get(kind, {}), now[kind]
        if kind == EVIDENCE:  # where a scenario did not run in this mode, there is nothing to compare
            both = then_.keys() & now_.keys() if same_mode else ()
            then_, now_ = ({name: side[name] for name in both} for side in (then_, now_))
        for name in sorted({**then_, **now_}):
            # The feature stands before the name of a scenario, to tell namesakes apart.
            said = _NAMES[kind].format(name.partition(": ")[2] if kind in (SCENARIOS, EVIDENCE) else name)
            if then_.get(name) != now_.get(name):
                yield f"{said} {'was added' if name not in then_ else 'was removed' if name not in now_ else 'changed'}"
