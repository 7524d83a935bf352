"""The board, a metric, its rows and the API, as people and systems see them."""

import itertools
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from core import clock
from core.actor import SYSTEM
from core.lists import BadCursor
from core.models import EventRecord
from core.roles import Role
from kpis.board import Tile, change
from kpis.facts import Where
from kpis.figures import Figure, of_part, part_shown
from kpis.metrics import METRICS
from kpis.models import Target
from kpis.period import Period
from kpis.rows import _cursor, _read, all_behind, page_behind
from tests.builders.inventory import listing, stock
from tests.builders.kpis import at, moment, rolled, sent, sold
from tests.builders.people import someone

pytestmark = pytest.mark.django_db
DAY = moment(0).date()
SPAN = f"from={DAY}&to={moment(2).date()}"


@pytest.fixture
def manager() -> Client:
    client = Client()
    client.force_login(someone(Role.MANAGER))
    with at(3):
        sent(sold(0, MUG=2), 1)
        sold(1, CUP=1)
        rolled(-2, 3)
    return client


def test_the_board_shows_every_metric_in_few_queries(manager):
    manager.get("/kpis/")  # the session and the person are read and cached
    with at(3), CaptureQueriesContext(connection) as queries:
        answer = manager.get(f"/kpis/?{SPAN}")

    text = answer.content.decode()
    assert answer.status_code == 200
    assert all(metric.name in text for metric in METRICS.values())
    assert "£30.00" in text
    assert len(queries) < 25


@pytest.mark.parametrize("key", METRICS)
def test_each_metric_has_its_page_and_its_rows(manager, key):
    with at(3):
        page = manager.get(f"/kpis/{key}/?{SPAN}")
        rows = manager.get(f"/kpis/{key}/rows/?{SPAN}")

    assert (page.status_code, rows.status_code) == (200, 200)
    assert METRICS[key].formula[:30] in page.content.decode().replace("&#x27;", "'")


def test_rows_are_exported_as_they_are_shown(manager):
    with at(3):
        answer = manager.get(f"/kpis/gross_sales/rows/?{SPAN}&export=csv")
        lines = b"".join(answer).decode().splitlines()

    assert lines[0] == "At,What,Channel,Warehouse,Part,Counted,Of,Currency,Hours"
    assert [line.split(",")[5] for line in lines[1:]] == ["20.00", "10.00"]


def test_rows_can_be_narrowed_and_nonsense_is_refused(manager):
    with at(3):
        one = manager.get(f"/kpis/orders/rows/?{SPAN}&channel=web&part=kept")
        wrong = manager.get(f"/kpis/orders/rows/?{SPAN}&channel=nowhere")
        cursor = manager.get(f"/kpis/orders/rows/?{SPAN}&after=bm8")
        period = manager.get("/kpis/?from=yesterday")

    assert "2 rows" in one.content.decode()
    assert [wrong.status_code, cursor.status_code, period.status_code] == [422, 422, 422]


def test_pages_of_rows_lead_on_and_back(manager):
    where = Where(first=moment(0).date(), last=moment(2).date())
    with at(3):
        one = page_behind(METRICS["gross_sales"], where, SYSTEM, size=1)
        two = page_behind(METRICS["gross_sales"], where, SYSTEM, after=one.next, size=1)
        back = page_behind(METRICS["gross_sales"], where, SYSTEM, after=two.previous, size=1)

    assert one.rows != two.rows
    assert (one.previous, two.next) == ("", "")
    assert (back.rows, back.next, back.previous) == (one.rows, one.next, "")


def test_a_file_of_todays_rows_holds_each_of_them_once(monkeypatch):
    """Today is read at one moment, however long the file takes."""
    monkeypatch.setattr("kpis.rows.CHUNK", 2)
    for number in range(5):
        listing(f"S{number}")
        stock(f"S{number}", on_hand=1)
    start, ticks = clock.now(), itertools.count()
    monkeypatch.setattr("core.clock.now", lambda: start + timedelta(microseconds=next(ticks)))
    today = clock.day_of(start)

    rows = list(all_behind(METRICS["stockout_rate"], Where(first=today, last=today), SYSTEM))

    assert sorted(row[1] for row in rows[1:]) == [f"S{number}" for number in range(5)]
    assert len({row[0] for row in rows[1:]}) == 1


def test_a_cursor_from_the_future_is_refused():
    row = {"at": moment(0), "part": "", "id": 1}
    with at(0), pytest.raises(BadCursor):
        _read(_cursor(row, moment(1)))


def test_rows_of_money_say_their_currency_and_no_empty_hours(manager):
    with at(3):
        page = manager.get(f"/kpis/gross_sales/rows/?{SPAN}").content.decode()
        lines = b"".join(
            manager.get(f"/kpis/gross_sales/rows/?{SPAN}&export=csv").streaming_content
        ).decode().splitlines()  # fmt: skip

    assert "£20.00" in page
    assert "Hours" not in page
    assert lines[1].split(",")[5:] == ["20.00", "", "GBP", ""]


def test_parts_of_the_refund_rate_add_up_and_open_rows_that_say_the_same():
    metric = METRICS["refund_value_rate"]
    goodwill = Figure(metric=metric, num=Decimal(500), den=Decimal(0), facts=1)
    base = Figure(metric=metric, num=Decimal(0), den=Decimal(20_000), facts=1)

    assert goodwill.shown == "n/a"
    assert of_part(goodwill, base.den).shown == "2.5%"
    assert part_shown(base, "net_sales") == "£200.00"


def test_a_tile_with_two_figures_names_both_and_says_what_it_is_compared_with():
    period = Period(moment(0).date(), moment(6).date())
    late = METRICS["open_backlog_age"]
    tile = Tile(
        metric=late, figure=Figure(metric=late, value=Decimal(43), second=Decimal("500.9")),
        before=Figure(metric=late, value=Decimal(40)), target=None, tone="", values=[],
        period=period,
    )  # fmt: skip

    told = tile.told
    assert (told["value"], told["unit"]) == ("43", "orders")
    assert told["second"] == "90th percentile of age 500.9 h"
    assert told["trend"] == "+7.5% on the 7 days before"
    assert change(late, Decimal(361), Decimal(10)) == "36 ×"


def test_a_target_is_changed_with_its_history(manager):
    manager.post("/kpis/orders/target/", {"value": "20", "warning": "10", "note": "new season"})

    assert Target.objects.get(metric="orders").value == 20
    assert EventRecord.objects.get(name="target.changed").payload["note"] == "new season"
    backwards = manager.post("/kpis/orders/target/", {"value": "20", "warning": "30"})
    assert backwards.status_code == 422


def test_a_viewer_changes_no_target(client):
    client.force_login(someone(Role.VIEWER))
    assert client.post("/kpis/orders/target/", {"value": "1", "warning": "0"}).status_code == 403


def test_the_api_tells_definitions_and_figures(manager):
    listed = manager.get("/api/v1/metrics").json()["results"]
    assert [one["key"] for one in listed] == list(METRICS)

    with at(3):
        told = manager.get(f"/api/v1/metrics/gross_sales?{SPAN}&by=channel").json()
    assert told["figure"] == {"value": "30.00", "second": None, "rows": 2, "provisional": False}
    assert (told["currency"], told["by"][0]["slice"]) == ("GBP", "web")
    with at(3):
        days = manager.get(f"/api/v1/metrics/orders?{SPAN}").json()["by"]
    assert [(one["slice"], one["value"]) for one in days] == [
        (str(moment(0).date()), "1"),
        (str(moment(1).date()), "1"),
        (str(moment(2).date()), "0"),
    ]


def test_the_rows_behind_a_figure_come_page_by_page_over_the_api(manager):
    with at(3):
        first = manager.get(f"/api/v1/metrics/gross_sales/rows?{SPAN}&limit=1").json()
        (row,) = first["results"]
        assert (row["kind"], row["channel"], row["currency"]) == ("order", "web", "GBP")
        assert row["page"].startswith("/orders/")
        second = manager.get(first["next"]).json()
        assert second["next"] is None
        assert manager.get(second["previous"]).json()["results"] == first["results"]
        rows = [*first["results"], *second["results"]]
        assert sum(Decimal(one["counted"]) for one in rows) == 30

        for wrong in ("channel=nowhere", "limit=0", "limit=x", "cursor=x", "from=2026-13-01"):
            answer = manager.get(f"/api/v1/metrics/gross_sales/rows?{SPAN}&{wrong}")
            assert 400 <= answer.status_code < 500, wrong
    assert manager.get("/api/v1/metrics/weather/rows").status_code == 404


def test_a_picker_sees_no_rows_over_the_api(client):
    client.force_login(someone(Role.PICKER))
    assert client.get("/api/v1/metrics/gross_sales/rows").status_code == 403


@pytest.mark.parametrize(
    ("query", "status"),
    [("by=weather", 422), ("from=2026-13-01", 422), ("days=0", 422), ("days=9999999", 422)],
)
def test_the_api_refuses_nonsense(manager, query, status):
    answer = manager.get(f"/api/v1/metrics/orders?{query}")
    assert answer.status_code == status
    assert answer.json()["code"] in {"bad_value", "bad_period"}


def test_there_is_no_such_metric(manager):
    assert manager.get("/api/v1/metrics/weather").status_code == 404
    assert manager.get("/kpis/weather/").status_code == 404
