"""The key file: which keys are left when the others are destroyed."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from simulator.cpi.key_file import KeyFile

KEYS = 3000


@pytest.fixture
def keys(tmp_path: Path) -> Iterator[KeyFile]:
    """Yield a file with so many keys that they are read in several parts."""
    KeyFile.create(tmp_path / "keys")
    with closing(KeyFile(tmp_path / "keys")) as file:
        file.make(KEYS)
        yield file


def _destroyed(keys: KeyFile) -> set[int]:
    return {number for number in range(keys.count) if not keys.has(number)}


def test_every_used_key_that_no_row_needs_is_destroyed(keys: KeyFile) -> None:
    """The tables take turns: one has used its keys up to 2500, the other up to 1027."""
    keys.destroy_others({2, 1023, 1024, 1025, 2048}, [range(2, 2501, 2), range(3, 1028, 2)])
    even, odd = {*range(2, 2501, 2)} - {2, 1024, 2048}, {*range(3, 1028, 2)} - {1023, 1025}
    assert _destroyed(keys) == even | odd


def test_what_is_used_later_is_destroyed_later(keys: KeyFile) -> None:
    keys.destroy_others(set(), [range(2, 2049, 2), range(3, 2048, 2)])
    keys.destroy_others({2049}, [range(2, 2051, 2), range(3, 2054, 2)])
    assert _destroyed(keys) == {*range(2, 2054)} - {2049, 2052}


def test_nothing_is_destroyed_while_nothing_is_used(keys: KeyFile) -> None:
    keys.destroy_others(set(), [range(2, 1, 2), range(3, 2, 2)])
    assert _destroyed(keys) == set()
