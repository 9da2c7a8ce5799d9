"""The evidence that the last run of the features left behind."""

from pathlib import Path

from harness.data_directory import Unusable
from harness.evidence.cucumber_reader import Run, read

REMEDY = "tox -e bdd makes it anew"


def evidence_in(reports: Path) -> Run:
    """The evidence in a folder of reports. Raises Unusable where there is none, or where it cannot be read."""
    file = reports / "messages.ndjson"
    try:
        return read(file)
    except FileNotFoundError:
        raise Unusable(f"there is no evidence: {file} is not there; {REMEDY}") from None
    except (OSError, ValueError, KeyError) as error:
        raise Unusable(f"{file} holds no evidence that can be read ({error}); {REMEDY}") from None
