"""A landscape that this process serves, while people look on: what a scenario does in it is seen at once."""

from collections.abc import Callable, Mapping

from harness.environments.http import AdministeredLandscape
from harness.environments.http_scm import HttpScm
from harness.environments.interfaces import START_TIME, KillPoint, Mode, NotSupported, ScenarioLandscape
from harness.environments.server_process import ServedAdministration
from harness.server.app import ServedLandscape
from simulator.http_support import client_session
from simulator.reporting.reconciliation import Finding
from simulator.scm.system import ScmSystem
from simulator.settings import Settings


class ServedEnvironment:
    """A served landscape, which its scenarios empty first. Other threads may use it meanwhile."""

    def __init__(self, site: ServedLandscape, settings: Settings) -> None:
        """Reach the parts of a site; `settings` are those that it is served with."""
        assert site.ecc is not None
        self.mode = Mode.HTTP
        self.own_settings: Mapping[str, object] = {}
        self.settings = settings
        self.ici = self.middleware = ServedAdministration(site.base, site.urls, site.credentials.as_json())
        self.eccs = dict.fromkeys(site.ecc.systems, self.ici)
        self.systems = site.ecc.systems
        self.scm_system = site.scm.system if site.scm and site.connector else None
        self.session = client_session()
        self.tasks_begun: dict[str, int] = {}
        self.faulty: set[str] = set()

    def create_landscape(self, settings: Settings) -> ScenarioLandscape:
        """Empty the landscape and stop its clock. Raises NotSupported where it is served with other settings."""
        asked = {name: getattr(settings, name) for name in settings.model_fields_set}
        if other := [name for name, value in asked.items() if value != getattr(self.settings, name)]:
            raise NotSupported(f"the scenario needs another {', '.join(other)} than the served settings have")
        self.ici.admin("PUT", "/clock", {"now": START_TIME.isoformat()})
        self.ici.admin("POST", "/reset")
        self.ici.drain_exchanges()
        return _ServedScenario(self)

    def close(self) -> None:
        self.session.close()
        self.ici.close()

    @property
    def scm(self) -> ServedAdministration:
        """The administration of SCM, and of the connector: there is one for all."""
        return self.ici

    connector = scm

    @property
    def system(self) -> ScmSystem:
        assert self.scm_system is not None, "asked for where it is served alone"
        return self.scm_system


class _ServedScenario(AdministeredLandscape):
    def __init__(self, environment: ServedEnvironment) -> None:
        super().__init__(environment)
        self._site = environment

    @property
    def scm(self) -> HttpScm:
        if self._site.scm_system is None:
            raise NotSupported("SCM and its connector are not served")
        if self.opened_scm is None:
            self.opened_scm = HttpScm(self._site, self.ici, self._note_calls, self.exchange_log.drain)
        return self.opened_scm

    def reconcile(self, *, repair: bool) -> list[Finding]:  # noqa: ARG002 - the interface
        raise NotSupported("in a served landscape, zicm reconcile compares")

    def kill_during(self, kill_point: KillPoint, action: Callable[[], object]) -> None:  # noqa: ARG002 - the interface
        raise NotSupported("the process that serves the landscape cannot be killed by a scenario in it")
