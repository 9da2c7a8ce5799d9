"""The mutation check: change the code in a thousand small ways and list every change that no test notices.

`tox -e mutation` runs it. What follows ``--`` goes to ``mutmut run``: ``--max-children 2``, or names of mutants, with
``*``. What is changed, and which tests are to notice, stands in `pyproject.toml` under ``[tool.mutmut]``; a mutant
that no test can tell from the code is explained in `equivalents.toml`.
"""

import json
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Sequence
from pathlib import Path

from harness.campaigns.mutation.report import KILLED, Mutant, evaluate, load_equivalents, report

MUTANTS = Path("mutants")
"""The folder of mutmut in the checkout."""


def main(arguments: Sequence[str]) -> int:
    """Test the mutants from scratch, as mutmut would keep results of tests that have changed since."""
    shutil.rmtree(MUTANTS, ignore_errors=True)
    _run("mutmut", "run", *arguments)
    _run("pytest", "-q", "-x", *_unmutated_test_arguments(), folder=MUTANTS)
    equivalents = load_equivalents()
    mutants = [mutant._replace(diff=_diff(mutant)) for mutant in _tested_mutants(all_of_them=not arguments)]
    if arguments:  # some functions may be untested
        tried = {mutant.function for mutant in mutants}
        equivalents = [one for one in equivalents if one.function in tried]
    result = evaluate(mutants, equivalents)
    sys.stdout.write(report(result) + "\n")
    return 1 if result.unexplained or result.stale else 0


def _unmutated_test_arguments() -> list[str]:
    """Return the arguments that run all tests on unchanged code by their ids, the fastest first.

    They must pass: a test id that pytest does not find would look like a kill of every mutant.
    """
    durations: dict[str, float] = json.loads((MUTANTS / "mutmut-stats.json").read_text())["duration_by_test"]
    listed = MUTANTS / "tests.txt"
    listed.write_text("\n".join(sorted(durations, key=durations.__getitem__)))
    settings = tomllib.loads(Path("pyproject.toml").read_text(encoding="utf-8"))["tool"]["mutmut"]
    return [f"@{listed.name}", *settings["pytest_add_cli_args"]]


def _tested_mutants(*, all_of_them: bool) -> list[Mutant]:
    """Return the mutants with their status; without the untested ones unless all were to be tested."""
    results = [line.strip().rpartition(": ") for line in _mutmut_output("results", "--all", "true").splitlines()]
    return [Mutant(name, status) for name, _, status in results if all_of_them or status != "not checked"]


def _diff(mutant: Mutant) -> str:
    """Return the diff of a mutant; blank if it is killed."""
    return "" if mutant.status == KILLED else _mutmut_output("show", mutant.name).partition("\n")[2].strip()


def _mutmut_output(*arguments: str) -> str:
    """Return the output of a mutmut command about the last run."""
    command = [sys.executable, "-m", "mutmut", *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout  # noqa: S603 - our own command


def _run(module: str, *arguments: str, folder: Path | None = None) -> None:
    """Run a module. Raises subprocess.CalledProcessError if it fails."""
    subprocess.run([sys.executable, "-m", module, *arguments], check=True, cwd=folder)  # noqa: S603 - our own command


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
