"""The reference objects: a copy to break, and translated once for all tests; skipped where there is no engine."""

from pathlib import Path
from shutil import copytree

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


@pytest.fixture
def objects(tmp_path: Path) -> Path:
    """Return a copy of the reference objects."""
    return copytree(REFERENCE, tmp_path / "objects")
