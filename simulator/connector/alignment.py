"""Align ICI and SCM: mend what ICI owns, report what SCM owns, and tell ICI what was released (SCM-6)."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from simulator.connector.contract_types import ScmType
from simulator.connector.flow import ConnectorFlow
from simulator.connector.json_client import JsonClient
from simulator.connector.scm_client import AGREEMENTS, CONTRACTS, FULFILLMENT, LINES, ScmClient, ScmRow, differing
from simulator.connector.sequences import LINES_FROM, ScmDocument
from simulator.cpi.process_event import is_confidential
from simulator.errors import Failure, InterfaceError, from_exception

MENDED, REPORTED, NOT_COMPARED = "mended", "reported", "not compared"

_SHOWN = ("ReleasedQuantity", "ReleasedAmount", "RemainingQuantity", "RemainingAmount")


@dataclass(frozen=True)
class Drift:
    """One difference between ICI and SCM."""

    contract: str
    """The number of the contract; blank for a row of SCM whose contract ICI does not have.

    One that is not compared has its System ID here, as nothing else of it may be told.
    """

    row: str
    """contract, agreement, line and its id, or the number of an agreement."""

    name: str
    """The field; blank where a whole row is missing."""

    done: str
    """mended: ICI owns it, and SCM is told again; reported: SCM owns it; not compared: the contract is at fault."""


@dataclass
class _Held:
    """The rows of SCM, read once for all contracts."""

    contracts: Mapping[str, ScmRow]
    agreements: Mapping[str, ScmRow]
    lines: dict[str, dict[str, ScmRow]] = field(default_factory=dict)
    """By number of the agreement and id of the line."""

    fulfilment: dict[tuple[str, float], ScmRow] = field(default_factory=dict)


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
    ) -> None:
        """`summaries` lists the contracts of a type in ICI; `send` takes an event about one, by type and System ID."""
        self._flow = flow
        self._ici = ici
        self._scm = scm
        self._types = [*types]
        self._summaries = summaries
        self._send = send
        self._mends = True

    def run(self, *, mends: bool = True) -> list[Drift]:
        """Compare every contract that is not confidential; one that is at fault holds no other back (D-139).

        `mends` sends what differs, and tells ICI; else neither side changes.
        Raises InterfaceError where a side does not answer.
        """
        self._mends = mends
        held, found = self._read(), list[Drift]()
        known, is_silent = set(), False
        for kind in self._types:
            for summary in self._summaries(kind.name):
                sys_id = str(summary.get("SysId") or "")
                if not sys_id:
                    found.append(Drift("", "contract", "SysId", NOT_COMPARED))
                    continue
                known.add(sys_id)
                failure = self._align(kind.name, sys_id, held, found)
                was_silent, is_silent = is_silent, failure is not None and failure.failure is Failure.NOT_REACHED
                if failure and is_silent and was_silent:  # ICI is down: each of the others would take as long
                    raise failure
                if failure:
                    found.append(Drift(sys_id, "contract", failure.field, NOT_COMPARED))
        strangers = (row for sys_id, row in held.agreements.items() if sys_id not in known)
        return found + [Drift("", str(row["PurchaseAgreementId"]), "ContractId", REPORTED) for row in strangers]

    def _align(self, kind: str, sys_id: str, held: _Held, found: list[Drift]) -> InterfaceError | None:
        """Align one contract, and add to what was found. Return its failure."""
        try:
            path = self._flow.path(kind, sys_id)
            contract = self._flow.read(path)
            if is_confidential(contract):
                return None
            document = self._flow.document(contract, kind)
            drifts = [*_compare(document, held)]
            if self._mends and any(one.done == MENDED for one in drifts):
                self._send(kind, sys_id)
            found += drifts
            if self._mends:
                self._tell_ici(path, contract, document, held)
        except InterfaceError as error:
            return error
        except Exception as error:  # noqa: BLE001 - whatever it is, the contracts behind this one go on
            return from_exception(error)
        return None

    def _read(self) -> _Held:
        contracts = {str(row["ExternalContractId"]): row for row in self._scm.find(CONTRACTS)}
        agreements = self._scm.find(AGREEMENTS, AgreementOwnership="CLM")
        held = _Held(contracts, {str(row["ExternalContractId"]): row for row in agreements})
        for row in (one for one in self._scm.find(LINES) if one["ExternalContractLineId"]):
            lines = held.lines.setdefault(_agreement_key(row), {})
            lines[str(row["ExternalContractLineId"])] = row
        for row in self._scm.find(FULFILLMENT):
            held.fulfilment[_agreement_key(row), float(str(row["LineNumber"]))] = row
        return held

    def _tell_ici(self, path: str, contract: Mapping[str, object], document: ScmDocument, held: _Held) -> None:
        """Tell ICI the statuses in SCM, and what was released of each line, where it does not know them."""
        sys_id = str(document.contract["ExternalContractId"])
        row, agreement = held.contracts.get(sys_id), held.agreements.get(sys_id)
        told: dict[str, object] = {"ICMSCMContractStatus": row["ContractStatus"] if row else ""}
        if agreement:
            lines = held.lines.get(_agreement_key(agreement), {})
            told["ICMSCMAgreementStatus"] = agreement["AgreementStatus"]
            told["ICMSCMCommitments"] = [_commitment(name, line, held) for name, line in lines.items()]
        new = {name: value for name, value in told.items() if _plain(contract.get(name)) != value}
        if new:
            self._ici.call("PATCH", path, new)


def _compare(document: ScmDocument, held: _Held) -> Iterator[Drift]:
    number, sys_id = str(document.contract["ContractId"]), str(document.contract["ExternalContractId"])
    row = held.contracts.get(sys_id)
    if row is None:
        yield Drift(number, "contract", "", MENDED)
        return
    for name in differing(document.contract, row):
        yield Drift(number, "contract", name, MENDED)
    if document.agreement is None:
        return
    agreement = held.agreements.get(sys_id)
    if agreement is None:
        yield Drift(number, "agreement", "", MENDED)
        return
    for name in differing(document.agreement, agreement):
        yield Drift(number, "agreement", name, REPORTED if name in document.once else MENDED)
    if document.contract["ContractStatus"] in LINES_FROM:
        yield from _compare_lines(number, document, held.lines.get(_agreement_key(agreement), {}))


def _compare_lines(number: str, document: ScmDocument, lines: Mapping[str, ScmRow]) -> Iterator[Drift]:
    wanted = {str(line["ExternalContractLineId"]): line for line in document.lines}
    for name, line in wanted.items():
        if name not in lines:
            yield Drift(number, f"line {name}", "", MENDED)
            continue
        for one in differing(line, lines[name]):
            yield Drift(number, f"line {name}", one, MENDED)
    for name in lines.keys() - wanted.keys():
        yield Drift(number, f"line {name}", "ExternalContractLineId", MENDED)


def _commitment(name: str, line: ScmRow, held: _Held) -> dict[str, object]:
    row = held.fulfilment.get((_agreement_key(line), float(str(line["LineNumber"]))), {})
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
