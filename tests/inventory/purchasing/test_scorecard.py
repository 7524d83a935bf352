"""How vendors keep their word: by the first promise, undamaged, and at which price."""

import re
from datetime import timedelta

import pytest
from django.test import Client

from core import clock
from core.actor import SYSTEM, acting, person
from core.errors import BadValue
from core.roles import Role
from inventory.models import PurchaseLine, PurchaseOrder, WarehouseAccess
from inventory.operations.purchasing.end import close_purchase, promise_purchase
from inventory.scorecard import Score, Span, lines_behind, scores, span_of
from tests.builders.api import caller
from tests.builders.inventory import warehouse
from tests.builders.people import someone
from tests.builders.purchasing import agreement, arrive, draft, sent, vendor

pytestmark = pytest.mark.django_db


def days_ago(days: float):
    return clock.pinned(clock.now() - timedelta(days=days))


def ordered(days: float, *, at: str = "ACME", lead: int = 10, to: str = "LON", **units: int):
    """Sent so many days ago, promised `lead` days later."""
    vendor(at, lead_time_days=lead)
    with days_ago(days):
        return sent(at=at, to=to, **units)


def came(order: PurchaseOrder, days: float, *, damaged: int = 0, **units: int) -> None:
    with days_ago(days):
        arrive(order, damaged=damaged, **units)


def span(first: float = 60, last: float = 0) -> Span:
    today = clock.today()
    return Span(today - timedelta(days=first), today - timedelta(days=last))


def score(at: str = "ACME", of: Span | None = None) -> Score:
    return next(one for one in scores(of or span(), SYSTEM) if one.code == at)


def text_of(answer) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


def test_on_time_and_in_full_is_all_of_it_undamaged_by_the_first_promise():
    in_time, late, short, damaged = (ordered(30, MUG=10) for _ in range(4))
    came(in_time, 21, MUG=10)
    came(late, 21, MUG=6)
    came(late, 17, MUG=4)  # three days late
    came(short, 22, MUG=7)
    came(damaged, 22, MUG=10, damaged=1)
    ordered(5, MUG=10)  # not due yet
    one = score()
    assert (one.lines, one.otif, one.in_full) == (4, 1, 2)
    assert (one.ordered, one.in_time) == (40, 10 + 6 + 7 + 9)
    assert one.otif_percent == 25
    assert one.days_late == 3
    assert (one.received, one.damaged, one.defect_percent) == (37, 1, 2.7)


def test_what_is_all_there_before_its_day_counts_already():
    came(ordered(3, MUG=10), 1, MUG=10)
    assert score(of=span(60, -30)).otif == 1


def test_a_later_promise_does_not_help():
    order = ordered(30, MUG=10)
    with days_ago(25):
        line = PurchaseLine.objects.get(order=order)
        later = clock.today() + timedelta(days=20)
        promise_purchase(order.pk, line.sku_id or 0, day=later, reason="A strike")
    came(order, 15, MUG=10)
    assert score().otif == 0
    assert score().days_late == 5


def test_lead_times_from_sending_to_taking_in():
    for days in (4, 6, 8, 10, 20):
        came(ordered(40, MUG=1), 40 - days, MUG=1)
    one = score()
    assert (one.lead_median, one.lead_p90) == (8, 16)
    assert one.lead_spread == 11.2


def test_prices_beside_the_last_ones_before():
    with days_ago(200):
        agreement("MUG", tiers=[(1, "4.00")])
    ordered(150, MUG=10)
    line = PurchaseLine.objects.get()
    assert score(of=span(200, 100)).price_drift is None  # nothing to compare with
    dearer = ordered(30, MUG=10)
    PurchaseLine.objects.filter(order=dearer).update(price=line.price * 110 / 100)
    assert score().price_drift_percent == 10


def test_drafts_cancelled_and_other_days_are_left_out():
    ordered(200, MUG=3)
    draft(MUG=3)
    assert scores(span(), SYSTEM) == []
    assert score(of=span(300, 100)).otif == 0


def test_the_worst_first_and_only_what_one_reaches():
    came(ordered(30, MUG=5), 25, MUG=5)
    ordered(30, at="LATE", MUG=5, to="BER")
    assert [one.code for one in scores(span(), SYSTEM)] == ["LATE", "ACME"]
    far = someone(Role.BUYER, all_warehouses=False)
    WarehouseAccess.objects.create(user=far, warehouse=warehouse("LON"))
    assert [one.code for one in scores(span(), person(far))] == ["ACME"]
    assert not lines_behind(span(), person(far), vendor("LATE")).exists()


@pytest.mark.parametrize(
    "asked", [{"from": "x"}, {"to": "2026-02-30"}, {"from": "2026-02-02", "to": "2026-02-01"},
              {"from": "2020-01-01", "to": "2026-01-01"}, {"from": "0001-01-01"}]
)  # fmt: skip
def test_no_span(asked):
    with pytest.raises(BadValue):
        span_of(asked)


def test_on_pages_and_over_the_api():
    came(ordered(30, MUG=10), 17, MUG=10)
    short = ordered(30, CUP=5)
    came(short, 22, CUP=2)
    with acting(SYSTEM):
        close_purchase(short.pk, reason="sold out")
    ordered(30, JUG=1)
    client = Client()
    client.force_login(someone(Role.BUYER))
    there = f"/purchasing/scorecards/{vendor().public_id}/"
    assert "Acme Ltd" in text_of(client.get("/purchasing/scorecards/"))
    page = text_of(client.get(there))
    for said in ("3 days late", "Came short", "Overdue", "Score"):
        assert said in page
    assert client.get(f"{there}?from=nonsense").status_code == 422
    assert "Nothing was promised" in text_of(client.get(f"{there}?to=2020-01-01"))
    assert "scorecards" in client.get(vendor().get_absolute_url()).content.decode()

    api = caller(someone(Role.BUYER))
    one = api.get(f"/api/v1/vendors/{vendor().public_id}/scorecard").json()
    assert (one["lines"], one["otif"], one["otif_percent"]) == (3, 0, 0)
    assert api.get("/api/v1/vendors/scorecards").json()[0]["vendor"] == vendor().public_id
    quiet = api.get(f"/api/v1/vendors/{vendor('NEW').public_id}/scorecard").json()
    assert (quiet["lines"], quiet["otif_percent"], quiet["lead_median"]) == (0, None, None)
    assert api.get("/api/v1/vendors/scorecards?from=2020-01-01").status_code == 422
