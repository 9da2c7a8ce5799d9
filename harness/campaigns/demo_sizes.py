"""Check that the report finds what the demo plants, and nothing else, at 200, 2,000 and 10,000 contracts.

`python -m harness.campaigns.demo_sizes` takes ten minutes; give sizes to check others.
"""

import sys
from collections import Counter
from datetime import date
from time import perf_counter

from harness.testdata.demo.expected_findings import ExpectedFindings
from harness.testdata.demo.populate import populate
from simulator.landscape import Landscape, consolidation_report
from simulator.reporting.consolidation import Report, ReportRequest

_DAY = date(2026, 6, 30)
_SIZES, _SEEDS = (200, 2_000, 10_000), (1, 2, 3)


def find_unlike(planted: ExpectedFindings, report: Report) -> dict[str, tuple[int, int]]:
    """Count for each part that is unlike what was planted: the rows too many, and those that lack."""
    verdicts = [{**one._asdict(), "verdict": "ready"} for one in planted.ready]
    verdicts += [{**one._asdict(), "verdict": "blocked"} for one in planted.blocked]
    unlike = dict[str, tuple[int, int]]()
    for part, rows in {**planted.findings(), "s4": verdicts}.items():
        columns = list(rows[0]) if rows else report.parts[part].names
        expected = Counter(tuple(row[name] for name in columns) for row in rows)
        found = Counter(tuple(str(row[name]) for name in columns) for row in report.parts[part].dicts())
        if expected != found:
            unlike[part] = (found - expected).total(), (expected - found).total()
    return unlike


def main(sizes: list[int]) -> int:
    """Check each size with each seed. Returns the number of parts that are unlike."""
    wrong = 0
    for size in sizes:
        for seed in _SEEDS:
            start = perf_counter()
            with Landscape() as landscape:
                planted = populate(landscape, size, seed, _DAY, lambda _what, _through, _of: None)
                report = consolidation_report(landscape.systems, landscape.settings, ReportRequest(planted.day))
            unlike = find_unlike(planted, report)
            wrong += len(unlike)
            rows = sum(map(len, planted.findings().values()))
            said = unlike or f"all {rows:,} findings and {len(report.parts['s4'].rows):,} verdicts alike"
            sys.stdout.write(f"{size:,} contracts, seed {seed}: {said} ({perf_counter() - start:.0f} s)\n")
    return wrong


if __name__ == "__main__":
    sys.exit(bool(main([int(size) for size in sys.argv[1:]] or list(_SIZES))))
