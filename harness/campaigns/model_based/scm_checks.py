"""Check what SCM and ICI hold against the model once nothing waits, and both sides are aligned."""

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from harness.campaigns.model_based.scm_driver import AGREEMENTS, CONTRACTS, LINES, ScmDriver
from harness.campaigns.model_based.scm_model import (
    AGREEMENT,
    CONTRACT,
    Expected,
    HeldAgreement,
    LinesById,
    Ordered,
    RowFields,
    behind,
    commitment,
    is_open,
)
from harness.campaigns.model_based.scm_model import LINES as THE_LINES
from harness.environments.stored_bytes import stored_bytes
from simulator.connector.alignment import MENDED, Drift
from simulator.icertis.agreement import Agreement


def check(driver: ScmDriver, found: list[Drift]) -> list[str]:
    """Return every broken rule; `found` is what a second alignment finds, after everything was mended."""
    wrong = [*driver.violations, *driver.told_out_of_order()]
    stored = stored_bytes(driver.landscape.connector.queue)
    held = str([driver.system.rows(name) for name in (CONTRACTS, AGREEMENTS, LINES)])
    wrong += [
        f"{place} holds something that stays in ICI"
        for word in driver.secret_words()
        for place, text in (("the store", stored), ("SCM", held))
        if word in text and not (place == "the store" and word.startswith("5c"))  # an unclear event keeps its System ID
    ]
    contracts, agreements = _by_id(driver, CONTRACTS, wrong), _by_id(driver, AGREEMENTS, wrong)
    known = {one.sys_id for one in driver.contracts}
    wrong += [f"SCM holds a contract that ICI does not: {name}" for name in contracts.keys() - known]
    are_behind: set[str] = set()
    for one in driver.contracts:
        parts = _check_contract(driver, one, contracts.get(one.sys_id), agreements.get(one.sys_id), wrong)
        if parts or not is_open(one):
            are_behind |= {one.code, one.sys_id}
    wrong += [
        f"the alignment finds it again: {drift}"
        for drift in found
        if drift.done == MENDED and drift.contract not in are_behind
    ]
    hidden = {one.code for one in driver.contracts if not is_open(one)}
    wrong += [f"the alignment tells of {one.contract}, which is not open" for one in found if one.contract in hidden]
    wrong += _not_ended(driver, are_behind)
    return wrong


class InScm(NamedTuple):
    """The rows of SCM about one contract."""

    contract: RowFields | None
    agreement: RowFields | None
    lines: LinesById
    orders: Mapping[str, Ordered]

    @property
    def held(self) -> HeldAgreement:
        names = ("AgreementStatus", "DefaultExpirationDate")
        status, expiry = (str(self.agreement[name]) if self.agreement else "" for name in names)
        return HeldAgreement(status, expiry, self.lines)


def _check_contract(
    driver: ScmDriver, one: Agreement, row: RowFields | None, agreement: RowFields | None, wrong: list[str]
) -> set[str]:
    """Check one contract. Returns the parts that SCM has refused."""
    states = driver.states[one]
    if not states:
        wrong += [f"SCM holds {one.code}, which was never open"] if row or agreement else []
        return set()
    number = str(agreement["PurchaseAgreementId"]) if agreement else ""
    rows = [line for line in driver.system.rows(LINES) if line["PurchaseAgreementId"] == number]
    wrong += [f"{one.code} has a line twice" for count in _ids(rows).values() if count > 1]
    lines = {str(line["ExternalContractLineId"]): line for line in rows if line["ExternalContractLineId"]}
    scm = InScm(row, agreement, lines, driver.orders[number] if number else {})
    parts = behind(states[-1], scm.orders, scm.held) if is_open(one) else {CONTRACT, AGREEMENT, THE_LINES}
    wrong += [f"{one.code}: {what}" for what in _differences(states, scm, parts, driver.foreign)]
    if agreement and agreement["VendorReference"] != driver.references.get(number, ""):
        wrong.append(f"{one.code}: the vendor reference of the users of SCM is another one")
    if not is_open(one):
        return set()
    wrong += [f"{one.code}: {what}" for what in _unknown_to_ici(one, scm)]
    if parts and not one.attributes.get("ICMSCMMessage"):
        wrong.append(f"{one.code}: SCM refuses {parts}, and ICI was not told")
    return parts


def _differences(states: list[Expected], scm: InScm, parts: set[str], foreign: set[object]) -> Iterator[str]:
    """Compare what SCM holds with what it is to hold; a part that is behind has some earlier state, or another's."""
    wanted = states[-1]
    earlier: list[RowFields] | None = [one.contract for one in states] if CONTRACT in parts else None
    yield from _of_row("contract", scm.contract, wanted.contract, earlier, foreign)
    if wanted.agreement is None:
        yield from ["it has an agreement"] if scm.agreement else []
        return
    earlier = [one.agreement for one in states if one.agreement] if AGREEMENT in parts else None
    yield from _of_row("agreement", scm.agreement, wanted.agreement, earlier, {*foreign, "OnHold"})
    is_behind = THE_LINES in parts or wanted.lines is None
    before = [one.lines for one in states if one.lines is not None]
    for name in wanted.items.keys() | scm.lines.keys():
        earlier = [one[name] for one in before if name in one] if is_behind else None
        yield from _of_row(f"line {name}", scm.lines.get(name), wanted.items.get(name), earlier, foreign)


def _of_row(
    what: str, row: RowFields | None, wanted: RowFields | None, earlier: list[RowFields] | None, foreign: set[object]
) -> Iterator[str]:
    """Compare a row with the expected one; where it may be behind, compare each field with all its earlier values."""
    if earlier is not None:
        if row and not earlier:
            yield f"{what} was never to be there"
        for name in earlier[0] if row and earlier else ():
            if row and row[name] not in [*foreign, *(one[name] for one in earlier)]:
                yield f"{what} has {name} {row[name]!r}, which it never had"
    elif row is None or wanted is None:
        yield f"{what} is {'missing' if row is None else 'too much'}"
    else:
        for name, value in wanted.items():
            if row[name] != value:
                yield f"{what} has {name} {row[name]!r}, not {value!r}"


def _unknown_to_ici(one: Agreement, scm: InScm) -> Iterator[str]:
    """Yield what ICI does not know of SCM: the statuses, and what was ordered (SCM-6)."""
    known = one.attributes
    if known.get("ICMSCMContractStatus", "") != (scm.contract["ContractStatus"] if scm.contract else ""):
        yield "ICI knows another status of the contract"
    if scm.agreement is None:
        return
    if known.get("ICMSCMAgreementStatus") != scm.agreement["AgreementStatus"]:
        yield "ICI knows another status of the agreement"
    wanted = [commitment(name, line, scm.orders.get(name, Ordered())) for name, line in scm.lines.items()]
    if known.get("ICMSCMCommitments") != wanted:
        yield f"ICI knows {known.get('ICMSCMCommitments')}, and not {wanted}"


def _by_id(driver: ScmDriver, collection: str, wrong: list[str]) -> dict[str, Mapping[str, object]]:
    rows = [row for row in driver.system.rows(collection) if row["ExternalContractId"]]
    found: dict[str, Mapping[str, object]] = {str(row["ExternalContractId"]): row for row in rows}
    wrong += [f"{collection} holds a contract twice"] if len(found) < len(rows) else []
    return found


def _ids(rows: list[dict[str, str | float | int]]) -> Counter[str]:
    return Counter(str(row["ExternalContractLineId"]) for row in rows if row["ExternalContractLineId"])


def _not_ended(driver: ScmDriver, are_behind: set[str]) -> Iterator[str]:
    """Yield the events that have not ended well although SCM refuses nothing of their contract."""
    entries = driver.landscape.connector.monitoring.entries()
    if len(entries) < len(driver.arrived):
        yield f"{len(driver.arrived)} events came in, {len(entries)} are known"
    by_id = {one.sys_id: one for one in (*driver.contracts, *driver.amendments)}
    for entry in entries:
        one = by_id.get(entry.sys_id)
        allowed = {"COMPLETED", "DISCARDED"}
        if one and (not is_open(one) or (one.parent or one).sys_id in are_behind):
            allowed |= {"FAILED", "ESCALATED"}
        if entry.status not in allowed:
            what = [entry.error_message, *(error[2] for error in entry.system_errors.values())]
            yield f"an event of {one.code if one else 'a contract'} ended {entry.status}: {what}"
