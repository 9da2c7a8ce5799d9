"""`zicm walkthrough`: what the last run showed, step by step, with the evidence of each step."""

import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer
from rich import box
from rich.console import Console
from rich.control import Control
from rich.segment import ControlType
from rich.table import Table
from rich.text import Text

from harness.bdd.table_diff import NOTHING, RowChange, group_by_system, row_name
from harness.bdd.vocabulary.scm import KEYS
from harness.cli.console import console, indented, plural, print_line, print_rule
from harness.cli.lineage_table import LineageRow, print_lineage
from harness.cli.options import AsJson, Reports, examples, new_app, print_json, require_condition
from harness.data_directory import Row
from harness.errors import UserError
from harness.evidence.exchange_view import receivers
from harness.evidence.last_run import REMEDY, load_evidence
from harness.evidence.run import ScenarioEvidence, Step
from harness.specification.register import Condition, Register
from harness.text import cell_text, json_preview, printable

app = new_app()

INLINE_COLUMNS = 3
"""Rows of at most so many columns are printed on one line."""

WITHHELD = "withheld: it concerns a confidential agreement (SEC-2)"

_UP_AND_ERASE = Control((ControlType.CURSOR_UP, 1), (ControlType.ERASE_IN_LINE, 2))
_STYLES = {"PASSED": "green", "FAILED": "bold red", "SKIPPED": "yellow"}


@app.command("walkthrough", epilog=examples("zicm walkthrough 11a"))
def walkthrough_command(
    *,
    condition: Annotated[
        str | None, typer.Argument(metavar="CONDITION", help="Only this condition, for example 11a.")
    ] = None,
    full: Annotated[
        bool, typer.Option("--full", help="Show the events, calls and messages of the Given steps as well.")
    ] = False,
    reports: Reports = Path("reports"),
    as_json: AsJson = False,
) -> None:
    """Walk through what the last run showed, condition by condition and step by step.

    Shows the payload of each event, the calls, the lineage of every field, the messages, the tables before and after;
    of Dynamics 365 SCM the calls that it received, and its contracts, purchase agreements and lines.
    Enter goes on, q leaves; without a terminal everything is printed.
    """
    wanted = [require_condition(condition)] if condition is not None else list(Register.load().conditions)
    shown = _with_scenarios(wanted, load_evidence(reports).scenarios)
    if as_json:
        print_json({"conditions": [_as_json(one, scenarios) for one, scenarios in shown]})
        return
    screen = console()
    ask = sys.stdin.isatty() and screen.is_terminal
    for part in _parts(screen, shown, full=full):
        if ask and not _continues(screen, part):
            break


def _as_json(condition: Condition, scenarios: Sequence[ScenarioEvidence]) -> dict[str, object]:
    return {
        "id": condition.id,
        "title": condition.title,
        "expected": [expected.text for expected in condition.expected],
        "scenarios": [
            {"name": one.name, "place": one.place, "status": one.status, "steps": list(map(_step_as_json, one.steps))}
            for one in scenarios
        ],
    }


def _step_as_json(step: Step) -> dict[str, object]:
    attachments = [{"kind": one.kind, "title": one.title, "content": one.content} for one in step.attachments]
    return {**vars(step), "attachments": attachments}


def _with_scenarios(
    conditions: Sequence[Condition], scenarios: Sequence[ScenarioEvidence]
) -> list[tuple[Condition, list[ScenarioEvidence]]]:
    """Pair each condition with its scenarios that ran. Raises UserError where none of them ran."""
    pairs = [(condition, [ran for ran in scenarios if condition.tag in ran.tags]) for condition in conditions]
    with_scenarios = [(condition, own) for condition, own in pairs if own]
    if not with_scenarios:
        which = f"condition {conditions[0].id}" if len(conditions) == 1 else "any condition"
        raise UserError(f"the last run ran no scenario of {which}; {REMEDY}")
    return with_scenarios


def _parts(
    screen: Console, shown: Sequence[tuple[Condition, Sequence[ScenarioEvidence]]], *, full: bool
) -> Iterator[str]:
    """Print part by part. Yields the position after each."""
    for condition, scenarios in shown:
        _show_condition(screen, condition, scenarios)
        for number, scenario in enumerate(scenarios, 1):
            _show_scenario(screen, scenario)
            position = f"{condition.id}, scenario {number} of {len(scenarios)}"
            given = next((index for index, step in enumerate(scenario.steps) if step.keyword == "When"), 0)
            for number_of_step, step in enumerate(scenario.steps, 1):
                show_step(screen, step, in_full=full or number_of_step > given)
                yield f"{position}, step {number_of_step} of {len(scenario.steps)}"


def _continues(screen: Console, where: str) -> bool:
    """Ask whether to go on, and erase the question."""
    screen.print(f"{where} - Enter: next, q: leave ", style="reverse", end="")
    try:
        answer = input()
    except (KeyboardInterrupt, EOFError):
        screen.print()
        return False
    screen.control(_UP_AND_ERASE)
    return answer.strip().lower() != "q"


def _show_condition(console: Console, condition: Condition, scenarios: Sequence[ScenarioEvidence]) -> None:
    """Print what a condition expects, and the result of each of its scenarios."""
    print_rule(console, "=")
    print_line(console, f"{condition.id} {condition.title}", "bold")
    print_line(console, f"  {condition.event}: {condition.contract}")
    for expected in condition.expected:
        console.print(indented(f"- {expected.text}"))
    for scenario in scenarios:
        print_line(
            console,
            Text.assemble("  ", (scenario.status.lower(), _style(scenario.status)), f" {printable(scenario.name)}"),
        )


def _show_scenario(console: Console, scenario: ScenarioEvidence) -> None:
    print_line(console, f"\n{printable(scenario.name)}", "bold")
    print_line(console, f"  features/{scenario.place}\n", "dim")


def show_step(console: Console, step: Step, *, in_full: bool) -> None:
    """Print a step with its table, its result, and its evidence: in full, or only counted."""
    mark = Text({"PASSED": "+", "FAILED": "!", "SKIPPED": "-"}.get(step.status, "?"), _style(step.status))
    print_line(console, Text.assemble(mark, " ", (step.keyword, "bold"), f" {printable(step.text)}"))
    if step.table:
        console.print(indented(_step_table(step.table), 4))
    if step.message and not step.of_kind("zicm-explanation"):
        console.print(indented(Text(step.message, _style(step.status)), 4))
    if in_full:
        for kind, show in _SHOW_KIND.items():
            if step.of_kind(kind):
                show(console, step)
    elif step.attachments:
        counts = Counter(_NOUNS[one.kind] for one in step.attachments if one.kind in _NOUNS)
        listed = ", ".join(f"{count} {one if count == 1 else several}" for (one, several), count in counts.items())
        print_line(console, f"    {listed}" if listed else "", "dim")
    console.print()


def _show_events(console: Console, step: Step) -> None:
    for one in step.of_kind("zicm-event"):
        _show_parties(console, one, "event")
        sent = one["request"].get("payload", one["request"].get("body"))
        _show_fields(console, _flatten(sent))
        _show_answer(console, one["answer"])


def _show_calls(console: Console, step: Step) -> None:
    for one in step.of_kind("zicm-call"):
        number = one["call"]
        _show_parties(console, one, f"call {number}" if isinstance(number, int) else number)
        print_line(console, f"      {printable(one['request']['method'])} {printable(one['request']['path'])}")
        answer = one["answer"]
        _show_answer(console, answer)
        if "body" in answer:
            _show_fields(console, _flatten(answer["body"]))
            if others := answer.get("others"):
                print_line(console, f"      and {others} fields that the interface does not use", "dim")


def _show_lineage(console: Console, step: Step) -> None:
    for one in step.of_kind("zicm-lineage"):
        about = f"in {one['table']}" if "table" in one else f"of {one['action']}, System ID {one['sys_id']}"
        print_line(console, f"    Lineage {printable(about)}", "bold")
        if error := one["error"]:
            print_line(console, printable(f"      error {error['rule']} {error['field']}: {error['message']}"), "red")
        sent = [line for line in one["lines"] if line["value"] is not None]
        print_lineage(console, map(_lineage_row, sent))
        if not_sent := [line["target"] for line in one["lines"] if line["value"] is None]:
            console.print(indented(Text(f"not sent, stay as they are: {', '.join(not_sent)}", "dim"), 6))


def _lineage_row(line: Mapping[str, Any]) -> LineageRow:
    rule = f"{line['row']}: {line['rule']}"
    return LineageRow(line["source"], printable(line["raw"] or ""), rule, line["target"], line["value"])


def _show_messages(console: Console, step: Step) -> None:
    derived = [
        {line["target"]: line["value"] for line in lineage["lines"] if line["value"] is not None}
        for lineage in step.of_kind("zicm-lineage")
    ]
    for equal in group_by_system(step.of_kind("zicm-message"), _without_receiver):
        one = equal[0]
        fields = one["request"]["fields"]
        _show_parties(console, {**one, "to": receivers(equal)}, "message")
        if fields in derived:
            print_line(console, f"      {len(fields)} fields, with the values of the lineage")
        else:
            _show_fields(console, fields.items())
        organisations = one["request"]["organisations"]
        listed = "stay as they are" if organisations is None else ", ".join(map(printable, organisations)) or "none"
        print_line(console, f"      purchasing organisations: {listed}")
        for line in one["answer"].get("return", ()):
            what = f"{line['TYPE']} {line['ID']} {line['NUMBER']} {line['MESSAGE']} {line['FIELD']}"
            print_line(console, f"      answer: {printable(what).strip()}")
        if "failure" in one["answer"]:
            _show_answer(console, one["answer"])


def _show_odata(console: Console, step: Step) -> None:
    for one in step.of_kind("zicm-odata"):
        _show_parties(console, one, f"{one['request']['method']} {printable(one['request']['resource'])}")
        _show_answer(console, one["answer"])
        _show_fields(console, one["request"].get("fields", {}).items())


def _without_receiver(message: Mapping[str, Any]) -> object:
    return [message[part] for part in ("from", "request", "answer")]


def _show_tables(console: Console, step: Step) -> None:
    for content in step.of_kind("zicm-tables"):
        for systems in group_by_system(content["systems"].items(), lambda item: item[1]):
            print_line(console, f"    Tables of {' and '.join(printable(name) for name, _ in systems)}", "bold")
            tables = systems[0][1]
            if {*tables} <= {*KEYS}:  # of SCM, only what changed
                tables = {name: one for name, one in tables.items() if one["added"] or one["changed"] or one["removed"]}
            for name, table in tables.items():
                _show_table(console, name, table)
            if not tables:
                print_line(console, f"      {NOTHING}")


def _show_table(console: Console, name: str, table: Mapping[str, Any]) -> None:
    changes: list[tuple[str, Row, Row]] = [
        *(("new", row, {}) for row in table["added"]),
        *(("gone", row, {}) for row in table["removed"]),
        *(("changed", one["after"], one["before"]) for one in table["changed"]),
    ]
    unchanged = plural(len(table["unchanged"]) + table.get("not_shown", 0), "row")
    if not changes:
        print_line(console, f"      {name}: {NOTHING}, {unchanged} as before")
        return
    print_line(console, f"      {name}: {unchanged} as before, and")
    for what, row, before in changes:
        if len(row) <= INLINE_COLUMNS:
            print_line(console, f"        {what}: {', '.join(map(cell_text, row.values()))}")
            continue
        print_line(console, f"        {what}: {printable(row_name(name, row))}", "bold")
        changed = (
            {
                name: f"{cell_text(old)} -> {cell_text(new)}"
                for name, (old, new) in RowChange(before, row).fields.items()
            }
            if before
            else row
        )
        _show_fields(console, changed.items(), indent=10)


def _show_log(console: Console, step: Step) -> None:
    print_line(console, "    Monitoring", "bold")
    for entry in (entry for content in step.of_kind("zicm-log") for entry in content["entries"]):
        systems = "".join(f", {name} {state}" for name, state in entry["systems"].items())
        what = f"{entry['action']} of {entry['contract_type']} {entry['sys_id']}" if entry["action"] else "an event"
        print_line(console, printable(f"      {what}: {entry['status']}{systems}"))
        for text in (entry["note"], f"{entry['error_id']} {entry['error_field']} {entry['error_message']}".strip()):
            if text:
                print_line(console, printable(f"        {text}"))


def _show_alerts(console: Console, step: Step) -> None:
    for alert in (alert for content in step.of_kind("zicm-alerts") for alert in content["alerts"]):
        print_line(console, printable(f"    Alert {alert['rule']} {alert['subject']}: {alert['what']}"), "yellow")


def _show_comparisons(console: Console, step: Step) -> None:
    compared = {(one["holds"], one["what"]): one for one in step.of_kind("zicm-comparison")}
    if holding := [what for holds, what in compared if holds]:
        print_line(console, Text.assemble("    ", ("as expected", "green"), f": {printable(', '.join(holding))}"))
    for one in compared.values():
        if not one["holds"]:
            print_line(console, Text.assemble("    ", ("not as expected", "bold red"), f": {printable(one['what'])}"))
            if "expected" in one and not step.of_kind("zicm-explanation"):
                _show_fields(console, ((side, one[side]) for side in ("expected", "seen")))


def _show_explanation(console: Console, step: Step) -> None:
    # Importing them imports everything that runs features.
    from harness.bdd.failure.rendering import blocks  # noqa: PLC0415
    from harness.bdd.failure.report import FailureReport  # noqa: PLC0415

    for content in step.of_kind("zicm-explanation"):
        for lines in blocks(FailureReport.from_json(content), console.width - 4):
            console.print(indented(Text("\n".join(map(printable, lines))), 4))


_SHOW_KIND: Mapping[str, Callable[[Console, Step], None]] = {
    "zicm-event": _show_events,
    "zicm-call": _show_calls,
    "zicm-lineage": _show_lineage,
    "zicm-message": _show_messages,
    "zicm-odata": _show_odata,
    "zicm-tables": _show_tables,
    "zicm-log": _show_log,
    "zicm-alerts": _show_alerts,
    "zicm-comparison": _show_comparisons,
    "zicm-explanation": _show_explanation,
}
"""The function that shows each kind of evidence, in the order in which things happen."""

_NOUNS = {
    "zicm-event": ("event", "events"),
    "zicm-call": ("call to ICI", "calls to ICI"),
    "zicm-message": ("message to a system", "messages to the systems"),
    "zicm-odata": ("call to SCM", "calls to SCM"),
}


def _show_parties(console: Console, exchange: Mapping[str, Any], what: str) -> None:
    print_line(
        console,
        Text.assemble(
            "    ", (f"{printable(exchange['from'])} -> {printable(exchange['to'])}", "bold cyan"), f" {what}"
        ),
    )
    if exchange["withheld"]:
        print_line(console, f"      {WITHHELD}", "yellow")


def _show_answer(console: Console, answer: Mapping[str, Any]) -> None:
    if "failure" in answer:
        print_line(console, f"      no answer: {printable(answer['failure'])}", "red")
    else:
        print_line(console, f"      answered {answer['status']}")


def _show_fields(console: Console, fields: Iterable[tuple[str, Any]], indent: int = 6) -> None:
    grid = Table.grid(padding=(0, 2))
    grid.add_column(style="dim", overflow="fold")
    grid.add_column(overflow="fold")
    for name, held in fields:
        grid.add_row(printable(name), cell_text(held) if isinstance(held, str) else printable(json_preview(held)))
    console.print(indented(grid, indent))


def _style(status: str) -> str:
    return _STYLES.get(status, "yellow")


def _step_table(rows: Sequence[Sequence[str]]) -> Table:
    table = Table(box=box.SIMPLE, show_header=False, show_edge=False, pad_edge=False)
    for _ in rows[0]:
        table.add_column(overflow="fold")
    for row in rows:
        table.add_row(*(Text(printable(cell)) for cell in row))
    return table


def _flatten(content: Any, prefix: str = "") -> list[tuple[str, Any]]:
    """List the fields of a body; an envelope and a list with one item count as part of it."""
    if isinstance(content, list) and len(content) == 1:
        return _flatten(content[0], prefix)
    if not isinstance(content, Mapping):
        return [(prefix or "body", content)]
    fields: list[tuple[str, Any]] = []
    for name, held in content.items():
        inner = name.lower() == "data" and isinstance(held, Mapping | list) and held
        fields += _flatten(held) if inner else [(name, held)]
    return [(name, held) for name, held in fields if held != []]
