"""The features as Cucumber Messages: source, document and pickles of each file."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from gherkin.stream.id_generator import IdGenerator

from harness.evidence.run import FeatureIndex
from harness.specification.scenarios import parse

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

        ids = IdGenerator()
        for feature in features:
            uri = f"{FOLDER}/{feature}"
            parsed = parse(folder / feature, uri, ids)
            source = {"uri": uri, "data": parsed.source, "mediaType": "text/x.cucumber.gherkin+plain"}
            self.envelopes += [{"source": source}, {"gherkinDocument": parsed.document}]
            self.index.add(parsed.document)
            for pickle in parsed.pickles:
                self.envelopes.append({"pickle": pickle})
                self.pickles[f"{feature}:{pickle['location']['line']}"] = {**pickle}
