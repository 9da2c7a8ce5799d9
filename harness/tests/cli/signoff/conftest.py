"""The fixtures of those who sign."""

from pathlib import Path

import pytest

from harness.signoff import service
from harness.tests.support.condition_features import copy_features, of_conditions


@pytest.fixture(scope="session")
def condition_features(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with the scenarios of conditions; tests only read it."""
    return copy_features(tmp_path_factory.mktemp("features"), of_conditions())


@pytest.fixture
def features(condition_features: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave only the scenarios of conditions, which are those that have run, in what rules and decisions rest on."""
    monkeypatch.setattr(service, "FEATURES", condition_features)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Name an approval file that does not exist yet."""
    return tmp_path / "approvals.toml"
