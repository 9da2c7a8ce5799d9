"""The features as Cucumber Messages tell of them: source, document and pickles of each file."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from gherkin.stream.gherkin_events import GherkinEvents
from gherkin.stream.source_events import Event

FOLDER = "features"
"""What the folder of the features is called in the messages, wherever it lies."""


class Documents:
    """Some features of a folder. All ids in them differ."""

    def __init__(self, folder: Path, features: Iterable[str]) -> None:
        """`features` are paths below the folder, with slashes."""
        self.envelopes: list[dict[str, Any]] = []
        self.pickles: dict[str, dict[str, Any]] = {}
        """By place, as in the census: file below the folder, colon, line of the scenario or of its row."""

        events = GherkinEvents(GherkinEvents.Options(print_source=True, print_ast=True, print_pickles=True))
        for feature in features:
            source: Event = {
                "source": {
                    "uri": f"{FOLDER}/{feature}",
                    "data": (folder / feature).read_text(encoding="utf-8"),
                    "mediaType": "text/x.cucumber.gherkin+plain",
                }
            }
            for envelope in events.enum(source):
                told: dict[str, Any] = {**envelope}
                self.envelopes.append(told)
                if pickle := told.get("pickle"):
                    self.pickles[f"{feature}:{pickle['location']['line']}"] = pickle
