"""Files of a recorded exchange: one folder holds an event and what ICI answered to the calls about it."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from harness.errors import UserError

EVENT = "event.json"
AGREEMENT = "agreement.json"
"""ICI's answer to call 1."""

ASSOCIATIONS = "associatinginstances.json"
"""ICI's answer to call 2."""


def find_exchanges(folders: Sequence[Path]) -> Iterator[Path]:
    """Yield each folder that is an exchange, and the exchanges inside each that is not.

    Raises UserError for a folder that cannot be read or holds no exchange.
    """
    for folder in folders:
        if (folder / EVENT).exists():
            yield folder
            continue
        try:
            inside = [one for one in sorted(folder.iterdir()) if (one / EVENT).exists()]
        except OSError as error:
            raise UserError(f"{folder} cannot be read: {error.strerror}") from None
        if not inside:
            raise UserError(f"{folder} holds no recorded exchange: neither it nor a folder in it has a file {EVENT}")
        yield from inside
