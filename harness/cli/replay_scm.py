"""The part of `zicm replay` for contracts that go to SCM: the connector between recorded answers and an SCM."""

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from types import TracebackType
from typing import NamedTuple, Self, TypeGuard
from urllib.parse import unquote

from harness.cli.lineage_table import LineageRow
from harness.testdata.scm_master_data import fill_master_data
from harness.text import json_preview
from simulator.clock import utc_now
from simulator.connector.contract_types import ScmType
from simulator.connector.sheet import ScmLineageLine, map_contract
from simulator.cpi.ici_client import content_of, read_answer
from simulator.cpi.process_event import Outcome
from simulator.database import IN_MEMORY
from simulator.icertis.recorded import RecordedSite
from simulator.icertis.rest import Answer, data_answer, not_found
from simulator.icertis.tenant import EventPayload
from simulator.json_support import read_json
from simulator.landscape import ScmLandscape, ScmSites, create_tenant, is_for_connector, scm_types
from simulator.mapping.contract_types import AMENDMENT_SUFFIX, base_type
from simulator.monitoring.message_log import LogEntry
from simulator.scm.system import ScmSystem
from simulator.settings import Settings
from simulator.site_transport import SiteAnswer


class ReplayedCall(NamedTuple):
    """A call of the connector to SCM."""

    method: str
    resource: str
    status: int


@dataclass
class ScmSteps:
    """The steps of the connector for one exchange."""

    ici_calls: list[str] = field(default_factory=list)
    scm_calls: list[ReplayedCall] = field(default_factory=list)
    told: dict[str, object] = field(default_factory=dict)
    """The attributes that the connector has written to ICI."""

    lineage: dict[str, list[LineageRow]] = field(default_factory=dict)
    """By part of the document: contract, agreement, and each line."""

    def as_json(self) -> dict[str, object]:
        calls = [one._asdict() for one in self.scm_calls]
        return {"calls": calls, "told": self.told}


class ScmReplay:
    """The connector and SCM, opened with the first exchange that is for them; a context manager."""

    def __init__(self, settings: Settings, site: RecordedSite) -> None:
        """`site` answers for ICI; SCM is that of the settings, with the master data of the fixtures where it is new."""
        self._settings = settings
        self._site = site
        self._outcomes: list[Outcome] = []
        self._kind = ""
        """The contract type of the event."""

        self._steps = ScmSteps()
        self._landscape: ScmLandscape | None = None
        self._opened = ExitStack()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._opened.close()

    def takes(self, event: object) -> TypeGuard[EventPayload]:
        """Check that an event is about a contract type of the connector."""
        return isinstance(event, dict) and is_for_connector(event, self._types)

    def replay(self, event: EventPayload) -> tuple[list[Outcome], LogEntry | None, ScmSteps]:
        """Let the connector process an event. Raises InterfaceError D-60 for a body that is no event."""
        connector = self._open().connector
        self._outcomes.clear()
        self._steps = steps = ScmSteps()
        data = event["data"]
        assert isinstance(data, dict)  # as `takes` has found
        self._kind = str(data["ContractTypeName"])
        guid = connector.accept(event)
        connector.worker.run(guid)
        if self._outcomes and self._outcomes[-1].kind == "delivered":
            steps.lineage = dict(self._lineage(self._outcomes[-1]))
        outcomes = [*self._outcomes]
        for one in outcomes:
            one.calls = steps.ici_calls
        return outcomes, connector.monitoring.entry(guid), steps

    @property
    def _types(self) -> Mapping[str, ScmType]:
        return scm_types(self._settings)

    def _open(self) -> ScmLandscape:
        if self._landscape is None:
            system = self._opened.enter_context(closing(ScmSystem(self._settings.scm or IN_MEMORY)))
            if not system.rows("LegalEntities"):
                fill_master_data(system)
            tenant = create_tenant(self._settings, lambda _: None, utc_now)
            landscape = ScmLandscape(
                self._settings, tenant, system=system, taps=self._tapped, observe=self._outcomes.append
            )
            self._landscape = self._opened.enter_context(landscape)
            if not system.rows("CLMIntegrationServiceInstances"):
                landscape.connector.connect(self._settings.ici_base_url)
        return self._landscape

    def _tapped(self, sites: ScmSites) -> ScmSites:
        def scm(method: str, path: str, headers: Mapping[str, str], body: bytes) -> SiteAnswer:
            answer = sites.scm(method, path, headers, body)
            resource = unquote(path.removeprefix("/data/").partition("?")[0])
            self._steps.scm_calls.append(ReplayedCall(method, resource, answer.status))
            return answer

        return sites._replace(ici=self._answer, scm=scm)

    def _answer(self, method: str, path: str, headers: Mapping[str, str], body: bytes) -> Answer:
        """Answer as recorded; what the connector writes is taken."""
        self._steps.ici_calls.append(f"{method} {path}")
        if method == "GET" and self._site.parent is None and f"/{self._kind}/" not in path:
            return not_found("agreementId")
        if method == "GET":
            return self._site.answer(method, path, headers)
        attributes = read_json(body)
        self._steps.told |= attributes if isinstance(attributes, dict) else {}
        return data_answer(None)

    def _lineage(self, outcome: Outcome) -> Iterator[tuple[str, list[LineageRow]]]:
        assert outcome.event is not None
        kind, contract = outcome.event.contract_type, _content(self._site.agreement)
        if kind.endswith(AMENDMENT_SUFFIX):
            parent = _content(self._site.parent)
            ids = {name: parent.get(name) for name in ("SysId", "ICMAgreementCode")}
            contract = parent if outcome.event.action.name == "AmendmentExecuted" else {**contract, **ids}
        for part, lineages in map_contract(contract, self._types[base_type(kind)]).items():
            for number, lines in enumerate(lineages, 1):
                yield f"line {number}" if part == "lines" else part, [*map(_row, lines)]


def _content(body: bytes | None) -> Mapping[str, object]:
    content = content_of(read_answer(body or b"null"))
    return content if isinstance(content, Mapping) else {}


def _row(line: ScmLineageLine) -> LineageRow:
    rule = (line.row.rule.__doc__ or "").partition("\n")[0]
    return LineageRow(line.row.source, json_preview(line.raw), rule, line.row.target, str(line.value))
