"""Features with the scenarios of some conditions alone: all that rules and decisions have in them runs in seconds."""

from collections.abc import Callable
from pathlib import Path

from harness.files import FEATURES
from harness.specification.scenarios import Scenario, feature_files, read_feature, read_scenarios, scenario_nodes


def copy_features(folder: Path, wanted: Callable[[Scenario], bool], source: Path = FEATURES) -> Path:
    """Copy the features to a folder, without the scenarios that are not wanted."""
    kept = {(one.feature, one.declared_line) for one in read_scenarios(source) if wanted(one)}
    for file, feature in feature_files(source):
        parsed = read_feature(file, feature)
        root = parsed.document.get("feature")
        nodes = [*scenario_nodes(root["children"])] if root else []
        if not any((feature, node["location"]["line"]) in kept for node in nodes):
            continue
        lines = parsed.source.splitlines()
        starts = [min([node["location"]["line"], *(tag["location"]["line"] for tag in node["tags"])]) for node in nodes]
        for node, start, end in zip(nodes, starts, [*starts[1:], len(lines) + 1], strict=True):
            if (feature, node["location"]["line"]) not in kept:
                lines[start - 1 : end - 1] = [""] * (end - start)
        target = folder / feature
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder


def of_conditions(*ids: str) -> Callable[[Scenario], bool]:
    """Return what wants the scenarios of these conditions, or of any."""
    tags = {f"condition_{id_}" for id_ in ids}

    def wanted(scenario: Scenario) -> bool:
        return bool(tags & scenario.tags) if tags else any(tag.startswith("condition_") for tag in scenario.tags)

    return wanted
