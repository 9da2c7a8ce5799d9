"""An accepted difference belongs to one outline agreement, also where the numbers of two systems overlap."""

from harness.data_directory import Row
from harness.tests.simulator.reporting.recomputation import Held
from harness.tests.simulator.reporting.test_recomputation import stored
from simulator.ecc.ekko import EKKO
from simulator.ecc.tables import CONTRACT
from simulator.mapping.contract_types import TYPE_CODES
from simulator.reporting.acceptances import Acceptance, digest_values
from simulator.reporting.consolidation import ReportRequest, consolidate


def _held(number: int, value: str) -> Held:
    """Make a system with one contract of 3000.00 EUR, and an outline agreement of a number that each system has."""
    contract: Row = dict.fromkeys(CONTRACT.columns.keys(), "") | {
        "CONTRACTTYPENAME": "SUB", "SYSID": f"22222222-0000-4000-8000-{number:012}",
        "ICMAGREEMENTCODE": f"PSUB{number}", "ICMEFFECTIVEDATE": "20260101", "ICMEXPIRYDATE": "20271231",
        "ICMTOTALCONTRACTVALUE": "3000.00", "ICMCURRENCY": "EUR",
    }  # fmt: skip
    outline: Row = dict.fromkeys(EKKO.columns.keys(), "") | {
        "EBELN": "4600000000", "BSTYP": "K", "BSART": "WK", "EKORG": "FR10", "WAERS": "EUR", "KDATB": "20260101",
        "KDATE": "20271231", "KTWRT": value, "AEDAT": "20260101", "ZZICMAGREEMENT": f"PSUB{number}",
    }  # fmt: skip
    return Held([contract], [{"SYSID": contract["SYSID"], "PURCHASINGORG": "FR10"}], [outline])


def test_accepted_sum_says_nothing_of_the_same_number_in_another_system() -> None:
    digest = digest_values("PF2", "4600000000", "SUM", "1000.00", "3000.00")
    accepted = Acceptance("PF2", "4600000000", "SUM", digest, "KEYUSER", "20260630", "each may use it up")
    with stored({"PF2": _held(5200, "1000.00"), "WP2": _held(5201, "2000.00")}) as systems:
        report = consolidate(systems, TYPE_CODES, ReportRequest("20260630", target_value="sum", accepted=(accepted,)))
    shown = [
        (row["ICMAGREEMENTCODE"], row["outline_agreement"], row["reopened"])
        for row in report.parts["differences"].dicts()
    ]
    assert shown == [("PSUB5201", "2000.00", "")]
    assert [row["system"] for row in report.parts["accepted"].dicts()] == ["PF2"]
