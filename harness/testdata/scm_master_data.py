"""The master data with which an emulated SCM starts."""

import tomllib

from harness.files import FIXTURES
from simulator.scm.system import ScmSystem

FILE = FIXTURES / "scm" / "master_data.toml"


def fill_master_data(system: ScmSystem) -> None:
    """Fill an empty SCM with the master data of the fixtures."""
    for collection, rows in tomllib.loads(FILE.read_text(encoding="utf-8")).items():
        system.fill(collection, *rows)
