"""Vendors that are to become better, or to go."""

from datetime import timedelta

import pytest
from django.test import Client

from core import clock
from core.actor import SYSTEM
from core.errors import BadValue
from core.money import Money
from core.roles import Role
from inventory.errors import NoAlternative, PlanOpen, PlanOver, VendorEnded, VendorStillNeeded
from inventory.exit_check import exit_check
from inventory.models import ImprovementPlan, Vendor
from inventory.operations.purchasing.disputes import close_dispute, open_dispute
from inventory.operations.purchasing.end import close_purchase
from inventory.operations.purchasing.plans import end_plan, start_plan
from inventory.operations.purchasing.rates import set_rate
from inventory.operations.purchasing.vendors import change_vendor, end_vendor
from tests.builders.api import caller
from tests.builders.people import someone
from tests.builders.purchasing import agreement, arrive, billed, sent, vendor
from tests.races import at_once

pytestmark = pytest.mark.django_db


def plan(made: Vendor, **given) -> ImprovementPlan:
    told = {
        "goal": "Deliver in time", "measure": "otif_percent", "target": "90",
        "due_on": clock.today() + timedelta(days=90),
    }  # fmt: skip
    return start_plan(made.pk, told | given)


def test_the_exit_check_says_what_is_open_who_else_sells_it_and_what_that_costs():
    order = sent(MUG=10, CUP=5)
    arrive(order, MUG=10)
    set_rate("EUR", rate="0.5", day=clock.today())
    vendor("DEAR"), vendor("LUX", currency="EUR")
    agreement("MUG", at="DEAR", tiers=[(1, "5"), (100, "1")])
    agreement("MUG", at="LUX", currency="EUR", tiers=[(1, "9")])
    found = exit_check(order.vendor, SYSTEM)
    assert (found.orders, found.bills, found.disputes, found.blocked) == (1, 0, 0, True)
    cup, mug = found.items
    assert (cup.sku.code, cup.other, cup.extra) == ("CUP", None, None)
    assert (mug.other.code, mug.other_price, mug.dearer_percent) == ("LUX", 4.5, 12.5)
    assert (mug.bought, mug.on_hand, mug.extra) == (10, 10, Money.of("5", "GBP"))
    assert found.extra == Money.of("5", "GBP")


def test_it_is_not_ended_while_orders_bills_or_disputes_are_open():
    order = sent(MUG=10)
    bill = billed(order, MUG=10)
    one = open_dispute(order.pk, {"kind": "late", "about": "x", "amount": Money.of("1", "GBP")})
    close_purchase(order.pk, reason="No more")
    with pytest.raises(VendorStillNeeded, match=rf"bills \({bill.number}\) and 1 open disputes"):
        end_vendor(order.vendor_id, reason="Enough")
    close_dispute(one.pk, outcome="theirs", note="So be it")
    with pytest.raises(VendorStillNeeded, match="open bills"):
        change_vendor(order.vendor_id, {"status": "ended"})


def test_skus_that_come_from_it_alone_need_a_word():
    made = agreement("MUG").vendor
    plan(made)
    with pytest.raises(NoAlternative, match="1 SKUs come from Acme Ltd alone"):
        change_vendor(made.pk, {"status": "ended"})
    with pytest.raises(BadValue):
        end_vendor(made.pk, reason=" ")
    ended = end_vendor(made.pk, reason="We make them ourselves")
    assert (ended.status, ended.end_reason) == ("ended", "We make them ourselves")
    assert ImprovementPlan.objects.get().state == "dropped"
    with pytest.raises(BadValue, match="ended already"):
        end_vendor(made.pk, reason="Again")
    with pytest.raises(VendorEnded):
        plan(made)


def test_a_plan_puts_on_watch_and_the_scorecard_judges_it():
    made = vendor("ACME", lead_time_days=5)
    with clock.pinned(clock.now() - timedelta(days=30)):
        one = plan(made)
        with pytest.raises(PlanOpen):
            plan(made)
        with pytest.raises(BadValue, match="Nothing was due"):
            end_plan(one.pk)
        order = sent(MUG=10)
    made.refresh_from_db()
    assert made.status == "on_watch"
    with clock.pinned(clock.now() - timedelta(days=27)):
        arrive(order, MUG=10)
    done = end_plan(one.pk, note="Well done")
    assert (done.state, done.measured) == ("met", 100)
    made.refresh_from_db()
    assert made.status == "active"
    with pytest.raises(PlanOver, match="met"):
        end_plan(one.pk)


def test_a_plan_that_is_missed_leaves_it_on_watch():
    made = vendor("ACME", lead_time_days=5)
    with clock.pinned(clock.now() - timedelta(days=30)):
        one = plan(made)
        sent(MUG=10)  # never comes
    assert end_plan(one.pk).state == "missed"
    made.refresh_from_db()
    assert made.status == "on_watch"


def test_defects_are_judged_the_other_way_round():
    made = vendor("ACME")
    with clock.pinned(clock.now() - timedelta(days=9)):
        one = plan(made, measure="defect_percent", target="5")
        arrive(sent(MUG=100), MUG=100, damaged=4)
    assert end_plan(one.pk).state == "met"


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"goal": ""}, "goal"),
        ({"measure": "smile"}, "measure"),
        ({"target": None}, "target"),
        ({"target": "101"}, "target"),
        ({"due_on": None}, "due_on"),
        ({"due_on": "2020-01-01"}, "due_on"),
        ({"shoe_size": 44}, "shoe_size"),
    ],
)
def test_a_plan_that_will_not_do_is_refused_by_field(given, field):
    with pytest.raises(BadValue) as told:
        plan(vendor("ACME"), **given)
    assert told.value.facts["field"] == field


@pytest.mark.django_db(transaction=True)
def test_of_two_plans_at_once_one_is_told():
    made = vendor("ACME")
    assert [type(one) for one in at_once(2, lambda: plan(made))] == [PlanOpen]


def test_the_pages_show_plan_and_exit_check_and_act():
    made = agreement("MUG").vendor
    client = Client()
    client.force_login(someone(Role.BUYER))
    body = {
        "goal": "Fewer delays", "measure": "otif_percent", "target": "95",
        "due_on": clock.today() + timedelta(days=30),
    }  # fmt: skip
    client.post(f"{made.get_absolute_url()}plan/", body)
    assert "Fewer delays" in client.get(made.get_absolute_url()).content.decode()
    client.post(f"{made.get_absolute_url()}plan/end/", {"drop": "yes", "note": "Too strict"})
    assert "Too strict" in client.get(made.get_absolute_url()).content.decode()
    page = client.get(f"{made.get_absolute_url()}exit/").content.decode()
    assert "Some SKUs come from it alone" in page
    client.post(f"{made.get_absolute_url()}exit/", {"reason": "Elsewhere"})
    assert "Elsewhere" in client.get(made.get_absolute_url()).content.decode()


def test_the_api_plans_checks_and_ends():
    made = agreement("MUG").vendor
    api, viewer = caller(someone(Role.BUYER)), caller(someone(Role.FINANCE))
    there = f"/api/v1/vendors/{made.public_id}"
    body = {
        "goal": "Fewer delays", "measure": "otif_percent", "target": "95",
        "due_on": f"{clock.today() + timedelta(days=30)}",
    }  # fmt: skip
    assert api.post(f"{there}/plans", body).status_code == 201
    assert api.post(f"{there}/plans", body).json()["code"] == "plan_open"
    assert api.post(f"{there}/plans/end", {}).status_code == 422
    ended = api.post(f"{there}/plans/end", {"drop": True, "note": "No"}).json()
    assert ended["state"] == "dropped"
    assert api.post(f"{there}/plans/end", {}).status_code == 422
    check = api.get(f"{there}/exit").json()
    assert [(item["sku"], item["other"]) for item in check["items"]] == [("MUG", None)]
    assert api.post(f"{there}/exit", {}).status_code == 422
    assert api.post(f"{there}/exit", {"reason": "Elsewhere"}).json()["status"] == "ended"
    assert viewer.get(f"{there}/exit").status_code == 200
    assert viewer.post(f"{there}/exit", {"reason": "x"}).status_code == 403
