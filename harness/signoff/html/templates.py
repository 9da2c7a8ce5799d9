"""Load templates, and minify the page that is made of them."""

import re
from contextlib import suppress
from functools import lru_cache

from jinja2 import Environment, FileSystemBytecodeCache, PackageLoader, StrictUndefined
from jinja2.bccache import Bucket

_PARTS = re.compile(r"(<style>.*?</style>|<script>.*?</script>|<pre[^>]*>.*?</pre>|<[^>]*>)", re.DOTALL)
_BLANKS = re.compile(r"\s+")
_IMPLIED_TAGS = {f"</{name}>" for name in ("li", "dt", "dd", "thead", "tbody", "tr", "th", "td", "option")}
"""End tags that HTML allows to omit wherever our page has them. That of a paragraph is not among them, as words of its
parent may follow it."""


def template_environment(package: str, folder: str) -> Environment:
    """Load templates from a folder of a package; they escape all values and raise an error for an undefined name."""
    return Environment(
        loader=PackageLoader(package, folder),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


class CompiledTemplates(FileSystemBytecodeCache):
    """Keeps compiled templates in a folder; one that cannot be written keeps none."""

    def dump_bytecode(self, bucket: Bucket) -> None:
        with suppress(OSError):
            super().dump_bytecode(bucket)


def minify(html: str) -> str:
    """Drop what a browser supplies: implied end tags, indentation, and escaped quotes between tags.

    All other escapes stay, and so do attributes, `style` and `script`. minify-html 0.18 crashes on a page of
    this size.
    """
    parts = _PARTS.split(html)
    parts[::2] = map(_text, parts[::2])
    parts[1::2] = map(_markup, parts[1::2])
    return "".join(parts)


@lru_cache(1024)  # most are indentation
def _text(part: str) -> str:
    return _BLANKS.sub(lambda blanks: "\n" if "\n" in blanks[0] else " ", _with_plain_quotes(part))


def _markup(part: str) -> str:
    return "" if part in _IMPLIED_TAGS else _with_plain_quotes(part) if part.startswith("<pre") else part


def _with_plain_quotes(text: str) -> str:
    return text.replace("&#34;", '"')
