"""Write contracts for SCM, and what SCM holds of them, as the sentences and tables of a feature."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from harness.bdd.vocabulary.scm import CONTRACT_TYPES, LINE_TERMS, TERMS, shown
from harness.specification.written_steps import value_words
from simulator.icertis.agreement import AgreementStatus
from simulator.icertis.workflow import STEPS

WrittenTable = Sequence[Sequence[str]]

_KINDS = {name: words for words, name in CONTRACT_TYPES.items()}
_INITIAL = ("", "0", "1900-01-01T12:00:00Z")
"""The values of a field of SCM that nobody has filled in, in words."""

_FIRST_AGREEMENT = "000001"
_OF_AMENDMENTS = ("LatestAmendmentId", "AmendmentInProcess")
_UNKNOWN = "LatestExternalAmendmentId"
"""The System ID of an amendment, which no sentence gives it."""


def kind_words(kind: str) -> str:
    """Return the words for a contract type; blank where no sentence names it."""
    return _KINDS.get(kind, "")


def stated_terms(held: Mapping[str, object]) -> dict[str, str]:
    """Return the terms that ICI holds of a contract, in words, without blank ones."""
    words = {name: value_words(held[name]) for name in TERMS if name in held}
    return {name: value for name, value in words.items() if value}


def line_table(items: Iterable[Mapping[str, object]]) -> WrittenTable:
    """Lay out line items with their terms; no row at all where there is none."""
    rows = [{name: value_words(item[name]) for name in LINE_TERMS if name in item} for item in items]
    columns = [name for name in LINE_TERMS if any(row.get(name) for row in rows)]
    return [columns, *([row.get(name, "") for name in columns] for row in rows)] if rows else []


def steps_to(status: str) -> list[str] | None:
    """Return the fewest steps that take a draft to a status; None where no step leads there."""
    ways = {AgreementStatus.DRAFT: list[str]()}
    for _ in STEPS:
        for words, step in STEPS.items():
            for way in [ways[of] for of in step.of if of in ways]:
                ways.setdefault(step.to, [*way, words])
    return next((way for reached, way in ways.items() if reached.value == status), None)


def filled_fields(row: Mapping[str, object]) -> dict[str, str]:
    """Return the fields of a row of SCM that are filled in, in words."""
    return {name: words for name, value in row.items() if (words := shown(value)) not in _INITIAL}


def row_table(rows: Sequence[Mapping[str, object]]) -> WrittenTable:
    """Lay out rows of SCM with every field that any of them has filled in."""
    filled = [*map(filled_fields, rows)]
    columns = [name for name in (rows[0] if rows else ()) if any(name in row for row in filled)]
    return [columns, *([shown(row[name]) for name in columns] for row in rows)]


def drafting(kind: str, code: str, lines: WrittenTable, *, is_when: bool = False) -> tuple[str, WrittenTable]:
    """Return the sentence that drafts a contract, with its table."""
    begin = "a buyer drafts" if is_when else "a buyer has drafted"
    return f'{begin} the {kind_words(kind)} "{code}"{" with these line items:" if lines else ""}', lines


def seen_in_scm(
    contract: Mapping[str, object],
    agreement: Mapping[str, object] | None,
    lines: Sequence[Mapping[str, object]],
    *,
    is_amended: bool,
) -> Iterator[tuple[str, WrittenTable]]:
    """Yield the sentences about a contract in SCM, its purchase agreement and its lines.

    The agreement is the first one of the company. An amendment of which the scenario knows nothing is left out.
    """
    unknown = {_UNKNOWN, *(() if is_amended else _OF_AMENDMENTS)}
    contract = {name: value for name, value in contract.items() if name not in unknown}
    yield (
        f'these fields of the contract "{contract["ContractId"]}" in SCM are:',
        [*filled_fields(contract).items()],
    )
    if agreement is None:
        yield "SCM holds no purchase agreement", ()
        return
    agreement = {**agreement, "PurchaseAgreementId": _FIRST_AGREEMENT}
    yield f"these fields of the purchase agreement {_FIRST_AGREEMENT} in SCM are:", [*filled_fields(agreement).items()]
    if lines:
        yield "SCM holds exactly these lines:", row_table(lines)
    else:
        yield "SCM holds no line", ()
