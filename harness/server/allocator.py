"""Keep the memory of a server flat: the allocator of glibc gives each thread its own arena unless it is told not to."""

import ctypes
import sys

_M_ARENA_MAX = -8
"""The parameter of mallopt in `malloc.h`."""

_ARENAS = 2


def share_arenas() -> bool:
    """Let all threads share two arenas. Returns False where the allocator is another one.

    What a thread has freed stays in its arena, and CPI starts a thread for each task: with up to eight arenas for each
    core, the memory that nobody uses grows for tens of thousands of events.
    """
    if not sys.platform.startswith("linux"):
        return False
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    return mallopt is not None and bool(mallopt(_M_ARENA_MAX, _ARENAS))
