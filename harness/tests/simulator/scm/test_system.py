"""SCM and its database."""

import pytest
from sqlalchemy.exc import OperationalError

from simulator.scm.system import ScmSystem


def test_request_after_a_failed_commit_works(monkeypatch: pytest.MonkeyPatch) -> None:
    scm = ScmSystem()
    dialect = scm._connection.dialect  # noqa: SLF001 - a database has no public way to fail

    def fail(_: object) -> None:
        raise dialect.loaded_dbapi.OperationalError("disk I/O error")

    monkeypatch.setattr(dialect, "do_commit", fail)
    with pytest.raises(OperationalError):
        scm.empty("Currencies")
    monkeypatch.undo()
    assert scm.rows("Currencies") == []
    scm.close()
