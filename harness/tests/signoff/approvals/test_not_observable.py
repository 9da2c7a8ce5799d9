"""A skip blocks an approval, unless its reason is registered as what this kind of run cannot observe."""

import ast
from pathlib import Path

from harness.evidence.run import Run, ScenarioEvidence, Step
from harness.files import CHECKOUT
from harness.signoff.approvals.evidence import NOT_OBSERVED, summarise
from harness.signoff.approvals.not_observable import limits

NOT_ACCEPTED = {
    "no credential of the webhook is given, so a wrong one proves nothing",
    "SCM and its connector are not served",
    "the connector was given no job connect",
    "the connector was given no job *",
    "a fault would leave retries in the connector: it has no job retry, or none that forgets them",
}
"""Whoever runs the features can give it."""

KILLED = "the middleware cannot be killed from here"


def status(mode: str, *reasons: str) -> str:
    steps = [Step("Given", "one", None, None, "SKIPPED", 0, reason, "") for reason in reasons]
    scenario = ScenarioEvidence("a.feature:1", "a", "one", frozenset(), "SKIPPED", "", steps)
    (summary,) = summarise(Run({"mode": mode}, 0, True, [scenario], {})).values()
    return summary.status


def test_only_a_registered_reason_of_this_mode_is_accepted() -> None:
    assert status("external", KILLED) == NOT_OBSERVED
    assert status("external", KILLED, "") == NOT_OBSERVED
    assert status("external", "here the setting store is none") == NOT_OBSERVED
    assert status("in process", KILLED) == "SKIPPED"
    assert status("external", KILLED, "Java is missing") == "SKIPPED"
    assert status("external", "") == "SKIPPED"


def test_every_reason_in_the_code_is_registered_or_not_accepted() -> None:
    assert reasons_in_code() - NOT_ACCEPTED == {one.reason for one in limits()}


def reasons_in_code() -> set[str]:
    """Collect the reasons that environments and steps give; a value in them is a star."""
    found = set()
    for folder in ("environments", "bdd"):
        for file in (CHECKOUT / "harness" / folder).rglob("*.py"):
            found |= set(_reasons(file))
    return found


def _reasons(file: Path) -> list[str]:
    tree = ast.parse(file.read_text(encoding="utf-8"))
    named = {
        one.targets[0].id: one.value
        for one in tree.body
        if isinstance(one, ast.Assign) and isinstance(one.targets[0], ast.Name)
    }
    given = [
        one.args[0]
        for one in ast.walk(tree)
        if isinstance(one, ast.Call) and isinstance(one.func, ast.Name) and one.func.id in {"NotSupported", "_cannot"}
    ]
    given = [named.get(one.id, one) if isinstance(one, ast.Name) else one for one in given]
    return [
        "".join(str(part.value) if isinstance(part, ast.Constant) else "*" for part in one.values)
        if isinstance(one, ast.JoinedStr)
        else str(one.value)
        for one in given
        if isinstance(one, ast.JoinedStr | ast.Constant)
    ]
