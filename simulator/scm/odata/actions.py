"""The actions of collections: links to the form of one row, and packages of data."""

import base64
from collections.abc import Callable, Mapping
from functools import partial
from typing import NamedTuple
from urllib.parse import urlencode

from sqlalchemy import Connection

from simulator.scm.edm import Text
from simulator.scm.entities import COMPANY, ENTITY_SETS
from simulator.scm.framework import rows_of
from simulator.scm.odata import packages
from simulator.scm.odata.errors import ODataError, action_failed

_TEXT = Text(255)
"""The type of every parameter but those that are true or false."""


class DeepLink(NamedTuple):
    """An action of a collection that returns the URL of the form with one row."""

    collection: str
    name: str
    parameters: tuple[str, str]
    """The one that identifies the row, and the company."""

    field: str
    """The field that the first parameter is looked up in."""

    menu_item: str


DEEP_LINKS = (
    DeepLink("VendorsV2", "GenerateVendorDetailFormURL", ("_vendAccount", "_companyId"),
             "VendorAccountNumber", "VendTable"),
    DeepLink("CLMIntegrationContracts", "GenerateContractDetailFormURLByContractId", ("_contractId", "_companyId"),
             "ContractId", "CLMIntegrationContractTable"),
    DeepLink("CLMIntegrationContracts", "GenerateContractDetailFormURLByExternalContractId",
             ("_externalContractId", "_companyId"), "ExternalContractId", "CLMIntegrationContractTable"),
    DeepLink("CLMIntegrationPurchaseAgreements", "GenerateAgreementFormURLByAgreementId",
             ("_agreementId", "_companyId"), "PurchaseAgreementId", "PurchAgreementDetails"),
    DeepLink("CLMIntegrationPurchaseAgreements", "GenerateAgreementFormURLByExternalContractId",
             ("_externalContractId", "_companyId"), "ExternalContractId", "PurchAgreementDetails"),
)  # fmt: skip


class BoundAction(NamedTuple):
    """An action of a collection, which returns a text."""

    collection: str
    name: str
    parameters: tuple[str, ...]
    run: Callable[[Connection, Mapping[str, object], str], str]
    """Gets the parameters and the URL of the environment."""


def call_action(db: Connection, collection: str, name: str, given: Mapping[str, object], base: str) -> str:
    """Call an action. Raises ODataError 404 for an unknown one, and 400."""
    action = _BY_NAME.get((collection, name))
    if action is None:
        raise ODataError(404, "no such action")
    if set(given) != set(action.parameters):
        raise ODataError(400, f"the action has the parameters {', '.join(action.parameters)}")
    for parameter, value in given.items():
        try:
            if value is not None and not isinstance(value, bool):
                _TEXT.to_stored(value)
        except ValueError as why:
            raise ODataError(400, f"{parameter}: {why}") from None
    return action.run(db, given, base)


def _run_link(link: DeepLink, db: Connection, given: Mapping[str, object], base: str) -> str:
    """Return the URL of a form.

    The product encrypts what stands in `q`; here it is the key, so that a reader sees which row is meant.
    """
    wanted, company = (given[name] for name in link.parameters)
    if not isinstance(wanted, str) or not isinstance(company, str):
        raise ODataError(400, f"{' and '.join(link.parameters)} are texts")
    if not rows_of(db, ENTITY_SETS[link.collection], **{COMPANY: company.lower(), link.field: wanted}):
        raise action_failed(link.name, link.collection, "no such record")
    opaque = base64.urlsafe_b64encode(f"{link.field}={wanted}".encode()).decode().rstrip("=")
    query = {"cmp": company.lower(), "prt": "initial", "mi": f"display:{link.menu_item}", "pageType": "Details"}
    return f"{base}/?{urlencode(query | {'q': opaque}, safe=':')}"


ACTIONS = (
    *(BoundAction(link.collection, link.name, link.parameters, partial(_run_link, link)) for link in DEEP_LINKS),
    BoundAction(packages.GROUPS, "ExportToPackage", packages.EXPORT, packages.export_to_package),
    BoundAction(packages.GROUPS, "GetExecutionSummaryStatus", packages.STATUS, packages.execution_status),
    BoundAction(packages.GROUPS, "GetExecutionErrors", packages.STATUS, packages.execution_errors),
    BoundAction(packages.GROUPS, "GetExportedPackageUrl", packages.STATUS, packages.package_url),
)
_BY_NAME = {(action.collection, action.name): action for action in ACTIONS}
