"""The threads of a server share the arenas of the allocator."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from harness.server.allocator import share_arenas
from harness.tests.support.patience import PROCESS_PATIENCE

ALLOCATE = """
import ctypes, sys
from threading import Barrier, Thread
from harness.server.allocator import share_arenas

libc = ctypes.CDLL(None)
libc.malloc.restype = libc.fopen.restype = ctypes.c_void_p
if sys.argv[2] == "shared":
    share_arenas()
together = Barrier(16)

def allocate():
    together.wait()
    for _ in range(100):
        libc.malloc(1000)
    together.wait()

threads = [Thread(target=allocate) for _ in range(16)]
for one in threads:
    one.start()
for one in threads:
    one.join()
file = ctypes.c_void_p(libc.fopen(sys.argv[1].encode(), b"w"))
libc.malloc_info(0, file)
libc.fclose(file)
"""


def arenas(file: Path, how: str) -> int:
    """Count the arenas of a process after 16 threads have allocated memory at the same time."""
    subprocess.run([sys.executable, "-c", ALLOCATE, str(file), how], check=True, timeout=PROCESS_PATIENCE)  # noqa: S603
    return len(re.findall("<heap nr=", file.read_text(encoding="utf-8")))


@pytest.mark.skipif(not share_arenas(), reason="the allocator is not that of glibc")
def test_threads_share_two_arenas(tmp_path: Path) -> None:
    assert arenas(tmp_path / "shared.xml", "shared") <= 2 < arenas(tmp_path / "own.xml", "own")
