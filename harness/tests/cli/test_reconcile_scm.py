"""Test `zicm reconcile --with scm`: findings, repairs, exit codes, over a served ICI."""

import json
import shutil
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from harness.testdata.record_exchanges import SCM_EXCHANGES
from harness.testdata.scm_master_data import CONTRACT_TERMS
from harness.tests.support.cli_runner import CommandRun, zicm
from harness.tests.support.server_fixture import Served, served
from simulator.scm.edm import EdmValue
from simulator.scm.entities import ALL_SETS
from simulator.scm.system import ScmSystem

pytestmark = pytest.mark.xdist_group("reconcile SCM")  # they share what takes long to make

TERMS = {**CONTRACT_TERMS, "Name": "Speakers"}
CONTRACT = [SCM_EXCHANGES / name for name in ("02-contract-drafted", "03-contract-in-approval", "04-contract-executed")]
KEY: dict[str, EdmValue] = {"dataAreaId": "usmf", "PurchaseAgreementId": "000001"}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("served")


@pytest.fixture(scope="module")
def site_once(folder: Path) -> Iterator[Served]:
    with served(folder) as one:
        yield one


@pytest.fixture
def site(site_once: Served) -> Served:
    """Empty the landscape, and let SCM have one contract."""
    site_once.admin("POST", "/reset")
    site_once.admin("POST", "/connector/connect", {})
    new = {"type": "ICMProcurementContract", "code": "PPC1", "attributes": TERMS}
    site_once.admin("POST", "/contracts", new)
    site_once.admin("POST", "/connector/work")
    site_once.admin("POST", "/connector/align")  # ICI knows what SCM has by now
    return site_once


@pytest.fixture
def scm(folder: Path) -> Iterator[ScmSystem]:
    with closing(ScmSystem(f"sqlite:///{folder / 'SCM.db'}")) as system:
        yield system


def reconciled(site: Served, folder: Path, *options: str) -> CommandRun:
    ici = ("--ici-url", site.site.urls["icertis"], "--credentials", folder / "credentials.json")
    return zicm("reconcile", "--with", "scm", "--data", folder, *ici, *options)


def test_what_is_equal_exits_with_0(site: Served, folder: Path) -> None:
    ran = reconciled(site, folder)
    assert (ran.code, ran.err, ran.out) == (0, "", "ICI compared with SCM: all equal\n")


def test_a_difference_is_found_and_mended(site: Served, scm: ScmSystem, folder: Path) -> None:
    scm.change_by_program("CLMIntegrationPurchaseAgreements", KEY, {"DocumentTitle": "Another"})
    scm.change_as_user("CLMIntegrationPurchaseAgreements", KEY, {"VendorReference": "Your quote"})

    def said(*options: str) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(reconciled(site, folder, "--json", *options).out)
        return found

    def rows(found: dict[str, Any]) -> list[tuple[str, str, str, str]]:
        return [(one["contract"], one["row"], one["name"], one["done"]) for one in found["findings"]]

    both = [("PPC1", "agreement", "DocumentTitle", "mended"), ("PPC1", "agreement", "VendorReference", "reported")]
    compared = said()
    assert (rows(compared), compared["queued"]) == (both, [])
    assert "ICI owns it: --repair" in reconciled(site, folder).out
    repaired = said("--repair")
    assert rows(repaired) == both
    assert [one["status"] for one in repaired["queued"]] == ["COMPLETED"]
    assert rows(said()) == both[1:]
    (row,) = scm.rows("CLMIntegrationPurchaseAgreements")
    assert (row["DocumentTitle"], row["VendorReference"]) == ("Speakers", "Your quote")


def test_an_agreement_that_ici_does_not_know_is_reported(site: Served, scm: ScmSystem, folder: Path) -> None:
    row = {"dataAreaId": "usmf", "AgreementOwnership": "CLM", "ExternalContractId": "another"}
    row |= {"PurchaseAgreementClassificationName": "General purchases", "AgreementVendorAccountNumber": "1001"}
    with scm.transaction() as db:
        scm.framework.create(db, ALL_SETS["CLMIntegrationPurchaseAgreements"], row)
    ran = reconciled(site, folder)
    assert (ran.code, "000002" in ran.out, "SCM owns it: it stays" in ran.out) == (1, True, True)


def test_a_contract_that_ici_does_not_know_is_reported(site: Served, scm: ScmSystem, folder: Path) -> None:
    row = {"dataAreaId": "usmf", "ContractId": "PPC9", "ExternalContractId": "another", "ContractType": "NDA"}
    scm.fill("CLMIntegrationContracts", row)
    ran = reconciled(site, folder)
    assert (ran.code, "PPC9" in ran.out, "unknown to ICI" in ran.out) == (1, True, True)
    assert "PPC9" in {one["ContractId"] for one in scm.rows("CLMIntegrationContracts")}


def test_an_scm_over_http_is_compared_and_mended(site: Served, scm: ScmSystem, folder: Path) -> None:
    scm.change_by_program("CLMIntegrationPurchaseAgreements", KEY, {"DocumentTitle": "Another"})

    def ran(*options: str) -> CommandRun:
        urls = ("--ici-url", site.site.urls["icertis"], "--scm-url", site.site.urls["scm"])
        return zicm("reconcile", "--with", "scm", *urls, "--credentials", folder / "credentials.json", *options)

    assert "DocumentTitle" in ran().out
    assert "COMPLETED" in ran("--repair").out
    assert (ran().code, ran().out) == (0, "ICI compared with SCM: all equal\n")
    wrong = ran("--scm-client", "cpi:wrong")
    assert (wrong.code, "it could not be compared" in wrong.out) == (1, True)


@pytest.fixture(scope="module")
def replayed_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Replay the recorded exchanges of a contract up to its execution; tests only copy what it leaves."""
    folder = tmp_path_factory.mktemp("replayed")
    assert zicm("replay", *CONTRACT, "--data", folder).code == 0
    return folder


@pytest.fixture
def replayed(replayed_once: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(replayed_once, tmp_path, dirs_exist_ok=True))


def test_recorded_exchanges_stand_for_ici(replayed: Path) -> None:
    def ran(*options: str) -> CommandRun:
        recorded = [word for folder in CONTRACT for word in ("--recorded", folder)]
        return zicm("reconcile", "--with", "scm", "--data", replayed, *recorded, *options)

    assert (ran().code, ran().out) == (0, "ICI compared with SCM: all equal\n")
    with closing(ScmSystem(f"sqlite:///{replayed / 'SCM.db'}")) as system:
        system.change_by_program("CLMIntegrationPurchaseAgreements", KEY, {"DocumentTitle": "Another"})
    assert "ICI owns it: --repair" in ran().out
    assert "COMPLETED" in ran("--repair").out
    assert ran().code == 0


def test_what_was_not_recorded_is_counted_and_not_reported_as_unknown_to_ici(replayed: Path) -> None:
    row: dict[str, EdmValue] = {"dataAreaId": "usmf", "ContractId": "PPC9", "ExternalContractId": "another"}
    with closing(ScmSystem(f"sqlite:///{replayed / 'SCM.db'}")) as system:
        system.fill("CLMIntegrationContracts", row | {"ContractType": "NDA"})
    ran = zicm("reconcile", "--with", "scm", "--data", replayed, "--recorded", CONTRACT[-1])
    counted = "  not compared, as their contracts were not recorded: 1 row of contracts or agreements\n"
    assert (ran.code, ran.out) == (0, f"ICI compared with SCM: all equal\n{counted}")


def test_what_is_newer_than_the_recording_is_not_repaired(replayed: Path) -> None:
    assert zicm("replay", SCM_EXCHANGES / "06-amendment-executed", "--data", replayed).code == 0
    ran = zicm("reconcile", "--with", "scm", "--data", replayed, "--recorded", CONTRACT[-1], "--repair", "--json")
    found = json.loads(ran.out)
    assert {one["done"] for one in found["findings"]} == {"recorded earlier"}
    assert "AmendmentExecuted (processed 1 time, recorded 0 times)" in {one["why"] for one in found["findings"]}
    assert found["queued"] == []


def test_an_amendment_stands_for_its_contract(replayed: Path) -> None:
    assert zicm("replay", SCM_EXCHANGES / "06-amendment-executed", "--data", replayed).code == 0
    ran = zicm("reconcile", "--with", "scm", "--data", replayed, "--recorded", SCM_EXCHANGES / "06-amendment-executed")
    assert (ran.code, ran.out) == (0, "ICI compared with SCM: all equal\n")


def test_exchanges_of_another_target_are_wrong_use(replayed: Path) -> None:
    ran = zicm("reconcile", "--with", "scm", "--data", replayed, "--recorded", "fixtures/exchanges/03-sub-executed")
    assert (ran.code, "is not an event of the interface: EVT-3" in ran.err) == (1, True)


def test_wrong_use_is_told(tmp_path: Path) -> None:
    assert "holds no SCM" in zicm("reconcile", "--with", "scm", "--data", tmp_path).err
    ran = zicm("reconcile", "--with", "scm")
    assert (ran.code, "name the folder that holds the tables" in ran.err) == (2, True)
    for option in ("--scm-url", "--scm-token-url"):
        ran = zicm("reconcile", "--data", tmp_path, option, "http://127.0.0.1:1/scm")
        assert (ran.code, "it goes with --with scm" in ran.err) == (2, True)
    ran = zicm("reconcile", "--with", "scm", "--data", tmp_path, "--scm-client", "a:b")
    assert (ran.code, "it needs --scm-url" in ran.err) == (2, True)
