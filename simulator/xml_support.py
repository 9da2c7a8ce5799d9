"""Reading XML that anybody may have sent."""

from lxml import etree

MOST_BYTES = 1024 * 1024
MAX_DEPTH = 32
"""Elements within one another; a message of the interface has six."""

NOT_WELL_FORMED = "the message is no well-formed XML"


def parse(content: bytes) -> etree._Element:
    """The root element. Raises ValueError, which says what is wrong and shows nothing of the content.

    A document type is refused before it is read: with it come entities, which can grow without end or name a file.
    """
    if len(content) > MOST_BYTES:
        raise ValueError(f"the message has more than {MOST_BYTES} bytes")
    target = _Target()
    parser = etree.XMLParser(target=target, resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root: etree._Element = etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, _Refused):
        raise ValueError(target.refused or NOT_WELL_FORMED) from None
    return root


class _Refused(Exception):  # noqa: N818 - it says what became of the message
    """Ends the parsing."""


class _Target:
    """Builds the tree as it comes, and stops at what is refused."""

    def __init__(self) -> None:
        self._builder = etree.TreeBuilder()
        self._depth = 0
        self.refused = ""
        """Why; the parser may hide the exception that said so behind one of its own."""

    def start(self, tag: str | bytes, attributes: dict[str | bytes, str | bytes]) -> None:
        self._depth += 1
        if self._depth > MAX_DEPTH:
            self._refuse(f"the message is nested deeper than {MAX_DEPTH} elements")
        self._builder.start(tag, attributes)

    def end(self, tag: str | bytes) -> None:
        self._depth -= 1
        self._builder.end(tag)

    def data(self, text: str | bytes) -> None:
        self._builder.data(text)

    def comment(self, text: str | bytes) -> None:
        """It is left out, and the texts before and after it are one."""

    def doctype(self, *_: object) -> None:
        self._refuse("the message has a document type, and SOAP allows none")

    def close(self) -> etree._Element:
        return self._builder.close()

    def _refuse(self, why: str) -> None:
        self.refused = why
        raise _Refused
