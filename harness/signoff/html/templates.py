"""Load templates, and minify the page that is made of them."""

import re

from jinja2 import Environment, PackageLoader, StrictUndefined

_PARTS = re.compile(r"(<style>.*?</style>|<script>.*?</script>|<pre[^>]*>.*?</pre>|<[^>]*>)", re.DOTALL)
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


def minify(html: str) -> str:
    """Drop what a browser supplies: implied end tags, indentation, and escaped quotes between tags.

    All other escapes stay, and so do attributes, `style` and `script`. minify-html 0.18 crashes on a page of
    this size.
    """
    return "".join(_part(part, is_markup=bool(index % 2)) for index, part in enumerate(_PARTS.split(html)))


def _part(part: str, *, is_markup: bool) -> str:
    if is_markup:
        return "" if part in _IMPLIED_TAGS else _with_plain_quotes(part) if part.startswith("<pre") else part
    return re.sub(r"\s+", lambda blanks: "\n" if "\n" in blanks[0] else " ", _with_plain_quotes(part))


def _with_plain_quotes(text: str) -> str:
    return text.replace("&#34;", '"')
