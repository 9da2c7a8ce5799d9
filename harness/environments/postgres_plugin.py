"""A pytest plugin: PostgreSQL for the checks that ask for it, and with --postgres for every feature.

The server is that of ZICM_POSTGRES_URL, else a private one; where neither can be had, the tests are skipped and say
why. In a server that others use, too, all goes into schemas of a run's own, which are dropped at its end.
"""

import os
from collections.abc import Iterator
from contextlib import ExitStack
from importlib.util import find_spec
from uuid import uuid4

import pytest
from sqlalchemy import URL, NullPool, create_engine, make_url, text
from sqlalchemy.exc import ArgumentError, SQLAlchemyError

from harness.environments.missing_tools import skip_without
from harness.environments.postgres_server import ServerUnavailable, private_server
from simulator.settings import Settings

URL_VARIABLE = "ZICM_POSTGRES_URL"


class Postgres:
    """A server, and the schemas that the run has made in it."""

    def __init__(self, url: URL) -> None:
        self._url = url
        self._engine = create_engine(url, poolclass=NullPool)
        self._schemas: list[str] = []

    def not_there(self) -> str:
        """Why the server cannot be reached; blank where it can."""
        try:
            self._engine.connect().close()
        except SQLAlchemyError as failure:
            return type(getattr(failure, "orig", None) or failure).__name__
        return ""

    def settings(self) -> Settings:
        """The settings of a landscape whose systems and store each have a new schema."""
        run = uuid4().hex[:12]
        systems = {name: self._schema(f"zicm_{run}_{name.lower()}") for name in Settings().systems}
        return Settings(systems=systems, store=self._schema(f"zicm_{run}_cpi"))

    def drop_schemas(self) -> None:
        with self._engine.begin() as connection:
            for schema in self._schemas:
                connection.execute(text(f"DROP SCHEMA {schema} CASCADE"))

    def _schema(self, name: str) -> str:
        """Make a schema. Returns the URL that leads into it."""
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
        help=f"keep both systems and CPI's store in PostgreSQL: that of {URL_VARIABLE}, else a private server",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Raises UsageError where a server is asked for that does not answer."""
    given = os.environ.get(URL_VARIABLE)
    asked = config.getoption("--postgres") and find_spec("psycopg") is not None
    if asked and given and (why := Postgres(_url(given)).not_there()):
        raise pytest.UsageError(f"{URL_VARIABLE} names a server that does not answer ({why})")


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """A PostgreSQL server; without one, the tests that ask for it are skipped."""
    with ExitStack() as stack:
        if find_spec("psycopg") is None:
            skip_without("psycopg", "pip install zicm[postgres]")
        given = os.environ.get(URL_VARIABLE)
        try:
            url = _url(given) if given else stack.enter_context(private_server())
        except ServerUnavailable as reason:
            skip_without("PostgreSQL", str(reason))
        made = Postgres(url)
        stack.callback(made.drop_schemas)
        yield made


@pytest.fixture(scope="session")
def databases(request: pytest.FixtureRequest) -> Settings:
    """Settings that name the databases of both systems and of CPI's store: in memory, or in a server (--postgres)."""
    if not request.config.getoption("--postgres"):
        return Settings()
    settings: Settings = request.getfixturevalue("postgres").settings()
    return settings


def _url(given: str) -> URL:
    """A URL as people write it, with the driver that is used here. Raises UsageError for what is none."""
    try:
        return make_url(given).set(drivername="postgresql+psycopg")
    except ArgumentError:
        raise pytest.UsageError(f"{URL_VARIABLE} is no URL of a database") from None
