"""The order in which the tests look at a mutant."""

import pytest

from harness.campaigns.mutation import ordering_plugin

pytest_plugins = ["pytester"]

NAME = "simulator.mapping.rules.x_day__mutmut_"
ROWS = """
import pytest

@pytest.mark.parametrize("_pytest_bdd_example", [1, 2])
def test_one(_pytest_bdd_example):
    pass

@pytest.mark.parametrize("_pytest_bdd_example", [1, 2])
def test_other(_pytest_bdd_example):
    assert _pytest_bdd_example == {expected}
"""


@pytest.fixture
def order(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> "Order":
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")  # whatever else is installed
    return Order(pytester, monkeypatch)


class Order:
    """Runs two outlines of two rows for a mutant."""

    def __init__(self, pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
        self._pytester = pytester
        self._monkeypatch = monkeypatch

    def __call__(self, mutant: str, expected: str = "_pytest_bdd_example") -> list[str]:
        """The tests in their order; those of the second outline pass in the row that is expected."""
        self._monkeypatch.setenv("MUTANT_UNDER_TEST", mutant)
        self._pytester.makepyfile(test_rows=ROWS.replace("{expected}", expected))
        ran = self._pytester.inline_run(plugins=[ordering_plugin])
        reports = ran.getreports("pytest_runtest_logreport")
        return [report.nodeid.removeprefix("test_rows.py::test_") for report in reports if report.when == "call"]


def test_one_row_of_each_outline_comes_before_the_other_rows(order: Order) -> None:
    assert order(f"{NAME}1") == ["one[1]", "other[1]", "one[2]", "other[2]"]


def test_what_noticed_a_mutant_of_the_function_comes_first_and_the_latest_before_all(order: Order) -> None:
    order(f"{NAME}1", expected="1")
    assert order(f"{NAME}2") == ["other[2]", "one[1]", "other[1]", "one[2]"]
    order(f"{NAME}3", expected="2")
    assert order(f"{NAME}4") == ["other[1]", "other[2]", "one[1]", "one[2]"]


def test_what_noticed_a_mutant_of_another_function_tells_nothing(order: Order) -> None:
    order("simulator.mapping.rules.x_amount__mutmut_1", expected="1")
    assert order(f"{NAME}1") == ["one[1]", "other[1]", "one[2]", "other[2]"]


def test_where_no_mutant_is_chosen_nothing_is_remembered(order: Order) -> None:
    order("", expected="1")
    order("stats", expected="1")
    assert order(f"{NAME}1") == ["one[1]", "other[1]", "one[2]", "other[2]"]
