"""The message processing log: a run for each message that a process takes, its steps, its properties."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple


class RunStatus(StrEnum):
    """The statuses of CPI; a flow may set another word by the property `CUSTOM_STATUS`."""

    PROCESSING = "PROCESSING"
    RETRY = "RETRY"
    COMPLETED = "COMPLETED"
    FAILED = "FAILED"
    DISCARDED = "DISCARDED"


ATTACHMENT, OUTPUT = _KEPT = "attachment", "output"
"""The kinds of what stays in a tenant after another attempt: attachments, and what a script has printed or logged."""

LOGGED_HEADERS = ("SAP_ApplicationID", "SAP_MessageType", "SAP_Sender", "SAP_Receiver")
"""The headers of a message that CPI shows in its log."""

CUSTOM_STATUS = "SAP_MessageProcessingLogCustomStatus"


class StepRun(NamedTuple):
    """One step that was run."""

    name: str
    kind: str
    milliseconds: float
    error: str = ""


@dataclass
class MessageRun:
    """The log of one message in one process, over all its attempts."""

    number: int
    parent: "MessageRun | None"
    """The run that has sent the message; None for one that came from outside."""

    process: str
    """The id of the process."""

    received: datetime
    now: Callable[[], datetime]
    changed: datetime
    status: str = RunStatus.PROCESSING
    error: str = ""
    attempts: int = 0
    """The number of attempts that have ended."""

    due: datetime | None = None
    """The time of the next attempt."""

    steps: list[StepRun] = field(default_factory=list)
    headers: dict[str, str] = field(default_factory=dict)
    """The custom header properties."""

    properties: dict[str, str] = field(default_factory=dict)
    attachments: dict[str, str] = field(default_factory=dict)

    written: list[tuple[str, str]] = field(default_factory=list)
    """The texts of scripts that the monitoring does not show, each with its kind: a tenant keeps them."""

    is_destroyed: bool = False
    """True if a flow has deleted its message before it was done."""

    @property
    def root(self) -> "MessageRun":
        """The run of the message that came from outside."""
        return self if self.parent is None else self.parent.root

    def note(self, kind: str, name: str, value: str) -> None:
        """Keep what a script has written: of two values of one name the monitoring shows the last."""
        if kind in _KEPT:
            self.written.append((kind, value))
        if kind != OUTPUT:
            shown = {"header": self.headers, "property": self.properties, ATTACHMENT: self.attachments}[kind]
            if kind != ATTACHMENT and shown.get(name, value) != value:
                self.written.append((kind, shown[name]))
            shown[name] = value

    def begin_attempt(self) -> None:
        """Forget what the attempt before has told, but for attachments and output."""
        self.written = [one for one in self.written if one[0] in _KEPT]
        self.headers.clear()
        self.properties.clear()
        self.attempts, self.due = self.attempts + 1, None

    def restart(self) -> None:
        """Let it be processed once more, as if for the first time."""
        self.attempts, self.due = 0, None
        self.end(RunStatus.PROCESSING)

    def destroy(self) -> None:
        """Note that a flow has deleted the message, and forget what it has told, unless it was done."""
        if self.status != RunStatus.COMPLETED:
            self.begin_attempt()
            self.attachments.clear()
            self.end(RunStatus.DISCARDED)
            self.is_destroyed = True

    def end(self, status: str, error: str = "") -> None:
        """Note how an attempt has ended."""
        self.status, self.error, self.changed = status, error, self.now()


class MessageProcessingLog:
    """The log of one flow, oldest message first."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._runs: list[MessageRun] = []

    def begin(self, process: str, parent: MessageRun | None = None) -> MessageRun:
        """Add the run of a message that a process takes."""
        now = self._now()
        run = MessageRun(len(self._runs) + 1, parent, process, now, self._now, now)
        self._runs.append(run)
        return run

    def runs(self) -> list[MessageRun]:
        return list(self._runs)

    def clear(self) -> None:
        self._runs.clear()
