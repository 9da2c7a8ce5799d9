"""Test `zicm replay` of exchanges about contracts for Dynamics 365 SCM."""

import json
from pathlib import Path

import pytest

from harness.testdata.record_exchanges import SCM_EXCHANGES
from harness.tests.support.cli_runner import zicm

RESULTS = {
    "01-nda-executed": ("delivered", "created"),
    "02-contract-drafted": ("delivered", "created"),
    "03-contract-in-approval": ("delivered", "changed"),
    "04-contract-executed": ("delivered", "changed"),
    "05-amendment-in-approval": ("delivered", "unchanged"),
    "06-amendment-executed": ("delivered", "changed"),
    "07-contract-terminated": ("delivered", "changed"),
    "08-refused-in-approval": ("delivered", "reported"),
    "09-confidential-drafted": ("filtered", None),
}
NOT_FOUND = "ItemNumber: the value is not found in the related table 'CLMIntegrationReleasedProductEntity'"


def test_exchanges_are_replayed_into_the_scm_of_a_folder(tmp_path: Path) -> None:
    ran = zicm("replay", SCM_EXCHANGES, "--data", tmp_path, "--json")
    assert (ran.code, ran.err) == (0, "")
    exchanges = json.loads(ran.out)["exchanges"]
    found = {Path(one["folder"]).name: (one["outcome"], one["systems"].get("SCM")) for one in exchanges}
    assert found == RESULTS
    assert exchanges[7]["scm"]["told"] == {"ICMSCMValidation": "Invalid", "ICMSCMMessage": NOT_FOUND}
    shown = json.loads(zicm("scm", "agreements", "--data", tmp_path, "--json").out)
    assert [(row["ContractId"], row["AgreementStatus"], row["DefaultExpirationDate"][:10]) for row in shown] == [
        ("PPC1001", "Closed", "2028-12-31"),
        ("PPC1002", "OnHold", "2027-12-31"),
    ]


def test_the_lineage_of_each_part_is_shown() -> None:
    out = zicm("replay", SCM_EXCHANGES / "06-amendment-executed").out
    assert [line for line in out.splitlines() if line.startswith("Lineage")] == [
        "Lineage of the contract", "Lineage of the agreement", "Lineage of the line 1", "Lineage of the line 2"
    ]  # fmt: skip
    assert "POST CLMIntegrationPurchaseAgreementLines: 201" in out
    assert "2028-12-31T12:00:00Z" in out


def test_nothing_of_a_confidential_contract_is_shown_or_kept(tmp_path: Path) -> None:
    folder = SCM_EXCHANGES / "09-confidential-drafted"
    ran = zicm("replay", folder, "--data", tmp_path)
    assert "confidential: nothing was sent" in ran.out
    kept = b"".join(file.read_bytes() for file in tmp_path.iterdir() if file.is_file())
    name = json.loads((folder / "event.json").read_text())["data"]["SysId"]
    for word in ("PPC1003", "What nobody may see"):
        assert word not in ran.out
    assert [word for word in ("PPC1003", "What nobody may see", name) if word.encode() in kept] == []


@pytest.mark.parametrize("missing", ["agreement.json", "parent.json"])
def test_an_answer_that_was_not_recorded_fails(missing: str, tmp_path: Path) -> None:
    for file in (SCM_EXCHANGES / "06-amendment-executed").iterdir():
        if file.name != missing:
            (tmp_path / file.name).write_bytes(file.read_bytes())
    ran = zicm("replay", tmp_path, "--json")
    assert ran.code == 1
    assert json.loads(ran.out)["exchanges"][0]["outcome"] == "failed"
