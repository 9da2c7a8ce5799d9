"""A pytest plugin: select scenarios by their place, by a tag as it is written, or by words of their name.

A selection that nothing fits is answered with what is near.
"""

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from harness.bdd.plugins.condition_report import FOLDER, REGISTER, place_of
from harness.specification.feature_problems import find_problems
from harness.specification.scenarios import Scenario, read_readable_scenarios
from harness.text import did_you_mean

_OPERATORS = frozenset({"and", "or", "not"})
_WORD = re.compile(r"[\w-]+")
_WANTED = pytest.StashKey[set[str]]()
"""The places of the scenarios that --scenario names."""


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--scenario",
        action="append",
        metavar="PLACE",
        help="run only the scenario with this line, for example executed.feature:94, or those of a file or folder; "
        "can be given several times",
    )


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Read ``-m "condition_1 or @D-07"`` and ``-k "Payment terms"`` as they are meant."""
    config.option.markexpr = re.sub(r"@(?=\w)", "", config.option.markexpr)
    if _is_name(config.option.keyword):
        config.option.keyword = _name_of_test(config.option.keyword)


def _is_name(keyword: str) -> bool:
    """Return True for words that no operator joins: pytest takes them for a mistake."""
    words = keyword.split()
    is_joined = bool(_OPERATORS.intersection(words)) or bool(re.search(r"[()]", keyword))
    return len(words) > 1 and not is_joined


@pytest.hookimpl(tryfirst=True)
def pytest_sessionstart(session: pytest.Session) -> None:
    """Raise UsageError for what cannot be selected, before processes start: in one of them it is an internal error."""
    config = session.config
    config.stash[_WANTED] = _wanted(config)
    marks: Any = config.pluginmanager.get_plugin("mark")
    marks.pytest_collection_modifyitems(config=config, items=[])  # reads -m and -k
    markers = [line.partition(":")[0].partition("(")[0] for line in config.getini("markers")]
    for word in _WORD.findall(config.option.markexpr):
        if word not in (*_OPERATORS, *markers) and (hint := did_you_mean(word, markers)):
            raise pytest.UsageError(f"-m: there is no tag {word}{hint}")


def _name_of_test(words: str) -> str:
    """Write words of a scenario's name as pytest-bdd writes them in the name of its test."""
    return re.sub(r"\A\d+_*|\W", "", words.strip().replace(" ", "_"))


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Deselect every test of another scenario."""
    if config.getoption("scenario"):
        places = config.stash[_WANTED]
        config.hook.pytest_deselected(items=[item for item in items if place_of(item) not in places])
        items[:] = [item for item in items if place_of(item) in places]


def _wanted(config: pytest.Config) -> set[str]:
    """Find the places of all scenarios that --scenario names. Raises UsageError for a place where no scenario is."""
    wanted = config.getoption("scenario")
    if not wanted:
        return set()
    folder = config.stash[FOLDER]
    problems: dict[str, str] = {}
    for problem in find_problems(folder, config.stash[REGISTER]):
        problems.setdefault(problem.feature, str(problem))
    scenarios = read_readable_scenarios(folder)
    return {found for place in wanted for found in _find(place, folder, scenarios, problems)}


def _find(place: str, folder: Path, scenarios: Iterable[Scenario], problems: dict[str, str]) -> list[str]:
    """Find the scenarios of a folder, a file, or a line of a file."""
    file, _, line = place.rpartition(":") if re.search(r":\d+\Z", place) else (place, "", "")
    file = file.removeprefix(f"{folder.as_posix()}/").removeprefix("./").removeprefix("features/").rstrip("/")
    if file in problems:
        raise pytest.UsageError(f"--scenario {place}: {problems[file]}")
    of_file = [one for one in scenarios if file in ("features", one.feature, *map(str, Path(one.feature).parents))]
    if not of_file:
        raise pytest.UsageError(
            f"--scenario {place}: there is no such feature{did_you_mean(file, {one.feature for one in scenarios})}"
        )
    found = _with_line(folder, of_file, int(line)) if line else of_file
    if not found:
        raise pytest.UsageError(f"--scenario {place}: the file has no such line")
    return [one.place for one in found]


def _with_line(folder: Path, scenarios: list[Scenario], line: int) -> list[Scenario]:
    """Find the scenarios of a line: a row of an outline alone, before the first scenario all of the file."""
    source = (folder / scenarios[0].feature).read_text(encoding="utf-8-sig").splitlines()
    if not 1 <= line <= len(source):
        return []
    if rows := [one for one in scenarios if one.line == line]:
        return rows
    while line < len(source) and source[line - 1].strip()[:1] in ("", "@", "#"):
        line += 1  # a tag belongs to what follows it
    begun = [one.declared_line for one in scenarios if one.declared_line <= line]
    return [one for one in scenarios if not begun or one.declared_line == max(begun)]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, exitstatus: int, config: pytest.Config) -> None:
    """Say of a selection that nothing fits what is near."""
    if exitstatus != pytest.ExitCode.NO_TESTS_COLLECTED:
        return
    said = "".join(f" --scenario {place}" for place in config.getoption("scenario") or ())
    if tags := config.option.markexpr:
        said += f" -m {tags!r}"
    if text := config.option.keyword:
        scenarios = read_readable_scenarios(config.stash[FOLDER])
        names = {re.sub(r"\W", "", word) for one in scenarios for word in one.name.casefold().split()}
        words = [word for word in _WORD.findall(text.replace("_", " ")) if word.casefold() not in (*_OPERATORS, *names)]
        nears = (f"; {word}{near.replace('; d', ': d')}" for word in words if (near := did_you_mean(word, names)))
        said += f" -k {text!r}{''.join(nears)}"
    if said:
        terminalreporter.write_line(f"no scenario fits{said}", red=True)
