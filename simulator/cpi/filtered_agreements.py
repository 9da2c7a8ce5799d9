"""Remember which agreements were filtered, to filter their open amendments too (D-64).

The store holds a keyed hash of each, and the key is in a file of its own: the store alone does not tell whether a given
System ID is among them.
"""

import hmac
import os
from pathlib import Path
from typing import Protocol

from sqlalchemy import Connection, bindparam, delete, insert, select

from simulator.cpi.sealing import open_key_file
from simulator.cpi.store import FILTERED_AGREEMENT
from simulator.database import KeyFileError

_THIS = FILTERED_AGREEMENT.c.name == bindparam("this")
_FIND = select(FILTERED_AGREEMENT.c.name).where(_THIS)
_ADD = insert(FILTERED_AGREEMENT)
_REMOVE = delete(FILTERED_AGREEMENT).where(_THIS)


class Names(Protocol):
    """Make keyed hashes."""

    def name(self, text: str) -> str: ...
    def close(self) -> None: ...


class NamesInMemory:
    """Make keyed hashes for a store in memory: the key ends with the process, as the store does."""

    def __init__(self) -> None:
        self._key = os.urandom(32)

    def name(self, text: str) -> str:
        return hmac.digest(self._key, text.encode("utf-8", "surrogatepass"), "sha256").hex()

    def close(self) -> None: ...


class FilteredAgreements:
    """The agreements of one store that were filtered, and have not been read as open since."""

    def __init__(self, connection: Connection, keys: Path | None, *, in_memory: bool) -> None:
        """`keys` is the key file of the store; one in memory needs none. Raises KeyFileError."""
        if keys is None and not in_memory:
            raise KeyFileError("remember_filtered: store_keys has to name a file for the key of what is remembered")
        self._names: Names = NamesInMemory() if keys is None else open_key_file(connection, keys)

    def add(self, connection: Connection, source: str, sys_id: str) -> None:
        """Remember an agreement; whoever adds one holds a lock."""
        if not self.holds(connection, source, sys_id):
            connection.execute(_ADD, {"name": self._name(source, sys_id)})

    def remove(self, connection: Connection, source: str, sys_id: str) -> None:
        connection.execute(_REMOVE, {"this": self._name(source, sys_id)})

    def holds(self, connection: Connection, source: str, sys_id: str) -> bool:
        return connection.execute(_FIND, {"this": self._name(source, sys_id)}).first() is not None

    def close(self) -> None:
        self._names.close()

    def _name(self, source: str, sys_id: str) -> str:
        return self._names.name(f"filtered {source} {sys_id}")
