"""How a command gets at an ICI over HTTP: its address, and a bearer token by client credentials, as CPI gets one."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import requests
import typer

from harness.wire.credentials import Credentials, secret
from harness.zicm.databases import Unusable
from simulator.cpi.oauth2 import TokenClient

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


def require_url(option: str, url: str) -> None:
    """Raises BadParameter for what is no address; blank is none at all."""
    if url and not URL.fullmatch(url):
        raise typer.BadParameter("an address begins with http:// or https://, and has no query", param_hint=option)


def token_from(ici_url: str, token_url: str, client: str, file: Path | None) -> GetToken | None:
    """Who gets the token; None where the one in the settings counts, as neither a client nor a file is given.

    Raises BadParameter for options that do not go together, Unusable for a file that holds no credentials.
    """
    from simulator.icertis.over_http import API, TOKEN  # noqa: PLC0415 - a server takes long to import

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
        raise Unusable(f"{file} cannot be read: {error.strerror}") from None
    return held.client_id, held.client_secret
