"""Let all databases of a process of tests share the SQL that one of them has compiled.

SQLAlchemy keeps it for each engine, and tests open thousands of databases that hold the same tables.
"""

from typing import Any

from sqlalchemy import Engine
from sqlalchemy.dialects import registry
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite

_COMPILED: dict[Any, Any] = {}


class SharingDialect(SQLiteDialect_pysqlite):
    """SQLite as it is, with one store of compiled statements, whose keys hold the dialect: all are the same one."""

    supports_statement_cache = True

    def __eq__(self, other: object) -> bool:
        return isinstance(other, SharingDialect)

    def __hash__(self) -> int:
        return hash(SharingDialect)

    @classmethod
    def engine_created(cls, engine: Engine) -> None:
        """Give an engine that store; SQLAlchemy calls this for each one that it creates."""
        engine.update_execution_options(compiled_cache=_COMPILED)


def share_statements() -> None:
    registry.register("sqlite", __name__, SharingDialect.__name__)
