"""Where the features and the fixtures are: at the top of the repository, or inside the installed package."""

from pathlib import Path

_PACKAGE = Path(__file__).parent
_INSTALLED = _PACKAGE / "_data"
_TOP = _INSTALLED if _INSTALLED.is_dir() else _PACKAGE.parent

FEATURES = _TOP / "features"
FIXTURES = _TOP / "fixtures"

APPROVALS = FIXTURES / "spec" / "approvals.toml"
"""Who approved which condition."""
