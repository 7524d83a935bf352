"""Charts drawn on the server as SVG, each with title, unit, axis, data table and links.

    Line(title="Orders", unit="orders a day", labels=days, series=[Series("Orders", counts)])

`{% chart chart %}` draws it. `urls` are the pages of the rows behind each mark. A value of None
is a gap: "not known" is never drawn as nothing. Colors and dashes come from ui/chart.css.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

from django.template.loader import render_to_string
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from core import shown
from core.scale import Scale, nice_scale

WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 640, 220, 52, 12, 12, 26
Value = float | int | None
Shown = Callable[[Any], str]


@dataclass(frozen=True)
class Series:
    """One line or set of bars: its name, and a value per label."""

    name: str
    values: Sequence[Value]


@dataclass(frozen=True)
class TwinRow:
    """One row of the data table beside a chart."""

    cells: Sequence[str]
    url: str = ""


@dataclass(kw_only=True)
class Chart:
    """What every chart has."""

    title: str
    unit: str = ""
    labels: Sequence[str] = ()
    urls: Sequence[str] = ()
    said: Shown = shown.number  # how a value is written
    legend: ClassVar[Sequence[tuple[int, str]]] = ()

    def svg(self) -> str:
        raise NotImplementedError

    def twin(self) -> list[TwinRow]:
        raise NotImplementedError

    @property
    def heads(self) -> list[str]:
        return ["", self.unit or self.title]

    def render(self) -> SafeString:
        """The figure as HTML."""
        told = {"chart": self, "svg": mark_safe(self.svg()), "rows": self.twin()}  # noqa: S308
        return mark_safe(render_to_string("ui/chart.html", told))  # noqa: S308

    def say(self, value: Value) -> str:
        return "not known" if value is None else self.said(value)

    def url_of(self, place: int) -> str:
        return self.urls[place] if place < len(self.urls) else ""


def frame(title: str, inside: str, *, width: int = WIDTH, height: int = HEIGHT) -> str:
    """The svg element; its name is the title, its details are in the table beside it."""
    return (
        f'<svg viewBox="0 0 {width} {height}" role="group" aria-label="{escape(title)}">'
        f"{inside}</svg>"
    )


def linked(url: str, name: str, inside: str) -> str:
    """A mark that leads to its rows; its name is read and shown on hover."""
    said = f"<title>{escape(name)}</title>"
    if url:
        return f'<a href="{escape(url)}" aria-label="{escape(name)}">{said}{inside}</a>'
    return f"<g>{said}{inside}</g>"


def text(x: float, y: float, said: str, *, anchor: str = "start", kind: str = "") -> str:
    """A word in a chart."""
    mark = f' class="{kind}"' if kind else ""
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}"{mark}>{escape(said)}</text>'


@dataclass(kw_only=True)
class _Plotted(Chart):
    """A chart over labels, with a value axis at the left."""

    series: Sequence[Series] = ()
    target: Value = None
    band: tuple[float, float] | None = None  # where values should lie
    from_zero: bool = True
    ribbon: tuple[Sequence[Value], Sequence[Value]] | None = None  # where each value may lie
    ribbon_name: str = "Range"

    def __post_init__(self) -> None:
        known = [value for one in self.series for value in one.values if value is not None]
        known += [self.target] if self.target is not None else []
        known += list(self.band or ())
        known += [value for edge in self.ribbon or () for value in edge if value is not None]
        self.scale: Scale = nice_scale(
            min(known, default=0), max(known, default=1), from_zero=self.from_zero
        )

    @property
    def legend(self) -> list[tuple[int, str]]:  # type: ignore[override]
        if len(self.series) < 2:
            return []
        return [(place % 4 + 1, one.name) for place, one in enumerate(self.series)]

    @property
    def heads(self) -> list[str]:
        ends = ["Target"] if self.target is not None else []
        ends += [self.ribbon_name] if self.ribbon else []
        return ["", *(one.name for one in self.series), *ends]

    def twin(self) -> list[TwinRow]:
        ends = [self.say(self.target)] if self.target is not None else []
        return [
            TwinRow(
                [
                    label,
                    *(self.say(one.values[place]) for one in self.series),
                    *ends,
                    *self._ribbon_at(place),
                ],
                self.url_of(place),
            )
            for place, label in enumerate(self.labels)
        ]

    def _ribbon_at(self, place: int) -> list[str]:
        if not self.ribbon:
            return []
        low, high = (edge[place] for edge in self.ribbon)
        return ["" if low is None or high is None else f"{self.say(low)} to {self.say(high)}"]

    def y(self, value: float) -> float:
        return TOP + (HEIGHT - TOP - BOTTOM) * (1 - self.scale.share(value))

    @property
    def step(self) -> float:
        return (WIDTH - LEFT - RIGHT) / max(len(self.labels), 1)

    def x(self, place: int) -> float:
        return LEFT + self.step * (place + 0.5)

    def _target_name(self) -> str:
        return f"target {self.say(self.target)}"

    def axes(self) -> str:
        """Grid lines with their values, the target, and some of the labels."""
        parts = []
        if self.band:
            top, bottom = self.y(max(self.band)), self.y(min(self.band))
            parts.append(
                f'<rect class="band" x="{LEFT}" y="{top:.1f}" width="{WIDTH - LEFT - RIGHT}" '
                f'height="{bottom - top:.1f}"/>'
            )
        for tick in self.scale.ticks:
            y = self.y(tick)
            kind = "axis" if tick == 0 else "gridline"
            parts.append(
                f'<line class="{kind}" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y:.1f}" y2="{y:.1f}"/>'
            )
            parts.append(text(LEFT - 8, y + 4, self.said(tick), anchor="end", kind="tick"))
        every = max(1, -(-len(self.labels) // 8))
        parts.extend(
            text(
                self.x(place),
                HEIGHT - 8,
                self.labels[place],
                anchor="middle",
                kind="alternate" if number % 2 else "",
            )
            for number, place in enumerate(range(0, len(self.labels), every))
        )
        if self.target is not None:
            y = self.y(self.target)
            parts.append(
                f'<line class="target" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y:.1f}" y2="{y:.1f}"/>'
            )
            parts.append(
                text(WIDTH - RIGHT, y - 5, self._target_name(), anchor="end", kind="target-name")
            )
        return "".join(parts)


@dataclass(kw_only=True)
class Line(_Plotted):
    """Values over time, up to four series; gaps stay gaps."""

    def svg(self) -> str:
        drawn = "".join(self._line(place, one) for place, one in enumerate(self.series))
        return frame(self.title, self.axes() + self._ribbon() + drawn + self._hits())

    def _ribbon(self) -> str:
        """The area between two edges, where both are known."""
        if not self.ribbon:
            return ""
        ends = [
            (self.x(at), self.y(low), self.y(high))
            for at, (low, high) in enumerate(zip(*self.ribbon, strict=True))
            if low is not None and high is not None
        ]
        above = [f"{x:.1f} {top:.1f}" for x, _, top in ends]
        below = [f"{x:.1f} {bottom:.1f}" for x, bottom, _ in reversed(ends)]
        return f'<path class="band" d="M{" L".join(above + below)} Z"/>' if len(ends) > 1 else ""

    def _line(self, place: int, one: Series) -> str:
        pen, path = "M", []
        for at, value in enumerate(one.values):
            if value is None:
                pen = "M"
                continue
            path.append(f"{pen}{self.x(at):.1f} {self.y(value):.1f}")
            pen = "L"
        return f'<path class="line s{place % 4 + 1}" d="{" ".join(path)}"/>'

    def _hits(self) -> str:
        """A wide invisible target per label, with a dot: easy to point at and to tab to."""
        parts = []
        for at, label in enumerate(self.labels):
            said = ", ".join(f"{one.name} {self.say(one.values[at])}" for one in self.series)
            dots = "".join(
                f'<circle class="dot f{place % 4 + 1}" cx="{self.x(at):.1f}" '
                f'cy="{self.y(value):.1f}" r="{3 if len(self.labels) < 40 else 2}"/>'
                for place, one in enumerate(self.series)
                if (value := one.values[at]) is not None
            )
            area = (
                f'<rect class="hit" x="{self.x(at) - self.step / 2:.1f}" y="{TOP}" '
                f'width="{self.step:.1f}" height="{HEIGHT - TOP - BOTTOM}"/>'
            )
            parts.append(linked(self.url_of(at), f"{label}: {said}", area + dots))
        return "".join(parts)


@dataclass(kw_only=True)
class Bar(_Plotted):
    """Amounts per label, side by side where there are several series."""

    def svg(self) -> str:
        many = max(len(self.series), 1)
        wide = min(self.step * 0.72 / many, 36)
        parts = [self.axes()]
        for at, label in enumerate(self.labels):
            for place, one in enumerate(self.series):
                value = one.values[at]
                if value is None:
                    continue
                x = self.x(at) + wide * (place - many / 2)
                top, bottom = sorted((self.y(value), self.y(max(self.scale.low, 0))))
                mark = (
                    f'<rect class="bar f{place % 4 + 1}" x="{x:.1f}" y="{top:.1f}" rx="2" '
                    f'width="{wide:.1f}" height="{max(bottom - top, 1):.1f}"/>'
                )
                name = f"{label}: {one.name} {self.say(value)}"
                parts.append(linked(self.url_of(at), name, mark))
        return frame(self.title, "".join(parts))


@dataclass(kw_only=True)
class Sparkline(Chart):
    """A trend the size of a word; the figure beside it says the value."""

    values: Sequence[Value] = field(default_factory=list)
    url: str = ""

    def render(self) -> SafeString:
        return mark_safe(f'<span class="chart sparkline">{self.svg()}</span>')  # noqa: S308

    def svg(self) -> str:
        known = [value for value in self.values if value is not None]
        if len(known) < 2:
            return ""
        low, high = min(known), max(known)
        spread, step = (high - low) or 1, 92 / max(len(self.values) - 1, 1)
        pen, path, x, y = "M", [], 0.0, 0.0
        for at, value in enumerate(self.values):
            if value is None:
                pen = "M"
                continue
            x, y = 2 + at * step, 21 - 18 * (value - low) / spread
            path.append(f"{pen}{x:.1f} {y:.1f}")
            pen = "L"
        said = f"{self.title}: from {self.say(known[0])} to {self.say(known[-1])}"
        role = "group" if self.url else "img"  # an image holds no link
        inside = (
            '<rect class="reach" width="96" height="24"/>'  # a link takes a press beside its line
            f'<path class="line s1" d="{" ".join(path)}"/>'
            f'<circle class="dot f1" cx="{x:.1f}" cy="{y:.1f}" r="2.5"/>'
        )
        return (
            f'<svg viewBox="0 0 96 24" role="{role}" aria-label="{escape(said)}">'
            f"{linked(self.url, said, inside)}</svg>"
        )

    def twin(self) -> list[TwinRow]:
        return [TwinRow([str(at + 1), self.say(value)]) for at, value in enumerate(self.values)]
