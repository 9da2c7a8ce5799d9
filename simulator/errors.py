"""The error of the interface: data that break a rule, or a system that fails; and that of settings."""

import traceback
from collections.abc import Mapping
from enum import Enum
from pathlib import Path


class Failure(Enum):
    """The kinds of failure; CPI's retry rules say which of them are tried again."""

    DATA = "the data break a rule"
    NOT_REACHED = "timeout or connection error"
    BROKEN_ANSWER = "no JSON, or not what was asked for"
    REQUEST_TIMEOUT = "HTTP 408"
    TOO_MANY_REQUESTS = "HTTP 429"
    SERVER_ERROR = "HTTP 5xx"
    UNAUTHORIZED = "HTTP 401, with a new token too"
    NOT_FOUND = "HTTP 404"
    OTHER_STATUS = "any other HTTP status"
    CHANGED_MEANWHILE = "HTTP 412"
    SYSTEM_DOWN = "an ECC system does not answer, or its table is locked"
    NO_ENTRY = "ECC has no entry to change"
    REFUSED = "ECC refuses the message"
    UNEXPECTED = "an unexpected error of CPI or of an ECC system"


class SettingsError(Exception):
    """Settings break a rule once something else is put into them; the text is for the user, and shows no value."""


class InterfaceError(Exception):
    """An event, an answer of ICI or a message breaks a rule.

    The error names the rule and the field and says what is wrong, but never shows the value: any log may hold it
    (SEC-2).
    """

    rule: str
    """The id of the rule or decision in the register, for example ``D-13``."""

    field: str
    """The field at fault, in the spelling of its system; blank if it is not about one field."""

    failure: Failure

    retry_after: float | None
    """The seconds that the other side asked to wait before the next attempt; None if it did not."""

    says_confidential: bool | None
    """The flag that call 1 had answered before the error; None if it had not answered, or not plainly."""

    unclear: str
    """The System ID of an agreement, in lower case, that ICI answered without telling whether it is confidential."""

    parent: str
    """The System ID of the amended agreement, in lower case, as call 1 had answered it; blank for any other event."""

    withheld_masters: Mapping[str, str]
    """System ID of a master that call 2 had not told to be open, as messages spell it, to the note on it (D-66)."""

    def __init__(
        self, rule: str, field: str, message: str, failure: Failure = Failure.DATA, *, retry_after: float | None = None
    ) -> None:
        super().__init__(rule, field, message)
        self.rule = rule
        self.field = field
        self.message = message
        self.failure = failure
        self.retry_after = retry_after
        self.says_confidential = None
        self.unclear = ""
        self.parent = ""
        self.withheld_masters = {}

    def __str__(self) -> str:
        return f"{self.rule} {self.field}: {self.message}" if self.field else f"{self.rule}: {self.message}"


def from_exception(error: Exception) -> InterfaceError:
    """Report an unexpected error by its type and place, never by its text (SEC-2)."""
    *_, last = traceback.extract_tb(error.__traceback__)
    where = f"{Path(last.filename).name}, line {last.lineno}"
    why = f"it could not be worked on ({type(error).__name__} in {where})"
    return InterfaceError("MON-3", "", why, Failure.UNEXPECTED)
