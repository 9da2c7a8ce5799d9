"""Compare each approval with the current content, and name the reasons why it reopens."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from harness.signoff.approvals.fingerprint import (
    CONDITION,
    DECISIONS,
    EVIDENCE,
    FINGERPRINT_KINDS,
    FUNCTIONS,
    MAPPING,
    RULES,
    SCENARIOS,
    STEPS,
    USES,
    ConditionFingerprints,
    Parts,
)
from harness.signoff.approvals.model import (
    APPROVED,
    OPEN,
    PARTLY,
    REJECTED,
    REOPENED,
    WITHDRAWN,
    Approval,
    Signature,
)
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
"""Kind of a part to its name in a reason."""


def current_approvals(
    fingerprints: ConditionFingerprints,
    given: Mapping[str, Sequence[ApprovalRecord]],
    roles: Sequence[str],
    mode: str,
) -> dict[str, Approval]:
    """Return every approval in the order of the register.

    `given` are all verdicts so far, `roles` those that must approve; `mode` is that of the run with the evidence.
    """
    return {
        condition.id: _current(fingerprints, condition.id, given.get(condition.id, ()), roles, mode)
        for condition in fingerprints.register.conditions
    }


def standing(given: Sequence[ApprovalRecord]) -> list[ApprovalRecord]:
    """Return the verdicts that count: the last of each person in each role, unless it is a withdrawal."""
    last = {(one.role, one.by): one for one in given}
    return [one for one in given if one is last[one.role, one.by] and one.verdict != WITHDRAWN]


def changed_since(approvals: Mapping[str, Approval]) -> list[str]:
    """List what changed since the conditions were approved, each reason once with the conditions that it reopened."""
    conditions = defaultdict[str, list[str]](list)
    for condition, approval in approvals.items():
        for reason in approval.reasons:
            conditions[reason].append(condition)
    return [
        f"{reason} (condition{'s' if len(listed) > 1 else ''} {', '.join(listed)})"
        for reason, listed in conditions.items()
    ]


def blockers(fingerprints: ConditionFingerprints, condition: str) -> list[str]:
    """Say why a condition cannot be approved: each scenario that has not passed."""
    scenarios = fingerprints.scenarios(condition)
    not_run = [f'scenario "{one.name}" did not run' for one in scenarios if one.key not in fingerprints.evidence]
    return [*failures(fingerprints, condition), *not_run] if scenarios else ["no scenario shows it"]


def failures(fingerprints: ConditionFingerprints, condition: str) -> list[str]:
    """Name the scenarios of a condition that ran and did not pass."""
    ran = [
        (one.name, fingerprints.evidence[one.key].status)
        for one in fingerprints.scenarios(condition)
        if one.key in fingerprints.evidence
    ]
    return [f'scenario "{name}" {_RESULTS.get(status, "did not pass")}' for name, status in ran if status != "PASSED"]


_RESULTS = {"FAILED": "failed", "SKIPPED": "was skipped"}


def _current(
    fingerprints: ConditionFingerprints,
    condition: str,
    given: Sequence[ApprovalRecord],
    roles: Sequence[str],
    mode: str,
) -> Approval:
    count = standing(given)
    approved = [one for one in count if one.verdict == APPROVED]
    reasons = dict.fromkeys(reason for one in approved for reason in _changes(fingerprints, condition, one, mode))
    if approved:
        reasons |= dict.fromkeys(failures(fingerprints, condition))
    missing = tuple(role for role in roles if all(one.role != role for one in approved))
    if any(one.verdict == REJECTED for one in count):
        state = REJECTED
    elif reasons:
        state = REOPENED
    elif not approved:
        state = OPEN
    else:
        state = PARTLY if missing else APPROVED
    signatures = tuple(
        Signature(
            one.role,
            one.by,
            one.date.isoformat(),
            one.verdict,
            one.comment,
            one.evidence,
            one.pack,
            any(one is each for each in count),
        )
        for one in given
    )
    return Approval(state, signatures, missing, tuple(reasons))


def _changes(fingerprints: ConditionFingerprints, condition: str, approved: ApprovalRecord, mode: str) -> Iterator[str]:
    now = fingerprints.parts(condition, approved.parts.get(MAPPING, {}))
    return _reasons(approved.parts, now, same_mode=approved.mode == mode)


def _reasons(approved: Parts, now: Parts, *, same_mode: bool) -> Iterator[str]:
    for kind in FINGERPRINT_KINDS:
        if kind not in approved and kind == USES:
            yield "it was approved before approvals were bound to the code that the steps use of other files"
            continue
        old, new = approved.get(kind, {}), now[kind]
        if kind == EVIDENCE:  # a scenario that did not run in this mode cannot be compared
            both = old.keys() & new.keys() if same_mode else ()
            old, new = ({name: side[name] for name in both} for side in (old, new))
        for name in sorted({**old, **new}):
            # The key of a scenario is its feature and its name.
            part = _NAMES[kind].format(name.partition(": ")[2] if kind in (SCENARIOS, EVIDENCE) else name)
            if old.get(name) != new.get(name):
                yield f"{part} {'was added' if name not in old else 'was removed' if name not in new else 'changed'}"
