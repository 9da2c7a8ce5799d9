"""Set up the connection in SCM: the service instance, the links of its buttons, and the contract types (S1)."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from simulator.connector.contract_types import ScmType
from simulator.connector.scm_client import ScmClient, ScmWrite, differing
from simulator.errors import InterfaceError

INSTANCES = "CLMIntegrationServiceInstances"
LINKS = "CLMIntegrationExternalNavigationLinks"
KEY_VALUES = "CLMIntegrationExternalNavigationLinkKeyValues"
TYPES = "CLMIntegrationContractTypes"

_NAME = "Icertis"
_CONTRACT, _AGREEMENT = "CLMIntegrationContractTable", "CLMIntegrationPurchaseAgreement"
_INSTANCE = {"ID": 0}


class ScmLink(NamedTuple):
    """A button of SCM that opens ICI."""

    navigation: str
    path: str
    query: Mapping[str, str]
    """Key to value; a placeholder is the name of a table and a field between percent signs (D-136)."""


_OF_CONTRACT = {"contract": f"%{_CONTRACT}.ExternalContractId%"}
_LINKS = (
    ScmLink("NewContract", "/contracts/new", {
        "company": "%VendTable.dataAreaId%",
        "vendor": "%VendTable.VendorAccountNumber%",
    }),
    ScmLink("NewContractFromPurchAgreement", "/contracts/new", {
        "company": f"%{_AGREEMENT}.dataAreaId%",
        "vendor": f"%{_AGREEMENT}.AgreementVendorAccountNumber%",
        "purchaseAgreement": f"%{_AGREEMENT}.PurchaseAgreementId%",
    }),
    ScmLink("ViewContract", "/contracts/view", _OF_CONTRACT),
    ScmLink("EditContract", "/contracts/edit", _OF_CONTRACT),
    ScmLink("AmendContract", "/contracts/amend", _OF_CONTRACT),
)  # fmt: skip


def connect(scm: ScmClient, types: Iterable[ScmType], ici_url: str) -> None:
    """Set everything up; what is there already is brought up to date.

    Links and types come in one changeset: all of them, or none. Both statuses tell the administrator how far it came.
    Raises InterfaceError; without a token SCM learns nothing.
    """
    instance = {"InstanceName": _NAME, "BaseURL": ici_url, "ExternalNavigationBaseURL": ici_url}
    _write_instance(scm, {**instance, "EstablishmentStatus": "Success", "ConfigurationStatus": "NotStarted"})
    try:
        scm.run_changeset([*_changes(scm, types)])
    except InterfaceError:
        _write_instance(scm, {"ConfigurationStatus": "Error"})
        raise
    _write_instance(scm, {"ConfigurationStatus": "Success"})


def _write_instance(scm: ScmClient, fields: Mapping[str, str]) -> None:
    found = scm.find(INSTANCES)
    if not found:
        scm.create(INSTANCES, {**_INSTANCE, **fields})
    elif changed := differing(fields, found[0]):
        scm.change(INSTANCES, found[0], changed)


def _changes(scm: ScmClient, types: Iterable[ScmType]) -> Iterable[ScmWrite]:
    links, values = [], []
    for link in _LINKS:
        common = {"NavigationType": link.navigation}
        shown = {"ServiceInstanceName": _NAME, "NavigationName": link.navigation, "RelativeURL": link.path}
        links.append({**common, **shown, "Action": "OpenInNewTab"})
        for name, value in link.query.items():
            values.append({**common, "KeyValueType": "QueryString", "Key": name, "Value": value})
    yield from _brought_up(scm, LINKS, ("NavigationType",), links)
    yield from _brought_up(scm, KEY_VALUES, ("NavigationType", "KeyValueType", "Key"), values)
    yield from _brought_up(scm, TYPES, ("Name",), [{"Name": one.label} for one in types])


def _brought_up(
    scm: ScmClient, collection: str, key: tuple[str, ...], wanted: Iterable[Mapping[str, str]]
) -> Iterable[ScmWrite]:
    held = {tuple(row[name] for name in key): row for row in scm.find(collection)}
    for row in wanted:
        found = held.get(tuple(row[name] for name in key))
        if found is None:
            yield ScmWrite("POST", collection, row)
        elif changed := differing(row, found):
            yield ScmWrite("PATCH", collection, changed, found)
