"""Say in a sentence what an act has done."""

from collections.abc import Collection, Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple

from harness.bdd.table_diff import diff
from harness.data_directory import Row
from harness.signoff.html.entry_view import FIELD_WORDS
from simulator.ecc.tables import CONTRACT, ORGANISATION, PURCHORG
from simulator.monitoring.message_log import LogEntry

_MAX_NAMED = 3


class SystemChange(NamedTuple):
    """The change that an act made to the rows of one agreement in one system."""

    is_new: bool
    fields: Mapping[str, str]
    """Z-field to its value after the act."""

    added: tuple[str, ...]
    removed: tuple[str, ...]
    """Purchasing organisations."""

    @classmethod
    def between(cls, before: Mapping[str, list[Row]], now: Mapping[str, list[Row]]) -> "SystemChange":
        """Compare two states of the rows of one agreement."""
        entries = diff(before[CONTRACT.name], now[CONTRACT.name])
        rows = diff(before[PURCHORG.name], now[PURCHORG.name])
        fields = {name: new for change in entries.changed for name, (_, new) in change.fields.items()}
        added, removed = (tuple(row[ORGANISATION] for row in side) for side in (rows.added, rows.removed))
        return cls(bool(entries.added), fields, added, removed)

    @property
    def words(self) -> str:
        """Put it into words; blank where nothing changed."""
        if self.is_new:
            with_rows = f", with {_counted(len(self.added), 'purchasing organisation')}," if self.added else ""
            return f"there is a new entry{with_rows}"
        said = []
        if len(self.fields) <= _MAX_NAMED:
            said += [f"the {_label(name)} is {_shown(name, value)}" for name, value in self.fields.items()]
        else:
            first = ", ".join(_label(name) for name in [*self.fields][:_MAX_NAMED])
            said.append(f"{len(self.fields)} fields change, {first} among them")
        for organisations, what in ((self.added, "added"), (self.removed, "gone")):
            if organisations:
                said.append(f"{' and '.join(organisations)} {'is' if len(organisations) == 1 else 'are'} {what}")
        return ", ".join(said)


def verdict(  # noqa: PLR0913 - what is known of an act
    entries: Sequence[LogEntry],
    changes: Mapping[str, SystemChange],
    own: Collection[str],
    refused: int | None = None,
    *,
    codes: Mapping[str, str] = MappingProxyType({}),
    moves: bool = False,
    retried: Sequence[LogEntry] = (),
) -> str:
    """Say what has come of the events of an act.

    `changes` are those of the agreement that is looked at, by system, and `own` the System IDs of it and of its
    amendments; `codes` are those of public agreements, by System ID, both in lower case. `refused` is what the webhook
    answered that did not take the last event; `moves` tells that CPI has asked or sent something, for whatever event;
    `retried` are the events that CPI tries again, those of earlier acts among them.
    """
    if refused is not None:
        return f"API Management did not take the event: it answered {refused}."
    if not entries:
        earlier = "What goes over the edges belongs to an event from before the last act."
        return earlier if moves else "Nothing has gone over the edges since the last act."
    last = entries[-1]
    what = last.action or "The event of a confidential agreement"
    if len(entries) > 1:
        what = f"{what}, the last of {len(entries)} events"
    about = (last.agreement_sys_id or last.sys_id).lower()
    if about and about not in own:
        changes = {}
        what = f"{what} of {codes.get(about, 'another agreement')}"
    if last.status == "DISCARDED":
        return f"{what}: nothing was sent. {_sentence(last.note)}".rstrip()
    if last.is_failed:
        return f"{what} failed. {_why(last)}"
    if last.status == "RETRY":
        return f"{what} is tried again{_when(last)}. {_why(last)}"
    if last.status != "COMPLETED":
        return f"{what} {_under_way(last, retried)}"
    states = ", ".join(f"{name} {state}" for name, state in last.systems.items())
    return f"{what}: {_changes(changes) if changes else f'{states}.'} {_sentence(last.note)}".rstrip()


def _under_way(last: LogEntry, retried: Sequence[LogEntry]) -> str:
    ahead = next((one for one in retried if one.sys_id == last.sys_id), None)
    if ahead is not None:
        return f"waits for one before it, which is tried again{_when(ahead)}. {_why(ahead)}"
    done = [f"{name} has it" for name, state in last.systems.items() if state in ("created", "changed", "unchanged")]
    return f"is on its way{': ' if done else ''}{', '.join(done)}."


def _changes(changes: Mapping[str, SystemChange]) -> str:
    said = {name: change.words for name, change in changes.items()}
    if len({*said.values()}) <= 1:
        words = next(iter(said.values()), "")
        names = ", ".join(said)
        if not words:
            return f"nothing changed in {'either system' if len(said) == 2 else names}."
        return f"{words} in {'both systems' if len(said) == 2 else names}, nothing else changed."
    return "; ".join(f"in {name} {words or 'nothing changed'}" for name, words in said.items()) + "."


def _why(entry: LogEntry) -> str:
    errors = [("", entry.error)] if entry.error and entry.error not in entry.system_errors.values() else []
    errors += [(f"{name}: ", error) for name, error in entry.system_errors.items()]
    said = [
        f"{who}{' '.join(filter(None, (error.id, error.field)))}: {error.message}" for who, error in errors if error
    ]
    return _sentence("; ".join(dict.fromkeys(said)))


def _when(entry: LogEntry) -> str:
    return f" at {entry.next_attempt[11:19]} UTC" if entry.next_attempt else ""


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}." if text and not text.endswith(".") else text


def _label(name: str) -> str:
    return FIELD_WORDS["label"](name) or name


def _shown(name: str, value: str) -> str:
    if not value or (name.endswith("DATE") and value == "0" * 8):
        return "blank"
    return FIELD_WORDS["day"](value, name) or (f'"{value}"' if "," in value else value)


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}{'s' if number != 1 else ''}"
