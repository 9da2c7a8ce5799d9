"""Opening and closing a landscape."""

import pytest

from simulator.landscape import Databases, Landscape


def test_databases_close_if_the_middleware_cannot_be_made(monkeypatch: pytest.MonkeyPatch) -> None:
    closed: list[Databases] = []
    close = Databases.close

    def note(databases: Databases) -> None:
        closed.append(databases)
        close(databases)

    def refuse(*_args: object, **_more: object) -> None:
        raise ValueError

    monkeypatch.setattr(Databases, "close", note)
    monkeypatch.setattr("simulator.landscape.Middleware", refuse)
    with pytest.raises(ValueError):  # noqa: PT011 - raised above
        Landscape()
    assert len(closed) == 1
