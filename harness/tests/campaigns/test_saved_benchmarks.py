"""The figures of the benchmarks are kept, compared with those of the next run, and drawn."""

import json
from pathlib import Path
from xml.etree.ElementTree import fromstring

import pytest

from harness.campaigns.benchmarks.measure import (
    GROWTH,
    MEMORY,
    RATIO,
    BenchRow,
    Pair,
    PairedRounds,
    bulk_row,
    in_turn,
    latency_row,
    rows_by_size,
)
from harness.campaigns.benchmarks.saved_run import not_compared, read, save, worse

pytest_plugins = ["pytester"]

PAGE = "Figures\n\n<!-- figures -->\nold\n<!-- end of figures -->\n\nThe rest\n"
EVENT, HTML = "event to commit, 1,000 contracts", "zicm report, HTML, 10,000 contracts"
SAVED = {EVENT: {"ratio": 2.0}, HTML: {"ratio": 10.0, "MB": 200.0}}

BENCHES = """
from harness.campaigns.benchmarks.measure import GrowthPoint, BenchRow, latency_row

EVENTS, REPORTS = iter([{events}]), iter([{reports}])

def test_event(record):
    point = GrowthPoint("event to commit", 1_000, 1.0, 1.0)
    record(lambda: [BenchRow("event to commit, 1,000 contracts", "1/s", "2/s", {{"ratio": next(EVENTS)}}, point=point)])

def test_report(record):
    def row():
        ratio, peak = next(REPORTS)
        return BenchRow("zicm report, HTML, 10,000 contracts", "1 s", "2 s", {{"ratio": ratio, "MB": peak}})
    record(lambda: [row()])

def test_latency(record):
    record(lambda: [latency_row("one at a time", [1.0, 2.0, 3.0])])
"""
ADDED = """
from harness.campaigns.benchmarks.measure import BenchRow

def test_new(record):
    record(lambda: [BenchRow("table logic, 1,000 contracts", "1/s", "2/s", {"ratio": 1.0})])
"""


class Benches:
    """Benchmarks with given figures, beside the figures that were saved."""

    def __init__(self, pytester: pytest.Pytester) -> None:
        self._pytester = pytester
        self.docs = pytester.path / "docs"
        (self.docs / "images").mkdir(parents=True)
        (self.docs / "performance.md").write_text(PAGE, encoding="utf-8")
        self.file = self.docs / "performance.json"
        self.file.write_text(json.dumps(SAVED), encoding="utf-8")

    def run(self, *words: str, events: str = "2.0", reports: str = "(10.0, 200)", also: str = "") -> pytest.RunResult:
        """Run them; each measurement takes the next figures. Those of one module alone: by the name of it."""
        files = {"bench_first.py": BENCHES.format(events=events, reports=reports)}
        files |= {"bench_second.py": also} if also else {}
        for name, content in files.items():
            (self._pytester.path / name).write_text(content, encoding="utf-8")
        selected = [word for word in words if word.startswith("bench_")]
        plugin = ("-p", "harness.campaigns.benchmarks.conftest", f"--docs={self.docs}")
        return self._pytester.runpytest_inprocess(*plugin, *([] if selected else files), *words)

    def figures(self) -> object:
        return json.loads(self.file.read_text(encoding="utf-8"))


@pytest.fixture
def benches(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> Benches:
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    return Benches(pytester)


def test_figures_that_are_no_worse_pass(benches: Benches) -> None:
    ran = benches.run(events="2.3")
    assert ran.ret == 0
    ran.stdout.no_fnmatch_line("*measured again*")


@pytest.mark.parametrize(
    ("figures", "said"),
    {
        "ratio": ({"events": "2.6, 2.5"}, f"{EVENT}: 2.50 times its baseline, 2.00 in the last saved run"),
        "ratio of the HTML": ({"reports": "(14, 200), (13, 200)"}, f"{HTML}: 13.00 times its baseline, 10.00 in *"),
        "memory": ({"reports": "(10, 600), (10, 601)"}, f"{HTML}: 601 MB, 200 in the last saved run"),
    }.values(),
)
def test_figure_that_is_worse_by_more_than_a_fifth_twice_fails(
    benches: Benches, figures: dict[str, str], said: str
) -> None:
    ran = benches.run(**figures)
    assert ran.ret == pytest.ExitCode.TESTS_FAILED
    ran.stdout.fnmatch_lines(["*worse by more than a fifth*", said])


def test_figure_that_is_worse_once_is_measured_again_and_said_so(benches: Benches) -> None:
    ran = benches.run(events="2.6, 2.1")
    assert ran.ret == 0
    ran.stdout.fnmatch_lines(
        [
            "event to commit*2.10*2.00*",
            "*worse at first, and measured once more*",
            f"{EVENT}: 2.60 times its baseline, 2.00 in the last saved run; measured again: ratio 2.10",
        ]
    )


def test_clock_of_the_machine_is_not_compared_and_the_table_says_why(benches: Benches) -> None:
    ran = benches.run()
    ran.stdout.fnmatch_lines(["one at a time *not compared*p99*", "Not compared: p99 and the time of an event*"])


def test_row_that_was_not_saved_fails(benches: Benches) -> None:
    ran = benches.run(also=ADDED)
    assert ran.ret == pytest.ExitCode.TESTS_FAILED
    ran.stdout.fnmatch_lines(
        ["table logic*not saved*", "*= not compared =*", "table logic, 1,000 contracts: ratio was not saved"]
    )


def test_missing_file_fails_and_saving_makes_it(benches: Benches) -> None:
    benches.file.unlink()
    ran = benches.run()
    assert ran.ret == pytest.ExitCode.TESTS_FAILED
    ran.stdout.fnmatch_lines(
        ["event to commit*not saved*", f"{EVENT}: ratio was *", f"{HTML}: ratio was *", f"{HTML}: MB was *"]
    )
    assert benches.run("--save").ret == 0
    assert benches.figures() == SAVED


def test_row_that_is_no_more_measured_fails_unless_a_part_is_run(benches: Benches) -> None:
    benches.file.write_text(json.dumps(SAVED | {"gone": {"ratio": 1}}), encoding="utf-8")
    ran = benches.run()
    assert ran.ret == pytest.ExitCode.TESTS_FAILED
    ran.stdout.fnmatch_lines(["gone: saved, but not measured"])
    assert benches.run("-k", "event").ret == benches.run("--collect-only").ret == 0


def test_figures_are_saved_and_those_before_are_shown(benches: Benches) -> None:
    ran = benches.run("--save", events="3.0, 3.1", also=ADDED)
    assert ran.ret == 0
    ran.stdout.fnmatch_lines(
        ["event to commit*3.10*2.00*", "*worse by more than a fifth*", f"{EVENT}: 3.10 times its baseline, 2.00 in *"]
    )
    assert benches.figures() == {**SAVED, EVENT: {"ratio": 3.1}, "table logic, 1,000 contracts": {"ratio": 1.0}}


@pytest.mark.parametrize(
    "part",
    ["-k event", "-k none", "--deselect=bench_first.py::test_event", "bench_first.py::test_event", "bench_first.py"],
)
def test_part_is_not_saved(benches: Benches, part: str) -> None:
    ran = benches.run("--save", *part.split(), also=ADDED)
    assert ran.ret == pytest.ExitCode.USAGE_ERROR
    ran.stderr.fnmatch_lines(["*--save needs a run of all benchmarks*"])
    assert benches.figures() == SAVED
    assert (benches.docs / "performance.md").read_text(encoding="utf-8") == PAGE


def test_run_that_failed_is_not_saved(benches: Benches) -> None:
    assert benches.run("--save", also="def test_fails():\n    assert False\n").ret == pytest.ExitCode.TESTS_FAILED
    assert benches.figures() == SAVED


@pytest.mark.parametrize("also", ["", ADDED], ids=["whole", "part"])
def test_figure_of_a_row_that_is_no_more_measured_fails(benches: Benches, also: str) -> None:
    benches.file.write_text(json.dumps(SAVED | {EVENT: {"ratio": 2.0, "growth": 1.0}}), encoding="utf-8")
    ran = benches.run(*(["-k", "not new"] if also else []), also=also)
    assert ran.ret == pytest.ExitCode.TESTS_FAILED
    ran.stdout.fnmatch_lines(["*= not compared =*", f"{EVENT}: growth was saved, but not measured"])


@pytest.mark.parametrize(
    ("content", "why"),
    [
        ("", ""),
        ("[]", ""),
        ("{", ""),
        ('{"a": 1}', ": a is no number above 0"),
        ('{"a": {"ratio": "fast"}}', ": a, ratio is no number above 0"),
        ('{"a": {"ratio": "1.0"}}', ": a, ratio is no number above 0"),
        ('{"a": {"ratio": true}}', ": a, ratio is no number above 0"),
        ('{"a": {"ratio": NaN}}', ": a, ratio is no number above 0"),
        ('{"a": {"ratio": 1, "memory": 2}}', ": a, memory is none of ratio, growth, MB"),
        ('{"a": {"ratio": 1, "MB": 2, "ratio": 1}}', ": ratio stands there twice"),
        ('{"a": {"ratio": 1}, "a": {"ratio": 2}}', ": a stands there twice"),
    ],
)
@pytest.mark.parametrize("words", [[], ["--save"]])
def test_broken_file_is_an_error_that_says_what_to_do(
    benches: Benches, content: str, why: str, words: list[str]
) -> None:
    benches.file.write_text(content, encoding="utf-8")
    ran = benches.run(*words)
    assert ran.ret == pytest.ExitCode.USAGE_ERROR
    (said,) = (line for line in ran.errlines if line)
    assert said.endswith(
        f"performance.json is no file of figures{why}: restore it, or delete it and save all figures with --save"
    )
    assert benches.file.read_text(encoding="utf-8") == content


@pytest.mark.parametrize("words", [[], ["--save"]])
def test_docs_that_are_no_folder_are_an_error(benches: Benches, words: list[str]) -> None:
    benches.docs = benches.file
    ran = benches.run(*words)
    assert ran.ret == pytest.ExitCode.USAGE_ERROR
    ran.stderr.fnmatch_lines(["ERROR: --docs: *performance.json is no folder"])


@pytest.mark.parametrize(
    ("page", "why"),
    [("Figures\n", "performance.md has no place for the figures"), (None, "performance.md is no file")],
)
def test_page_that_takes_no_figures_is_an_error_before_the_run(benches: Benches, page: str | None, why: str) -> None:
    file = benches.docs / "performance.md"
    file.write_text(page, encoding="utf-8") if page else file.unlink()
    ran = benches.run("--save")
    assert ran.ret == pytest.ExitCode.USAGE_ERROR
    ran.stderr.fnmatch_lines([f"ERROR: --save: *{why}"])
    assert benches.figures() == SAVED


def rows(ours: float) -> list[BenchRow]:
    """Measure where 1,000 and 100,000 contracts are, at twice the cost where more are."""
    small, large = PairedRounds([ours] * 3, [0.1] * 3), PairedRounds([2 * ours, 2 * ours, 90.0], [0.2] * 3)
    return rows_by_size("event to commit", 2.0, 250, {1_000: small, 100_000: large})


def test_growth_is_what_a_contract_costs_by_what_it_costs_where_the_fewest_are() -> None:
    small, large = rows(0.2)
    assert (small.figures, large.figures) == ({RATIO: 2.0}, {RATIO: 2.0, GROWTH: 2.0})
    assert (large.name, large.besides) == ("event to commit, 100,000 contracts", "growth of the baseline 2.00")


@pytest.mark.parametrize("disturbed", [[], [9.0] * 8])
def test_rounds_that_were_disturbed_do_not_change_the_ratio(disturbed: list[float]) -> None:
    quiet = [1.0] * (12 - len(disturbed))
    assert PairedRounds(quiet + disturbed, [0.5] * 12).ratio == 2.0


def test_growth_that_got_worse_is_named() -> None:
    row = rows(0.2)[1]
    before = {row.name: {RATIO: 2.0, GROWTH: 1.0}}
    assert worse(row, before) == ["event to commit, 100,000 contracts: growth 2.00, 1.00 in the last saved run"]
    assert not_compared(row, {row.name: {RATIO: 2.0}}) == ["event to commit, 100,000 contracts: growth was not saved"]


def test_command_that_runs_once_is_compared_with_its_memory() -> None:
    row = bulk_row("zicm report, XLSX", 50_000, None, PairedRounds([9.0], [0.5]), 145)
    assert row.figures == {RATIO: 18.0, MEMORY: 145}


def test_both_take_turns_after_a_round_that_warms_up() -> None:
    ran = list[tuple[str, int]]()

    def taking(name: str) -> Pair:
        def one(word: str, number: int) -> float:
            ran.append((name + word, number))
            return float(number)

        return Pair(lambda number: one("", number), lambda number: one(" baseline", number))

    assert in_turn({1: taking("a"), 2: taking("b")}, 1) == dict.fromkeys((1, 2), PairedRounds([1.0], [1.0]))
    assert ran == [(what, number) for number in (0, 1) for what in ("a", "a baseline", "b", "b baseline")]


def test_figures_are_saved_with_their_table_and_their_plot(tmp_path: Path) -> None:
    (tmp_path / "images").mkdir()
    (tmp_path / "performance.md").write_text(PAGE, encoding="utf-8")
    report = bulk_row("zicm report, XLSX", 50_000, None, PairedRounds([9.0], [0.5]), 1145)
    save([*rows(0.2), report, latency_row("one at a time", [1.0, 2.0])], tmp_path)
    assert read(tmp_path) == {
        "event to commit, 1,000 contracts": {"ratio": 2.0},
        "event to commit, 100,000 contracts": {"ratio": 2.0, "growth": 2.0},
        "zicm report, XLSX, 50,000 contracts": {"ratio": 18.0, "MB": 1145.0},
    }
    assert (tmp_path / "performance.md").read_text(encoding="utf-8") == (
        "Figures\n\n<!-- figures -->\n\n| what | times its baseline | growth | memory, MB |\n|---|---|---|---|\n"
        "| event to commit, 1,000 contracts | 2.00 |  |  |\n| event to commit, 100,000 contracts | 2.00 | 2.00 |  |\n"
        "| zicm report, XLSX, 50,000 contracts | 18.00 |  | 1,145 |\n\n<!-- end of figures -->\n\nThe rest\n"
    )
    plot = fromstring((tmp_path / "images" / "cost-by-size.svg").read_text(encoding="utf-8"))  # noqa: S314 - our own
    texts = [one.text for one in plot.iter("{http://www.w3.org/2000/svg}text")]
    assert texts[-5:] == ["1,000", "100,000", "event to commit", "the baseline of each", "contracts that are there"]
    assert len([*plot.iter("{http://www.w3.org/2000/svg}polyline")]) == 2
