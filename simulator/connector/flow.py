"""The flow of the connector: an event in, a document for SCM out, and what SCM says of it back to ICI."""

from collections.abc import Collection, Mapping
from typing import Any
from urllib.parse import quote

from simulator.connector.contract_types import ScmType, actions
from simulator.connector.json_client import JsonClient
from simulator.connector.scm_client import ScmClient
from simulator.connector.sequences import ScmDocument, synchronise
from simulator.connector.sheet import AGREEMENT, fields, map_contract
from simulator.cpi.event import Event, ReceivedEvent
from simulator.cpi.ici_client import content_of
from simulator.cpi.process_event import MappingResult, Outcome, is_confidential
from simulator.cpi.statements import REPORTED
from simulator.errors import Failure, InterfaceError, from_exception
from simulator.mapping.contract_types import AMENDMENT_SUFFIX, base_type
from simulator.mapping.message import Message

SYSTEM = "SCM"

NOT_YET = "an amendment that SCM need not know of yet"
_WAITING = "Waiting For Approval"
_OPEN = frozenset({"Draft", "WaitingForReview", "Reviewed", "WaitingForApproval", "Approved", "Rejected"})
"""The statuses in which a refusal by SCM is a matter of the users of ICI: nothing is signed."""


class ConnectorFlow:
    """The work on one event, without any store (see `simulator.cpi.worker.EventFlow`)."""

    withhold = False

    def __init__(self, ici: JsonClient, scm: ScmClient, types: Mapping[str, ScmType], api_version: str = "1") -> None:
        self._ici = ici
        self._scm = scm
        self._types = types
        self._actions = actions(types)
        self._root = f"/v{api_version}/agreements"

    @property
    def targets(self) -> Collection[str]:
        return (SYSTEM,)

    def prepare(self, received: ReceivedEvent, answer_seconds: float | None = None) -> Outcome:
        """Take an event as far as its document."""
        outcome = Outcome(received.sys_id)
        self._ici.answer_seconds = answer_seconds or self._ici.answer_seconds
        try:
            outcome.event = received.validate(self._actions)
            outcome.result = self._read(outcome.event)
        except InterfaceError as error:
            outcome.failure = error
        except Exception as error:  # noqa: BLE001 - whatever it is, the events behind this one go on
            outcome.failure = from_exception(error)
        return outcome

    def deliver(self, system: str, message: Message, answer_seconds: float | None = None) -> str:  # noqa: ARG002
        """Make SCM have the document. Returns the state; raises InterfaceError and nothing else."""
        self._scm.http.answer_seconds = answer_seconds or self._scm.http.answer_seconds
        content: dict[str, Any] = dict(message.document or {})  # as `_message` made it
        about = str(content.pop("about"))
        try:
            return self._deliver(about, ScmDocument(**content))
        except InterfaceError:
            raise
        except Exception as error:  # noqa: BLE001 - whatever it is, other messages go on
            raise from_exception(error) from None

    def _deliver(self, about: str, document: ScmDocument) -> str:
        try:
            result = synchronise(self._scm, document)
        except InterfaceError as error:
            if error.failure is not Failure.REFUSED:
                raise
            why = f"{error.field}: {error.message}" if error.field else error.message
            self._report(about, {"ICMSCMValidation": "Invalid", "ICMSCMMessage": why})
            if document.contract["ContractStatus"] in _OPEN:
                return REPORTED  # its users know, and nothing is binding yet
            raise
        findings = {"ICMSCMPurchaseAgreement": result.agreement} if result.agreement else {}
        if document.validates:
            findings |= {"ICMSCMValidation": "Valid", "ICMSCMMessage": ""}
        if findings:
            self._report(about, findings)
        return result.state

    def _report(self, about: str, findings: Mapping[str, str]) -> None:
        self._ici.call("PATCH", about, findings)

    def _read(self, event: Event) -> MappingResult:
        """Read what an event is about. A confidential contract goes no further, nor an amendment of one (D-143)."""
        path = self.path(event.contract_type, event.sys_id)
        found = self.read_open(path, event.sys_id)
        if found is None:
            return MappingResult(filtered=True)
        if not event.contract_type.endswith(AMENDMENT_SUFFIX):
            return MappingResult(message=self._message(event.source, event.contract_type, path, found))
        parent_id = str(found.get("ICMParentEntityInstanceId", ""))
        try:
            return self._read_amendment(event, path, found, parent_id)
        except InterfaceError as error:
            error.parent = parent_id.lower()
            raise

    def _read_amendment(self, event: Event, path: str, found: Mapping[str, object], parent_id: str) -> MappingResult:
        parent_path = self.path(base_type(event.contract_type), parent_id)
        parent = self.read_open(parent_path, parent_id)
        if parent is None:
            return MappingResult(filtered=True, parent=parent_id.lower())
        kind = base_type(event.contract_type)
        if event.action.name == "AmendmentExecuted":
            return MappingResult(message=self._message(event.source, kind, parent_path, parent))
        if found.get("ICMStatus") != _WAITING:
            return MappingResult(note=NOT_YET)
        terms = {**found, **{name: parent[name] for name in ("SysId", "ICMAgreementCode")}}
        return MappingResult(message=self._message(event.source, kind, path, terms, is_amendment=True))

    def read_open(self, path: str, sys_id: str) -> Mapping[str, object] | None:
        """Read an agreement; None if it is confidential. An error says so where ICI does not tell whether it is."""
        try:
            found = self.read(path)
            return None if is_confidential(found) else found
        except InterfaceError as error:
            if error.failure is Failure.DATA:
                error.unclear = sys_id.lower()
            raise

    def read(self, path: str) -> Mapping[str, object]:
        """Read an agreement. Raises InterfaceError CALL-1 for an answer that holds none."""
        found = content_of(self._ici.call("GET", path))
        if not isinstance(found, Mapping) or not found:
            raise InterfaceError("CALL-1", "Data", "the answer holds no agreement")
        return found

    def document(self, contract: Mapping[str, object], kind: str, *, is_amendment: bool = False) -> ScmDocument:
        """Map a contract of a type. Raises InterfaceError for a value that breaks the rule of its field."""
        mapped = map_contract(contract, self._types[kind])
        return ScmDocument(
            contract=fields(mapped["contract"][0]),
            agreement=fields(mapped["agreement"][0]) if mapped["agreement"] else None,
            lines=[fields(line) for line in mapped["lines"]],
            once=[row.target for row in AGREEMENT if row.once],
            validates=contract.get("ICMStatus") == _WAITING,
            is_amendment=is_amendment,
            adopted=str(contract.get("ICMSCMPurchaseAgreement") or ""),
        )

    def _message(
        self, source: str, kind: str, about: str, contract: Mapping[str, object], *, is_amendment: bool = False
    ) -> Message:
        document = self.document(contract, kind, is_amendment=is_amendment)
        keys = {
            "TENANTID": source,
            "CONTRACTTYPENAME": kind,
            "SYSID": str(document.contract["ExternalContractId"]).lower(),
            "ICMAGREEMENTCODE": str(document.contract["ContractId"]),
        }
        return Message(keys, None, {**document._asdict(), "about": about})

    def path(self, kind: str, sys_id: str) -> str:
        """Return the path of an agreement in ICI."""
        return f"{self._root}/{kind}/{quote(sys_id, safe='')}"
