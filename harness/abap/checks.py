"""Find in the Dictionary what SAP would refuse late: when the objects are activated, or first used."""

from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path

from lxml import etree
from sqlalchemy import Table

from harness.abap.activation import find_inactive
from harness.abap.dictionary import Dictionary, FieldType
from harness.abap.mapping import FILE, AbapMapping
from harness.abap.references import find_dangling, find_forgotten
from harness.abap.repository import AbapFinding, AbapObject, AbapRepository
from harness.text import did_you_mean
from simulator.ecc.bapiret2 import Bapiret2
from simulator.ecc.ddic import Dec
from simulator.ecc.tables import CONTRACT, ORGANISATION, PURCHORG, ddic_types
from simulator.ecc.wsdl import FIELDS, FLAG_FIELDS, FUNCTION
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

_PARAMETERS = {
    "CONTRACT": FIELDS,
    "CONTRACTX": FLAG_FIELDS,
    "PURCHORG": (ORGANISATION,),
    "RETURN": Bapiret2._fields,
}
"""The parameters of the function module, each with its fields."""

_CODED = ("CONTRACTTYPENAME", "ASSOCIATINGTYPE")


def check(repository: AbapRepository, mapping: AbapMapping) -> list[AbapFinding]:
    """Check the objects of a repository, by file and line. Raises UserError if its folder with stubs is missing."""
    dictionary = Dictionary(repository, mapping)
    found = [
        *_of_function(dictionary),
        *_of_tables(dictionary),
        *_of_texts(repository),
        *_of_switch(dictionary),
        *find_inactive(dictionary),
        *find_dangling(dictionary),
        *find_forgotten(repository),
    ]
    for table in (CONTRACT, PURCHORG):
        name = mapping.table(table.name)
        if name not in dictionary.tables:
            found.append(_no_table(dictionary, table))
        elif (fields := dictionary.fields(name)) is not None:
            found += _of_specification(dictionary, table, dictionary.tables[name], fields)
    return sorted({*found, *repository.broken})


def _of_function(dictionary: Dictionary) -> Iterator[AbapFinding]:
    """Check the function module against the WSDL."""
    repository = dictionary.repository
    if (function := dictionary.function(FUNCTION)) is None:
        yield AbapFinding(repository.relative(repository.sources), 0, f"there is no function module {FUNCTION}")
    elif {*function.parameters} != {*_PARAMETERS}:
        given, wanted = (", ".join(sorted(names)) for names in (function.parameters, _PARAMETERS))
        text = f"{FUNCTION} has the parameters {given}; those of the WSDL are {wanted}"
        yield repository.finding(function.file, function.line, text)
    else:
        for parameter, described in function.parameters.items():
            fields = dictionary.fields(dictionary.row_type(described["type"]))
            if fields is not None and (lacking := [one for one in _PARAMETERS[parameter] if one not in fields]):
                text = f"the type of {parameter}, {described['type']}, lacks {', '.join(lacking)} of the WSDL"
                yield repository.finding(function.file, function.line, text)


def _of_tables(dictionary: Dictionary) -> Iterator[AbapFinding]:
    repository = dictionary.repository
    for name, table in dictionary.tables.items():
        fields = [field for field in table.all("DD03P") if not field.findtext("FIELDNAME", "").startswith(".")]
        is_table = _is_table(table)
        longest, longest_name = (MAX_TABLE_FIELD, MAX_TABLE_NAME) if is_table else (MAX_STRUCTURE_FIELD, MAX_NAME)
        if len(name) > longest_name:
            text = f"the name {name} has {len(name)} characters, at most {longest_name} are allowed"
            yield repository.finding(table.file, _line(table), text)
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


def _is_table(one: AbapObject) -> bool:
    """Return True for a table, False for a structure."""
    return one.root.findtext(".//DD02V/TABCLASS") == "TRANSP"


def _line(table: AbapObject) -> object:
    """Return the line of the name of a table."""
    named = table.root.find(".//DD02V/TABNAME")
    return None if named is None else named.sourceline


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


def _of_switch(dictionary: Dictionary) -> Iterator[AbapFinding]:
    """Check the row that makes a second entry of a System ID an error."""
    if (switch := dictionary.mapping.unique_sysid) is None:
        return
    columns = dictionary.fields(switch.table.upper())
    lacking = [] if columns is None else [name for name in switch.row if name.upper() not in columns]
    if columns is None or lacking:
        what = (
            f"the table {switch.table} lacks {', '.join(lacking)}" if lacking else f"there is no table {switch.table}"
        )
        yield _in_mapping(dictionary, "unique_sysid", f"{what}, among the objects and their stubs")


def _in_mapping(dictionary: Dictionary, word: str, text: str) -> AbapFinding:
    return AbapFinding(FILE, dictionary.mapping.line_of(dictionary.repository.folder, word), text)


def _no_table(dictionary: Dictionary, table: Table) -> AbapFinding:
    """Say that a table of the specification is not here, at the place that is most likely the wrong one."""
    repository, name = dictionary.repository, dictionary.mapping.table(table.name)
    if name != table.name:
        return _in_mapping(dictionary, name, f"there is no table {name}{did_you_mean(name, dictionary.tables)}")
    wanted = {dictionary.mapping.field(table.name, column.name) for column in table.columns}
    shared = {
        one: len(wanted & {*(dictionary.fields(one) or ())})
        for one in dictionary.tables
        if _is_table(dictionary.tables[one])
    }
    nearest = max(shared, key=shared.__getitem__, default="")
    if 2 * shared.get(nearest, 0) < len(wanted):
        text = f"the table {name} is missing; if it has another name, say so under [tables] of {FILE}"
        return AbapFinding(repository.relative(repository.sources), 0, text)
    text = f"there is no table {name}; {nearest} has {shared[nearest]} of its {len(wanted)} fields: "
    found = dictionary.tables[nearest]
    return repository.finding(found.file, _line(found), f"{text}if it is that one, say so under [tables] of {FILE}")


def _of_specification(
    dictionary: Dictionary, table: Table, own: AbapObject, fields: Mapping[str, etree._Element]
) -> Iterator[AbapFinding]:
    """Check a table against that of the specification: its fields, client, key, types and codes."""
    repository, name = dictionary.repository, dictionary.mapping.table(table.name)
    names = {column.name: dictionary.mapping.field(table.name, column.name) for column in table.columns}
    lacking = [given for given in names.values() if given not in fields]
    for given in {*lacking} - {*names}:
        yield _in_mapping(dictionary, given, f"{name} lacks {given}{did_you_mean(given, fields)}")
    if unnamed := [given for given in lacking if given in names]:
        text = f"{name} lacks {', '.join(unnamed)}; other names go under [fields.{table.name}] of {FILE}"
        yield repository.finding(own.file, _line(own), text)
    if not _is_table(own):
        text = f"{name} is no transparent table: its TABCLASS is {own.root.findtext('.//DD02V/TABCLASS')}"
        yield repository.finding(own.file, _line(own), text)
    first = next(iter(fields.values()), own.root)
    keys = [field for field, one in fields.items() if one.findtext("KEYFLAG") == "X"]
    wanted_keys = [names[column.name] for column in table.primary_key]
    is_client = first.findtext("ROLLNAME") == "MANDT" or first.findtext("DATATYPE") == "CLNT"
    if not is_client or keys[:1] != [*fields][:1]:
        text = f"{name} does not begin with the client (MANDT) in its key: every client would see the same rows"
        yield repository.finding(own.file, first.sourceline, text, refuses=False)
    elif {*keys[1:]} != {*wanted_keys}:
        text = f"the key of {name} is {', '.join(keys[1:])}; in the specification {', '.join(wanted_keys)}"
        yield repository.finding(own.file, _line(own), text, refuses=False)
    for column, ddic in ddic_types(table).items():
        field = fields.get(names[column])
        seen = None if field is None else dictionary.type_of(field)
        wanted_type = FieldType(ddic.name, ddic.length, 2 if isinstance(ddic, Dec) else 0)
        if field is not None and seen and seen != wanted_type:
            text = f"{name}-{names[column]} is {seen}, in the specification {wanted_type}"
            yield repository.finding(own.file, field.sourceline, text, refuses=False)
        if field is not None and column in _CODED:
            yield from _of_type_codes(dictionary, own, field)


def _of_type_codes(dictionary: Dictionary, table: AbapObject, field: etree._Element) -> Iterator[AbapFinding]:
    """Check that the domain of the type codes lists them, so that SE16 and SM30 know them (D-01)."""
    domain = dictionary.domain(field)
    values = {one.findtext("DOMVALUE_L") for one in domain.all("DD07V")} if domain else set()
    if missing := sorted({*TYPE_CODES.values()} - values):
        text = f"the domain of {field.findtext('FIELDNAME')} lacks the fixed values {', '.join(missing)} (D-01)"
        file, line = (domain.file, 1) if domain else (table.file, field.sourceline)
        yield dictionary.repository.finding(file, line, text, refuses=False)
