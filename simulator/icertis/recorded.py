"""ICI as it once answered: a site that gives recorded answers back, byte for byte."""

from collections.abc import Mapping

from simulator.icertis.rest import Answer, not_found


class RecordedSite:
    """Answers each call with what was recorded for it, whichever agreement it asks for."""

    def __init__(self) -> None:
        self.agreement: bytes | None = None
        """The body of call 1's answer; None where none was recorded: then ICI knows no such agreement."""

        self.associating_instances: bytes | None = None
        """The same for call 2."""

    def answer(self, method: str, path: str, headers: Mapping[str, str]) -> Answer:  # noqa: ARG002 - as RestSite says
        """Answer 200 with the recorded bytes as they are, or 404 in ICI's shape of errors."""
        body = self.associating_instances if "/associatinginstances/" in path else self.agreement
        return not_found("agreementId") if body is None else Answer(200, body)
