"""The alignment of ICI and SCM goes on behind what it cannot read."""

import pytest

from harness.environments.in_process import InProcessEnvironment
from simulator.connector.alignment import NOT_COMPARED, Drift
from simulator.settings import Settings


def test_contract_that_is_listed_without_its_system_id_is_not_compared(monkeypatch: pytest.MonkeyPatch) -> None:
    environment = InProcessEnvironment()
    landscape = environment.create_landscape(Settings())
    try:
        alignment = landscape.scm.landscape.connector._alignment  # noqa: SLF001 - ICI lists none without
        monkeypatch.setattr(alignment, "_summaries", lambda kind: [{}] if kind == "ICMNDA" else [])
        assert landscape.scm.align() == [Drift("", "contract", "SysId", NOT_COMPARED)]
    finally:
        landscape.close()
        environment.close()
