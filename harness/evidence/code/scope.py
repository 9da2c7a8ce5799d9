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

EXCLUDED = ("harness/bdd/plugins/*", "harness/bdd/failure/*", "harness/bdd/pytest_bdd_internals.py")
"""The code that only runs scenarios and explains failures."""


@cache
def counts(file: str) -> bool:
    """Return True for a file, as a path below TOP, whose code counts."""
    path = Path(file)
    return any(map(path.match, INCLUDED + _DEEPER)) and not any(map(path.match, EXCLUDED))


def files_of_the_simulator() -> list[str]:
    """List all files of the simulator, and the one that fills it, as paths below TOP."""
    return [_MASTER_DATA, *sorted(file.relative_to(TOP).as_posix() for file in (TOP / SIMULATOR).rglob("*.py"))]


_DEEPER = (f"{SIMULATOR}*/*", "harness/bdd/*/*")
"""`Path.match` takes a star for one name."""
