"""Faults in the reference flow: mistakes that a developer of an integration flow could make, in a script or a step."""

from pathlib import Path
from typing import NamedTuple

from harness.flow.package import RESOURCES

_IFLW = "scenarioflows/integrationflow/ICI_Contract_To_ECC.iflw"
_ICERTIS, _MAP, _LOG, _RETURN, _WAITING = (
    f"script/{name}.groovy" for name in ("Icertis", "MapToEcc", "IcmLog", "EccReturn", "IcmWaiting")
)


class FlowFault(NamedTuple):
    """One mistake: a text of one file is another."""

    rule: str
    """Id in the register."""

    what: str
    file: str
    """Path within the resources of the flow."""

    right: str
    wrong: str

    shows: str
    """A word that tells the assertion which it breaks: it stands in every failure."""

    tag: str = ""
    """The scenarios that find it, where the conditions do not."""

    def apply(self, flow: Path) -> Path:
        """Put the mistake into a flow. Return the file. Raises LookupError unless the right text stands there once."""
        file = flow / RESOURCES / self.file
        text = file.read_text(encoding="utf-8")
        if text.count(self.right) != 1:
            raise LookupError(f"{self.file} has not exactly one {self.right}")
        file.write_text(text.replace(self.right, self.wrong), encoding="utf-8")
        return file


def _fit(name: str, most: int) -> str:
    """Return how the mapping reads a text."""
    return f'fit(text(agreement, "{name}"), "{name}", {most})'


FLOW_FAULTS: dict[str, FlowFault] = {
    "TenantShortened": FlowFault(
        "MAP-01", "the tenant loses its path", _MAP,
        'TENANTID: message.getProperty("source")', 'TENANTID: message.getProperty("source") - "/icertis/"', "TENANTID",
    ),
    "CodeOfSub": FlowFault(
        "MAP-02", "the Sub Agreement has a code of its own", _MAP, 'ICMSubAgreement: "SUB"', 'ICMSubAgreement: "SBA"',
        "CONTRACTTYPENAME",
    ),
    "AmendmentByItsOwnId": FlowFault(
        "MAP-03", "an amendment is sent under its own System ID", _MAP,
        "SYSID: isAmendment ?", "SYSID: false ?", "D-07",
    ),
    "AmendmentByItsOwnCode": FlowFault(
        "MAP-04", "an amendment is sent under its own code", _MAP,
        'isAmendment ? "ICMParentContractId" : "ICMAgreementCode"', '"ICMAgreementCode"', "D-07",
    ),
    "NameOfTheTeam": FlowFault(
        "MAP-06", "the name is that of the team", _MAP, 'cut(text(agreement, "Name"), 100)',
        'cut(text(agreement, "ICMOrgTeam"), 100)', "NAME",
    ),
    "MasterHasNoType": FlowFault(
        "MAP-07", "the type of the master is left out", _MAP, "ASSOCIATINGTYPE: CODES.ICMMasterAgreement",
        'ASSOCIATINGTYPE: ""', "ASSOCIATINGTYPE",
    ),
    "MasterHasNoId": FlowFault(
        "MAP-09", "the System ID of the master is its code", _MAP, 'ofMaster(master, "SysId", "ASSOCIATINGSYSID", 36)',
        'ofMaster(master, "ICMAgreementCode", "ASSOCIATINGSYSID", 36)', "ASSOCIATINGSYSID",
    ),
    "SupplierAsNumber": FlowFault(
        "MAP-10", "the supplier is a number, and loses its zeros", _MAP,
        _fit("ICMAppSrcSupplierID", 10),
        _fit("ICMAppSrcSupplierID", 10) + '.replaceFirst(/^0+/, "")',
        "ICMAPPSRCSUPPLIERID",
    ),
    "EffectiveIsExpiry": FlowFault(
        "MAP-11", "the effective date is the expiry date", _MAP, 'day(agreement, "ICMEffectiveDate")',
        'day(agreement, "ICMExpiryDate")', "ICMEFFECTIVEDATE",
    ),
    "ExpiryOfTermination": FlowFault(
        "MAP-12", "a terminated agreement keeps its expiry date", _MAP,
        'action == "Terminated" ? "ICMTerminationNoticeDate" : "ICMExpiryDate"', '"ICMExpiryDate"', "ICMEXPIRYDATE",
    ),
    "AmountWithoutCents": FlowFault(
        "MAP-13", "the amount loses its cents", _MAP,
        "setScale(2, RoundingMode.HALF_UP)", "setScale(0, RoundingMode.DOWN)",
        "ICMTOTALCONTRACTVALUE",
    ),
    "CurrencyForgotten": FlowFault(
        "MAP-14", "the currency is blank", _MAP, _fit("ICMCurrency", 5), '""',
        "ICMCURRENCY",
    ),
    "LegalEntityForgotten": FlowFault(
        "MAP-15", "the legal entity is blank", _MAP,
        _fit("ICMLegalEntityCode", 4), '""', "ICMLEGALENTITYCODE",
    ),
    "FirstOrganisationAlone": FlowFault(
        "TAB-1", "only the first organisation gets a row", _MAP, ".unique { it.toUpperCase() }",
        ".unique { it.toUpperCase() }.take(1)", "missing: ",
    ),
    "OwnerIsTheTeam": FlowFault(
        "MAP-18", "the owner is the team", _MAP,
        _fit("ICMPrimaryOwnerName", 224),
        'text(agreement, "ICMOrgTeam")', "ICMPRIMARYOWNERNAME",
    ),
    "IncotermsDescribed": FlowFault(
        "MAP-19", "the Incoterms come from the field with code and description", _MAP,
        _fit("ICMIncotermsCode", 3),
        'strip(text(agreement, "ICMIncoterms").drop(6))', "ICMINCOTERMSCODE",
    ),
    "PaymentTermsForgotten": FlowFault(
        "MAP-21", "the payment terms are blank", _MAP, _fit("ICMPaymentTerms", 4),
        '""', "ICMPAYMENTTERMS",
    ),
    "AssociationBlanked": FlowFault(
        "D-06", "an amendment blanks the association of its parent", _MAP, "if (!isAmendment) fields += association",
        "fields += association", "ASSOCIATING",
    ),
    "RowsEmptied": FlowFault(
        "TAB-3", "a renewal removes the organisations", _MAP, "def organisations = null", "def organisations = []",
        "PURCHASINGORG",
    ),
    "NoMasterForNda": FlowFault(
        "CALL-2", "call 2 is not made for a Supporting Agreement", _ICERTIS,
        'type in ["ICMSubAgreement", "ICMSupportingAgreement"]', 'type in ["ICMSubAgreement"]', "ICMMasterAgreement",
    ),
    "NoMasterForUpdates": FlowFault(
        "CALL-2", "call 2 is not made when tracking attributes change", _ICERTIS,
        'action in ["Executed", "ExecutedUpdated"]', 'action in ["Executed"]', "ICMMasterAgreement",
    ),
    "ConfidentialSent": FlowFault(
        "SEC-1", "every agreement counts as open", _ICERTIS,
        'message.setProperty("confidential", confidential(message.getProperty("agreement"), true))',
        'message.setProperty("confidential", "false")', "confidential",
    ),
    "PayloadAttached": FlowFault(
        "SEC-2", "what call 1 answers is attached to the log", _ICERTIS,
        'message.setProperty("agreement", data)',
        'messageLogFactory.getMessageLog(message).addAttachmentAsString("Call 1", JsonOutput.toJson(data), "text")\n'
        '    message.setProperty("agreement", data)', "the values of the agreement that are left",
    ),
    "OneSystemTwice": FlowFault(
        "TAB-8", "the message for WP2 goes to PF2 again", _IFLW,
        "<key>operation</key>\n          <value>put</value>\n        </ifl:property>\n        <ifl:property>\n"
        "          <key>storageName</key>\n          <value>ICM_WP2</value>",
        "<key>operation</key>\n          <value>put</value>\n        </ifl:property>\n        <ifl:property>\n"
        "          <key>storageName</key>\n          <value>ICM_PF2</value>", "WP2",
    ),
    "OtherVersionOfTheApi": FlowFault(
        "CALL-1", "call 1 asks another version of the API", _IFLW,
        "<value>{{ici_address}}/v1/agreements/${property.ContractTypeName}/${property.SysIdInUrl}</value>",
        "<value>{{ici_address}}/v9/agreements/${property.ContractTypeName}/${property.SysIdInUrl}</value>", "/v9/",
    ),
    "ActionNotLogged": FlowFault(
        "MON-1", "the log does not tell which action it was", _LOG, '"SysId", "ActionName"]', '"SysId"]', "event",
    ),
    "WaitingGoesOut": FlowFault(
        "D-63", "what waits of a confidential agreement is looked for by another key", _WAITING,
        "it.sysId == sysId ||", "it.id == sysId ||", "DISCARDED", "D-63",
    ),
    "MasterStaysNamed": FlowFault(
        "D-66", "what waits goes on telling of a master that is confidential", _WAITING,
        "!isAmendment && it.master == sysId", "false", "ASSOCIATING", "D-66",
    ),
    "WaitingForgotten": FlowFault(
        "D-59", "a message that waits for its entry is not tried once the entry is there", _WAITING,
        'collect { it + [what: "again"] }', "take(0)", "RETRY", "D-07",
    ),
    "SuccessTakenForFailure": FlowFault(
        "MON-3", "a successful answer of ECC counts as a failure", _RETURN, 'first.TYPE.text() != "S"',
        'first.TYPE.text() == "S"', "ZMM_ICM 00",
    ),
}  # fmt: skip
"""By name."""
