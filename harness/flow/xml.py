"""XML of packages and of messages: read without entities and without a document type."""

from collections.abc import Mapping
from typing import cast

from lxml import etree


class NotXml(ValueError):  # noqa: N818 - what it is
    """A text that is not read as XML. Its own text shows nothing of the content."""


def read_xml(content: bytes | str) -> etree._Element:
    """Return the root. Raises NotXml for anything but well-formed XML without a document type."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root: etree._Element = etree.fromstring(content.encode() if isinstance(content, str) else content, parser)
    except (etree.XMLSyntaxError, ValueError):
        raise NotXml("it is not well-formed XML") from None
    if root.getroottree().docinfo.internalDTD is not None:
        raise NotXml("it has a document type, which is not read")
    return root


def find(root: etree._Element, path: str, namespaces: Mapping[str, str]) -> list[etree._Element | str]:
    """Evaluate an XPath. Numbers and truth values become texts, as Java writes them. Raises NotXml for a wrong path."""
    try:
        found = root.xpath(path, namespaces=dict(namespaces) or None)
    except etree.XPathError as error:
        raise NotXml(f"the XPath cannot be evaluated ({type(error).__name__})") from None
    if isinstance(found, list):
        return cast("list[etree._Element | str]", found)  # noqa: SLF001 - the type
    if isinstance(found, bool):
        return [str(found).lower()]
    return [str(int(found)) if isinstance(found, float) and found.is_integer() else str(found)]


def text_of(found: etree._Element | str) -> str:
    """Return the text of an element with all below it, or of an attribute."""
    return found if isinstance(found, str) else "".join(map(str, found.itertext()))
