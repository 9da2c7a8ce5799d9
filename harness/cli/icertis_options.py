"""Options for an ICI and an SCM over HTTP: the address, and a client that gets a bearer token, as CPI does."""

import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Annotated, NamedTuple

import requests
import typer

from harness.errors import UserError
from harness.server.credentials import Credentials, resolve_secret
from simulator.cpi.oauth2 import TokenClient
from simulator.settings import Settings

URL = re.compile(r"https?://[^\s/?#]+(/[^\s?#]*)?")

GetToken = Callable[[requests.Session], TokenClient]

IciUrl = Annotated[
    str,
    typer.Option("--ici-url", metavar="URL", help="The base URL of ICI's API, in place of the one in the settings."),
]
TokenUrl = Annotated[
    str, typer.Option("--token-url", metavar="URL", help="ICI's token endpoint; by default the one beside its API.")
]
IciClientOption = Annotated[
    str,
    typer.Option(
        "--ici-client", metavar="ID:SECRET", help="Get a token from ICI as this client; SECRET may be env:VARIABLE."
    ),
]
CredentialsFile = Annotated[
    Path | None,
    typer.Option(
        "--credentials", metavar="FILE", help="Get the token as the client in this file, which zicm serve names."
    ),
]


ScmUrl = Annotated[
    str,
    typer.Option(
        "--scm-url", metavar="URL", help="With --with scm: the environment of Dynamics 365, in place of a folder's SCM."
    ),
]
ScmTokenUrl = Annotated[
    str,
    typer.Option("--scm-token-url", metavar="URL", help="Its token endpoint; by default the one of the settings."),
]
ScmClientOption = Annotated[
    str,
    typer.Option(
        "--scm-client",
        metavar="ID:SECRET",
        help="The client of SCM; SECRET may be env:VARIABLE. By default that of --credentials, or of the settings.",
    ),
]


class IcertisConnection(NamedTuple):
    """The settings with the address of ICI, and how to get a token for it."""

    settings: Settings
    token: GetToken | None
    """Makes the client that gets the token; None for the token of the settings."""


def connection_from(  # noqa: PLR0913 - one for each option
    settings: Settings, recorded: Sequence[Path] | None, *, url: str, token_url: str, client: str, file: Path | None
) -> IcertisConnection:
    """Make a connection from the options of a command.

    Raises BadParameter for options that exclude each other, UserError for a file that holds no credentials.
    """
    require_url("--ici-url", url)
    require_url("--token-url", token_url)
    if recorded and (url or client or file is not None):
        raise typer.BadParameter(
            "give either the options for ICI itself or recorded exchanges", param_hint="--recorded"
        )
    if url:
        settings = settings.model_copy(update={"ici_base_url": url.rstrip("/")})
    return IcertisConnection(settings, _token_getter(settings.ici_base_url, token_url, client, file))


def with_scm(settings: Settings, *, url: str, token_url: str, client: str, file: Path | None) -> Settings:
    """Put the SCM of the options of a command into settings; `file` holds the client of an SCM that zicm serves.

    Raises BadParameter, and UserError for a file that holds no credentials.
    """
    from simulator.scm.http_app import ROOT, TOKENS  # noqa: PLC0415 - a server takes long to import

    require_url("--scm-url", url)
    require_url("--scm-token-url", token_url)
    base = url.rstrip("/")
    known: dict[str, object] = {"scm_base_url": base}
    if token_url or base.endswith(ROOT):
        known["scm_token_url"] = token_url or f"{base.removesuffix(ROOT)}{TOKENS[0]}"
    if client:
        known["scm_client"] = _client_from(client, "--scm-client")
    elif file is not None:
        known["scm_client"] = _client_in(file)
    return settings.model_copy(update=known)


def require_url(option: str, url: str) -> None:
    """Raise BadParameter for a text that is neither blank nor an address."""
    if url and not URL.fullmatch(url):
        raise typer.BadParameter("an address begins with http:// or https://, and has no query", param_hint=option)


def _token_getter(ici_url: str, token_url: str, client: str, file: Path | None) -> GetToken | None:
    from simulator.icertis.http_app import API, TOKEN  # noqa: PLC0415 - a server takes long to import

    if client and file is not None:
        raise typer.BadParameter("give either a client or the file that holds one", param_hint="--ici-client")
    if not client and file is None:
        if token_url:
            raise typer.BadParameter("it needs --ici-client or --credentials", param_hint="--token-url")
        return None
    name, password = _client_in(file) if file is not None else _client_from(client)
    url = token_url or f"{ici_url.removesuffix(API)}{TOKEN}"
    return lambda session: TokenClient(session, url, name, password)


def _client_from(client: str, option: str = "--ici-client") -> tuple[str, str]:
    name, _, given = client.partition(":")
    if not name or not given:
        raise typer.BadParameter("it is ID:SECRET", param_hint=option)
    try:
        return name, resolve_secret(given)
    except LookupError as error:
        raise typer.BadParameter(str(error.args[0]), param_hint=option) from None


def _client_in(file: Path) -> tuple[str, str]:
    try:
        credentials = Credentials.read(file)
    except OSError as error:
        raise UserError(f"{file} cannot be read: {error.strerror}") from None
    return credentials.client_id, credentials.client_secret
