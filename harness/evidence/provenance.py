"""Find out of which commit a run is, and who started it."""

import getpass
import subprocess
from pathlib import Path
from shutil import which


def commit(folder: Path) -> str:
    """Return the commit of a checkout, with a remark if files differ from it; blank outside git."""
    git = which("git")
    if git is None:
        return ""
    found = _output(git, "rev-parse", "HEAD", folder=folder)
    if not found:
        return ""
    changed = _output(git, "status", "--porcelain", "--untracked-files=no", folder=folder)
    return f"{found}, with changes" if changed else found


def user() -> str:
    """Return the name of the user of this process; blank if the system knows none."""
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return ""


def _output(*command: str, folder: Path) -> str:
    try:
        ran = subprocess.run(  # noqa: S603 - our own words
            command, cwd=folder, capture_output=True, encoding="utf-8", errors="replace", check=False, timeout=10
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return ran.stdout.strip() if ran.returncode == 0 else ""
