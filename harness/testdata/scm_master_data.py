"""The master data with which an emulated SCM starts, and the company's limits of risk."""

import tomllib

from harness.files import FIXTURES
from simulator.icertis.risk import RiskRules
from simulator.scm.system import ScmSystem

FILE = FIXTURES / "scm" / "master_data.toml"


RISK = FIXTURES / "scm" / "risk.toml"


def load_risk_rules() -> dict[str, RiskRules]:
    """Read the rules of each contract type from the fixtures."""
    return {name: RiskRules.read(one) for name, one in tomllib.loads(RISK.read_text(encoding="utf-8")).items()}


def fill_master_data(system: ScmSystem) -> None:
    """Fill an empty SCM with the master data of the fixtures."""
    for collection, rows in tomllib.loads(FILE.read_text(encoding="utf-8")).items():
        system.fill(collection, *rows)
