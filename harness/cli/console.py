"""The console that people read: colour on a terminal alone, and no character that it could not show."""

import io
import os
import sys

from rich.console import Console
from rich.text import Text

WIDE = 120
"""From this width on there is room for a column more."""


def console() -> Console:
    """A console on standard output."""
    # Without a colour system Rich writes no escape sequence at all; by itself NO_COLOR would keep bold and dim.
    return Console(
        color_system=None if os.environ.get("NO_COLOR") else "auto", highlight=False, markup=False, emoji=False
    )


def print_line(on: Console, text: str | Text, style: str = "") -> None:
    """Print one line; a long one is left to the terminal to wrap, so that paths can be copied and searched for."""
    on.print(text, style=style, soft_wrap=True)


def forgive_encoding() -> None:
    """Let standard output write as an escape what its encoding lacks, as a redirected one on Windows does."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")
