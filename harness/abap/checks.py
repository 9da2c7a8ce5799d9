"""Find in the Dictionary what SAP would refuse late: when the objects are activated, or first used."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from harness.abap.dictionary import Dictionary, FieldType
from harness.abap.mapping import AbapMapping
from harness.abap.references import find_dangling, find_forgotten
from harness.abap.repository import AbapFinding, AbapObject, AbapRepository
from simulator.ecc.ddic import Dec
from simulator.ecc.tables import CONTRACT, PURCHORG, ddic_types
from simulator.mapping.contract_types import TYPE_CODES

MAX_TABLE_FIELD = 16
MAX_TABLE_NAME = 16
MAX_STRUCTURE_FIELD = 30
MAX_NAME = 30
MAX_TEXTS = {"SCRTEXT_S": 10, "SCRTEXT_M": 20, "SCRTEXT_L": 40, "REPTEXT": 55, "DDTEXT": 60}
"""The most characters of the labels and the description of a data element."""

MAX_MESSAGE = 73
MAX_KEY_BYTES = 900
"""The bytes of a primary key that every database of SAP takes."""

_RESERVED = frozenset((Path(__file__).parent / "reserved_words.txt").read_text(encoding="ascii").split())
"""Words of SQL that table TRESE keeps from being names of fields."""

_CODED = ("CONTRACTTYPENAME", "ASSOCIATINGTYPE")


def check(repository: AbapRepository, mapping: AbapMapping) -> list[AbapFinding]:
    """Check the objects of a repository, by file and line. Raises UserError for a file that is not XML."""
    dictionary = Dictionary(repository, mapping)
    found = [
        *_of_tables(dictionary, mapping),
        *_of_texts(repository),
        *_of_type_codes(dictionary, mapping),
        *find_missing(repository, mapping),
        *_of_types(dictionary, mapping),
        *find_dangling(dictionary),
        *find_forgotten(repository),
    ]
    return sorted(set(found))


def _of_tables(dictionary: Dictionary, mapping: AbapMapping) -> Iterator[AbapFinding]:
    repository = dictionary.repository
    ours = {mapping.table(table.name) for table in (CONTRACT, PURCHORG)}
    for table in repository.objects("TABL"):
        name = table.root.findtext(".//DD02V/TABNAME", "")
        fields = [field for field in table.all("DD03P") if not field.findtext("FIELDNAME", "").startswith(".")]
        is_table = table.root.findtext(".//DD02V/TABCLASS") == "TRANSP"
        longest, longest_name = (MAX_TABLE_FIELD, MAX_TABLE_NAME) if is_table else (MAX_STRUCTURE_FIELD, MAX_NAME)
        if len(name) > longest_name:
            text = f"the name {name} has {len(name)} characters, at most {longest_name} fit"
            yield repository.finding(table.file, table.root.sourceline, text)
        times = Counter(field.findtext("FIELDNAME", "") for field in fields)
        for field in fields:
            field_name = field.findtext("FIELDNAME", "")
            if len(field_name) > longest:
                text = f"{name}-{field_name} has {len(field_name)} characters, at most {longest} are allowed"
                yield repository.finding(table.file, field.sourceline, text)
            if is_table and field_name in _RESERVED:
                yield repository.finding(table.file, field.sourceline, f"{name}-{field_name} is a reserved word of SQL")
            if times[field_name] > 1:
                yield repository.finding(table.file, field.sourceline, f"{name} has the field {field_name} twice")
        if is_table:
            yield from _of_key(dictionary, table, name)
            if name in ours:
                yield from _of_client(repository, table, name)


def _of_key(dictionary: Dictionary, table: AbapObject, name: str) -> Iterator[AbapFinding]:
    fields = table.all("DD03P")
    keys = [field for field in fields if field.findtext("KEYFLAG") == "X"]
    for field in keys:
        if field not in fields[: len(keys)]:
            text = f"{name}-{field.findtext('FIELDNAME')} belongs to the key, and stands behind a field that does not"
            yield dictionary.repository.finding(table.file, field.sourceline, text)
    size = 2 * sum(found.length for field in keys if (found := dictionary.type_of(field)))
    if size > MAX_KEY_BYTES:
        text = f"the key of {name} has {size} bytes, at most {MAX_KEY_BYTES} are allowed"
        yield dictionary.repository.finding(table.file, keys[0].sourceline, text)


def _of_client(repository: AbapRepository, table: AbapObject, name: str) -> Iterator[AbapFinding]:
    """Check the client in the key of a table of the interface; other tables may well be for all clients."""
    first = next(iter(table.all("DD03P")), table.root)
    is_client = first.findtext("ROLLNAME") == "MANDT" or first.findtext("DATATYPE") == "CLNT"
    if not (is_client and first.findtext("KEYFLAG") == "X"):
        text = f"{name} does not begin with the client (MANDT) in its key: every client would see the same rows"
        yield repository.finding(table.file, first.sourceline, text)


def _of_texts(repository: AbapRepository) -> Iterator[AbapFinding]:
    for messages in repository.objects("MSAG"):
        for line in messages.all("T100"):
            number, text = line.findtext("MSGNR"), line.findtext("TEXT", "")
            if number is None:
                continue  # the table around the lines
            if len(text) > MAX_MESSAGE:
                found = f"message {number} has {len(text)} characters, at most {MAX_MESSAGE} are allowed"
                yield repository.finding(messages.file, line.sourceline, found)
    for element in repository.objects("DTEL"):
        for one in element.root.iter(*MAX_TEXTS):
            if (length := len(one.text or "")) > MAX_TEXTS[one.tag]:
                found = f"{one.tag} has {length} characters, at most {MAX_TEXTS[one.tag]} are allowed"
                yield repository.finding(element.file, one.sourceline, found)


def _of_type_codes(dictionary: Dictionary, mapping: AbapMapping) -> Iterator[AbapFinding]:
    """Check that the domain of the type codes lists them, so that SE16 and SM30 know them (D-01)."""
    names = mapping.fields.get(CONTRACT.name, {})
    coded = {names.get(name, name) for name in _CODED}
    for table in dictionary.repository.objects("TABL"):
        if table.root.findtext(".//DD02V/TABNAME") != mapping.table(CONTRACT.name):
            continue
        for field in table.all("DD03P"):
            if field.findtext("FIELDNAME") not in coded:
                continue
            domain = dictionary.domain(field)
            values = {one.findtext("DOMVALUE_L") for one in domain.all("DD07V")} if domain else set()
            if missing := sorted({*TYPE_CODES.values()} - values):
                text = f"the domain of {field.findtext('FIELDNAME')} lacks the fixed values {', '.join(missing)} (D-01)"
                yield dictionary.repository.finding(
                    domain.file if domain else table.file, field.sourceline if not domain else 1, text
                )


def _of_types(dictionary: Dictionary, mapping: AbapMapping) -> Iterator[AbapFinding]:
    """Check the types of the fields against the specification, where they are those of the repository."""
    found = {one.root.findtext(".//DD02V/TABNAME", ""): one for one in dictionary.repository.objects("TABL")}
    for table in (CONTRACT, PURCHORG):
        if (own := found.get(mapping.table(table.name))) is None:
            continue
        fields = {field.findtext("FIELDNAME", ""): field for field in own.all("DD03P")}
        names = mapping.fields.get(table.name, {})
        for name, ddic in ddic_types(table).items():
            if (field := fields.get(names.get(name, name).upper())) is None:
                continue
            wanted = FieldType(ddic.name, ddic.length, 2 if isinstance(ddic, Dec) else 0)
            if (seen := dictionary.type_of(field)) and seen != wanted:
                place = f"{mapping.table(table.name)}-{field.findtext('FIELDNAME')}"
                text = f"{place} is {seen}, in the specification {wanted}"
                yield dictionary.repository.finding(own.file, field.sourceline, text)


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
