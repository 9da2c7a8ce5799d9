"""Keep what was done in the console, and write the last act as a scenario with literal values.

The last act is its When, those before it are Givens. Of a confidential agreement neither code nor value is written: the
scenario has made-up ones, and says so (SEC-2).
"""

from collections.abc import Collection, Mapping
from typing import Any
from urllib.parse import quote, unquote

from harness.bdd.written_contracts import kind_words, stated_terms
from harness.console.contract_writer import ContractWriter
from harness.console.deeds import Deed, SeenAgreement, SeenResult
from harness.console.operations import Administration, Refused
from harness.console.scenario_writer import ScenarioWriter
from harness.evidence.redaction import Redactor
from harness.specification.written_steps import KIND_WORDS, stated_fields
from simulator.icertis.workflow import AGREEMENT


class Journal(Administration):
    """The administration, which keeps what was asked of it."""

    def __init__(self, app: Any, token: str, host: str) -> None:
        super().__init__(app, token, host)
        self._known: dict[str, SeenAgreement] = {}
        self._parents: dict[str, str] = {}
        """System ID of an amendment for SCM, which takes steps of its own, to that of its contract."""

        self._act = 0

    def forget(self) -> None:
        self._known.clear()
        self._parents.clear()

    async def begin(self, sys_id: str) -> None:
        """Begin an act on an agreement, blank for a new one."""
        self._act += 1
        if sys_id:
            if await self._has_changed(sys_id):
                del self._known[sys_id]
            await self._know(sys_id)

    async def ask(self, method: str, path: str, body: object = None) -> Any:
        answer = await super().ask(method, path, body)
        root, _, rest = path.strip("/").partition("/")
        place, _, deed = rest.partition("/")
        made = dict(body) if isinstance(body, Mapping) else {}
        if path == "/scm/releases":
            await self._note(self._contract_of(str(made["agreement"])), "release", made, answer)
        if method == "GET" or root not in ("agreements", "contracts"):
            return answer
        about = unquote(place)
        if not place:
            await self._know(answer["sys_id"])
            if root == "contracts":
                await self._note(answer["sys_id"], "draft", made, answer)
        elif about in self._parents:
            await self._note(self._parents[about], f"amendment {deed}", made, answer)
        elif about in self._known:
            if deed == "associate":
                await self._know(str(made["master"]))
            if root == "contracts" and deed == "amend":
                self._parents[answer["sys_id"]] = about
            await self._note(about, deed or "set", made, answer or {})
        return answer

    async def _note(self, sys_id: str, deed: str, body: Mapping[str, Any], answer: Mapping[str, Any]) -> None:
        if known := self._known.get(sys_id):
            known.deeds.append(Deed(self._act, deed, body, answer))
            known.held = await self._held(sys_id)

    def _contract_of(self, agreement: str) -> str:
        """Return the System ID of the contract with a purchase agreement in SCM; blank for one that is not known."""
        found = (name for name, one in self._known.items() if one.held["detail"].get(AGREEMENT) == agreement)
        return next(found, "")

    async def _held(self, sys_id: str) -> Mapping[str, Any]:
        held: Mapping[str, Any] = await super().ask("GET", f"/agreements/{quote(sys_id, safe='')}")
        if not kind_words(held["type"]):
            return held
        contract = await super().ask("GET", f"/contracts/{quote(sys_id, safe='')}")
        return {**held, "detail": contract["attributes"]}

    async def _has_changed(self, sys_id: str) -> bool:
        """Tell whether others have changed an agreement since its last deed, for example by the administration."""
        known = self._known.get(sys_id)
        return known is not None and _owned(known.held) != _owned(await self._held(sys_id))

    async def _know(self, sys_id: str) -> None:
        if sys_id in self._known:
            return
        held = await self._held(sys_id)
        for master in held["masters"]:
            await self._know(master)
        detail = {name: value for name, value in held["detail"].items() if value is not None}
        is_contract = bool(kind_words(held["type"]))
        stated = {"SysId": held["sys_id"], **(stated_terms(detail) if is_contract else dict(stated_fields(detail)))}
        is_draft, is_terminated = held["status"] == "Draft", held["status"] == "Terminated"
        kind = KIND_WORDS.get(held["type"], "") or kind_words(held["type"])
        self._known[sys_id] = SeenAgreement(
            code=held["code"],
            kind=kind,
            stated=stated,
            masters=held["masters"],
            executed=not is_draft,
            is_terminated=is_terminated,
            first=held,
            held=held,
        )

    async def scenario(self, sys_id: str, result: SeenResult | None, confidential: Collection[str]) -> str:
        """Write the last act on an agreement; `confidential` are System IDs and codes that are not written.

        `result` is None where what was seen last does not come from an act on it.

        Raises Refused where no sentence says what was done.
        """
        known = self._known.get(sys_id)
        if known is None or not known.deeds:
            raise Refused("nothing was done with this agreement in the console")
        writer = ContractWriter if kind_words(known.held["type"]) else ScenarioWriter
        if known.is_terminated or not known.kind:
            raise Refused("it was there before, and no sentence makes it as it was")
        if any(isinstance(one, str) and one[:1] + one[-1:] == "()" for one in known.held["detail"].values()):
            raise Refused("it has a value in brackets, which means something else in a feature")
        if await self._has_changed(sys_id):
            raise Refused("it was changed elsewhere since the last act in the console")
        known.held = await self._held(sys_id)
        text = "\n".join(writer(self._known, sys_id, confidential).lines(result)) + "\n"
        if Redactor([], confidential).mentions(text):
            raise Refused("what was seen names a confidential agreement (SEC-2)")
        return text


def _owned(held: Mapping[str, Any]) -> dict[str, Any]:
    """Return what ICI holds without what the connector tells it of SCM, in its own time."""
    return {**held, "detail": {name: value for name, value in held["detail"].items() if not name.startswith("ICMSCM")}}
