"""Find in objects and code what refers to nothing, and what was forgotten about client, authorization and lock."""

import re
from collections.abc import Iterator, Sequence

from harness.abap.dictionary import Dictionary, is_customers
from harness.abap.repository import AbapFinding, AbapRepository
from harness.abap.statements import Statement, statements
from harness.text import did_you_mean

_REFERENCES = {
    "TABL": {
        "ROLLNAME": "data element",
        "PRECFIELD": "included structure",
        "CHECKTABLE": "check table",
        "REFTABLE": "reference table",
    },
    "DTEL": {"DOMNAME": "domain"},
    "TTYP": {"ROWTYPE": "row type"},
    "ENQU": {"ROOTTAB": "table"},
    "FUGR": {"TYP": "type", "DBSTRUCT": "structure"},
}
"""Kind of object to the elements that name another one."""

_ABSENT = "is not here; add its object, or a stub in the folder that zicm.toml names"

_CLASSES = re.compile(r"\b(?:INHERITING FROM|INTERFACES|CATCH|EXCEPTION TYPE|RAISING|NEW) ([ZY]\w+)|\b([ZY]\w+)=>")
_POINTERS = re.compile(r"\bREF TO ([ZY]\w+)")
_LOCAL = re.compile(r"^(?:CLASS|INTERFACE|TYPES:?)(?: BEGIN OF)? (\w+)")
_CALL = re.compile(r"^CALL FUNCTION '(\w+)'")
_MESSAGE = re.compile(r"^MESSAGE [AEISWX](\d{3})(?:\((\w+)\))?")
_MESSAGE_BY_PARTS = re.compile(r"^MESSAGE ID '(\w+)'.*\bNUMBER '?(\d{3})\b")
_MESSAGE_CLASS = re.compile(r"\bMESSAGE-ID (\w+)")
_ALL_CLIENTS = re.compile(r"\bCLIENT SPECIFIED\b")
_OPEN_SQL = re.compile(r"(?:SELECT|OPEN CURSOR|DELETE FROM|UPDATE \w+ (?:CLIENT SPECIFIED )?SET)\b")
_TABLES = re.compile(r"(?:^UPDATE|\bFROM|\bJOIN) (\w+)")
_COLUMNS = re.compile(
    r"(?<![-@>])\b(?!(?:AND|BETWEEN|ENTRIES|IN|LIKE|OF|TABLE) )([A-Z_][\w~]*)"
    r" (?:[=<>]+|EQ|NE|LT|GT|LE|GE|(?:NOT )?(?:IN|LIKE|BETWEEN)|IS) |(~\w+)"
)
"""Finds what a statement compares or sets, and what it takes from a table by name."""

_ORDERED = re.compile(r"\bORDER BY ((?!PRIMARY KEY)[A-Z]\w*)")
_NEW_NAME = re.compile(r"\bAS (\w+)")
_WRITE = re.compile(r"(?:INSERT(?: INTO)?|UPDATE|MODIFY|DELETE(?: FROM)?) (\w+)\b")
_SAYS_NOTHING = ("RETURN", "EXIT", "ENDIF")


def find_dangling(dictionary: Dictionary) -> Iterator[AbapFinding]:
    """Name each object of the customer's that others refer to and that is not here. Those of SAP are not looked at."""
    yield from _of_objects(dictionary)
    repository = dictionary.repository
    code = {file: [*statements(file)] for file in repository.programs()}
    local = {found[1] for every in code.values() for one in every if (found := _LOCAL.match(one.words))}
    default = {
        file.name.partition(".")[0]: found[1]
        for file, every in code.items()
        for one in every
        if (found := _MESSAGE_CLASS.search(one.words))
    }
    for file, every in code.items():
        for one in every:
            for text in _of_statement(one, dictionary, local):
                yield repository.finding(file, one.line, text)
            for text in _of_call(one, dictionary, default.get(file.name.partition(".")[0], "")):
                yield repository.finding(file, one.line, text, refuses=False)


def _of_objects(dictionary: Dictionary) -> Iterator[AbapFinding]:
    for kind, tags in _REFERENCES.items():
        for one in dictionary.repository.objects(kind):
            for reference in one.root.iter(*tags):
                name = (reference.text or "").partition("-")[0]
                if not dictionary.knows(name, "DOMA" if reference.tag == "DOMNAME" else ""):
                    text = f"the {tags[str(reference.tag)]} {name} {_ABSENT}"
                    yield dictionary.repository.finding(one.file, reference.sourceline, text)
    for group in dictionary.repository.objects("FUGR"):
        for part in group.root.iter("FUNCNAME", "SOBJ_NAME"):
            file = group.file.with_name(group.file.name.replace(".xml", f".{part.text}.abap".lower()))
            if not file.exists():
                text = f"the code of {part.text} is not here: {file.name}"
                yield dictionary.repository.finding(group.file, part.sourceline, text)


def _of_statement(one: Statement, dictionary: Dictionary, local: set[str]) -> Iterator[str]:
    """Say what SAP would not compile."""
    classes = {first or second for first, second in _CLASSES.findall(one.words)} | {*_POINTERS.findall(one.words)}
    for name in sorted(classes - local):
        if not dictionary.knows(name):
            yield f"the class {name} {_ABSENT}"
    tables = _TABLES.findall(one.words) if _OPEN_SQL.match(one.words) else []
    of_tables = [dictionary.fields(table) if is_customers(table) else None for table in tables]
    known = {name for held in of_tables for name in held or ()}.union(_NEW_NAME.findall(one.words))
    if tables and None not in of_tables:
        found = [first or second for first, second in _COLUMNS.findall(one.words)] + _ORDERED.findall(one.words)
        for name in dict.fromkeys(one.rpartition("~")[2] for one in found):
            if name not in known:
                yield f"there is no field {name} in {' or '.join(tables)}{did_you_mean(name, known)}"


def _of_call(one: Statement, dictionary: Dictionary, default: str) -> Iterator[str]:
    """Say what SAP would compile, and miss when it runs."""
    if (called := _CALL.match(one.code)) and not dictionary.knows_function(called[1]):
        yield f"the function module {called[1]} {_ABSENT}"
    if found := _MESSAGE.match(one.words):
        number, messages = found[1], found[2] or default
    elif found := _MESSAGE_BY_PARTS.match(one.code):
        messages, number = found[1], found[2]
    else:
        return
    if not dictionary.knows(messages, "MSAG"):
        yield f"the message class {messages} {_ABSENT}"
    elif number not in dictionary.messages.get(messages, {number}):
        yield f"the message class {messages} has no message {number}"


def find_forgotten(repository: AbapRepository) -> Iterator[AbapFinding]:
    """Name statements about every client, authorizations that nobody looks at, and tables that nobody locks."""
    yield from _unlocked(repository)
    for file in repository.programs():
        every = [*statements(file)]
        for number, one in enumerate(every):
            if text := _forgotten(one, every[number + 1 : number + 3]):
                yield repository.finding(file, one.line, text, refuses=False)


def _unlocked(repository: AbapRepository) -> Iterator[AbapFinding]:
    """Name the first statement that writes a table of the objects, where none of them locks anything."""
    tables = repository.names("TABL")
    programs = [file for file in repository.programs() if ".testclasses." not in file.name]
    code = [(file, one) for file in programs for one in statements(file)]
    written = ((file, one) for file, one in code if (found := _WRITE.match(one.words)) and found[1] in tables)
    if (first := next(written, None)) and not any("'ENQUEUE_" in one.code for _, one in code):
        file, one = first
        text = "no lock by ENQUEUE: two messages of an agreement may write at once, which no run shows"
        yield repository.finding(file, one.line, text, refuses=False)


def _forgotten(one: Statement, following: Sequence[Statement]) -> str:
    if _ALL_CLIENTS.search(one.words) and not re.search(r"\bMANDT\b", one.words):
        return "CLIENT SPECIFIED without MANDT is about the rows of every client"
    if one.words.startswith("AUTHORITY-CHECK "):
        if not following or "SY-SUBRC" not in following[0].words:
            return "AUTHORITY-CHECK without a look at SY-SUBRC behind it lets everybody pass"
        if following[0].words.startswith("IF ") and following[-1].words in _SAYS_NOTHING:
            return "who lacks the authorization is told nothing: the return table stays empty, as for a success"
    return ""
