"""Scenarios are selected as people write it, and a selection that nothing fits says what is near."""

from functools import cache

import pytest

from harness.files import CHECKOUT
from harness.tests.support.pytest_process import run_pytest

pytestmark = pytest.mark.whole_run


@cache
def _collect(*arguments: str, loaded: bool = True) -> tuple[list[str], str]:
    """Collect the features. Returns the names of what is selected, and everything that is said."""
    side_by_side = ("-p", "xdist.plugin", "-n", "auto")
    options = ("--collect-only", *side_by_side, "harness/test_features.py")
    run = run_pytest(*options, *arguments, module="harness.bdd", loaded=loaded)
    names = [line.partition("::")[2] for line in run.stdout.splitlines() if "::" in line]
    return names, run.stdout + run.stderr


def test_line_inside_a_scenario_selects_it() -> None:
    source = (CHECKOUT / "features/executed.feature").read_text(encoding="utf-8").splitlines()
    at = next(number for number, line in enumerate(source, 1) if "Scenario: 2a - " in line)
    inside, tag, folder = (
        _collect("--scenario", place)[0]
        for place in (f"executed.feature:{at + 3}", f"./features/executed.feature:{at - 1}", "features/renewed.feature")
    )
    assert len(inside) == 1
    assert inside == tag
    assert inside[0].startswith("test_a__a_sub_agreement")
    assert len(folder) > 10


def test_words_of_a_name_need_no_underscore() -> None:
    names, _ = _collect("-k", "purchasing organisations")
    assert names
    assert all("purchasing_organisations" in name for name in names)


def test_tag_is_taken_with_its_at() -> None:
    as_people_start_it = _collect("-m", "@condition_2a", loaded=False)[0]
    assert as_people_start_it == _collect("-m", "condition_2a")[0] != []


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        (("-m", "condition_2aa"), "-m: there is no tag condition_2aa; did you mean condition_2a?"),
        (("-k", "Purchesing plants"), "no scenario fits -k 'Purchesing_plants'; Purchesing: did you mean purchasing?"),
        (
            ("--scenario", "excuted.feature"),
            "--scenario excuted.feature: there is no such feature; did you mean executed.feature?",
        ),
        (("--scenario", "executed.feature:9999"), "--scenario executed.feature:9999: the file has no such line"),
    ],
)
def test_selection_that_nothing_fits_says_what_is_near(arguments: tuple[str, ...], text: str) -> None:
    said = _collect(*arguments)[1]
    assert text in said
    assert "INTERNALERROR" not in said


_WITH_WORKER = ("-p", "xdist.plugin", "-n", "1")
"""With a worker of pytest-xdist there are two processes, of which one collects and the other reports."""

_MISTAKES = (
    (("-m", "condition_2aa"), "ERROR: -m: there is no tag condition_2aa; did you mean condition_2a?"),
    (("-m", "condition_1 and ("), "ERROR: Wrong expression passed to '-m': condition_1 and (: at column 18:"),
    (("-k", "terms and ("), "ERROR: Wrong expression passed to '-k': terms and (: at column 12:"),
    (("--scenario", "executed.feature:9999"), "ERROR: --scenario executed.feature:9999: the file has no such line"),
)


@pytest.mark.parametrize("processes", [(), _WITH_WORKER], ids=["one", "two"])
@pytest.mark.parametrize(
    ("code", "arguments", "text"),
    [
        (5, ("-m", "nothing"), "\nno scenario fits -m 'nothing'\n"),
        (
            5,
            ("--scenario", "confidentiality.feature", "-m", "nothing"),
            "\nno scenario fits --scenario confidentiality.feature -m 'nothing'\n",
        ),
        (
            5,
            ("-m", "nothing", "-k", "Purchesing"),
            " -m 'nothing' -k 'Purchesing'; Purchesing: did you mean purchasing?",
        ),
        *((4, *one) for one in _MISTAKES),
    ],
)
def test_selection_that_nothing_fits_ends_alike_in_one_process_and_in_two(
    processes: tuple[str, ...], code: int, arguments: tuple[str, ...], text: str
) -> None:
    ran = run_pytest(*processes, "harness/test_features.py", *arguments, module="harness.bdd")
    assert text in ran.stdout + ran.stderr
    assert "INTERNALERROR" not in ran.stdout + ran.stderr
    assert ran.returncode == code


@pytest.mark.parametrize(
    "processes",
    [(), _WITH_WORKER, ("-p", "syrupy", *_WITH_WORKER, "--collect-only")],
    ids=["one", "two", "list of two"],
)
@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        (("NO_SUCH",), "ERROR: file or directory not found: NO_SUCH\n"),
        (("harness/test_features.py", "NO_SUCH"), "ERROR: file or directory not found: NO_SUCH\n"),
        (
            ("harness/test_features.py::no_such",),
            f"ERROR: not found: {CHECKOUT / 'harness/test_features.py'}::no_such\n",
        ),
    ],
)
def test_file_or_name_that_is_not_there_ends_alike_in_one_process_and_in_two(
    processes: tuple[str, ...], arguments: tuple[str, ...], text: str
) -> None:
    ran = run_pytest(*processes, *arguments, module="harness.bdd")
    assert text in ran.stderr
    assert "INTERNALERROR" not in ran.stdout + ran.stderr
    assert ran.returncode == 4
