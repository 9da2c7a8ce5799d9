"""The screen of a user of an ECC system: what the steps of maintenance and of outline agreements share."""

from dataclasses import dataclass, field

import pytest

from harness.bdd.comparison import assert_equal
from harness.bdd.feature_error import FeatureError
from harness.bdd.steps.assertion import assertion
from harness.bdd.vocabulary.attributes import Table, table_rows
from harness.data_directory import Row, Tables
from simulator.ecc.bapiret2 import Bapiret2


@dataclass
class Screen:
    """The fields that a user fills in, and the messages that the screen answers with."""

    entered: Row = field(default_factory=dict)
    """The fields of an outline agreement, as text."""

    messages: list[Bapiret2] = field(default_factory=list)
    """The messages of the last transaction."""

    tables: Tables = field(default_factory=dict)
    """The rows that the last transaction displayed."""

    def check_done(self) -> None:
        """Raise FeatureError if the last transaction was refused."""
        errors = [f"{line.NUMBER} {line.FIELD} {line.MESSAGE}" for line in self.messages if line.TYPE == "E"]
        if errors:
            raise FeatureError(f"the system refused what the step says: {'; '.join(errors)}")


@pytest.fixture
def screen() -> Screen:
    """Provide the screen of one scenario's users."""
    return Screen()


@assertion("the user reads exactly this:")
def check_messages(screen: Screen, datatable: Table) -> None:
    expected = table_rows(datatable, Bapiret2._fields)
    seen = [{name: line._asdict()[name] for name in datatable[0]} for line in screen.messages]
    assert_equal("the messages that the user reads", seen, expected)
