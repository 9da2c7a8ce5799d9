"""The one error of the interface: a rule that the data at hand breaks."""


class InterfaceError(Exception):
    """A rule that an event, an answer of ICI or a message breaks.

    It names the rule and the field and says what is wrong with it, and never carries the value itself:
    what is in it may be written to any log (SEC-2).
    """

    rule: str
    """Id of the rule or decision in the register, for example ``D-13``."""

    field: str
    """The field at fault, in the spelling of the system it comes from; blank where no single field is."""

    retry: bool
    """Whether the same message may go through later, untouched (a system that is down, an entry still on its way)."""

    def __init__(self, rule: str, field: str, message: str, *, retry: bool = False) -> None:
        super().__init__(rule, field, message)
        self.rule = rule
        self.field = field
        self.message = message
        self.retry = retry

    def __str__(self) -> str:
        return f"{self.rule} {self.field}: {self.message}" if self.field else f"{self.rule}: {self.message}"
