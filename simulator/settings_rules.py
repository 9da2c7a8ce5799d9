"""The rules that settings follow together.

A rule can only refuse settings, and changes none: no result rests on it, so a change here reopens no approval
(`harness/evidence/code/scope.py`). What makes a value into another one stands in `simulator/settings.py`.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Protocol

from sqlalchemy import make_url

from simulator.database import IN_MEMORY

_POSTGRESQL_PORT = 5432


class RuledSettings(Protocol):
    """The settings that rules look at."""

    @property
    def systems(self) -> Mapping[str, str]: ...
    @property
    def source(self) -> str: ...
    @property
    def ici(self) -> Mapping[str, object]: ...
    @property
    def store(self) -> str | None: ...
    @property
    def scm_store(self) -> str: ...
    @property
    def store_keys(self) -> Path | None: ...
    @property
    def scm_store_keys(self) -> Path | None: ...
    @property
    def remember_filtered(self) -> bool: ...


def broken_rule(settings: RuledSettings) -> str:
    """Say which rule settings break; blank if they follow all."""
    if settings.source in settings.ici:
        return "ici_base_url is the ICI of source: leave it out of ici"
    if settings.remember_filtered and settings.store is None:
        return "remember_filtered needs a store"
    one, other = settings.store_keys, settings.scm_store_keys
    if one is not None and other is not None and one.resolve() == other.resolve():
        return "store_keys and scm_store_keys name the same file: each store needs one of its own"
    stores = {"store": settings.store or IN_MEMORY, "scm_store": settings.scm_store}
    return _shared_database(settings.systems) or _shared_database(stores)


def _shared_database(alike: Mapping[str, str]) -> str:
    """Refuse one database for what has tables of the same names."""
    named: dict[tuple[object, ...], str] = {}
    for name, url in alike.items():
        place = _place(url)
        other = named.setdefault(place, name) if place else name
        if other != name:
            return f"{other} and {name} name the same database: each needs one of its own"
    return ""


def _place(url: str) -> tuple[object, ...]:
    """Return the same for every spelling of the URL of a database; nothing for one in memory."""
    parsed = make_url(url or IN_MEMORY)
    if parsed.get_backend_name() == "sqlite":
        return () if parsed.database in {None, "", ":memory:"} else (Path(str(parsed.database)).resolve(),)
    host, port = (parsed.host or "").lower(), parsed.port or _POSTGRESQL_PORT
    # User and query may give it another schema.
    return host, port, parsed.database or parsed.username, parsed.username, frozenset(parsed.query.items())
