"""Recorded exchanges in place of ICI: the option --recorded, and the tenant that answers from them."""

import json
from collections.abc import Sequence
from contextlib import AbstractContextManager, closing
from pathlib import Path
from typing import Annotated

import typer

from harness.cli.icertis_options import GetToken
from harness.errors import UserError
from harness.testdata.exchange_files import AGREEMENT, ASSOCIATIONS, EVENT, find_exchanges
from simulator.cpi.event import ReceivedEvent
from simulator.errors import InterfaceError
from simulator.icertis.recorded import RecordedTenant
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


def open_landscape(
    tenant: RecordedTenant | None, settings: Settings, token: GetToken | None = None
) -> AbstractContextManager[Landscape]:
    """Open a landscape with a recorded tenant as its ICI; without one, with the ICI that the settings name.

    `token` gets the bearer token for the latter, in place of the token in the settings.
    """
    return closing(Landscape(settings, token=token)) if tenant is None else Landscape(settings, ici=tenant)


def _hold(tenant: RecordedTenant, folder: Path, source: str) -> None:
    try:
        event = ReceivedEvent.parse(json.loads((folder / EVENT).read_bytes())).validate()
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
    tenant.hold(event.contract_type, event.sys_id, status, agreement, associations)


def _body(file: Path) -> bytes | None:
    return file.read_bytes() if file.exists() else None
