"""Run every condition once, for tests that need evidence."""

import os
import subprocess
import sys
from pathlib import Path

from harness.files import CHECKOUT
from harness.specification.register import Register


def run_conditions(
    reports: Path, *arguments: str, top: Path = CHECKOUT, plugins: Path | None = None
) -> subprocess.CompletedProcess[str]:
    """Run the scenarios of all conditions in the tree at `top`, or those that the arguments select.

    `plugins` is a folder of further modules.
    """
    path = os.pathsep.join(map(str, filter(None, (top, plugins))))
    all_conditions = " or ".join(condition.tag for condition in Register.load().conditions)
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "harness/test_features.py"]
    return subprocess.run(  # noqa: S603 - our own words
        [*command, "--reports", str(reports), *(arguments or ("-m", all_conditions))],
        cwd=top,
        env={**os.environ, "PYTHONPATH": path, "PYTHONUTF8": "1"},
        capture_output=True,
        encoding="utf-8",
        check=False,
        timeout=300,
    )
