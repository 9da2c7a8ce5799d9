"""Files that are there whole or not at all."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def written_whole(file: Path) -> Iterator[Path]:
    """A path beside a file, to write to: what stands there takes the file's place when nothing was raised inside.

    Raises OSError where it cannot; the file is then as it was.
    """
    half = file.with_name(f".{file.name}.{os.getpid()}.half")
    try:
        yield half
        half.replace(file)
    finally:
        half.unlink(missing_ok=True)
