"""The listing call of ICI: the agreements of one contract type, page by page.

That there is such a call, and that its Data is an array of summaries with HasMoreData beside it, ICI's documentation
says. Assumed are the names of the query parameters, that pages count from 1, and which fields a summary holds.
"""

import re
from collections.abc import Sequence
from typing import TypeAlias
from urllib.parse import parse_qsl

LISTING = re.compile(r"/v[0-9]+/agreements/(?P<type>[^/?]+)(\?(?P<query>.*))?")
PAGE, ROWS = "pageNumber", "rowsPerPage"
_NUMBER = re.compile("0*[1-9][0-9]{0,17}")
MOST_ROWS = 1000
"""What a page holds at most, whatever is asked for."""

Summary: TypeAlias = dict[str, object]
"""SysId, ICMAgreementCode and ICMStatus of one agreement."""


def page(summaries: Sequence[Summary], query: str | None) -> dict[str, object]:
    """The body of one page. Raises ValueError for a page or a number of rows that is no positive number."""
    asked = {name.lower(): value for name, value in parse_qsl(query or "", keep_blank_values=True)}
    number, rows = _positive(asked.get(PAGE.lower(), "1")), _positive(asked.get(ROWS.lower(), "100"))
    rows = min(rows, MOST_ROWS)
    end = number * rows
    return {"Data": list(summaries[end - rows : end]), "HasMoreData": end < len(summaries), "Messages": []}


def _positive(text: str) -> int:
    if not _NUMBER.fullmatch(text):
        raise ValueError("pages and rows count from 1")
    return int(text)
