"""`zicm check-samples`: hold recorded files of ICI against the contract, for the first contact with real samples."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Literal

import typer
from rich.columns import Columns
from rich.console import Console
from rich.table import Table
from rich.text import Text

from harness.cli.console import console, indented, print_line
from harness.cli.options import FAILED, AsJson, examples, new_app, print_json
from harness.errors import UserError
from harness.specification import odata_samples
from harness.specification.wire_contracts import ASSOCIATIONS as ASSOCIATIONS_SCHEMA
from harness.specification.wire_contracts import EVENT as EVENT_SCHEMA
from harness.specification.wire_contracts import SchemaDiff, compare, describe_type, violations
from harness.testdata.exchange_files import AGREEMENT, ASSOCIATIONS, EVENT, find_exchanges
from harness.text import printable
from simulator.cpi.event import Event, ReceivedEvent
from simulator.cpi.ici_client import read_answer
from simulator.errors import InterfaceError
from simulator.json_support import RepeatedNameError, read_json, read_json_marking_repeats

MASTER = "ICMMasterAgreement"

app = new_app()


@app.command(
    "check-samples",
    epilog=examples(
        "zicm check-samples fixtures/exchanges",
        "zicm check-samples --with scm fixtures/scm/samples",
        where=", from a checkout",
    ),
)
def check_samples_command(
    *,
    folders: Annotated[list[Path], typer.Argument(metavar="FOLDER", help="A recorded exchange, or a folder of them.")],
    with_part: Annotated[
        Literal["scm"] | None,
        typer.Option("--with", help="Check answers of Dynamics 365 SCM, a file each, against the $metadata of ours."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Check recorded files of ICI against the contract in fixtures/contracts, or answers of SCM against its metadata.

    Names the fields that are missing, new, or of another shape than expected, and shows no value. New fields alone are
    no finding. To see what the mapping makes of a sample of ICI, use zicm replay.
    """
    samples = check_odata_samples(folders) if with_part == "scm" else check_samples(folders)
    as_expected = all(sample.is_as_expected for sample in samples)
    if as_json:
        print_json({"as_expected": as_expected, "exchanges": [sample.as_json() for sample in samples]})
    else:
        _show_samples(console(), samples, by_file=with_part == "scm")
    raise typer.Exit(0 if as_expected else FAILED)


@dataclass(frozen=True)
class SampleFile:
    """One recorded file."""

    name: str
    problem: str = ""
    """The reason it cannot be compared field by field; blank for a file that can."""

    differences: SchemaDiff = field(default_factory=lambda: SchemaDiff([], [], []))

    @property
    def is_as_expected(self) -> bool:
        return not self.problem and self.differences.is_as_expected

    def as_json(self) -> dict[str, object]:
        return {
            "file": self.name,
            "as_expected": self.is_as_expected,
            "problem": self.problem or None,
            "missing": [one._asdict() for one in self.differences.missing],
            "other_shape": [one._asdict() for one in self.differences.type_mismatches],
            "new": [one._asdict() for one in self.differences.unexpected],
        }


@dataclass(frozen=True)
class Sample:
    """One recorded exchange."""

    folder: Path
    files: list[SampleFile]

    @property
    def is_as_expected(self) -> bool:
        return all(file.is_as_expected for file in self.files)

    def as_json(self) -> dict[str, object]:
        return {"folder": str(self.folder), "files": [file.as_json() for file in self.files]}


def check_samples(folders: Sequence[Path]) -> list[Sample]:
    """Compare each exchange with the contract. Raises UserError for a folder without an exchange."""
    return [_sample(folder) for folder in find_exchanges(folders)]


def check_odata_samples(folders: Sequence[Path]) -> list[Sample]:
    """Compare the answers of SCM in each folder with its metadata. Raises UserError for a folder without any."""
    return [_odata_sample(folder) for folder in folders]


def _odata_sample(folder: Path) -> Sample:
    try:
        found = [one for one in sorted(folder.iterdir()) if one.suffix == ".json"]
    except OSError as error:
        raise UserError(f"{folder} cannot be read: {error.strerror}") from None
    if not found:
        raise UserError(f"{folder} holds no answer of SCM: there is no file *.json in it")
    return Sample(folder, [_odata_file(one) for one in found])


def _odata_file(file: Path) -> SampleFile:
    try:
        return SampleFile(file.name, differences=odata_samples.compare(read_json(file.read_bytes())))
    except (odata_samples.UnknownAnswerError, RepeatedNameError) as why:
        return SampleFile(file.name, str(why))
    except OSError as error:
        return SampleFile(file.name, f"it cannot be read: {error.strerror}")
    except (ValueError, ArithmeticError, RecursionError):
        return SampleFile(file.name, "it is not JSON")


def _sample(folder: Path) -> Sample:
    event, first = _event(folder)
    files = [first]
    if (folder / AGREEMENT).exists():
        files.append(_agreement(folder, event))
    elif event is not None and not event.is_baseline:
        files.append(SampleFile(AGREEMENT, "it is missing, and call 1 follows every event (CALL-1)"))
    if (folder / ASSOCIATIONS).exists():
        files.append(_associations(folder))
    elif event is not None and event.may_have_a_master:
        files.append(SampleFile(ASSOCIATIONS, "it is missing, and call 2 follows this event (CALL-2)"))
    return Sample(folder, files)


def _event(folder: Path) -> tuple[Event | None, SampleFile]:
    content, problem = _read(folder / EVENT)
    if problem:
        return None, SampleFile(EVENT, problem)
    try:
        event = ReceivedEvent.parse(content).validate()
    except InterfaceError as error:
        return None, SampleFile(EVENT, str(error))
    problems = [] if event.is_baseline else violations(EVENT_SCHEMA, content)
    problem = "it can be read, but the contract writes it otherwise: names in another case, or blanks in a field"
    return event, SampleFile(EVENT, problem if problems else "")


def _agreement(folder: Path, event: Event | None) -> SampleFile:
    content, problem = _in_envelope(folder / AGREEMENT)
    if problem:
        return SampleFile(AGREEMENT, problem)
    if not isinstance(content, Mapping):
        return SampleFile(AGREEMENT, f"Data is {describe_type(content)}, and one object is expected")
    return SampleFile(AGREEMENT, differences=compare(content, _expected(event)))


def _expected(event: Event | None) -> list[str]:
    """Name the definitions of the contract that an answer about this event falls under."""
    names = ["agreement"]
    if event is None:
        return names
    if not event.contract_type.startswith(MASTER):
        names.append("with organisations")
    if event.contract_type.endswith("Amendment"):
        names.append("amendment")
    if event.action.name == "Terminated":
        names.append("terminated")
    return names


def _associations(folder: Path) -> SampleFile:
    content, problem = _in_envelope(folder / ASSOCIATIONS)
    if problem:
        return SampleFile(ASSOCIATIONS, problem)
    if not isinstance(content, list) or not all(isinstance(one, Mapping) for one in content):
        return SampleFile(ASSOCIATIONS, f"Data is {describe_type(content)}, and an array of objects is expected")
    if len(content) > 1:
        return SampleFile(ASSOCIATIONS, f"Data holds {len(content)} masters, and one is expected (D-12)")
    differences = compare(content[0], ["agreement", "master"]) if content else SchemaDiff([], [], [])
    if violations(ASSOCIATIONS_SCHEMA, {"Data": content}):
        return SampleFile(ASSOCIATIONS, differences=compare(content[0], ["master"]))
    # The interface uses only the key of a master: other missing or changed fields do not matter.
    return SampleFile(ASSOCIATIONS, differences=SchemaDiff([], [], differences.unexpected))


def _in_envelope(file: Path) -> tuple[object, str]:
    """Read the content of Data. Returns it, or None with the problem."""
    content, problem = _read(file)
    if problem:
        return None, problem
    if not isinstance(content, Mapping) or "Data" not in content:
        return None, f"it has no envelope with Data, it is {describe_type(content)}"
    return content["Data"], ""


def _read(file: Path) -> tuple[object, str]:
    try:
        content = file.read_bytes()
        return (read_json_marking_repeats if file.name == EVENT else read_answer)(content), ""
    except InterfaceError as error:
        return None, str(error)
    except OSError as error:
        return None, f"it cannot be read: {error.strerror}"
    except (ValueError, ArithmeticError, RecursionError):
        return None, "it is not JSON"


def _show_samples(console: Console, samples: Sequence[Sample], *, by_file: bool) -> None:
    """Print each exchange, then how many are as the contract says; answers of SCM are counted by file."""
    for sample in samples:
        print_line(console, printable(str(sample.folder)), "bold")
        for file in sample.files:
            _show_file(console, file)
    _show_new_fields(console, samples)
    if by_file:
        results = [file.is_as_expected for sample in samples for file in sample.files]
        print_line(console, f"\n{sum(results)} of {len(results)} as our $metadata says; new properties do no harm")
        return
    as_expected = sum(sample.is_as_expected for sample in samples)
    print_line(console, f"\n{as_expected} of {len(samples)} as the contract says; new fields do no harm (CALL-4)")


def _show_file(console: Console, file: SampleFile) -> None:
    differences = file.differences
    if file.problem:
        summary = Text(printable(file.problem), "bold red")
    elif file.is_as_expected:
        summary = Text("as the contract says", "green")
        summary.append(f", {len(differences.unexpected)} new" if differences.unexpected else "")
    else:
        parts = (
            (differences.missing, "missing"),
            (differences.type_mismatches, "of another shape"),
            (differences.unexpected, "new"),
        )
        summary = Text(", ".join(f"{len(some)} {what}" for some, what in parts if some), "bold red")
    grid = Table.grid(padding=(0, 2))
    for difference in differences.missing:
        perhaps = f"perhaps {difference.perhaps}" if difference.perhaps else ""
        grid.add_row("missing", printable(difference.field), printable(perhaps))
    for mismatch in differences.type_mismatches:
        shapes = f"{mismatch.found}; expected: {mismatch.expected}"
        grid.add_row("another shape", printable(mismatch.field), printable(shapes))
    print_line(console, Text.assemble(f"  {file.name}: ", summary))
    console.print(indented(grid, 4))


def _show_new_fields(console: Console, samples: Sequence[Sample]) -> None:
    """Print the fields that the contract does not name, and in how many files each occurs."""
    counts = Counter(one.field for sample in samples for file in sample.files for one in file.differences.unexpected)
    if counts:
        print_line(console, "\nNew fields, and in how many files", "bold")
        console.print(Columns(f"{printable(name)} ({number})" for name, number in sorted(counts.items())))
