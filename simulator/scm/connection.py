"""The set-up of the connection, which the external system may write: its instance, and the links to its pages."""

from enum import StrEnum

from simulator.scm.edm import Enumeration, Int64, Text, field, key
from simulator.scm.master_data import ScmTable


class ConnectionStatus(StrEnum):
    """The progress of a part of the set-up."""

    NotStarted = "NotStarted"
    Success = "Success"
    Error = "Error"


class NavigationType(StrEnum):
    """The button that a link stands behind; a missing link hides it."""

    NewContract = "NewContract"
    NewContractFromPurchAgreement = "NewContractFromPurchAgreement"
    EditContract = "EditContract"
    AmendContract = "AmendContract"
    ViewContract = "ViewContract"


class LinkAction(StrEnum):
    """The tab in which the browser opens a link."""

    OpenInNewTab = "OpenInNewTab"
    OpenInExistingTab = "OpenInExistingTab"


class KeyValueType(StrEnum):
    """The place of a value that goes along with a link; a header cannot be used yet."""

    QueryString = "QueryString"
    Header = "Header"


class ServiceInstance(ScmTable, table=True):
    """The external system; there is one row, whose ID is 0."""

    ID: int = key(Int64())
    InstanceName: str = field(Text(60), required=True)
    BaseURL: str = field(Text(1000))
    ExternalNavigationBaseURL: str = field(Text(1000))
    EstablishmentStatus: str = field(Enumeration(ConnectionStatus, "CLMIntegrationServiceInstanceStatus"))
    ConfigurationStatus: str = field(Enumeration(ConnectionStatus, "CLMIntegrationServiceInstanceStatus"))


class NavigationLink(ScmTable, table=True):
    NavigationType: str = key(Enumeration(NavigationType, "CLMIntegrationExternalNavigationType"))
    ServiceInstanceName: str = field(Text(60))
    NavigationName: str = field(Text(60))
    RelativeURL: str = field(Text(1000))
    Action: str = field(Enumeration(LinkAction, "CLMIntegrationExternalNavigationAction"))


class NavigationLinkKeyValue(ScmTable, table=True):
    NavigationType: str = key(Enumeration(NavigationType, "CLMIntegrationExternalNavigationType"))
    KeyValueType: str = key(Enumeration(KeyValueType, "CLMIntegrationExternalNavigationKeyValueType"))
    Key: str = key(Text(60))
    Value: str = field(Text(255))


_STATES = {
    (ConnectionStatus.Success, ConnectionStatus.NotStarted): "Connection established",
    (ConnectionStatus.Success, ConnectionStatus.Error): "Configuration failed",
    (ConnectionStatus.Success, ConnectionStatus.Success): "Ready",
}


def state_for_administrator(establishment: str, configuration: str) -> str:
    """Return what the administrator sees of the two statuses; Microsoft names the words, the pairs are our reading."""
    if establishment == ConnectionStatus.Error:
        return "Connection establishment failed"
    if establishment == ConnectionStatus.NotStarted:
        return "Not started"
    return _STATES[ConnectionStatus(establishment), ConnectionStatus(configuration)]
