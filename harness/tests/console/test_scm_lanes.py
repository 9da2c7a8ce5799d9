"""The stage for contracts that go to Dynamics 365 SCM: connector and SCM are parties, and confidentiality holds."""

import re
from html import unescape

import pytest

from harness.testdata.scm_master_data import CONTRACT_TERMS
from harness.tests.console.conftest import Visitor
from simulator.icertis.workflow import EXECUTION

TERMS = {**CONTRACT_TERMS, "Name": "Speakers for showrooms"}


@pytest.fixture
def drafted(executed: Visitor) -> Visitor:
    """Draft a procurement contract, the third agreement."""
    executed.landscape.admin("POST", "/connector/connect", {})
    new = {"type": "ICMProcurementContract", "code": "PPC7777", "attributes": TERMS}
    executed.landscape.admin("POST", "/contracts", new)
    executed.landscape.admin("POST", "/connector/work")
    return executed


def text(page: str) -> str:
    return re.sub(r"\s+", " ", unescape(page))


def test_connector_and_scm_are_parties_of_the_stage(drafted: Visitor) -> None:
    page = text(drafted.get().text)
    assert "ICI → connector: StatusChanged" in page
    assert "connector → SCM: POST PurchaseAgreements" in page
    assert "ICI → connector: 200, PPC7777" in page


def test_nothing_of_a_contract_is_left_once_it_is_confidential(drafted: Visitor) -> None:
    drafted.do("confidential", 3)
    page = text(drafted.get().text)
    assert "PPC7777" not in page
    assert "Speakers for showrooms" not in page
    assert "<li>CLMIntegrationContracts of SCM: 4</li>" in page  # it was sent while it was open (SEC-3)
    assert "<li>message log of the connector: 1</li>" in page


def test_a_contract_takes_the_steps_of_its_workflow(drafted: Visitor) -> None:
    assert set(re.findall(r"/act/([\w-]+)", drafted.get("?agreement=3").text)) == {"step", "confidential"}
    drafted.do("step", 3, step="submitted for approval")
    drafted.landscape.admin("POST", "/connector/work")
    page = drafted.get("?agreement=3").text
    assert '<td data-field="ContractStatus"><del>Draft</del> → <ins>WaitingForApproval</ins></td>' in page
    said = "StatusChanged: in the contract the ContractStatus is WaitingForApproval in SCM, nothing else changed."
    assert said in page


def test_the_rows_of_scm_are_shown(drafted: Visitor) -> None:
    page = text(drafted.get("?agreement=3").text)
    assert "Contract PPC7777 in SCM" in page
    assert "Purchase agreement 000001 in SCM" in page
    assert "Speakers for showrooms" in page.partition("Purchase agreement 000001 in SCM")[2]
    said = "a contract is new, a purchase agreement is new in SCM, nothing else changed."
    assert said in page
    assert "No system has an entry" not in page


def test_a_step_that_the_status_does_not_allow_is_refused(drafted: Visitor) -> None:
    answer = drafted.post("/act/step", {"agreement": "3", "step": "signed by us"})
    assert "cannot be signed by us" in text(answer.text)


def test_pause_holds_the_connector_too(drafted: Visitor) -> None:
    drafted.post("/worker/pause")
    drafted.do("step", 3, step="submitted for approval")
    drafted.landscape.admin("POST", "/connector/work")
    assert "StatusChanged is on its way." in drafted.get("?agreement=3").text
    within = {"HX-Request": "true"}
    assert "The connector has done one task." in drafted.post("/worker/step", {}, **within).text
    assert "The connector has done one task." in drafted.post("/worker/step", {}, **within).text
    assert "Nothing is due." in drafted.post("/worker/step", {}, **within).text
    drafted.post("/worker/go-on")
    assert "the ContractStatus is WaitingForApproval in SCM" in drafted.get("?agreement=3").text


@pytest.mark.parametrize(
    ("code", "field", "words"),
    [
        ("contract PPC7777", "ContractName", ["CON-06", "contract:Name", '"Speakers for showrooms"', "As it is, "]),
        ("contract PPC7777", "ContractStatus", ["CON-05", "contract:ICMStatus", '"Draft"', "SCM: <ins>Draft</ins>"]),
        ("purchase agreement 000001", "CurrencyCode", ["AGR-11", "contract:ICMCurrency", '"USD"']),
        ("contract PPC7777", "ContractType", ["CON-04", "type:label"]),
    ],
)
def test_a_value_in_scm_tells_its_origin(drafted: Visitor, code: str, field: str, words: list[str]) -> None:
    page = drafted.get("?agreement=3").text
    (place,) = re.findall(rf'id="field-{code.replace(" ", "-")}-{field}" href="/console([^"]+)"', page)
    told = unescape(drafted.get(unescape(place), **{"HX-Request": "true"}).text)
    assert [one for one in words if one not in told] == []
    assert "no answer is kept" not in told


def test_a_value_in_a_line_tells_the_item_of_its_own(drafted: Visitor) -> None:
    item = {"ICMCommitmentType": "ProductQuantity", "ICMItemNumber": "D0001", "ICMPrice": 3.5}
    lines = [{**item, "ICMCommittedQuantity": count} for count in (10, 20)]
    new = {"type": "ICMProcurementContract", "code": "PPC7778", "attributes": TERMS, "lines": lines}
    drafted.landscape.admin("POST", "/contracts", new)
    for step in EXECUTION:
        drafted.landscape.admin("POST", "/contracts/PPC7778/step", {"step": step})
        drafted.landscape.admin("POST", "/connector/work")
    for number, count in ((1, 10), (2, 20)):
        asked = f"/field?agreement=4&code=line+{number}+of+000002&field=CommittedQuantity"
        told = drafted.get(asked).text
        assert "line:ICMCommittedQuantity" in told
        assert f"<dd><code>{count}</code></dd>" in told


def test_a_field_that_scm_fills_in_by_itself_has_no_origin(drafted: Visitor) -> None:
    assert '<th scope="row">PurchaseAgreementId</th>' in drafted.get("?agreement=3").text
    asked = "/field?agreement=3&code=purchase+agreement+000001&field=PurchaseAgreementId"
    assert drafted.get(asked).status_code == 404


def test_a_value_that_users_of_scm_have_changed_has_no_raw_value(drafted: Visitor) -> None:
    change = {"key": {"dataAreaId": "usmf", "ContractId": "PPC7777"}, "fields": {"ContractName": "Renamed in SCM"}}
    drafted.landscape.admin("PATCH", "/scm/collections/CLMIntegrationContracts", change)
    told = drafted.get("/field?agreement=3&code=contract+PPC7777&field=ContractName").text
    assert "Renamed in SCM" in told
    assert "no answer is kept that brought it" in told


def test_an_origin_in_scm_is_told_beside_a_confidential_contract(drafted: Visitor) -> None:
    secret = {**TERMS, "Name": "Secret of the board", "ICMConfidentialContract": True}
    drafted.landscape.admin("POST", "/contracts", {"type": "ICMNDA", "code": "PNDA7", "attributes": secret})
    drafted.landscape.admin("POST", "/connector/work")
    told = drafted.get("/field?agreement=3&code=contract+PPC7777&field=ContractName").text
    assert "&#34;Speakers for showrooms&#34;" in told
    assert "Secret" not in told
