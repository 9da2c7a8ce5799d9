"""The conditions: load the start of one into the landscape, play it step by step, and sign it off."""

import asyncio
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import anyio.to_thread
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from harness import files
from harness.console.pages import ActReply, ScreenParts, go, is_within, read_form
from harness.console.play import Play, PlayedStep, played_steps
from harness.errors import UserError
from harness.server.app import ServedLandscape
from harness.specification.register import Condition, Register
from harness.specification.scenarios import Scenario, read_readable_scenarios
from simulator.clock import utc_now

if TYPE_CHECKING:
    from harness.signoff.service import Signer, SignOff


class SignOffFiles(NamedTuple):
    """The files that `zicm signoff` works on."""

    reports: Path = Path("reports")
    approvals: Path | None = None
    """None for those of the checkout in which the server runs."""

    def load(self) -> "SignOff":
        """Read evidence and approvals. Raises UserError."""
        try:
            from harness.signoff.service import load  # noqa: PLC0415 - zicm runs without pytest
        except ImportError:
            raise UserError("pip install 'zicm[bdd]' installs what signs conditions off") from None
        return load(self.reports, self.approvals or files.approvals_file())

    def signed(self, form: Mapping[str, str]) -> "tuple[SignOff, Signer]":
        """Read them, and who has signed a form. Raises UserError, and ValueError for a name or role that is none."""
        signoff = self.load()
        from harness.signoff.service import name_of  # noqa: PLC0415 - it has been imported by now

        by, role, comment = (form.get(name, "") for name in ("by", "role", "comment"))
        return signoff, signoff.signer(name_of(by), role, comment, utc_now().date())


class _ScenarioLine(NamedTuple):
    scenario: Scenario
    result: str
    """The status in the last run; blank where it did not run."""

    @property
    def as_steps(self) -> list[PlayedStep]:
        return played_steps(self.scenario)


class ConditionScreen:
    """The screen of the conditions. Its play is shown on the stage."""

    def __init__(self, shared: ScreenParts, site: ServedLandscape, signoff: SignOffFiles | None) -> None:
        self._pages, self._parts, self._admin, self._recent = shared
        self._site = site
        self.files = signoff or SignOffFiles()
        self.changing = asyncio.Lock()
        self.play: Play | None = None

    def routes(self) -> list[Route]:
        routes = [Route("/conditions", self._list), Route("/conditions/{id}", self._show)]
        if self._admin is not None:
            routes += [
                Route("/conditions/{id}/sign", self._sign, methods=["POST"]),
                Route("/play/load", self._load, methods=["POST"]),
                Route("/play/{deed}", self._go_on, methods=["POST"]),
            ]
        return routes

    def leave(self) -> None:
        """End the play, if there is one."""
        if self.play is not None:
            self.play.leave()

    async def _list(self, _: Request) -> Response:
        content = await anyio.to_thread.run_sync(self._read, Register.load().conditions)
        return self._pages.page("conditions", content)

    async def _show(self, request: Request) -> Response:
        content = await anyio.to_thread.run_sync(self._read, [_condition(request)])
        held = len(self._parts.ici.tenant.all_agreements())
        return self._pages.page("condition", {**content, "play": self.play, "held": held})

    def _read(self, conditions: Sequence[Condition]) -> dict[str, Any]:
        """Read what is known of conditions. Files that cannot be read leave a reason in place of the approvals."""
        content: dict[str, Any] = {
            "conditions": conditions,
            "states": {},
            "roles": (),
            "evidence": "",
            "hindrances": [],
        }
        results: dict[str, str] = {}
        try:
            signoff = self.files.load()
        except UserError as why:
            content["problem"] = str(why)
        else:
            results = {one.place: one.status for one in signoff.run.scenarios} if signoff.run else {}
            content |= {
                "problem": "",
                "states": signoff.states(),
                "roles": signoff.roles_by_target[conditions[0].belongs_to],
                "evidence": signoff.evidence,
            }
            if len(conditions) == 1 and signoff.run:
                content["hindrances"] = signoff.hindrances([conditions[0].id])
        scenarios = read_readable_scenarios(files.FEATURES)
        content["scenarios"] = {
            one.id: [_ScenarioLine(each, results.get(each.place, "")) for each in scenarios if one.tag in each.tags]
            for one in conditions
        }
        return content

    async def _sign(self, request: Request) -> Response:
        condition, form = _condition(request), await read_form(request)
        try:
            done = await anyio.to_thread.run_sync(self._signed, condition, form)
        except (UserError, ValueError) as why:
            return self._pages.reply(request, ActReply(str(why), True), 409)
        if not is_within(request):
            return go(request, f"conditions/{condition.id}")
        answer = self._pages.reply(request, ActReply(done))
        answer.headers["HX-Refresh"] = "true"
        return answer

    def _signed(self, condition: Condition, form: dict[str, str]) -> str:
        """Add a verdict as `zicm signoff` does. Raises UserError, and ValueError for a name or role that is none."""
        signoff, signer = self.files.signed(form)
        if form.get("verdict") not in ("approve", "reject"):
            raise ValueError("press Approve or Reject")
        if form["verdict"] == "approve":
            signoff.approve([condition.id], signer)
            return f"{condition.id} is approved by {signer.by} ({signer.role})."
        if not signer.comment:
            raise ValueError("the comment must say why")
        signoff.reject([condition.id], signer)
        return f"{condition.id} is rejected by {signer.by} ({signer.role})."

    async def _load(self, request: Request) -> Response:
        """Empty the landscape and play what is given in a scenario."""
        form = await read_form(request)
        place = form.get("scenario", "")
        scenario = next((one for one in read_readable_scenarios(files.FEATURES) if one.place == place), None)
        condition = next((one for one in Register.load().conditions if scenario and one.tag in scenario.tags), None)
        if scenario is None or condition is None:
            raise HTTPException(404, "no condition has this scenario")
        if self.play is None and self._parts.ici.tenant.all_agreements() and "empty" not in form:
            reply = ActReply("the landscape holds agreements: say that it may be emptied", True)
            return self._pages.reply(request, reply, 409)
        async with self.changing:
            await self._end()
            for pool in self._parts.pools:
                pool.go_on()
            try:
                play = await anyio.to_thread.run_sync(self._start, scenario, condition)
            except UserError as why:
                return self._pages.reply(request, ActReply(str(why), True), 409)
        self._recent.begin()
        if play.problem:
            return self._pages.reply(request, ActReply(play.problem, True), 409)
        return go(request, "")

    def _start(self, scenario: Scenario, condition: Condition) -> Play:
        try:
            from harness.console.play_plugin import run  # noqa: PLC0415 - zicm runs without pytest, and without this
            from harness.environments.served import ServedEnvironment  # noqa: PLC0415
        except ImportError:
            raise UserError("pip install 'zicm[bdd]' installs what plays conditions") from None
        environment = ServedEnvironment(self._site, self._parts.middleware.middleware.settings)
        self.play = play = Play(condition, scenario, partial(run, environment=environment), self._recent.touch)
        play.start()
        play.wait()
        return play

    async def _end(self) -> None:
        if self.play is not None:
            await anyio.to_thread.run_sync(self.play.stop)

    async def _go_on(self, request: Request) -> Response:
        assert self._admin is not None
        deed = request.path_params["deed"]
        await read_form(request)
        play = self.play
        if play is None or deed not in ("next", "end", "leave"):
            raise HTTPException(404, "nothing is played")
        if deed == "leave":
            async with self.changing:
                await self._end()
                self.play = None
            await self._admin.ask("DELETE", "/clock")
            self._recent.touch()
            return go(request, "")
        holding = self._parts.middleware.background.holding
        waits = holding and not play.is_before_when and await anyio.to_thread.run_sync(self._is_something_under_way)
        if waits or (holding and deed == "end"):
            reply = ActReply("CPI is paused: let it Step or Go on before what comes next", True)
            return self._pages.reply(request, reply, 409)
        if play.is_before_when:
            self._recent.begin()
            self._recent.remember([one.sys_id for one in self._parts.ici.tenant.all_agreements()])
        await anyio.to_thread.run_sync(lambda: play.go(to_end=deed == "end"))
        self._recent.touch()
        return Response(status_code=204) if is_within(request) else go(request, "")

    def _is_something_under_way(self) -> bool:
        return any(queue.log.counts().get("PROCESSING") for queue in self._parts.queues)


def _condition(request: Request) -> Condition:
    found = next((one for one in Register.load().conditions if one.id == request.path_params["id"]), None)
    if found is None:
        raise HTTPException(404, "there is no such condition")
    return found
