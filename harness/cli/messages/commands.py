"""`zicm messages`: list the messages, show one, retry those that failed."""

import shlex
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from harness.cli.console import console
from harness.cli.icertis_options import CredentialsFile, IciClientOption, IciUrl, TokenUrl, connection_from
from harness.cli.messages.query import (
    ActionName,
    Status,
    as_json_object,
    filter_entries,
    find_by_guid,
    load,
    next_step,
    short_length,
)
from harness.cli.messages.rendering import show_message, show_messages
from harness.cli.messages.retry import RetryResult, retry
from harness.cli.options import (
    FAILED,
    AsJson,
    MessageFolder,
    SettingsFile,
    examples,
    load_settings,
    new_app,
    print_json,
    print_json_list,
)
from harness.cli.recorded_exchanges import RecordedOption

MIN_FOR_PROGRESS = 20
"""Number of tasks from which on a progress bar shows."""

Guid = Annotated[str, typer.Argument(metavar="GUID", help="The message; the beginning of its guid is enough.")]

app = new_app(
    name="messages",
    help="List the messages: the status of each event.",
    epilog=examples(
        "zicm messages --data tables --status FAILED --status ESCALATED",
        "zicm messages show 2f3a9c1b --data tables",
        "zicm messages retry --all-failed --data tables",
    ),
)


@app.callback(invoke_without_command=True)
def messages_command(  # noqa: PLR0913 - one for each option
    context: typer.Context,
    *,
    data: Annotated[
        Path | None, typer.Option(metavar="DIR", help="The folder in which a replay kept the messages.")
    ] = None,
    status: Annotated[
        list[Status] | None,
        typer.Option(
            case_sensitive=False,
            metavar="STATUS",
            help=f"Only those with this status: {', '.join(Status)}. Repeatable.",
        ),
    ] = None,
    action: Annotated[
        list[ActionName] | None,
        typer.Option(
            case_sensitive=False,
            metavar="ACTION",
            help=f"Only those with this action: {', '.join(ActionName)}. Repeatable.",
        ),
    ] = None,
    sys_id: Annotated[str, typer.Option(metavar="ID", help="Only those of the agreement with this System ID.")] = "",
    as_json: AsJson = False,
) -> None:
    """List the messages, the newest last, with the status of each event."""
    if context.invoked_subcommand is not None:
        if data or status or action or sys_id or as_json:
            raise typer.BadParameter(f"options come after {context.invoked_subcommand}", ctx=context)
        return
    if data is None:
        raise typer.BadParameter("say which folder holds the messages", ctx=context, param_hint="--data")
    listed = filter_entries(load(data), status or (), action or (), sys_id)
    if as_json:
        print_json_list("messages", map(as_json_object, listed))
    else:
        show_messages(console(), listed, short_length(data))


@app.command("show", epilog=examples("zicm messages show 2f3a9c1b --data tables"))
def show_command(guid: Guid, *, data: MessageFolder, as_json: AsJson = False) -> None:
    """Show one message, and what to do next."""
    _require_guid(guid)
    entry = find_by_guid(data, guid)
    if as_json:
        print_json({**as_json_object(entry), "next": next_step(entry)})
    else:
        guid = entry.guid[: short_length(data)]
        show_message(console(), entry, f"zicm messages retry {guid} --data {shlex.quote(str(data))}")


@app.command("retry", epilog=examples("zicm messages retry --all-failed --data tables"))
def retry_command(  # noqa: PLR0913 - one for each option
    guid: Annotated[
        str | None, typer.Argument(metavar="GUID", help="The message; the beginning of its guid is enough.")
    ] = None,
    *,
    data: MessageFolder,
    all_failed: Annotated[bool, typer.Option("--all-failed", help="Retry everything in the error queue.")] = False,
    settings: SettingsFile = None,
    recorded: RecordedOption = None,
    ici_url: IciUrl = "",
    token_url: TokenUrl = "",
    ici_client: IciClientOption = "",
    credentials: CredentialsFile = None,
    as_json: AsJson = False,
) -> None:
    """Retry a failed message.

    Its agreement is read again, from ICI or from recorded exchanges: by now it may be corrected, changed or
    confidential. If it cannot be read, the message stays as it was. What is due is tried once. Exits with 1 if a
    message is not through afterwards.

    ICI is read at --ici-url, or at the ici_base_url of the settings, with a token that it gives to --ici-client or to
    the client in --credentials, or else with the ici_token of the settings.
    """
    if (guid is not None) == all_failed:
        raise typer.BadParameter("give either a GUID or --all-failed")
    if guid is not None:
        _require_guid(guid)
    ici = connection_from(
        load_settings(settings), recorded, url=ici_url, token_url=token_url, client=ici_client, file=credentials
    )
    with _progress(wanted=not as_json) as progress:
        result = retry(data, ici, guid, recorded or [], lambda total: _start_progress(progress, total))
    if as_json:
        print_json({"messages": [as_json_object(entry) for entry in result.entries], "problem": result.problem or None})
    else:
        _show_result(data, result)
    all_through = all(entry.status in ("COMPLETED", "DISCARDED") for entry in result.entries)
    raise typer.Exit(0 if all_through and not result.problem else FAILED)


def _require_guid(guid: str) -> None:
    if not guid.strip():
        raise typer.BadParameter("it is blank", param_hint="GUID")


def _show_result(data: Path, result: RetryResult) -> None:
    if not result.entries and not result.problem:
        typer.echo("Nothing is in the error queue, and nothing is due.")
    else:
        show_messages(console(), result.entries, short_length(data))
    if result.problem:
        typer.echo(f"Error: {result.problem}", err=True)


def _progress(*, wanted: bool) -> Progress:
    """Show a progress bar on standard error if that is a terminal, and erase it at the end."""
    screen = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    return Progress(*columns, console=screen, transient=True, disable=not (wanted and screen.is_terminal))


def _start_progress(progress: Progress, total: int) -> Callable[[], object]:
    if total < MIN_FOR_PROGRESS:
        return lambda: None
    task = progress.add_task("Retrying", total=total)
    return lambda: progress.advance(task)
