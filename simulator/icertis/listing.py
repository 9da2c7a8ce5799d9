"""The listing call of ICI: the agreements of a contract type, page by page.

ICI's documentation states that the call exists, and that Data is an array of summaries with HasMoreData beside it. The
names of the query parameters, counting pages from 1, and the fields of a summary are assumptions.
"""

import re
from collections.abc import Sequence
from typing import TypeAlias
from urllib.parse import parse_qsl

LISTING_PATH = re.compile(r"/v[0-9]+/agreements/(?P<type>[^/?]+)(\?(?P<query>.*))?")
PAGE_PARAMETER, ROWS_PARAMETER = "pageNumber", "rowsPerPage"
_NUMBER = re.compile("0*[1-9][0-9]{0,17}")
MAX_ROWS = 1000
"""The most agreements that a page holds, whatever the query says."""

Summary: TypeAlias = dict[str, object]
"""SysId, ICMAgreementCode and ICMStatus of an agreement."""


def make_page(summaries: Sequence[Summary], query: str | None) -> dict[str, object]:
    """Make the body of a page. Raises ValueError unless page and rows in `query` are positive numbers."""
    parameters = {name.lower(): value for name, value in parse_qsl(query or "", keep_blank_values=True)}
    number, rows = (
        _parse_positive(parameters.get(PAGE_PARAMETER.lower(), "1")),
        _parse_positive(parameters.get(ROWS_PARAMETER.lower(), "100")),
    )
    rows = min(rows, MAX_ROWS)
    end = number * rows
    return {"Data": list(summaries[end - rows : end]), "HasMoreData": end < len(summaries), "Messages": []}


def _parse_positive(text: str) -> int:
    if not _NUMBER.fullmatch(text):
        raise ValueError("page and rows must be positive numbers")
    return int(text)
