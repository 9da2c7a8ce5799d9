"""The evidence of a scenario for people: what went over the edges with each step, and what it did to the tables."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from harness.cli.console import WIDE, print_line
from harness.cli.layout import Origin, alike, flatten, indented, lineage_table, plain_table
from harness.data_directory import Row
from harness.evidence.cucumber_reader import Evidence, Step
from harness.specification.register import Condition
from harness.text import cell_text, json_preview, printable

FEW = 3
"""A row of so few columns fits on a line."""

WITHHELD = "withheld: it concerns a confidential agreement (SEC-2)"

_STYLES = {"PASSED": "green", "FAILED": "bold red", "SKIPPED": "yellow"}


def show_condition(console: Console, condition: Condition, scenarios: Sequence[Evidence]) -> None:
    """Print what a condition asks for, and what became of its scenarios."""
    console.rule(style="dim", characters="=")
    print_line(console, f"{condition.id} {condition.title}", "bold")
    print_line(console, f"  {condition.event}: {condition.contract}")
    for expected in condition.expected:
        console.print(Padding(f"- {expected}", (0, 0, 0, 2), expand=False))
    for scenario in scenarios:
        print_line(
            console,
            Text.assemble("  ", (scenario.status.lower(), _style(scenario.status)), f" {printable(scenario.name)}"),
        )


def show_scenario(console: Console, scenario: Evidence) -> None:
    """Print its name, and where it stands."""
    print_line(console, f"\n{printable(scenario.name)}", "bold")
    print_line(console, f"  features/{scenario.place}\n", "dim")


def show_step(console: Console, step: Step, *, in_full: bool) -> None:
    """Print a step with its table, what became of it, and its evidence: all of it, or only how much there is."""
    mark = Text({"PASSED": "+", "FAILED": "!", "SKIPPED": "-"}.get(step.status, "?"), _style(step.status))
    print_line(console, Text.assemble(mark, " ", (step.keyword, "bold"), f" {printable(step.text)}"))
    if step.table:
        console.print(indented(plain_table(step.table), 4))
    if step.message and not step.of_kind("zicm-explanation"):
        console.print(indented(Text(step.message, _style(step.status)), 4))
    if in_full:
        for kind, show in _SHOWS.items():
            if step.of_kind(kind):
                show(console, step)
    elif step.attachments:
        counts = Counter(_NAMES[one.kind] for one in step.attachments if one.kind in _NAMES)
        listed = ", ".join(f"{count} {one if count == 1 else several}" for (one, several), count in counts.items())
        print_line(console, f"    {listed}" if listed else "", "dim")
    console.print()


def _show_events(console: Console, step: Step) -> None:
    for one in step.of_kind("zicm-event"):
        _head(console, one, "event")
        sent = one["request"].get("payload", one["request"].get("body"))
        _show_fields(console, flatten(sent))
        _show_answer(console, one["answer"])


def _show_calls(console: Console, step: Step) -> None:
    for one in step.of_kind("zicm-call"):
        number = one["call"]
        _head(console, one, f"call {number}" if isinstance(number, int) else number)
        print_line(console, f"      {printable(one['request']['method'])} {printable(one['request']['path'])}")
        answer = one["answer"]
        _show_answer(console, answer)
        if "body" in answer:
            _show_fields(console, flatten(answer["body"]))
            if others := answer.get("others"):
                print_line(console, f"      and {others} fields that the interface does not use", "dim")


def _show_lineage(console: Console, step: Step) -> None:
    for one in step.of_kind("zicm-lineage"):
        print_line(console, f"    Lineage of {printable(one['action'])}, System ID {printable(one['sys_id'])}", "bold")
        if error := one["error"]:
            print_line(console, printable(f"      error {error['rule']} {error['field']}: {error['message']}"), "red")
        sent = [line for line in one["lines"] if line["value"] is not None]
        console.print(indented(lineage_table(map(_origin, sent), wide=console.width >= WIDE)))
        if kept := [line["target"] for line in one["lines"] if line["value"] is None]:
            console.print(indented(Text(f"not sent, stay as they are: {', '.join(kept)}", "dim"), 6))


def _origin(line: Mapping[str, Any]) -> Origin:
    rule = f"{line['row']}: {line['rule']}"
    return Origin(line["source"], printable(line["raw"] or ""), rule, line["target"], line["value"])


def _show_messages(console: Console, step: Step) -> None:
    told = [
        {line["target"]: line["value"] for line in lineage["lines"] if line["value"] is not None}
        for lineage in step.of_kind("zicm-lineage")
    ]
    for names, one in alike(step.of_kind("zicm-message")):
        fields = one["request"]["fields"]
        _head(console, {**one, "to": names}, "message")
        if fields in told:
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


def _show_tables(console: Console, step: Step) -> None:
    for content in step.of_kind("zicm-tables"):
        systems: dict[str, list[str]] = {}
        tables = content["systems"]
        for system in tables:
            twin = next((other for other in systems if tables[other] == tables[system]), system)
            systems.setdefault(twin, []).append(system)
        for first, twins in systems.items():
            print_line(console, f"    Tables of {' and '.join(map(printable, twins))}", "bold")
            for name, table in tables[first].items():
                _show_table(console, name, table)


def _show_table(console: Console, name: str, table: Mapping[str, Any]) -> None:
    written: list[tuple[str, Row, Row]] = [
        *(("new", row, {}) for row in table["added"]),
        *(("gone", row, {}) for row in table["removed"]),
    ]
    written += [("changed", one["after"], one["before"]) for one in table["changed"]]
    stayed = len(table["unchanged"]) + table.get("not_shown", 0)
    if not written:
        print_line(console, f"      {name}: nothing was written, {stayed} row{'' if stayed == 1 else 's'} as before")
        return
    print_line(console, f"      {name}: {stayed} row{'' if stayed == 1 else 's'} as before, and")
    for what, row, before in written:
        if len(row) <= FEW:
            print_line(console, f"        {what}: {', '.join(map(cell_text, row.values()))}")
            continue
        print_line(console, f"        {what}: {printable(row['ICMAGREEMENTCODE'])}", "bold")
        changed = (
            {
                name: f"{cell_text(before[name])} -> {cell_text(held)}"
                for name, held in row.items()
                if before.get(name) != held
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
        for words in (entry["note"], f"{entry['error_id']} {entry['error_field']} {entry['error_message']}".strip()):
            if words:
                print_line(console, printable(f"        {words}"))


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
    # They come with all that runs features, which takes long to import.
    from harness.bdd.failure.rendering import blocks  # noqa: PLC0415
    from harness.bdd.failure.report import FailureReport  # noqa: PLC0415

    for told in step.of_kind("zicm-explanation"):
        for lines in blocks(FailureReport.from_json(told), console.width - 4):
            console.print(indented(Text("\n".join(map(printable, lines))), 4))


_SHOWS: Mapping[str, Callable[[Console, Step], None]] = {
    "zicm-event": _show_events,
    "zicm-call": _show_calls,
    "zicm-lineage": _show_lineage,
    "zicm-message": _show_messages,
    "zicm-tables": _show_tables,
    "zicm-log": _show_log,
    "zicm-alerts": _show_alerts,
    "zicm-comparison": _show_comparisons,
    "zicm-explanation": _show_explanation,
}
"""By kind of evidence how it is shown, in the order in which things happen."""

_NAMES = {
    "zicm-event": ("event", "events"),
    "zicm-call": ("call to ICI", "calls to ICI"),
    "zicm-message": ("message to a system", "messages to the systems"),
}


def _head(console: Console, exchange: Mapping[str, Any], what: str) -> None:
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
