"""Steps of SCM: what its users do, its faults, the calls that it receives, and what it holds."""

from datetime import timedelta
from decimal import Decimal

import pytest
from pytest_bdd import given, parsers, when

from harness.bdd.comparison import assert_equal, assert_same_fields, assert_same_rows
from harness.bdd.context import ScenarioContext
from harness.bdd.feature_error import FeatureError, calendar_day, check_known, convert, unknown
from harness.bdd.steps.assertion import assertion
from harness.bdd.vocabulary.arguments import DraftedCode
from harness.bdd.vocabulary.attributes import Table, named_values, table_rows
from harness.bdd.vocabulary.scm import AGREEMENTS, CONTRACTS, FULFILLMENT, LINES, shown, shown_rows
from harness.doubles.scm_faults import FAULTS, ScmCall
from harness.environments.interfaces import NotConnectedError, NotSupported
from simulator.scm.framework import RefusedError
from simulator.scm.navigation import link

_NOTHING_WAITS = "the connector has nothing to try again"


class ScmUser:
    """The last answer of SCM to its user."""

    def __init__(self) -> None:
        self.refused: str | None = ""
        """The reason of a refusal; blank if nothing was refused, None if nobody says why."""

        self.address = ""
        """The address that the browser has opened."""


@pytest.fixture
def scm_user() -> ScmUser:
    return ScmUser()


@given(parsers.re(r"the next (?P<method>GET|POST|PATCH|DELETE) of (?P<collection>\w+) gets (?P<words>.*)"))
def fail_once(context: ScenarioContext, method: str, collection: str, words: str) -> None:
    check_known("answer of SCM", [words], FAULTS)
    context.scm.fail_once(method, collection, words)
    context.prepare_answer(f"{method} of {collection}")


@given("SCM is down")
def take_down(context: ScenarioContext) -> None:
    context.scm.set_available(available=False)


@given("SCM is up again")
def bring_up(context: ScenarioContext) -> None:
    context.scm.set_available(available=True)


@when("the connector tries again")
def retry_once(context: ScenarioContext) -> None:
    def retry() -> None:
        if not context.scm.next_work():
            raise FeatureError(_NOTHING_WAITS)

    context.do_when(retry)


@when("the connector tries again until nothing waits")
def retry_until_done(context: ScenarioContext) -> None:
    def retry() -> None:
        if not context.scm.next_work():
            raise FeatureError(_NOTHING_WAITS)
        while context.scm.next_work():
            pass

    context.do_when(retry)


@given(parsers.parse("a user of SCM has released {quantity} of line {line:d} of {agreement}, for {delivery}"))
def release_before(context: ScenarioContext, quantity: str, line: int, agreement: str, delivery: str) -> None:
    number = convert(quantity, float, "a number")
    context.scm.system.release("usmf", agreement, line, calendar_day(delivery), quantity=Decimal(str(number)))


@when(parsers.parse("a user of SCM releases {quantity} of line {line:d} of {agreement}, for {delivery}"))
def release(
    context: ScenarioContext, scm_user: ScmUser, quantity: str, line: int, agreement: str, delivery: str
) -> None:
    def try_it() -> None:
        scm_user.refused = ""
        try:
            release_before(context, quantity, line, agreement, delivery)
        except RefusedError as why:
            scm_user.refused = why.reason

    context.do_when(try_it)


@when(parsers.parse("a user of SCM changes the purchase agreement {agreement}:"))
def change_agreement(context: ScenarioContext, scm_user: ScmUser, agreement: str, datatable: Table) -> None:
    def try_it() -> None:
        scm_user.refused = ""
        key: dict[str, str | float | int] = {"dataAreaId": "usmf", "PurchaseAgreementId": agreement}
        try:
            context.scm.system.change_as_user(AGREEMENTS, key, named_values(datatable))
        except RefusedError as why:
            scm_user.refused = why.reason

    context.do_when(try_it)


@when(parsers.parse("{minutes:d} minutes pass for the connector"))
def pass_minutes(context: ScenarioContext, minutes: int) -> None:
    context.do_when(lambda: _pass_minutes(context, minutes))


@assertion(parsers.parse("the connector tries again at {time}"))
def check_next_attempt(context: ScenarioContext, time: str) -> None:
    assert_equal("the next attempt of the connector", context.scm.next_due(), f"{time}+00:00")


@assertion(parsers.parse('the store of the connector holds nothing of "{code}"'))
def check_no_trace(context: ScenarioContext, code: DraftedCode) -> None:
    stored, agreement = context.scm.stored(), context.ici.agreement(code)
    values = {"code": code, "System ID": agreement.sys_id, "name": str(agreement.attributes["Name"])}
    assert_equal(f"what is left of {code}", [name for name, value in values.items() if value in stored], [])


@assertion(parsers.parse('SCM refuses it: "{why}"'))
def check_refused(scm_user: ScmUser, why: str) -> None:
    assert_equal("the reason for which SCM refuses it", scm_user.refused, why)


@assertion("SCM accepts it")
def check_accepted(scm_user: ScmUser) -> None:
    assert_equal("the reason for which SCM refuses it", scm_user.refused, "")


@assertion("SCM received exactly these calls, in this order:")
def check_calls(context: ScenarioContext, datatable: Table) -> None:
    """Compare method and resource of each call since the When; how another connector reads is its own matter."""
    received, expected = _new_calls(context), [" ".join(call) for call in datatable]
    if datatable and not context.scm.compares_reads:
        received = [one for one in received if one.method != "GET"]
        expected = [call for call in expected if not call.startswith("GET ")]
    assert_equal("the calls that SCM received", [f"{one.method} {one.resource}" for one in received], expected)


@assertion("SCM received no call")
def check_no_call(context: ScenarioContext) -> None:
    """Look for calls, and for anything else that was sent to SCM."""
    check_calls(context, [])
    assert_equal("the length of what SCM received and could not read", len(context.new_bytes()), 0)


@assertion("SCM received exactly these writes, in this order:")
def check_writes(context: ScenarioContext, datatable: Table) -> None:
    """Compare method and resource of each call since the When that is no GET."""
    received = [f"{one.method} {one.resource}" for one in _new_calls(context) if one.method != "GET"]
    assert_equal("the writes that SCM received", received, [" ".join(call) for call in datatable])


@assertion(parsers.re(r"the (?P<method>POST|PATCH) of (?P<collection>\w+) had exactly these fields:"))
def check_body(context: ScenarioContext, method: str, collection: str, datatable: Table) -> None:
    bodies = [
        {name: shown(value) for name, value in one.fields.items()}
        for one in _new_calls(context)
        if one.method == method and one.resource.partition("(")[0] == collection
    ]
    assert_equal(f"the bodies of {method} {collection}", bodies, [named_values(datatable)])


@assertion(parsers.parse('SCM was told these statuses of "{code}", one after the other:'))
def check_statuses(context: ScenarioContext, code: DraftedCode, datatable: Table) -> None:
    statuses = [
        shown(one.fields["ContractStatus"])
        for one in context.scm.calls()
        if one.resource.startswith(CONTRACTS)
        and "ContractStatus" in one.fields
        and (f"'{code}'" in one.resource or one.fields.get("ContractId") == code)
    ]
    assert_equal(f"the statuses of {code} that SCM was told", statuses, [words for (words,) in datatable])


@assertion("SCM holds exactly these contracts:")
def check_contracts(context: ScenarioContext, datatable: Table) -> None:
    _check_rows(context, CONTRACTS, datatable)


@assertion("SCM holds exactly these purchase agreements:")
def check_agreements(context: ScenarioContext, datatable: Table) -> None:
    _check_rows(context, AGREEMENTS, datatable)


@assertion("SCM holds exactly these lines:")
def check_lines(context: ScenarioContext, datatable: Table) -> None:
    _check_rows(context, LINES, datatable)


@assertion("SCM shows this fulfilment:")
def check_fulfilment(context: ScenarioContext, datatable: Table) -> None:
    _check_rows(context, FULFILLMENT, datatable)


@assertion(parsers.re("SCM holds no (?P<what>contract|purchase agreement|line)"))
def check_none(context: ScenarioContext, what: str) -> None:
    collection = {"contract": CONTRACTS, "purchase agreement": AGREEMENTS, "line": LINES}[what]
    assert_same_rows(f"the rows of {collection}", shown_rows(context.scm.system.rows(collection), []), [])


@assertion(parsers.parse('these fields of the contract "{code}" in SCM are:'))
def check_contract(context: ScenarioContext, code: DraftedCode, datatable: Table) -> None:
    expected = named_values(datatable)
    held = [row for row in context.scm.system.rows(CONTRACTS) if row["ContractId"] == code]
    seen = {name: shown(held[0][name]) for name in expected} if held else {}
    assert_same_fields("the contract in SCM", code, seen, expected)


@assertion(parsers.parse("these fields of the purchase agreement {number} in SCM are:"))
def check_agreement(context: ScenarioContext, number: str, datatable: Table) -> None:
    expected = named_values(datatable)
    held = [row for row in context.scm.system.rows(AGREEMENTS) if row["PurchaseAgreementId"] == number]
    seen = {name: shown(held[0][name]) for name in expected} if held else {}
    assert_same_fields("the purchase agreement in SCM", number, seen, expected)


@assertion("the log of the connector ends with:")
def check_log(context: ScenarioContext, datatable: Table) -> None:
    expected = table_rows(datatable, ["action", "status", "SCM", "field", "error"])
    entries = context.scm.entries()[-len(expected) :]
    seen = []
    for one in entries:
        error = one.system_errors.get("SCM") or one.error
        row = {"action": one.action, "status": one.status, "SCM": one.systems.get("SCM", "")}
        seen.append({**row, "field": error.field if error else "", "error": error.message if error else ""})
    assert_equal("the log of the connector", [{name: row[name] for name in datatable[0]} for row in seen], expected)


def _check_rows(context: ScenarioContext, collection: str, table: Table) -> None:
    expected = table_rows(table)
    seen = shown_rows(context.scm.system.rows(collection), table[0])
    assert_equal(f"the rows of {collection}", seen, expected)


def _new_calls(context: ScenarioContext) -> list[ScmCall]:
    """Return the calls to SCM since the When."""
    return context.scm.calls()[context.scm_calls_before :]


@given("nothing connects ICI and SCM yet")
def disconnect(context: ScenarioContext) -> None:
    context.scm.disconnect()


@given("the feature is switched off in SCM")
def switch_feature_off(context: ScenarioContext) -> None:
    context.scm.switch_feature_off()


@given("SCM knows another secret of the connector")
def change_secret(context: ScenarioContext) -> None:
    context.scm.reject_client()


@when("the connector sets the connection up")
def connect(context: ScenarioContext, scm_user: ScmUser) -> None:
    def try_it() -> None:
        scm_user.refused = ""
        try:
            context.scm.connect()
        except NotConnectedError as why:
            scm_user.refused = str(why) or None

    context.do_when(try_it)


@assertion("the connection is set up")
def check_connected(scm_user: ScmUser) -> None:
    assert_equal("what stood in the way of the connection", scm_user.refused, "")


@assertion(parsers.parse('the connection is not set up: "{why}"'))
def check_not_connected(scm_user: ScmUser, why: str) -> None:
    if scm_user.refused is None:
        raise NotSupported("the connector says in words of its own why the connection cannot be set up")
    assert_equal("what stood in the way of the connection", scm_user.refused, why)


@assertion(parsers.parse('the administrator of SCM sees "{state}"'))
def check_state(context: ScenarioContext, state: str) -> None:
    assert_equal("the state of the connection", context.scm.system.connection_state, state)


@assertion(parsers.re(r"SCM holds exactly these rows of (?P<collection>\w+):"))
def check_rows(context: ScenarioContext, collection: str, datatable: Table) -> None:
    _check_rows(context, collection, datatable)


@assertion(parsers.re(r"SCM holds no row of (?P<collection>\w+)"))
def check_no_rows(context: ScenarioContext, collection: str) -> None:
    assert_equal(f"the rows of {collection}", shown_rows(context.scm.system.rows(collection), []), [])


@when("the connector reads the master data")
def read_master_data(context: ScenarioContext) -> None:
    context.do_when(context.scm.read_master_data)


@given("the connector has read the master data")
def read_master_data_before(context: ScenarioContext) -> None:
    context.scm.read_master_data()


@given(parsers.parse("SCM answers in pages of {rows:d} rows"))
def shorten_pages(context: ScenarioContext, rows: int) -> None:
    context.scm.shorten_pages(rows)


@given(parsers.parse("a user of SCM has put the vendor {vendor} on hold"))
def hold_vendor(context: ScenarioContext, vendor: str) -> None:
    key: dict[str, str | float | int] = {"dataAreaId": "usmf", "VendorAccountNumber": vendor}
    context.scm.system.change_as_user("VendorsV2", key, {"OnHoldStatus": "All"})


@when(parsers.parse("a user of SCM begins a contract from the vendor {vendor}"))
def begin_from_vendor(context: ScenarioContext, scm_user: ScmUser, vendor: str) -> None:
    context.do_when(lambda: _open(context, scm_user, "NewContract", "VendTable", vendor))


@given(parsers.parse("a user of SCM has begun a contract from the vendor {vendor}"))
def begin_from_vendor_before(context: ScenarioContext, scm_user: ScmUser, vendor: str) -> None:
    _open(context, scm_user, "NewContract", "VendTable", vendor)


@given(parsers.parse("a user of SCM has begun a contract from the purchase agreement {agreement}"))
def begin_from_agreement(context: ScenarioContext, scm_user: ScmUser, agreement: str) -> None:
    _open(context, scm_user, "NewContractFromPurchAgreement", "CLMIntegrationPurchaseAgreement", agreement)


@when(parsers.parse('a user of SCM amends the contract "{code}"'))
def amend_from_scm(context: ScenarioContext, scm_user: ScmUser, code: DraftedCode) -> None:
    context.do_when(lambda: _open(context, scm_user, "AmendContract", "CLMIntegrationContractTable", code))


@assertion(parsers.parse('the browser opens "{address}"'))
def check_address(scm_user: ScmUser, address: str) -> None:
    assert_equal("the address that the browser opens", scm_user.address, address)


@assertion("SCM shows no such button")
def check_no_button(scm_user: ScmUser) -> None:
    assert_equal("the address that the browser opens", scm_user.address, "")


_PAGES = {
    "VendTable": ("VendorsV2", "VendorAccountNumber"),
    "CLMIntegrationContractTable": (CONTRACTS, "ContractId"),
    "CLMIntegrationPurchaseAgreement": (AGREEMENTS, "PurchaseAgreementId"),
}
"""Table that placeholders name to its collection, and to the field by which features name a row."""


def _open(context: ScenarioContext, scm_user: ScmUser, navigation: str, table: str, name: str) -> None:
    collection, field = _PAGES[table]
    rows = {str(one[field]): one for one in context.scm.system.rows(collection)}
    if name not in rows:
        raise unknown(f"row of {collection}", name, rows)
    row = rows[name]
    scm_user.address = link(context.scm.system, navigation, {table: row}) or ""


@given("a user of SCM holds this purchase agreement:")
def hold_agreement(context: ScenarioContext, datatable: Table) -> None:
    context.scm.system.fill(AGREEMENTS, named_values(datatable))


@given("another program has written this contract to SCM:")
def write_contract(context: ScenarioContext, datatable: Table) -> None:
    context.scm.system.fill(CONTRACTS, named_values(datatable))


@given(parsers.parse("a user of SCM has entered a line of {quantity} {unit} of {item} into {agreement}"))
def enter_line(context: ScenarioContext, quantity: str, unit: str, item: str, agreement: str) -> None:
    committed = {"CommittedQuantity": convert(quantity, float, "a number"), "UnitSymbol": unit, "ItemNumber": item}
    place = {"dataAreaId": "usmf", "PurchaseAgreementId": agreement, "CommitmentType": "ProductQuantity"}
    context.scm.system.fill(LINES, {**place, **committed})


@given(
    parsers.re(
        r"another program has set (?P<field>\w+) of (?P<what>contract|agreement) (?P<name>\w+) to (?P<value>\w+)"
    )
)
def change_past_connector(context: ScenarioContext, field: str, what: str, name: str, value: str) -> None:
    collection, key = (CONTRACTS, "ContractId") if what == "contract" else (AGREEMENTS, "PurchaseAgreementId")
    context.scm.system.change_by_program(collection, {"dataAreaId": "usmf", key: name}, {field: value})


@given(parsers.parse("another program has set {field} of line {line:d} of {agreement} to {value:d}"))
def change_line_past_connector(context: ScenarioContext, field: str, line: int, agreement: str, value: int) -> None:
    key: dict[str, str | float | int] = {
        "dataAreaId": "usmf",
        "PurchaseAgreementId": agreement,
        "LineNumber": float(line),
    }
    context.scm.system.change_by_program(LINES, key, {field: value})


@given(parsers.parse("a user of SCM has changed the purchase agreement {agreement}:"))
def change_agreement_before(context: ScenarioContext, agreement: str, datatable: Table) -> None:
    key: dict[str, str | float | int] = {"dataAreaId": "usmf", "PurchaseAgreementId": agreement}
    context.scm.system.change_as_user(AGREEMENTS, key, named_values(datatable))


@given("SCM has lost all contracts and agreements")
def lose_everything(context: ScenarioContext) -> None:
    context.scm.system.empty(LINES, FULFILLMENT, AGREEMENTS, CONTRACTS)


@when("ICI and SCM are aligned")
def align(context: ScenarioContext) -> None:
    context.do_when(context.scm.align)


@assertion("the alignment found exactly this:")
def check_drifts(context: ScenarioContext, datatable: Table) -> None:
    expected = table_rows(datatable, ["contract", "row", "field", "what becomes of it"])
    seen = [
        {"contract": one.contract, "row": one.row, "field": one.name, "what becomes of it": one.done}
        for one in context.scm.drifts()
    ]
    assert_equal("what the alignment found", seen, expected)


@assertion(parsers.parse('the alignment could not compare "{code}", for its {name}'))
def check_not_compared(context: ScenarioContext, code: DraftedCode, name: str) -> None:
    seen = [(one.sys_id, one.name) for one in context.scm.drifts() if one.done == "not compared"]
    assert_equal("what was not compared", seen, [(context.agreements[code].sys_id, name)])


@assertion("these parts of the alignment failed:")
def check_failed_parts(context: ScenarioContext, datatable: Table) -> None:
    expected = table_rows(datatable, ["part", "what becomes of it", "why"])
    seen = [
        {"part": one.row, "what becomes of it": one.done, "why": one.why} for one in context.scm.drifts() if one.why
    ]
    assert_equal("the parts of the alignment that failed", seen, expected)


@assertion("the alignment found nothing")
def check_no_drift(context: ScenarioContext) -> None:
    assert_equal("what the alignment found", context.scm.drifts(), [])


@assertion("exactly these alerts of the connector stand:")
def check_alerts_of_connector(context: ScenarioContext, datatable: Table) -> None:
    expected = table_rows(datatable, ["subject", "what"])
    seen = [{"subject": one.subject, "what": one.what} for one in context.scm.alerts()]
    assert_equal("the alerts of the connector", seen, expected)


@assertion("no alert of the connector stands")
def check_no_alert_of_connector(context: ScenarioContext) -> None:
    assert_equal("the alerts of the connector", context.scm.alerts(), [])


@given("the connector has tried again until nothing waited")
def retry_until_done_before(context: ScenarioContext) -> None:
    def retry() -> None:
        while context.scm.next_work():
            pass

    context.do_given(retry)


@given(parsers.parse("{minutes:d} minutes have passed for the connector"))
def pass_minutes_before(context: ScenarioContext, minutes: int) -> None:
    context.do_given(lambda: _pass_minutes(context, minutes))


def _pass_minutes(context: ScenarioContext, minutes: int) -> None:
    context.reach(context.time + timedelta(minutes=minutes))
    context.scm.work()
