"""The features as Cucumber Messages: source, document and pickles of each file."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from harness.evidence.run import FeatureIndex
from harness.specification.scenarios import read_feature

FOLDER = "features"
"""The folder of the features in the messages, wherever it lies."""


class FeatureDocuments:
    """Some features of a folder; all ids in them differ."""

    def __init__(self, folder: Path, features: Iterable[str]) -> None:
        """`features` are paths below the folder, with slashes."""
        self.index = FeatureIndex()
        self.envelopes: list[dict[str, Any]] = []
        self.pickles: dict[str, dict[str, Any]] = {}
        """By place: file below the folder, colon, line of the scenario or of its row."""

        number = 0
        for feature in features:
            parsed = read_feature(folder / feature, feature)
            copy = _Copy(f"{FOLDER}/{feature}", number)
            document, pickles = copy.of(parsed.document), copy.of(parsed.pickles)
            number = copy.next_number
            source = {"uri": copy.uri, "data": parsed.source, "mediaType": "text/x.cucumber.gherkin+plain"}
            self.envelopes += [{"source": source}, {"gherkinDocument": document}]
            self.index.add(document)
            for pickle in pickles:
                self.envelopes.append({"pickle": pickle})
                self.pickles[f"{feature}:{pickle['location']['line']}"] = {**pickle}


class _Copy:
    """Copies one feature, whose ids are numbers from 0 on, with ids from another number on."""

    _WITHOUT_IDS = frozenset({"argument", "cells", "docString", "location"})

    def __init__(self, uri: str, number: int) -> None:
        self.uri = uri
        self.next_number = self._first = number

    def of(self, node: Any) -> Any:
        if isinstance(node, list):
            return [self.of(one) for one in node]
        return {name: self._value(name, value) for name, value in node.items()}

    def _value(self, name: str, value: Any) -> Any:
        if name == "uri":
            return self.uri
        if name in {"id", "astNodeId"}:
            return self._id(value)
        if name == "astNodeIds":
            return [self._id(one) for one in value]
        return self.of(value) if isinstance(value, list | dict) and name not in self._WITHOUT_IDS else value

    def _id(self, text: str) -> str:
        number = self._first + int(text)
        self.next_number = max(self.next_number, number + 1)
        return str(number)
