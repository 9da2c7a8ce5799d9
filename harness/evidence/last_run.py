"""Read the evidence that a run left behind."""

from pathlib import Path

from harness.errors import UserError
from harness.evidence.cucumber_reader import FILE_NAME, read
from harness.evidence.run import Run

REMEDY = "tox -e bdd in a checkout makes new evidence"


def load_evidence(reports: Path) -> Run:
    """Read the evidence in a folder of reports. Raises UserError where it is missing or cannot be read."""
    return read_evidence(reports / FILE_NAME)


def read_evidence(file: Path) -> Run:
    """Read one file with evidence. Raises UserError where it is missing or cannot be read."""
    try:
        return read(file)
    except FileNotFoundError:
        raise UserError(f"there is no evidence: the file {file} is missing; {REMEDY}") from None
    except (OSError, ValueError, KeyError) as error:
        raise UserError(f"{file} holds no readable evidence ({error}); {REMEDY}") from None
