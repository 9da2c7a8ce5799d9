"""Test the recorded exchanges in `fixtures/exchanges`: the code records them, and a replay follows the script."""

import json
from pathlib import Path

import pytest

from harness.testdata.record_exchanges import EXCHANGES, SCM_EXCHANGES, SCM_SAMPLES, record, record_scm
from harness.tests.support.cli_runner import replayed, zicm

MASTER = "ICMMasterAgreement/e3e70682-c209-4cac-a29f-6fbed82c07cd"
NDA = "ICMSupportingAgreement/f728b4fa-4248-4e3a-8a5d-2f346baa9455"
SUB = "ICMSubAgreement/eb1167b3-67a9-4378-bc65-c1e582e2e662"
STANDALONE = "ICMStandaloneAgreement/f7c1bd87-4da5-4709-9471-3d60c8a70639"
MASTER_AMENDMENT = "ICMMasterAgreementAmendment/eb2083e6-ce16-4dba-8ff1-8e0242af9fc3"
NDA_AMENDMENT = "ICMSupportingAgreementAmendment/b5d32b16-6619-4cb1-9710-37d1b83e90ec"
SUB_AMENDMENT = "ICMSubAgreementAmendment/d3fbf47a-7e5b-4e7f-9ca5-499d004ae545"
STANDALONE_AMENDMENT = "ICMStandaloneAgreementAmendment/101fbccc-ded7-43e8-b421-eaeb534097ca"
SUB_2 = "ICMSubAgreement/e443df78-9558-467f-9ba9-1faf7a024204"

CREATED, CHANGED = {"PF2": "created", "WP2": "created"}, {"PF2": "changed", "WP2": "changed"}

SCRIPT = [
    ("01-master-executed", "delivered", CREATED, [MASTER]),
    ("02-supporting-executed", "delivered", CREATED, [NDA, f"{NDA}/associatinginstances/ICMMasterAgreement"]),
    ("03-sub-executed", "delivered", CREATED, [SUB, f"{SUB}/associatinginstances/ICMMasterAgreement"]),
    ("04-standalone-executed", "delivered", CREATED, [STANDALONE]),
    ("05-confidential-sub-executed", "filtered", {}, [SUB_2, f"{SUB_2}/associatinginstances/ICMMasterAgreement"]),
    ("06-baseline-executed", "ignored", {}, []),
    ("07-master-updated", "delivered", CHANGED, [MASTER]),
    ("08-supporting-updated", "delivered", CHANGED, [NDA, f"{NDA}/associatinginstances/ICMMasterAgreement"]),
    ("09-sub-updated", "delivered", CHANGED, [SUB, f"{SUB}/associatinginstances/ICMMasterAgreement"]),
    ("10-standalone-updated", "delivered", CHANGED, [STANDALONE]),
    ("11-master-amended", "delivered", CHANGED, [MASTER_AMENDMENT]),
    ("12-supporting-amended", "delivered", CHANGED, [NDA_AMENDMENT]),
    ("13-sub-amended", "delivered", CHANGED, [SUB_AMENDMENT]),
    ("14-standalone-amended", "delivered", CHANGED, [STANDALONE_AMENDMENT]),
    ("15-master-renewed", "delivered", CHANGED, [MASTER]),
    ("16-supporting-renewed", "delivered", CHANGED, [NDA]),
    ("17-sub-renewed", "delivered", CHANGED, [SUB]),
    ("18-standalone-renewed", "delivered", CHANGED, [STANDALONE]),
    ("19-master-terminated", "delivered", CHANGED, [MASTER]),
    ("20-supporting-terminated", "delivered", CHANGED, [NDA]),
    ("21-sub-terminated", "delivered", CHANGED, [SUB]),
    ("22-standalone-terminated", "delivered", CHANGED, [STANDALONE]),
]  # fmt: skip


def _bytes(folder: Path) -> dict[str, bytes]:
    return {file.relative_to(folder).as_posix(): file.read_bytes() for file in folder.rglob("*.json")}


@pytest.mark.parametrize("of", ["ECC", "SCM"])
def test_recorded_exchanges_are_reproducible(of: str, tmp_path: Path) -> None:
    if of == "ECC":
        record(tmp_path)
        recorded, kept = _bytes(tmp_path), _bytes(EXCHANGES)
    else:
        record_scm(tmp_path / "exchanges", tmp_path / "samples")
        recorded = _bytes(tmp_path / "exchanges") | _bytes(tmp_path / "samples")
        kept = _bytes(SCM_EXCHANGES) | _bytes(SCM_SAMPLES)
    assert sorted(recorded) == sorted(kept)
    assert [name for name, content in recorded.items() if content != kept[name]] == [], (
        "python -m harness.testdata.record_exchanges records them again"
    )


def test_replay_follows_the_script(tmp_path: Path) -> None:
    folders = sorted(EXCHANGES.iterdir())
    found = [
        (Path(exchange["folder"]).name, exchange["outcome"], exchange["systems"], exchange["calls"])
        for exchange in replayed(*folders, "--data", tmp_path)
    ]
    assert found == [
        (name, outcome, systems, [f"GET /v1/agreements/{path}" for path in paths])
        for name, outcome, systems, paths in SCRIPT
    ]
    held = json.loads(zicm("tables", "--data", tmp_path, "--json").out)
    assert held["PF2"] == held["WP2"]
    assert [
        (row["ICMAGREEMENTCODE"], row["ASSOCIATINGCODE"], row["ICMEXPIRYDATE"], row["ICMTOTALCONTRACTVALUE"])
        for row in held["PF2"]["ZMM_ICMCONTRACT"]
    ] == [
        ("PMA1001", "", "20270630", "12500000.50"),
        ("PST4001", "", "20270315", "8713274.03"),
        ("PSUB2001", "PMA1001", "20270630", "875000.25"),
        ("PSUP3001", "PMA1001", "20270315", "2085399.37"),
    ]
    assert held["PF2"]["ZMM_ICMCONTRACT"][2] == {
        "TENANTID": "/icertis/syensqo-uat",
        "CONTRACTTYPENAME": "SUB",
        "SYSID": "eb1167b3-67a9-4378-bc65-c1e582e2e662",
        "ICMAGREEMENTCODE": "PSUB2001",
        "ICMCONFIDENTIALCONTRACT": "",
        "NAME": "Phenol, supply agreement with Boulanger Navarro SA",
        "ASSOCIATINGTYPE": "MAS",
        "ASSOCIATINGCODE": "PMA1001",
        "ASSOCIATINGSYSID": "e3e70682-c209-4cac-a29f-6fbed82c07cd",
        "ICMAPPSRCSUPPLIERID": "0000708393",
        "ICMEFFECTIVEDATE": "20240901",
        "ICMEXPIRYDATE": "20270630",
        "ICMTOTALCONTRACTVALUE": "875000.25",
        "ICMCURRENCY": "USD",
        "ICMLEGALENTITYCODE": "FR01",
        "ICMPURCHASINGORGCODE": "FR10, EU01, AP01",
        "ICMORGTEAM": "Specialty Polymers",
        "ICMPRIMARYOWNERNAME": "Mathilde Olivier",
        "ICMINCOTERMSCODE": "FAS",
        "ICMINCOTERMSLOCATION": "Rotterdam",
        "ICMPAYMENTTERMS": "Z060",
    }
    organisations = [row["PURCHASINGORG"] for row in held["PF2"]["ZMM_ICMPURCHORG"] if row["SYSID"] == SUB[16:]]
    assert organisations == ["AP01", "EU01", "FR10"]


def test_confidential_exchange_is_not_shown() -> None:
    (secret,) = EXCHANGES.glob("*-confidential-*")
    name = json.loads((secret / "agreement.json").read_text(encoding="utf-8"))["Data"]["Name"]
    shown = zicm("replay", *sorted(EXCHANGES.iterdir()))
    assert shown.code == 0
    assert "22 exchanges: 20 delivered, 1 filtered, 1 ignored, 0 failed" in shown.out
    assert name == "Guar splits, supply agreement with Auger"
    assert "Auger" not in shown.out
