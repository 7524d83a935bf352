"""Charts that measure rather than plot: bullet against a target, funnel, heat map."""

from collections.abc import Sequence
from dataclasses import dataclass

from core import shown
from core.charts import WIDTH, Chart, TwinRow, Value, frame, linked, text
from core.scale import nice_scale


@dataclass(kw_only=True)
class Bullet(Chart):
    """One value against its target."""

    value: Value = None
    target: Value = None
    most: Value = None  # the end of the scale, when it is known (1 for a share)
    url: str = ""

    def svg(self) -> str:
        known = [one for one in (self.value, self.target, self.most) if one is not None]
        top = self.most or nice_scale(0, max(known, default=1)).high
        wide = WIDTH - 24

        def x(value: Value) -> float:
            return 12 + wide * min(max(float(value or 0) / float(top), 0), 1)

        parts = [f'<rect class="soft" x="12" y="8" rx="4" width="{wide}" height="20"/>']
        if self.value is not None:
            parts.append(
                f'<rect class="bar f1" x="12" y="12" rx="3" height="12" '
                f'width="{x(self.value) - 12:.1f}"/>'
            )
        if self.target is not None:
            at = x(self.target)
            parts.append(f'<line class="target-mark" x1="{at:.1f}" x2="{at:.1f}" y1="4" y2="32"/>')
        said = f"{self.title}: {self.say(self.value)}"
        if self.target is not None:
            said += f", target {self.say(self.target)}"
        parts.append(text(12, 46, self.say(self.value), kind="value"))
        if self.target is not None:
            parts.append(text(WIDTH - 12, 46, f"target {self.say(self.target)}", anchor="end"))
        return frame(self.title, linked(self.url, said, "".join(parts)), height=52)

    def twin(self) -> list[TwinRow]:
        rows = [TwinRow([self.title, self.say(self.value)], self.url)]
        if self.target is not None:
            rows.append(TwinRow(["Target", self.say(self.target)]))
        return rows


@dataclass(kw_only=True)
class Funnel(Chart):
    """How many reach each step, and which share of the step before."""

    values: Sequence[Value] = ()

    @property
    def heads(self) -> list[str]:
        return ["Step", self.unit or "Count", "Of the step before"]

    def _kept(self, place: int) -> str:
        before = self.values[place - 1] if place else None
        value = self.values[place]
        return shown.percent(value / before) if before and value is not None else "–"

    def svg(self) -> str:
        most = max((float(value) for value in self.values if value is not None), default=1) or 1
        parts = []
        for place, label in enumerate(self.labels):
            value, y = self.values[place], place * 34
            wide = (WIDTH - 260) * float(value or 0) / most
            mark = (
                text(0, y + 20, label)
                + f'<rect class="bar f1" x="150" y="{y + 4}" rx="3" height="24" '
                f'width="{max(wide, 1):.1f}"/>'
                + text(158 + wide, y + 20, self.say(value), kind="value")
                + text(WIDTH, y + 20, self._kept(place) if place else "", anchor="end")
            )
            parts.append(linked(self.url_of(place), f"{label}: {self.say(value)}", mark))
        return frame(self.title, "".join(parts), height=max(34 * len(self.labels), 34))

    def twin(self) -> list[TwinRow]:
        return [
            TwinRow([label, self.say(self.values[place]), self._kept(place)], self.url_of(place))
            for place, label in enumerate(self.labels)
        ]


@dataclass(kw_only=True)
class Heat(Chart):
    """Values by row and column, darker for more; each cell says its value too."""

    rows: Sequence[str] = ()
    cells: Sequence[Sequence[Value]] = ()  # per row, a value per label
    cell_urls: Sequence[Sequence[str]] = ()

    @property
    def heads(self) -> list[str]:
        return ["", *self.labels]

    def svg(self) -> str:
        known = [float(value) for row in self.cells for value in row if value is not None]
        most = max(known, default=1) or 1
        wide = (WIDTH - 92) / max(len(self.labels), 1)
        every = 1 if wide >= 30 else -(-30 // max(int(wide), 1))
        parts = [
            text(92 + wide * (at + 0.5), 12, label, anchor="middle")
            for at, label in enumerate(self.labels)
            if at % every == 0
        ]
        for line, name in enumerate(self.rows):
            y = 20 + line * 28
            parts.append(text(0, y + 17, name))
            parts.extend(
                self._cell(line, at, 92 + wide * at, y, wide, most)
                for at in range(len(self.labels))
            )
        return frame(self.title, "".join(parts), height=24 + 28 * len(self.rows))

    def _cell(self, line: int, at: int, x: float, y: float, wide: float, most: float) -> str:
        value = self.cells[line][at]
        share = 0.0 if value is None else max(float(value), 0) / most
        kind = "heat-none" if value is None else "heat"
        mark = (
            f'<rect class="{kind}" x="{x + 1:.1f}" y="{y}" rx="2" width="{max(wide - 2, 1):.1f}" '
            f'height="26" fill-opacity="{0.1 + 0.9 * share if value is not None else 1:.2f}"/>'
        )
        if wide >= 30 and value is not None:
            tone = "value on-heat" if share > 0.6 else "value"
            mark += text(x + wide / 2, y + 17, self.say(value), anchor="middle", kind=tone)
        urls = self.cell_urls
        url = urls[line][at] if urls else ""
        return linked(url, f"{self.rows[line]}, {self.labels[at]}: {self.say(value)}", mark)

    def twin(self) -> list[TwinRow]:
        return [
            TwinRow([name, *(self.say(value) for value in self.cells[line])])
            for line, name in enumerate(self.rows)
        ]
