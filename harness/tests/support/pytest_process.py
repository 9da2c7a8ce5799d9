"""Run pytest in a process of its own."""

import os
import subprocess
import sys
from pathlib import Path

from harness.files import CHECKOUT


def run_pytest(
    *arguments: str | Path, cwd: Path = CHECKOUT, path: tuple[Path, ...] = (), module: str = "pytest"
) -> subprocess.CompletedProcess[str]:
    """Run pytest with pytest-bdd, and with no other plugin that happens to be installed: they take long to load.

    `path` are further folders of modules; `module` is what Python runs.
    """
    cache = CHECKOUT / ".pytest_cache" / "of-tests"  # what Gherkin makes of a feature is kept there for the next run
    command = [sys.executable, "-m", module, "-q", "-p", "pytest_bdd.plugin", "-o", f"cache_dir={cache}"]
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    own = {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PYTHONUTF8": "1", "ZICM_EMPTY": ""}
    if path:
        own["PYTHONPATH"] = os.pathsep.join(map(str, path))
    return subprocess.run(  # noqa: S603 - our own words
        [*command, *map(str, arguments)],
        cwd=cwd,
        env={**kept, **own},
        capture_output=True,
        encoding="utf-8",
        check=False,
        timeout=300,
    )
