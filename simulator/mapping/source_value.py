"""Read the value of one ICI field, in any of its known shapes (D-31)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeAlias

from simulator.characters import Characters, is_visible
from simulator.errors import InterfaceError

Scalar: TypeAlias = str | bool | int | float | Decimal
"""One JSON value that is neither null nor a container."""

_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""The characters that XML 1.0 cannot hold, and so no message to ECC (D-36)."""


@dataclass(frozen=True)
class SourceValue:
    """The values of one field."""

    field: str
    """The name of the field, for errors."""

    values: tuple[Scalar, ...]
    """One value for each instance of a lookup; empty if the field is missing, null or empty."""

    characters: Characters = "code-points"
    """The unit in which texts are counted (D-41)."""

    @classmethod
    def read(cls, field: str, raw: object, inside: str, characters: Characters = "code-points") -> "SourceValue":
        """Read a field as ICI answered it: a value, an object that holds it as `inside`, or an array of either.

        Raises InterfaceError D-31 for an object that does not hold it, and for containers inside of containers.
        """
        if isinstance(raw, str):  # by far the most frequent shape
            return cls(field, (raw,), characters)
        instances = raw if isinstance(raw, list) else [raw]
        found = (
            _inside(field, instance, inside) if isinstance(instance, Mapping) else instance for instance in instances
        )
        return cls(field, tuple(_scalar(field, value) for value in found if value is not None), characters)

    def single(self) -> Scalar | None:
        """Return the only value, or None. Raises InterfaceError D-31 for several; it names how many."""
        if len(self.values) > 1:
            raise self.error("D-31", f"{len(self.values)} values where one is expected")
        return self.values[0] if self.values else None

    def text(self) -> str:
        """Return the only value as text without blanks at its ends (D-23); blank without a value."""
        value = self.single()
        return "" if value is None else self._as_text(value)

    def texts(self) -> list[str]:
        """Return every value as text."""
        return [self._as_text(value) for value in self.values]

    def error(self, rule: str, message: str) -> InterfaceError:
        """Make the error that this field breaks `rule`."""
        return InterfaceError(rule, self.field, message)

    def _as_text(self, value: Scalar) -> str:
        if not isinstance(value, str):
            kind = "true or false" if isinstance(value, bool) else "a number"
            raise self.error("D-35", f"a text is expected, it is {kind}")
        return require_xml_text(self.field, value).strip()


_GUID_DIGITS = 32


def require_xml_text(field: str, text: str) -> str:
    """Return the text itself. Raises InterfaceError D-36 if no message to ECC can carry it."""
    if _NOT_XML.search(text):
        raise InterfaceError("D-36", field, "it holds a character that no message to ECC can carry")
    return text


def require_visible(field: str, key: str) -> None:
    """Raise InterfaceError D-72 if a key holds a character that nobody sees."""
    if not is_visible(key):
        raise InterfaceError("D-72", field, "it holds a character that nobody can see, and it is a key")


def require_assigned(field: str, key: str) -> None:
    """Raise InterfaceError D-82 if a key is the empty GUID, which systems write where there is no agreement."""
    if set(key.strip("{}")) <= {"0", "-"} and key.count("0") == _GUID_DIGITS:
        raise InterfaceError("D-82", field, "it is the empty GUID, which stands for no agreement")


def _inside(field: str, instance: Mapping[str, object], inside: str) -> object:
    if instance and inside not in instance:
        raise InterfaceError("D-31", field, f"an object without {inside}")
    return instance.get(inside)


def _scalar(field: str, value: object) -> Scalar:
    if not isinstance(value, Scalar):
        raise InterfaceError("D-31", field, "it is neither a value nor a lookup")
    return value
