"""SCM holds the rules of contracts, purchase agreements and their lines."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from harness.tests.simulator.scm.conftest import AGREEMENT, CONTRACT, FIRST_LINE, HEADER, LINE, Caller
from simulator.scm.framework import RefusedError

VALIDATE_HEADER = AGREEMENT.replace(HEADER, "CLMIntegrationValidationPurchaseAgreements")
VALIDATE_INSERT = "CLMIntegrationValidateInsertPurchaseAgreementLines"
VALIDATE_LINE = FIRST_LINE.replace(LINE, "CLMIntegrationValidateUpdateDeletePurchaseAgreementLines")

QUANTITY = {"CommitmentType": "ProductQuantity", "CommittedQuantity": 10, "ItemNumber": "D0001", "Price": 3.5}
VOLUME = {"CommitmentType": "ProductVolume", "CommittedAmount": 500, "ItemNumber": "D0001"}
CATEGORY = {
    "CommitmentType": "ProductCategory",
    "CommittedAmount": 500,
    "ProcurementProductCategoryName": "Office supplies",
}
OVER_ALL = {"CommitmentType": "ProductRootCategory", "CommittedAmount": 500}


def release(scm: Caller, quantity: str = "4", on: date = date(2026, 5, 1), **amount: Decimal) -> str:
    return scm.system.release("USMF", "000001", 1, on, quantity=Decimal(quantity), **amount)


@pytest.mark.parametrize(
    ("collection", "fields", "at"),
    [
        ("CLMIntegrationContracts", {"dataAreaId": "xxxx", "ContractId": "C9", "ContractType": "NDA"}, "dataAreaId"),
        ("CLMIntegrationContracts", {"dataAreaId": "usmf", "ContractType": "NDA"}, "ContractId"),
        ("VendorsV2", {"dataAreaId": "xxxx", "VendorAccountNumber": "9"}, "dataAreaId"),
        ("VendorsV2", {"dataAreaId": "usmf", "VendorOrganizationName": "Nameless"}, "VendorAccountNumber"),
        ("LegalEntities", {"Name": "Nameless"}, "LegalEntityId"),
    ],
)
def test_row_without_a_key_or_a_company_is_refused(
    scm: Caller, collection: str, fields: dict[str, Any], at: str
) -> None:
    before = scm.get(collection)["value"]
    reply = scm.post(collection, **fields)
    assert reply.status == 400
    assert f".{at}'" in reply.infolog
    assert scm.get(collection)["value"] == before


def test_header_gets_the_next_number_of_its_company(scm: Caller) -> None:
    scm.contract()
    assert scm.header().content["PurchaseAgreementId"] == "000001"
    second = scm.header(ExternalContractId="ext-a2")
    assert second.content["PurchaseAgreementId"] == "000002"
    given = scm.header(ExternalContractId="ext-a3", PurchaseAgreementId="PA-7")
    assert given.content["PurchaseAgreementId"] == "PA-7"
    german = {"dataAreaId": "demf", "AgreementVendorAccountNumber": "DE-001", "CurrencyCode": "EUR", "ContractId": ""}
    assert scm.header(ExternalContractId="ext-a4", **german).content["PurchaseAgreementId"] == "000001"


def test_header_starts_on_hold_with_the_worker_of_its_classification(scm: Caller) -> None:
    scm.contract()
    made = scm.header().content
    assert (made["AgreementStatus"], made["ContractLegalEntityId"]) == ("OnHold", "USMF")
    assert made["PrimaryResponsibleWorkerName"] == "Alicia Thornber"


@pytest.mark.parametrize(
    ("fields", "at"),
    [
        ({"PurchaseAgreementClassificationName": ""}, "PurchaseAgreementClassificationName"),
        ({"PurchaseAgreementClassificationName": "Nothing"}, "PurchaseAgreementClassificationName"),
        ({"AgreementVendorAccountNumber": "DE-001"}, "AgreementVendorAccountNumber"),
        ({"InvoiceVendorAccountNumber": "9999"}, "InvoiceVendorAccountNumber"),
        ({"CurrencyCode": "XXX"}, "CurrencyCode"),
        ({"PaymentTermsName": "Net14"}, "PaymentTermsName"),
        ({"DeliveryTermsCode": "EXW"}, "DeliveryTermsCode"),
        ({"CashDiscountCode": "2%D10"}, "CashDiscountCode"),
        ({"ProjectId": "1"}, "ProjectId"),
        ({"ContactPersonId": "1"}, "ContactPersonId"),
        ({"ContractId": "C00002"}, "ContractId"),
        ({"AgreementOwnership": "SCM"}, "ContractId"),
        ({"DefaultExpirationDate": "2025-12-31"}, "DefaultExpirationDate"),
        ({"PrimaryResponsibleWorkerName": "Nobody"}, "PrimaryResponsibleWorkerName"),
        ({"SecondaryResponsibleWorkerName": "Alicia Thornber"}, "SecondaryResponsibleWorkerName"),
        ({"BuyingLegalEntityId": "DEMF", "dataAreaId": "usmf"}, "BuyingLegalEntityId"),
    ],
)
def test_header_with_a_wrong_field_is_refused(scm: Caller, fields: dict[str, Any], at: str) -> None:
    scm.contract()
    reply = scm.header(**fields)
    assert reply.status == 400
    assert f"CLMIntegrationPurchaseAgreementHeaderEntity.{at}'" in reply.infolog
    assert scm.get(HEADER)["value"] == []


def test_worker_is_found_by_name_or_else_by_mail(scm: Caller) -> None:
    scm.contract()
    mail = "charlie@contoso.example"
    worker = {"SecondaryResponsibleWorkerName": "C. Carson", "SecondaryResponsibleWorkerEmail": mail}
    assert scm.header(**worker).status == 201
    assert scm.contract(ContractId="C00002", ExternalContractId="2", RequesterWorkerName="C. Carson").status == 400


@pytest.mark.parametrize("fields", [QUANTITY, VOLUME, CATEGORY, OVER_ALL])
def test_line_has_what_its_commitment_demands(scm: Caller, fields: dict[str, Any]) -> None:
    scm.contract()
    scm.header()
    made = scm.post(LINE, ExternalContractId="ext-a1", **fields)
    assert made.status == 201
    assert {name: made.content[name] for name in fields} == fields
    assert (made.content["LineNumber"], made.content["PurchaseAgreementId"]) == (1, "000001")
    assert made.content["ExpirationDate"] == "2027-12-31T12:00:00Z"


@pytest.mark.parametrize(
    ("fields", "at"),
    [
        (QUANTITY | {"CommittedQuantity": 0}, "CommittedQuantity"),
        (QUANTITY | {"CommittedQuantity": -1}, "CommittedQuantity"),
        (QUANTITY | {"ItemNumber": ""}, "ItemNumber"),
        (QUANTITY | {"ItemNumber": "T0100"}, "ProductVariantNumber"),
        (QUANTITY | {"CommittedAmount": 5}, "CommittedAmount"),
        (QUANTITY | {"ProcurementProductCategoryName": "Office supplies"}, "ProcurementProductCategoryName"),
        (QUANTITY | {"UnitSymbol": "pcs"}, "UnitSymbol"),
        (QUANTITY | {"LineDiscountPercentage": 101}, "LineDiscountPercentage"),
        (QUANTITY | {"LineNumber": -1}, "LineNumber"),
        (QUANTITY | {"ExpirationDate": "2025-06-30"}, "ExpirationDate"),
        (QUANTITY | {"ReceivingSiteId": "9"}, "ReceivingSiteId"),
        (VOLUME | {"ItemNumber": ""}, "ItemNumber"),
        (VOLUME | {"Price": 1}, "Price"),
        (VOLUME | {"CommittedAmount": 0}, "CommittedAmount"),
        (VOLUME | {"CommittedQuantity": 3}, "CommittedQuantity"),
        (CATEGORY | {"ProcurementProductCategoryName": ""}, "ProcurementProductCategoryName"),
        (CATEGORY | {"ProcurementProductCategoryName": "Cars"}, "ProcurementProductCategoryName"),
        (CATEGORY | {"ItemNumber": "D0001"}, "ItemNumber"),
        (CATEGORY | {"LineDiscountAmount": 1}, "LineDiscountAmount"),
        (OVER_ALL | {"ProcurementProductCategoryName": "Office supplies"}, "ProcurementProductCategoryName"),
        (OVER_ALL | {"PriceQuantity": 1}, "PriceQuantity"),
    ],
)
@pytest.mark.parametrize("collection", [LINE, VALIDATE_INSERT])
def test_line_that_breaks_its_commitment_is_refused(
    scm: Caller, collection: str, fields: dict[str, Any], at: str
) -> None:
    scm.contract()
    scm.header()
    reply = scm.post(collection, ExternalContractId="ext-a1", **fields)
    assert reply.status == 400
    assert f".{at}'" in reply.infolog
    assert scm.get(LINE)["value"] == []


def test_variant_of_a_product_with_variants(scm: Caller) -> None:
    scm.contract()
    scm.header()
    made = scm.line(ItemNumber="T0100", ProductVariantNumber="T0100 : : : Black")
    assert made.status == 201


def test_validation_keeps_nothing(scm: Caller) -> None:
    scm.effective()
    before = scm.get(LINE), scm.get(HEADER)
    assert scm.line(VALIDATE_INSERT).status == 201
    assert scm.patch(VALIDATE_LINE, CommittedQuantity=99).status == 204
    assert scm.call("DELETE", f"/{VALIDATE_LINE}").status == 204
    assert scm.patch(VALIDATE_HEADER, DocumentTitle="another").status == 204
    assert scm.patch(VALIDATE_HEADER, CurrencyCode="XXX").status == 400
    assert (scm.get(LINE), scm.get(HEADER)) == before
    assert scm.line(CommittedQuantity=5).content["LineNumber"] == 2  # no number was used up


@pytest.mark.parametrize(
    ("contract", "header", "why"),
    [
        ({}, {}, "the contract is not executed"),
        ({"ContractStatus": "Executed"}, {"CurrencyCode": ""}, "the field must be filled in"),
        (
            {"ContractStatus": "Executed"},
            {"AgreementVendorAccountNumber": "1002"},
            "the vendor is on hold",
        ),
    ],
)
def test_agreement_is_effective_only_when_all_is_there(
    scm: Caller, contract: dict[str, Any], header: dict[str, Any], why: str
) -> None:
    scm.contract(**contract)
    scm.header(**header)
    scm.line()
    reply = scm.patch(AGREEMENT, AgreementStatus="Effective")
    assert reply.status == 400
    assert why in reply.infolog


def test_agreement_may_begin_and_end_on_one_day(scm: Caller) -> None:
    scm.contract()
    one_day = {"DefaultEffectiveDate": "2026-05-01", "DefaultExpirationDate": "2026-05-01"}
    assert scm.header(**one_day).status == 201


def test_vendor_that_is_never_on_hold_can_be_ordered_from(scm: Caller) -> None:
    scm.system.change_as_user(
        "VendorsV2", {"dataAreaId": "usmf", "VendorAccountNumber": "1001"}, {"OnHoldStatus": "Never"}
    )
    scm.effective()


def test_agreement_without_a_line_does_not_become_effective(scm: Caller) -> None:
    scm.contract(ContractStatus="Executed")
    scm.header()
    assert "the agreement has no line" in scm.patch(AGREEMENT, AgreementStatus="Effective").infolog


def test_release_moves_the_fulfilment(scm: Caller) -> None:
    scm.effective()
    assert release(scm) == "PO00000001"
    assert release(scm, "1.5") == "PO00000002"
    (found,) = scm.get("PurchaseAgreementLineFulfillment")["value"]
    assert (found["ReleasedQuantity"], found["RemainingQuantity"]) == (5.5, 4.5)
    assert found["ReleasedAmount"] == 19.25
    assert found["CommittedQuantity"] == 10


def test_amount_of_an_order_follows_unit_price_and_discounts(scm: Caller) -> None:
    scm.contract(ContractStatus="Executed")
    scm.header()
    scm.line(Price=300, PriceQuantity=100, LineDiscountAmount=0.5, LineDiscountPercentage=10)
    scm.patch(AGREEMENT, AgreementStatus="Effective")
    release(scm, "4")
    (found,) = scm.get("PurchaseAgreementLineFulfillment")["value"]
    assert found["ReleasedAmount"] == 9.0  # 4 x (300 / 100 - 0.50), less 10 %


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"AgreementStatus": "OnHold"}, "the agreement is not effective"),
        ({"AgreementStatus": "Closed"}, "the agreement is not effective"),
        (
            {"PurchaseAgreementClassificationName": "Subcontracting"},
            "the classification demands direct invoicing",
        ),
    ],
)
def test_release_needs_an_agreement_to_order_from(scm: Caller, fields: dict[str, Any], why: str) -> None:
    scm.effective()
    assert scm.patch(AGREEMENT, **fields).status == 204
    with pytest.raises(RefusedError, match=why):
        release(scm)


def test_release_stays_in_the_period_and_in_an_enforced_commitment(scm: Caller) -> None:
    scm.effective()
    for day in (date(2025, 12, 31), date(2028, 1, 1)):
        with pytest.raises(RefusedError, match="outside the period"):
            release(scm, on=day)
    release(scm, "12")
    scm.patch(FIRST_LINE, CommittedQuantity=20, IsCommitmentMaximumEnforced="Yes")
    release(scm, "8")
    with pytest.raises(RefusedError, match="more than the commitment"):
        release(scm, "0.5")


def test_release_is_no_more_than_a_line_can_hold(scm: Caller) -> None:
    scm.effective()
    for quantity, field in (("1e28", "CommittedQuantity"), ("1e15", "CommittedQuantity"), ("9e14", "CommittedAmount")):
        with pytest.raises(RefusedError, match="the number is too large") as refused:
            release(scm, quantity)
        assert refused.value.field == field


def test_released_line_keeps_what_was_ordered(scm: Caller) -> None:
    scm.effective()
    release(scm, "4")
    assert "less than what was released" in scm.patch(FIRST_LINE, CommittedQuantity=3.5).infolog
    assert "something was released" in scm.call("DELETE", f"/{FIRST_LINE}").infolog
    assert "something was released" in scm.patch(FIRST_LINE, **(VOLUME | {"CommittedQuantity": 0, "Price": 0})).infolog
    assert "is delivered later" in scm.patch(FIRST_LINE, ExpirationDate="2026-04-30").infolog
    assert "is delivered later" in scm.patch(AGREEMENT, DefaultExpirationDate="2026-04-30").infolog
    assert scm.patch(FIRST_LINE, ExpirationDate="1900-01-01").status == 204  # no date ends nothing
    assert scm.patch(FIRST_LINE, CommittedQuantity=4).status == 204


def test_closed_agreement_gets_another_expiry_only_with_its_status(scm: Caller) -> None:
    scm.effective()
    assert scm.patch(AGREEMENT, AgreementStatus="Closed").status == 204
    assert "only with the status" in scm.patch(AGREEMENT, DefaultExpirationDate="2029-12-31").infolog
    assert scm.patch(AGREEMENT, DefaultExpirationDate="2029-12-31", AgreementStatus="Effective").status == 204


def test_external_id_names_one_record(scm: Caller) -> None:
    scm.contract()
    assert "another record has it already" in scm.contract(ContractId="C00002").infolog
    scm.header()
    assert "another record has it already" in scm.header().infolog


def test_ownership_goes_to_the_external_system_once(scm: Caller) -> None:
    scm.contract(ContractStatus="Executed")
    made = scm.header(AgreementOwnership="SCM", ContractId="", ExternalContractId="")
    assert made.status == 201
    taken = {"AgreementOwnership": "CLM", "ContractId": "C00001", "ExternalContractId": "ext-a1"}
    assert scm.patch(AGREEMENT, **taken).status == 204
    assert "cannot give the agreement back" in scm.patch(AGREEMENT, AgreementOwnership="SCM").infolog
    scm.contract(ContractId="C00002", ExternalContractId="ext-c2")
    assert "belongs to another contract already" in scm.patch(AGREEMENT, ContractId="C00002").infolog


def test_user_changes_only_the_documented_fields_of_an_external_agreement(scm: Caller) -> None:
    scm.effective()
    key = {"dataAreaId": "usmf", "PurchaseAgreementId": "000001"}
    scm.system.change_as_user(HEADER, key, {"VendorReference": "V-1", "DeliveryName": "Dock 2"})
    for fields in ({"DocumentTitle": "mine"}, {"AgreementStatus": "Closed"}, {"CurrencyCode": "EUR"}):
        with pytest.raises(RefusedError, match="maintained in the external system"):
            scm.system.change_as_user(HEADER, key, fields)
    with pytest.raises(RefusedError, match="maintained in the external system"):
        scm.system.delete_as_user(HEADER, key)
    line: dict[str, str | float | int] = {**key, "LineNumber": 1.0}
    scm.system.change_as_user(LINE, line, {"DefaultLedgerDimensionDisplayValue": "001-002"})
    with pytest.raises(RefusedError, match="maintained in the external system"):
        scm.system.change_as_user(LINE, line, {"Price": 1})
    with pytest.raises(RefusedError, match="maintained in the external system"):
        scm.system.delete_as_user(LINE, line)
    assert scm.get(AGREEMENT)["VendorReference"] == "V-1"


def test_contract_with_an_agreement_is_not_deleted(scm: Caller) -> None:
    scm.effective()
    row = f"{CONTRACT}(dataAreaId='usmf',ContractId='C00001')"
    assert "a purchase agreement refers to the contract" in scm.call("DELETE", f"/{row}").infolog
    assert "can be deleted" in scm.call("DELETE", f"/{AGREEMENT}").infolog
    assert scm.patch(AGREEMENT, AgreementStatus="OnHold").status == 204
    assert scm.call("DELETE", f"/{AGREEMENT}").status == 204
    assert scm.get(LINE)["value"] == []
    assert scm.get("PurchaseAgreementLineFulfillment")["value"] == []
    assert scm.call("DELETE", f"/{row}").status == 204


@pytest.mark.parametrize(
    ("establishment", "configuration", "shown"),
    [
        ("NotStarted", "NotStarted", "Not started"),
        ("Error", "Success", "Connection establishment failed"),
        ("Success", "NotStarted", "Connection established"),
        ("Success", "Error", "Configuration failed"),
        ("Success", "Success", "Ready"),
    ],
)
def test_administrator_sees_the_state_of_the_connection(
    scm: Caller, establishment: str, configuration: str, shown: str
) -> None:
    assert scm.system.connection_state == "Not started"
    instances = "CLMIntegrationServiceInstances"
    assert scm.post(instances, InstanceName="ICI", BaseURL="https://ici.example").status == 201
    assert scm.post(instances, ID=1, InstanceName="second").status == 400
    fields = {"EstablishmentStatus": establishment, "ConfigurationStatus": configuration}
    assert scm.patch(f"{instances}(ID=0)", **fields).status == 204
    assert scm.system.connection_state == shown


def test_link_takes_values_in_its_query_alone(scm: Caller) -> None:
    links = "CLMIntegrationExternalNavigationLinkKeyValues"
    value = {"NavigationType": "ViewContract", "Key": "id", "Value": "%CLMIntegrationContractTable.ExternalContractId%"}
    assert scm.post(links, KeyValueType="QueryString", **value).status == 201
    assert "a header is not supported yet" in scm.post(links, KeyValueType="Header", **value).infolog
