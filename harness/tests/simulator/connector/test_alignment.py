"""The alignment of ICI and SCM goes on behind what it cannot read."""

import pytest

from harness.environments.in_process import InProcessEnvironment
from simulator.connector.alignment import NOT_COMPARED, Drift
from simulator.errors import Failure, InterfaceError
from simulator.settings import Settings


def test_contract_that_is_listed_without_its_system_id_is_not_compared(monkeypatch: pytest.MonkeyPatch) -> None:
    environment = InProcessEnvironment()
    landscape = environment.create_landscape(Settings())
    try:
        alignment = landscape.scm.landscape.connector._alignment  # noqa: SLF001 - ICI lists none without
        monkeypatch.setattr(alignment, "_summaries", lambda kind: [{}] if kind == "ICMNDA" else [])
        why = "ICI lists a contract without it"
        assert landscape.scm.align() == [Drift("", "", "contract", "SysId", NOT_COMPARED, why)]
    finally:
        landscape.close()
        environment.close()


def test_types_whose_list_fails_hold_no_other_back(monkeypatch: pytest.MonkeyPatch) -> None:
    def summaries(kind: str) -> list[dict[str, str]]:
        if kind == "ICMProcurementContract":
            raise InterfaceError("D-45", "", "ICI answered with HTTP status 403", Failure.OTHER_STATUS)
        return [{}]

    environment = InProcessEnvironment()
    landscape = environment.create_landscape(Settings())
    try:
        alignment = landscape.scm.landscape.connector._alignment  # noqa: SLF001 - the mock refuses no list of one type
        monkeypatch.setattr(alignment, "_summaries", summaries)
        assert [(one.row, one.why) for one in landscape.scm.align()] == [
            ("ICMProcurementContract", "ICI answered with HTTP status 403"),
            ("contract", "ICI lists a contract without it"),
        ]
    finally:
        landscape.close()
        environment.close()
