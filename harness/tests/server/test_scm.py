"""SCM over HTTP, as clients that are not ours use it."""

import io
import json
import shutil
import subprocess
import zipfile
from collections.abc import Iterator
from pathlib import Path

import odata  # type: ignore[import-untyped]
import pytest
import requests

from harness.testdata.scm_master_data import CONTRACT_TERMS
from harness.tests.support.npm_packages import NPM, skip_without_packages
from harness.tests.support.patience import PROCESS_PATIENCE
from harness.tests.support.server_fixture import Served, served
from simulator.scm.http_app import TOKENS


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with served(tmp_path_factory.mktemp("scm")) as found:
        yield found


@pytest.fixture
def scm(site: Served) -> Iterator[requests.Session]:
    """Yield a session with a token, over an SCM without contracts."""
    site.admin("POST", "/reset")
    with requests.Session() as session:
        session.headers["Authorization"] = f"Bearer {token(site)}"
        yield session


def token(site: Served, **form: str) -> str:
    known = site.site.credentials
    asked = {
        "grant_type": "client_credentials",
        "client_id": known.client_id,
        "client_secret": known.client_secret,
        **(form or {"scope": f"{site.site.urls['scm']}/.default"}),
    }
    path = TOKENS["resource" in form]
    answer = site.client.post(f"{site.base}{path}", asked)
    return str(answer.json().get("access_token", answer.json()))


def data(site: Served) -> str:
    return f"{site.site.urls['scm']}/data/"


def test_token_is_for_one_environment(site: Served) -> None:
    def status(shown: str) -> int:
        return site.client.get(data(site), headers={"Authorization": f"Bearer {shown}"}).status_code

    assert status(token(site)) == 200
    assert status(token(site, resource=site.site.urls["scm"])) == 200
    assert status(token(site, resource="https://another.example")) == 401
    assert status("x.y.z") == 401
    assert "invalid_request" in token(site, scope="openid")


def test_python_client_reads_and_writes(site: Served, scm: requests.Session) -> None:
    service = odata.ODataService(data(site), session=scm, reflect_entities=True, quiet_progress=True)
    vendors, types = service.entities["VendorsV2"], service.entities["CLMIntegrationContractTypes"]
    (vendor,) = service.query(vendors).filter(vendors.VendorAccountNumber == "1001")
    assert (vendor.VendorOrganizationName, vendor.OnHoldStatus.name) == ("Acme Office Supplies", "No")
    kind = types()
    kind.Name, kind.Description = "NDA", "Non-disclosure"
    service.save(kind)
    contracts = service.entities["CLMIntegrationContracts"]
    contract = contracts()
    contract.dataAreaId, contract.ContractId, contract.ContractType = "usmf", "C00001", "NDA"
    service.save(contract)
    contract.ContractStatus = contracts.ContractStatus.enum_class.Executed
    service.save(contract)
    executed = contracts.ContractStatus == contracts.ContractStatus.enum_class.Executed
    assert [found.LegalEntityId for found in service.query(contracts).filter(executed)] == ["USMF"]
    service.delete(contract)
    assert list(service.query(contracts)) == []


@pytest.mark.whole_run
def test_typescript_client_is_generated_and_type_checked(site: Served, scm: requests.Session, tmp_path: Path) -> None:
    node, packages = shutil.which("node"), NPM / "node_modules"
    generator, compiler = packages / "@odata2ts/odata2ts/lib/run-cli.js", packages / "typescript/bin/tsc"
    if node is None or not generator.exists():
        skip_without_packages()

    def run(*command: object) -> str:
        done = subprocess.run(  # noqa: S603 - programs that the lock file pins
            [node, *map(str, command)],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            timeout=PROCESS_PATIENCE,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    (tmp_path / "node_modules").symlink_to(packages)
    (tmp_path / "tsconfig.json").write_bytes((NPM / "scm_client.tsconfig.json").read_bytes())
    (tmp_path / "scm_client.ts").write_bytes((NPM / "scm_client.ts").read_bytes())
    (tmp_path / "metadata.xml").write_bytes(scm.get(f"{data(site)}$metadata").content)
    run(generator, "-s", "metadata.xml", "-o", "client", "-m", "all", "-e", "ts", "-n")
    run(compiler, "-p", "tsconfig.json")
    told = run("js/scm_client.js", data(site).rstrip("/"), token(site))
    assert json.loads(told) == {"vendor": "Acme Office Supplies", "status": "Executed"}


def test_classifications_come_by_data_package_alone(site: Served, scm: requests.Session) -> None:
    groups = f"{data(site)}DataManagementDefinitionGroups"
    made = scm.post(groups, json={"Name": "clm", "OperationType": "Export", "ProjectCategory": "Integration"})
    assert made.status_code == 201
    entity = {"EntityName": "PurchAgreementClassificationEntity", "SourceFormat": "CSV"}
    detail = {"DefinitionGroupId": "clm", "DefaultRefreshType": "FullPush", **entity}
    assert scm.post(f"{data(site)}DataManagementDefinitionGroupDetails", json=detail).status_code == 201

    def act(name: str, **given: object) -> str:
        answer = scm.post(f"{groups}/Microsoft.Dynamics.DataEntities.{name}", json=given)
        assert answer.ok, answer.text
        return str(answer.json()["value"])

    asked = {"packageName": "clm", "executionId": "", "reExecute": True, "legalEntityId": "USMF"}
    execution = act("ExportToPackage", definitionGroupId="clm", **asked)
    assert act("GetExecutionSummaryStatus", executionId=execution) == "Succeeded"
    assert act("GetExecutionSummaryStatus", executionId="nil") == "Unknown"
    url = act("GetExportedPackageUrl", executionId=execution)
    with zipfile.ZipFile(io.BytesIO(site.client.get(url).content)) as package:
        rows = package.read("PurchAgreementClassificationEntity.csv").decode().splitlines()
    assert rows[0].startswith("CLASSIFICATIONNAME,CLASSIFICATIONDESCRIPTION,ISDIRECTINVOICINGREQUIRED")
    assert [row.partition(",")[0] for row in rows[1:]] == ["General purchases", "Subcontracting"]
    assert site.client.get(url.replace(".zip", "x.zip")).status_code == 404
    unknown = {"definitionGroupId": "nil", **asked}
    assert scm.post(f"{groups}/Microsoft.Dynamics.DataEntities.ExportToPackage", json=unknown).status_code == 400


def test_users_of_scm_act_over_the_administration(site: Served, scm: requests.Session) -> None:
    vendors = "/scm/collections/VendorsV2"
    site.admin("POST", vendors, {"dataAreaId": "usmf", "VendorAccountNumber": "1003"})
    key = {"dataAreaId": "usmf", "VendorAccountNumber": "1003"}
    site.admin("PATCH", vendors, {"key": key, "fields": {"OnHoldStatus": "PurchOrder"}})
    found = [row for row in site.admin("GET", vendors) if row["VendorAccountNumber"] == "1003"]
    assert [row["OnHoldStatus"] for row in found] == ["PurchOrder"]
    site.admin("DELETE", vendors, {"key": key})
    assert len(site.admin("GET", vendors)) == 3
    assert site.admin("GET", "/scm/connection") == {"state": "Not started"}
    refused = site.client.post(f"{site.base}/__admin{vendors}", json={"Nothing": "x"}, headers=site.operator)
    assert (refused.status_code, refused.json()["detail"]) == (409, "Nothing: the entity has no such field: VendorV2")
    assert site.client.get(f"{site.base}/__admin/scm/collections/X", headers=site.operator).status_code == 404
    site.admin("PUT", "/scm/behaviour", {"up": False})
    assert scm.get(data(site)).status_code == 503
    site.admin("PUT", "/scm/behaviour", {"up": True})
    assert scm.get(data(site)).status_code == 200


_LINES = "CLMIntegrationPurchaseAgreementLines"
_LINE = {"dataAreaId": "usmf", "PurchaseAgreementId": "000001", "LineNumber": 1}


@pytest.mark.parametrize(
    ("method", "path", "body", "why"),
    [
        (
            "PATCH",
            "/scm/collections/CLMIntegrationContracts",
            {"key": {"dataAreaId": "usmf", "ContractId": "\ud800"}, "fields": {}},
            "key.ContractId: it holds a character that cannot be stored",
        ),
        (
            "PATCH",
            f"/scm/collections/{_LINES}",
            {"key": {**_LINE, "LineNumber": "a"}, "fields": {}},
            "key.LineNumber: it is no number",
        ),
        (
            "DELETE",
            f"/scm/collections/{_LINES}",
            {"key": {**_LINE, "PurchaseAgreementId": 1}},
            "key.PurchaseAgreementId: it is no text",
        ),
        (
            "POST",
            "/scm/faults",
            {
                "method": "POST",
                "collection": "CLMIntegrationContracts",
                "what": "an answer that somebody outdates right after it",
            },
            "what: only the rows that a GET has read can be outdated",
        ),
        ("POST", "/connector/connect", {"ici": "no url"}, "body.ici: "),
        (
            "POST",
            "/contracts",
            {"type": "ICMNDA", "attributes": {"ICMLineItems": "x"}},
            "body.attributes: Value error, ICMLineItems: the line items of a new contract stand in lines",
        ),
    ],
)
def test_wrong_request_names_the_field(site: Served, method: str, path: str, body: object, why: str) -> None:
    refused = site.client.request(method, f"{site.base}/__admin{path}", json=body, headers=site.operator)
    assert (refused.status_code, refused.json()["detail"][: len(why)]) == (422, why)


def test_single_row_is_outdated_and_an_error_is_not(site: Served, scm: requests.Session) -> None:
    fault = {"method": "GET", "what": "an answer that somebody outdates right after it"}
    row = "VendorsV2(dataAreaId='usmf',VendorAccountNumber='1001')"
    before = scm.get(f"{data(site)}{row}").json()["@odata.etag"]
    site.admin("POST", "/scm/faults", {**fault, "collection": "VendorsV2"})
    assert scm.get(f"{data(site)}{row}").json()["@odata.etag"] != before
    site.admin("POST", "/scm/faults", {**fault, "collection": "VendorsV2"})
    assert scm.get(f"{data(site)}{row.replace('1001', 'x')}").status_code == 404


def test_reset_forgets_the_tokens_that_were_rejected_before(site: Served) -> None:
    """Else the connector would spend its one new token on what happened before the reset."""
    site.admin("POST", "/reset")
    site.admin("POST", "/connector/connect", {})
    site.admin("POST", "/scm/reject-client")
    site.admin("POST", "/reset")
    collection = "CLMIntegrationContracts"
    site.admin("POST", "/scm/faults", {"method": "GET", "collection": collection, "what": "401 Unauthorized"})
    site.admin("POST", "/contracts", {"type": "ICMNDA", "attributes": {**CONTRACT_TERMS, "Name": "Terms"}})
    site.admin("POST", "/connector/work")
    calls = [(one["method"], one["resource"]) for one in site.admin("GET", "/scm/requests")]
    assert calls == [("GET", collection), ("GET", collection), ("POST", collection)]


def test_calls_about_a_contract_that_is_confidential_by_now_are_kept_without_fields(site: Served) -> None:
    site.admin("POST", "/reset")
    site.admin("POST", "/connector/connect", {})
    before = len(site.admin("GET", "/scm/requests"))
    for code, vendor in (("PPC6001", "4711"), ("PPC6002", "1001")):
        terms = {**CONTRACT_TERMS, "Name": f"Terms of {code}", "ICMAppSrcSupplierID": vendor}
        site.admin("POST", "/contracts", {"type": "ICMProcurementContract", "code": code, "attributes": terms})
        site.admin("POST", "/connector/work")
    assert "Terms of PPC6001" in json.dumps(site.admin("GET", "/scm/requests"))
    site.admin("POST", "/contracts/PPC6001/terms", {"attributes": {"ICMConfidentialContract": True}})
    calls = [one for one in site.admin("GET", "/scm/requests")[before:] if one["method"] != "GET"]
    assert calls[0] == {"method": "POST", "resource": "CLMIntegrationContracts", "fields": {}, "status": 400}
    assert [one["fields"]["ContractId"] for one in calls[1:]] == ["PPC6002", "PPC6002"]
    assert site.admin("POST", "/observation")["scm_calls"] == site.admin("GET", "/scm/requests")


def test_lines_of_a_contract_that_is_confidential_by_now_are_kept_without_fields(site: Served) -> None:
    """They name their agreement by its number alone, and the terms of an amendment go by the names of its contract."""
    site.admin("POST", "/reset")
    site.admin("POST", "/connector/connect", {})
    before = len(site.admin("GET", "/scm/requests"))
    terms = {**CONTRACT_TERMS, "Name": "Drums"}
    line = {"ICMCommitmentType": "ProductQuantity", "ICMItemNumber": "D0001", "ICMUnit": "ea", "ICMPrice": 3.5}
    lines = [{**line, "ICMCommittedQuantity": 100}]
    new = {"type": "ICMProcurementContract", "code": "PPC6001", "attributes": terms, "lines": lines}
    site.admin("POST", "/contracts", new)
    for step in ("submitted for approval", "approved", "sent for signature", "signed by the supplier", "signed by us"):
        site.admin("POST", "/connector/work")
        site.admin("POST", "/contracts/PPC6001/step", {"step": step})
    site.admin("POST", "/connector/work")
    amendment = {"code": "PPC6001-1", "attributes": {"ICMExpiryDate": "2028-12-31T00:00:00"}}
    site.admin("POST", "/contracts/PPC6001/amend", amendment)
    site.admin("POST", "/contracts/PPC6001-1/step", {"step": "submitted for approval"})
    site.admin("POST", "/connector/work")
    assert "2028-12-31" in json.dumps(site.admin("GET", "/scm/requests"))
    site.admin("POST", "/contracts/PPC6001-1/terms", {"attributes": {"ICMConfidentialContract": True}})
    calls = [one for one in site.admin("GET", "/scm/requests")[before:] if one["method"] != "GET"]
    assert len(calls) > 5
    assert [one for one in calls if one["fields"] or "(" in one["resource"]] == []


def test_line_items_of_an_amendment_are_a_list(site: Served) -> None:
    contract = site.admin("POST", "/contracts", {"type": "ICMProcurementContract", "attributes": {"Name": "Drums"}})
    body = {"attributes": {"ICMLineItems": ["x"]}}
    for path in ("amend", "terms"):
        url = f"{site.base}/__admin/contracts/{contract['code']}/{path}"
        refused = site.client.post(url, json=body, headers=site.operator)
        why = "body.attributes: Value error, ICMLineItems: a list of objects is expected"
        assert (refused.status_code, refused.json()["detail"]) == (422, why)


def test_contracts_survive_a_restart(tmp_path: Path) -> None:
    for expected in (204, 409):
        with served(tmp_path, all_in_folder=True) as site:
            row = {"Name": "NDA"}
            url = f"{site.base}/__admin/scm/collections/CLMIntegrationContractTypes"
            assert site.client.post(url, json=row, headers=site.operator).status_code == expected
    assert (tmp_path / "SCM.db").stat().st_mode & 0o777 == 0o600
