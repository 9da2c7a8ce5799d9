"""Align ICI and SCM: mend what ICI owns, report what SCM owns, and tell ICI what was released (SCM-6)."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property, partial
from typing import NamedTuple

from pydantic import AwareDatetime

from simulator.connector.contract_types import ScmType
from simulator.connector.flow import ConnectorFlow
from simulator.connector.json_client import JsonClient
from simulator.connector.scm_client import AGREEMENTS, CONTRACTS, FULFILLMENT, LINES, ScmClient, ScmRow, differing
from simulator.connector.sequences import LINES_FROM, ScmDocument
from simulator.errors import Failure, InterfaceError, from_exception
from simulator.monitoring.alerts import Alert

MENDED, REPORTED, NOT_COMPARED, NOT_BROUGHT = "mended", "reported", "not compared", "not brought"

_MISSED, _IN_A_ROW = 2, 3
"""The periods without an alignment, and the failures in a row, after which an administrator is called."""

_LONGEST_RUN = timedelta(minutes=10)
"""The time that an alignment may take, however short the period is."""

_SHOWN = ("ReleasedQuantity", "ReleasedAmount", "RemainingQuantity", "RemainingAmount")


@dataclass(frozen=True)
class Drift:
    """One difference between ICI and SCM, or a part of the alignment that failed."""

    sys_id: str
    """The System ID of the contract; blank for a row of SCM whose contract ICI does not have, and for other parts."""

    contract: str
    """The number of the contract; blank also for one that is not compared, as nothing of it may be told."""

    row: str
    """contract, agreement, line and its id; the number of a contract or an agreement that ICI does not know.

    For a part that failed a collection of SCM, or a contract type.
    """

    name: str
    """The field; blank where a whole row is missing."""

    done: str
    """mended: ICI owns it, and SCM is told again; reported: SCM owns it.

    not compared, not brought: it failed, and is tried again at the next alignment.
    """

    why: str = ""
    """The reason why it failed."""


def failed_part(part: str, error: InterfaceError, done: str = NOT_COMPARED, sys_id: str = "") -> Drift:
    """Make the finding on a part of the alignment that failed."""
    return Drift(sys_id, "", part, error.field, done, error.message)


@dataclass
class _Held:
    """The rows of SCM, read once for all contracts."""

    all_contracts: Sequence[ScmRow]
    owned: Sequence[ScmRow]
    """The agreements that belong to contracts."""

    lines: dict[str, dict[str, ScmRow]] = field(default_factory=dict)
    """By number of the agreement and id of the line."""

    fulfilment: dict[tuple[str, float], ScmRow] | None = None
    """None where it cannot be read."""

    @cached_property
    def contracts(self) -> Mapping[str, ScmRow]:
        """The contracts by their System ID."""
        return {str(row["ExternalContractId"]): row for row in self.all_contracts}

    @cached_property
    def agreements(self) -> Mapping[str, ScmRow]:
        """The agreements by System ID of their contract."""
        return {str(row["ExternalContractId"]): row for row in self.owned}


class _Mended(NamedTuple):
    """A contract that is sent again, as ICI held it."""

    path: str
    contract: Mapping[str, object]
    document: ScmDocument


@dataclass
class _Run:
    """One run of the alignment."""

    mends: bool
    held: _Held | None = None
    """None where SCM cannot be read."""

    known: set[str] = field(default_factory=set)
    """The System IDs of the contracts that ICI lists."""

    found: list[Drift] = field(default_factory=list)


class AlignmentAlerts(NamedTuple):
    """The alerts after a run of the alignment, until the next one ends (D-109), and whether SCM can be reached."""

    failing: list[Alert]
    silent: Alert
    silent_from: AwareDatetime
    """The time from which the next run has been missed for too long."""

    unreachable: str = ""
    """The reason why the last call did not reach SCM; blank where it did (MON-2)."""

    def at(self, now: datetime) -> list[Alert]:
        return [*([self.silent] if now >= self.silent_from else []), *self.failing]


class AlignmentWatch:
    """Watch the runs of the alignment for what an administrator is called for (D-109)."""

    def __init__(self, period: timedelta, now: datetime) -> None:
        self._longest = max(_MISSED * period, _LONGEST_RUN)
        self.restart(now)

    def restart(self, now: datetime) -> None:
        """Forget every run."""
        self._ended_at = now
        self._failures: dict[tuple[str, str], int] = {}

    def ended(self, found: Iterable[Drift], now: datetime) -> None:
        """Note what a run has found."""
        self._ended_at = now
        parts = {_part(one) for one in found if one.why}
        self._failures = {part: self._failures.get(part, 0) + 1 for part in parts}

    def alerts(self, found: Iterable[Drift]) -> AlignmentAlerts:
        """Return the alerts; `found` is what the last run has found, as far as it may be told."""
        silent = f"no alignment of ICI and SCM has ended for {self._longest // timedelta(minutes=1)} minutes"
        failing = (one for one in found if self._failures.get(_part(one), 0) >= _IN_A_ROW)
        again = (Alert("D-109", one.row, f"{one.done} {_IN_A_ROW} times in a row: {_reason(one)}") for one in failing)
        failed = [*dict.fromkeys(again)]  # contracts, which an alert does not name, may fail alike
        return AlignmentAlerts(failed, Alert("D-109", "alignment", silent), self._ended_at + self._longest)


def _part(drift: Drift) -> tuple[str, str]:
    return drift.sys_id, drift.row


def _reason(drift: Drift) -> str:
    return f"{drift.name}: {drift.why}" if drift.name else drift.why


class Alignment:
    """The job that aligns both sides."""

    def __init__(  # noqa: PLR0913 - the two sides, and how each is read
        self,
        flow: ConnectorFlow,
        ici: JsonClient,
        scm: ScmClient,
        types: Iterable[ScmType],
        *,
        summaries: Callable[[str], Iterable[Mapping[str, object]]],
        send: Callable[[str, str], object],
        forget: Callable[[str], object],
        hold_back: Callable[[str], object],
    ) -> None:
        """`summaries` lists the contracts of a type in ICI; `send` takes an event about one, by type and System ID.

        `forget` and `hold_back` get the System ID of a contract that is confidential, or does not tell whether it is.
        """
        self._flow = flow
        self._ici = ici
        self._scm = scm
        self._types = [*types]
        self._summaries = summaries
        self._send = send
        self._forget = forget
        self._hold_back = hold_back
        self._mended: list[_Mended] = []

    def run(self, *, mends: bool = True) -> list[Drift]:
        """Compare every contract that is not confidential; a part that fails holds no other back (D-139).

        `mends` sends what differs, and tells ICI; else neither side changes.
        """
        run, self._mended = _Run(mends), []
        run.held = self._read_scm(run.found)
        silence = None
        for kind in self._types:
            if silence:  # each of the others would take as long
                run.found.append(failed_part(kind.name, silence))
            else:
                silence = self._align_type(kind.name, run)
        if run.held and not any(one.done == NOT_COMPARED and not one.sys_id for one in run.found):
            run.found += _strangers(run.held, run.known)
        return run.found

    def tell_mended(self) -> list[Drift]:
        """Tell ICI what SCM has by now of what the last run has sent again. Returns what failed."""
        mended, self._mended = self._mended, []
        found = list[Drift]()
        held = self._read_scm(found) if mended else None
        if held is None:
            return found
        for one in mended:
            failure = _failure_of(partial(self._tell_ici, *one, held))
            if failure:
                sys_id = str(one.document.contract["ExternalContractId"])
                found.append(failed_part("contract", failure, sys_id=sys_id))
        return found

    def _align_type(self, kind: str, run: _Run) -> InterfaceError | None:
        """Align the contracts of a type. Return why ICI is silent."""
        was_silent = False
        try:
            for summary in self._summaries(kind):
                sys_id = str(summary.get("SysId") or "")
                if not sys_id:
                    why = "ICI lists a contract without it"
                    run.found.append(Drift("", "", "contract", "SysId", NOT_COMPARED, why))
                    continue
                run.known.add(sys_id)
                failure = _failure_of(partial(self._align, kind, sys_id, run))
                if failure:
                    run.found.append(failed_part("contract", failure, sys_id=sys_id))
                is_silent = failure is not None and failure.failure is Failure.NOT_REACHED
                if failure and is_silent and was_silent:
                    run.found.append(failed_part(kind, failure))
                    return failure
                was_silent = is_silent
        except InterfaceError as error:  # of the list
            run.found.append(failed_part(kind, error))
            return error if error.failure is Failure.NOT_REACHED else None
        return None

    def _align(self, kind: str, sys_id: str, run: _Run) -> None:
        """Align one contract, and add to what was found."""
        path = self._flow.path(kind, sys_id)
        contract = self._read(path, sys_id)
        if contract is None or run.held is None:
            return
        document = self._flow.document(contract, kind)
        drifts = [*_compare(document, run.held)]
        run.found += drifts
        if not run.mends:
            return
        if any(one.done == MENDED for one in drifts):
            self._send(kind, sys_id)
            self._mended.append(_Mended(path, contract, document))
        else:
            self._tell_ici(path, contract, document, run.held)

    def _read(self, path: str, sys_id: str) -> Mapping[str, object] | None:
        """Read a contract; None if it is confidential. Destroy or hold back what waits, as after an event (D-102)."""
        try:
            contract = self._flow.read_open(path, sys_id)
        except InterfaceError as error:
            if error.unclear:
                self._hold_back(sys_id)
            raise
        if contract is None:
            self._forget(sys_id)
        return contract

    def _read_scm(self, found: list[Drift]) -> _Held | None:
        """Read the rows of SCM; None, and a finding, where there is nothing to compare with."""
        collection = CONTRACTS
        try:
            contracts = self._scm.find(collection)
            collection = AGREEMENTS
            agreements = self._scm.find(collection, AgreementOwnership="CLM")
            collection = LINES
            lines = self._scm.find(collection)
        except InterfaceError as error:
            found.append(failed_part(collection, error))
            return None
        held = _Held(contracts, agreements)
        for row in (one for one in lines if one["ExternalContractLineId"]):
            held.lines.setdefault(_agreement_key(row), {})[str(row["ExternalContractLineId"])] = row
        try:
            rows = self._scm.find(FULFILLMENT)
        except InterfaceError as error:
            found.append(failed_part(FULFILLMENT, error))
        else:
            held.fulfilment = {(_agreement_key(row), float(str(row["LineNumber"]))): row for row in rows}
        return held

    def _tell_ici(self, path: str, contract: Mapping[str, object], document: ScmDocument, held: _Held) -> None:
        """Tell ICI the statuses in SCM, and what was released of each line, where it does not know them."""
        sys_id = str(document.contract["ExternalContractId"])
        row, agreement = held.contracts.get(sys_id), held.agreements.get(sys_id)
        in_scm: dict[str, object] = {"ICMSCMContractStatus": row["ContractStatus"] if row else ""}
        if agreement:
            lines = held.lines.get(_agreement_key(agreement), {})
            in_scm["ICMSCMAgreementStatus"] = agreement["AgreementStatus"]
            if held.fulfilment is not None:
                in_scm["ICMSCMCommitments"] = [_commitment(name, line, held.fulfilment) for name, line in lines.items()]
        new = {name: value for name, value in in_scm.items() if _plain(contract.get(name)) != value}
        if new:
            self._ici.call("PATCH", path, new)


def _failure_of(work: Callable[[], object]) -> InterfaceError | None:
    """Do what is to be done for one contract, and return its failure: the contracts behind it go on."""
    try:
        work()
    except InterfaceError as error:
        return error
    except Exception as error:  # noqa: BLE001 - whatever it is
        return from_exception(error)
    return None


def _strangers(held: _Held, known: Collection[str]) -> Iterator[Drift]:
    """Report what SCM alone has (D-145); it stays there."""
    for row in held.all_contracts:
        if row["ExternalContractId"] not in known:
            yield Drift("", "", str(row["ContractId"]), "ExternalContractId", REPORTED)
    for row in held.owned:
        if row["ExternalContractId"] not in known:
            yield Drift("", "", str(row["PurchaseAgreementId"]), "ContractId", REPORTED)


def _compare(document: ScmDocument, held: _Held) -> Iterator[Drift]:
    number, sys_id = str(document.contract["ContractId"]), str(document.contract["ExternalContractId"])
    row = held.contracts.get(sys_id)
    if row is None:
        yield Drift(sys_id, number, "contract", "", MENDED)
        return
    for name in differing(document.contract, row):
        yield Drift(sys_id, number, "contract", name, MENDED)
    if document.agreement is None:
        return
    agreement = held.agreements.get(sys_id)
    if agreement is None:
        yield Drift(sys_id, number, "agreement", "", MENDED)
        return
    for name in differing(document.agreement, agreement):
        yield Drift(sys_id, number, "agreement", name, REPORTED if name in document.once else MENDED)
    if document.contract["ContractStatus"] in LINES_FROM:
        for line, name in _differing_lines(document, held.lines.get(_agreement_key(agreement), {})):
            yield Drift(sys_id, number, f"line {line}", name, MENDED)


def _differing_lines(document: ScmDocument, lines: Mapping[str, ScmRow]) -> Iterator[tuple[str, str]]:
    """Yield the id of each line that differs, with the field; blank where SCM lacks the line."""
    wanted = {str(line["ExternalContractLineId"]): line for line in document.lines}
    for name, line in wanted.items():
        if name not in lines:
            yield name, ""
            continue
        for one in differing(line, lines[name]):
            yield name, one
    for name in lines:
        if name not in wanted:
            yield name, "ExternalContractLineId"


def _commitment(name: str, line: ScmRow, fulfilment: Mapping[tuple[str, float], ScmRow]) -> dict[str, object]:
    row = fulfilment.get((_agreement_key(line), float(str(line["LineNumber"]))), {})
    return {"ICMLineId": name, **{one: float(str(row.get(one, 0))) for one in _SHOWN}}


def _agreement_key(row: ScmRow) -> str:
    return f"{row['dataAreaId']} {row['PurchaseAgreementId']}"


def _plain(value: object) -> object:
    """Turn the exact numbers of an answer into those that are sent."""
    if isinstance(value, list):
        return [_plain(one) for one in value]
    if isinstance(value, Mapping):
        return {name: one if isinstance(one, str) else float(str(one)) for name, one in value.items()}
    return value
