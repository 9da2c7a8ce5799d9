"""The packages from npm in `harness/tests/npm/`, with which some tests read what we write."""

from pathlib import Path
from typing import NoReturn

from harness.environments.missing_tools import skip_without

NPM = Path(__file__).parents[1] / "npm"


def skip_without_packages() -> NoReturn:
    """End a test that needs Node or a package of it."""
    skip_without("Node with its packages", "npm ci --prefix harness/tests/npm")
