"""Write the last act in the console as a scenario with literal values.

The last act is its When, those before it are Givens. Of a confidential agreement neither code nor value is written: the
scenario has made-up ones, and says so (SEC-2).
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple
from urllib.parse import quote, unquote

from harness.console.operations import Administration, Refused
from harness.console.verdict import SystemChange
from harness.data_directory import Row
from harness.evidence.redaction import Redactor
from harness.specification.written_steps import KIND_WORDS, stated_fields, table_lines, value_words
from simulator.ecc.tables import CONTRACT, ORGANISATION, PURCHORG
from simulator.monitoring.message_log import LogEntry

_RENEWAL = ("ICMIsAutoRenewal", "ICMRenewalDate", "ICMRenewalTermMonths")


_ACTIONS = {
    "execute": "Executed",
    "update": "ExecutedUpdated",
    "amend": "AmendmentExecuted",
    "renew": "Renewed",
    "terminate": "Terminated",
}
"""The event that a request sends; any other names it."""


class Deed(NamedTuple):
    """One request that changed something."""

    act: int
    """The number of the act that it belongs to."""

    path: str
    body: Mapping[str, Any]
    answer: Mapping[str, Any]


@dataclass
class _SeenAgreement:
    """An agreement as it was when the journal saw it first, with what was changed before its execution."""

    code: str
    kind: str
    stated: dict[str, str]
    masters: list[str]
    executed: bool
    is_terminated: bool
    held: Mapping[str, Any]
    """The answer of the administration about it after the last deed."""

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


class Journal(Administration):
    """The administration, which keeps what was asked of it."""

    def __init__(self, app: Any, token: str, host: str) -> None:
        super().__init__(app, token, host)
        self._known: dict[str, _SeenAgreement] = {}
        self._act = 0

    def forget(self) -> None:
        self._known.clear()

    async def begin(self, sys_id: str) -> None:
        """Begin an act on an agreement, blank for a new one."""
        self._act += 1
        if sys_id:
            if await self._has_changed(sys_id):
                del self._known[sys_id]
            await self._know(sys_id)

    async def ask(self, method: str, path: str, body: object = None) -> Any:
        answer = await super().ask(method, path, body)
        place, _, deed = path.removeprefix("/agreements").strip("/").partition("/")
        if method == "GET" or not path.startswith("/agreements"):
            return answer
        if not place:
            await self._know(answer["sys_id"])
        elif (known := self._known.get(unquote(place))) is not None:
            if deed == "associate":
                await self._know(str(body["master"]))  # type: ignore[index]
            made = {} if body is None else dict(body)  # type: ignore[call-overload]
            known.deeds.append(Deed(self._act, deed or "set", made, answer or {}))
            known.held = await self._held(unquote(place))
        return answer

    async def _held(self, sys_id: str) -> Mapping[str, Any]:
        held: Mapping[str, Any] = await super().ask("GET", f"/agreements/{quote(sys_id, safe='')}")
        return held

    async def _has_changed(self, sys_id: str) -> bool:
        """Tell whether others have changed an agreement since its last deed, for example by the administration."""
        known = self._known.get(sys_id)
        return known is not None and known.held != await self._held(sys_id)

    async def _know(self, sys_id: str) -> None:
        if sys_id in self._known:
            return
        held = await self._held(sys_id)
        for master in held["masters"]:
            await self._know(master)
        detail = {name: value for name, value in held["detail"].items() if value is not None}
        stated = {"SysId": held["sys_id"], **dict(stated_fields(detail))}
        is_draft, is_terminated = held["status"] == "Draft", held["status"] == "Terminated"
        kind = KIND_WORDS.get(held["type"], "")
        self._known[sys_id] = _SeenAgreement(
            held["code"], kind, stated, held["masters"], not is_draft, is_terminated, held
        )

    async def scenario(self, sys_id: str, result: SeenResult | None, confidential: Collection[str]) -> str:
        """Write the last act on an agreement; `confidential` are System IDs and codes that are not written.

        `result` is None where what was seen last does not come from an act on it.

        Raises Refused where no sentence says what was done.
        """
        known = self._known.get(sys_id)
        if known is None or not known.deeds:
            raise Refused("nothing was done with this agreement in the console")
        if known.is_terminated or not known.kind:
            raise Refused("it was there before, and no sentence makes it as it was")
        if any(isinstance(one, str) and one[:1] + one[-1:] == "()" for one in known.held["detail"].values()):
            raise Refused("it has a value in brackets, which means something else in a feature")
        if await self._has_changed(sys_id):
            raise Refused("it was changed elsewhere since the last act in the console")
        text = "\n".join(_ScenarioWriter(self._known, sys_id, confidential).lines(result)) + "\n"
        if Redactor([], confidential).mentions(text):
            raise Refused("what was seen names a confidential agreement (SEC-2)")
        return text


class _ScenarioWriter:
    def __init__(self, known: Mapping[str, _SeenAgreement], sys_id: str, confidential: Collection[str]) -> None:
        self._known = known
        self._one = known[sys_id]
        self._confidential = confidential
        self._hidden = sys_id in confidential
        self._code = "CONFIDENTIAL1" if self._hidden else self._one.code
        self._steps: list[tuple[str, str, list[str]]] = []
        """Each as a Given, as a When (blank where it cannot be one), and its table."""

    def lines(self, result: SeenResult | None) -> Iterator[str]:
        last = self._one.deeds[-1].act
        earlier = [*result.earlier] if result else []
        self._draft(self._one, self._code)
        for deed in self._one.deeds:
            self._add(deed)
            if deed.act != last and self._went_wrong(deed, earlier):
                self._steps.insert(-1, ("the next event goes wrong", "", []))
        if not self._steps or not self._steps[-1][1]:
            raise Refused("the last act sent no event: do what sends one, then save")
        if sum(deed.act == last and deed.path in (*_ACTIONS, "send-event") for deed in self._one.deeds) > 1:
            raise Refused("the last act sent events of several kinds, and a scenario has one When")
        if result is None:
            raise Refused("the last event is not of an act on this agreement: act on it, then save")
        given, when = self._steps[:-1], self._steps[-1]
        yield f"  Scenario: {self._name(last)}"
        if self._hidden:
            yield "    # Code and values are made up: the agreement is confidential (SEC-2)."
        for at, (sentence, _, table) in enumerate(given):
            yield from (f"    {'And' if at else 'Given'} {sentence}", *(f"  {line}" for line in table))
        yield from (f"    When {when[1]}", *(f"  {line}" for line in when[2]))
        for at, line in enumerate(self._then(result)):
            yield line if line.startswith("      ") else f"    {'And' if at else 'Then'} {line}"

    def _went_wrong(self, deed: Deed, earlier: list[LogEntry]) -> bool:
        """Take the events of a deed out of the `earlier` ones, and tell whether one of them has failed."""
        action = _ACTIONS.get(deed.path, deed.body.get("action"))
        about = str(deed.answer["sys_id"] if deed.path == "amend" else self._one.held["sys_id"]).lower()
        sent = [one for one in earlier if (one.action, one.sys_id.lower()) == (action, about)]
        sent = sent[: deed.body.get("times", 1)]
        for one in sent:
            earlier.remove(one)
        return any(one.is_failed for one in sent)

    def _name(self, act: int) -> str:
        did = [deed.path for deed in self._one.deeds if deed.act == act][-1]
        words = {"send-event": "an event comes again", "update": "attributes change", "amend": "it is amended"}
        return f"{self._code}: {words.get(did, f'it is {did}d' if did.endswith('e') else f'it is {did}ed')}"

    def _draft(self, one: _SeenAgreement, code: str) -> None:
        for master in one.masters:
            self._draft_master(master)
        stated = dict(one.stated)
        for deed in one.deeds:
            if deed.path == "execute":
                break
            if deed.path in ("set", "update") and not one.executed:
                stated |= _values(deed.body)
        renewals = [deed for deed in one.deeds if deed.path == "set" and "ICMIsAutoRenewal" in deed.body["attributes"]]
        if len(renewals) > 1:
            raise Refused("it was renewed more than once, and no sentence changes a renewal date")
        if renewals and self._hidden and one is self._one:
            raise Refused("it was renewed, and a scenario with another term could end otherwise")
        stated |= {name: words for deed in renewals for name, words in _values(deed.body).items() if name in _RENEWAL}
        shown = {} if self._hidden and one is self._one else stated
        shown.pop("ICMConfidentialContract", None)
        table = [*table_lines(shown.items())] if shown else []
        self._steps.append((f'ICI holds the {one.kind} "{code}"{":" if table else ""}', "", table))
        for master in one.masters:
            self._associate(code, master)
        if one.executed:
            self._steps.append((f'"{code}" has been executed', "", []))

    def _draft_master(self, sys_id: str) -> None:
        if sys_id in self._confidential:
            raise Refused("it is associated with a confidential agreement")
        if not any(f'"{self._known[sys_id].code}"' in sentence for sentence, _, _ in self._steps):
            self._draft(self._known[sys_id], self._known[sys_id].code)
            if any(deed.path == "execute" for deed in self._known[sys_id].deeds):
                self._steps.append((f'"{self._known[sys_id].code}" has been executed', "", []))

    def _associate(self, code: str, master: str) -> None:
        self._steps.append((f'"{code}" is associated to "{self._known[master].code}"', "", []))

    def _add(self, deed: Deed) -> None:
        code, body = self._code, deed.body
        add = self._steps.append
        match deed.path:
            case "execute":
                add((f'"{code}" has been executed', f'ICI executes "{code}"', []))
            case "associate":
                self._draft_master(body["master"])
                self._associate(code, body["master"])
            case "dissociate":
                add((f'"{code}" is no longer associated to "{self._known[body["master"]].code}"', "", []))
            case "terminate":
                day = "2027-12-31" if self._hidden else body["on"][:10]
                if body["with_notice"]:
                    add((f'"{code}" has been terminated with notice to {day}',
                         f'"{code}" is terminated with notice to {day}', []))  # fmt: skip
                else:
                    add(("", f'"{code}" is terminated without notice on {day}', []))
            case "renew":
                sentence = f'the renewal date of "{code}"'
                add((f"{sentence} has been reached", f"{sentence} is reached", []))
            case "send-event":
                action, times = body["action"], body.get("times", 1)
                often = f" {times} times" if times > 1 else ""
                given = f'ICI has sent the event {action} of "{code}" {times} times'
                add((given, f'ICI sends the event {action} of "{code}"{often}', []))
            case "amend":
                self._amend(deed)
            case "update":
                self._update(deed)
            case _:
                self._set(deed)

    def _amend(self, deed: Deed) -> None:
        if self._hidden:
            raise Refused("it was amended, and a scenario with other values could end otherwise")
        amendment = deed.answer["code"]
        table = [*table_lines([("SysId", deed.answer["sys_id"]), *_values(deed.body).items()])]
        self._steps.append((f'ICI holds the amendment "{amendment}" of "{self._code}":', "", table))
        self._steps.append((f'"{amendment}" has been executed', f'ICI executes "{amendment}"', []))

    def _update(self, deed: Deed) -> None:
        values = _values(deed.body)
        if values.get("ICMConfidentialContract") == "true":
            self._steps.append(
                (f'"{self._code}" has been marked confidential', f'"{self._code}" is marked confidential', [])
            )
        elif not self._hidden and self._is_executed_before(deed):
            table = [*table_lines(values.items())]
            sentence = f'these tracking attributes of "{self._code}"'
            self._steps.append((f"{sentence} have been changed:", f"{sentence} are changed:", table))

    def _set(self, deed: Deed) -> None:
        """Write what was set without an event: of a draft and for a renewal it stands in the table of the draft."""
        values, deeds = _values(deed.body), self._one.deeds
        at = deeds.index(deed)
        before = dict(self._one.stated)
        for one in deeds[:at]:
            before |= _values(one.body)
        again = {name for one in deeds[at + 1 :] if one.act == deed.act for name in _values(one.body)}
        is_said = all(before.get(name) == words or name in again for name, words in values.items())
        if not (is_said or "ICMIsAutoRenewal" in values or self._hidden) and self._is_executed_before(deed):
            raise Refused("something was put right in ICI without an event, and no sentence says that")

    def _is_executed_before(self, deed: Deed) -> bool:
        deeds = self._one.deeds
        return self._one.executed or any(one.path == "execute" for one in deeds[: deeds.index(deed)])

    def _then(self, result: SeenResult) -> Iterator[str]:
        entries = result.entries
        if not entries or any(one.status in ("RETRY", "PROCESSING") for one in entries):
            raise Refused("the last event is still on its way")
        last = entries[-1]
        amended = next((deed for deed in self._one.deeds[-1:] if deed.path == "amend"), None)
        code = amended.answer["code"] if amended else self._code
        if last.status == "DISCARDED" and len(entries) == 1:
            yield f'the monitoring shows the event as DISCARDED, with the note "{last.note}"'
        elif last.is_failed:
            error = next(filter(None, (last.error, *last.system_errors.values())), None)
            if error is None:
                raise Refused("the last event failed without a reason that a sentence names")
            place = error.field if error.field.isidentifier() else "no field"
            yield f'the monitoring shows the error {error.id} at {place} of "{code}"'
        elif len(entries) == 1:
            yield f'CPI received the event {last.action} of "{code}" and completed it'
        else:
            yield f"the monitoring shows {len(entries)} events, all of them {last.status}"
        yield from self._tables(result)

    def _tables(self, result: SeenResult) -> Iterator[str]:
        if {*result.now} != {"PF2", "WP2"}:
            raise Refused("a feature speaks of PF2 and WP2, and this landscape has other systems")
        sides = [*zip(result.before.values(), result.now.values(), strict=True)]
        if any(side != sides[0] for side in sides):
            raise Refused("PF2 and WP2 hold different rows: bring them to the same first")
        before, now = sides[0]
        change = SystemChange.between(before, now)
        if not (change.is_new or change.fields or change.added or change.removed):
            yield "nothing changed in PF2 and WP2"
            return
        old, new = ((side[CONTRACT.name] or [{}])[0] for side in (before, now))
        if change.is_new:
            yield "exactly this entry is new in PF2 and WP2:"
            yield from _indented(new.items())
        elif change.fields:
            yield f'exactly these fields of the entry "{old["ICMAGREEMENTCODE"]}" changed in PF2 and WP2:'
            rows = [(name, old[name], value) for name, value in change.fields.items()]
            yield from _indented([("field", "before", "after"), *rows])
        listed = ",".join(sorted(row[ORGANISATION] for row in now[PURCHORG.name]))
        yield f'the purchasing organisations of "{self._code}" in PF2 and WP2 are "{listed}"'


def _values(body: Mapping[str, Any]) -> dict[str, str]:
    """Return the attributes of a request as a feature writes them."""
    return {
        **{name: value_words(value) for name, value in body.get("attributes", {}).items()},
        **dict.fromkeys(body.get("absent", ()), "(absent)"),
    }


def _indented(rows: Any) -> Iterator[str]:
    yield from (f"  {line}" for line in table_lines(rows))
