"""The buttons of SCM that open the external system: SCM itself calls nothing, it sends the user's browser there."""

import re
from collections.abc import Mapping
from urllib.parse import urlencode

from simulator.scm.edm import EdmValue
from simulator.scm.system import ScmSystem

_PLACEHOLDER = re.compile(r"%(?P<table>\w+)\.(?P<field>\w+)%")


def link(system: ScmSystem, navigation: str, records: Mapping[str, Mapping[str, EdmValue]]) -> str | None:
    """Return the address behind a button; None where its link is missing, and the button with it (D-135).

    `records` are the rows that the page shows, by the table that placeholders name. A placeholder of another table, or
    of a field that it has not, becomes blank (D-136).
    """
    found = [one for one in system.rows("CLMIntegrationExternalNavigationLinks") if one["NavigationType"] == navigation]
    instances = system.rows("CLMIntegrationServiceInstances")
    if not (found and instances):
        return None

    def filled(value: str) -> str:
        return _PLACEHOLDER.sub(lambda one: str(records.get(one["table"], {}).get(one["field"], "")), value)

    query = {
        str(one["Key"]): filled(str(one["Value"]))
        for one in system.rows("CLMIntegrationExternalNavigationLinkKeyValues")
        if one["NavigationType"] == navigation
    }
    base = str(instances[0]["ExternalNavigationBaseURL"] or instances[0]["BaseURL"])
    address = f"{base}{found[0]['RelativeURL']}"
    return f"{address}?{urlencode(query)}" if query else address
