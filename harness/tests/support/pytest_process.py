"""Run pytest in a process of its own."""

import os
import subprocess
import sys
from pathlib import Path

from harness.files import CHECKOUT
from harness.tests.support.loaded_process import Start, run
from harness.tests.support.patience import PROCESS_PATIENCE

OPTIONS = ("-q", "-p", "pytest_bdd.plugin", "-o", f"cache_dir={CHECKOUT / '.pytest_cache' / 'of-tests'}")
"""With pytest-bdd, and with no other plugin that happens to be installed: they take long to load.

What Gherkin makes of a feature is kept in that folder for the next run.
"""


def pytest_environment(*path: Path) -> dict[str, str]:
    """Return the environment of such a run. `path` are further folders of modules."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    own = {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PYTHONUTF8": "1", "ZICM_EMPTY": ""}
    return kept | own | ({"PYTHONPATH": os.pathsep.join(map(str, path))} if path else {})


def run_pytest(
    *arguments: str | Path,
    cwd: Path = CHECKOUT,
    path: tuple[Path, ...] = (),
    module: str = "pytest",
    loaded: bool = True,
) -> "subprocess.CompletedProcess[str]":
    """Run pytest. `path` are further folders of modules; `module` is what Python runs.

    Unless it is `loaded`, a new Python starts, as it does for people, and as it must for another copy of the project.
    """
    command, env = [module, *OPTIONS, *map(str, arguments)], pytest_environment(*path)
    if loaded:
        return run(Start(command, cwd, env), seconds=PROCESS_PATIENCE)
    return subprocess.run(  # noqa: S603 - our own words
        [sys.executable, "-m", *command],
        cwd=cwd,
        env=env,
        capture_output=True,
        encoding="utf-8",
        check=False,
        timeout=PROCESS_PATIENCE,
    )
