"""Read the tables of features about SCM, and show its rows as they write them."""

from collections.abc import Collection, Mapping, Sequence

from harness.bdd.feature_error import FeatureError, Named, check_known
from harness.bdd.vocabulary.attributes import Table, named_values, table_rows
from harness.data_directory import Tables
from simulator.scm.entities import ALL_SETS
from simulator.scm.system import ScmSystem

CONTRACT_TYPES = Named(
    "contract type",
    {
        "procurement contract": "ICMProcurementContract",
        "NDA": "ICMNDA",
        "service contract": "ICMServiceContract",
    }.items(),
)

TERMS = (
    "SysId", "Name", "ICMConfidentialContract", "ICMLegalEntityCode", "ICMEffectiveDate", "ICMExpiryDate",
    "ICMAppSrcSupplierID", "ICMPrimaryOwnerName", "ICMPrimaryOwnerEmail", "ICMContactPersonId", "ICMCurrency",
    "ICMPaymentTerms", "ICMDeliveryTermsCode", "ICMClassification", "ICMCommitmentType", "ICMVendorReference",
    "ICMTotalContractValue",
)  # fmt: skip
"""The attributes of contracts for SCM."""

LINE_TERMS = (
    "ICMLineId", "ICMCommitmentType", "ICMItemNumber", "ICMProductVariant", "ICMProductCategory",
    "ICMCommittedQuantity", "ICMCommittedAmount", "ICMUnit", "ICMPrice", "ICMPriceQuantity", "ICMDiscountAmount",
    "ICMDiscountPercentage", "ICMMinimumReleaseAmount", "ICMMaximumReleaseAmount", "ICMMaximumIsEnforced",
    "ICMPriceIsFixed", "ICMSite", "ICMWarehouse",
)  # fmt: skip
"""The attributes of their line items."""

CONTRACTS = "CLMIntegrationContracts"
AGREEMENTS = "CLMIntegrationPurchaseAgreements"
LINES = "CLMIntegrationPurchaseAgreementLines"
FULFILLMENT = "PurchaseAgreementLineFulfillment"

KEYS: Mapping[str, Sequence[str]] = {
    name: ALL_SETS[name].keys
    for name in (
        CONTRACTS,
        AGREEMENTS,
        LINES,
        FULFILLMENT,
        "CLMIntegrationServiceInstances",
        "CLMIntegrationExternalNavigationLinks",
        "CLMIntegrationExternalNavigationLinkKeyValues",
        "CLMIntegrationContractTypes",
    )
}
"""The collections of SCM that the connector writes, and fulfilment, each with the fields that identify a row."""

_FLAGS = {"true": True, "false": False}


def terms(table: Table) -> dict[str, object]:
    """Read a table of terms, each value as ICI holds it."""
    return {name: _value(words) for name, words in named_values(table, TERMS, "term").items()}


def line_items(table: Table) -> list[dict[str, object]]:
    """Read a table of line items; a blank cell is a term that the item lacks."""
    rows = table_rows(table, LINE_TERMS, "term of a line")
    return [{name: _value(words) for name, words in row.items() if words} for row in rows]


def shown(value: object) -> str:
    """Show a value of SCM as a feature writes it: numbers without a point where they are whole."""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def shown_rows(rows: Collection[Mapping[str, object]], columns: Collection[str]) -> list[dict[str, str]]:
    """Show some columns of rows. Raises FeatureError for a column that they have not."""
    for row in rows:
        check_known("field in SCM", columns, row)
    return [{name: shown(row[name]) for name in columns} for row in rows]


def written_tables(system: ScmSystem) -> Tables:
    """Return all rows of what the connector writes, by collection."""
    return {name: [{field: shown(value) for field, value in row.items()} for row in system.rows(name)] for name in KEYS}


def single(rows: list[dict[str, object]], what: str) -> dict[str, object]:
    """Return the only row. Raises FeatureError for none, or several."""
    if len(rows) != 1:
        raise FeatureError(f"there are {len(rows)} rows of {what}, and one is meant", what)
    return rows[0]


def _value(words: str) -> object:
    return _FLAGS.get(words, words)
