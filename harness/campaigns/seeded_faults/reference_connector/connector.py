"""The work of the connector: an event in, calls to SCM out; set-up, master data and alignment."""

import json
from collections.abc import Iterable
from contextlib import suppress
from datetime import date
from typing import Any, NamedTuple
from urllib.parse import quote

from harness.campaigns.seeded_faults.reference_connector.entities import (
    AGREEMENTS,
    CONTRACTS,
    HEADER,
    LINES,
    LINKS,
    MASTER_DATA,
    NEW_LINE,
    OLD_LINE,
    path_of,
)
from harness.campaigns.seeded_faults.reference_connector.rest import (
    JsonFields,
    JsonService,
    LaterError,
    ScmRefusalError,
    differing,
    flag,
    number,
    text,
    without_blanks,
)

WITH_LINES = ("Executed", "Terminated", "Expired", "OnHold")
OPEN = ("Draft", "WaitingForReview", "Reviewed", "WaitingForApproval", "Approved", "Rejected")
NO_DATE = "1900-01-01T12:00:00Z"


class ContractTask(NamedTuple):
    """A contract as it was when its event came."""

    kind: str
    path: str
    """In ICI."""

    contract: JsonFields
    is_question: bool = False
    """True for an amendment that SCM is only asked about."""


class ContractConnector:
    """One connector. A fault is a subclass with one method done wrong."""

    def __init__(self, ici: JsonService, scm: JsonService) -> None:
        self.ici = ici
        self.scm = scm
        self.types: dict[str, Any] = {}
        self._brought: dict[str, Any] = {}

    # ----- the contract in ICI

    def prepare(self, event: JsonFields) -> ContractTask | None:
        """Read what an event is about; None for what SCM need not know. Raises LaterError, ValueError."""
        data = event["data"]
        kind = data["ContractTypeName"]
        base = kind.removesuffix("Amendment")
        if base not in self.types:
            return None
        path, found = self.read(kind, data["SysId"])
        if self.is_confidential(found):
            return None
        if kind == base:
            return self.checked(ContractTask(base, path, found))
        parent_path, parent = self.read(base, text(found.get("ICMParentEntityInstanceId")))
        if self.is_confidential(parent):
            return None
        if data["ActionName"] == "AmendmentExecuted":
            return self.checked(ContractTask(base, parent_path, parent))
        if self.status(found) != "WaitingForApproval":
            return None
        own = {name: parent[name] for name in ("SysId", "ICMAgreementCode")}
        return self.checked(ContractTask(base, path, {**found, **own}, is_question=True))

    def checked(self, task: ContractTask) -> ContractTask:
        """Return a task whose values can all be read. Raises ValueError."""
        self.row(task.kind, task.contract)
        self.lines(task.contract)
        return task

    def still_open(self, task: ContractTask) -> bool:
        """Look whether a contract that had to wait has become confidential meanwhile."""
        return not self.is_confidential(self.ici.call("GET", task.path)["Data"])

    def do(self, task: ContractTask) -> None:
        """Bring a contract to SCM. Raises LaterError for what is worth another attempt."""
        if task.is_question:
            self.ask(task.path, task.contract, task.kind)
        else:
            self.bring(task.kind, task.path, task.contract)

    def read(self, kind: str, sys_id: str) -> tuple[str, JsonFields]:
        path = f"/v1/agreements/{kind}/{quote(sys_id, safe='')}"
        return path, self.ici.call("GET", path)["Data"]

    def is_confidential(self, contract: JsonFields) -> bool:
        found = text(contract["ICMConfidentialContract"]).lower()
        if found not in ("true", "false"):
            raise ValueError("the flag is neither true nor false")
        return found == "true"

    def status(self, contract: JsonFields) -> str:
        return text(contract.get("ICMStatus")).replace(" ", "")

    # ----- the mapping

    def company(self, contract: JsonFields) -> str:
        return text(contract.get("ICMLegalEntityCode")).lower()

    def day(self, contract: JsonFields, name: str) -> str:
        found = text(contract.get(name))[:10]
        if not found or found[:4] in ("0001", "1900"):
            return NO_DATE
        return f"{date.fromisoformat(found)}T12:00:00Z"

    def row(self, kind: str, contract: JsonFields) -> dict[str, Any]:
        """Map the contract."""
        return {
            "dataAreaId": self.company(contract),
            "ContractId": text(contract["ICMAgreementCode"]),
            "ExternalContractId": text(contract["SysId"]),
            "ContractType": self.types[kind]["scm"],
            "ContractStatus": self.status(contract),
            "ContractName": text(contract.get("Name")),
            "EffectiveDate": self.day(contract, "ICMEffectiveDate"),
            "ExpirationDate": self.day(contract, "ICMExpiryDate"),
            "RequesterWorkerName": text(contract.get("ICMPrimaryOwnerName")),
            "RequesterWorkerEmail": text(contract.get("ICMPrimaryOwnerEmail")),
            "AccountType": "Vend",
            "AccountRelationId": text(contract.get("ICMAppSrcSupplierID")),
            "ContactPersonId": text(contract.get("ICMContactPersonId")),
            "LatestAmendmentId": text(contract.get("ICMLatestAmendmentCode")),
            "LatestExternalAmendmentId": text(contract.get("ICMLatestAmendmentSysId")),
            "AmendmentInProcess": "Yes" if flag(contract.get("ICMAmendmentInProcess")) else "No",
        }

    def agreement_status(self, contract: JsonFields) -> str:
        status = self.status(contract)
        if status == "Executed":
            return "Effective"
        return "Closed" if status in ("Terminated", "Expired", "Cancelled") else "OnHold"

    def header(self, contract: JsonFields) -> dict[str, Any]:
        """Map the purchase agreement."""
        return {
            "dataAreaId": self.company(contract),
            "ExternalContractId": text(contract["SysId"]),
            "ContractId": text(contract["ICMAgreementCode"]),
            "AgreementOwnership": "CLM",
            "AgreementStatus": self.agreement_status(contract),
            "DocumentTitle": text(contract.get("Name")),
            "PurchaseAgreementClassificationName": text(contract.get("ICMClassification")),
            "DefaultEffectiveDate": self.day(contract, "ICMEffectiveDate"),
            "DefaultExpirationDate": self.day(contract, "ICMExpiryDate"),
            "AgreementVendorAccountNumber": text(contract.get("ICMAppSrcSupplierID")),
            "CurrencyCode": text(contract.get("ICMCurrency")),
            "PaymentTermsName": text(contract.get("ICMPaymentTerms")),
            "DeliveryTermsCode": text(contract.get("ICMDeliveryTermsCode")),
            "DefaultCommitmentType": text(contract.get("ICMCommitmentType")),
        }

    def line(self, contract: JsonFields, item: JsonFields) -> dict[str, Any]:
        """Map one line item."""
        return {
            "ExternalContractLineId": text(item.get("ICMLineId")),
            "CommitmentType": text(item.get("ICMCommitmentType")),
            "ItemNumber": text(item.get("ICMItemNumber")),
            "ProductVariantNumber": text(item.get("ICMProductVariant")),
            "ProcurementProductCategoryName": text(item.get("ICMProductCategory")),
            "CommittedQuantity": number(item.get("ICMCommittedQuantity")),
            "CommittedAmount": number(item.get("ICMCommittedAmount")),
            "UnitSymbol": text(item.get("ICMUnit")),
            "Price": number(item.get("ICMPrice")),
            "PriceQuantity": number(item.get("ICMPriceQuantity")),
            "LineDiscountAmount": number(item.get("ICMDiscountAmount")),
            "LineDiscountPercentage": number(item.get("ICMDiscountPercentage")),
            "MinimumReleaseAmount": number(item.get("ICMMinimumReleaseAmount")),
            "MaximumReleaseAmount": number(item.get("ICMMaximumReleaseAmount")),
            "IsCommitmentMaximumEnforced": "Yes" if flag(item.get("ICMMaximumIsEnforced")) else "No",
            "IsPriceAndDiscountFixed": "Yes" if flag(item.get("ICMPriceIsFixed")) else "No",
            "ReceivingSiteId": text(item.get("ICMSite")),
            "ReceivingWarehouseId": text(item.get("ICMWarehouse")),
            "EffectiveDate": self.day(contract, "ICMEffectiveDate"),
            "ExpirationDate": self.day(contract, "ICMExpiryDate"),
        }

    def lines(self, contract: JsonFields) -> list[dict[str, Any]]:
        return [self.line(contract, item) for item in contract.get("ICMLineItems") or []]

    # ----- the calls to SCM

    def bring(self, kind: str, path: str, contract: JsonFields) -> None:
        """Make SCM have a contract; tell ICI what SCM says of it."""
        try:
            findings = self.synchronise(kind, contract)
        except ScmRefusalError as why:
            self.report(path, {"ICMSCMValidation": "Invalid", "ICMSCMMessage": str(why)})
            return
        if findings:
            self.report(path, findings)

    def ask(self, path: str, amendment: JsonFields, kind: str) -> None:
        """Ask SCM whether it would take an amendment."""
        findings = {"ICMSCMValidation": "Valid", "ICMSCMMessage": ""}
        try:
            has_agreement = self.types[kind]["purchaseAgreement"]
            agreement = self.find(AGREEMENTS, amendment) if has_agreement else None
            if agreement:
                wanted = {name: one for name, one in self.header(amendment).items() if name != "AgreementStatus"}
                if changed := differing(wanted, agreement):
                    self.change(HEADER, agreement, changed)
                self.validate(amendment, agreement)
        except ScmRefusalError as why:
            findings = {"ICMSCMValidation": "Invalid", "ICMSCMMessage": str(why)}
        self.report(path, findings)

    def synchronise(self, kind: str, contract: JsonFields) -> dict[str, str]:
        wanted = self.row(kind, contract)
        held = self.find(CONTRACTS, contract)
        if held is None:
            self.create(CONTRACTS, without_blanks(wanted))
        elif changed := differing(wanted, held):
            self.change(CONTRACTS, held, changed)
        if not self.types[kind]["purchaseAgreement"]:
            return self.validated(contract)
        findings = {}
        agreement = self.find(AGREEMENTS, contract)
        if agreement is None:
            agreement = self.create_agreement(contract)
            findings["ICMSCMPurchaseAgreement"] = str(agreement["PurchaseAgreementId"])
        is_reopened = agreement["AgreementStatus"] == "Closed" and self.agreement_status(contract) != "Closed"
        if is_reopened and self.compare_lines(contract, agreement)[0]:  # SCM adds no line to a closed one
            self.change(AGREEMENTS, agreement, {"AgreementStatus": "OnHold"})
            agreement = self.find(AGREEMENTS, contract) or agreement
        if self.status(contract) == "WaitingForApproval":
            self.validate(contract, agreement)
        if self.status(contract) in WITH_LINES:
            self.write_lines(contract, agreement)
        if changed := differing(self.header(contract), agreement):
            self.change(AGREEMENTS, agreement, changed)
        return {**findings, **self.validated(contract)}

    def validated(self, contract: JsonFields) -> dict[str, str]:
        if self.status(contract) != "WaitingForApproval":
            return {}
        return {"ICMSCMValidation": "Valid", "ICMSCMMessage": ""}

    def create_agreement(self, contract: JsonFields) -> JsonFields:
        """Create the agreement on hold, or take over the one that the contract was begun from."""
        header = self.header(contract)
        number = text(contract.get("ICMSCMPurchaseAgreement"))
        adopted = number and self.rows(AGREEMENTS, f"dataAreaId eq '{header['dataAreaId']}' and "
                                                   f"PurchaseAgreementId eq '{number}'")  # fmt: skip
        if not adopted:
            once = {
                "VendorReference": text(contract.get("ICMVendorReference")),
                "ExternalDocumentReference": header["ContractId"],
            }
            return self.create(AGREEMENTS, without_blanks({**header, **once, "AgreementStatus": "OnHold"}))
        names = ("AgreementOwnership", "ContractId", "ExternalContractId")
        self.change(AGREEMENTS, adopted[0], {name: header[name] for name in names})
        found = self.find(AGREEMENTS, contract)
        if found is None:
            raise LaterError("the agreement is not there")
        return found

    def validate(self, contract: JsonFields, agreement: JsonFields) -> None:
        """Ask whether SCM would take the lines."""
        new, changed, gone = self.compare_lines(contract, agreement)
        for one in new:
            self.create(NEW_LINE, one)
        for held, fields in changed:
            self.change(OLD_LINE, held, fields)
        for held in gone:
            self.scm.call("DELETE", path_of(OLD_LINE, held))

    def write_lines(self, contract: JsonFields, agreement: JsonFields) -> None:
        new, changed, gone = self.compare_lines(contract, agreement)
        for one in new:
            self.create(LINES, one)
        for held, fields in changed:
            self.change(LINES, held, fields)
        for held in gone:
            self.scm.call("DELETE", path_of(LINES, held))

    def held_lines(self, agreement: JsonFields) -> dict[str, JsonFields]:
        """Read the lines that come from ICI; those that a user has entered stay as they are."""
        company, agreement_id = agreement["dataAreaId"], agreement["PurchaseAgreementId"]
        where = f"dataAreaId eq '{company}' and PurchaseAgreementId eq '{agreement_id}'"
        return {one["ExternalContractLineId"]: one for one in self.rows(LINES, where) if one["ExternalContractLineId"]}

    def compare_lines(
        self, contract: JsonFields, agreement: JsonFields
    ) -> tuple[list[JsonFields], list[tuple[JsonFields, dict[str, Any]]], list[JsonFields]]:
        held = self.held_lines(agreement)
        wanted = {str(one["ExternalContractLineId"]): one for one in self.lines(contract)}
        key = {name: agreement[name] for name in ("dataAreaId", "PurchaseAgreementId")}
        new: list[JsonFields] = [{**key, **without_blanks(one)} for name, one in wanted.items() if name not in held]
        both = [(held[name], differing(one, held[name])) for name, one in wanted.items() if name in held]
        return new, [(row, fields) for row, fields in both if fields], [held[n] for n in held if n not in wanted]

    def find(self, collection: str, contract: JsonFields) -> JsonFields | None:
        sys_id = text(contract["SysId"])
        where = f"dataAreaId eq '{self.company(contract)}' and ExternalContractId eq '{sys_id}'"
        found = self.rows(collection, where)
        return found[0] if found else None

    def rows(self, collection: str, where: str = "", select: str = "") -> list[JsonFields]:
        """Read rows of all companies, over all pages."""
        query = "".join([f"$filter={quote(where)}&" * bool(where), f"$select={select}&" * bool(select)])
        path, found = f"/data/{collection}?{query}cross-company=true", list[JsonFields]()
        while path:
            page = self.scm.call("GET", path)
            found += page["value"]
            path = self.next_page(page)
        return found

    def next_page(self, page: JsonFields) -> str:
        return str(page.get("@odata.nextLink", "")).removeprefix(self.scm.base)

    def create(self, collection: str, fields: JsonFields) -> JsonFields:
        created: JsonFields = self.scm.call("POST", f"/data/{collection}", fields)
        return created

    def change(self, collection: str, row: JsonFields, fields: JsonFields) -> None:
        self.scm.call("PATCH", path_of(collection, row), fields, {"If-Match": row["@odata.etag"]})

    def report(self, path: str, findings: JsonFields) -> None:
        self.ici.call("PATCH", path, findings)

    # ----- the jobs

    def connect(self, ici_url: str, types: Iterable[JsonFields]) -> None:
        """Set the connection up. Raises ScmRefusalError, LaterError."""
        self.types = {one["ici"]: one for one in types}
        self._brought.clear()
        instance = {"InstanceName": "Icertis", "BaseURL": ici_url, "ExternalNavigationBaseURL": ici_url}
        self.write_instance({**instance, "EstablishmentStatus": "Success", "ConfigurationStatus": "NotStarted"})
        try:
            self.write_set_up()
        except ScmRefusalError:
            self.write_instance({"ConfigurationStatus": "Error"})
            raise
        self.write_instance({"ConfigurationStatus": "Success"})

    def write_instance(self, fields: JsonFields) -> None:
        found = self.rows("CLMIntegrationServiceInstances")
        if not found:
            self.create("CLMIntegrationServiceInstances", {"ID": 0, **fields})
        elif changed := differing(fields, found[0]):
            etag = {"If-Match": found[0]["@odata.etag"]}
            self.scm.call("PATCH", "/data/CLMIntegrationServiceInstances(ID=0)", changed, etag)

    def set_up_rows(self) -> list[tuple[str, JsonFields]]:
        """Return the rows that the set-up needs, by collection."""
        links, values = [], []
        for name, (path, query) in LINKS.items():
            link = {"NavigationType": name, "ServiceInstanceName": "Icertis", "NavigationName": name}
            links.append({**link, "RelativeURL": path, "Action": "OpenInNewTab"})
            for key, value in query.items():
                values.append({"NavigationType": name, "KeyValueType": "QueryString", "Key": key, "Value": value})
        kinds = [{"Name": one["scm"]} for one in self.types.values()]
        return [
            *(("CLMIntegrationExternalNavigationLinks", one) for one in links),
            *(("CLMIntegrationExternalNavigationLinkKeyValues", one) for one in values),
            *(("CLMIntegrationContractTypes", one) for one in kinds),
        ]

    def write_set_up(self) -> None:
        """Write what is missing, all of it or nothing."""
        held = {
            name: self.rows(name)
            for name in (
                "CLMIntegrationExternalNavigationLinks",
                "CLMIntegrationExternalNavigationLinkKeyValues",
                "CLMIntegrationContractTypes",
            )
        }
        missing = [
            (collection, row)
            for collection, row in self.set_up_rows()
            if not any(all(one.get(name) == value for name, value in row.items()) for one in held[collection])
        ]
        if not missing:
            return
        parts = "".join(
            f"--changes\r\nContent-Type: application/http\r\nContent-Transfer-Encoding: binary\r\nContent-ID: {number}"
            f"\r\n\r\nPOST /data/{collection} HTTP/1.1\r\nContent-Type: application/json\r\n\r\n{json.dumps(row)}\r\n"
            for number, (collection, row) in enumerate(missing, 1)
        )
        body = f"--batch\r\nContent-Type: multipart/mixed; boundary=changes\r\n\r\n{parts}--changes--\r\n--batch--\r\n"
        self.scm.send("POST", "/data/$batch", body.encode(), {"Content-Type": "multipart/mixed; boundary=batch"})

    def bring_master_data(self) -> None:
        """Bring the collections that have changed to ICI."""
        for name, select in MASTER_DATA.items():
            rows = [{one: row[one] for one in select.split(",")} for row in self.rows(name, select=select)]
            if rows != self._brought.get(name):
                self.ici.call("PUT", f"/v1/masterdata/{name}", rows)
                self._brought[name] = rows

    def align(self) -> None:
        """Bring every contract again, and tell ICI what was ordered; one that cannot be read holds no other back."""
        for kind in self.types:
            for path, contract in self.contracts(kind):
                with suppress(ValueError, KeyError):
                    if not self.is_confidential(contract):
                        self.bring(kind, path, contract)
                        self.tell(kind, path, contract)

    def contracts(self, kind: str) -> list[tuple[str, JsonFields]]:
        found, page, more = list[tuple[str, JsonFields]](), 1, True
        while more:
            answer = self.ici.call("GET", f"/v1/agreements/{kind}?pageNumber={page}&rowsPerPage=100")
            found += [self.read(kind, text(one["SysId"])) for one in answer["Data"]]
            more, page = bool(answer.get("HasMoreData")), page + 1
        return found

    def tell(self, kind: str, path: str, contract: JsonFields) -> None:
        """Tell ICI the statuses in SCM, and what was released, where it does not know them."""
        row = self.find(CONTRACTS, contract)
        in_scm: dict[str, Any] = {"ICMSCMContractStatus": row["ContractStatus"] if row else ""}
        agreement = self.find(AGREEMENTS, contract) if self.types[kind]["purchaseAgreement"] else None
        if agreement:
            in_scm["ICMSCMAgreementStatus"] = agreement["AgreementStatus"]
            in_scm["ICMSCMCommitments"] = self.commitments(agreement)
        new = {name: value for name, value in in_scm.items() if contract.get(name) != value}
        if new:
            self.report(path, new)

    def commitments(self, agreement: JsonFields) -> list[JsonFields]:
        released = {
            row["LineNumber"]: row
            for row in self.rows("PurchaseAgreementLineFulfillment")
            if row["PurchaseAgreementId"] == agreement["PurchaseAgreementId"]
            and row["dataAreaId"] == agreement["dataAreaId"]
        }
        names = ("ReleasedQuantity", "ReleasedAmount", "RemainingQuantity", "RemainingAmount")
        return [
            {"ICMLineId": name, **{one: float(released.get(line["LineNumber"], {}).get(one, 0)) for one in names}}
            for name, line in self.held_lines(agreement).items()
        ]
