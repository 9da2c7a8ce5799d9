"""The table logic alone: the function module of one ECC system against a raw upsert of the same rows."""

from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from harness.campaigns.benchmarks.baseline_database import RawDatabase
from harness.campaigns.benchmarks.contracts import ContractRow, changed, chunks, entry
from harness.campaigns.benchmarks.measure import PROCESSOR_TIME, BaselineComparison, Benchmark, PairedRun, seconds
from simulator.ecc.system import EccSystem

KINDS = {
    #            there before, what is sent, goal
    "creating": (False, entry, 2.0),
    "changing": (True, changed, 2.5),
    "unchanged": (True, entry, 1.2),
}


@PROCESSOR_TIME
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("size", [1_000, 10_000])
def test_table_logic(
    benchmark: Benchmark, record_comparison: Callable[[BaselineComparison], None], tmp_path: Path, size: int, kind: str
) -> None:
    there_before, sent, goal = KINDS[kind]
    file = tmp_path / "PF2.db"
    with (
        closing(EccSystem("PF2", f"sqlite:///{file.as_posix()}")) as system,
        closing(RawDatabase(file)) as held,
        closing(RawDatabase(tmp_path / "raw.db", like=held)) as raw,
    ):
        for number in range(size if there_before else 0):
            held.upsert(entry(number))
            raw.upsert(entry(number))

        def ours(entries: list[ContractRow]) -> None:
            for contract, organisations in entries:
                system.z_mm_icmcontract_upsert(contract, organisations)

        def least(entries: list[ContractRow]) -> None:
            for one in entries:
                raw.upsert(one)

        def baseline(entries: list[ContractRow]) -> float:
            return seconds(lambda: least(entries))

        paired_run = PairedRun(f"table logic, {kind}", goal, ours, baseline)
        record_comparison(paired_run.run(benchmark, ([sent(number) for number in chunk] for chunk in chunks(size))))
        assert held.content() == raw.content()
