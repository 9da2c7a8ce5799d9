"""A pytest plugin: PostgreSQL for the tests that need it, and with --postgres for every feature, over HTTP too.

The server is that of ZICM_POSTGRES_URL, or a private one. Without either, the tests are skipped with the reason. Each
run creates schemas for itself and drops them at its end, so that others can use the same server.
"""

import os
from collections.abc import Iterator
from contextlib import ExitStack
from importlib.util import find_spec
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import URL, NullPool, create_engine, make_url, text
from sqlalchemy.exc import ArgumentError, SQLAlchemyError

from harness.environments.missing_tools import skip_without
from harness.environments.postgres_server import ServerUnavailable, private_server
from simulator.settings import Settings

URL_VARIABLE = "ZICM_POSTGRES_URL"


class Postgres:
    """A server, and the schemas that the run has created in it."""

    def __init__(self, url: URL, folder: Path) -> None:
        """`folder` gets the key file of each store."""
        self._url = url
        self._folder = folder
        self._engine = create_engine(url, poolclass=NullPool)
        self._schemas: list[str] = []

    def settings(self) -> Settings:
        """Return settings in which each database has a new schema."""
        run = uuid4().hex[:12]
        return Settings(
            systems={name: self._schema(f"zicm_{run}_{name.lower()}") for name in Settings().systems},
            store=self._schema(f"zicm_{run}_cpi"),
            store_keys=self._folder / f"{run}.cpi.keys",
            ici_store=self._schema(f"zicm_{run}_ici"),
            scm=self._schema(f"zicm_{run}_scm"),
            scm_store=self._schema(f"zicm_{run}_connector"),
            scm_store_keys=self._folder / f"{run}.connector.keys",
        )

    def drop_schemas(self) -> None:
        with self._engine.begin() as connection:
            for schema in self._schemas:
                connection.execute(text(f"DROP SCHEMA {schema} CASCADE"))

    def _schema(self, name: str) -> str:
        """Create a schema. Return its URL."""
        with self._engine.begin() as connection:
            connection.execute(text(f"CREATE SCHEMA {name}"))
        self._schemas.append(name)
        given = self._url.query.get("options", "")
        options = f"{given if isinstance(given, str) else ' '.join(given)} -csearch_path={name}".strip()
        named = {"options": options, "application_name": name}
        return self._url.update_query_dict(named).render_as_string(hide_password=False)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--postgres",
        action="store_true",
        help=f"keep every database in PostgreSQL: that of {URL_VARIABLE}, else a private server",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Raise UsageError if the given server does not answer."""
    given = os.environ.get(URL_VARIABLE)
    asked = config.getoption("--postgres") and find_spec("psycopg") is not None
    if asked and given and (why := _unreachable_reason(_url(given))):
        raise pytest.UsageError(f"{URL_VARIABLE} names a server that does not answer ({why})")


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Postgres]:
    """Yield a PostgreSQL server; without one, skip the tests that use it."""
    with ExitStack() as stack:
        if find_spec("psycopg") is None:
            skip_without("psycopg", "pip install zicm[postgres]")
        given = os.environ.get(URL_VARIABLE)
        try:
            url = _url(given) if given else stack.enter_context(private_server())
        except ServerUnavailable as reason:
            skip_without("PostgreSQL", str(reason))
        made = Postgres(url, tmp_path_factory.mktemp("keys"))
        stack.callback(made.drop_schemas)
        yield made


@pytest.fixture(scope="session")
def databases(request: pytest.FixtureRequest) -> Settings:
    """Return settings with the databases: in memory, or in a server (--postgres)."""
    if not request.config.getoption("--postgres"):
        return Settings()
    settings: Settings = request.getfixturevalue("postgres").settings()
    return settings


def _unreachable_reason(url: URL) -> str:
    """Return why a server cannot be reached; blank if it can."""
    try:
        create_engine(url, poolclass=NullPool).connect().close()
    except SQLAlchemyError as failure:
        return type(getattr(failure, "orig", None) or failure).__name__
    return ""


def _url(given: str) -> URL:
    """Parse a URL and set the driver. Raises UsageError."""
    try:
        return make_url(given).set(drivername="postgresql+psycopg")
    except ArgumentError:
        raise pytest.UsageError(f"{URL_VARIABLE} is not the URL of a database") from None
