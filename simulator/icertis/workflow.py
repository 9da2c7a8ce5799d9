"""The workflow of procurement contracts and NDAs: draft, review, approval, signature, execution, and what follows."""

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import NamedTuple
from urllib.parse import parse_qsl, urlsplit

from simulator.icertis.agreement import Agreement, AgreementStatus, AgreementType
from simulator.icertis.rest import render_value
from simulator.icertis.risk import Assessment, RiskRules
from simulator.icertis.tenant import IcertisTenant, NotAllowedError

_S = AgreementStatus

LINE_ITEMS, LINE_ID = "ICMLineItems", "ICMLineId"
VALIDATION, MESSAGE = "ICMSCMValidation", "ICMSCMMessage"
VALID = "Valid"
COMPANY, SUPPLIER, AGREEMENT = "ICMLegalEntityCode", "ICMAppSrcSupplierID", "ICMSCMPurchaseAgreement"
EXPIRY = "ICMExpiryDate"
_CONFIDENTIAL = "ICMConfidentialContract"

LINK_KEYS: Mapping[str, str] = MappingProxyType(
    {"company": COMPANY, "vendor": SUPPLIER, "currency": "ICMCurrency", "purchaseAgreement": AGREEMENT}
)
"""The keys of a link from SCM that begin a contract, and the attributes that they fill (D-136)."""


class Transition(NamedTuple):
    """A step of the workflow."""

    of: tuple[AgreementStatus, ...]
    """The statuses in which it can be taken."""

    to: AgreementStatus


STEPS: Mapping[str, Transition] = MappingProxyType(
    {
        "submitted for review": Transition((_S.DRAFT, _S.REJECTED), _S.WAITING_FOR_REVIEW),
        "reviewed": Transition((_S.WAITING_FOR_REVIEW,), _S.REVIEWED),
        "submitted for approval": Transition((_S.DRAFT, _S.REVIEWED, _S.REJECTED), _S.WAITING_FOR_APPROVAL),
        "approved": Transition((_S.WAITING_FOR_APPROVAL,), _S.APPROVED),
        "rejected": Transition((_S.WAITING_FOR_REVIEW, _S.WAITING_FOR_APPROVAL), _S.REJECTED),
        "sent for signature": Transition((_S.APPROVED,), _S.WAITING_FOR_EXTERNAL_SIGNATURES),
        "signed by the supplier": Transition((_S.WAITING_FOR_EXTERNAL_SIGNATURES,), _S.WAITING_FOR_INTERNAL_SIGNATURES),
        "signed by us": Transition((_S.WAITING_FOR_INTERNAL_SIGNATURES,), _S.EXECUTED),
        "put on hold": Transition((_S.EXECUTED,), _S.ON_HOLD),
        "released from hold": Transition((_S.ON_HOLD,), _S.EXECUTED),
        "expired": Transition((_S.EXECUTED,), _S.EXPIRED),
        "cancelled": Transition(tuple(one for one in _S if one not in (_S.EXECUTED, _S.TERMINATED)), _S.CANCELLED),
    }
)
"""Words to step."""

EXECUTION = (
    "submitted for review", "reviewed", "submitted for approval", "approved",
    "sent for signature", "signed by the supplier", "signed by us",
)  # fmt: skip
"""The steps from the draft to the execution."""

_OPEN = (_S.DRAFT, _S.WAITING_FOR_REVIEW, _S.REVIEWED, _S.WAITING_FOR_APPROVAL, _S.REJECTED)
"""The statuses in which the terms can be changed."""


class ContractWorkflow:
    """The workflow over the agreements of one tenant. Every action raises NotAllowedError if ICI would not allow it."""

    def __init__(self, tenant: IcertisTenant, risk: Mapping[str, RiskRules] = MappingProxyType({})) -> None:
        """`risk` has the rules of a contract type by its name; a type without any is not assessed (SCM-9)."""
        self.tenant = tenant
        self.risk = risk
        self._accepted: dict[Agreement, tuple[Assessment, str]] = {}

    def draft(
        self,
        kind: AgreementType,
        attributes: Mapping[str, object],
        lines: Iterable[Mapping[str, object]] = (),
        *,
        code: str = "",
        sys_id: str = "",
    ) -> Agreement:
        """Draft a contract. A line item without an id gets a running number."""
        terms = {**attributes, LINE_ITEMS: _numbered(lines)}
        contract = self.tenant.draft(kind, terms, code=code, sys_id=sys_id)
        self.tenant.send_event("StatusChanged", contract)
        return contract

    def draft_from_link(
        self, kind: AgreementType, url: str, attributes: Mapping[str, object], *, code: str = "", sys_id: str = ""
    ) -> Agreement:
        """Draft a contract that a user has begun in SCM: the link fills what it knows, the user the rest (SCM-7)."""
        query = dict(parse_qsl(urlsplit(url).query))
        given = {attribute: query[key] for key, attribute in LINK_KEYS.items() if query.get(key)}
        return self.draft(kind, {**attributes, **given}, code=code, sys_id=sys_id)

    def draft_amendment(
        self, parent: Agreement, changes: Mapping[str, object], *, code: str = "", sys_id: str = ""
    ) -> Agreement:
        """Draft an amendment of a contract; from now on one is in process."""
        amendment = self.tenant.draft_amendment(parent, changes, code=code, sys_id=sys_id)
        latest = {"ICMLatestAmendmentCode": amendment.code, "ICMLatestAmendmentSysId": amendment.sys_id}
        amendment.changes = {**changes, **latest, "ICMAmendmentInProcess": False}
        self._set_in_process(parent, in_process=True)
        return amendment

    def change_terms(self, contract: Agreement, changes: Mapping[str, object]) -> None:
        """Change terms before the approval; the contract is a draft again."""
        if contract.status not in _OPEN:
            raise NotAllowedError("the terms can no longer be changed without an amendment")
        self.tenant.set_attributes(contract, {**changes, VALIDATION: "", MESSAGE: ""})
        if contract.parent:
            contract.changes = {**contract.changes, **changes}
        self.tenant.set_status(contract, _S.DRAFT)

    def take(self, contract: Agreement, words: str) -> None:
        """Take a step, named by its words."""
        step = STEPS[words]
        if contract.status not in step.of:
            raise NotAllowedError(f"a contract that is {contract.status.value} cannot be {words}")
        if words == "submitted for approval":
            self.tenant.set_attributes(contract, {VALIDATION: "", MESSAGE: ""})
        if step.to is _S.APPROVED:
            self._require_approvable(contract)
        if words == "signed by us":
            self.tenant.execute(contract)
            return
        self.tenant.set_status(contract, step.to)
        if step.to is _S.CANCELLED and contract.parent:
            self._set_in_process(contract.parent, in_process=False)

    def execute(self, contract: Agreement) -> None:
        """Take a draft through all steps as far as executed."""
        for words in EXECUTION:
            self.take(contract, words)

    def reset_expiry(self, contract: Agreement, day: str) -> None:
        """Set another expiry date without an amendment; what has expired is executed again (SCM-5)."""
        if contract.status not in (_S.EXECUTED, _S.EXPIRED):
            raise NotAllowedError("only the expiry of an executed or expired contract can be reset")
        self.tenant.set_attributes(contract, {EXPIRY: day})
        self.tenant.set_status(contract, _S.EXECUTED)

    def assess(self, contract: Agreement) -> Assessment | None:
        """Hold the terms of a contract against the limits of its type; None where there are none (SCM-9)."""
        rules = self.risk.get(contract.kind.name.removesuffix("Amendment"))
        return rules.assess(contract.attributes) if rules else None

    def accept_risk(self, contract: Agreement, by: str, reason: str) -> None:
        """Accept the risk as it is assessed now; another assessment has to be accepted again."""
        if not (by.strip() and reason.strip()):
            raise NotAllowedError("a risk is accepted by a person, with a reason")
        if assessment := self.assess(contract):
            self._accepted[contract] = assessment, f"{by}: {reason}"

    def _require_approvable(self, contract: Agreement) -> None:
        validation = contract.attributes.get(VALIDATION)
        if validation != VALID and not _is_withheld(contract):
            why = contract.attributes.get(MESSAGE) or "SCM has not validated it yet"
            raise NotAllowedError(f"it cannot be approved: {why}")
        assessment = self.assess(contract)
        if assessment and assessment.holds_approval:
            accepted = self._accepted.get(contract)
            if accepted is None or accepted[0] != assessment:
                raise NotAllowedError(f"its risk is {assessment.rating}, and nobody has accepted it")

    def _set_in_process(self, parent: Agreement, *, in_process: bool) -> None:
        self.tenant.set_attributes(parent, {"ICMAmendmentInProcess": in_process})
        self.tenant.send_event("StatusChanged", parent)


def _is_withheld(contract: Agreement) -> bool:
    """Return True for a contract of which SCM gets nothing, so that it validates nothing (D-144)."""
    return any(_is_true(one.attributes.get(_CONFIDENTIAL)) for one in (contract, contract.parent) if one)


def _is_true(flag: object) -> bool:
    """Read a flag in each shape in which the connector reads it as true (D-04, D-31)."""
    answered = render_value(_CONFIDENTIAL, flag)
    instances = answered if isinstance(answered, list) else [answered]
    values = (one.get("DisplayValue") if isinstance(one, Mapping) else one for one in instances)
    said = [value.strip().lower() if isinstance(value, str) else value for value in values if value is not None]
    return len(said) == 1 and (said[0] is True or said[0] == "true")


def _numbered(lines: Iterable[Mapping[str, object]]) -> list[dict[str, object]]:
    return [{LINE_ID: str(number), **line} for number, line in enumerate(lines, 1)]
