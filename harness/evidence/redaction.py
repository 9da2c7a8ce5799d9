"""Keep confidential agreements out of the evidence (SEC-2): find out which they are, and remove their traces."""

import re
from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Any
from urllib.parse import quote, unquote

from harness.doubles.taps import Call, Exchange
from harness.evidence import answer_bodies
from simulator.icertis.rest import CALL_1_PATH, CALL_2_PATH, Answer

WITHHELD = "(withheld: SEC-2)"


class Redactor:
    """The agreements that were confidential at any time of one scenario, or whose flag cannot be read.

    Make it at the end of the scenario: an agreement may turn confidential at any step.
    """

    def __init__(self, exchanges: Iterable[Exchange], confidential: Iterable[str] = ()) -> None:
        """`confidential` are System IDs and codes of agreements that ICI itself holds as confidential."""
        self._names = {name.lower() for name in confidential if name.strip()}
        self._public: set[str] = set()
        for exchange in exchanges:
            self._inspect(exchange)

    def __bool__(self) -> bool:
        return bool(self._names)

    def is_public(self, sys_id: str) -> bool:
        """Tell whether ICI said of an agreement that it is not confidential, and never said otherwise."""
        return sys_id.lower() in self._public and sys_id.lower() not in self._names

    def mentions(self, content: object) -> bool:
        """Tell whether a JSON value names a confidential agreement."""
        return bool(self._names) and bool(self._pattern.search(answer_bodies.as_json(content)))

    def redact(self, content: Any) -> Any:
        """Replace the names of confidential agreements in a JSON value."""
        if not self._names:
            return content
        if isinstance(content, str):
            return self._pattern.sub(WITHHELD, content)
        if isinstance(content, Mapping):
            return {self.redact(name): self.redact(value) for name, value in content.items()}
        return [self.redact(item) for item in content] if isinstance(content, list | tuple) else content

    def redact_row(self, row: Mapping[str, str]) -> dict[str, str]:
        """Replace all values in a row of a table where it belongs to a confidential agreement."""
        return dict.fromkeys(row, WITHHELD) if self.mentions(list(row.values())) else dict(row)

    def _inspect(self, exchange: Exchange) -> None:
        if not isinstance(exchange.request, Call) or not isinstance(exchange.answer, Answer):
            return
        path = exchange.request.path
        call = CALL_1_PATH.fullmatch(path) or CALL_2_PATH.fullmatch(path)
        if call is None or exchange.answer.status != 200:
            return
        content = answer_bodies.parse_body(exchange.answer)
        sys_id = unquote(call["id"]).lower()
        if content is None:
            return  # it names no agreement, and is not shown
        if CALL_2_PATH.fullmatch(path):
            self._names |= answer_bodies.confidential_names(content)
        elif answer_bodies.all_public(content):
            self._public.add(sys_id)
        else:
            self._names |= {sys_id, *answer_bodies.names(content)}

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        spellings = {spelling for name in self._names for spelling in (name, quote(name, safe=""))}
        longest_first = sorted(spellings, key=len, reverse=True)
        # What stands before a name may be an escape, as in %2FPST48; after it, PST4800 is another agreement.
        return re.compile(f"(?:{'|'.join(map(re.escape, longest_first))})(?![^\\W_])", re.IGNORECASE)
