"""`zicm serve`: serve the landscape over HTTP."""

import os
import re
import webbrowser
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from html import escape
from pathlib import Path
from shutil import rmtree
from stat import S_ISDIR
from tempfile import TemporaryDirectory, gettempdir
from time import time
from typing import Annotated

import typer
from filelock import FileLock, Timeout
from pydantic import ValidationError
from starlette.types import ASGIApp

from harness.cli.icertis_options import require_url
from harness.cli.options import AsJson, SettingsFile, examples, load_settings, new_app
from harness.server.app import LiveConsole, PartName, ServeConfig, ServedLandscape, is_loopback, serve
from harness.server.uvicorn_server import PortInUse
from simulator.database import IN_MEMORY
from simulator.settings import Settings

WRONG_USE = 2
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,19}")

_TEMPORARY = "zicm-serve-"
_IN_USE = "in-use.lock"
_MOMENT = 60.0
"""The seconds within which a server locks the folder that it has made."""

app = new_app()


_USED_BY = {
    "--systems": (PartName.ECC,),
    "--webhook-url": (PartName.ICI,),
    "--connector-url": (PartName.ICI,),
    "--ici-url": (PartName.MIDDLEWARE, PartName.CONNECTOR),
    "--token-url": (PartName.MIDDLEWARE, PartName.CONNECTOR),
    "--scm-url": (PartName.CONNECTOR,),
    "--ecc": (PartName.MIDDLEWARE,),
    "--clock": (PartName.ICI, PartName.MIDDLEWARE, PartName.CONNECTOR),
}
"""Options to the parts that use them; all parts together use each."""


@app.command(
    "serve",
    epilog=examples(
        "zicm serve --data tables",
        "zicm serve --part ecc --systems PF2 --port 8801 --data tables",
        exits="0 stopped by Ctrl-C, 1 the data directory or a database cannot be used, 2 wrong use or port in use",
    ),
)
def serve_command(  # noqa: PLR0913 - one for each option
    *,
    host: Annotated[str, typer.Option(help="The address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="The port; 0 takes a free one.")] = 8800,
    data: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR",
            help="Keep agreements, tables, messages and credentials in DIR, whatever databases the settings name."
            " Without it they are kept in those databases; what has none is lost at the end.",
        ),
    ] = None,
    systems: Annotated[str | None, typer.Option(metavar="NAMES", help="The ECC systems, for example PF2,WP2.")] = None,
    settings: SettingsFile = None,
    read_only: Annotated[
        bool, typer.Option("--read-only", help="Switch the administration off; the console shows, and has no buttons.")
    ] = False,
    open_console: Annotated[bool, typer.Option("--open", help="Open the live console in the browser.")] = False,
    part: Annotated[
        str, typer.Option(metavar="PART", help="Serve only one part: ici, middleware, ecc, scm or connector.")
    ] = "all",
    webhook_url: Annotated[str, typer.Option(metavar="URL", help="With ici: the URL to which events are sent.")] = "",
    connector_url: Annotated[
        str, typer.Option(metavar="URL", help="With ici: the URL to which events of contracts for SCM are sent.")
    ] = "",
    ici_url: Annotated[
        str, typer.Option(metavar="URL", help="With middleware or connector: the base URL of ICI's API.")
    ] = "",
    token_url: Annotated[
        str, typer.Option(metavar="URL", help="With middleware or connector: ICI's token endpoint.")
    ] = "",
    scm_url: Annotated[str, typer.Option(metavar="URL", help="With connector: the environment of SCM.")] = "",
    ecc: Annotated[
        list[str] | None, typer.Option(metavar="NAME=URL", help="With middleware: a system's web service. Repeatable.")
    ] = None,
    clock: Annotated[
        str,
        typer.Option(
            metavar="TIME",
            help="With ici, middleware or connector: stop its clock, for example at 2026-01-05T08:00:00Z.",
        ),
    ] = "",
    as_json: AsJson = False,
) -> None:
    """Serve the landscape over HTTP: ICI, the webhook, each ECC system, Dynamics 365 SCM, and the live console.

    Serves everything on one port until Ctrl-C; what is queued then stays in DIR. The administration is never served
    beyond this machine.
    """
    if part not in [*PartName]:
        raise typer.BadParameter(f"it is one of {', '.join(PartName)}", param_hint="--part")
    urls = {"--webhook-url": webhook_url, "--ici-url": ici_url, "--token-url": token_url}
    urls |= {"--connector-url": connector_url, "--scm-url": scm_url}
    addresses = [_name_and_url(one) for one in ecc or ()]
    ecc_urls = dict(addresses)
    if len(ecc_urls) < len(addresses):
        raise typer.BadParameter("a system is named twice", param_hint="--ecc")
    given = {**urls, "--ecc": ecc_urls, "--systems": systems, "--clock": clock}
    for option, value in given.items():
        if value and part != PartName.ALL and part not in _USED_BY[option]:
            raise typer.BadParameter(f"--part {part} has no use for it", param_hint=option)
    if systems and ecc_urls:
        raise typer.BadParameter("--ecc names the systems", param_hint="--systems")
    if open_console and not is_loopback(host):
        raise typer.BadParameter("the console is served on this machine alone", param_hint="--open")
    for option, url in [*urls.items(), *(("--ecc", url) for url in ecc_urls.values())]:
        require_url(option, url)
    if part == PartName.MIDDLEWARE and not (ici_url and ecc_urls):
        raise typer.BadParameter("the middleware alone needs --ici-url and --ecc", param_hint="--part")
    if part == PartName.CONNECTOR and not (ici_url and scm_url):
        raise typer.BadParameter("the connector alone needs --ici-url and --scm-url", param_hint="--part")
    landscape = _with_systems(load_settings(settings), [*ecc_urls] or _system_names(systems))
    with _folder(data) as folder:
        _serve(
            ServeConfig(
                folder,
                landscape,
                PartName(part),
                all_in_folder=data is not None,
                administration=is_loopback(host) and not read_only,
                webhook_url=webhook_url,
                ici_url=ici_url.rstrip("/"),
                token_url=token_url,
                connector_url=connector_url,
                scm_url=scm_url.rstrip("/"),
                ecc_urls=ecc_urls,
                stopped_at=_parse_time(clock),
            ),
            host,
            port,
            as_json=as_json,
            open_console=open_console,
        )


def _serve(config: ServeConfig, host: str, port: int, *, as_json: bool, open_console: bool) -> None:
    page = config.folder / "console.html"

    def announce(site: ServedLandscape) -> None:
        typer.echo(site.as_json() if as_json else _announcement(site, config, host))
        if open_console and site.console is not None:
            _open_privately(site.console.link, page)

    def make_console(site: ServedLandscape, admin: ASGIApp | None) -> LiveConsole:
        from harness.console.app import ServedConsole  # noqa: PLC0415 - it takes long to import

        return ServedConsole(site, admin)

    try:
        serve(config, host, port, announce, make_console if is_loopback(host) else None)
    except PortInUse as problem:
        typer.echo(f"Error: {problem}", err=True)
        raise typer.Exit(WRONG_USE) from None
    finally:
        with suppress(OSError):  # there is none, or the folder is unusable, which has been said
            page.unlink()
    if not as_json:
        typer.echo(f"Stopped. What is queued is in {config.folder}." if config.all_in_folder else "Stopped.")


def _open_privately(link: str, page: Path) -> None:
    """Open the link by a page that leads to it, which nobody else can read: every user sees arguments of processes."""
    page.unlink(missing_ok=True)
    with os.fdopen(os.open(page, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w", encoding="utf-8") as file:
        file.write(f'<!doctype html><title>zicm</title><meta http-equiv="refresh" content="0; url={escape(link)}">\n')
    webbrowser.open(page.absolute().as_uri())


def _announcement(site: ServedLandscape, config: ServeConfig, host: str) -> str:
    """Describe what is served, and at which URLs."""
    open_to = "this machine alone" if is_loopback(host) else "EVERY MACHINE that reaches this address"
    head = f"zicm serves {'the landscape' if config.part == 'all' else config.part} to {open_to}."
    places = {name: f"{url}?wsdl" if name in config.settings.systems else url for name, url in site.urls.items()}
    places |= _credentials(site)
    if site.console is not None:
        places["console"] = f"{site.console.link} (opens it once)"
    if config.administration:
        places["bearer token"] = f"for the administration: {site.credentials.admin_token}"
    if config.all_in_folder:
        places["data"] = str(config.folder)
    if not config.administration:
        places["administration"] = "switched off"
    wide = max(map(len, places))
    lines = [f"  {name.ljust(wide)}  {place}" for name, place in places.items()]
    return "\n".join([head, "", *lines, "", persistence_note(config)])


def _credentials(site: ServedLandscape) -> dict[str, str]:
    """Say where the credentials are, or what they are if nothing else holds them."""
    if site.new_credentials is None:
        return {"credentials": str(site.credentials_file or "those of the settings")}
    groups = site.new_credentials.items()
    return {
        f"{group} {key}": value for group, held in groups if group != "administration" for key, value in held.items()
    }


def persistence_note(config: ServeConfig) -> str:
    """Say what Ctrl-C keeps and what it loses."""
    if config.all_in_folder:
        return "Ctrl-C stops it; what is queued stays."
    if not config.databases_in_settings:
        return "Ctrl-C stops it, and everything is gone (no --data)."
    databases = ", ".join(config.databases_in_settings)
    return (
        f"Ctrl-C stops it; what is in the databases of the settings stays ({databases}), all else is gone (no --data)."
    )


@contextmanager
def _folder(data: Path | None) -> Iterator[Path]:
    """Yield the data directory, or a temporary one."""
    if data is not None:
        yield data
        return
    with (
        TemporaryDirectory(prefix=_TEMPORARY, ignore_cleanup_errors=True) as temporary,
        _used(folder := Path(temporary)),
    ):
        _remove_left_over(folder.stat().st_uid)
        yield folder


def _used(folder: Path) -> FileLock:
    """Make the lock that shows that a server uses a temporary folder."""
    return FileLock(folder / _IN_USE, blocking=False, mode=0o600, thread_local=False)


def _remove_left_over(owner: int) -> None:
    """Remove the temporary folders of servers of this user that were killed.

    A folder that is in use is locked; one that is younger than a minute may not be locked yet.
    """
    for folder in Path(gettempdir()).glob(f"{_TEMPORARY}*"):
        with suppress(OSError, Timeout):
            about = folder.lstat()
            is_ours = S_ISDIR(about.st_mode) and about.st_uid == owner
            if is_ours and time() - about.st_mtime > _MOMENT and (folder / _IN_USE).is_file():
                with _used(folder):
                    rmtree(folder, ignore_errors=True)


def _system_names(systems: str | None) -> list[str]:
    if systems is None:
        return []
    names = [name.strip() for name in systems.split(",")]
    if len(set(names)) < len(names):
        raise typer.BadParameter("a system is named twice", param_hint="--systems")
    return names


def _with_systems(settings: Settings, names: list[str]) -> Settings:
    for name in names:
        if not _NAME.fullmatch(name):
            raise typer.BadParameter("a system name has letters and digits, such as PF2", param_hint="--systems")
    if not names:
        return settings
    try:
        urls = {name: settings.systems.get(name, IN_MEMORY) for name in names}
        return Settings.model_validate(settings.model_dump() | {"systems": urls})
    except ValidationError as errors:
        raise typer.BadParameter(errors.errors()[0]["msg"], param_hint="--systems") from None


def _name_and_url(text: str) -> tuple[str, str]:
    name, equals, url = text.partition("=")
    if not equals or not _NAME.fullmatch(name):
        raise typer.BadParameter("it is NAME=URL, for example PF2=http://127.0.0.1:8801/PF2/...", param_hint="--ecc")
    return name, url


def _parse_time(text: str) -> datetime | None:
    if not text:
        return None
    try:
        time = datetime.fromisoformat(text)
    except ValueError:
        time = None
    if time is None or time.tzinfo is None:
        raise typer.BadParameter("it is a time such as 2026-01-05T08:00:00Z", param_hint="--clock")
    return time
