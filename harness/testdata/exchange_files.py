"""Files of a recorded exchange: one folder holds an event and what ICI answered to the calls about it."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from harness.errors import UserError

EVENT = "event.json"
AGREEMENT = "agreement.json"
"""ICI's answer to call 1."""

ASSOCIATIONS = "associatinginstances.json"
"""ICI's answer to call 2."""

PARENT = "parent.json"
"""ICI's answer about the contract that an amendment for Dynamics 365 SCM amends."""


def find_exchanges(folders: Sequence[Path]) -> Iterator[Path]:
    """Yield each folder that is an exchange, and the exchanges inside each that is not.

    Raises UserError for a folder that cannot be read or holds no exchange.
    """
    for folder in folders:
        try:
            found = exchanges_of(folder)
        except OSError as error:
            raise UserError(f"{folder} cannot be read: {error.strerror}") from None
        if not found:
            raise UserError(f"{folder} holds no recorded exchange: neither it nor a folder in it has a file {EVENT}")
        yield from found


def exchanges_of(folder: Path) -> list[Path]:
    """List the folder alone where it is an exchange, else those inside it, in the order of their names.

    Raises OSError for a folder that cannot be read.
    """
    if (folder / EVENT).exists():
        return [folder]
    return [one for one in sorted(folder.iterdir()) if (one / EVENT).exists()]
