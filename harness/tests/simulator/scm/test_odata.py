"""OData of SCM keeps the habits of finance and operations."""

import json
from xml.etree.ElementTree import fromstring

import pytest

from harness.tests.simulator.scm.conftest import AGREEMENT, CONTRACT, HEADER, Caller
from simulator.scm.odata.batch import Batches
from simulator.scm.odata.service import ODataRequest, ODataService

_BATCH_WITH_WRONG_ID = (
    b"--b\r\nContent-Type: application/http\r\nContent-ID: \xff\r\n\r\n"
    b"GET /data/LegalEntities HTTP/1.1\r\n\r\n--b--\r\n"
)
_EDM = "{http://docs.oasis-open.org/odata/ns/edm}"


def test_row_is_created_with_its_place_and_defaults(scm: Caller) -> None:
    reply = scm.post(CONTRACT, ContractId="C1", ContractType="NDA")
    assert reply.status == 201
    assert reply.headers["Location"].endswith("/data/CLMIntegrationContracts(dataAreaId='usmf',ContractId='C1')")
    assert reply.content["LegalEntityId"] == "USMF"
    assert reply.content["ContractStatus"] == "Draft"
    assert reply.content["ExpirationDate"] == "1900-01-01T12:00:00Z"
    assert reply.content["ContactPersonId"] == ""


@pytest.mark.parametrize(
    ("given", "stored"),
    [
        ("2026-02-28", "2026-02-28T12:00:00Z"),
        ("2026-02-28T00:00:00Z", "2026-02-28T12:00:00Z"),
        ("2026-02-28T23:00:00-05:00", "2026-03-01T12:00:00Z"),
        (None, "1900-01-01T12:00:00Z"),
    ],
)
def test_date_is_kept_as_noon_of_its_day(scm: Caller, given: str | None, stored: str) -> None:
    reply = scm.contract(EffectiveDate=given, ExpirationDate=None)
    assert reply.content["EffectiveDate"] == stored


@pytest.mark.parametrize(
    ("field", "value", "why"),
    [
        ("ContractStatus", "executed", "it is no member of CLMIntegrationContractStatus"),
        ("ContractStatus", 7, "it is no member of CLMIntegrationContractStatus"),
        ("EffectiveDate", "31.12.2026", "it is no date and time"),
        ("EffectiveDate", "2026-W01-1", "it is no date and time"),
        ("EffectiveDate", "20260101", "it is no date and time"),
        ("EffectiveDate", "1899-12-31", "the date is before 1900-01-01"),
        ("ContractName", 5, "it is no text"),
        ("ContractName", "x" * 256, "256 characters, at most 255 fit"),
        ("ContractNumber", "x", "the entity has no such field"),
        ("ContractType", "Lease", "the value is not found in the related table 'CLMIntegrationContractTypeEntity'"),
        ("LegalEntityId", "DEMF", "it names another company than dataAreaId"),
    ],
)
def test_wrong_value_is_refused_by_the_name_of_its_field(scm: Caller, field: str, value: object, why: str) -> None:
    reply = scm.contract(**{"dataAreaId": "usmf", field: value})
    assert reply.status == 400
    assert reply.infolog.startswith(
        "Write failed for table row of type 'CLMIntegrationContractEntity'. Infolog: Warning: " + why
    )
    assert reply.infolog.endswith(f"validateField failed on field 'CLMIntegrationContractEntity.{field}'.")
    assert str(value) not in reply.infolog.replace(why, "")
    assert scm.get(CONTRACT)["value"] == []


def test_same_key_again_is_refused(scm: Caller) -> None:
    scm.contract()
    reply = scm.contract(ExternalContractId="another")
    assert reply.status == 400
    assert "Cannot create a record: the record already exists" in reply.infolog


def test_key_comes_in_any_order_and_whole(scm: Caller) -> None:
    scm.contract()
    assert scm.get(f"{CONTRACT}(ContractId='C00001',dataAreaId='USMF')")["ContractName"] == "Speakers"
    for key in ("'C00001'", "dataAreaId='usmf'", "dataAreaId='usmf',ContractId='C00001',ContractId='C00001'", "x=1"):
        assert scm.call("GET", f"/{CONTRACT}({key})").status == 400
    assert scm.call("GET", f"/{CONTRACT}(dataAreaId='usmf',ContractId='C2')").status == 404


def test_missing_row_is_not_found_by_get_and_refused_by_patch(scm: Caller) -> None:
    reply = scm.patch(f"{CONTRACT}(dataAreaId='usmf',ContractId='C2')", ContractName="x")
    assert reply.status == 400
    assert "No resources were found when selecting for update." in reply.infolog


def test_other_company_needs_cross_company(scm: Caller) -> None:
    row = f"{CONTRACT}(dataAreaId='demf',ContractId='C00001')"
    assert scm.contract(dataAreaId="demf", AccountRelationId="DE-001").status == 201
    assert scm.get(CONTRACT)["value"] == []
    assert [found["LegalEntityId"] for found in scm.get(f"{CONTRACT}?cross-company=true")["value"]] == ["DEMF"]
    assert scm.call("GET", f"/{row}").status == 404
    assert scm.patch(row, ContractName="x").status == 400
    assert scm.patch(f"{row}?cross-company=true", ContractName="x").status == 204


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ("ContractId eq 'C00002'", ["C00002"]),
        ("ContractId eq '*02'", ["C00002"]),
        ("ContractId ne '*02'", ["C00001", "C00003"]),
        ("ContractId eq 'C_0002'", []),
        ("ContractStatus eq Microsoft.Dynamics.DataEntities.CLMIntegrationContractStatus'Executed'", ["C00003"]),
        ("EffectiveDate ge 2026-02-01T00:00:00Z and EffectiveDate lt 2026-03-01", ["C00002"]),
        ("not (ContractId eq 'C00001') and (ContractName eq 'O''Neil' or ContractName eq null)", ["C00002", "C00003"]),
        ("ExpirationDate eq null", ["C00003"]),
    ],
)
def test_filter(scm: Caller, wanted: str, found: list[str]) -> None:
    scm.contract()
    scm.contract(ContractId="C00002", ExternalContractId="2", EffectiveDate="2026-02-01", ContractName="O'Neil")
    scm.contract(
        ContractId="C00003",
        ExternalContractId="3",
        ContractStatus="Executed",
        EffectiveDate="2026-03-01",
        ExpirationDate=None,
        ContractName="",
    )
    rows = scm.get(f"{CONTRACT}?$filter={wanted}")["value"]
    assert [row["ContractId"] for row in rows] == found


def test_filter_computes(scm: Caller) -> None:
    scm.effective()
    lines = "CLMIntegrationPurchaseAgreementLines?$filter="
    assert len(scm.get(f"{lines}CommittedQuantity mul Price eq 35")["value"]) == 1
    assert len(scm.get(f"{lines}CommittedQuantity divby 4 eq 2.5")["value"]) == 1
    assert scm.get(f"{lines}CommittedQuantity sub 1 gt 10")["value"] == []
    assert scm.get(f"{lines}Price lt -1")["value"] == []


@pytest.mark.parametrize(
    "query",
    [
        "$filter=contains(ContractName,'x')",
        "$filter=ContractId in ('a','b')",
        "$filter=ContractStatus has Microsoft.Dynamics.DataEntities.CLMIntegrationContractStatus'Draft'",
        "$filter=ContractStatus gt Microsoft.Dynamics.DataEntities.CLMIntegrationContractStatus'Draft'",
        "$filter=ContractStatus eq Microsoft.Dynamics.DataEntities.CLMIntegrationContractStatus'Drafted'",
        "$filter=ContractStatus eq 'Draft'",
        "$filter=ContractStatus eq Microsoft.Dynamics.DataEntities.NoYes'No'",
        "$filter=ContractName eq 5",
        "$filter=ContractNumber eq 'x'",
        "$filter=ContractName",
        "$filter=" + "not " * 900 + "ContractId eq '1'",
        "$filter=ContractId eq '1' and",
        "$filter=" + "9" * 400 + " eq 1",
        "$search=x",
        "$expand=Vendor",
        "$select=Vendor",
        "$orderby=ContractId up",
        "$top=-1",
        "$skip=x",
        "$top=1&$top=2",
    ],
)
def test_option_that_the_product_lacks_is_refused(scm: Caller, query: str) -> None:
    assert scm.call("GET", f"/{CONTRACT}?{query}").status == 400


def test_pages_order_and_count(scm: Caller) -> None:
    for number in range(1, 6):
        assert scm.contract(ContractId=f"C{number}", ExternalContractId=str(number)).status == 201
    page = scm.get(f"{CONTRACT}?$orderby=ContractId desc&$count=true&$select=ContractId", Prefer="odata.maxpagesize=2")
    assert page["@odata.count"] == 5
    seen = [row["ContractId"] for row in page["value"]]
    while "@odata.nextLink" in page:
        page = scm.get(page["@odata.nextLink"].partition("/data/")[2], Prefer="odata.maxpagesize=2")
        assert all(set(row) == {"@odata.etag", "ContractId"} for row in page["value"])
        seen += [row["ContractId"] for row in page["value"]]
    assert seen == ["C5", "C4", "C3", "C2", "C1"]
    assert [row["ContractId"] for row in scm.get(f"{CONTRACT}?$skip=1&$top=2")["value"]] == ["C2", "C3"]
    assert "@odata.nextLink" not in scm.get(f"{CONTRACT}?$top=2")


def test_lines_are_expanded(scm: Caller) -> None:
    scm.effective()
    (header,) = scm.get(f"{HEADER}?$expand=CLMIntegrationPurchaseAgreementLines")["value"]
    assert [line["ItemNumber"] for line in header["CLMIntegrationPurchaseAgreementLines"]] == ["D0001"]


def test_etag_changes_with_what_is_written(scm: Caller) -> None:
    scm.contract()
    row = f"{CONTRACT}(dataAreaId='usmf',ContractId='C00001')"
    first = scm.get(row)["@odata.etag"]
    assert scm.call("PATCH", f"/{row}", {"ContractName": "Speakers"}, If_Match=first).status == 204
    assert scm.get(row)["@odata.etag"] == first
    assert scm.call("PATCH", f"/{row}", {"ContractName": "New"}, If_Match=first).status == 204
    assert scm.get(row)["@odata.etag"] != first
    assert scm.call("PATCH", f"/{row}", {"ContractName": "Newer"}, If_Match=first).status == 412
    assert scm.call("DELETE", f"/{row}", If_Match=first).status == 412
    assert scm.get(row)["ContractName"] == "New"
    assert scm.call("PATCH", f"/{row}", {"ContractName": "Newest"}, If_Match="*").status == 204


def test_put_replaces_what_it_does_not_name(scm: Caller) -> None:
    scm.contract()
    row = f"{CONTRACT}(dataAreaId='usmf',ContractId='C00001')"
    reply = scm.call("PUT", f"/{row}", {"LegalEntityId": "USMF", "ContractType": "NDA"})
    assert reply.status == 204
    assert scm.get(row)["ContractName"] == ""


def test_deep_link_leads_to_the_form(scm: Caller) -> None:
    scm.effective()
    action = f"{HEADER}/Microsoft.Dynamics.DataEntities.GenerateAgreementFormURLByExternalContractId"
    reply = scm.call("POST", f"/{action}", {"_externalContractId": "ext-a1", "_companyId": "USMF"})
    assert reply.content["@odata.context"].endswith("/data/$metadata#Edm.String")
    assert "/?cmp=usmf&prt=initial&mi=display:PurchAgreementDetails&pageType=Details&q=" in reply.content["value"]
    assert scm.call("POST", f"/{action}", {"_externalContractId": "nil", "_companyId": "USMF"}).status == 400
    assert scm.call("POST", f"/{action}", {"_externalContractId": "ext-a1"}).status == 400
    assert scm.call("POST", f"/{HEADER}/Microsoft.Dynamics.DataEntities.Nothing", {}).status == 404


@pytest.mark.parametrize(
    ("collection", "action", "parameters", "why"),
    [
        (HEADER, "GenerateAgreementFormURLByExternalContractId",
         {"_externalContractId": "\ud800", "_companyId": "usmf"},
         "_externalContractId: it holds a character that cannot be stored"),
        ("DataManagementDefinitionGroups", "GetExecutionSummaryStatus", {"executionId": ["a"]},
         "executionId: it is no text"),
        ("DataManagementDefinitionGroups", "GetExportedPackageUrl", {"executionId": "a\0"},
         "executionId: it holds a character that cannot be stored"),
    ],
)  # fmt: skip
def test_wrong_parameter_of_an_action_is_named(
    scm: Caller, collection: str, action: str, parameters: dict[str, object], why: str
) -> None:
    reply = scm.call("POST", f"/{collection}/Microsoft.Dynamics.DataEntities.{action}", parameters)
    assert (reply.status, reply.infolog) == (400, why)


@pytest.mark.parametrize(("number", "told"), [(1000001, "1000001"), (1.2345678, "1.2345678"), (0.00001, "0.00001")])
def test_place_of_a_new_line_has_every_digit_of_its_number(scm: Caller, number: float, told: str) -> None:
    scm.effective()
    place = scm.line(LineNumber=number).headers["Location"]
    assert place.endswith(f"LineNumber={told})")
    assert scm.get(place.partition("/data/")[2])["LineNumber"] == number


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"{", b'{"ContractId": "a", "contractid": "b"}', b'{"ContractId": NaN}', b"\xff"]
)
def test_body_that_is_no_object_is_refused(scm: Caller, body: bytes) -> None:
    answer = ODataService(scm.system).answer(ODataRequest("POST", f"/{CONTRACT}", {}, body))
    assert answer.status == 400


def test_metadata_tells_keys_enumerations_and_navigation(scm: Caller) -> None:
    schema = fromstring(ODataService(scm.system).answer(ODataRequest("GET", "/$metadata")).body)  # noqa: S314 - ours
    contract = schema.find(f".//{_EDM}EntityType[@Name='CLMIntegrationContract']")
    assert contract is not None
    assert [one.get("Name") for one in contract.iter(f"{_EDM}PropertyRef")] == ["dataAreaId", "ContractId"]
    statuses = schema.find(f".//{_EDM}EnumType[@Name='CLMIntegrationContractStatus']")
    assert statuses is not None
    assert [one.get("Name") for one in statuses][:3] == ["Draft", "WaitingForApproval", "Approved"]
    assert schema.find(f".//{_EDM}EntitySet[@Name='PurchaseAgreementClassifications']") is None


def _batch(scm: Caller, *changes: str, read: str = "") -> str:
    parts = "".join(
        f"--c\r\nContent-Type: application/http\r\nContent-ID: {number}\r\n\r\n{change}\r\n"
        for number, change in enumerate(changes, 1)
    )
    body = f"--b\r\nContent-Type: multipart/mixed; boundary=c\r\n\r\n{parts}--c--\r\n"
    if read:
        body += f"--b\r\nContent-Type: application/http\r\n\r\nGET {read} HTTP/1.1\r\n\r\n\r\n"
    headers = {"content-type": "multipart/mixed; boundary=b"}
    answer = Batches(scm.system, ODataService(scm.system)).answer(
        ODataRequest("POST", "/$batch", headers, f"{body}--b--\r\n".encode())
    )
    assert answer.status == 200
    return answer.body.decode()


def _request(method: str, url: str, **fields: object) -> str:
    return f"{method} {url} HTTP/1.1\r\nContent-Type: application/json\r\n\r\n{json.dumps(fields)}"


def test_changeset_is_done_as_a_whole(scm: Caller) -> None:
    told = _batch(
        scm,
        _request("POST", CONTRACT, ContractId="C7", ContractType="NDA"),
        _request("PATCH", "$1", ContractName="seven"),
        read=f"/data/{CONTRACT}?$select=ContractName",
    )
    assert told.count("HTTP/1.1 201") == 1
    assert told.count("HTTP/1.1 204") == 1
    assert '"ContractName": "seven"' in told


def test_changeset_is_done_not_at_all(scm: Caller) -> None:
    told = _batch(
        scm,
        _request("POST", CONTRACT, ContractId="C7", ContractType="NDA"),
        _request("POST", CONTRACT, ContractId="C8", ContractType="Lease"),
        read=f"/data/{CONTRACT}",
    )
    assert "HTTP/1.1 400" in told
    assert "HTTP/1.1 201" not in told
    assert '"value": []' in told


@pytest.mark.parametrize(
    ("content_type", "body", "status"),
    [
        ("application/json", b"{}", 415),
        ("multipart/mixed; boundary=b", b"no boundary", 400),
        ("multipart/mixed; boundary=b", b"--b\r\nContent-Type: text/plain\r\n\r\nx\r\n--b--\r\n", 400),
        ("multipart/mixed; boundary=b", b"--b\r\nContent-Type: application/http\r\n\r\nhello\r\n--b--\r\n", 400),
        ("multipart/mixed; boundary=b", _BATCH_WITH_WRONG_ID, 400),
    ],
)
def test_broken_batch_is_refused(scm: Caller, content_type: str, body: bytes, status: int) -> None:
    batches = Batches(scm.system, ODataService(scm.system))
    answer = batches.answer(ODataRequest("POST", "/$batch", {"content-type": content_type}, body))
    assert answer.status == status


def test_method_that_a_collection_lacks_is_refused(scm: Caller) -> None:
    assert scm.post("PurchaseAgreementLineFulfillment", LineNumber=1).status == 405
    assert scm.call("GET", "/CLMIntegrationValidationPurchaseAgreements").status == 405
    assert scm.call("POST", f"/{AGREEMENT}", {}).status == 405
    assert scm.call("PATCH", f"/{CONTRACT}", {}).status == 405
    assert scm.call("TRACE", f"/{CONTRACT}").status == 405
    assert scm.call("GET", "/PurchaseAgreementClassifications").status == 404
