"""Record which lines of code run, with coverage.py."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeAlias

from coverage import Coverage

from harness.evidence.code.scope import EXCLUDED, INCLUDED, TOP

Lines: TypeAlias = dict[str, list[int]]
"""File, as a path below TOP, to the numbers of the lines that ran."""


class LineTracer:
    """Records the lines that run in this process, of the code that counts."""

    def __init__(self) -> None:
        self._coverage = Coverage(
            data_file=None,
            config_file=False,
            include=[f"{TOP}/{pattern}" for pattern in INCLUDED],
            omit=[f"{TOP}/{pattern}" for pattern in EXCLUDED],
            messages=False,
        )
        self._coverage.set_option("run:disable_warnings", ["no-data-collected"])  # of a scenario that is skipped

        self._open: list[Lines] = []
        """The recordings that have not been filled, in the order in which they began."""

        self._number = 0
        """The number of the recording that goes on."""

        self._outermost = 0
        """The number of outermost recordings so far: what each found stays, as to forget it takes longer."""

    @contextmanager
    def recording(self) -> Iterator[Lines]:
        """Yield the lines that run in the block, which are filled in when the outermost block ends.

        What runs in a block within belongs to that one alone. None are recorded where a debugger or another measurement
        traces already.
        """
        lines: Lines = {}
        if not self._open and sys.gettrace() is not None:
            yield lines
            return
        before, number = self._number, len(self._open)
        if not self._open:
            self._outermost += 1
            self._coverage.start()
        self._open.append(lines)
        self._switch(number)
        try:
            yield lines
        finally:
            if number == 0:
                # A warning of coverage.py may be an exception: the next recording begins from nothing all the same.
                opened, self._open = self._open, []
                self._coverage.stop()
                self._fill(opened)
            else:
                self._switch(before)

    def _switch(self, number: int) -> None:
        self._number = number
        self._coverage.switch_context(self._context(number))

    def _context(self, number: int) -> str:
        return f"{self._outermost}.{number}"

    def _fill(self, opened: list[Lines]) -> None:
        data = self._coverage.get_data()
        for number, lines in enumerate(opened):
            data.set_query_context(self._context(number))
            for file in data.measured_files():
                if ran := data.lines(file):
                    lines[Path(file).relative_to(TOP).as_posix()] = sorted(ran)
