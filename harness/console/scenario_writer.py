"""Write the last act on an agreement as a scenario: the acts before it are its Givens."""

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from harness.console.deeds import Deed, SeenAgreement, SeenResult
from harness.console.operations import Refused
from harness.console.verdict import SystemChange
from harness.specification.written_steps import table_lines, value_words
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


class ScenarioWriter:
    """Writes the last act on an agreement."""

    def __init__(self, known: Mapping[str, SeenAgreement], sys_id: str, confidential: Collection[str]) -> None:
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

    def _draft(self, one: SeenAgreement, code: str) -> None:
        for master in one.masters:
            self._draft_master(master)
        stated = dict(one.stated)
        for deed in one.deeds:
            if deed.path == "execute":
                break
            if deed.path in ("set", "update") and not one.executed:
                stated |= values_of(deed.body)
        renewals = [deed for deed in one.deeds if deed.path == "renew"]
        if len(renewals) > 1:
            raise Refused("it was renewed more than once, and no sentence changes a renewal date")
        if renewals and self._hidden and one is self._one:
            raise Refused("it was renewed, and a scenario with another term could end otherwise")
        stated |= {name: words for deed in renewals for name, words in values_of(deed.body).items() if name in _RENEWAL}
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
        table = [*table_lines([("SysId", deed.answer["sys_id"]), *values_of(deed.body).items()])]
        self._steps.append((f'ICI holds the amendment "{amendment}" of "{self._code}":', "", table))
        self._steps.append((f'"{amendment}" has been executed', f'ICI executes "{amendment}"', []))

    def _update(self, deed: Deed) -> None:
        values = values_of(deed.body)
        if values.get("ICMConfidentialContract") == "true":
            self._steps.append(
                (f'"{self._code}" has been marked confidential', f'"{self._code}" is marked confidential', [])
            )
        elif not self._hidden and self._is_executed_before(deed):
            table = [*table_lines(values.items())]
            sentence = f'these tracking attributes of "{self._code}"'
            self._steps.append((f"{sentence} have been changed:", f"{sentence} are changed:", table))

    def _set(self, deed: Deed) -> None:
        """Write what was set without an event: of a draft it stands in the table of the draft."""
        values, deeds = values_of(deed.body), self._one.deeds
        at = deeds.index(deed)
        before = dict(self._one.stated)
        for one in deeds[:at]:
            before |= values_of(one.body)
        again = {name for one in deeds[at + 1 :] if one.act == deed.act for name in values_of(one.body)}
        is_said = all(before.get(name) == words or name in again for name, words in values.items())
        if not (is_said or self._hidden) and self._is_executed_before(deed):
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


def values_of(body: Mapping[str, Any]) -> dict[str, str]:
    """Return the attributes of a request as a feature writes them."""
    return {
        **{name: value_words(value) for name, value in body.get("attributes", {}).items()},
        **dict.fromkeys(body.get("absent", ()), "(absent)"),
    }


def _indented(rows: Any) -> Iterator[str]:
    yield from (f"  {line}" for line in table_lines(rows))
