"""The commands `zicm messages`: list events, show one, retry those that failed."""

import shlex
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from harness.cli.console import console
from harness.cli.icertis_options import CredentialsFile, IciClient, IciUrl, TokenUrl, asked
from harness.cli.messages.query import ActionName, Status, chosen, for_programs, load, next_step, short_length, the_one
from harness.cli.messages.rendering import show_message, show_messages
from harness.cli.messages.retry import Retried, retry
from harness.cli.options import FAILED, AsJson, MessageFolder, SettingsFile, failed, print_json, settings_in
from harness.cli.recorded_exchanges import RecordedOption
from harness.errors import UserError

MANY = 20
"""From this number of pieces of work on, their progress shows."""

Guid = Annotated[str, typer.Argument(metavar="GUID", help="The message; the beginning of its guid is enough.")]

messages = typer.Typer(
    help="List the messages: what became of each event.",
    epilog="\b\nExamples:\n"
    "  zicm messages --data tables --status FAILED --status ESCALATED\n"
    "  zicm messages show 2f3a9c1b --data tables\n"
    "  zicm messages retry --all-failed --data tables",
    rich_markup_mode=None,
)


@messages.callback(invoke_without_command=True)
def messages_command(  # noqa: PLR0913 - one for each option
    context: typer.Context,
    *,
    data: Annotated[
        Path | None, typer.Option(metavar="DIR", help="The folder that a replay kept the messages in.")
    ] = None,
    status: Annotated[
        list[Status] | None,
        typer.Option(
            case_sensitive=False, metavar="STATUS", help=f"Those of this status: {', '.join(Status)}. Repeatable."
        ),
    ] = None,
    action: Annotated[
        list[ActionName] | None,
        typer.Option(
            case_sensitive=False, metavar="ACTION", help=f"Those of this action: {', '.join(ActionName)}. Repeatable."
        ),
    ] = None,
    sys_id: Annotated[str, typer.Option(metavar="ID", help="Those of the agreement with this System ID.")] = "",
    as_json: AsJson = False,
) -> None:
    """List the messages, the newest last: what became of each event that came in."""
    if context.invoked_subcommand is not None:
        if data or status or action or sys_id or as_json:
            raise typer.BadParameter(f"options come after {context.invoked_subcommand}", ctx=context)
        return
    if data is None:
        raise typer.BadParameter("say which folder holds the messages", ctx=context, param_hint="--data")
    try:
        entries = load(data)
    except UserError as problem:
        raise failed(problem) from None
    listed = chosen(entries, status or (), action or (), sys_id)
    if as_json:
        print_json({"messages": [for_programs(entry) for entry in listed]})
    else:
        show_messages(console(), listed, entries)


@messages.command("show", epilog="\b\nExample:\n  zicm messages show 2f3a9c1b --data tables")
def show_command(guid: Guid, *, data: MessageFolder, as_json: AsJson = False) -> None:
    """Tell the story of one message, and what to do next."""
    _require_guid(guid)
    try:
        entries = load(data)
        entry = the_one(entries, guid)
    except UserError as problem:
        raise failed(problem) from None
    if as_json:
        print_json({**for_programs(entry), "next": next_step(entry)})
    else:
        guid = entry.guid[: short_length(entries)]
        show_message(console(), entry, f"zicm messages retry {guid} --data {shlex.quote(str(data))}")


@messages.command("retry", epilog="\b\nExample:\n  zicm messages retry --all-failed --data tables")
def retry_command(  # noqa: PLR0913 - one for each option
    guid: Annotated[
        str | None, typer.Argument(metavar="GUID", help="The message; the beginning of its guid is enough.")
    ] = None,
    *,
    data: MessageFolder,
    all_failed: Annotated[bool, typer.Option("--all-failed", help="Put everything in the error queue back.")] = False,
    settings: SettingsFile = None,
    recorded: RecordedOption = None,
    ici_url: IciUrl = "",
    token_url: TokenUrl = "",
    ici_client: IciClient = "",
    credentials: CredentialsFile = None,
    as_json: AsJson = False,
) -> None:
    """Put a message back that has failed.

    Its agreement is read anew, from ICI or from recorded exchanges: by now it may be mended, changed or confidential.
    Where that cannot be, the message stays as it was. What is due is tried once. Exits with 1 while anything of it has
    not gone through.

    ICI is asked at --ici-url, or at the ici_base_url of the settings, with a token that it gives to --ici-client or to
    the client in --credentials, or else with the ici_token of the settings.
    """
    if (guid is not None) == all_failed:
        raise typer.BadParameter("give either a GUID or --all-failed")
    if guid is not None:
        _require_guid(guid)
    try:
        ici = asked(
            settings_in(settings), recorded, url=ici_url, token_url=token_url, client=ici_client, file=credentials
        )
        with _progress(wanted=not as_json) as progress:
            retried = retry(data, ici, guid, recorded or [], lambda total: _advancing(progress, total))
    except UserError as problem:
        raise failed(problem) from None
    if as_json:
        print_json({"messages": [for_programs(entry) for entry in retried.entries], "problem": retried.problem or None})
    else:
        _tell(data, retried)
    all_through = all(entry.status in ("COMPLETED", "DISCARDED") for entry in retried.entries)
    raise typer.Exit(0 if all_through and not retried.problem else FAILED)


def _require_guid(guid: str) -> None:
    if not guid.strip():
        raise typer.BadParameter("it is blank", param_hint="GUID")


def _tell(data: Path, retried: Retried) -> None:
    if not retried.entries and not retried.problem:
        typer.echo("Nothing is in the error queue, and nothing is due.")
    else:
        show_messages(console(), retried.entries, load(data))
    if retried.problem:
        typer.echo(f"Error: {retried.problem}", err=True)


def _progress(*, wanted: bool) -> Progress:
    """A progress bar on a terminal; it leaves nothing behind, and standard output to the result."""
    screen = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    return Progress(*columns, console=screen, transient=True, disable=not (wanted and screen.is_terminal))


def _advancing(progress: Progress, total: int) -> Callable[[], object]:
    if total < MANY:
        return lambda: None
    task = progress.add_task("Trying again", total=total)
    return lambda: progress.advance(task)
