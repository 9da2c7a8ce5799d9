"""Read the systems for the consolidation report."""

from contextlib import ExitStack
from pathlib import Path

import typer
from sqlalchemy import Connection, create_engine, make_url
from sqlalchemy.exc import SQLAlchemyError

from harness.data_directory import connect_read_only, safe_reason, system_files
from harness.errors import UserError
from simulator.reporting.consolidation import Report, ReportRequest, consolidate
from simulator.settings import Settings


def read_report(data: Path | None, settings: Settings, request: ReportRequest, *, settings_given: bool) -> Report:
    """Make the report from a folder, or from the databases of the settings where those were given.

    Raises UserError for tables that cannot be read.
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
            return consolidate(systems, settings.type_codes, request, own_tenants)
        except SQLAlchemyError as error:
            raise UserError(f"the tables cannot be read: {safe_reason(error)}") from None
        except ImportError as error:
            raise UserError(f"the tables cannot be read: {error}") from None


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
