"""The evidence that the last run of the features left behind."""

from pathlib import Path

from harness.errors import UserError
from harness.evidence.cucumber_reader import Run, read

REMEDY = "tox -e bdd makes it anew"


def load_evidence(reports: Path) -> Run:
    """The evidence in a folder of reports. Raises UserError where there is none, or where it cannot be read."""
    file = reports / "messages.ndjson"
    try:
        return read(file)
    except FileNotFoundError:
        raise UserError(f"there is no evidence: {file} is not there; {REMEDY}") from None
    except (OSError, ValueError, KeyError) as error:
        raise UserError(f"{file} holds no evidence that can be read ({error}); {REMEDY}") from None
