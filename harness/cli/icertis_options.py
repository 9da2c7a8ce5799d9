"""How a command gets at an ICI over HTTP: its address, and a bearer token by client credentials, as CPI gets one."""

import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Annotated, NamedTuple

import requests
import typer

from harness.errors import UserError
from harness.server.credentials import Credentials, secret
from simulator.cpi.oauth2 import TokenClient
from simulator.settings import Settings

URL = re.compile(r"https?://[^\s/?#]+(/[^\s?#]*)?")

GetToken = Callable[[requests.Session], TokenClient]

IciUrl = Annotated[
    str, typer.Option("--ici-url", metavar="URL", help="The base URL of ICI's API, in place of the settings'.")
]
TokenUrl = Annotated[
    str, typer.Option("--token-url", metavar="URL", help="ICI's token endpoint; else that beside its API.")
]
IciClient = Annotated[
    str,
    typer.Option(
        "--ici-client", metavar="ID:SECRET", help="Get a token from ICI as this client; SECRET may be env:VARIABLE."
    ),
]
CredentialsFile = Annotated[
    Path | None,
    typer.Option("--credentials", metavar="FILE", help="Get it as the client in the file that zicm serve names."),
]


class Asked(NamedTuple):
    """The ICI that a command asks."""

    settings: Settings
    token: GetToken | None
    """Who gets the token; None where the one in the settings counts."""


def asked(  # noqa: PLR0913 - one for each option
    settings: Settings, recorded: Sequence[Path] | None, *, url: str, token_url: str, client: str, file: Path | None
) -> Asked:
    """What the options of a command come to.

    Raises BadParameter for those that do not go together, UserError for a file that holds no credentials.
    """
    require_url("--ici-url", url)
    require_url("--token-url", token_url)
    if recorded and (url or client or file is not None):
        raise typer.BadParameter("either ICI itself is asked, or recorded exchanges", param_hint="--recorded")
    if url:
        settings = settings.model_copy(update={"ici_base_url": url.rstrip("/")})
    return Asked(settings, _token_from(settings.ici_base_url, token_url, client, file))


def require_url(option: str, url: str) -> None:
    """Raises BadParameter for what is no address; blank is none at all."""
    if url and not URL.fullmatch(url):
        raise typer.BadParameter("an address begins with http:// or https://, and has no query", param_hint=option)


def _token_from(ici_url: str, token_url: str, client: str, file: Path | None) -> GetToken | None:
    from simulator.icertis.http_app import API, TOKEN  # noqa: PLC0415 - a server takes long to import

    if client and file is not None:
        raise typer.BadParameter("give either a client or the file that holds one", param_hint="--ici-client")
    if not client and file is None:
        if token_url:
            raise typer.BadParameter("it goes with --ici-client or --credentials", param_hint="--token-url")
        return None
    name, password = _in_file(file) if file is not None else _pair(client)
    url = token_url or f"{ici_url.removesuffix(API)}{TOKEN}"
    return lambda session: TokenClient(session, url, name, password)


def _pair(client: str) -> tuple[str, str]:
    name, colon, given = client.partition(":")
    if not name or not colon or not given:
        raise typer.BadParameter("it is ID:SECRET", param_hint="--ici-client")
    try:
        return name, secret(given)
    except LookupError as why:
        raise typer.BadParameter(str(why.args[0]), param_hint="--ici-client") from None


def _in_file(file: Path) -> tuple[str, str]:
    try:
        held = Credentials.read(file)
    except OSError as error:
        raise UserError(f"{file} cannot be read: {error.strerror}") from None
    return held.client_id, held.client_secret
