"""One event in CPI's store, from its arrival to its end, as the message log shows it."""

from datetime import UTC, datetime
from typing import Any

from simulator.cpi.event import ReceivedEvent
from simulator.cpi.queue import Queue
from simulator.cpi.work_items import DeliveryTask, FetchTask
from simulator.errors import Failure, InterfaceError
from simulator.mapping.message import Message
from simulator.monitoring.message_log import LogEntry, MessageLog

SOURCE = "/icertis/syensqo-uat"
GUID = "0f8fad5b-d9cb-469f-a165-70867728950e"
EVENT = ReceivedEvent(
    {"source": SOURCE}, {"ContractTypeName": "ICMSubAgreement", "SysId": "s", "ActionName": "Executed"}
)
KNOWN_FIELDS = {"contract_type": "ICMSubAgreement"}
"""The fields that the log shows once the event is known to keep the rules; all others it shows from the beginning."""

MESSAGE = Message({"TENANTID": SOURCE, "SYSID": "s", "ICMAGREEMENTCODE": "PSUB1", "NAME": "Steam"}, ("FR10",))
CUT_OFF = InterfaceError("CALL-1", "", "ICI could not be reached", Failure.NOT_REACHED)
NO_DATE = InterfaceError("D-34", "ICMExpiryDate", "it is no date", Failure.DATA)
LOCKED = InterfaceError("D-20", "", "PF2 does not answer", Failure.SYSTEM_DOWN)
TOO_LONG = InterfaceError("ZMM_ICM 012", "NAME", "it is too long", Failure.REFUSED)
NO_ERROR = {"error_id": "", "error_field": "", "error_message": ""}


def minute(number: int) -> datetime:
    return datetime(2026, 1, 5, 8, number, tzinfo=UTC)


def iso_minute(number: int) -> str:
    """Write a minute as the log does."""
    return f"2026-01-05T08:{number:02}:00.000000+00:00"


class Life:
    """One event in CPI's store."""

    def __init__(self, event: ReceivedEvent = EVENT) -> None:
        self.queue = Queue("sqlite://")
        self.queue.accept(GUID, "correlation", event, minute(0))
        self._log = MessageLog(self.queue.log)
        self._before = vars(self.entry())

    def entry(self) -> LogEntry:
        (entry,) = self._log.entries()
        assert self._log.entry(GUID) == entry
        assert self._log.entry("another") is None
        return entry

    def news(self) -> dict[str, Any]:
        """List the fields of the entry that have changed since the last call."""
        now = vars(self.entry())
        changed = {name: value for name, value in now.items() if value != self._before[name]}
        self._before = now
        return changed

    @property
    def stage(self) -> str:
        """The stage of the event in the store."""
        (row,) = self.queue.log.messages()
        stage: str = row["stage"]
        return stage

    def fetch(self, at: int) -> FetchTask:
        """Take the event, with its fields validated."""
        fetch = self.queue.take_fetch(minute(at))
        assert fetch is not None
        return fetch._replace(event_fields={**KNOWN_FIELDS, "source": SOURCE, "action": "Executed"})

    def parcel(self, at: int) -> DeliveryTask:
        parcel = self.queue.take_parcel(minute(at))
        assert parcel is not None
        return parcel

    def dispatch(self, at: int) -> None:
        self.queue.dispatch(self.fetch(at), MESSAGE, ["PF2", "WP2"], minute(at))
