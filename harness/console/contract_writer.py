"""Write the last act on a contract for SCM as a scenario."""

from collections.abc import Iterator, Mapping
from typing import Any

from harness.bdd.vocabulary.scm import AGREEMENTS, CONTRACTS, FULFILLMENT, LINES
from harness.bdd.written_contracts import drafting, filled_fields, line_table, seen_in_scm, stated_terms, steps_to
from harness.console.contract_acts import SAMPLE_LINE
from harness.console.deeds import Deed, SeenAgreement, SeenResult
from harness.console.operations import Refused
from harness.console.scenario_writer import ScenarioWriter, values_of
from harness.specification.written_steps import table_lines, value_words
from harness.testdata.scm_master_data import CONTRACT_TERMS
from simulator.connector.contract_types import SCM_TYPES
from simulator.cpi.statements import REPORTED
from simulator.icertis.workflow import EXECUTION, LINE_ITEMS
from simulator.monitoring.message_log import LogEntry
from simulator.scm.entities import ALL_SETS

_SIGNED = {"step": EXECUTION[-1]}
_WORDS = {
    "draft": "a buyer drafts it",
    "expiry": "its expiry is reset",
    "release": "an order is released",
    "amend": "it is amended",
    "amendment step": "it is amended",
    "terminate": "it is terminated",
    "update": "it becomes confidential",
}


class ContractWriter(ScenarioWriter):
    """Writes the last act on a contract."""

    def _name(self, act: int) -> str:
        deed = [one for one in self._one.deeds if one.act == act][-1]
        return f"{self._code}: {_WORDS.get(deed.path) or 'it is ' + deed.body['step']}"

    def _draft(self, one: SeenAgreement, code: str) -> None:
        way = steps_to(one.first["status"])
        if way is None:
            raise Refused("it was there before, and no step makes it as it was")
        terms, items = one.stated, one.first["detail"].get(LINE_ITEMS) or []
        if self._hidden:
            terms = stated_terms({"Name": "Made up", **CONTRACT_TERMS})
            items = [SAMPLE_LINE] if SCM_TYPES[one.held["type"]].has_agreement else []
        lines = [*table_lines(line_table(items))] if items else []
        self._steps.append(("contracts for SCM have these terms:", "", [*table_lines(terms.items())]))
        given, when = (drafting(one.held["type"], code, lines, is_when=is_when)[0] for is_when in (False, True))
        is_drafted_here = any(deed.path == "draft" for deed in one.deeds)
        self._steps.append((given, when if is_drafted_here and len(one.deeds) == 1 else "", lines))
        self._steps += [(f'"{code}" has been {words}', "", []) for words in ([] if is_drafted_here else way)]

    def _went_wrong(self, deed: Deed, earlier: list[LogEntry]) -> bool:
        """Tell whether the event of a deed has failed: each sends one about the contract, or about the amendment."""
        sending = [one for one in self._one.deeds if one.act != self._one.deeds[-1].act and one.path != "release"]
        sys_ids = {str(one.answer.get("sys_id", "")).lower() for one in sending} | {self._one.held["sys_id"].lower()}
        events = [entry for entry in earlier if entry.sys_id.lower() in sys_ids][-len(sending) :]
        at = sending.index(deed) if deed in sending else len(events)
        return at < len(events) and events[at].is_failed

    def _add(self, deed: Deed) -> None:
        code, body, add = self._code, deed.body, self._steps.append
        match deed.path:
            case "draft":
                pass
            case "step":
                words = body["step"]
                add((f'"{code}" has been {words}', f'"{code}" is {words}', []))
            case "expiry":
                day = "2029-06-30T00:00:00" if self._hidden else body["on"]
                sentence = f'the expiry of "{code}"'
                add((f"{sentence} has been reset to {day}", f"{sentence} is reset to {day}", []))
            case "terminate" | "update":
                super()._add(deed)
            case "release":
                self._release(body)
            case "amend":
                self._amend(deed)
            case _:
                self._step_of_amendment(deed)

    def _release(self, body: Mapping[str, Any]) -> None:
        if self._hidden:
            raise Refused("something was ordered of it, and a scenario with other terms could end otherwise")
        what = f"{value_words(body['quantity'])} of line {body['line']:g} of 000001, for {body['delivery']}"
        self._steps.append((f"a user of SCM has released {what}", f"a user of SCM releases {what}", []))

    def _amend(self, deed: Deed) -> None:
        if self._hidden:
            raise Refused("it was amended, and a scenario with other values could end otherwise")
        changes, own = {**deed.body["attributes"]}, deed.answer["code"]
        items = changes.pop(LINE_ITEMS, None)
        begun = f'a buyer has begun the amendment "{own}" of "{self._code}"'
        terms = [*table_lines(values_of({"attributes": changes}).items())] if changes else []
        if items is None:
            self._steps.append((f"{begun}:", "", terms))
            return
        self._steps.append((f"{begun} with these line items:", "", [*table_lines(line_table(items))]))
        if terms:
            self._steps.append((f'the terms of "{own}" have been changed:', "", terms))

    def _step_of_amendment(self, deed: Deed) -> None:
        own, words, last = deed.answer["code"], deed.body["step"], self._one.deeds[-1].act
        is_alone = sum(one.act == deed.act for one in self._one.deeds) == 1
        if deed.act != last or is_alone:
            self._steps.append((f'"{own}" has been {words}', f'"{own}" is {words}', []))
        elif deed.body == _SIGNED:
            self._steps.append(("", f'the amendment "{own}" is executed', []))

    def _then(self, result: SeenResult) -> Iterator[str]:
        entries, deed = result.entries, self._one.deeds[-1]
        if any(one.status in ("RETRY", "PROCESSING") for one in entries) or not (entries or deed.path == "release"):
            raise Refused("the last event is still on its way")
        now = result.now["SCM"]
        self._require_known_orders(now[LINES])
        if deed.path == "release":
            yield "SCM accepts it"
            yield from _table("SCM shows this fulfilment:", _fulfilment(now[LINES]))
            return
        yield from _table("the log of the connector ends with:", _logged(entries[-1]))
        if REPORTED in entries[-1].systems.values():
            held = self._one.held["detail"]
            findings = [(name, str(held[name])) for name in ("ICMSCMValidation", "ICMSCMMessage") if name in held]
            yield from _table(f'ICI holds of "{self._code}":', findings)
        if self._hidden:
            yield "SCM received no call"
        if self._hidden or not now[CONTRACTS]:
            return
        is_amended = any(one.path == "amend" for one in self._one.deeds)
        agreement = next(iter(now[AGREEMENTS]), None)
        names = [name for name in ALL_SETS[LINES].fields if name != "PurchaseAgreementId"]  # here it is another one
        lines = [{name: row[name] for name in names} for row in now[LINES]]
        for sentence, table in seen_in_scm(now[CONTRACTS][0], agreement, lines, is_amended=is_amended):
            yield from _table(sentence, table)

    def _require_known_orders(self, lines: list[dict[str, str]]) -> None:
        """Refuse where more was ordered than the console knows of: the steps would not lead to what was seen."""
        for line in lines:
            deeds = [one for one in self._one.deeds if one.path == "release"]
            ordered = sum(one.body["quantity"] for one in deeds if one.body["line"] == float(line["LineNumber"]))
            if float(line.get("ReleasedQuantity", 0)) != ordered:
                raise Refused("something was ordered of it before, or elsewhere")


def _logged(entry: LogEntry) -> list[tuple[str, ...]]:
    error = next(filter(None, (entry.error, *entry.system_errors.values())), None)
    if error is None:
        return [("action", "status"), (entry.action, entry.status)]
    return [("action", "status", "field", "error"), (entry.action, entry.status, error.field, error.message)]


def _fulfilment(lines: list[dict[str, str]]) -> list[list[str]]:
    columns = [name for name in ALL_SETS[FULFILLMENT].fields if name not in ("dataAreaId", "PurchaseAgreementId")]
    filled = [name for name in columns if any(name in filled_fields(row) for row in lines)]
    return [filled, *([row[name] for name in filled] for row in lines)]


def _table(sentence: str, table: Any) -> Iterator[str]:
    yield sentence
    yield from (f"  {line}" for line in (table_lines(table) if table else ()))
