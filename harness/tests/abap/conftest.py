"""The reference objects, translated once for all tests; skipped where there is no engine."""

from pathlib import Path

import pytest

from harness.abap.build import INSTALL, REFERENCE, build, missing_engine
from harness.environments.missing_tools import skip_without


@pytest.fixture(scope="session")
def engine() -> None:
    """Skip without an engine."""
    if missing := missing_engine():
        skip_without(missing, INSTALL)


@pytest.fixture(scope="session")
def translated(engine: None, tmp_path_factory: pytest.TempPathFactory) -> Path:  # noqa: ARG001 - needs it
    """Return the folder with the translated reference objects."""
    folder = tmp_path_factory.mktemp("abap") / "build"
    build(REFERENCE, folder, checked=False)
    return folder
