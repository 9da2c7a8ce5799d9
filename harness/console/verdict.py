"""Say in a sentence what an act has done."""

from collections.abc import Collection, Mapping, Sequence
from http import HTTPStatus
from types import MappingProxyType
from typing import NamedTuple

from harness.bdd.table_diff import RowChange, diff, row_name
from harness.bdd.vocabulary.scm import AGREEMENTS, CONTRACTS, KEYS, LINES
from harness.data_directory import Row
from harness.doubles.taps import APIM, CONNECTOR, ICI, SCM, Call, Exchange, ODataCall, WebhookPost
from harness.signoff.html.entry_view import FIELD_WORDS
from simulator.apim.webhook import Reply
from simulator.cpi.statements import REPORTED
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
        said = [_fields(self.fields)] if self.fields else []
        for organisations, what in ((self.added, "added"), (self.removed, "gone")):
            if organisations:
                said.append(f"{' and '.join(organisations)} {'is' if len(organisations) == 1 else 'are'} {what}")
        return ", ".join(said)


_SCM_NOUNS = {CONTRACTS: "contract", AGREEMENTS: "purchase agreement", LINES: "line"}


def change_words(before: Mapping[str, list[Row]], now: Mapping[str, list[Row]]) -> str:
    """Put the change of the rows of one agreement in one system into words; blank where nothing changed."""
    if CONTRACT.name in now:
        return SystemChange.between(before, now).words
    said = []
    for table, noun in _SCM_NOUNS.items():
        found = diff(before[table], now[table], KEYS[table])
        for rows, is_what in ((found.added, "new"), (found.removed, "gone")):
            if rows:
                said.append(f"a {noun} is {is_what}" if len(rows) == 1 else f"{len(rows)} {noun}s are {is_what}")
        alike: dict[str, list[RowChange]] = {}
        for change in found.changed:
            alike.setdefault(_fields({name: new for name, (_, new) in change.fields.items()}), []).append(change)
        for words, changes in alike.items():
            one = row_name(table, changes[0].after) if table == LINES else f"the {noun}"
            said.append(f"in {one if len(changes) == 1 else _counted(len(changes), noun)} {words}")
    return ", ".join(said)


def _fields(fields: Mapping[str, str]) -> str:
    if len(fields) <= _MAX_NAMED:
        return ", ".join(f"the {_label(name)} is {_shown(name, value)}" for name, value in fields.items())
    first = ", ".join(_label(name) for name in [*fields][:_MAX_NAMED])
    return f"{len(fields)} fields change, {first} among them"


def verdict(  # noqa: PLR0913 - what is known of an act
    entries: Sequence[LogEntry],
    changes: Mapping[str, str],
    own: Collection[str],
    exchanges: Sequence[Exchange] = (),
    *,
    codes: Mapping[str, str] = MappingProxyType({}),
    retried: Sequence[LogEntry] = (),
) -> str:
    """Say what has come of the events of an act.

    `changes` are those of the agreement that is looked at, in words by system, and `own` the System IDs of it and of
    its amendments; `codes` are those of public agreements, by System ID, both in lower case. `exchanges` are those of
    the act; `retried` are the events that are tried again, those of earlier acts among them.
    """
    posts = [one for one in exchanges if isinstance(one.request, WebhookPost)]
    if posts and isinstance(posts[-1].answer, Reply) and posts[-1].answer.status >= HTTPStatus.MULTIPLE_CHOICES:
        who = posts[-1].receiver
        name = f"{who[:1].upper()}{who[1:]}" if who == APIM else f"The {who}"
        return f"{name} did not take the event: it answered {posts[-1].answer.status}."
    if not entries:
        return _without_event(changes, exchanges)
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
    if REPORTED in last.systems.values():
        return f"{what}: SCM would not take it, and ICI holds its reason."
    states = ", ".join(f"{name} {state}" for name, state in last.systems.items())
    return f"{what}: {_changes(changes) if changes else f'{states}.'} {_sentence(last.note)}".rstrip()


def _without_event(changes: Mapping[str, str], exchanges: Sequence[Exchange]) -> str:
    """Say what has come of an act without an event: a job of the connector, or something that a user of SCM did."""
    calls = [one for one in exchanges if not isinstance(one.request, WebhookPost)]
    if any(CONNECTOR not in (one.sender, one.receiver) for one in calls):
        return "What goes over the edges belongs to an event from before the last act."
    if any(changes.values()):
        return f"No new event: {_changes(changes)}"
    if not calls:
        return "Nothing has gone over the edges since the last act."
    counts = [(name, [one for one in calls if one.receiver == name]) for name in (SCM, ICI)]
    counted = [f"{name} {_times(len(of))} ({_counted(sum(map(_writes, of)), 'write')})" for name, of in counts if of]
    return f"No new event: the connector called {' and '.join(counted)}."


def _writes(call: Exchange) -> bool:
    return isinstance(call.request, ODataCall | Call) and call.request.method != "GET"


def _under_way(last: LogEntry, retried: Sequence[LogEntry]) -> str:
    ahead = next((one for one in retried if one.sys_id == last.sys_id), None)
    if ahead is not None:
        return f"waits for one before it, which is tried again{_when(ahead)}. {_why(ahead)}"
    done = [f"{name} has it" for name, state in last.systems.items() if state in ("created", "changed", "unchanged")]
    return f"is on its way{': ' if done else ''}{', '.join(done)}."


def _changes(said: Mapping[str, str]) -> str:
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
    value = value.removesuffix("T12:00:00Z")  # of a day in SCM
    if value in ("", "1900-01-01") or (name.endswith("DATE") and value == "0" * 8):
        return "blank"
    return FIELD_WORDS["day"](value, name) or (f'"{value}"' if "," in value else value)


def _times(number: int) -> str:
    return {1: "once", 2: "twice"}.get(number, f"{number} times")


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}{'s' if number != 1 else ''}"
