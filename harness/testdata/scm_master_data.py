"""The master data with which an emulated SCM starts, and the company's limits of risk."""

import tomllib
from collections.abc import Mapping
from contextlib import closing
from functools import cache

from harness.files import FIXTURES
from simulator.icertis.risk import RiskRules
from simulator.scm.entities import ALL_SETS
from simulator.scm.system import ScmRows, ScmSystem

MASTER_DATA = FIXTURES / "scm" / "master_data.toml"
RISK = FIXTURES / "scm" / "risk.toml"

CONTRACT_TERMS: Mapping[str, object] = {
    "ICMConfidentialContract": False,
    "ICMLegalEntityCode": "USMF",
    "ICMEffectiveDate": "2026-02-01T00:00:00",
    "ICMExpiryDate": "2027-12-31T00:00:00",
    "ICMAppSrcSupplierID": "1001",
    "ICMPrimaryOwnerName": "Alicia Thornber",
    "ICMCurrency": "USD",
    "ICMPaymentTerms": "Net30",
    "ICMClassification": "General purchases",
    "ICMCommitmentType": "ProductQuantity",
}
"""The terms of an open contract that this master data lets through."""


def load_risk_rules() -> dict[str, RiskRules]:
    """Read the rules of each contract type from the fixtures."""
    return {name: RiskRules.read(one) for name, one in tomllib.loads(RISK.read_text(encoding="utf-8")).items()}


def fill_master_data(system: ScmSystem) -> None:
    """Let SCM hold the master data of the fixtures, and nothing else."""
    system.load(_filled())


def forget_master_data() -> None:
    """Let the next SCM create its master data itself, by code that works out again what it keeps."""
    _filled.cache_clear()
    for entity_set in ALL_SETS.values():
        for kept in ("fields", "keys"):
            vars(entity_set).pop(kept, None)


@cache
def _filled() -> ScmRows:
    """Create the master data once, in an SCM of its own: each row goes through the checks of the framework."""
    with closing(ScmSystem()) as system:
        for collection, rows in tomllib.loads(MASTER_DATA.read_text(encoding="utf-8")).items():
            system.fill(collection, *rows)
        return system.dump()
