"""Run every condition once, for tests that need evidence."""

import subprocess
from pathlib import Path

from harness.files import CHECKOUT
from harness.specification.register import Register
from harness.tests.support.pytest_process import run_pytest


def run_conditions(
    reports: Path, *arguments: str, top: Path = CHECKOUT, plugins: Path | None = None
) -> subprocess.CompletedProcess[str]:
    """Run the scenarios of all conditions in the tree at `top`, or those that the arguments select.

    `plugins` is a folder of further modules. A process that has loaded a tree runs no other one.
    """
    all_conditions = " or ".join(condition.tag for condition in Register.load().conditions)
    selected = arguments or ("-m", all_conditions)
    path = (top, plugins) if plugins else (top,)
    to = ("--reports", reports)
    return run_pytest("harness/test_features.py", *to, *selected, cwd=top, path=path, loaded=top == CHECKOUT)
