"""Keep confidential agreements out of the evidence (SEC-2): find out which they are, and remove their traces."""

import re
from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Any
from urllib.parse import quote, unquote

from harness.doubles.taps import Call, EccMessage, Exchange
from harness.evidence import answer_bodies
from simulator.icertis.rest import CALL_1_PATH, CALL_2_PATH, Answer

WITHHELD = "(withheld: SEC-2)"

_UNMISTAKABLE = 6
"""Characters. Words as short as EUR or FR01 stand everywhere and tell nothing by themselves."""


class Redactor:
    """The agreements that were confidential at any time of one scenario, or whose flag cannot be read.

    Make it at the end of the scenario: an agreement may turn confidential at any step.
    """

    def __init__(
        self,
        exchanges: Iterable[Exchange],
        confidential: Iterable[str] = (),
        agreements: Iterable[tuple[Iterable[str], object]] = (),
    ) -> None:
        """Learn what is confidential.

        `confidential` are System IDs and codes of agreements that ICI itself holds as confidential; `agreements` are
        all of ICI, each with its names and what ICI holds of it, and are iterated over if there is anything to hide.
        """
        self._names = {name.lower() for name in confidential if name.strip()}
        self._public: set[str] = set()
        self._held: list[tuple[set[str], object]] = []
        """The names of agreements, and what somebody held of them, which is looked into once anything is hidden."""

        self._amendments: list[tuple[set[str], set[str]]] = []
        """The names of amendments, and those of what each amends."""

        for exchange in exchanges:
            self._inspect(exchange)
        for own, parents in self._amendments:
            if parents & self._names:
                self._names |= own
        if self._names:
            self._held += [({name.lower() for name in names}, held) for names, held in agreements]

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

    def hides(self, content: object, *, about_public: bool = False) -> bool:
        """Tell whether a value that a step compares belongs to a confidential agreement.

        It does if it names one or holds a value that is unmistakably one of its. A value that others could hold as
        well counts where no public agreement is named with it, and the comparison is not `about_public`.
        """
        if not self._names:
            return False
        if self.mentions(content):
            return True
        found = answer_bodies.values(content)
        if any(secret in value for secret in self._unmistakable for value in found):
            return True
        return not about_public and not self.is_about_public(content) and not found.isdisjoint(self._values)

    def is_about_public(self, content: object) -> bool:
        """Tell whether a JSON value names a public agreement, and no confidential one, where there is one."""
        if not self._names:
            return False
        text = answer_bodies.as_json(content).lower()
        return any(one.search(text) for one in self._public_patterns) and not self.mentions(content)

    def redact_compared(self, value: Any, *, about_public: bool = False) -> Any:
        """Replace each row and each single value of a comparison that belongs to a confidential agreement."""
        if not self._names:
            return value
        if isinstance(value, list):
            return [self.redact_compared(item, about_public=about_public) for item in value]
        if isinstance(value, Mapping):
            if any(isinstance(held, list | Mapping) for held in value.values()):
                return {
                    self.redact(name): self.redact_compared(held, about_public=about_public)
                    for name, held in value.items()
                }
            return dict.fromkeys(value, WITHHELD) if self.hides(dict(value), about_public=about_public) else value
        if isinstance(value, str):
            value = self.redact(value)  # of a path, all but the System ID may be shown
        return WITHHELD if self.hides(value, about_public=about_public) else value

    def redact_row(self, row: Mapping[str, str]) -> dict[str, str]:
        """Replace all values in a row of a table where it belongs to a confidential agreement."""
        return dict.fromkeys(row, WITHHELD) if self.mentions(list(row.values())) else dict(row)

    def _inspect(self, exchange: Exchange) -> None:
        if isinstance(exchange.request, EccMessage):
            held = [*exchange.request.fields.values(), *(exchange.request.organisations or ())]
            names = {exchange.request.fields.get(name, "").lower() for name in ("SYSID", "ICMAGREEMENTCODE")}
            self._held.append((names, held))
        if not isinstance(exchange.request, Call) or not isinstance(exchange.answer, Answer):
            return
        path = exchange.request.path
        call = CALL_1_PATH.fullmatch(path) or CALL_2_PATH.fullmatch(path)
        if call is None or exchange.answer.status != 200 or exchange.request.method != "GET":
            return
        content = answer_bodies.parse_body(exchange.answer)
        sys_id = unquote(call["id"]).lower()
        if content is None:
            return  # it names no agreement, and is not shown
        facts = answer_bodies.facts_of(exchange.answer)
        names = {sys_id, *facts.names}
        self._held.append((names, content))
        if facts.parents:
            self._amendments.append((names, {*facts.parents}))
        if CALL_2_PATH.fullmatch(path):
            self._names |= facts.confidential
        elif facts.all_public:
            self._public.add(sys_id)
        else:
            self._names |= names

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        return _pattern({spelling for name in self._names for spelling in (name, quote(name, safe=""))})

    @cached_property
    def _public_patterns(self) -> list[re.Pattern[str]]:
        of_public = (names for names, _ in self._held if names.isdisjoint(self._names))
        return [_pattern([name]) for name in {name for names in of_public for name in names if name}]

    @cached_property
    def _values(self) -> set[str]:
        """The values of confidential agreements, in lower case."""
        confidential = (held for names, held in self._held if not names.isdisjoint(self._names))
        return {value for held in confidential for value in answer_bodies.values(held)}

    @cached_property
    def _unmistakable(self) -> set[str]:
        """Those of them that are long, and that no public agreement has."""
        public = (held for names, held in self._held if names.isdisjoint(self._names))
        of_public = {value for held in public for value in answer_bodies.values(held)}
        return {value for value in self._values - of_public if len(value) >= _UNMISTAKABLE}


def _pattern(names: Iterable[str]) -> re.Pattern[str]:
    """Find any of some names. What stands before one may be an escape, as in %2FPST48; PST4800 is another agreement."""
    longest_first = sorted(names, key=len, reverse=True)
    return re.compile(f"(?:{'|'.join(map(re.escape, longest_first))})(?![^\\W_])", re.IGNORECASE)
