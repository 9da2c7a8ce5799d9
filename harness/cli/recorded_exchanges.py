"""Recorded exchanges in place of ICI: the option --recorded, and the tenant that answers from them."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Annotated

import typer

from harness.cli.console import plural
from harness.cli.icertis_options import GetToken
from harness.errors import UserError
from harness.testdata.exchange_files import AGREEMENT, ASSOCIATIONS, EVENT, find_exchanges
from simulator.clock import Clock, utc_now
from simulator.cpi.current_state import agreement_status, changed_agreement
from simulator.cpi.event import Event, ReceivedEvent
from simulator.cpi.ici_client import data_in, read_answer
from simulator.cpi.work_items import REPAIRED_FROM_RECORDING
from simulator.errors import InterfaceError
from simulator.http_support import client_session
from simulator.icertis.recorded import RecordedTenant
from simulator.json_support import read_json_marking_repeats
from simulator.landscape import Landscape
from simulator.mapping.actions import ACTIONS, Action
from simulator.monitoring.message_log import LogEntry
from simulator.settings import Settings

_AMENDMENT = "AmendmentExecuted"
_REPEATABLE = ("ExecutedUpdated", "Renewed")
"""The actions that happen many times to an agreement."""

_CHANGING = (*_REPEATABLE, _AMENDMENT, "Terminated")
"""The actions of which an answer from before them knows nothing."""

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
    tenant: RecordedTenant | None, settings: Settings, get_token: GetToken | None = None, clock: Clock = utc_now
) -> Iterator[Landscape]:
    """Open a landscape whose ICI is a recorded tenant, or without one the real ICI at the URL of the settings.

    `get_token` gets the bearer token for the real one, in place of the token of the settings. CPI goes by `clock`.
    """
    if tenant is not None:
        # What else waits in the store is nothing that a recording could answer.
        with Landscape(settings, ici=tenant, only_new_event=True, clock=clock) as landscape:
            yield landscape
        return
    with (
        client_session() as session,
        Landscape(settings, session=session, token=get_token and get_token(session), clock=clock) as landscape,
    ):
        yield landscape


def later_events(landscape: Landscape, folders: Sequence[Path], logged: Iterable[LogEntry]) -> dict[str, str]:
    """Find the agreements whose entry an event has changed after their last answer was recorded.

    Such an event is an amendment that was recorded after that answer, or one that CPI has `logged` and that was not
    recorded at all. Of updates and renewals there may be many, and nothing tells one from another: if CPI has processed
    more than were recorded, the last may be one of the others. Returns System ID to ActionName and System ID of the
    event.
    """
    later, recorded = dict[str, str](), Counter[tuple[str, str]]()
    for folder in find_exchanges(folders):
        event = read_recorded_event(folder, landscape.settings.source)
        sys_id, action = event.sys_id.lower(), event.action.name
        recorded[action, sys_id] += 1
        later.pop(sys_id, None)
        if action == _AMENDMENT:
            ici = landscape.middleware.ici_client(landscape.settings.source)
            with suppress(InterfaceError):  # CPI could not have mapped it either
                parent = changed_agreement(event, ici, landscape.settings.type_codes)
                later[parent] = f"{action} {sys_id}"
    processed = Counter[tuple[str, str]]()
    for entry in logged:
        named = (entry.action, entry.sys_id.lower())
        if entry.action not in _CHANGING or not entry.systems or entry.note.endswith(REPAIRED_FROM_RECORDING):
            continue
        processed[named] += 1
        if named not in recorded:
            later[entry.agreement_sys_id] = " ".join(named)
        elif entry.action in _REPEATABLE and processed[named] > recorded[named]:
            times = f"processed {plural(processed[named], 'time')}, recorded {plural(recorded[named], 'time')}"
            later[entry.agreement_sys_id] = f"{' '.join(named)} ({times})"
    return later


def read_recorded_event(folder: Path, source: str, known: Mapping[str, Action] = ACTIONS) -> Event:
    """Read the event of an exchange. Raises UserError where it is none of the `known` ones, or of another tenant."""
    try:
        event = ReceivedEvent.parse(read_json_marking_repeats((folder / EVENT).read_bytes())).validate(known)
    except OSError as error:
        raise UserError(f"{folder} cannot be read: {error.strerror}") from None
    except (ValueError, RecursionError):
        raise UserError(f"{folder / EVENT} is not JSON") from None
    except InterfaceError as error:
        raise UserError(f"{folder / EVENT} is not an event of the interface: {error}") from None
    if event.source != source:
        raise UserError(f"{folder / EVENT} comes from another tenant than the settings name")
    return event


def read_body(file: Path) -> bytes | None:
    """Read an answer; None where it was not recorded. Raises UserError."""
    try:
        return file.read_bytes() if file.exists() else None
    except OSError as error:
        raise UserError(f"{file} cannot be read: {error.strerror}") from None


def recorded_status(agreement: bytes | None) -> str:
    """Read the status from an answer to call 1, whatever its envelope; blank where it says none."""
    try:
        data = data_in(read_answer(agreement or b"null"))
        (fields,) = data if isinstance(data, list) else [data]
        return agreement_status(fields) if isinstance(fields, Mapping) else ""
    except (InterfaceError, ValueError, ArithmeticError, RecursionError):  # CPI could not have read it either
        return ""


def _hold(tenant: RecordedTenant, folder: Path, source: str) -> None:
    event = read_recorded_event(folder, source)
    agreement, associations = read_body(folder / AGREEMENT), read_body(folder / ASSOCIATIONS)
    status = recorded_status(agreement) or ("Terminated" if event.action.name == "Terminated" else "Executed")
    tenant.record(event.contract_type, event.sys_id, status, agreement, associations)
