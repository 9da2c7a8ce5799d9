"""The message on its way through a flow: its body, its headers, its properties."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import uuid4

from harness.flow.log import MessageRun


class Headers(dict[str, object]):
    """Headers by name, in any case."""

    def __init__(self, given: Mapping[str, object] | None = None) -> None:
        super().__init__()
        for name, value in (given or {}).items():
            self[name] = value

    def __setitem__(self, name: str, value: object) -> None:
        super().__setitem__(self._known(name), value)

    def get(self, name: str, default: object = None) -> object:
        return super().get(self._known(name), default)

    def remove(self, name: str) -> None:
        self.pop(self._known(name), None)

    def _known(self, name: str) -> str:
        if name in self:
            return name
        return next((known for known in self if known.lower() == name.lower()), name)


@dataclass
class FlowExchange:
    """One message. Scripts may keep any object in a property; it stays in the JVM, and is its text here."""

    run: MessageRun
    """Its entry in the message processing log."""

    body: bytes | None = None
    headers: Headers = field(default_factory=Headers)
    properties: dict[str, object] = field(default_factory=dict)
    error: str = ""
    """The text of the error that led into the exception subprocess."""

    taken: MessageRun | None = None
    """The run of the message that it has last got from a data store."""

    id: str = field(default_factory=lambda: uuid4().hex)

    def text(self) -> str:
        return (self.body or b"").decode("utf-8", "replace")

    def copy(self) -> "FlowExchange":
        """Copy it, as for each branch of a multicast."""
        return FlowExchange(self.run, self.body, Headers(self.headers), dict(self.properties), self.error, self.taken)
