"""Draw an integration flow: its processes with their steps, the routes between them, the channels, the scripts."""

from collections.abc import Iterator
from xml.sax.saxutils import escape

from harness.flow.definition import ERROR_SUBPROCESS, FlowDefinition, FlowStep

_WIDE, _HIGH, _GAP_X, _GAP_Y = 165, 46, 40, 30
_LEFT, _HEAD = 20, 34


def as_json(flow: FlowDefinition) -> dict[str, object]:
    """Describe the flow for programs: its steps in order, each with the steps that may follow, and its channels."""
    steps = [
        {
            "id": one.id, "name": one.name, "kind": one.kind, "process": flow.processes.get(one.process, one.process),
            "next": [{"step": route.target, "if": route.condition} for route in flow.routes.get(one.id, [])],
        }
        for one in flow.steps.values()
    ]  # fmt: skip
    channels = [("from", one) for one in flow.senders] + [("to", one) for one in flow.receivers.values()]
    return {
        "name": flow.name,
        "steps": steps,
        "channels": [{"name": one.name, "kind": one.kind, "step": one.step, way: one.partner} for way, one in channels],
    }


def as_text(flow: FlowDefinition) -> str:
    """List each process step by step; a step that several routes lead to is described once."""
    lines = [flow.name]
    for process, name in flow.processes.items():
        lines += ["", f"{name}:", *_process_lines(flow, process, "  ")]
    return "\n".join(lines)


def _process_lines(flow: FlowDefinition, process: str, indent: str) -> Iterator[str]:
    seen: set[str] = set()
    steps = [one for one in flow.steps.values() if one.process == process]
    for start in (one for one in steps if one.kind.startswith("start")):
        yield from _walk(flow, start.id, indent, seen)
    for inner in (one for one in steps if one.kind == ERROR_SUBPROCESS):
        yield f"{indent}on failure ({inner.name}):"
        yield from _process_lines(flow, inner.id, f"{indent}  ")


def _walk(flow: FlowDefinition, at: str | None, indent: str, seen: set[str]) -> Iterator[str]:
    while at is not None:
        step = flow.steps[at]
        if at in seen:
            yield f"{indent}-> {step.name}"
            return
        seen.add(at)
        yield f"{indent}{_described(flow, step)}"
        routes = flow.routes.get(at, [])
        if len(routes) <= 1:
            at = routes[0].target if routes else None
            continue
        for route in routes:
            when = f"if {route.condition}" if route.condition else "else" if step.kind == "router" else "and"
            yield f"{indent}  {when}:"
            yield from _walk(flow, route.target, f"{indent}    ", seen)
        return


def _described(flow: FlowDefinition, step: FlowStep) -> str:
    what = f"{step.name} [{step.kind}]"
    if script := step.properties.get("script"):
        function = step.properties.get("scriptFunction")
        what += f" {script}{f', {function}()' if function else ''}"
    sources = [f"{one.name} ({one.kind}) from {one.partner}" for one in flow.senders if one.step == step.id]
    targets = [flow.receivers[step.id]] if step.id in flow.receivers else []
    return "".join(
        [
            what,
            *(f" <= {one}" for one in sources),
            *(f" => {one.name} ({one.kind}) to {one.partner}" for one in targets),
        ]
    )


def as_svg(flow: FlowDefinition) -> str:
    """Draw each process in a lane of its own, from left to right."""
    parts, top, wide = [], 10, 0
    for process, name in _lanes(flow):
        places = _places(flow, process)
        rows = 1 + max((row for _, row in places.values()), default=0)
        parts.append(f'<text x="{_LEFT}" y="{top + 20}" class="lane">{escape(name)}</text>')
        for step, (column, row) in places.items():
            x, y = _LEFT + column * (_WIDE + _GAP_X), top + _HEAD + row * (_HIGH + _GAP_Y)
            wide = max(wide, x + _WIDE)
            parts += _box(flow, flow.steps[step], x, y)
            for route in flow.routes.get(step, []):
                if route.target in places:
                    other = places[route.target]
                    x2, y2 = _LEFT + other[0] * (_WIDE + _GAP_X), top + _HEAD + other[1] * (_HIGH + _GAP_Y)
                    parts.append(f'<path d="M{x + _WIDE} {y + _HIGH // 2} L{x2} {y2 + _HIGH // 2}"/>')
        top += _HEAD + rows * (_HIGH + _GAP_Y)
    style = (
        "text{font:11px sans-serif}.lane{font-weight:bold;font-size:13px}rect{fill:#fff;stroke:#456}"
        "path{fill:none;stroke:#456;marker-end:url(#a)}.channel{fill:#06c}"
    )
    arrow = '<marker id="a" markerWidth="8" markerHeight="8" refX="7" refY="3" orient="auto">'
    arrow += '<polygon points="0 0,7 3,0 6"/></marker>'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{wide + _LEFT}" height="{top}"><style>{style}</style>'
        f"<defs>{arrow}</defs>{''.join(parts)}</svg>\n"
    )


def _lanes(flow: FlowDefinition) -> Iterator[tuple[str, str]]:
    for process, name in flow.processes.items():
        yield process, name
        for step in flow.steps.values():
            if step.process == process and step.kind == ERROR_SUBPROCESS:
                yield step.id, f"{name}: {step.name}"


def _places(flow: FlowDefinition, process: str) -> dict[str, tuple[int, int]]:
    """Give each step a column, by its longest way from the start, and a row of its own within the column."""
    columns: dict[str, int] = {}
    waiting: list[tuple[str, tuple[str, ...]]] = [
        (one.id, ()) for one in flow.steps.values() if one.process == process and one.kind.startswith("start")
    ]
    while waiting:
        at, way = waiting.pop(0)
        if at not in way and columns.get(at, -1) < len(way):
            columns[at] = len(way)
            waiting += [(route.target, (*way, at)) for route in flow.routes.get(at, [])]
    taken: dict[int, int] = {}
    found = {}
    for at, column in columns.items():
        found[at] = (column, taken.get(column, 0))
        taken[column] = found[at][1] + 1
    return found


def _box(flow: FlowDefinition, step: FlowStep, x: int, y: int) -> list[str]:
    round_ends = ' rx="20"' if step.kind.startswith(("start", "end")) else ' rx="4"'
    below = (step.properties.get("script") or step.kind).removesuffix(" of exception subprocess")
    channel = next((one.name for one in flow.senders if one.step == step.id), "")
    channel = channel or (flow.receivers[step.id].name if step.id in flow.receivers else "")
    return [
        f'<rect x="{x}" y="{y}" width="{_WIDE}" height="{_HIGH}"{round_ends}/>',
        f'<text x="{x + 8}" y="{y + 19}">{escape(step.name[:26])}</text>',
        f'<text x="{x + 8}" y="{y + 35}" opacity=".6">{escape(below[:26])}</text>',
        *([f'<text x="{x + 4}" y="{y + _HIGH + 13}" class="channel">{escape(channel[:28])}</text>'] if channel else []),
    ]
