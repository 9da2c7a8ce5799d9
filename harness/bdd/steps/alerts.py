"""Then steps: the alerts that stand."""

from harness.bdd.comparison import assert_equal
from harness.bdd.context import ScenarioContext
from harness.bdd.steps.assertion import assertion
from harness.bdd.vocabulary.attributes import Table


@assertion("exactly these alerts stand:")
def check_alerts(context: ScenarioContext, datatable: Table) -> None:
    """Compare rule, subject and text; the subject of an event is stated as the code of its agreement."""
    codes = {agreement.sys_id: code for code, agreement in context.agreements.items()}
    subjects = {entry.guid: codes[entry.sys_id] for entry in context.cpi.entries() if entry.sys_id in codes}
    stand = [[rule, subjects.get(subject, subject), text] for rule, subject, text in context.alerts()]
    assert_equal("the alerts", stand, datatable)


@assertion("no alert stands")
def check_no_alert(context: ScenarioContext) -> None:
    assert_equal("the alerts", context.alerts(), [])
