"""Hold README, CONTRIBUTING and docs/ against the code: commands, paths, names, settings, numbers."""

import ast
import json
import re
import shlex
import tomllib
from collections import Counter
from collections.abc import Callable, Iterator
from configparser import ConfigParser
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from itertools import pairwise
from pathlib import Path
from shutil import copytree
from typing import Any

import pytest
import typer.main
from typer.testing import CliRunner

from harness import files
from harness.abap.mapping import AbapMapping
from harness.bdd import step_catalogue
from harness.cli.main import COMMANDS as ZICM_COMMANDS
from harness.cli.main import app
from harness.files import CHECKOUT, FEATURES, FIXTURES
from harness.signoff import service
from harness.specification.register import Register, Target
from harness.specification.scenarios import read_scenarios
from harness.tests.support.condition_evidence import run_conditions
from harness.tests.support.condition_features import copy_features, of_conditions
from harness.tests.support.loaded_process import Start, run
from harness.tests.support.patience import PROCESS_PATIENCE
from harness.tests.support.pytest_process import run_pytest
from simulator.reporting.changes import CHANGES
from simulator.reporting.consolidation import QUERIES
from simulator.settings import PartCredentials, Settings

PAGES = {
    page.relative_to(CHECKOUT).as_posix(): page.read_text(encoding="utf-8")
    for page in (CHECKOUT / "README.md", CHECKOUT / "CONTRIBUTING.md", *sorted((CHECKOUT / "docs").rglob("*.md")))
}
PROJECT = tomllib.loads((CHECKOUT / "pyproject.toml").read_text(encoding="utf-8"))
_BLOCK = re.compile(r"^```(\w*)\n(.*?)^```", re.MULTILINE | re.DOTALL)
_SPAN = re.compile(r"`([^`\n]+)`")
_PROGRAM = re.compile(r"(\.venv/bin/|python3 |tox |zicm )")
# A path of the checkout, with a name in that file behind two colons if need be.
_PATH = re.compile(r"\.?(\w[\w.-]*/)+[\w.-]*(::[\w.]+)?|\w[\w-]*\.(toml|ini|md)")
_MADE_BY_A_RUN = ("reports/", "build/", ".venv/")
_SUBCOMMANDS = {"ruff": ["check", "format"], "pre-commit": ["install"], "mypy": [], "lint-imports": []}


def blocks(language: str) -> Iterator[tuple[str, str]]:
    """Yield page and text of each fenced block of a language."""
    for page, text in PAGES.items():
        yield from ((page, block) for found, block in _BLOCK.findall(text) if found == language)


def commands_in(block: str) -> list[str]:
    """Split a block into commands, one for each line and each side of &&, without exports."""
    lines = block.replace("\\\n", " ").splitlines()
    found = [part.strip() for line in lines for part in line.split("&&")]
    return [command for command in found if command and not command.startswith("export ")]


def prose(text: str) -> str:
    """Remove the fenced blocks of a page."""
    return _BLOCK.sub("", text)


TYPED = [(page, command) for page, block in blocks("sh") for command in commands_in(block)]
MENTIONED = [
    (page, span) for page, text in PAGES.items() for span in _SPAN.findall(prose(text)) if _PROGRAM.match(span)
]
"""Commands within a sentence or a table. They are not run."""


def test_every_block_names_its_language() -> None:
    assert [page for page, _ in blocks("")] == []
    assert {page for page, _ in TYPED} >= {"README.md", "CONTRIBUTING.md", "docs/replay.md"}


@pytest.mark.whole_run
@pytest.mark.parametrize(("page", "command"), sorted({*TYPED, *MENTIONED}))
def test_each_part_of_a_command_exists(page: str, command: str) -> None:
    program, *arguments = shlex.split(command.partition("||")[0].removeprefix(".venv/bin/"))
    if program in _SUBCOMMANDS:
        assert arguments[:1] == [] or arguments[0] in _SUBCOMMANDS[program]
        return
    assert program in _CHECKS, f"{page}: nothing here knows {program}"
    _CHECKS[program](arguments)


def _check_python(arguments: list[str]) -> None:
    """Accept a virtual environment, and a module that writes files of the checkout, one of them by redirection."""
    option, module, *rest = arguments
    assert option == "-m"
    if module == "venv":
        assert rest == [".venv"]
    else:
        assert find_spec(module)
        if rest:
            assert rest[0] == ">"
            assert (CHECKOUT / rest[1]).is_file()


def _check_pip(arguments: list[str]) -> None:
    assert arguments.pop(0) == "install"
    left = iter(arguments)
    for argument in left:
        if argument == "-c":
            assert (CHECKOUT / next(left)).is_file()
        elif argument == "--group":
            assert next(left) in PROJECT["dependency-groups"]
        elif argument == "-e":
            extras = re.fullmatch(r"\.(?:\[([\w,]+)\])?", next(left))
            assert extras
            assert {*(extras[1] or "").split(",")} - {""} <= {*PROJECT["project"]["optional-dependencies"]}
        else:
            assert argument in ("tox", "pip", "--upgrade")


def _check_tox(arguments: list[str]) -> None:
    if not arguments:
        return
    option, environment, *rest = arguments
    assert option == "-e"
    section = _environment(environment)
    assert rest[:1] in ([], ["--"])
    if "pytest" in section:
        own = re.search(r"--confcutdir=(\S+)", section)
        _check_pytest(rest[1:], own[1] if own else "harness/test_features.py")
    elif rest:
        module = re.search(r"python -m ([\w.]+)", section)
        assert module
        assert {word for word in rest if word.startswith("--")} - {"--"} <= _options(module[1])


def _environment(name: str) -> str:
    """Read the commands of an environment of tox. Raises AssertionError where there is none of this name."""
    tox = ConfigParser(interpolation=None)
    tox.read(CHECKOUT / "tox.ini")
    section = "testenv" if re.fullmatch(r"py31[123]", name) else f"testenv:{name}"
    assert tox.has_section(section), f"tox.ini has no environment {name}"
    return tox[section]["commands"]


def _check_pytest(arguments: list[str], where: str = "harness/test_features.py") -> None:
    """Check the options that pytest has for tests in a place, and what they name."""
    for option, value in pairwise([*arguments, ""]):
        if option == "-m":
            words = {*re.findall(r"[\w-]+", value)} - {"or", "and", "not"}
            assert words <= {entry.tag for entry in Register.load().entries}
        elif option == "-k":
            shown = [block for _, block in blocks("gherkin")]
            names = [one.name for one in read_scenarios(FEATURES)] + shown
            assert any(value.replace("_", " ") in name.lower() for name in names)
        elif option == "--scenario":
            assert value in {one.place for one in read_scenarios(FEATURES)}
        elif option.startswith("-"):
            assert option in _options("pytest", where)
        elif option.startswith("harness/"):
            assert (CHECKOUT / option).exists()


@cache
def _options(module: str, *where: str) -> frozenset[str]:
    """Read the options that the help of a module names, of pytest for tests in a place."""
    if module in ("pytest", "harness.bdd"):
        helped = run_pytest("--help", "-p", "xdist.plugin", "-p", "syrupy", *where, module=module)
    else:
        helped = run(Start((module, "--help")), PROCESS_PATIENCE)
    helped.check_returncode()
    return frozenset(re.findall(r"(?<![\w-])--?[a-z][\w-]*", helped.stdout))


def _check_zicm(arguments: list[str]) -> None:
    name, *rest = arguments
    if name in ("--help", "--version"):
        return
    assert name in ZICM_COMMANDS, f"zicm has no command {name}"
    command = _zicm_command(name)
    for word in rest:
        command = getattr(command, "commands", {}).get(word, command)
    known = {option for parameter in command.params for option in parameter.opts}
    assert {word for word in rest if word.startswith("--")} <= known


def _check_npm(arguments: list[str]) -> None:
    assert arguments[:2] == ["ci", "--prefix"]
    assert (CHECKOUT / arguments[2] / "package-lock.json").is_file()


def _check_node(arguments: list[str]) -> None:
    assert (CHECKOUT / arguments[0]).is_file()


def _zicm_command(name: str) -> Any:
    return typer.main.get_command(import_module(f"harness.cli.{ZICM_COMMANDS[name][0]}").app)


_CHECKS: dict[str, Callable[[list[str]], None]] = {
    "python3": _check_python,
    "python": _check_python,
    "pip": _check_pip,
    "tox": _check_tox,
    "pytest": _check_pytest,
    "zicm": _check_zicm,
    "node": _check_node,
    "npm": _check_npm,
}


@pytest.mark.whole_run
def test_each_option_that_is_mentioned_exists() -> None:
    named = {
        (page, span.split()[0])
        for page, text in PAGES.items()
        for span in _SPAN.findall(prose(text))
        if re.match("--\\w", span)
    }
    known = _options("pytest", "harness/test_features.py")
    known = known.union(*(_zicm_options(_zicm_command(name)) for name in ZICM_COMMANDS))
    assert {(page, option) for page, option in named if option not in known} == set()


def _zicm_options(command: Any) -> set[str]:
    """List the options of a command and of all commands below it."""
    below = getattr(command, "commands", {}).values()
    own = {option for parameter in command.params for option in parameter.opts}
    return own.union(*map(_zicm_options, below))


def test_the_page_of_the_report_names_each_part() -> None:
    assert re.findall(r"^\| `(\w+)` \| an? ", PAGES["docs/report.md"], re.MULTILINE) == [*QUERIES, CHANGES]


RUNNING = sorted({page for page, command in TYPED if command.startswith("zicm ") and "zicm serve" not in command})
"""The pages with commands that end; `zicm serve` is started by its own tests."""


@pytest.mark.whole_run
@pytest.mark.parametrize("page", RUNNING)
def test_the_zicm_commands_of_a_page_run_in_order(page: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for folder in ("abap", "exchanges", "scm"):
        copytree(FIXTURES / folder, tmp_path / "fixtures" / folder)
    if page == "docs/sign-off.md":
        ran = run_conditions(tmp_path / "reports", "-m", "condition_11 or condition_11a or condition_S4")
        assert ran.returncode == 0, ran.stdout
        monkeypatch.setattr(service, "FEATURES", copy_features(tmp_path / "features", of_conditions("11", "11a", "S4")))
    monkeypatch.setattr(files, "approvals_file", lambda: tmp_path / "approvals.toml")
    monkeypatch.chdir(tmp_path)
    for command in (command for found, command in TYPED if found == page and command.startswith("zicm ")):
        words, _, may_fail = command.partition("||")
        result = CliRunner().invoke(app, shlex.split(words)[1:])
        assert result.exit_code in ((0, 1) if may_fail else (0,)), f"{command}\n{result.output}"


def test_the_page_of_the_steps_has_every_step_as_it_is() -> None:
    # The last cell of a row is an example: another scenario may come first tomorrow.
    shown, written = (
        re.sub(r"[^|]+\|$", "", page, flags=re.MULTILINE) for page in (PAGES["docs/steps.md"], step_catalogue.render())
    )
    assert shown == written


def test_the_examples_of_the_steps_are_in_the_features() -> None:
    used = {step.text for scenario in read_scenarios(FEATURES) for step in scenario.steps}
    assert set(re.findall(r"\| `([^|]+)` \|$", PAGES["docs/steps.md"], re.MULTILINE)) <= used


def test_the_picture_has_every_room_and_every_system() -> None:
    picture = (CHECKOUT / "docs/images/landscape.svg").read_text(encoding="utf-8")
    packages = {one.parent.name for root in ("simulator", "harness") for one in (CHECKOUT / root).glob("*/__init__.py")}
    assert packages <= set(re.findall(r"[\w-]+(?=<|: (?:PF2|WP2)<)", picture))


@pytest.mark.parametrize("page", PAGES)
def test_each_path_and_each_name_in_it_exists(page: str) -> None:
    spans = {span for span in _SPAN.findall(prose(PAGES[page])) if _PATH.fullmatch(span)}
    assert [span for span in sorted(spans) if not _exists(span, CHECKOUT / page)] == []


def _exists(span: str, page: Path) -> bool:
    path, _, name = span.partition("::")
    if path.startswith(_MADE_BY_A_RUN) or path in _OF_THE_USER:
        return True
    found = [file for file in (CHECKOUT / path, page.parent / path) if file.exists()]
    return bool(found) and (not name or name in _names(found[0]))


_OF_THE_USER = {"answers.toml", "fixtures/spec/approvals.toml", "zicm.toml"}
"""Files that come into being with the first use."""


@cache
def _names(file: Path) -> frozenset[str]:
    """List what a module defines at its top, and the methods of its classes as Class.method."""
    found = set()
    for node in ast.parse(file.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.ClassDef | ast.FunctionDef):
            found.add(node.name)
        if isinstance(node, ast.ClassDef):
            found |= {f"{node.name}.{one.name}" for one in node.body if isinstance(one, ast.FunctionDef)}
        targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
        found |= {target.id for target in targets if isinstance(target, ast.Name)}
    return frozenset(found)


@pytest.mark.parametrize(("page", "block"), [*blocks("toml")])
def test_each_settings_file_that_is_shown_is_valid(page: str, block: str) -> None:
    (AbapMapping if page == "docs/abap.md" else Settings).model_validate(tomllib.loads(block))


def test_each_setting_has_its_row() -> None:
    rows = re.findall(r"^\| (.+?) \|", PAGES["docs/settings.md"], re.MULTILINE)
    shown = [name for row in rows for name in _SPAN.findall(row)]
    assert sorted([*shown, "credentials"]) == sorted([*Settings.model_fields, *PartCredentials.model_fields])


@pytest.mark.parametrize("block", [block for _, block in blocks("json")])
def test_each_json_that_is_shown_is_valid(block: str) -> None:
    assert json.loads(block)


def test_the_result_in_the_readme_has_titles_and_counts_of_conditions() -> None:
    (table,) = (block for page, block in blocks("text") if page == "README.md")
    counts = Counter(tag for scenario in read_scenarios(FEATURES) for tag in scenario.tags)
    known = {(one.id, one.title, str(counts[one.tag])) for one in Register.load().conditions}
    shown = set(re.findall(r"^(\d+[ab]?) +(.+?) +passed +(\d+)$", table, re.MULTILINE))
    assert len(shown) >= 5
    assert shown <= known


def test_the_readme_counts_conditions_and_scenarios() -> None:
    (counted,) = re.findall(r"(\d+) test conditions\s+in more than (\d+) scenarios", PAGES["README.md"])
    assert int(counted[0]) == len(Register.load().conditions_of(Target.ECC))
    assert int(counted[1]) < len(read_scenarios(FEATURES))


@pytest.mark.whole_run
def test_the_scenario_that_is_shown_runs(tmp_path: Path) -> None:
    (scenario,) = (block for _, block in blocks("gherkin"))
    (tmp_path / "shown.feature").write_text(f"Feature: As the page shows it\n\n{scenario}", encoding="utf-8")
    (tmp_path / "test_shown.py").write_text(
        f"from pytest_bdd import scenarios\n\nscenarios({str(tmp_path / 'shown.feature')!r})\n", encoding="utf-8"
    )
    (tmp_path / "conftest.py").write_text("from harness.conftest import *\n", encoding="utf-8")
    ran = run_pytest("-c", CHECKOUT / "pyproject.toml", "--rootdir", tmp_path, tmp_path, cwd=tmp_path)
    assert "1 passed" in ran.stdout, ran.stdout + ran.stderr
