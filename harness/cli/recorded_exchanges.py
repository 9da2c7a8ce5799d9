"""Recorded exchanges that stand for ICI."""

import json
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, closing
from pathlib import Path
from typing import Annotated

import typer

from harness.cli.icertis_options import GetToken
from harness.cli.replay import AGREEMENT, ASSOCIATIONS, EVENT
from harness.errors import UserError
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
        help="A recorded exchange, or a folder of them, in place of a real ICI; may be repeated.",
    ),
]


def recorded_tenant(folders: Sequence[Path], source: str) -> RecordedTenant | None:
    """A tenant that holds of each agreement the answers recorded last; None where there are no folders.

    Raises UserError for a folder that holds no exchange of the tenant `source`.
    """
    if not folders:
        return None
    tenant = RecordedTenant()
    for folder in exchanges(folders):
        _hold(tenant, folder, source)
    return tenant


def open_landscape(
    tenant: RecordedTenant | None, settings: Settings, token: GetToken | None = None
) -> AbstractContextManager[Landscape]:
    """The landscape with a recorded tenant for an ICI, or with the real one where there is none.

    `token` gets what CPI shows to the real one, in place of the token of the settings.
    """
    return closing(Landscape(settings, token=token)) if tenant is None else Landscape(settings, ici=tenant)


def exchanges(folders: Sequence[Path]) -> Iterator[Path]:
    """Each folder that is an exchange, and the exchanges in each that is none. Raises UserError where there is none."""
    for folder in folders:
        if (folder / EVENT).exists():
            yield folder
            continue
        try:
            inside = [one for one in sorted(folder.iterdir()) if (one / EVENT).exists()]
        except OSError as error:
            raise UserError(f"{folder} cannot be read: {error.strerror}") from None
        if not inside:
            raise UserError(f"{folder} holds no recorded exchange: there is no {EVENT} in it, nor in a folder of it")
        yield from inside


def _hold(tenant: RecordedTenant, folder: Path, source: str) -> None:
    try:
        event = ReceivedEvent.parse(json.loads((folder / EVENT).read_bytes())).validate()
        agreement, associations = _body(folder / AGREEMENT), _body(folder / ASSOCIATIONS)
    except OSError as error:
        raise UserError(f"{folder} cannot be read: {error.strerror}") from None
    except (ValueError, RecursionError):
        raise UserError(f"{folder / EVENT} is no JSON") from None
    except InterfaceError as error:
        raise UserError(f"{folder / EVENT} is no event of the interface: {error}") from None
    if event.source != source:
        raise UserError(f"{folder / EVENT} comes from another tenant than the settings name")
    status = "Terminated" if event.action.name == "Terminated" else "Executed"
    tenant.hold(event.contract_type, event.sys_id, status, agreement, associations)


def _body(file: Path) -> bytes | None:
    return file.read_bytes() if file.exists() else None
