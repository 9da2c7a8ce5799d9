"""Read XML from untrusted senders."""

from lxml import etree

MAX_BYTES = 1024 * 1024
MAX_DEPTH = 32
"""Levels of nested elements; a message of the interface has six."""

NOT_WELL_FORMED = "the message is not well-formed XML"


def parse(content: bytes) -> etree._Element:
    """Parse a message and return its root element. Raises ValueError, whose text shows nothing of the content.

    A document type is refused before it is read: its entities could grow without limit or name a file.
    """
    if len(content) > MAX_BYTES:
        raise ValueError(f"the message has more than {MAX_BYTES} bytes")
    target = _TreeTarget()
    parser = etree.XMLParser(target=target, resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root: etree._Element = etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, _ParsingStopped):
        raise ValueError(target.problem or NOT_WELL_FORMED) from None
    return root


class _ParsingStopped(Exception):  # noqa: N818 - the reason for the stop is in the target
    """Stop the parser."""


class _TreeTarget:
    """Build the tree, and stop at the first thing that is not allowed."""

    def __init__(self) -> None:
        self._builder = etree.TreeBuilder()
        self._depth = 0
        self.problem = ""
        """The reason parsing stopped; kept here because the parser may replace the exception."""

    def start(self, tag: str | bytes, attributes: dict[str | bytes, str | bytes]) -> None:
        self._depth += 1
        if self._depth > MAX_DEPTH:
            self._stop(f"the message is nested deeper than {MAX_DEPTH} elements")
        self._builder.start(tag, attributes)

    def end(self, tag: str | bytes) -> None:
        self._depth -= 1
        self._builder.end(tag)

    def data(self, text: str | bytes) -> None:
        self._builder.data(text)

    def comment(self, text: str | bytes) -> None:
        """Drop the comment, so that the texts around it are one."""

    def doctype(self, *_: object) -> None:
        self._stop("the message has a document type, which SOAP does not allow")

    def close(self) -> etree._Element:
        return self._builder.close()

    def _stop(self, why: str) -> None:
        self.problem = why
        raise _ParsingStopped
