"""The board, a metric, its rows and the API, as people and systems see them."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from core.actor import SYSTEM
from core.models import EventRecord
from core.roles import Role
from kpis.facts import Where
from kpis.metrics import METRICS
from kpis.models import Target
from kpis.rows import page_behind
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

    assert lines[0] == "At,What,Channel,Warehouse,Part,Counted,Of,Value"
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
