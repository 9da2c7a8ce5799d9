"""A pytest plugin: with --abap, the function module of both systems is the ABAP of a checkout of abapGit.

The ABAP is checked and translated once, before anything runs. Without Node or its packages everything is skipped.
"""

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import pytest

from harness.environments.missing_tools import skip_without
from harness.errors import UserError
from harness.text import printable

if TYPE_CHECKING:
    from harness.abap.repository import AbapFinding

_FOLDER = pytest.StashKey["TemporaryDirectory[str]"]()
_WARNINGS = pytest.StashKey[list["AbapFinding"]]()
_WORKER_INPUT = "abap_build"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--abap",
        metavar="DIR",
        type=Path,
        help="let the ABAP of this checkout of abapGit, such as fixtures/abap, be the function module of both systems",
    )


@pytest.hookimpl(tryfirst=True)  # an environment that begins with the run needs it
def pytest_configure(config: pytest.Config) -> None:
    """Translate the ABAP, unless the process that runs the tests has done so. Raises pytest.UsageError."""
    given = config.getoption("--abap")
    if given is None or hasattr(config, "workerinput"):
        return
    from harness.abap import build  # noqa: PLC0415 - few runs need it

    if build.missing_engine():
        return
    config.stash[_FOLDER] = folder = TemporaryDirectory(prefix="zicm-abap-")
    try:
        config.stash[_WARNINGS] = build.build(given.resolve(), Path(folder.name) / "build")
    except UserError as why:
        folder.cleanup()
        raise pytest.UsageError(str(why)) from None


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Tell each process of pytest-xdist where the ABAP is."""
    if folder := node.config.stash.get(_FOLDER, None):
        node.workerinput[_WORKER_INPUT] = folder.name


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Print what `zicm check-abap` finds in the objects, in one line where it finds nothing."""
    if (found := config.stash.get(_WARNINGS, None)) is None:
        return
    of_folder = f"zicm check-abap {config.getoption('--abap')}"
    if found:
        terminalreporter.section(of_folder)
    for finding in found:
        terminalreporter.write_line(printable(str(finding)))
    if not found:
        terminalreporter.write_line(f"{of_folder}: nothing found")


def pytest_unconfigure(config: pytest.Config) -> None:
    if folder := config.stash.get(_FOLDER, None):
        folder.cleanup()


@pytest.fixture(scope="session")
def abap(pytestconfig: pytest.Config) -> Path | None:
    """Return the folder with the translated ABAP; None in a run without --abap. Skips if there is no engine."""
    folder = abap_folder(pytestconfig)
    if folder is None and pytestconfig.getoption("--abap") is not None:
        from harness.abap.build import INSTALL, missing_engine  # noqa: PLC0415 - few runs need it

        skip_without(missing_engine(), INSTALL)
    return folder


def ecc_of(config: pytest.Config) -> str:
    """Describe the ECC systems of a run."""
    given: Path | None = config.getoption("--abap")
    return f"the function module in ABAP, of {given.resolve().name}" if given else "simulated"


def abap_folder(config: pytest.Config) -> Path | None:
    """Return the folder with the translated ABAP; None without --abap, and without an engine."""
    own = config.stash.get(_FOLDER, None)
    folder: str | None = own.name if own else getattr(config, "workerinput", {}).get(_WORKER_INPUT)
    return Path(folder) / "build" if folder else None
