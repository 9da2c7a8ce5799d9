"""Recorded exchanges about contracts for Dynamics 365 SCM, in place of ICI."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from harness.cli.console import plural
from harness.cli.recorded_exchanges import read_body, read_recorded_event, recorded_status
from harness.errors import UserError
from harness.testdata.exchange_files import AGREEMENT, EVENT, PARENT, find_exchanges
from simulator.connector.contract_types import actions
from simulator.cpi.event import Event
from simulator.cpi.ici_client import content_of, read_answer
from simulator.cpi.work_items import REPAIRED_FROM_RECORDING
from simulator.errors import InterfaceError
from simulator.icertis.recorded import RecordedTenant
from simulator.icertis.rest import Answer, data_answer
from simulator.landscape import scm_types
from simulator.mapping.contract_types import AMENDMENT_SUFFIX, base_type
from simulator.monitoring.message_log import LogEntry
from simulator.settings import Settings


class RecordedContracts:
    """The answers recorded last for each contract; for the contract of an amendment, those beside the amendment."""

    def __init__(self, folders: Sequence[Path], settings: Settings) -> None:
        """Read the exchanges.

        Raises UserError for a folder that holds none, or one of another tenant or of another kind of contract.
        """
        self._tenant = RecordedTenant()
        self.kinds: dict[str, str] = {}
        """System ID, in lower case, to the contract type."""

        self._recorded = Counter[tuple[str, str]]()
        known = actions(scm_types(settings))
        for folder in find_exchanges(folders):
            event = read_recorded_event(folder, settings.source, known)
            self._recorded[event.action.name, event.sys_id.lower()] += 1
            self._hold(folder, event)

    def answer(self, method: str, path: str, headers: Mapping[str, str], _: bytes) -> Answer:
        """Answer a read as recorded; what the connector writes is taken, and nobody keeps it."""
        return self._tenant.answer(method, path, headers) if method == "GET" else data_answer(None)

    def later(self, log: Iterable[LogEntry]) -> dict[str, str]:
        """Find the contracts of which the connector has processed more events than were recorded.

        Returns System ID, in lower case, to the last of these events.
        """
        found, processed = dict[str, str](), Counter[tuple[str, str]]()
        for entry in log:
            named = entry.action, entry.sys_id.lower()
            if not entry.systems or entry.note.endswith(REPAIRED_FROM_RECORDING):
                continue
            processed[named] += 1
            if processed[named] > self._recorded[named]:
                times = (
                    f"processed {plural(processed[named], 'time')}, recorded {plural(self._recorded[named], 'time')}"
                )
                found[entry.agreement_sys_id.lower()] = f"{entry.action} ({times})"
        return found

    def _hold(self, folder: Path, event: Event) -> None:
        kind, sys_id, file = event.contract_type, event.sys_id, folder / AGREEMENT
        if kind.endswith(AMENDMENT_SUFFIX):
            kind, file = base_type(kind), folder / PARENT
        body = read_body(file)
        if file.name == PARENT:
            sys_id = _parent_id(folder, body)
        self.kinds[sys_id.lower()] = kind
        self._tenant.record(kind, sys_id, recorded_status(body) or "Executed", body, None)


def _parent_id(folder: Path, body: bytes | None) -> str:
    """Return the System ID of the contract that an amendment amends. Raises UserError where it was not recorded."""
    try:
        content = content_of(read_answer(body or b"null"))
    except InterfaceError:
        content = None
    sys_id = content.get("SysId") if isinstance(content, Mapping) else None
    if not isinstance(sys_id, str) or not sys_id:
        raise UserError(
            f"{folder / EVENT} is about an amendment, and {PARENT} beside it does not hold the contract that it amends"
        )
    return sys_id
