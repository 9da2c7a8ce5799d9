"""Nothing of a confidential agreement in the evidence (SEC-2): who is confidential, and taking their traces out."""

import re
from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Any
from urllib.parse import quote, unquote

from harness.doubles.taps import Call, Exchange
from harness.evidence import answer_bodies
from simulator.icertis.rest import CALL_1, CALL_2, Answer

WITHHELD = "(withheld: SEC-2)"


class Redactor:
    """The agreements of one scenario that were confidential at any time of it, or of which nobody can say.

    What they are is known when the scenario has ended, and not before: an agreement may turn confidential at its end.
    """

    def __init__(self, exchanges: Iterable[Exchange], known: Iterable[str] = ()) -> None:
        """`known` are System IDs and codes of agreements that ICI itself holds as confidential."""
        self._names = {name.lower() for name in known if name.strip()}
        self._open: set[str] = set()
        for exchange in exchanges:
            self._look_at(exchange)

    def __bool__(self) -> bool:
        return bool(self._names)

    def is_open(self, sys_id: str) -> bool:
        """Whether ICI said of an agreement, and never otherwise, that it is not confidential."""
        return sys_id.lower() in self._open and sys_id.lower() not in self._names

    def mentions(self, content: object) -> bool:
        """Whether any of them is named in a JSON value."""
        return bool(self._names) and bool(self._pattern.search(answer_bodies.as_json(content)))

    def redact(self, content: Any) -> Any:
        """A JSON value in which nothing names any of them."""
        if not self._names:
            return content
        if isinstance(content, str):
            return self._pattern.sub(WITHHELD, content)
        if isinstance(content, Mapping):
            return {self.redact(name): self.redact(value) for name, value in content.items()}
        return [self.redact(one) for one in content] if isinstance(content, list | tuple) else content

    def redact_row(self, row: Mapping[str, str]) -> dict[str, str]:
        """A row of a table; of one that belongs to any of them only the names of its columns stay."""
        return dict.fromkeys(row, WITHHELD) if self.mentions(list(row.values())) else dict(row)

    def _look_at(self, exchange: Exchange) -> None:
        if not isinstance(exchange.request, Call) or not isinstance(exchange.answer, Answer):
            return
        path = exchange.request.path
        call = CALL_1.fullmatch(path) or CALL_2.fullmatch(path)
        if call is None or exchange.answer.status != 200:
            return
        content = answer_bodies.body(exchange.answer)
        sys_id = unquote(call["id"]).lower()
        if content is None:
            return  # it says nothing of anybody, and is not shown
        if CALL_2.fullmatch(path):
            self._names |= answer_bodies.names_of_closed(content)
        elif answer_bodies.is_open(content):
            self._open.add(sys_id)
        else:
            self._names |= {sys_id, *answer_bodies.names(content)}

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        written = {form for name in self._names for form in (name, quote(name, safe=""))}
        longest_first = sorted(written, key=len, reverse=True)
        return re.compile("|".join(map(re.escape, longest_first)), re.IGNORECASE)
