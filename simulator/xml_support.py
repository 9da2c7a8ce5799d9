"""Read XML from untrusted senders."""

import codecs
import re
from xml.parsers import expat

from lxml import etree

MAX_BYTES = 1024 * 1024
MAX_DEPTH = 32
"""Levels of nested elements; a message of the interface has six."""

MAX_ELEMENTS = 10_000
MAX_ATTRIBUTES = 32
"""Attributes of one element, declarations of namespaces included; libxml2 compares each with every other."""

MAX_NAMES = 500
"""Different names of elements and attributes; libxml2 keeps every name that it has read."""

MAX_NAME_LENGTH = 200

NOT_WELL_FORMED = "the message is not well-formed XML"

_CHARSET = re.compile(rb""";\s*charset\s*=\s*["']?([\w.:+-]+)""", re.IGNORECASE)
_KNOWN_CODECS = re.compile("utf-8|utf-16(-[lb]e)?|ascii|iso8859-[0-9]+|cp125[0-9]")
_BYTE_ORDER_MARKS = (codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def parse(content: bytes, content_type: bytes = b"") -> etree._Element:
    """Parse a message and return its root element. Raises ValueError, whose text shows nothing of the content.

    The charset of `content_type` comes before that of the XML declaration, and a byte order mark before both
    (RFC 7303).
    A document type is refused before it is read: its entities could grow without limit or name a file.
    """
    if len(content) > MAX_BYTES:
        raise ValueError(f"the message has more than {MAX_BYTES} bytes")
    encoding = None
    if (stated := _CHARSET.search(content_type)) and not content.startswith(_BYTE_ORDER_MARKS):
        content, encoding = _as_utf8(content, stated[1].decode()), "utf-8"
    _Limits().check(content, encoding)
    parser = etree.XMLParser(
        encoding=encoding,
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,  # so that the texts around a comment are one
        remove_pis=True,
    )
    try:
        root: etree._Element = etree.fromstring(content, parser)
    except etree.XMLSyntaxError:
        raise ValueError(NOT_WELL_FORMED) from None
    return root


def _as_utf8(content: bytes, charset: str) -> bytes:
    """Convert a message. Only codecs of one step for each character are used: some others take quadratic time."""
    try:
        codec = codecs.lookup(charset).name
    except LookupError:
        codec = ""
    if not _KNOWN_CODECS.fullmatch(codec):
        raise ValueError("the charset of the Content-Type is not known")
    try:
        return content.decode(codec).encode()
    except UnicodeError:
        raise ValueError("the message is not in the charset of its Content-Type") from None


class _LimitExceeded(Exception):  # noqa: N818 - the reason to stop, not an error of ours
    """Stop the parser."""


class _Limits:
    """Read a message in linear time and stop at the first thing that is not allowed."""

    def __init__(self) -> None:
        self._depth = self._elements = 0
        self._names: set[str] = set()

    def check(self, content: bytes, encoding: str | None) -> None:
        """Raise ValueError for a message that is not well-formed or beyond a limit."""
        parser = expat.ParserCreate(encoding)
        parser.ordered_attributes = True
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.StartDoctypeDeclHandler = self._doctype
        try:
            parser.Parse(content, True)
        except _LimitExceeded as why:
            raise ValueError(str(why)) from None
        except (expat.ExpatError, LookupError, ValueError):  # the last two: an encoding that Python cannot use
            raise ValueError(NOT_WELL_FORMED) from None

    def _start(self, name: str, attributes: list[str]) -> None:
        self._depth += 1
        self._elements += 1
        if self._depth > MAX_DEPTH:
            raise _LimitExceeded(f"the message is nested deeper than {MAX_DEPTH} elements")
        if self._elements > MAX_ELEMENTS:
            raise _LimitExceeded(f"the message has more than {MAX_ELEMENTS} elements")
        if len(attributes) > 2 * MAX_ATTRIBUTES:
            raise _LimitExceeded(f"an element of the message has more than {MAX_ATTRIBUTES} attributes")
        names = (name, *attributes[::2])
        if max(map(len, names)) > MAX_NAME_LENGTH:
            raise _LimitExceeded(f"a name in the message has more than {MAX_NAME_LENGTH} characters")
        self._names.update(names)
        if len(self._names) > MAX_NAMES:
            raise _LimitExceeded(f"the message has more than {MAX_NAMES} different names")

    def _end(self, _: str) -> None:
        self._depth -= 1

    def _doctype(self, *_: object) -> None:
        raise _LimitExceeded("the message has a document type, which SOAP does not allow")
