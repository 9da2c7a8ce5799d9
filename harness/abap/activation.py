"""Find in single objects what SAP would not pull or activate, or would end with a short dump."""

import re
from collections.abc import Iterator

from lxml import etree

from harness.abap.dictionary import Dictionary
from harness.abap.repository import AbapFinding, AbapObject, AbapRepository
from harness.abap.statements import statements

_NAMES = {
    "TABL": "DD02V/TABNAME",
    "DTEL": "DD04V/ROLLNAME",
    "DOMA": "DD01V/DOMNAME",
    "TTYP": "DD40V/TYPENAME",
    "ENQU": "DD25V/VIEWNAME",
    "CLAS": "VSEOCLASS/CLSNAME",
}
"""Kind of object to the element with its name, which is that of the file too."""

_MAX_DIGITS = 31
_MAX_LINE = 255
_WITH_XML = (".clas.abap", ".intf.abap", ".prog.abap")
_AMOUNTS = ("CURR", "QUAN")
_NOT_IN_KEYS = ("STRG", "RSTR")
_LOCK = re.compile(r"^CALL FUNCTION '(?:EN|DE)QUEUE_(\w+)' EXPORTING (.*?)(?= EXCEPTIONS |$)")


def find_inactive(dictionary: Dictionary) -> Iterator[AbapFinding]:
    """Name each place in an object that SAP would refuse, whatever refers to it."""
    repository = dictionary.repository
    yield from _of_names(repository)
    for domain in repository.objects("DOMA"):
        yield from _of_length(repository, domain)
    for table in repository.objects("TABL"):
        yield from _of_fields(dictionary, table)
    for lock in repository.objects("ENQU"):
        yield from _of_lock(dictionary, lock)
    yield from _of_programs(repository)


def _of_names(repository: AbapRepository) -> Iterator[AbapFinding]:
    for kind, path in _NAMES.items():
        for one in repository.objects(kind):
            wanted = one.file.name.partition(".")[0].replace("#", "/").upper()
            named = one.root.find(f".//{path}")
            if named is not None and (named.text or "") != wanted:
                text = f"the file is that of {wanted}, and the object in it is {named.text or 'without name'}"
                yield repository.finding(one.file, named.sourceline, text)


def _of_length(repository: AbapRepository, domain: AbapObject) -> Iterator[AbapFinding]:
    """Check the lengths of a domain, and its fixed values against them."""
    named: dict[str, etree._Element] = {}
    for tag in ("LENG", "DECIMALS"):
        for element in domain.root.iter(tag):
            named[tag] = element
            if not re.fullmatch(r"[0-9]+", element.text or ""):
                yield repository.finding(domain.file, element.sourceline, f"{tag} is no number: {element.text}")
                return
    length, decimals = (int(named[tag].text or 0) if tag in named else 0 for tag in ("LENG", "DECIMALS"))
    if domain.root.findtext(".//DATATYPE") in ("DEC", *_AMOUNTS):
        if length > _MAX_DIGITS:
            text = f"a number has {length} digits, at most {_MAX_DIGITS} are allowed"
            yield repository.finding(domain.file, named["LENG"].sourceline, text)
        if decimals > length:
            text = f"a number of {length} digits has {decimals} decimals"
            yield repository.finding(domain.file, named["DECIMALS"].sourceline, text)
    elif domain.root.findtext(".//DATATYPE") == "CHAR":
        for value in domain.root.iter("DOMVALUE_L", "DOMVALUE_H"):
            if len(value.text or "") > length:
                text = f"the fixed value {value.text} is longer than the domain, {length}"
                yield repository.finding(domain.file, value.sourceline, text)


def _of_fields(dictionary: Dictionary, table: AbapObject) -> Iterator[AbapFinding]:
    """Check what the type of a field asks of it."""
    for field in table.all("DD03P"):
        if (seen := dictionary.type_of(field)) is None:
            continue
        name = field.findtext("FIELDNAME")
        if seen.name in _AMOUNTS and not (field.findtext("REFTABLE") and field.findtext("REFFIELD")):
            text = f"{name} is of type {seen.name}, and refers to no field with its unit (REFTABLE, REFFIELD)"
            yield dictionary.repository.finding(table.file, field.sourceline, text)
        if seen.name in _NOT_IN_KEYS and field.findtext("KEYFLAG") == "X":
            text = f"{name} is of type {seen.name}, and belongs to the key"
            yield dictionary.repository.finding(table.file, field.sourceline, text)


def _of_lock(dictionary: Dictionary, lock: AbapObject) -> Iterator[AbapFinding]:
    """Check the fields of a lock object, and the parameters of the calls of its function modules."""
    repository = dictionary.repository
    for one in lock.all("DD27P"):
        table = one.findtext("TABNAME", "")
        known = dictionary.fields(table)
        for field in one.iter("FIELDNAME"):
            if known is not None and field.text not in known:
                yield repository.finding(lock.file, field.sourceline, f"there is no field {field.text} in {table}")
    name = lock.file.name.partition(".")[0].upper()
    parameters = {one.findtext("VIEWFIELD", "") for one in lock.all("DD27P")}
    parameters |= {f"X_{one}" for one in parameters} | {f"MODE_{one.findtext('TABNAME')}" for one in lock.all("DD26E")}
    for file in repository.programs():
        for statement in statements(file):
            if (call := _LOCK.match(statement.code)) and call[1] == name:
                for given in re.findall(r"(\w+) = ", call[2]):
                    if not given.startswith("_") and given not in parameters:
                        text = f"the lock object {name} has no parameter {given}: each call is a short dump"
                        yield repository.finding(file, statement.line, text, refuses=False)


def _of_programs(repository: AbapRepository) -> Iterator[AbapFinding]:
    for file in repository.programs():
        if file.name.endswith(_WITH_XML) and not file.with_suffix(".xml").exists():
            text = f"its object is not here, and abapGit passes the code over: {file.with_suffix('.xml').name}"
            yield repository.finding(file, 1, text)
        for number, line in enumerate(file.read_bytes().split(b"\n"), 1):
            try:
                length = len(line.rstrip().decode())
            except UnicodeDecodeError:
                yield repository.finding(file, number, "this is not UTF-8, which abapGit reads alone")
                break
            if length > _MAX_LINE:
                text = f"the line has {length} characters, at most {_MAX_LINE} are allowed"
                yield repository.finding(file, number, text)
