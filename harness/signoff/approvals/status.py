"""Compare each approval with the current content, and name the reasons why it reopens."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

from harness.evidence.code.parts import ExecutedPart, Sources
from harness.evidence.code.record import CodeParts
from harness.evidence.code.scope import TOP
from harness.signoff.approvals.answers import OVERRULED, PROPOSED, DecisionAnswer, state_of
from harness.signoff.approvals.evidence import NOT_OBSERVED, digest_at
from harness.signoff.approvals.fingerprint import (
    CONDITION,
    DECISIONS,
    EVIDENCE,
    FINGERPRINT_KINDS,
    GIVEN,
    MAPPING,
    RULES,
    SCENARIOS,
    SHEET,
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
from harness.specification.register import CONSEQUENCES, Decision, Target
from harness.specification.scenarios import Scenario

_NAMES: Mapping[str, str] = {
    CONDITION: "the text of condition {}",
    RULES: "the rule {}",
    DECISIONS: "the decision {}",
    MAPPING: "the rule of {}",
    SHEET: "the list of the lines of {}",
    SCENARIOS: 'scenario "{}"',
    GIVEN: "the {} that it was tested with",
    EVIDENCE: 'the evidence of scenario "{}"',
}
"""Kind of a part to its name in a reason."""


class CodeChanges:
    """Finds out which code has changed since an approval."""

    def __init__(self, code: Mapping[str, CodeParts], top: Path = TOP) -> None:
        """`code` is that of approvals, by its id; `top` is the folder with the present code."""
        self._code = code
        self._sources = Sources(top)
        self._found: dict[str, list[str]] = {}

    def since(self, code_id: str) -> list[str]:
        """Name the functions, classes and constants that have changed, each once, with their files."""
        if code_id not in self._code:
            return ["the code that it was bound to is not on record"]
        if code_id not in self._found:
            changed = sorted(one for one in self._code[code_id] if self._sources.hash(one.part) != one.hash)
            self._found[code_id] = [*dict.fromkeys(self._reason(one.part) for one in changed)]
        return self._found[code_id]

    def _reason(self, part: ExecutedPart) -> str:
        module = self._sources.module(part.file)
        entity = module.entities.get(part.name) if module else None
        if entity is None:
            return f"{part.name or 'the module'} in {part.file} was removed"
        if not part.name:
            return f"what {part.file} does when it is imported changed"
        return f"{part.name}{'()' if entity.is_function else ''} in {part.file} changed"


class _Comparison(NamedTuple):
    """Compares approvals with the conditions as they are now."""

    fingerprints: ConditionFingerprints
    mode: str
    code: CodeChanges
    answers: Mapping[str, DecisionAnswer]
    tested: Mapping[str, str]
    """The path of each ABAP and flow that an approval rests on, to its hash now; blank where nothing is."""

    def decisions(self, condition: str, state: str) -> list[str]:
        """List the decisions in a state that a condition rests on, by consequence."""
        found = [one for one in self.fingerprints.entries(condition) if isinstance(one, Decision)]
        found.sort(key=lambda one: CONSEQUENCES.index(one.consequence))
        return [one.id for one in found if state_of(one, self.answers) == state]

    def changes(self, condition: str, approved: ApprovalRecord) -> Iterator[str]:
        """Name what has changed since an approval."""
        now = self.fingerprints.parts(condition, approved.parts)
        of_others = approved.given.keys() - now[GIVEN].keys()  # the last run was of something else
        now[GIVEN] |= {name: found for name in of_others if (found := self.tested[approved.given[name]])}
        yield from _reasons(approved.parts, now, same_mode=approved.mode == self.mode)
        yield from self.code.since(approved.code_id)


class GivenVerdicts(NamedTuple):
    """All verdicts so far, by condition, with the code that they are bound to, by its id."""

    verdicts: Mapping[str, Sequence[ApprovalRecord]]
    code: Mapping[str, CodeParts]
    answers: Mapping[str, DecisionAnswer] = MappingProxyType({})
    """The answers that count, by decision."""


def current_approvals(
    fingerprints: ConditionFingerprints,
    given: GivenVerdicts,
    roles: Mapping[Target, Sequence[str]],
    mode: str,
) -> dict[str, Approval]:
    """Return every approval in the order of the register.

    `roles` are those that must approve, by target; `mode` is that of the run with the evidence.
    """
    paths = {path for records in given.verdicts.values() for one in records for path in one.given.values()}
    tested = {path: digest_at(path) for path in paths}
    comparison = _Comparison(fingerprints, mode, CodeChanges(given.code), given.answers, tested)
    return {
        condition.id: _current(
            comparison, condition.id, given.verdicts.get(condition.id, ()), roles[condition.belongs_to]
        )
        for condition in fingerprints.register.conditions
    }


def standing(given: Sequence[ApprovalRecord]) -> list[ApprovalRecord]:
    """Return the verdicts that count: the last of each person in each role, unless it is a withdrawal."""
    last = {_whose(one): one for one in given}
    return [one for one in given if one is last[_whose(one)] and one.verdict != WITHDRAWN]


def _whose(verdict: ApprovalRecord) -> tuple[str, str]:
    """Return role and name of the verdict that this one replaces."""
    return verdict.of_role or verdict.role, verdict.of or verdict.by


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


def blockers(fingerprints: ConditionFingerprints, condition: str, answers: Mapping[str, DecisionAnswer]) -> list[str]:
    """Say why a condition cannot be approved: each scenario that has not passed.

    Those of its mapping lines, rules and decisions count too, but for those of the other target.
    """
    scenarios = fingerprints.scenarios(condition)
    if not scenarios:
        return ["no scenario shows it"]
    if all(_is_unobserved(fingerprints, one) for one in scenarios):
        return ["this run could observe none of its scenarios"]
    said = dict.fromkeys(one.key for one in scenarios)
    reasons = _failed(fingerprints, scenarios)
    not_run = _not_run(fingerprints, scenarios)
    for entry in fingerprints.entries(condition):
        others = [one for one in fingerprints.shown_by(entry, condition) if one.key not in said]
        said |= dict.fromkeys(one.key for one in others)
        reasons += [f"{entry.id}: {reason}" for reason in _failed(fingerprints, others)]
        not_run += [f"{entry.id}: {one}" for one in _not_run(fingerprints, others)]
        if isinstance(entry, Decision) and state_of(entry, answers) == OVERRULED:
            reasons.append(_overruled(entry.id))
    if not_run:
        more = len(not_run) - 1
        left = f", and {more} more that it rests on: run the features without a selection" if more else ""
        reasons.append(f"{not_run[0]} did not run{left}")
    no_code = [
        one.name for one in scenarios if one.key in fingerprints.evidence and not fingerprints.evidence[one.key].code
    ]
    return [*reasons, *(f'the code that scenario "{name}" ran was not recorded' for name in no_code)]


def _not_run(fingerprints: ConditionFingerprints, scenarios: Sequence[Scenario]) -> list[str]:
    return [f'scenario "{one.name}"' for one in scenarios if one.key not in fingerprints.evidence]


def failures(fingerprints: ConditionFingerprints, condition: str) -> list[str]:
    """Name the scenarios of a condition that ran and did not pass."""
    return _failed(fingerprints, fingerprints.scenarios(condition))


def _failed(fingerprints: ConditionFingerprints, scenarios: Sequence[Scenario]) -> list[str]:
    ran = [(one.name, fingerprints.evidence[one.key].status) for one in scenarios if one.key in fingerprints.evidence]
    return [
        f'scenario "{name}" {_RESULTS.get(status, "did not pass")}'
        for name, status in ran
        if status not in ("PASSED", NOT_OBSERVED)
    ]


def _is_unobserved(fingerprints: ConditionFingerprints, scenario: Scenario) -> bool:
    return scenario.key in fingerprints.evidence and fingerprints.evidence[scenario.key].status == NOT_OBSERVED


def not_observed(fingerprints: ConditionFingerprints, condition: str) -> list[str]:
    """List the scenarios that an approval rests on and that the run could not observe, each with the reasons."""
    shown = [*fingerprints.scenarios(condition)]
    shown += [one for entry in fingerprints.entries(condition) for one in fingerprints.shown_by(entry, condition)]
    by_key = {one.key: one.name for one in shown if _is_unobserved(fingerprints, one)}
    return [f"{name}: {'; '.join(fingerprints.evidence[key].reasons)}" for key, name in by_key.items()]


_RESULTS = {"FAILED": "failed", "SKIPPED": "was skipped"}


def _current(
    comparison: _Comparison, condition: str, given: Sequence[ApprovalRecord], roles: Sequence[str]
) -> Approval:
    count = standing(given)
    approved = [one for one in count if one.verdict == APPROVED]
    reasons = dict.fromkeys(reason for one in approved for reason in comparison.changes(condition, one))
    if approved:
        reasons |= dict.fromkeys(failures(comparison.fingerprints, condition))
        reasons |= dict.fromkeys(map(_overruled, comparison.decisions(condition, OVERRULED)))
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
            role=one.role,
            by=one.by,
            date=one.date.isoformat(),
            verdict=one.verdict,
            comment=_comment(one),
            evidence=one.evidence,
            pack=one.pack,
            stands=any(one is each for each in count),
        )
        for one in given
    )
    return Approval(state, signatures, missing, tuple(reasons), tuple(comparison.decisions(condition, PROPOSED)))


def _comment(one: ApprovalRecord) -> str:
    """Return the comment, after what a reader must know beside it."""
    whose = f"the verdict of {one.of} ({one.of_role})" if one.of else ""
    unseen = f"without {len(one.not_observed)} scenarios that this run could not observe" if one.not_observed else ""
    return ": ".join(filter(None, (whose or unseen, one.comment)))


def _overruled(decision: str) -> str:
    return f"the decision {decision} was overruled: what is built has to change"


def _reasons(approved: Parts, now: Parts, *, same_mode: bool) -> Iterator[str]:
    for kind in FINGERPRINT_KINDS:
        old, new = approved.get(kind, {}), now[kind]
        if kind == EVIDENCE:  # a scenario that did not run in this mode cannot be compared
            both = old.keys() & new.keys() if same_mode else ()
            old, new = ({name: side[name] for name in both} for side in (old, new))
        if kind == GIVEN:  # what is not here says nothing of it
            old, new = ({name: side[name] for name in old.keys() & new.keys()} for side in (old, new))
        for name in sorted({**old, **new}):
            # The key of a scenario is its feature and its name.
            part = _NAMES[kind].format(name.partition(": ")[2] if kind in (SCENARIOS, EVIDENCE) else name)
            if old.get(name) != new.get(name):
                yield f"{part} {'was added' if name not in old else 'was removed' if name not in new else 'changed'}"
