"""The failure of a message."""

from harness.flow.exchange import FlowExchange


class FlowFailure(Exception):  # noqa: N818 - the result of the message
    """A step failed. The text is what the message processing log shows."""

    def __init__(self, why: str, exchange: FlowExchange | None = None) -> None:
        super().__init__(why)
        self.exchange = exchange
        """The message as it was when the step failed; None until the step is known."""
