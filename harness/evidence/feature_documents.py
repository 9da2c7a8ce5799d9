"""The features as Cucumber Messages tell of them: source, document and pickles of each file."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from gherkin.stream.id_generator import IdGenerator

from harness.specification.scenarios import parse

FOLDER = "features"
"""What the folder of the features is called in the messages, wherever it lies."""


class Documents:
    """Some features of a folder. All ids in them differ."""

    def __init__(self, folder: Path, features: Iterable[str]) -> None:
        """`features` are paths below the folder, with slashes."""
        self.envelopes: list[dict[str, Any]] = []
        self.pickles: dict[str, dict[str, Any]] = {}
        """By place, as in the census: file below the folder, colon, line of the scenario or of its row."""

        ids = IdGenerator()
        for feature in features:
            uri = f"{FOLDER}/{feature}"
            parsed = parse(folder / feature, uri, ids)
            source = {"uri": uri, "data": parsed.source, "mediaType": "text/x.cucumber.gherkin+plain"}
            self.envelopes += [{"source": source}, {"gherkinDocument": parsed.document}]
            for pickle in parsed.pickles:
                self.envelopes.append({"pickle": pickle})
                self.pickles[f"{feature}:{pickle['location']['line']}"] = {**pickle}
