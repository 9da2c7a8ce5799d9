"""A pytest plugin: where the features run, by the options of the command line."""

from collections.abc import Iterator

import pytest

from harness.environments.external import External, Middleware
from harness.environments.http import HttpEnvironment
from harness.environments.in_process import InProcess
from harness.environments.interfaces import Environment
from harness.server.credentials import secret
from harness.server.uvicorn_server import PortInUse


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("modes", "where the features run (by default in this process)")
    default = Middleware("")
    add = group.addoption
    add("--wire", action="store_true", help="our own landscape over HTTP, each part in a process of its own")
    add("--middleware-url", metavar="URL", help="hold the middleware with this webhook to the features")
    add(
        "--webhook-header",
        metavar="NAME:VALUE",
        action="append",
        default=[],
        help="a credential that the webhook asks for; VALUE may be env:VARIABLE, as every secret here",
    )
    add("--settle", metavar="SECONDS", type=float, default=default.settle, help="an event is done after so much quiet")
    add(
        "--pending-url", metavar="URL", default="", help="or, where it answers with the number of events not done, at 0"
    )
    add("--listen", metavar="HOST:PORT", default=f"{default.host}:{default.port}", help="where ICI and ECC listen")
    add("--ici-token", metavar="TOKEN", default=default.ici_token, help="bearer token that ICI takes")
    add("--ici-client", metavar="ID:SECRET", default=":".join(default.ici_client), help="or a client of its OAuth2")
    add("--ecc-login", metavar="USER:PASSWORD", default=":".join(default.ecc_login), help="what the ECC systems take")


def pytest_report_header(config: pytest.Config) -> list[str]:
    mode = config.stash.get(_MODE, None)
    if mode is None:
        return []
    return ["the middleware calls:", *(f"  {name}: {url}" for name, url in mode.urls.items())]


_MODE = pytest.StashKey[External]()


def pytest_configure(config: pytest.Config) -> None:
    """Listen before anything runs: who connects a middleware sees at once where it has to call."""
    if config.getoption("--wire") and config.getoption("--middleware-url"):
        raise pytest.UsageError("--wire is our own middleware, --middleware-url another one")
    if config.getoption("--middleware-url"):
        try:
            config.stash[_MODE] = External(_middleware(config))
        except PortInUse as why:
            raise pytest.UsageError(str(why)) from None


def pytest_unconfigure(config: pytest.Config) -> None:
    if mode := config.stash.get(_MODE, None):
        mode.close()


@pytest.fixture(scope="session")
def mode(pytestconfig: pytest.Config, request: pytest.FixtureRequest) -> Iterator[Environment]:
    """Where the scenarios take place, one after the other."""
    chosen = pytestconfig.stash.get(_MODE, None)
    if chosen:
        yield chosen
        return
    made = HttpEnvironment() if pytestconfig.getoption("--wire") else InProcess(request.getfixturevalue("databases"))
    yield made
    made.close()


def _middleware(config: pytest.Config) -> Middleware:
    """Raises pytest.UsageError."""
    host, _, port = config.getoption("--listen").rpartition(":")
    if not host or not port.isdecimal():
        raise pytest.UsageError("--listen takes HOST:PORT")
    return Middleware(
        config.getoption("--middleware-url"),
        headers=dict(_pair("--webhook-header", header) for header in config.getoption("--webhook-header")),
        pending=config.getoption("--pending-url"),
        settle=config.getoption("--settle"),
        host=host,
        port=int(port),
        ici_token=_secret(config.getoption("--ici-token")),
        ici_client=_pair("--ici-client", config.getoption("--ici-client")),
        ecc_login=_pair("--ecc-login", config.getoption("--ecc-login")),
    )


def _pair(option: str, given: str) -> tuple[str, str]:
    name, colon, value = given.partition(":")
    if not name or not colon:
        raise pytest.UsageError(f"{option} takes two parts with a colon between them")
    return name.strip(), _secret(value.strip())


def _secret(given: str) -> str:
    try:
        return secret(given)
    except LookupError as why:
        raise pytest.UsageError(why.args[0]) from None
