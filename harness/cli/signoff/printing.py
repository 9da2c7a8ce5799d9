"""Print conditions of the sign-off pack into a PDF, with the Chromium of the machine."""

import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

from harness.errors import UserError
from harness.files import atomic_write, require_replaceable
from harness.signoff.html.page import PATTERN

_BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "msedge")
_PDF = b"%PDF-"
_SECONDS = 120


def print_conditions(pack: Path, conditions: Sequence[str], file: Path) -> int:
    """Print conditions, or all where none is named. Returns the number of pages.

    Raises UserError without a pack or a browser, and where the browser prints nothing.
    """
    try:
        if PATTERN not in pack.read_bytes():
            raise UserError(f"{pack} is no sign-off pack")
        require_replaceable(file, _PDF)
    except OSError as error:
        raise UserError(f"{error.filename or file}: {error.strerror}") from None
    address = f"{pack.resolve().as_uri()}?print={','.join(conditions) or 'all'}"
    browser = next(filter(None, map(shutil.which, _BROWSERS)), None)
    if browser is None:
        raise UserError(f"there is no Chromium on this machine: open {address} in a browser, and print from there")
    with tempfile.TemporaryDirectory() as folder:
        made = Path(folder) / "made.pdf"
        options = ["--headless", "--disable-gpu", "--no-sandbox", f"--user-data-dir={folder}/profile"]
        options += ["--no-pdf-header-footer", "--virtual-time-budget=20000", f"--print-to-pdf={made}"]
        try:
            subprocess.run(  # noqa: S603 - opens nothing but our own file
                [browser, *options, address], capture_output=True, check=False, timeout=_SECONDS
            )
        except subprocess.TimeoutExpired:
            raise UserError(f"{browser} has not printed within {_SECONDS} seconds") from None
        if not made.exists():
            raise UserError(f"{browser} has printed nothing")
        content = made.read_bytes()
    file.parent.mkdir(parents=True, exist_ok=True)
    with atomic_write(file, _PDF) as half:
        half.write_bytes(content)
    return content.count(b"/Type /Page\n")
