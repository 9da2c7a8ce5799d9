"""Share what the runs of pytest have in common that these tests start in their own process."""

import pytest


@pytest.fixture(autouse=True)
def without_other_plugins(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a run load the plugins that it names: importing all that are installed takes longer than the run."""
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
