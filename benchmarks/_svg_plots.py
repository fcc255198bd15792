"""Small line plots as SVG, written by hand so that nothing need be installed; readable on light and dark pages."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from html import escape

Point = tuple[float, float]
COLOURS = ("a", "b", "c")
"""Classes of the style sheet: blue, orange and green, told apart by the colour-blind too (Wong 2011), and by marks."""

_STYLE = """
text { font: 13px system-ui, sans-serif; fill: #57606a; } .title { font-weight: 600; fill: #24292f; }
.grid { stroke: #d0d7de; } .zero { stroke: #57606a; } .ring { stroke: #24292f; fill: none; stroke-width: 1.6; }
.a { stroke: #0969da; fill: #0969da; } .b { stroke: #bc4c00; fill: #bc4c00; } .c { stroke: #1a7f37; fill: #1a7f37; }
text.a, text.b, text.c { stroke: none; } path.line { fill: none; stroke-width: 2; }
path.dashed { stroke-dasharray: 6 4; } path.band { stroke: none; opacity: .18; }
@media (prefers-color-scheme: dark) {
 text { fill: #9198a1; } .title { fill: #f0f6fc; } .grid { stroke: #30363d; } .zero { stroke: #9198a1; }
 .ring { stroke: #f0f6fc; } .a { stroke: #58a6ff; fill: #58a6ff; } .b { stroke: #f0883e; fill: #f0883e; }
 .c { stroke: #3fb950; fill: #3fb950; } text.a { fill: #58a6ff; } text.b { fill: #f0883e; } text.c { fill: #3fb950; }
}
""".strip()


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """Points from left to right. ``band`` is drawn behind them: (x, lowest, highest). ``ring`` marks one point."""

    name: str
    colour: str
    points: Sequence[Point]
    band: Sequence[tuple[float, float, float]] = ()
    ring: Point | None = None
    dashed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """One plot with its axes."""

    title: str
    x_name: str
    y_name: str
    lines: Sequence[Line] = field(default_factory=tuple)
    x_from_zero: bool = True


@dataclass(frozen=True, slots=True)
class _Scale:
    """Values from ``low`` to ``high`` on pixels from ``start`` to ``end``."""

    low: float
    high: float
    start: float
    end: float

    def at(self, value: float) -> float:
        return self.start + (value - self.low) / (self.high - self.low) * (self.end - self.start)


WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 420, 340, 52, 14, 74, 46
_LETTER = 6.6


def document(title: str, description: str, panels: Sequence[Panel]) -> str:
    """The panels side by side as one SVG, with a title and a description for whoever has it read out."""
    width = WIDTH * len(panels)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {HEIGHT}" width="{width}" height="{HEIGHT}" '
        f'role="img" aria-labelledby="title description">',
        f'<title id="title">{escape(title)}</title><desc id="description">{escape(description)}</desc>',
        f"<style>{_STYLE}</style>",
    ]
    everything = [each for panel in panels for each in _ys(panel)]
    y_range = min(0.0, *everything), max(0.0, *everything)
    for number, panel in enumerate(panels):
        parts.append(f'<g transform="translate({WIDTH * number} 0)">{_panel(panel, y_range)}</g>')
    return "\n".join([*parts, "</svg>", ""])


def _ys(panel: Panel) -> list[float]:
    points = [y for line in panel.lines for _, y in line.points]
    return points + [y for line in panel.lines for _, low, high in line.band for y in (low, high)]


def _panel(panel: Panel, y_range: tuple[float, float]) -> str:
    xs = [x for line in panel.lines for x, _ in line.points] or [0.0, 1.0]
    x_ticks = ticks(0.0 if panel.x_from_zero else min(xs), max(xs))
    y_ticks = ticks(*y_range)
    across = _Scale(x_ticks[0], x_ticks[-1], LEFT, WIDTH - RIGHT)
    up = _Scale(y_ticks[0], y_ticks[-1], HEIGHT - BOTTOM, TOP)
    parts = [
        f'<text class="title" x="{LEFT}" y="18">{escape(panel.title)}</text>',
        f'<text x="{LEFT}" y="36">{escape(panel.y_name)}</text>',
        f'<text x="{WIDTH - RIGHT}" y="{HEIGHT - 8}" text-anchor="end">{escape(panel.x_name)}</text>',
    ]
    for value in y_ticks:
        y, kind = up.at(value), "zero" if value == 0 else "grid"
        parts.append(
            f'<line class="{kind}" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y:.1f}" y2="{y:.1f}"/>'
        )
        parts.append(f'<text x="{LEFT - 8}" y="{y + 4:.1f}" text-anchor="end">{value:g}</text>')
    for value in x_ticks:
        x = across.at(value)
        parts.append(
            f'<text x="{x:.1f}" y="{HEIGHT - BOTTOM + 18}" text-anchor="middle">{value:g}</text>'
        )
    for line in panel.lines:
        parts += _line(line, across, up)
    return "".join([*parts, *_legend(panel.lines)])


def _line(line: Line, across: _Scale, up: _Scale) -> list[str]:
    parts = []
    if line.band:
        there = [f"{across.at(x):.1f} {up.at(high):.1f}" for x, _, high in line.band]
        back = [f"{across.at(x):.1f} {up.at(low):.1f}" for x, low, _ in reversed(line.band)]
        parts.append(f'<path class="band {line.colour}" d="M {" L ".join(there + back)} Z"/>')
    path = " L ".join(f"{across.at(x):.1f} {up.at(y):.1f}" for x, y in line.points)
    dashed = " dashed" if line.dashed else ""
    parts.append(f'<path class="line {line.colour}{dashed}" d="M {path}"/>')
    parts += [
        f'<circle class="{line.colour}" cx="{across.at(x):.1f}" cy="{up.at(y):.1f}" r="3"/>'
        for x, y in line.points
    ]
    if line.ring is not None:
        x, y = across.at(line.ring[0]), up.at(line.ring[1])
        parts.append(f'<circle class="ring" cx="{x:.1f}" cy="{y:.1f}" r="7"/>')
    return parts


def _legend(lines: Sequence[Line]) -> list[str]:
    """The lines' names beside each other, above the plot."""
    found, x = [], float(LEFT)
    for line in lines:
        dashed = " dashed" if line.dashed else ""
        found.append(f'<path class="line {line.colour}{dashed}" d="M {x:.0f} 52 h 16"/>')
        found.append(
            f'<text class="{line.colour}" x="{x + 21:.0f}" y="56">{escape(line.name)}</text>'
        )
        x += 40 + _LETTER * len(line.name)
    return found


def ticks(low: float, high: float, most: int = 7) -> list[float]:
    """Round numbers that enclose ``low`` to ``high``, at most about ``most`` of them."""
    span = max(high - low, 1e-9)
    size = 10 ** math.floor(math.log10(span / most))
    step = next(size * each for each in (1, 2, 5, 10, 20) if span / (size * each) <= most - 1)
    first, last = math.floor(low / step), math.ceil(high / step)
    return [round(step * number, 10) for number in range(first, max(last, first + 1) + 1)]
