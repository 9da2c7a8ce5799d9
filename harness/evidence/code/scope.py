"""The code that counts: the simulator, and what sets up and judges a scenario."""

from functools import cache
from pathlib import Path

import harness
import simulator

TOP = Path(next(iter(harness.__path__))).parent
"""The folder with both packages."""

SIMULATOR = Path(next(iter(simulator.__path__))).relative_to(TOP).as_posix() + "/"

_MASTER_DATA = "harness/testdata/scm_master_data.py"
"""Fills SCM, and reads the limits of risk: what scenarios expect rests on these files."""

INCLUDED = (f"{SIMULATOR}*", "harness/bdd/*", "harness/confidentiality.py", _MASTER_DATA)

_REFUSES_ALONE = f"{SIMULATOR}settings_rules.py"
"""Refuses settings or lets them pass as they are: where a scenario runs, it has decided nothing."""

EXCLUDED = ("harness/bdd/plugins/*", "harness/bdd/failure/*", "harness/bdd/pytest_bdd_internals.py", _REFUSES_ALONE)
"""The code that only runs scenarios and explains failures, and the rules of settings."""


@cache
def counts(file: str) -> bool:
    """Return True for a file, as a path below TOP, whose code counts."""
    path = Path(file)
    return any(map(path.match, INCLUDED + _DEEPER)) and not any(map(path.match, EXCLUDED))


def files_of_the_simulator() -> list[str]:
    """List all files of the simulator, and the one that fills it, as paths below TOP."""
    found = sorted(file.relative_to(TOP).as_posix() for file in (TOP / SIMULATOR).rglob("*.py"))
    return [_MASTER_DATA, *filter(counts, found)]


_DEEPER = (f"{SIMULATOR}*/*", "harness/bdd/*/*")
"""`Path.match` takes a star for one name."""
