"""Every byte that a store holds, also those that no listing shows: free pages, and the log beside the file."""

from contextlib import closing
from pathlib import Path

from simulator.cpi.queue import Queue


def stored_bytes(queue: Queue) -> str:
    """Return the bytes of a store on SQLite as text; blank for a server, whose files belong to it."""
    engine = queue._engine  # noqa: SLF001 - nothing but this looks behind the store
    if engine.dialect.name != "sqlite":
        return ""
    if not engine.url.database:
        with closing(engine.raw_connection()) as connection:
            return _text(connection.driver_connection.serialize())  # type: ignore[union-attr]
    file = Path(engine.url.database)
    beside = (file.with_name(f"{file.name}{suffix}") for suffix in ("", "-wal", "-shm"))
    return "".join(_text(one.read_bytes()) for one in beside if one.exists())


def _text(content: bytes) -> str:
    return content.decode("utf-8", "replace")
