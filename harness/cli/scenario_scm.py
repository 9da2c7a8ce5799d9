"""The part of `zicm scenario from` for exchanges about contracts for Dynamics 365 SCM."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from harness.bdd.written_contracts import (
    WrittenTable,
    drafting,
    kind_words,
    line_table,
    seen_in_scm,
    stated_terms,
    steps_to,
)
from harness.cli.replay import ReplayedExchange
from harness.errors import UserError
from harness.specification.written_steps import table_lines
from simulator.connector.flow import SYSTEM
from simulator.connector.sequences import LINES_FROM
from simulator.cpi.event import Event
from simulator.cpi.statements import REPORTED
from simulator.icertis.workflow import LINE_ITEMS
from simulator.mapping.contract_types import AMENDMENT_SUFFIX, base_type
from simulator.settings import Settings


class _Sentence(NamedTuple):
    """A sentence with its table."""

    sentence: str
    table: WrittenTable = ()


def scm_scenario(
    folder: Path, exchange: ReplayedExchange, recorded: Mapping[str, Any], parents: dict[str, Mapping[str, Any]]
) -> Iterator[str]:
    """Write the lines of one scenario.

    `recorded` is ICI's answer about the contract, or about the amendment; `parents` are its last answers by System ID
    of a contract, from earlier exchanges and from beside this one.

    Raises UserError where the exchange sends nothing, or no sentence says what was recorded.
    """
    outcome = exchange.outcome
    event = outcome.event if outcome else None
    message = outcome.result.message if outcome and outcome.result else None
    if outcome is None or event is None or message is None or message.document is None:
        raise UserError(f"{folder}: nothing was sent, so there is no value to check: {exchange.kind}")
    if not kind_words(base_type(event.contract_type)):
        raise UserError(f"{folder}: no sentence names the contract type {event.contract_type}")
    yield f"Scenario: {event.action.name} of {recorded['ICMAgreementCode']}, as recorded in {folder.name}"
    is_amendment = event.contract_type.endswith(AMENDMENT_SUFFIX)
    ways = _amended(event, recorded, parents) if is_amendment else _taken(event, recorded)
    if ways is None:
        raise UserError(f"{folder}: no step of the workflow leads to what was recorded")
    given, when = ways
    if event.source != Settings().source:
        given.insert(0, _Sentence(f'ICI is the tenant "{event.source}"'))
    yield from _written("Given", given)
    yield from _written("When", [when])
    assert exchange.scm is not None
    findings = {
        name: str(value) for name, value in exchange.scm.told.items() if name.startswith(("ICMSCMV", "ICMSCMM"))
    }
    then = [_Sentence("the log of the connector ends with:", [("action", "status"), (event.action.name, "COMPLETED")])]
    if findings:
        then.append(_Sentence(f'ICI holds of "{recorded["ICMAgreementCode"]}":', [*findings.items()]))
    if not message.document["is_amendment"] and outcome.systems.get(SYSTEM) != REPORTED:
        then += _seen(message.document, is_amendment=is_amendment)
    yield from _written("Then", then)


def _taken(event: Event, contract: Mapping[str, Any]) -> tuple[list[_Sentence], _Sentence] | None:
    """Return the Givens and the When of a contract that is no amendment; None where no step leads there."""
    kind, code = event.contract_type, str(contract["ICMAgreementCode"])
    terms, lines = _terms(contract), line_table(contract.get(LINE_ITEMS) or [])
    action, is_last = event.action.name, event.action.name in ("StatusChanged", "Executed")
    status = "Executed" if action == "Terminated" else str(contract.get("ICMStatus", ""))
    way = steps_to(status)
    if way is None:
        return None
    if is_last and not way:
        return [terms], _Sentence(*drafting(kind, code, lines, is_when=True))
    given = [terms, _Sentence(*drafting(kind, code, lines))]
    given += [_Sentence(f'"{code}" has been {words}') for words in (way[:-1] if is_last else way)]
    if is_last:
        return given, _Sentence(f'"{code}" is {way[-1]}')
    if action != "Terminated":
        return given, _Sentence(f'ICI sends the event {action} of "{code}"')
    day, with_notice = contract.get("ICMTerminationNoticeDate"), contract.get("ICMTerminationType") == "With notice"
    return given, _Sentence(f'"{code}" is terminated {"with notice to" if with_notice else "without notice on"} {day}')


def _amended(
    event: Event, amendment: Mapping[str, Any], parents: Mapping[str, Mapping[str, Any]]
) -> tuple[list[_Sentence], _Sentence] | None:
    """Return the Givens and the When of an amendment."""
    parent = parents[str(amendment["ICMParentEntityInstanceId"]).lower()]
    kind, code, own = base_type(event.contract_type), str(parent["ICMAgreementCode"]), amendment["ICMAgreementCode"]
    before, after = stated_terms(parent), stated_terms(amendment)
    changed = [(name, value) for name, value in after.items() if before.get(name) != value and name != "SysId"]
    lines, new_lines = line_table(parent.get(LINE_ITEMS) or []), line_table(amendment.get(LINE_ITEMS) or [])
    given = [_terms(parent), _Sentence(*drafting(kind, code, lines))]
    given += [_Sentence(f'"{code}" has been {words}') for words in steps_to("Executed") or ()]
    begun = f'a buyer has begun the amendment "{own}" of "{code}"'
    if new_lines != lines or not changed:
        given.append(_Sentence(f"{begun} with these line items:", new_lines))
        if changed:
            given.append(_Sentence(f'the terms of "{own}" have been changed:', changed))
    else:
        given.append(_Sentence(f"{begun}:", changed))
    if event.action.name == "AmendmentExecuted":
        return given, _Sentence(f'the amendment "{own}" is executed')
    way = steps_to(str(amendment.get("ICMStatus", "")))
    if not way:
        return None
    given += [_Sentence(f'"{own}" has been {words}') for words in way[:-1]]
    return given, _Sentence(f'"{own}" is {way[-1]}')


def _terms(contract: Mapping[str, Any]) -> _Sentence:
    return _Sentence("contracts for SCM have these terms:", [*stated_terms(contract).items()])


def _seen(document: Mapping[str, Any], *, is_amendment: bool) -> Iterator[_Sentence]:
    """Yield what SCM then holds: what was mapped."""
    lines = document["lines"] if document["contract"]["ContractStatus"] in LINES_FROM else ()
    for sentence, table in seen_in_scm(document["contract"], document["agreement"], lines, is_amended=is_amendment):
        yield _Sentence(sentence, table)


def _written(keyword: str, steps: list[_Sentence]) -> Iterator[str]:
    for sentence, table in steps:
        yield f"  {keyword} {sentence}"
        yield from table_lines(table) if table else ()
        keyword = "And"
