"""The steps of all features, a module for each subject.

Steps look only at the edges: the calls that ICI receives, the tables of the systems, the monitoring. They never look
inside CPI. What users of ECC do has no web service: steps of maintenance, outline agreements and the consolidation
report call the simulator of ECC in this process (`ScenarioEcc.system`), in every environment.

The name of a step function says what it does. Where a Given and a When do the same, the Given's name ends in `_before`.
"""

STEP_MODULES = tuple(
    f"{__name__}.{subject}"
    for subject in (
        "icertis_setup",
        "icertis_actions",
        "icertis_calls",
        "webhook",
        "faults",
        "message_log",
        "retries",
        "tables",
        "function_module",
        "alerts",
        "reconciliation",
        "confidentiality",
        "ecc_screen",
        "maintenance",
        "outline_agreements",
        "consolidation_report",
        "scm",
        "scm_contracts",
    )
)
"""The modules in the order in which one reads them: what ICI holds, what happens, what can be seen."""
