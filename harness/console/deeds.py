"""The acts in the console on one agreement, and what was seen of the last one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from harness.data_directory import Row
from simulator.monitoring.message_log import LogEntry


class Deed(NamedTuple):
    """One request that changed something."""

    act: int
    """The number of the act that it belongs to."""

    path: str
    body: Mapping[str, Any]
    answer: Mapping[str, Any]


@dataclass
class SeenAgreement:
    """An agreement as it was when the journal saw it first, with what was changed before its execution."""

    code: str
    kind: str
    stated: dict[str, str]
    masters: list[str]
    executed: bool
    is_terminated: bool
    first: Mapping[str, Any]
    held: Mapping[str, Any]
    """The answers of the administration about it, then and after the last deed."""

    deeds: list[Deed] = field(default_factory=list)


class SeenResult(NamedTuple):
    """The result of the last act."""

    before: Mapping[str, Mapping[str, list[Row]]]
    now: Mapping[str, Mapping[str, list[Row]]]
    """Rows of the agreement, by system and table."""

    entries: Sequence[LogEntry]
    """The message log of its events."""

    earlier: Sequence[LogEntry]
    """The message log of all events before them."""
