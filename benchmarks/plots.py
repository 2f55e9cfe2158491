"""Two small plots as SVG: how time grows with the number of files, and where it goes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

WIDTH, HEIGHT, EDGE = 640, 360, 60
COLOURS = ("#4269d0", "#efb118", "#ff725c", "#6cc5b0", "#3ca951", "#a463f2", "#97bbf5", "#9c6b4e")
Points = Sequence[tuple[float, float]]


def lines(title: str, across: str, up: str, curves: Mapping[str, Points]) -> str:
    """Curves over common axes that start at zero."""
    right = max(x for points in curves.values() for x, _ in points)
    top = max(y for points in curves.values() for _, y in points)
    parts = [_text(WIDTH / 2, 24, title, "middle"), _text(WIDTH / 2, HEIGHT - 12, across, "middle"), _text(8, 44, up)]
    for step in range(5):
        x, y = _x(right * step / 4, right), _y(top * step / 4, top)
        parts += [
            f'<line x1="{EDGE}" x2="{WIDTH - EDGE}" y1="{y:.1f}" y2="{y:.1f}" stroke="#ddd"/>',
            _text(EDGE - 6, y + 4, f"{top * step / 4:.3g}", "end"),
            _text(x, HEIGHT - EDGE + 18, f"{right * step / 4:.5g}", "middle"),
        ]
    for number, (name, points) in enumerate(curves.items()):
        colour = COLOURS[number % len(COLOURS)]
        path = " ".join(f"{_x(x, right):.1f},{_y(y, top):.1f}" for x, y in points)
        parts.append(f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>')
        parts += [f'<circle cx="{_x(x, right):.1f}" cy="{_y(y, top):.1f}" r="3" fill="{colour}"/>' for x, y in points]
        parts.append(_text(EDGE + 12, 58 + 16 * number, name, colour=colour))
    return _page(parts)


def stacked(title: str, bars: Mapping[str, Mapping[str, float]]) -> str:
    """One horizontal bar for each entry, cut into its stages (seconds)."""
    stages = list(dict.fromkeys(stage for bar in bars.values() for stage in bar))
    longest = max(sum(bar.values()) for bar in bars.values()) or 1.0
    parts = [_text(WIDTH / 2, 24, title, "middle")]
    for row, (name, bar) in enumerate(bars.items()):
        left, y = 130.0, 50 + 48 * row
        parts.append(_text(left - 8, y + 20, name, "end"))
        for stage, seconds in bar.items():
            wide = seconds / longest * (WIDTH - 160)
            colour = COLOURS[stages.index(stage) % len(COLOURS)]
            parts.append(f'<rect x="{left:.1f}" y="{y}" width="{wide:.1f}" height="30" fill="{colour}"/>')
            left += wide
        parts.append(_text(left + 4, y + 20, f"{sum(bar.values()):.1f} s"))
    for number, stage in enumerate(stages):
        x, y = 130 + 125 * (number % 4), 80 + 48 * len(bars) + 20 * (number // 4)
        parts.append(f'<rect x="{x}" y="{y - 10}" width="10" height="10" fill="{COLOURS[number % len(COLOURS)]}"/>')
        parts.append(_text(x + 14, y, stage))
    return _page(parts)


def _x(value: float, most: float) -> float:
    return EDGE + value / most * (WIDTH - 2 * EDGE)


def _y(value: float, most: float) -> float:
    return HEIGHT - EDGE - value / most * (HEIGHT - 2 * EDGE)


def _text(x: float, y: float, text: str, anchor: str = "start", colour: str = "#222") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="{colour}">{text}</text>'


def _page(parts: Sequence[str]) -> str:
    font = 'font-family="sans-serif" font-size="12"'
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" {font}>'
    return "\n".join((head, f'<rect width="{WIDTH}" height="{HEIGHT}" fill="white"/>', *parts, "</svg>\n"))
