"""`zicm scenario from`: write a scenario from a recorded exchange, with literal values to check."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from harness.cli.options import SettingsFile, examples, load_settings, new_app
from harness.cli.replay import ReplayedExchange, replay
from harness.cli.scenario_scm import scm_scenario
from harness.errors import UserError
from harness.specification.written_steps import KIND_WORDS, stated_fields, table_lines
from harness.testdata.exchange_files import AGREEMENT, PARENT, exchanges_of
from simulator.cpi.event import Event
from simulator.mapping.message import Message
from simulator.settings import Settings

app = new_app(name="scenario", help="Write scenarios.", no_args_is_help=True)

_HEAD = """\
Feature: Recorded exchanges
  Written by zicm scenario from. The values below Then are what this simulator made of the recording:
  check each of them against the specification, then tag the scenario with the ids of what it shows."""


@app.callback()
def _group() -> None:
    """Keep `from` a subcommand: typer would make a single command the whole program."""


@app.command(
    "from", epilog=examples("zicm scenario from fixtures/exchanges/03-sub-executed > features/recorded.feature")
)
def from_command(
    *,
    folder: Annotated[
        Path, typer.Argument(metavar="FOLDER", help="A recorded exchange, or a folder of them: a scenario for each.")
    ],
    settings: SettingsFile = None,
) -> None:
    """Write a feature with a scenario of a recorded exchange.

    It states the mapped fields of the recording, what happened, and as literal values the calls, the fields of the
    entry and its purchasing organisations. It runs as it is; check its values against the specification. A
    confidential agreement gives none: its values would stand in the feature.

    Of a contract for Dynamics 365 SCM it states the terms and the steps of its workflow, and what SCM then holds.
    """
    try:
        folders = exchanges_of(folder)
    except OSError as error:
        raise UserError(f"{folder} cannot be read: {error.strerror}") from None
    if not folders:
        raise UserError(f"{folder} holds no recorded exchange")
    lines, skipped, contracts = [_HEAD], list[str](), dict[str, Mapping[str, Any]]()
    for one, exchange in zip(
        folders, replay(map(str, folders), load_settings(settings), None, compare_tables=False), strict=True
    ):
        try:
            lines += ["", *(f"  {line}".rstrip() for line in _scenario(one, exchange, contracts))]
        except UserError as error:
            skipped.append(str(error))
    for text in skipped:
        typer.echo(f"Note: {text}", err=True)
    if len(skipped) == len(folders):
        raise UserError("no scenario can be written")
    typer.echo("\n".join(lines))


def _scenario(folder: Path, exchange: ReplayedExchange, contracts: dict[str, Mapping[str, Any]]) -> Iterator[str]:
    """Write the lines of one scenario; `contracts` are those for SCM of earlier exchanges, by System ID.

    Raises UserError where the exchange sends nothing.
    """
    outcome = exchange.outcome
    if exchange.kind == "filtered":
        raise UserError(f"{folder}: the agreement is confidential: write its scenario with made-up values")
    if exchange.scm and exchange.kind == "delivered":
        contract = _recorded(folder / AGREEMENT)
        if (folder / PARENT).exists():
            amended = _recorded(folder / PARENT)
            contracts.setdefault(str(amended["SysId"]).lower(), amended)
        else:
            contracts[str(contract["SysId"]).lower()] = contract
        yield from scm_scenario(folder, exchange, contract, contracts)
        return
    event = outcome.event if outcome else None
    message = outcome.result.message if outcome and outcome.result else None
    if outcome is None or event is None or message is None:
        raise UserError(f"{folder}: nothing was sent, so there is no value to check: {exchange.kind}")
    fields = dict(message.fields)
    recorded = _recorded(folder / AGREEMENT)
    code, parent = str(recorded["ICMAgreementCode"]), fields["ICMAGREEMENTCODE"]
    action = event.action.name
    yield f"Scenario: {action} of {code}, as recorded in {folder.name}"
    yield from _given(event, code, fields, recorded)
    executes = action in ("Executed", "AmendmentExecuted")
    yield f'  When ICI executes "{code}"' if executes else f'  When ICI sends the event {action} of "{code}"'
    yield f'  Then CPI received the event {action} of "{code}" and completed it'
    yield "  And ICI received exactly these calls, in this order:"
    yield from table_lines(call.split(" ", 1) for call in outcome.calls)
    if action == "Executed":
        yield "  And exactly this entry is new in PF2 and WP2:"
    else:
        yield f'  And these fields of the entry "{parent}" in PF2 and WP2 are:'
    yield from table_lines(fields.items())
    yield from _organisations(parent if action == "AmendmentExecuted" else code, message)


def _given(event: Event, code: str, fields: Mapping[str, str], recorded: Mapping[str, object]) -> Iterator[str]:
    """Write the Given steps: the tenant, the master, the agreement, and what happened before the event."""
    steps: list[str] = []
    if event.source != Settings().source:
        steps.append(f'ICI is the tenant "{event.source}"')
    if master := fields.get("ASSOCIATINGCODE"):
        steps += [f'ICI holds the Master Agreement "{master}":']
        steps += [*table_lines([("SysId", fields["ASSOCIATINGSYSID"])]), f'"{master}" has been executed']
    is_amendment = event.action.name == "AmendmentExecuted"
    kind = KIND_WORDS[event.contract_type.removesuffix("Amendment")]
    stated = [*table_lines([("SysId", event.sys_id), *stated_fields(recorded)])]
    parent = fields["ICMAGREEMENTCODE"]
    if is_amendment:
        steps += [f'ICI holds the {kind} "{parent}":', *table_lines([("SysId", fields["SYSID"])])]
        steps += [f'"{parent}" has been executed', f'ICI holds the amendment "{code}" of "{parent}":', *stated]
    else:
        steps += [f'ICI holds the {kind} "{code}":', *stated]
    if master:
        steps.append(f'"{code}" is associated to "{master}"')
    if not is_amendment and event.action.name != "Executed":
        steps.append(f'"{code}" has been executed')
    keyword = "Given"
    for step in steps:
        if step.startswith(" "):
            yield step
        else:
            yield f"  {keyword} {step}"
            keyword = "And"


def _organisations(code: str, message: Message) -> Iterator[str]:
    if message.organisations is not None:
        listed = ",".join(sorted(message.organisations))
        yield f'  And the purchasing organisations of "{code}" in PF2 and WP2 are "{listed}"'


def _recorded(file: Path) -> dict[str, Any]:
    """Read the fields of a recorded agreement, with or without their envelope."""
    content = json.loads(file.read_bytes())
    data = content.get("Data", content)
    return dict(data[0] if isinstance(data, list) else data)
