"""A pytest plugin: choose the environment of the features by command line options."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest

from harness.environments.abap_plugin import abap_folder
from harness.environments.in_process import InProcessEnvironment
from harness.environments.interfaces import (
    CONNECTOR_JOBS,
    ConnectorAddress,
    Environment,
    MiddlewareAddress,
    Mode,
)
from harness.environments.missing_tools import skip_without
from harness.errors import UserError
from harness.files import REFERENCE_FLOW
from harness.server.credentials import resolve_secret

if TYPE_CHECKING:
    from harness.environments.external import ExternalEnvironment
    from harness.environments.flow import FlowEnvironment
    from simulator.settings import Settings

BEYOND_SHEET = "beyond the sheet: a middleware that keeps nothing cannot do it"


SHEET_ALONE = pytest.StashKey[bool]()
"""True in a run that asks for what the mapping sheet says, and reports scenarios beyond it apart."""

MODE = pytest.StashKey[Mode]()
"""The mode of the run, also where its environment is in other processes."""


HANDED_IN = pytest.StashKey[Environment]()
"""The environment that whoever starts the run hands in, and closes."""

FLOW = pytest.StashKey["FlowEnvironment"]()
"""The environment of a run against an integration flow, once it is there."""


_MODES = {
    "--wire": Mode.HTTP,
    "--middleware-url": Mode.EXTERNAL,
    "--connector-url": Mode.CONNECTOR,
    "--flow": Mode.IFLOW,
}
"""The options that choose an environment; without one the features run in this process."""

_ADDRESS = MiddlewareAddress("")
_DEFAULTS: dict[str, object] = {
    "--flow-parameter": [],
    "--connector-job": [],
    "--webhook-header": [],
    "--settle": _ADDRESS.settle,
    "--pending-url": "",
    "--listen": f"{_ADDRESS.host}:{_ADDRESS.port}",
    "--ici-token": _ADDRESS.ici_token,
    "--ici-client": ":".join(_ADDRESS.ici_client),
    "--scm-client": ":".join(ConnectorAddress("").scm_client),
    "--ecc-login": ":".join(_ADDRESS.ecc_login),
}
_USED_BY = {
    **dict.fromkeys(_DEFAULTS, ("--middleware-url", "--connector-url")),
    "--flow-parameter": ("--flow",),
    "--connector-job": ("--connector-url",),
    "--scm-client": ("--connector-url",),
    "--ecc-login": ("--middleware-url",),
}
"""An option to those without which it has no effect."""

_UNUSED_BY = {"--postgres": ("--middleware-url", "--connector-url", "--flow"), "--abap": ("--connector-url",)}
"""An option to those with which it has no effect."""


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("environments", "where the features run (by default in this process)")

    def add(name: str, **more: Any) -> None:
        group.addoption(name, **({"default": _DEFAULTS[name]} if name in _DEFAULTS else {}), **more)

    add("--wire", action="store_true", help="run our own landscape over HTTP, each part in its own process")
    add("--flow", metavar="FLOW", type=Path, nargs="?", const=REFERENCE_FLOW, help="run an exported integration flow")
    add(
        "--flow-parameter",
        metavar="NAME=VALUE",
        action="append",
        help="the value of an externalised parameter; {ICI}, {PF2} and {WP2} in it are our URLs",
    )
    add("--middleware-url", metavar="URL", help="test the middleware with this webhook")
    add("--connector-url", metavar="URL", help="test the connector to SCM with this webhook")
    add(
        "--connector-job",
        metavar="NAME=URL",
        action="append",
        help=f"the URL by which the connector is asked to do something: {', '.join(CONNECTOR_JOBS)}",
    )
    add(
        "--webhook-header",
        metavar="NAME:VALUE",
        action="append",
        help="a credential for the webhook; VALUE may be env:VARIABLE, like every secret here",
    )
    add(
        "--settle",
        metavar="SECONDS",
        type=float,
        help="an event is done after so long without a call (default: %(default)s)",
    )
    add("--pending-url", metavar="URL", help="or when this URL answers 0, the number of unfinished events")
    add("--listen", metavar="HOST:PORT", help="the address at which ICI and ECC listen")
    add("--ici-token", metavar="TOKEN", help="the bearer token that ICI accepts")
    add("--ici-client", metavar="ID:SECRET", help="the OAuth2 client that ICI accepts")
    add("--scm-client", metavar="ID:SECRET", help="the OAuth2 client that SCM accepts")
    add("--ecc-login", metavar="USER:PASSWORD", help="the login that the ECC systems accept")


def pytest_report_header(config: pytest.Config) -> list[str]:
    external = config.stash.get(_EXTERNAL, None)
    if external is None:
        return []
    who = "connector" if external.mode is Mode.CONNECTOR else "middleware"
    return [f"the {who} calls:", *(f"  {name}: {url}" for name, url in external.urls.items())]


_EXTERNAL = pytest.StashKey["ExternalEnvironment"]()


def pytest_configure(config: pytest.Config) -> None:
    """Listen before anything runs, so that the header shows the addresses that the middleware calls.

    Raises pytest.UsageError for an option that would have no effect: the run would not be the one that was asked for.
    """
    chosen = [option for option in _MODES if config.getoption(option)]
    if len(chosen) > 1:
        raise pytest.UsageError(f"choose one middleware: {' or '.join(chosen)}")
    _refuse_unused(config, *chosen)
    config.stash[MODE] = mode = _MODES[chosen[0]] if chosen else Mode.IN_PROCESS
    config.stash[SHEET_ALONE] = mode in (Mode.EXTERNAL, Mode.CONNECTOR, Mode.IFLOW)
    if config.getoption("--abap", None) and mode in (Mode.IN_PROCESS, Mode.HTTP):
        config.stash[MODE] = Mode.ABAP
    if mode in (Mode.EXTERNAL, Mode.CONNECTOR):
        config.stash[_EXTERNAL] = _external(config)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Let scenarios tagged @beyond_sheet fail in a middleware that is not ours: the sheet does not ask for them."""
    if config.stash.get(SHEET_ALONE, False):
        for item in items:
            if item.get_closest_marker("beyond_sheet"):
                item.add_marker(pytest.mark.xfail(reason=BEYOND_SHEET, strict=False))


def pytest_unconfigure(config: pytest.Config) -> None:
    if external := config.stash.get(_EXTERNAL, None):
        external.close()


@pytest.fixture(scope="session")
def environment(
    pytestconfig: pytest.Config, request: pytest.FixtureRequest, abap: Path | None
) -> Iterator[Environment]:
    """Yield the environment in which all scenarios of the run take place."""
    if external := pytestconfig.stash.get(_EXTERNAL, None):
        yield external
        return
    if handed_in := pytestconfig.stash.get(HANDED_IN, None):
        yield handed_in
        return
    chosen: Environment
    if flow := pytestconfig.getoption("--flow"):
        chosen = pytestconfig.stash[FLOW] = _flow(flow, pytestconfig.getoption("--flow-parameter"), abap)
    elif pytestconfig.getoption("--wire"):
        chosen = _http(request.getfixturevalue("databases"), abap)
    else:
        chosen = InProcessEnvironment(request.getfixturevalue("databases"), abap)
    yield chosen
    chosen.close()


def _refuse_unused(config: pytest.Config, chosen: str = "") -> None:
    given = [
        one for one in (*_USED_BY, *_UNUSED_BY) if config.getoption(one, None) not in (None, False, _DEFAULTS.get(one))
    ]
    for option in given:
        if option in _USED_BY and chosen not in _USED_BY[option]:
            raise pytest.UsageError(f"{option} goes with {' or '.join(_USED_BY[option])}")
        if chosen in _UNUSED_BY.get(option, ()):
            raise pytest.UsageError(f"{option} does not go with {chosen}")


# Each of these takes long to import, and most runs need none of them.
def _external(config: pytest.Config) -> "ExternalEnvironment":
    """Listen for somebody's middleware. Raises pytest.UsageError."""
    from harness.environments.external import ExternalEnvironment  # noqa: PLC0415
    from harness.server.uvicorn_server import PortInUse  # noqa: PLC0415

    try:
        if config.getoption("--connector-url"):
            return _connector(config)
        return ExternalEnvironment(MiddlewareAddress(**_address(config, "--middleware-url")), abap_folder(config))
    except PortInUse as why:
        raise pytest.UsageError(str(why)) from None


def _flow(flow: Path, parameters: Iterable[str], abap: Path | None) -> "FlowEnvironment":
    """Deploy a flow. Skips if there is no Java, and ends the run if it cannot be run whole."""
    from harness.environments.flow import FlowEnvironment  # noqa: PLC0415
    from harness.flow.jvm import INSTALL, missing  # noqa: PLC0415

    if lacks := missing():
        skip_without(lacks, INSTALL)
    try:
        return FlowEnvironment(flow, dict(map(_parameter, parameters)), abap)
    except UserError as why:
        pytest.exit(str(why), pytest.ExitCode.USAGE_ERROR)


def _http(databases: "Settings", abap: Path | None) -> Environment:
    from harness.environments.http import HttpEnvironment  # noqa: PLC0415

    return HttpEnvironment(databases, abap)


def _connector(config: pytest.Config) -> "ExternalEnvironment":
    """Listen for somebody's connector. Raises pytest.UsageError, PortInUse."""
    from harness.environments.external_scm import ConnectorEnvironment  # noqa: PLC0415

    jobs = dict(_parameter(given, "--connector-job") for given in config.getoption("--connector-job"))
    if unknown := sorted(jobs.keys() - CONNECTOR_JOBS):
        raise pytest.UsageError(f"--connector-job: no such job: {', '.join(unknown)}")
    for url in jobs.values():
        _require_url("--connector-job", url)
    client = _pair("--scm-client", config.getoption("--scm-client"))
    address = ConnectorAddress(**_address(config, "--connector-url"), scm_client=client, jobs=jobs)
    return ConnectorEnvironment(address)


def _address(config: pytest.Config, webhook: str) -> dict[str, Any]:
    """Read the options that both kinds share. Raises pytest.UsageError."""
    host, _, port = config.getoption("--listen").rpartition(":")
    if not host or not port.isdecimal():
        raise pytest.UsageError("--listen takes HOST:PORT")
    _require_url(webhook, config.getoption(webhook))
    if config.getoption("--pending-url"):
        _require_url("--pending-url", config.getoption("--pending-url"))
    return {
        "webhook": config.getoption(webhook),
        "headers": dict(_pair("--webhook-header", header) for header in config.getoption("--webhook-header")),
        "pending": config.getoption("--pending-url"),
        "settle": config.getoption("--settle"),
        "host": host,
        "port": int(port),
        "ici_token": _secret(config.getoption("--ici-token")),
        "ici_client": _pair("--ici-client", config.getoption("--ici-client")),
        "ecc_login": _pair("--ecc-login", config.getoption("--ecc-login")),
    }


def _require_url(option: str, url: str) -> None:
    """Raise pytest.UsageError for what is no address; it may have a query."""
    try:
        parts = urlsplit(url)
        is_url = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        is_url = False
    if not is_url or any(one.isspace() for one in url):
        raise pytest.UsageError(f"{option}: an address begins with http:// or https:// and the name of a host")


def _parameter(given: str, option: str = "--flow-parameter") -> tuple[str, str]:
    name, equals, value = given.partition("=")
    if not name or not equals:
        raise pytest.UsageError(f"{option} takes NAME={'VALUE' if option == '--flow-parameter' else 'URL'}")
    return name.strip(), value


def _pair(option: str, given: str) -> tuple[str, str]:
    name, colon, value = given.partition(":")
    if not name or not colon:
        raise pytest.UsageError(f"{option} takes two parts with a colon between them")
    return name.strip(), _secret(value.strip())


def _secret(given: str) -> str:
    try:
        return resolve_secret(given)
    except LookupError as why:
        raise pytest.UsageError(why.args[0]) from None
