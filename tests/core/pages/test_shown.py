"""Times, figures and charts as people read them."""

import xml.etree.ElementTree as ET
from datetime import UTC, date, datetime, timedelta

import pytest
from babel.dates import format_datetime
from django.template import Context, Template

from core import clock, shown
from core.charts import Bar, Line, Series, Sparkline
from core.gauges import Bullet, Funnel, Heat
from core.money import Money
from core.scale import nice_scale
from core.tones import tone_of

NOON = datetime(2026, 7, 1, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("back", "said"),
    [(timedelta(seconds=20), "just now"), (timedelta(seconds=50), "50 s ago"),
     (timedelta(minutes=5), "5 min ago"), (timedelta(hours=26), "1 d ago"),
     (timedelta(days=6), "6 d ago"), (timedelta(days=30), "4 wk ago"),
     (timedelta(days=800), "2 yr ago"), (timedelta(hours=-3), "in 3 h")],
)  # fmt: skip
def test_an_age_is_short(back, said):
    assert shown.age(NOON - back, NOON) == said


def test_clocks_are_the_persons_and_days_the_shops():
    late = datetime(2026, 6, 30, 23, 30, tzinfo=UTC)
    with clock.pinned(NOON), clock.read_in("Asia/Tokyo"):
        assert shown.exact(late).startswith("Jul 1, 2026, 08:30")
        assert shown.short(late) == "Jul 1, 08:30"
        assert shown.business_day(late) == "Jul 1, 2026"  # London: 00:30 on July 1
        assert shown.business_day(date(2026, 6, 30)) == "Jun 30, 2026"
    with clock.read_in("Nowhere/Land"):
        assert clock.person_zone() == clock.shop_zone()


def test_tags_write_what_they_are_given_and_escape_it():
    given = {"state": "<b>on hold</b>", "amount": Money.of("1234.5", "GBP"), "none": None}
    html = Template(
        "{% badge state %}{{ amount|money }} {{ none|money }} {{ none|clock }}{% ago none %}"
        "{{ 0.123|percent }} {{ 12345|count }} {{ 'ready_to_release'|words }}"
        "{% icon 'no-such-icon' %}"
    ).render(Context(given))

    assert "&lt;b&gt;on hold" in html
    assert "£1,234.50 – ––" in html
    assert "12.3% 12,345 Ready to release" in html
    assert "<svg" in html


def test_a_word_has_its_tone():
    words = ["In transit", "delivered", "ON_HOLD", "failed", "closed"]
    assert [tone_of(word) for word in words] == ["info", "good", "warning", "bad", "neutral"]


@pytest.mark.parametrize(
    ("low", "high", "ticks"),
    [(0, 97, (0, 25, 50, 75, 100)), (3, 3, (0, 1, 2, 3)), (0, 0, (0, 0.25, 0.5, 0.75, 1)),
     (-5, 10, (-5, 0, 5, 10)), (0, 0.04, (0, 0.01, 0.02, 0.03, 0.04))],
)  # fmt: skip
def test_axes_have_round_steps(low, high, ticks):
    assert nice_scale(low, high).ticks == ticks


CHARTS = [
    Line(title="A & B", unit="a day", labels=["Mon", "Tue", "Wed"], urls=["/1", "/2", "/3"],
         series=[Series("<a>", [1, None, 3]), Series("b", [2.5, 2, 0])], target=2, band=(1, 2)),
    Bar(title="Bars", labels=["x", "y"], urls=["/1", "/2"], series=[Series("n", [-4, 10])]),
    Bullet(title="Rate", value=0.94, target=0.97, most=1, said=shown.percent, url="/1"),
    Bullet(title="Nothing known"),
    Funnel(title="Funnel", labels=["a", "b"], urls=["/1", "/2"], values=[200, 150]),
    Heat(title="Heat", labels=["9", "10"], rows=["Mon"], cells=[[5, None]]),
    Line(title="Empty", labels=[], series=[]),
    Heat(title="Empty", labels=[], rows=[], cells=[]),
]  # fmt: skip


@pytest.mark.parametrize("chart", CHARTS, ids=lambda chart: f"{type(chart).__name__}-{chart.title}")
def test_a_chart_is_sound_svg_with_its_data_as_a_table(chart):
    html = chart.render()

    drawn = html[html.rindex("<svg viewBox", 0, html.index("<details")) : html.index("<details")]
    svg = ET.fromstring(drawn)  # noqa: S314 - ours
    assert svg.attrib["aria-label"] == chart.title
    assert html.count("<tr>") == 1 + len(chart.twin())
    assert " style=" not in html


def test_marks_lead_to_their_rows_and_gaps_stay_gaps():
    line = CHARTS[0]
    html = line.render()

    assert html.count('<a href="/2"') == 2  # the mark, and the row of the table
    assert "Tue: &lt;a&gt; not known, b 2" in html
    assert "M" in html.split('class="line s1" d="')[-1].split('"')[0][2:]  # lifted over the gap
    assert CHARTS[4].twin()[1].cells == ["b", "150", "75.0%"]


def test_a_sparkline_says_where_it_went():
    assert "from 1 to 3" in Sparkline(title="Orders", values=[1, None, 3]).render()
    assert "<svg" not in Sparkline(title="Orders", values=[1]).render()


@pytest.mark.parametrize(
    "zone", ["UTC", "Europe/London", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe"]
)
def test_moments_read_as_babel_writes_them(zone):
    for days in range(0, 800, 7):
        moment = NOON - timedelta(days=days, minutes=17 * days)
        with clock.read_in(zone), clock.pinned(NOON):
            there = clock.person_zone()
            whole = format_datetime(moment, "MMM d, y, HH:mm z", tzinfo=there, locale="en_US")
            assert shown.exact(moment) == whole
            same_year = moment.astimezone(there).year == NOON.astimezone(there).year
            pattern = "MMM d, HH:mm" if same_year else "MMM d, y, HH:mm"
            said = format_datetime(moment.astimezone(there), pattern, locale="en_US")
            assert shown.short(moment) == said
