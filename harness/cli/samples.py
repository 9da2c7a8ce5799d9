"""Holding recorded files of ICI against the contract, for the first contact with real samples."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from harness.cli.recorded_exchanges import exchanges
from harness.cli.replay import AGREEMENT, ASSOCIATIONS, EVENT
from harness.specification.wire_contracts import ASSOCIATIONS as ASSOCIATIONS_SCHEMA
from harness.specification.wire_contracts import EVENT as EVENT_SCHEMA
from harness.specification.wire_contracts import Findings, breaks, compare, shape
from simulator.cpi.event import Event, ReceivedEvent
from simulator.errors import InterfaceError

MASTER = "ICMMasterAgreement"


@dataclass(frozen=True)
class SampleFile:
    """One recorded file."""

    name: str
    problem: str = ""
    """Why it cannot be compared field by field; blank where it can."""

    findings: Findings = field(default_factory=lambda: Findings([], [], []))

    @property
    def is_as_expected(self) -> bool:
        return not self.problem and self.findings.is_as_expected

    def as_json(self) -> dict[str, object]:
        return {
            "file": self.name,
            "as_expected": self.is_as_expected,
            "problem": self.problem or None,
            "missing": [one._asdict() for one in self.findings.missing],
            "other_shape": [one._asdict() for one in self.findings.other_shape],
            "new": [one._asdict() for one in self.findings.new],
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


def check(folders: Sequence[Path]) -> list[Sample]:
    """Compare each exchange with the contract. Raises UserError for a folder that holds none."""
    return [_sample(folder) for folder in exchanges(folders)]


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
    broken = [] if event.is_baseline else breaks(EVENT_SCHEMA, content)
    why = "it is read, and is not written as the contract says: names in another case, or blanks in a field"
    return event, SampleFile(EVENT, why if broken else "")


def _agreement(folder: Path, event: Event | None) -> SampleFile:
    content, problem = _in_envelope(folder / AGREEMENT)
    if problem:
        return SampleFile(AGREEMENT, problem)
    if not isinstance(content, Mapping):
        return SampleFile(AGREEMENT, f"Data is {shape(content)}, and one object is expected")
    return SampleFile(AGREEMENT, findings=compare(content, _expected(event)))


def _expected(event: Event | None) -> list[str]:
    """Which definitions of the contract an answer about this event falls under."""
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
        return SampleFile(ASSOCIATIONS, f"Data is {shape(content)}, and an array of objects is expected")
    if len(content) > 1:
        return SampleFile(ASSOCIATIONS, f"Data holds {len(content)} masters, and one is expected (D-12)")
    findings = compare(content[0], ["agreement", "master"]) if content else Findings([], [], [])
    if breaks(ASSOCIATIONS_SCHEMA, {"Data": content}):
        return SampleFile(ASSOCIATIONS, findings=compare(content[0], ["master"]))
    # Of a master nothing is used but its key: what else is missing or looks otherwise does not matter.
    return SampleFile(ASSOCIATIONS, findings=Findings([], [], findings.new))


def _in_envelope(file: Path) -> tuple[object, str]:
    """What stands under Data, and what is wrong; one of the two."""
    content, problem = _read(file)
    if problem:
        return None, problem
    if not isinstance(content, Mapping) or "Data" not in content:
        return None, f"there is no envelope with Data, it is {shape(content)}"
    return content["Data"], ""


def _read(file: Path) -> tuple[object, str]:
    try:
        return json.loads(file.read_bytes()), ""
    except OSError as error:
        return None, f"it cannot be read: {error.strerror}"
    except (ValueError, RecursionError):
        return None, "it is no JSON"
