"""Charts as SVG, drawn on the server: they print, scale and need no script."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

_WIDTH, _HEIGHT, _BOTTOM, _TOP = 420, 180, 28, 18
_INK, _LINE = "#345", "#1769aa"


def line_chart(points: Mapping[int, float | None], title: str, unit: str = "", cut: str = "纵轴不从 0 起") -> str:
    """A value over years. A year without a value is a gap in the line, marked as such, never a zero.

    ``cut`` is said where the axis does not begin at 0, so that a small change is not read as a great one.
    """
    years = sorted(points)
    values = [value for value in points.values() if value is not None]
    if not years or not values:
        return ""
    low, high = min(0.0, *values) if min(values) < max(values) * 0.5 else min(values), max(values)
    low, high = (low - 1, high + 1) if low == high else (low, high)
    left = 34 + 6 * max(len(number(round(side, 2))) for side in (low, (low + high) / 2, high))
    step = (_WIDTH - left - 34) / max(1, len(years) - 1)

    def place(index: int, value: float) -> tuple[float, float]:
        y = _HEIGHT - _BOTTOM - (value - low) / (high - low) * (_HEIGHT - _BOTTOM - _TOP)
        return left + index * step, y

    parts = [_axis(low, high, left)]
    run: list[str] = []
    for index, year in enumerate(years):
        x = left + index * step
        parts.append(_text(x, _HEIGHT - 8, str(year), "middle"))
        value = points[year]
        if value is None:
            parts += [_polyline(run), _text(x, _HEIGHT - _BOTTOM - 6, "未填报", "middle", "#55626f")]
            run = []
            continue
        x, y = place(index, value)
        run.append(f"{x:.1f},{y:.1f}")
        parts.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3.5" fill="{_LINE}"/>')
        parts.append(_text(x, y - 8, number(value), "middle"))
    parts.append(_polyline(run))
    if low > 0:
        parts.append(_text(_WIDTH, _HEIGHT - _BOTTOM - 5, cut, "end", "#55626f"))
    return _svg(title, unit, parts, _HEIGHT)


def bar_chart(rows: Sequence[tuple[str, float]], title: str, unit: str = "") -> str:
    """Ranked bars with their names, the largest first; at most twenty."""
    ranked = sorted(rows, key=lambda row: (-row[1], row[0]))[:20]
    if not ranked or ranked[0][1] <= 0:
        return ""
    most = ranked[0][1]
    parts = []
    for index, (name, value) in enumerate(ranked):
        y, length = 8 + index * 22, max(1.0, value / most * 240)
        short = name if len(name) <= 22 else name[:21] + "…"
        parts.append(_text(266, y + 13, short, "end"))
        bar = f'<rect x="272" y="{y}" width="{length:.1f}" height="16" fill="{_LINE}">'
        parts.append(f"{bar}<title>{escape(name)}</title></rect>")
        parts.append(_text(278 + length, y + 13, number(value), "start"))
    return _svg(title, unit, parts, 16 + 22 * len(ranked), _WIDTH + 170)


def number(value: float) -> str:
    """A value with thousands separators, without needless decimals."""
    return f"{value:,.0f}" if value == int(value) else f"{value:,.2f}".rstrip("0")


def _axis(low: float, high: float, left: int) -> str:
    lines = []
    for part in (0.0, 0.5, 1.0):
        y = _HEIGHT - _BOTTOM - part * (_HEIGHT - _BOTTOM - _TOP)
        lines.append(f'<line x1="{left - 20}" x2="{_WIDTH}" y1="{y:.1f}" y2="{y:.1f}" stroke="#ddd"/>')
        lines.append(_text(left - 24, y + 4, number(round(low + part * (high - low), 2)), "end"))
    return "".join(lines)


def _polyline(points: Sequence[str]) -> str:
    if len(points) < 2:
        return ""
    return f'<polyline points="{" ".join(points)}" fill="none" stroke="{_LINE}" stroke-width="2"/>'


def _text(x: float, y: float, text: str, anchor: str, ink: str = _INK) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" font-size="11" fill="{ink}">{escape(text)}</text>'


def _svg(title: str, unit: str, parts: Sequence[str], height: int, width: int = _WIDTH) -> str:
    label = escape(f"{title}（{unit}）" if unit else title)
    return (
        f'<figure class="chart"><figcaption>{label}</figcaption><svg role="img" aria-label="{label}" '
        f'viewBox="0 0 {width + 10} {height}" width="{width}" height="{height}">{"".join(parts)}</svg></figure>'
    )
