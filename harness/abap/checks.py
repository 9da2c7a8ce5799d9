"""Find what SAP would refuse late: when the objects are activated, or first used."""

from collections.abc import Iterator
from pathlib import Path

from harness.abap.mapping import AbapMapping
from harness.abap.repository import AbapFinding, AbapObject, AbapRepository
from simulator.ecc.tables import CONTRACT, PURCHORG
from simulator.mapping.contract_types import TYPE_CODES

MAX_TABLE_FIELD = 16
MAX_TABLE_NAME = 16
MAX_STRUCTURE_FIELD = 30
MAX_NAME = 30
MAX_MESSAGE = 73
MAX_KEY_BYTES = 900
"""The bytes of a primary key that every database of SAP takes."""

_RESERVED = frozenset((Path(__file__).parent / "reserved_words.txt").read_text(encoding="ascii").split())
"""Words of SQL that table TRESE keeps from being names of fields."""

_CODED = ("CONTRACTTYPENAME", "ASSOCIATINGTYPE")


def check(repository: AbapRepository, mapping: AbapMapping) -> list[AbapFinding]:
    """Check the objects of a repository, by file and line. Raises UserError for a file that is not XML."""
    domains = {one.root.findtext(".//DD01V/DOMNAME", ""): one for one in repository.objects("DOMA")}
    elements = {one.root.findtext(".//DD04V/ROLLNAME", ""): one for one in repository.objects("DTEL")}
    found = [
        *_of_tables(repository, mapping, domains, elements),
        *_of_messages(repository),
        *_of_type_codes(repository, mapping, domains, elements),
        *find_missing(repository, mapping),
    ]
    return sorted(set(found))


def _of_tables(
    repository: AbapRepository,
    mapping: AbapMapping,
    domains: dict[str, AbapObject],
    elements: dict[str, AbapObject],
) -> Iterator[AbapFinding]:
    ours = {mapping.table(table.name) for table in (CONTRACT, PURCHORG)}
    for table in repository.objects("TABL"):
        name = table.root.findtext(".//DD02V/TABNAME", "")
        fields = table.all("DD03P")
        is_table = table.root.findtext(".//DD02V/TABCLASS") == "TRANSP"
        longest = MAX_TABLE_FIELD if is_table else MAX_STRUCTURE_FIELD
        if len(name) > (MAX_TABLE_NAME if is_table else MAX_NAME):
            text = f"the name {name} has {len(name)} characters, at most {MAX_TABLE_NAME if is_table else MAX_NAME} fit"
            yield repository.finding(table.file, table.root.sourceline, text)
        for field in fields:
            field_name = field.findtext("FIELDNAME", "")
            if field_name.startswith("."):
                continue  # an include
            if len(field_name) > longest:
                text = f"{name}-{field_name} has {len(field_name)} characters, at most {longest} are allowed"
                yield repository.finding(table.file, field.sourceline, text)
            if is_table and field_name in _RESERVED:
                yield repository.finding(table.file, field.sourceline, f"{name}-{field_name} is a reserved word of SQL")
        if is_table:
            yield from _of_key(repository, table, name, domains, elements)
            if name in ours:
                yield from _of_client(repository, table, name)


def _of_key(
    repository: AbapRepository,
    table: AbapObject,
    name: str,
    domains: dict[str, AbapObject],
    elements: dict[str, AbapObject],
) -> Iterator[AbapFinding]:
    keys = [field for field in table.all("DD03P") if field.findtext("KEYFLAG") == "X"]
    size = 2 * sum(_length(field.findtext("LENG") or _leng_of(field, domains, elements)) for field in keys)
    if size > MAX_KEY_BYTES:
        text = f"the key of {name} has {size} bytes, at most {MAX_KEY_BYTES} are allowed"
        yield repository.finding(table.file, keys[0].sourceline, text)


def _of_client(repository: AbapRepository, table: AbapObject, name: str) -> Iterator[AbapFinding]:
    """Check the client in the key of a table of the interface; other tables may well be for all clients."""
    first = next(iter(table.all("DD03P")), table.root)
    is_client = first.findtext("ROLLNAME") == "MANDT" or first.findtext("DATATYPE") == "CLNT"
    if not (is_client and first.findtext("KEYFLAG") == "X"):
        text = f"{name} does not begin with the client (MANDT) in its key: every client would see the same rows"
        yield repository.finding(table.file, first.sourceline, text)


def _leng_of(field: object, domains: dict[str, AbapObject], elements: dict[str, AbapObject]) -> str:
    """Return the length of a field from its data element, or that one's domain; blank if SAP has them."""
    element = elements.get(field.findtext("ROLLNAME", ""))  # type: ignore[attr-defined]
    if element is None:
        return ""
    domain = domains.get(element.root.findtext(".//DOMNAME", ""))
    return (domain.root.findtext(".//DD01V/LENG", "") if domain else "") or element.root.findtext(".//DD04V/LENG", "")


def _length(digits: str) -> int:
    return int(digits) if digits.isdigit() else 0


def _of_messages(repository: AbapRepository) -> Iterator[AbapFinding]:
    for messages in repository.objects("MSAG"):
        for line in messages.all("T100"):
            number, text = line.findtext("MSGNR"), line.findtext("TEXT", "")
            if number is None:
                continue  # the table around the lines
            if len(text) > MAX_MESSAGE:
                found = f"message {number} has {len(text)} characters, at most {MAX_MESSAGE} are allowed"
                yield repository.finding(messages.file, line.sourceline, found)


def _of_type_codes(
    repository: AbapRepository,
    mapping: AbapMapping,
    domains: dict[str, AbapObject],
    elements: dict[str, AbapObject],
) -> Iterator[AbapFinding]:
    """Check that the domain of the type codes lists them, so that SE16 and SM30 know them (D-01)."""
    names = mapping.fields.get(CONTRACT.name, {})
    coded = {names.get(name, name) for name in _CODED}
    for table in repository.objects("TABL"):
        if table.root.findtext(".//DD02V/TABNAME") != mapping.table(CONTRACT.name):
            continue
        for field in table.all("DD03P"):
            if field.findtext("FIELDNAME") not in coded:
                continue
            element = elements.get(field.findtext("ROLLNAME", ""))
            domain = domains.get(element.root.findtext(".//DOMNAME", "")) if element else None
            values = {one.findtext("DOMVALUE_L") for one in domain.all("DD07V")} if domain else set()
            if missing := sorted({*TYPE_CODES.values()} - values):
                text = f"the domain of {field.findtext('FIELDNAME')} lacks the fixed values {', '.join(missing)} (D-01)"
                yield repository.finding(
                    domain.file if domain else table.file, field.sourceline if not domain else 1, text
                )


def find_missing(repository: AbapRepository, mapping: AbapMapping) -> Iterator[AbapFinding]:
    """Check that both tables have every field of the specification, under its name or that of the mapping."""
    found = {one.root.findtext(".//DD02V/TABNAME", ""): one for one in repository.objects("TABL")}
    for table in (CONTRACT, PURCHORG):
        name = mapping.table(table.name)
        if name not in found:
            text = f"{name} is missing; if it has another name, say so under [tables] of zicm.toml"
            yield AbapFinding(repository.relative(repository.sources), 1, text)
            continue
        columns = {field.findtext("FIELDNAME", "") for field in found[name].all("DD03P")}
        names = mapping.fields.get(table.name, {})
        for column in table.columns:
            if names.get(column.name, column.name).upper() not in columns:
                wanted = names.get(column.name, column.name)
                text = f"{name} lacks {wanted}; another name of it goes under [fields.{table.name}] of zicm.toml"
                yield repository.finding(found[name].file, found[name].root.sourceline, text)
