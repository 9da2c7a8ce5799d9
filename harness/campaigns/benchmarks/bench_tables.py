"""The table logic alone: the function module of one ECC system against a raw upsert of the same rows."""

from collections.abc import Callable
from contextlib import ExitStack, closing
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import pytest

from harness.campaigns.benchmarks.baseline_database import RawDatabase
from harness.campaigns.benchmarks.contracts import ContractRow, changed, entry
from harness.campaigns.benchmarks.measure import BenchRow, Pair, in_turn, rows_by_size, seconds
from harness.campaigns.benchmarks.what_is_there import FIRST, SIZES, FilledFolders
from simulator.ecc.system import EccSystem

KINDS = {
    #            there before, what is sent, goal
    "creating": (False, entry, 2.0),
    "changing": (True, changed, 2.5),
    "unchanged": (True, entry, 1.2),
}
_CHUNK, _ROUNDS = 250, 15


@pytest.mark.parametrize("kind", KINDS)
def test_table_logic(
    record: Callable[[Callable[[], list[BenchRow]]], None], tmp_path: Path, filled: FilledFolders, kind: str
) -> None:
    there_before, sent, goal = KINDS[kind]

    def rounds(size: int) -> Callable[[int], list[ContractRow]]:
        """Return what is sent in a round; where all contracts had their turn, they are as before in the next one."""
        order = Random(0).sample(range(FIRST, FIRST + size), size)

        def rows(number: int) -> list[ContractRow]:
            places = range(number * _CHUNK, (number + 1) * _CHUNK)
            if not there_before:
                return [sent(FIRST + size + place) for place in places]
            return [(entry if place // size % 2 else sent)(order[place % size]) for place in places]

        return rows

    def measure() -> list[BenchRow]:
        with ExitStack() as stack, TemporaryDirectory(dir=tmp_path) as folder:
            taken = in_turn({size: _pair(stack, filled, Path(folder), size, rounds(size)) for size in SIZES}, _ROUNDS)
            return rows_by_size(f"table logic, {kind}", goal, _CHUNK, taken)

    record(measure)


def _pair(
    stack: ExitStack, filled: FilledFolders, folder: Path, size: int, rows: Callable[[int], list[ContractRow]]
) -> Pair:
    """Open a system with so many contracts, and a copy of its database for the raw upserts."""
    file, raw_file = folder / f"{size}.db", folder / f"{size}-raw.db"
    for one in (file, raw_file):
        filled.copy_tables(size, one)
    system = stack.enter_context(closing(EccSystem("PF2", f"sqlite:///{file.as_posix()}")))
    held, raw = (stack.enter_context(closing(RawDatabase(one))) for one in (file, raw_file))

    def same() -> None:
        assert held.content() == raw.content()

    stack.callback(same)

    def ours(number: int) -> float:
        def upsert() -> None:
            for contract, organisations in entries:
                system.z_mm_icmcontract_upsert(contract, organisations)

        entries = rows(number)
        return seconds(upsert)

    def baseline(number: int) -> float:
        def upsert() -> None:
            for one in entries:
                raw.upsert(one)

        entries = rows(number)
        return seconds(upsert)

    return Pair(ours, baseline)
