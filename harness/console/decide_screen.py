"""The open questions: both readings run side by side where a setting or a scenario has the other, and the answer."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

import anyio.to_thread
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from harness import files
from harness.console.condition_screen import ConditionScreen
from harness.console.pages import ActReply, ScreenParts, go, read_form
from harness.console.play import Play
from harness.errors import UserError
from harness.specification.register import CONSEQUENCES, Decision, Register
from harness.specification.scenarios import Scenario, read_readable_scenarios
from simulator.icertis.tenant import TRACKING_ATTRIBUTES

if TYPE_CHECKING:
    from harness.signoff.approvals.answers import GivenAnswer


@dataclass(frozen=True)
class TwoReadings:
    """A scenario of the reading that is built, and what runs the other one."""

    built: str
    """The name of the scenario."""

    settings: Mapping[str, object] = field(default_factory=dict)
    """The settings of the other reading, under which the same scenario runs again."""

    other: str = ""
    """The name of a scenario of the other reading, which begins alike; blank for the same."""


READINGS = {
    "D-09": TwoReadings(
        "14b - a Sub Agreement that has an executed amendment, whose values survive", {"roll_up_amendments": False}
    ),
    "D-39": TwoReadings(
        "A tracking attribute that is not nominated changes without an event: ICMDepartment",
        {"nominated_attributes": TRACKING_ATTRIBUTES},
    ),
    "D-41": TwoReadings(
        "Emoji that fit, where a character is a Unicode code point",
        other="One emoji too many is an error, where a character is a UTF-16 unit, as ABAP counts",
    ),
    "D-53": TwoReadings(
        "A value that is split over the organisations differs in each header and agrees in sum",
        other="With the setting for sums, a split value is no difference and no obstacle",
    ),
    "D-62": TwoReadings(
        "An amendment comes after a renewal that is newer, and takes the renewed date back", {"late_events": "keep"}
    ),
    "D-64": TwoReadings(
        "An open amendment of an agreement that is confidential by now changes its entry", {"remember_filtered": True}
    ),
    "D-66": TwoReadings(
        "The master of an open agreement is confidential, and the association is withheld: Sub Agreement",
        {"confidential_master": "sheet"},
    ),
    "D-67": TwoReadings(
        "The code of an agreement changes, and a second entry is made",
        other="The code of an agreement changes, and ECC refuses the second entry",
    ),
}


class _Line(NamedTuple):
    """One decision of the list."""

    decision: Decision
    state: str


class DecideScreen:
    """The screen of the open questions."""

    def __init__(self, shared: ScreenParts, conditions: ConditionScreen) -> None:
        self._pages, _, self._admin, _ = shared
        self._conditions = conditions
        self._runs: dict[str, tuple[Play, Play]] = {}
        """By decision, the reading that is built and the other one, as they ran last."""

    def routes(self) -> list[Route]:
        routes = [Route("/decide", self._list), Route("/decide/{id}", self._show)]
        if self._admin is not None:
            routes += [
                Route("/decide/{id}/run", self._run, methods=["POST"]),
                Route("/decide/{id}/answer", self._answer, methods=["POST"]),
            ]
        return routes

    async def _list(self, _: Request) -> Response:
        return self._pages.page("decide", await anyio.to_thread.run_sync(self._read))

    def _read(self) -> dict[str, Any]:
        """Read the decisions: those that can be run first, then by consequence; the answered ones last."""
        register = Register.load()
        try:
            signoff = self._conditions.files.load()
            answers, roles, problem = signoff.current_answers, signoff.roles, ""
        except UserError as why:
            answers, roles, problem = {}, (), str(why)
        lines = [_Line(one, answers[one.id].answer if one.id in answers else "proposed") for one in register.decisions]
        lines.sort(key=lambda one: (one.state != "proposed", one.decision.id not in READINGS, _weight(one.decision)))
        return {"lines": lines, "readings": READINGS, "problem": problem, "answers": answers, "roles": roles}

    async def _show(self, request: Request) -> Response:
        decision = _decision(request)
        content = await anyio.to_thread.run_sync(self._read)
        answer = content["answers"].get(decision.id)
        run = self._runs.get(decision.id)
        return self._pages.page("decision", {**content, "one": decision, "answer": answer, "run": run})

    async def _run(self, request: Request) -> Response:
        """Run both readings in a landscape of their own."""
        decision, _ = _decision(request), await read_form(request)
        reading = READINGS.get(decision.id)
        if reading is None:
            raise HTTPException(404, "no setting has the other reading")
        async with self._conditions.changing:
            play = self._conditions.play
            if play is not None and not play.has_ended:
                reply = ActReply("a condition is being played: leave it first", True)
                return self._pages.reply(request, reply, 409)
            try:
                self._runs[decision.id] = await anyio.to_thread.run_sync(run_both, reading)
            except UserError as why:
                return self._pages.reply(request, ActReply(str(why), True), 409)
        return go(request, f"decide/{decision.id}")

    async def _answer(self, request: Request) -> Response:
        decision, form = _decision(request), await read_form(request)
        try:
            await anyio.to_thread.run_sync(self._decide, decision, form)
        except (UserError, ValueError) as why:
            return self._pages.reply(request, ActReply(str(why), True), 409)
        return go(request, f"decide/{decision.id}")

    def _decide(self, decision: Decision, form: Mapping[str, str]) -> None:
        """Record an answer as `zicm signoff decide` does. Raises UserError, and ValueError for a name or role."""
        signoff, signer = self._conditions.files.signed(form)
        from harness.signoff.service import NewAnswer  # noqa: PLC0415 - it has been imported by now

        answers: dict[str, GivenAnswer] = {"confirm": "confirmed", "overrule": "overruled"}
        answer = answers.get(form.get("answer", ""))
        if answer is None:
            raise ValueError("press As built or The other reading")
        signoff.decide({decision.id: NewAnswer(answer, signer.by, signer.date, signer.comment, signer.role)})


def run_both(reading: TwoReadings) -> tuple[Play, Play]:
    """Run a reading that is built, and the other one. Raises UserError where that cannot be done."""
    scenarios = read_readable_scenarios(files.FEATURES)
    return (
        _played(_named(scenarios, reading.built), {}),
        _played(_named(scenarios, reading.other or reading.built), reading.settings),
    )


def _named(scenarios: list[Scenario], name: str) -> Scenario:
    found = next((one for one in scenarios if one.name == name), None)
    if found is None:
        raise UserError(f"there is no scenario {name}")
    return found


def _played(scenario: Scenario, settings: Mapping[str, object]) -> Play:
    """Run a scenario to its end. Raises UserError where pytest is not installed."""
    try:
        from harness.console.play_plugin import in_process  # noqa: PLC0415 - zicm runs without pytest
    except ImportError:
        raise UserError("pip install 'zicm[bdd]' installs what runs both readings") from None
    play = Play(None, scenario, in_process(settings), lambda: None, waits=False)
    play.start()
    play.wait()
    return play


def _weight(decision: Decision) -> int:
    return CONSEQUENCES.index(decision.consequence)


def _decision(request: Request) -> Decision:
    found = next((one for one in Register.load().decisions if one.id == request.path_params["id"]), None)
    if found is None:
        raise HTTPException(404, "there is no such decision")
    return found
