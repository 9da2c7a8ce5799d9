"""An ICI whose answers hold a mark in every place, so that every trace of them can be found."""

import json
from collections.abc import Mapping
from typing import Any

from simulator.icertis.rest import Answer, RestSite

MARK = "zqxmark"
"""The beginning of every planted text, and of nothing else."""

FLAG = "ICMConfidentialContract"


class MarkingSite:
    """Put marks into every value of an agreement and of its masters, down to the last lookup."""

    def __init__(self, site: RestSite, flag: object) -> None:
        """`flag` is answered as ICMConfidentialContract."""
        self._site = site
        self._flag = flag
        self.planted = 0

    def answer(self, method: str, path: str, headers: Mapping[str, str]) -> Answer:
        """Mark what the site answers, including errors and broken answers."""
        found = self._site.answer(method, path, headers)
        if found.status != 200:
            return found._replace(body=f'{{"Data": null, "Messages": ["{self._mark()}"]}}'.encode())
        try:
            content = json.loads(found.body)["Data"]
        except ValueError:
            return found._replace(body=f'{{"Data": {{"Name": "{self._mark()}", "ICM'.encode())
        marked = self._marked(content)
        if isinstance(content, dict):
            nested = {"Lookups": [{"DisplayValue": "x", "Of": {"Deep": [1.5, True, None, "x"]}}]}
            marked |= {"ICMUnheardOf": self._marked(nested), FLAG: self._flag}
        return found._replace(body=json.dumps({"Data": marked, "Messages": [self._mark()]}).encode())

    def _marked(self, value: Any) -> Any:
        if isinstance(value, dict):
            return {name: self._marked(inner) for name, inner in value.items()} | {self._mark(): self._mark()}
        return [self._marked(inner) for inner in value] if isinstance(value, list) else self._mark()

    def _mark(self) -> str:
        self.planted += 1
        return f"{MARK}{self.planted}"
