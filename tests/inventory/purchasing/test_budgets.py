"""Budgets: what is used of them, and whom an order over budget has to ask."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from core import clock
from core.actor import acting, person
from core.approvals import decide_approval
from core.errors import BadValue
from core.models import User
from core.money import Money
from core.roles import Role
from inventory.budget_use import (
    committed_lines,
    month_of,
    months_of,
    needs_of,
    next_month,
    received_lines,
    uses,
)
from inventory.models import Budget, CostCenter
from inventory.operations.purchasing.approve import approve_purchase
from inventory.operations.purchasing.budgets import save_cost_center, set_budget
from inventory.operations.purchasing.draft import change_purchase
from inventory.operations.purchasing.end import cancel_purchase, close_purchase, promise_purchase
from inventory.operations.purchasing.rates import set_rate
from opsmgr.demo.budgets import leave_budgets
from tests.builders.api import caller
from tests.builders.inventory import warehouse
from tests.builders.people import someone
from tests.builders.purchasing import agreement, arrive, budgeted, draft, sent, vendor
from tests.races import at_once

GBP = "GBP"


def gbp(amount: str) -> Money:
    return Money.of(amount, GBP)


def this_month() -> date:
    return month_of(clock.today())


def total(name: str) -> Money:
    first = this_month()
    found = uses(first, next_month(next_month(first)))
    return sum((getattr(use, name) for use in found), gbp("0"))


@pytest.mark.django_db
def test_what_is_approved_is_committed_until_it_comes_in_at_its_cost():
    budgeted("SHOP", "500")
    draft(MUG=5)  # a draft commits nothing
    order = sent(MUG=10)  # 4.00 each
    assert (total("committed"), total("received")) == (gbp("40"), gbp("0"))
    arrive(order, MUG=4)
    assert (total("committed"), total("received")) == (gbp("24"), gbp("16"))
    close_purchase(order.pk, reason="No more")
    assert (total("committed"), total("received")) == (gbp("0"), gbp("16"))
    assert total("left") == gbp("1484")


@pytest.mark.django_db
def test_another_currency_counts_at_the_rate_of_the_order():
    budgeted("SHOP", "500")
    set_rate("EUR", rate="0.5", day=clock.today())
    vendor("LUX", currency="EUR")
    agreement("MUG", at="LUX", currency="EUR", tiers=[(1, "3.33")])
    sent(at="LUX", MUG=3)
    assert total("committed") == gbp("5.00")  # 9.99 EUR


@pytest.mark.django_db
def test_cancelled_orders_give_back_what_they_had_committed():
    budgeted("SHOP", "500")
    order = sent(MUG=10)
    cancel_purchase(order.pk, reason="Too many")
    assert total("committed") == gbp("0")


@pytest.mark.django_db
def test_overdue_goods_count_now_and_later_ones_in_their_month():
    center = budgeted("SHOP", "500")
    with clock.pinned(clock.now() - timedelta(days=70)):
        sent(MUG=10)  # promised for a month that is over
    later = sent(CUP=10)
    far = next_month(next_month(this_month()))
    promise_purchase(later.pk, later.lines.get().sku_id, day=far, reason="kiln")
    by_month = {use.month: use.committed for use in uses(this_month(), far)}
    assert (by_month[this_month()], by_month[far]) == (gbp("40"), gbp("40"))
    mine = person(someone(Role.BUYER))
    assert [line.sku.code for line in committed_lines(center, this_month(), mine)] == ["MUG"]
    assert [line.sku.code for line in committed_lines(center, far, mine)] == ["CUP"]


@pytest.mark.django_db
def test_what_came_in_stands_behind_its_month():
    center = budgeted("SHOP", "500")
    arrive(sent(MUG=10), MUG=4)
    mine = person(someone(Role.BUYER))
    assert [row.cost for row in received_lines(center, this_month(), mine)] == [gbp("16")]
    assert list(received_lines(center, next_month(this_month()), mine)) == []


@pytest.mark.django_db
def test_an_order_within_the_budget_is_approved_alone():
    budgeted("SHOP", "40")
    order = draft(MUG=10)
    assert [need.left_after for need in needs_of(order)] == [gbp("0")]
    with acting(person(someone(Role.BUYER))):
        assert approve_purchase(order.pk).approval is None


@pytest.mark.django_db
def test_one_penny_over_the_budget_asks_a_second_person_whatever_ones_limit():
    budgeted("SHOP", "39.99")
    order = draft(MUG=10)
    boss, other = someone(Role.MANAGER), someone(Role.FINANCE)
    with acting(person(boss)):
        asked = approve_purchase(order.pk).approval
    assert asked is not None
    month = f"{month_of(order.lines.get().promised):%Y-%m}"
    assert asked.facts[f"budget {month}"] == "£39.99 left; needs £40.00: over budget"
    order.refresh_from_db()
    assert order.status == "draft"
    with acting(person(other)):
        decide_approval(asked.pk, approve=True)
    order.refresh_from_db()
    assert order.status == "approved"
    assert total("left") == gbp("79.97")  # three months, one of them a penny over


@pytest.mark.django_db
def test_a_month_or_an_order_without_a_budget_is_not_limited():
    budgeted("SHOP")
    order, free = draft(MUG=10), draft(CUP=10)
    change_purchase(free.pk, {"cost_center": ""})
    assert needs_of(CostCenter.objects.get().orders.get(pk=order.pk))[0].left_after is None
    with acting(person(someone(Role.BUYER))):
        assert approve_purchase(order.pk).approval is None
        assert approve_purchase(free.pk).approval is None
    assert total("committed") == gbp("40")


@pytest.mark.django_db(transaction=True)
def test_of_two_orders_approved_at_once_for_the_last_of_a_budget_one_asks():
    budgeted("SHOP", "70")
    orders, asked = [draft(MUG=10), draft(CUP=10)], []
    buyer = person(someone(Role.BUYER))

    def approve() -> None:
        order = orders.pop()
        with acting(buyer):
            asked.append(approve_purchase(order.pk).approval is not None)

    assert at_once(2, approve) == []
    assert sorted(asked) == [False, True]


@pytest.mark.django_db
def test_an_order_for_a_warehouse_starts_with_its_cost_center_and_may_have_another():
    center, other = budgeted("SHOP"), budgeted("FAIR", at="MAN")
    order = draft(MUG=1)
    assert order.cost_center == center
    assert change_purchase(order.pk, {"cost_center": "FAIR"}).cost_center == other
    save_cost_center({"active": False}, cost_center_id=center.pk)
    assert draft(MUG=1).cost_center is None
    with pytest.raises(BadValue, match="no cost center SHOP in use"):
        change_purchase(order.pk, {"cost_center": "SHOP"})


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"code": "NEW"}, "name"),
        ({"code": "SHOP", "name": "Again"}, "code"),
        ({"code": "NEW", "name": "New", "warehouse": "LON"}, "warehouse"),
        ({"code": "NEW", "name": "New", "warehouse": "NOWHERE"}, "warehouse"),
        ({"code": "=1", "name": "New"}, "code"),
        ({"code": "NEW", "name": "New", "color": "red"}, "color"),
    ],
)
def test_a_cost_center_that_will_not_do_is_refused_by_field(given, field):
    budgeted("SHOP")
    with pytest.raises(BadValue) as told:
        save_cost_center(given)
    assert told.value.facts["field"] == field
    assert CostCenter.objects.count() == 1


@pytest.mark.django_db
def test_a_budget_is_money_of_the_company_for_a_month():
    center, month = budgeted("SHOP"), this_month()
    for wrong in ({"amount": Money.of("5", "EUR")}, {"amount": gbp("-1")}):
        with pytest.raises(BadValue, match="Give 0 or more in GBP"):
            set_budget(center.pk, month=month, **wrong)
    with pytest.raises(BadValue, match="first day"):
        set_budget(center.pk, month=month.replace(day=2), amount=gbp("5"))
    with pytest.raises(IntegrityError), transaction.atomic():
        Budget.objects.create(cost_center=center, month=month.replace(day=2), amount=gbp("5"))
    set_budget(center.pk, month=month, amount=gbp("0"))
    assert uses(month, month)[0].budget == gbp("0")
    set_budget(center.pk, month=month, amount=None)
    assert uses(month, month)[0].budget is None


@pytest.mark.parametrize(
    "asked", [{"from": "2026-13"}, {"from": "x"}, {"from": "2026-05", "to": "2026-04"},
              {"from": "2020-01", "to": "2026-04"}, {"from": "0001-01"}],
)  # fmt: skip
def test_months_that_are_none_are_refused(asked):
    with pytest.raises(BadValue):
        months_of(asked)


@pytest.mark.django_db
def test_the_api_sets_and_reads_them():
    warehouse("LON")
    api = caller(someone(Role.FINANCE))
    made = api.post("/api/v1/cost-centers", {"code": "SHOP", "name": "Shop", "warehouse": "LON"})
    assert made.status_code == 201
    month = f"{this_month():%Y-%m}"
    amount = {"amount": "50.00", "currency": "GBP"}
    body = {"cost_center": "SHOP", "month": month, "amount": amount}
    assert api.post("/api/v1/budgets", body).json()["open_to_buy"] == amount
    rows = api.get(f"/api/v1/budgets?from={month}&to={month}&cost_center=SHOP").json()
    assert [row["budget"] for row in rows] == [amount]
    assert api.post("/api/v1/budgets", body | {"cost_center": ""}).status_code == 422
    assert api.post("/api/v1/budgets", body | {"month": "May"}).status_code == 422
    assert api.get("/api/v1/budgets?cost_center=NONE").status_code == 404
    assert caller(someone(Role.BUYER)).post("/api/v1/budgets", body).status_code == 403


@pytest.mark.django_db
def test_pages_show_what_is_left_and_a_draft_what_it_would_use():
    center = budgeted("SHOP", "30")
    order = draft(MUG=10)
    client = Client()
    client.force_login(someone(Role.MANAGER))
    assert "Open to buy" in client.get("/purchasing/budgets/").content.decode()
    page = client.get(order.get_absolute_url()).content.decode()
    assert "more than is left of the budget" in page
    assert "Ask for approval" in page
    assert "-£10.00" in page
    month = f"{this_month():%Y-%m}"
    answer = client.post(
        f"{center.get_absolute_url()}set/", {"month": month, "amount": "1,500.00"}, follow=True
    )
    assert "£1,500.00" in answer.content.decode()
    odd = client.post(
        f"{center.get_absolute_url()}set/", {"month": month, "amount": "1,5"}, follow=True
    )
    assert "can be read in two ways" in odd.content.decode()
    terms = {"payment_days": 30, "incoterm": "", "tolerance_percent": 0, "tolerance_units": 0}
    save_cost_center({"active": False}, cost_center_id=center.pk)
    there = f"{order.get_absolute_url()}change/"
    client.post(there, terms | {"cost_center": "SHOP", "note": "Soon"})
    order.refresh_from_db()
    assert (order.cost_center, order.note) == (center, "Soon")  # what is not changed stays
    client.post(there, terms | {"cost_center": "", "note": ""})
    order.refresh_from_db()
    assert order.cost_center is None


@pytest.mark.django_db
def test_the_inbound_calendar_says_what_is_open_to_buy_to_who_may_know():
    budgeted("SHOP", "30")
    for role, told in ((Role.BUYER, True), (Role.PICKER, False)):
        client = Client()
        client.force_login(someone(role))
        answer = client.get("/orders/inbound/")
        assert ("Open to buy" in answer.content.decode()) is told


@pytest.mark.django_db
def test_the_demo_leaves_budgets_once():
    boss = someone(Role.MANAGER)
    User.objects.filter(pk=boss.pk).update(email="manager@example.com")
    sent(MUG=10)
    for _ in range(2):
        leave_budgets()
    assert Budget.objects.count() == 6
    assert total("committed") == gbp("40")


@pytest.mark.django_db
@pytest.mark.parametrize(
    "path",
    ["/budgets?cost_center=%00", "/budgets?from=%00", "/replenishment/advice?warehouse=%00",
     "/budgets?from=9999-12", "/cost-centers?code=%00"],
)  # fmt: skip
def test_nothing_that_is_asked_ends_in_a_500(path):
    assert caller(someone(Role.MANAGER)).get(path).status_code in {200, 400, 404, 422}
