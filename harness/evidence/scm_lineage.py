"""Derive where the value of every field in SCM came from: what the connector read from ICI, and what it then wrote.

The values are derived with the sheet of our own connector. A field that another connector wrote otherwise has no line.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from typing import Any
from urllib.parse import unquote

from harness.bdd.vocabulary.scm import AGREEMENTS, CONTRACTS, LINES, shown
from harness.doubles.taps import Call, Exchange, ODataCall
from harness.evidence import answer_bodies
from harness.evidence.redaction import Redactor
from harness.text import json_preview
from simulator.connector.sheet import ScmLineageLine, ScmSheetRow, map_contract
from simulator.cpi.ici_client import content_of
from simulator.errors import InterfaceError
from simulator.icertis.rest import CALL_1_PATH, Answer
from simulator.landscape import scm_types
from simulator.settings import Settings

_PARTS = {CONTRACTS: "contract", AGREEMENTS: "agreement", LINES: "lines"}
"""Collection to the part of the mapped contract that it holds."""

_KEY = re.compile(r"(\w+)=(?:'([^']*)'|([^,)]+))")


class ScmLineageBuilder:
    """Derives the lineages of every write to SCM of one scenario, step by step."""

    def __init__(self, redactor: Redactor, settings: Settings) -> None:
        """Start a scenario; `settings` are those of its landscape."""
        self._redactor = redactor
        self._types = scm_types(settings)
        self._mapped: Mapping[str, Sequence[Sequence[ScmLineageLine]]] = {}
        """The lineages of the contract that was read last, by part."""

    def of(self, exchanges: Iterable[Exchange]) -> Iterator[dict[str, Any]]:
        """Derive the lineages of one step from its exchanges; none where a contract is confidential."""
        for exchange in exchanges if not self._redactor else ():
            if not isinstance(exchange.answer, Answer):
                continue
            if isinstance(exchange.request, Call) and exchange.request.method == "GET":
                self._read(exchange.request.path, exchange.answer)
            elif isinstance(exchange.request, ODataCall) and exchange.answer.status < 300:
                yield from self._written(exchange.request)

    def _read(self, path: str, answer: Answer) -> None:
        """Map a contract; an amendment is read for a validation alone, or before its contract."""
        found = CALL_1_PATH.fullmatch(path)
        if found is None or found["type"] not in self._types or not self._redactor.is_public(unquote(found["id"])):
            return
        content = answer_bodies.parse_body(answer)
        with suppress(InterfaceError):
            contract = content_of(content)
            if isinstance(contract, Mapping):
                self._mapped = map_contract(contract, self._types[found["type"]])

    def _written(self, request: ODataCall) -> Iterator[dict[str, Any]]:
        """Find the fields of a write in what was mapped, of a line those of the item that fits best."""
        table, _, key = request.resource.partition("(")
        rows = self._mapped.get(_PARTS.get(table, ""), ())
        sent = {name: shown(value) for name, value in request.fields.items()}
        fitting = [[line for line in row if sent.get(line.row.target) == shown(line.value)] for row in rows]
        if lines := max(fitting, key=len, default=[]):
            key_fields = {name: text or number for name, text, number in _KEY.findall(key)}
            named = ("ContractId",) if table != LINES else ("PurchaseAgreementId", "ExternalContractLineId")
            yield {
                "action": "",
                "table": table,
                "key": key_fields or {name: sent[name] for name in named if name in sent},
                "error": None,
                "lines": [_line(line) for line in lines],
            }


def rule_in_words(row: ScmSheetRow) -> str:
    """Return the rule of a row of the sheet, as its code says it."""
    return (row.rule.__doc__ or "").partition("\n")[0]


def _line(line: ScmLineageLine) -> dict[str, str]:
    return {
        "row": line.row.id,
        "source": line.row.source,
        "raw": json_preview(line.raw),
        "rule": rule_in_words(line.row),
        "target": line.row.target,
        "label": "",
        "value": shown(line.value),
    }
