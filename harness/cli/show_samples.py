"""Recorded files beside the contract, for people."""

from collections import Counter
from collections.abc import Sequence

from rich.console import Console
from rich.text import Text

from harness.cli.console import print_line
from harness.cli.samples import Sample, SampleFile
from harness.text import printable


def show_samples(console: Console, samples: Sequence[Sample]) -> None:
    """Print each exchange, and in the end how many are as the contract says."""
    for sample in samples:
        print_line(console, printable(str(sample.folder)), "bold")
        for file in sample.files:
            _show(console, file)
    _show_new(console, samples)
    as_expected = sum(sample.is_as_expected for sample in samples)
    print_line(console, f"\n{as_expected} of {len(samples)} as the contract says; new fields do no harm (CALL-4)")


def _show(console: Console, file: SampleFile) -> None:
    found = file.findings
    if file.problem:
        said = Text(printable(file.problem), "bold red")
    elif file.is_as_expected:
        said = Text("as the contract says", "green")
        said.append(f", {len(found.new)} new" if found.new else "")
    else:
        parts = ((found.missing, "missing"), (found.other_shape, "of another shape"), (found.new, "new"))
        said = Text(", ".join(f"{len(some)} {what}" for some, what in parts if some), "bold red")
    print_line(console, Text.assemble(f"  {file.name.ljust(25)} ", said))
    lines = [
        *(("missing", one.field, f"perhaps {one.perhaps}" if one.perhaps else "") for one in found.missing),
        *(("another shape", one.field, f"{one.found}; expected: {one.expected}") for one in found.other_shape),
    ]
    for what, name, more in lines:
        print_line(console, f"    {what.ljust(13)}  {printable(name).ljust(28)} {printable(more)}".rstrip())


def _show_new(console: Console, samples: Sequence[Sample]) -> None:
    """The fields that the contract does not know, each once, as many on a line as fit."""
    times = Counter(one.field for sample in samples for file in sample.files for one in file.findings.new)
    if not times:
        return
    print_line(console, "\nNew fields, and in how many files", "bold")
    line, width = " ", max(console.width, 60)
    for name, number in sorted(times.items()):
        said = f" {printable(name)} ({number})"
        if len(line) + len(said) > width:
            print_line(console, line)
            line = " "
        line += said
    print_line(console, line)
