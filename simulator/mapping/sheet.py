"""The mapping sheet of the specification as data: one row for each of its lines, in its order.

A source is written PART:FIELD or PART:FIELD/NAME. The part is the event, the agreement (the answer to call 1) or the
master (the answer to call 2); the name picks one value of an object.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import NamedTuple, TypeAlias

from simulator.mapping.rules import (
    amount,
    day,
    direct,
    first_100_characters,
    flag,
    joined_by_commas,
    lower_case,
    type_code,
    upper_case,
)
from simulator.mapping.source_value import SourceValue

MappingRule: TypeAlias = Callable[[SourceValue], str]


class Source(NamedTuple):
    """The place of a value in ICI."""

    part: str
    field: str
    inside: str
    """The name under which an object holds the value; a lookup holds it as DisplayValue (D-31)."""


@cache
def parsed(source: str) -> Source:
    """Split a source into its parts."""
    part, _, path = source.partition(":")
    name, _, inside = path.partition("/")
    return Source(part, name, inside or "DisplayValue")


class EccType(NamedTuple):
    """A type of the ABAP Dictionary."""

    name: str
    length: int
    coded: bool = False


def CHAR(length: int) -> EccType:
    return EccType("CHAR", length)


CODE = EccType("CHAR", 3, coded=True)
DATS = EccType("DATS", 8)
DEC = EccType("DEC", 15)


@dataclass(frozen=True)
class SheetRow:
    """One row of the sheet."""

    id: str
    source: str
    target: str
    label: str
    type: EccType
    key: bool
    rule: MappingRule

    instead: Mapping[str, str] = field(default_factory=dict[str, str])
    """By ActionName, another source that counts instead."""

    def source_for(self, action: str) -> str:
        """Return the source that counts for an ActionName."""
        return self.instead.get(action, self.source)


Y, N = True, False

# fmt: off
ZMM_ICMCONTRACT = (
    #   id        source                                   target                     label                         type       key rule                   instead, for this ActionName
    SheetRow("MAP-01", "event:source",                          "TENANTID",                "Tenant ID",                  CHAR(20),  Y, direct),
    SheetRow("MAP-02", "event:ContractTypeName",                "CONTRACTTYPENAME",        "Contract Type Name",         CODE,      Y, type_code),
    SheetRow("MAP-03", "event:SysId",                           "SYSID",                   "System ID",                  CHAR(36),  Y, lower_case,            {"AmendmentExecuted": "agreement:ICMParentEntityInstanceId"}),
    SheetRow("MAP-04", "agreement:ICMAgreementCode",            "ICMAGREEMENTCODE",        "Agreement Code",             CHAR(25),  Y, upper_case,            {"AmendmentExecuted": "agreement:ICMParentContractId"}),
    SheetRow("MAP-05", "agreement:ICMConfidentialContract",     "ICMCONFIDENTIALCONTRACT", "Confidential Contract",      CHAR(1),   N, flag),
    SheetRow("MAP-06", "agreement:Name",                        "NAME",                    "Agreement Name",             CHAR(100), N, first_100_characters),
    SheetRow("MAP-07", "master:ContractTypeName",               "ASSOCIATINGTYPE",         "Associating Agreement Type", CODE,      N, type_code),
    SheetRow("MAP-08", "master:ICMAgreementCode",               "ASSOCIATINGCODE",         "Associating Agreement Code", CHAR(25),  N, upper_case),
    SheetRow("MAP-09", "master:SysId",                          "ASSOCIATINGSYSID",        "Associating System ID",      CHAR(36),  N, lower_case),
    SheetRow("MAP-10", "agreement:ICMAppSrcSupplierID",         "ICMAPPSRCSUPPLIERID",     "Bidders/Supplier SAP ID",    CHAR(10),  N, direct),
    SheetRow("MAP-11", "agreement:ICMEffectiveDate",            "ICMEFFECTIVEDATE",        "Effective Date",             DATS,      N, day),
    SheetRow("MAP-12", "agreement:ICMExpiryDate",               "ICMEXPIRYDATE",           "Expiry Date",                DATS,      N, day,                   {"Terminated": "agreement:ICMTerminationNoticeDate"}),
    SheetRow("MAP-13", "agreement:ICMTotalContractValue/Value", "ICMTOTALCONTRACTVALUE",   "Total Contract Value",       DEC,       N, amount),
    SheetRow("MAP-14", "agreement:ICMCurrency",                 "ICMCURRENCY",             "Supplier Currency",          CHAR(5),   N, direct),
    SheetRow("MAP-15", "agreement:ICMLegalEntityCode/DisplayValue", "ICMLEGALENTITYCODE",  "Syensqo Legal Entity Code",  CHAR(4),   N, direct),
    SheetRow("MAP-16", "agreement:ICMPurchasingOrgCode",        "ICMPURCHASINGORGCODE",    "Purchasing Org Code",        CHAR(224), N, joined_by_commas),
    SheetRow("MAP-17", "agreement:ICMOrgTeam",                  "ICMORGTEAM",              "Org Team",                   CHAR(25),  N, direct),
    SheetRow("MAP-18", "agreement:ICMPrimaryOwnerName",         "ICMPRIMARYOWNERNAME",     "Primary Contract Owner",     CHAR(224), N, direct),
    SheetRow("MAP-19", "agreement:ICMIncotermsCode",            "ICMINCOTERMSCODE",        "Incoterms Code",             CHAR(3),   N, direct),
    SheetRow("MAP-20", "agreement:ICMIncotermslocation",        "ICMINCOTERMSLOCATION",    "Incoterms Location",         CHAR(70),  N, direct),
    SheetRow("MAP-21", "agreement:ICMPaymentTerms",             "ICMPAYMENTTERMS",         "Payment Terms",              CHAR(4),   N, direct),
)
# fmt: on

CONFIDENTIAL = "ICMConfidentialContract"

NEEDED = frozenset(
    source.field
    for row in ZMM_ICMCONTRACT
    for source in map(parsed, (row.source, *row.instead.values()))
    if source.part != "event"
)
"""The ICI fields that the sheet uses; CPI drops all others of an answer (CALL-4, MAP-22)."""
