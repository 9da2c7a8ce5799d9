"""Read the systems for the consolidation report, and the differences that somebody has accepted."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import typer
from pydantic import TypeAdapter, ValidationError
from sqlalchemy import Connection, create_engine, make_url
from sqlalchemy.exc import SQLAlchemyError

from harness.database_files import connect_read_only, safe_reason, system_files
from harness.errors import UserError
from simulator.reporting.acceptances import Acceptance
from simulator.reporting.consolidation import Report, ReportRequest, open_report
from simulator.settings import Settings

ACCEPTED = "accepted.json"
"""The file of accepted differences in a folder."""

_ENTRIES = TypeAdapter(dict[str, list[Acceptance]])


def read_acceptances(folder: Path) -> tuple[Acceptance, ...]:
    """Read the list in a folder; it is empty where there is none. Raises UserError for a file that is no such list."""
    file = folder / ACCEPTED
    try:
        return tuple(_ENTRIES.validate_json(file.read_bytes())["accepted"])
    except FileNotFoundError:
        return ()
    except OSError as error:
        raise UserError(f"{file} cannot be read: {error.strerror}") from None
    except (ValidationError, KeyError):
        raise UserError(f"{file} is no list of accepted differences") from None


@contextmanager
def read_report(
    data: Path | None, settings: Settings, request: ReportRequest, *, settings_given: bool
) -> Iterator[Report]:
    """Make the report from a folder, or from the databases of the settings where those were given.

    Its rows can be read in this context only. Raises UserError for tables that cannot be read.
    """
    urls = dict(settings.systems)
    if data is not None:
        names = settings.systems if settings_given else system_files(data)
        urls = settings.model_copy(update={"systems": dict.fromkeys(names, "")}).with_data_directory(data).systems
    elif not settings_given:
        raise typer.BadParameter("say where the tables are: --data, or --settings with database URLs")
    unknown = [name for name in request.selection.systems if name.upper() not in map(str.upper, urls)]
    if unknown:
        raise typer.BadParameter(f"there are {', '.join(urls)}, not {', '.join(unknown)}", param_hint="--system")
    with ExitStack() as stack:
        try:
            systems = {name: stack.enter_context(_connect(name, url)) for name, url in urls.items()}
            own_tenants = {name: settings.own_tenant(name) for name in systems}
            report = stack.enter_context(open_report(systems, settings.type_codes, request, own_tenants))
        except SQLAlchemyError as error:
            raise UserError(f"the tables cannot be read: {safe_reason(error)}") from None
        except ImportError as error:
            raise UserError(f"the tables cannot be read: {error}") from None
        yield report


def _connect(name: str, url: str) -> Connection:
    """Connect for reading only. Raises UserError for a database in memory and for a missing file."""
    database = make_url(url)
    if database.get_backend_name() != "sqlite":
        return create_engine(url, hide_parameters=True, isolation_level="REPEATABLE READ").connect()
    if not database.database:
        raise UserError(f"{name} is in memory, according to the settings: there is nothing to report; use --data")
    file = Path(database.database)
    if not file.is_file():
        raise UserError(f"there are no tables of {name}: no file {file}")
    return connect_read_only(file)
