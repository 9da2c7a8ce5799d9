"""Locate features and fixtures; write files atomically, and never over what somebody else wrote."""

import errno
import os
import re
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from zipfile import BadZipFile, ZipFile, is_zipfile

_PACKAGE = Path(__file__).parent
_INSTALLED = _PACKAGE / "_data"
CHECKOUT = _PACKAGE.parent
"""Top of the repository; meaningless in an installed package."""

_TOP = _INSTALLED if _INSTALLED.is_dir() else CHECKOUT

FEATURES = _TOP / "features"
FIXTURES = _TOP / "fixtures"
REFERENCE_FLOW = FIXTURES / "iflow" / "ICI_Contract_To_ECC"
TEST_FEATURES = _PACKAGE / "test_features.py"

_SIGNOFF_SETTINGS = Path("fixtures", "spec", "signoff.toml")
_APPROVALS = Path("fixtures", "spec", "approvals.toml")
_OF_A_CHECKOUT = Path("fixtures", "spec", "conditions.toml")


def approvals_file(folder: Path | None = None) -> Path:
    """Return the file of the approvals of the checkout that holds `folder`, by default the working directory.

    Outside a checkout it is the file of the checkout that runs, and for an installed package one in the working
    directory.
    """
    if top := _checkout_of(folder):
        return top / _APPROVALS
    return Path(_APPROVALS.name) if _INSTALLED.is_dir() else CHECKOUT / _APPROVALS


def signoff_settings(folder: Path | None = None) -> Path:
    """Return the file with the roles that must sign: that beside the approvals, see `approvals_file`.

    An installed package outside a checkout has its own.
    """
    return (_checkout_of(folder) or _TOP) / _SIGNOFF_SETTINGS


def _checkout_of(folder: Path | None) -> Path | None:
    at = (folder or Path.cwd()).resolve()
    return next((top for top in (at, *at.parents) if (top / _OF_A_CHECKOUT).is_file()), None)


_HEAD_BYTES = 4096


@contextmanager
def atomic_write(file: Path, replaceable: bytes) -> Iterator[Path]:
    """Yield a temporary path beside `file`, which replaces `file` unless the block raises.

    Raises OSError where that fails, and as `require_replaceable` does; `file` is then unchanged.
    """
    require_replaceable(file, replaceable)
    file = file.resolve()  # a link stays a link
    temporary = file.with_name(f".{file.name}.{os.getpid()}.half")
    try:
        yield temporary
        temporary.replace(file)
    finally:
        temporary.unlink(missing_ok=True)


def require_replaceable(file: Path, pattern: bytes) -> None:
    """Check that a file may be written: it does not exist, or its beginning shows what an earlier run wrote there.

    `pattern` is a regular expression, which is searched in the first bytes, or in the properties of a workbook.
    Raises FileExistsError for every other file, an empty one, a folder and a device included.
    """
    if file.exists() and not (file.is_file() and re.search(pattern, _beginning(file))):
        reason = "it exists and holds something else than this command writes; give another name"
        raise FileExistsError(errno.EEXIST, reason, str(file))


def _beginning(file: Path) -> bytes:
    """Read the first bytes of a file, of a workbook those of its properties; blank where it has none."""
    if is_zipfile(file):
        try:
            with ZipFile(file) as book, book.open("docProps/core.xml") as properties:
                return properties.read(_HEAD_BYTES)
        except (BadZipFile, KeyError, NotImplementedError, RuntimeError, zlib.error):
            # Spoilt, without properties, packed in a way that zipfile lacks, or with a password: it is none of ours,
            # and the caller refuses to replace it.
            return b""
    with file.open("rb") as content:
        return content.read(_HEAD_BYTES)
