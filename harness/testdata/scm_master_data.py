"""The master data with which an emulated SCM starts, and the company's limits of risk."""

import tomllib
from contextlib import closing
from functools import cache

from harness.files import FIXTURES
from simulator.icertis.risk import RiskRules
from simulator.scm.system import ScmRows, ScmSystem

FILE = FIXTURES / "scm" / "master_data.toml"


RISK = FIXTURES / "scm" / "risk.toml"


def load_risk_rules() -> dict[str, RiskRules]:
    """Read the rules of each contract type from the fixtures."""
    return {name: RiskRules.read(one) for name, one in tomllib.loads(RISK.read_text(encoding="utf-8")).items()}


def fill_master_data(system: ScmSystem) -> None:
    """Let SCM hold the master data of the fixtures, and nothing else."""
    system.load(_filled())


def forget_master_data() -> None:
    """Let the next SCM create its master data itself."""
    _filled.cache_clear()


@cache
def _filled() -> ScmRows:
    """Create the master data once, in an SCM of its own: each row goes through the checks of the framework."""
    with closing(ScmSystem()) as system:
        for collection, rows in tomllib.loads(FILE.read_text(encoding="utf-8")).items():
            system.fill(collection, *rows)
        return system.dump()
