"""Start `zicm serve` as a loaded process."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from tempfile import TemporaryFile
from typing import IO

from harness.tests.support.loaded_process import LoadedProcess, Start, started


@contextmanager
def serving_process(*options: object) -> Iterator[tuple[LoadedProcess, IO[str], IO[str]]]:
    """Run a process that serves, and kill it at the end if it still runs. Yields its two streams, too."""
    start = Start(["harness.cli", "serve", *map(str, options)])
    reading, writing = os.pipe()
    with os.fdopen(reading, encoding="utf-8") as out, TemporaryFile("w+", encoding="utf-8") as err:
        end = os.fdopen(writing, "w", encoding="utf-8")
        with end, started(start, end, err) as process:
            end.close()  # so that nobody writes any more when the process has ended
            yield process, out, err
