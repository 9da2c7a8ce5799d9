"""Play a scenario in the served landscape: pytest runs it as in every run, and waits before each step for people.

It runs in a thread of the server. What it says of a step is withheld as in the evidence (SEC-2).
"""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from harness.specification.register import Condition
from harness.specification.scenarios import Scenario, ScenarioStep

if TYPE_CHECKING:
    import pytest

_MAX_STOP_SECONDS = 30.0


class StepState(StrEnum):
    """The state of one step."""

    OPEN = "open"
    NOW = "now"
    PASSED = "passed"
    FAILED = "failed"
    SKIPPED = "skipped"


@dataclass
class PlayedStep:
    """One step of the scenario."""

    keyword: str
    step: ScenarioStep
    state: StepState = StepState.OPEN
    why: str = ""
    """The reason why it failed or was skipped."""


class Play:
    """One scenario, its start played through, then step by step."""

    def __init__(
        self,
        condition: Condition | None,
        scenario: Scenario,
        run: Callable[["Play"], None],
        on_change: Callable[[], object],
        *,
        waits: bool = True,
    ) -> None:
        """Read the steps; without `waits` they run to the end.

        `run` runs them in a thread of its own, and `on_change` is called there after each change.
        """
        self.condition, self.scenario = condition, scenario
        self.steps = played_steps(scenario)
        self.problem = ""
        """The reason why it could not be played."""

        self._run_steps = run
        self._on_change = on_change
        self._changed = threading.Condition()
        self._allowed = self.start_length if waits else len(self.steps)
        self._at = 0
        """The steps that have begun or ended."""

        self.is_waiting = False
        self.has_ended = False
        self._is_over = False
        self._thread = threading.Thread(target=self._run, name="play", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def go(self, *, to_end: bool = False) -> None:
        """Let the next step, or all of them, run. Returns when it has ended, or after a while."""
        with self._changed:
            if not self.is_waiting:
                return
            self._allowed = len(self.steps) if to_end else self._at + 1
            self.is_waiting = False
            self._changed.notify_all()
        self.wait()

    def wait(self) -> None:
        """Wait until it waits for people, or has ended."""
        with self._changed:
            self._changed.wait_for(lambda: self.is_waiting or self.has_ended, _MAX_STOP_SECONDS)

    def leave(self) -> None:
        """Let it end before the next step."""
        with self._changed:
            self._is_over = True
            self._changed.notify_all()

    def stop(self) -> None:
        """End it, wherever it is."""
        self.leave()
        self._thread.join(_MAX_STOP_SECONDS)

    @property
    def start_length(self) -> int:
        """The number of steps before the first When."""
        return next((at for at, one in enumerate(self.steps) if one.step.type == "when"), len(self.steps))

    @property
    def start_has_passed(self) -> bool:
        return all(one.state == StepState.PASSED for one in self.steps[: self.start_length])

    @property
    def is_before_when(self) -> bool:
        return self._at < len(self.steps) and self.steps[self._at].step.type == "when"

    @property
    def has_passed(self) -> bool:
        return self.has_ended and all(one.state == StepState.PASSED for one in self.steps)

    def begin(self, session: "pytest.Session") -> None:
        """Wait, before a step, until people let it run; end the run where they leave."""
        with self._changed:
            if self._at >= self._allowed and not self._is_over:
                self.is_waiting = True
                self._note(StepState.NOW)
                self._changed.notify_all()
                self._changed.wait_for(lambda: not self.is_waiting or self._is_over)
            if self._is_over:
                session.shouldstop = "somebody has left the play"
                raise PlayLeft
            self._note(StepState.NOW)

    def end(self, state: StepState, why: str = "") -> None:
        """Note how a step ended."""
        with self._changed:
            self._note(state, why)
            self._at += 1

    def _note(self, state: StepState, why: str = "") -> None:
        if self._at < len(self.steps):
            self.steps[self._at].state, self.steps[self._at].why = state, why
        self._on_change()

    def _run(self) -> None:
        try:
            self._run_steps(self)
        except Exception as failure:  # noqa: BLE001 - the server goes on, and says what happened
            self.problem = f"the run ended with {type(failure).__name__}"
        finally:
            with self._changed:
                self.is_waiting, self.has_ended = False, True
                self._changed.notify_all()
            self._on_change()


class PlayLeft(Exception):  # noqa: N818 - nothing is wrong
    """Somebody has left the play before its end."""


def played_steps(scenario: Scenario) -> list[PlayedStep]:
    """List the steps of a scenario, each with Given, When, Then or And."""
    found, last = list[PlayedStep](), ""
    for step in scenario.steps:
        found.append(PlayedStep("And" if step.type == last else step.type.capitalize(), step))
        last = step.type
    return found
