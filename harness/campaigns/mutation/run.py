"""The mutation check: changes the code in a thousand small ways and lists every change that no test notices.

`tox -e mutation` runs it. What follows ``--`` goes to ``mutmut run``: ``--max-children 2``, or names of mutants, with
``*``. What is changed, and which tests are to notice, stands in `pyproject.toml` under ``[tool.mutmut]``; a mutant
that no test can tell from the code is explained in `mutation_equivalents.toml`.
"""

import json
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Sequence
from pathlib import Path

from harness.campaigns.mutation.report import KILLED, Mutant, evaluate, read_explanations, report

MUTANTS = Path("mutants")
"""Where mutmut works, below the top of the repository."""


def main(arguments: Sequence[str]) -> int:
    """Try the mutants, all of them afresh: mutmut would keep what it found with tests that have changed since."""
    shutil.rmtree(MUTANTS, ignore_errors=True)
    _run("mutmut", "run", *arguments)
    _run("pytest", "-q", "-x", *_as_mutmut_calls_them(), folder=MUTANTS)
    explanations = read_explanations()
    mutants = [mutant._replace(diff=_diff(mutant)) for mutant in _tried(all_of_them=not arguments)]
    if arguments:  # then some functions may have been left out
        tried = {mutant.function for mutant in mutants}
        explanations = [one for one in explanations if one.function in tried]
    findings = evaluate(mutants, explanations)
    sys.stdout.write(report(findings) + "\n")
    return 1 if findings.unexplained or findings.in_vain else 0


def _as_mutmut_calls_them() -> list[str]:
    """The arguments for all tests on code that is not changed, each by its id and the fastest first.

    They must pass: a test that pytest does not find by its id would stop the tests of a mutant, and look like a kill.
    """
    durations: dict[str, float] = json.loads((MUTANTS / "mutmut-stats.json").read_text())["duration_by_test"]
    listed = MUTANTS / "tests.txt"
    listed.write_text("\n".join(sorted(durations, key=durations.__getitem__)))
    settings = tomllib.loads(Path("pyproject.toml").read_text(encoding="utf-8"))["tool"]["mutmut"]
    return [f"@{listed.name}", *settings["pytest_add_cli_args"]]


def _tried(*, all_of_them: bool) -> list[Mutant]:
    """The mutants with what became of them; where not all were asked for, without those that were left out."""
    results = [line.strip().rpartition(": ") for line in _told("results", "--all", "true").splitlines()]
    return [Mutant(name, status) for name, _, status in results if all_of_them or status != "not checked"]


def _diff(mutant: Mutant) -> str:
    """What a mutant changes; blank for one that is killed."""
    return "" if mutant.status == KILLED else _told("show", mutant.name).partition("\n")[2].strip()


def _told(*arguments: str) -> str:
    """What mutmut says of the run before."""
    command = [sys.executable, "-m", "mutmut", *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout  # noqa: S603 - our own command


def _run(module: str, *arguments: str, folder: Path | None = None) -> None:
    """Run a command. Raises subprocess.CalledProcessError where it fails."""
    subprocess.run([sys.executable, "-m", module, *arguments], check=True, cwd=folder)  # noqa: S603 - our own command


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
