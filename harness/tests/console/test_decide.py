"""Open questions in the console: both readings run, and the answer recorded."""

import re
import tomllib
from collections.abc import Iterator
from functools import partial
from html import unescape
from pathlib import Path

import pytest

from harness.console.app import ServedConsole
from harness.console.condition_screen import SignOffFiles
from harness.console.decide_screen import READINGS, run_both
from harness.console.play import StepState
from harness.tests.console.conftest import Visitor, signed_in
from harness.tests.support.server_fixture import served


@pytest.fixture
def decider(tmp_path: Path) -> Iterator[Visitor]:
    """Sign in to a console whose answers go into a file beside `tmp_path / "approvals.toml"`."""
    signoff = SignOffFiles(tmp_path / "reports", tmp_path / "approvals.toml")
    make_console = partial(ServedConsole, signoff=signoff)
    with served(tmp_path / "data", make_console=make_console) as one, signed_in(one) as visitor:
        yield visitor


@pytest.mark.whole_run
@pytest.mark.parametrize("decision", READINGS)
def test_readings_end_otherwise(decision: str) -> None:
    built, other = run_both(READINGS[decision])
    assert built.has_passed, [one.why for one in built.steps]
    if READINGS[decision].other:
        assert other.has_passed
        assert [one.step for one in other.steps] != [one.step for one in built.steps]
    else:
        assert any(one.state == StepState.FAILED for one in other.steps)
        assert not other.problem


@pytest.mark.whole_run
def test_both_readings_are_shown_side_by_side(decider: Visitor) -> None:
    assert decider.post("/decide/D-09/run").headers["Location"] == "/console/decide/D-09"
    page = unescape(decider.get("/decide/D-09").text)
    built, other = re.findall(r'(?s)<section class="question" aria-label=.*?</section>', page)
    assert "Every step holds." in built
    assert "This reading ends otherwise from the marked step on." in other
    assert "ICMTOTALCONTRACTVALUE" in other.partition('class="why"')[2]


def test_answer_is_recorded_with_name_and_role(decider: Visitor, tmp_path: Path) -> None:
    form = {"by": "A. Tester", "role": "Icertis", "comment": "as our ICI does it", "answer": "overrule"}
    assert decider.post("/decide/D-09/answer", form).status_code == 303
    (recorded,) = tomllib.loads((tmp_path / "answers.toml").read_text(encoding="utf-8"))["D-09"]
    assert (recorded["by"], recorded["role"], recorded["answer"]) == ("A. Tester", "Icertis", "overruled")
    assert recorded["comment"] == "as our ICI does it"
    page = unescape(decider.get("/decide/D-09").text)
    assert "by A. Tester (Icertis): as our ICI does it" in page


@pytest.mark.parametrize(
    ("form", "why"),
    [
        ({"by": "", "role": "SAP"}, "it must be a name"),
        ({"by": "A. Tester", "role": "x"}, "there is no such role"),
        ({"by": "A. Tester", "role": "SAP"}, "press As built or The other reading"),
    ],
)
def test_answer_of_nobody_is_refused(decider: Visitor, form: dict[str, str], why: str) -> None:
    refused = decider.post("/decide/D-09/answer", form)
    assert refused.status_code == 409
    assert why in unescape(refused.text)


def test_only_decisions_with_a_setting_are_run(decider: Visitor) -> None:
    assert decider.post("/decide/D-01/run").status_code == 404
    assert decider.get("/decide/D-999").status_code == 404
    assert "Run both side by side" not in decider.get("/decide/D-01").text
