"""Recorded exchanges in place of ICI: the option --recorded, and the tenant that answers from them."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from harness.cli.icertis_options import GetToken
from harness.errors import UserError
from harness.testdata.exchange_files import AGREEMENT, ASSOCIATIONS, EVENT, find_exchanges
from simulator.cpi.event import ReceivedEvent
from simulator.errors import InterfaceError
from simulator.http_support import client_session
from simulator.icertis.recorded import RecordedTenant
from simulator.json_support import read_json_marking_repeats
from simulator.landscape import Landscape
from simulator.settings import Settings

RecordedOption = Annotated[
    list[Path] | None,
    typer.Option(
        "--recorded",
        metavar="FOLDER",
        help="A recorded exchange, or a folder of them, in place of a real ICI. Repeatable.",
    ),
]


def recorded_tenant(folders: Sequence[Path], source: str) -> RecordedTenant | None:
    """Make a tenant with the answers recorded last for each agreement; None without folders.

    Raises UserError for a folder that holds no exchange of the tenant `source`.
    """
    if not folders:
        return None
    tenant = RecordedTenant()
    for folder in find_exchanges(folders):
        _hold(tenant, folder, source)
    return tenant


@contextmanager
def open_landscape(
    tenant: RecordedTenant | None, settings: Settings, get_token: GetToken | None = None
) -> Iterator[Landscape]:
    """Open a landscape whose ICI is a recorded tenant, or without one the real ICI at the URL of the settings.

    `get_token` gets the bearer token for the real one, in place of the token of the settings.
    """
    if tenant is not None:
        # What else waits in the store is nothing that a recording could answer.
        with Landscape(settings, ici=tenant, only_new_event=True) as landscape:
            yield landscape
        return
    with (
        client_session() as session,
        Landscape(settings, session=session, token=get_token and get_token(session)) as landscape,
    ):
        yield landscape


def _hold(tenant: RecordedTenant, folder: Path, source: str) -> None:
    try:
        event = ReceivedEvent.parse(read_json_marking_repeats((folder / EVENT).read_bytes())).validate()
        agreement, associations = _body(folder / AGREEMENT), _body(folder / ASSOCIATIONS)
    except OSError as error:
        raise UserError(f"{folder} cannot be read: {error.strerror}") from None
    except (ValueError, RecursionError):
        raise UserError(f"{folder / EVENT} is not JSON") from None
    except InterfaceError as error:
        raise UserError(f"{folder / EVENT} is not an event of the interface: {error}") from None
    if event.source != source:
        raise UserError(f"{folder / EVENT} comes from another tenant than the settings name")
    status = "Terminated" if event.action.name == "Terminated" else "Executed"
    tenant.record(event.contract_type, event.sys_id, status, agreement, associations)


def _body(file: Path) -> bytes | None:
    return file.read_bytes() if file.exists() else None
