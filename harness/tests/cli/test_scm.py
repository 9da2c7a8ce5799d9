"""Test `zicm scm`: what SCM in a data directory holds, and orders that its users release."""

import json
from contextlib import closing
from pathlib import Path

import pytest

from harness.testdata.scm_master_data import fill_master_data
from harness.tests.support.cli_runner import CommandRun, zicm
from simulator.scm.entities import ALL_SETS
from simulator.scm.system import ScmSystem

CONTRACT = {
    "dataAreaId": "usmf",
    "ContractId": "PPC1",
    "ContractType": "Procurement contract",
    "ContractStatus": "Executed",
    "ContractName": "Speakers",
    "ExpirationDate": "2027-12-31T12:00:00Z",
    "AccountType": "Vend",
    "AccountRelationId": "1001",
}
AGREEMENT = {
    "dataAreaId": "usmf",
    "ContractId": "PPC1",
    "AgreementOwnership": "CLM",
    "PurchaseAgreementClassificationName": "General purchases",
    "AgreementVendorAccountNumber": "1001",
    "CurrencyCode": "USD",
    "DefaultCommitmentType": "ProductQuantity",
    "DefaultEffectiveDate": "2026-01-01T12:00:00Z",
}
LINE = {"dataAreaId": "usmf", "PurchaseAgreementId": "000001", "ItemNumber": "D0001", "CommittedQuantity": 10}


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Make an SCM with one effective agreement of ten speakers."""
    agreements = ALL_SETS["CLMIntegrationPurchaseAgreements"]
    key: dict[str, str | float | int] = {"dataAreaId": "usmf", "PurchaseAgreementId": "000001"}
    with closing(ScmSystem(f"sqlite:///{tmp_path / 'SCM.db'}")) as scm:
        fill_master_data(scm)
        scm.fill("CLMIntegrationContractTypes", {"Name": "Procurement contract"})
        with scm.transaction() as db:
            scm.framework.create(db, ALL_SETS["CLMIntegrationContracts"], CONTRACT)
            scm.framework.create(db, agreements, AGREEMENT)
            scm.framework.create(db, ALL_SETS["CLMIntegrationPurchaseAgreementLines"], LINE)
            scm.framework.update(db, agreements, key, {"AgreementStatus": "Effective"})
    return tmp_path


def scm(data: Path, *arguments: object) -> CommandRun:
    return zicm("scm", *arguments, "--data", data, width=120)


def test_contracts_and_agreements_are_listed(data: Path) -> None:
    contracts, agreements = scm(data, "contracts"), scm(data, "agreements", "--company", "usmf")
    assert "PPC1" in contracts.out
    assert "Executed" in contracts.out
    assert "2027-12-31" in contracts.out
    assert "000001" in agreements.out
    assert "Effective" in agreements.out
    assert scm(data, "agreements", "--company", "demf").out.strip() == "none"


def test_an_order_is_released_and_shown(data: Path) -> None:
    ran = scm(data, "release", "000001", 1, "--quantity", 4, "--delivery", "2026-03-01")
    assert (ran.code, ran.out.strip()) == (0, "released PO00000001")
    status = json.loads(scm(data, "status", "--json").out)
    assert status["connection"] == "Not started"
    assert [(line["ReleasedQuantity"], line["RemainingQuantity"]) for line in status["lines"]] == [(4.0, 6.0)]


def test_a_refusal_says_why(data: Path) -> None:
    ran = scm(data, "release", "000001", 7, "--quantity", 4, "--delivery", "2026-03-01")
    assert (ran.code, ran.out.strip()) == (1, "LineNumber: the agreement has no such line")


@pytest.mark.parametrize(
    ("agreement", "why"),
    [
        ("9", "PurchaseAgreementId: there is no such agreement in this company"),
        ("000001", "LineNumber: the agreement has no such line"),
    ],
)
def test_what_cannot_be_ordered_from_is_named(agreement: str, why: str, data: Path) -> None:
    ran = scm(data, "release", agreement, 7, "--quantity", 4, "--delivery", "2026-03-01")
    assert (ran.code, ran.out.strip()) == (1, why)


@pytest.mark.parametrize("option", ["--quantity", "--amount"])
def test_only_a_number_is_ordered(option: str, data: Path) -> None:
    ran = scm(data, "release", "000001", 1, option, "nan", "--delivery", "2026-03-01")
    assert (ran.code, "it is a number" in ran.err) == (2, True)


def test_an_amount_is_refused_where_the_price_gives_it(data: Path) -> None:
    ran = scm(data, "release", "000001", 1, "--quantity", 4, "--amount", 9, "--delivery", "2026-03-01")
    why = "CommittedAmount: the price gives it, for a line that commits a quantity"
    assert (ran.code, ran.out.strip()) == (1, why)
    assert "PO00000001" in scm(data, "release", "000001", 1, "--quantity", 4, "--delivery", "2026-03-01").out


@pytest.mark.parametrize("quantity", ["1e15", "1e28"])
def test_no_more_is_ordered_than_a_line_can_hold(quantity: str, data: Path) -> None:
    ran = scm(data, "release", "000001", 1, "--quantity", quantity, "--delivery", "2026-03-01")
    assert (ran.code, ran.out.strip()) == (1, "CommittedQuantity: the number is too large")


def test_a_company_is_named_in_any_case(data: Path) -> None:
    assert "PPC1" in scm(data, "contracts", "--company", "USMF").out
    assert "RemainingQuantity" in scm(data, "status", "--company", "Usmf").out
    assert "no line" in scm(data, "status", "--company", "demf").out


def test_a_folder_without_scm_is_an_error(tmp_path: Path) -> None:
    ran = scm(tmp_path, "contracts")
    assert ran.code == 1
    assert "holds no SCM" in ran.err


def test_the_demo_fills_scm_with_contracts_in_every_state(tmp_path: Path) -> None:
    folder = tmp_path / "demo"
    ran = zicm("demo", "--data", folder, "--contracts", "10", "--date", "2026-07-01", "--with", "scm")
    assert ran.code == 0
    assert "SCM holds 8 contracts" in ran.out
    assert "6 purchase agreements, 2 of them effective" in ran.out
    contracts = json.loads(scm(folder, "contracts", "--json").out)
    agreements = json.loads(scm(folder, "agreements", "--json").out)
    status = json.loads(scm(folder, "status", "--json").out)
    assert [(one["ContractId"], one["ContractStatus"]) for one in contracts] == [
        ("PNDA1", "Executed"),
        ("PNDA2", "Draft"),
        ("PPC1", "Draft"),
        ("PPC2", "WaitingForApproval"),
        ("PPC3", "WaitingForExternalSignatures"),
        ("PPC4", "Executed"),
        ("PPC5", "Executed"),
        ("PPC6", "Terminated"),
    ]
    states = ["OnHold", "OnHold", "OnHold", "Effective", "Effective", "Closed"]
    assert [one["AgreementStatus"] for one in agreements] == states
    assert status["connection"] == "Ready"
    assert [line["RemainingQuantity"] for line in status["lines"]] == [600.0, 0.0, 0.0]
