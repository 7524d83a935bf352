from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction

from core import clock
from core.actor import Actor, acting, person
from core.approvals import decide_approval
from core.errors import BadValue, NotThere, SecondPersonNeeded
from core.models import Approval
from core.money import Money
from core.roles import Role
from inventory.errors import (
    NothingOrdered,
    OrderChanged,
    PurchaseMoveNotAllowed,
    UnitsMissing,
)
from inventory.models import PurchaseLine, PurchaseOrder, StockLevel, StockMovement
from inventory.operations.purchasing.approve import approve_purchase, reopen_purchase
from inventory.operations.purchasing.draft import (
    LineIn,
    change_purchase,
    draft_purchase,
    drop_purchase_line,
    set_purchase_line,
)
from inventory.operations.purchasing.end import cancel_purchase, close_purchase, promise_purchase
from inventory.operations.purchasing.rates import rate_on, set_rate
from inventory.operations.purchasing.send import send_purchase
from inventory.purchase_documents import draw_order, order_text
from tests.builders.inventory import sku, warehouse
from tests.builders.people import someone
from tests.builders.purchasing import agreement, arrive, draft, sent, vendor
from tests.races import at_once


def incoming(code: str = "MUG") -> int:
    return StockLevel.objects.get(sku__code=code).incoming


@pytest.mark.django_db
def test_lines_take_the_agreed_price_and_the_order_adds_up():
    agreement("MUG", tiers=[(1, "4"), (100, "3.333333")], vendor_code="M1", pack_units=12)
    order = draft(MUG=100, CUP=3)
    line = order.lines.get(sku__code="MUG")
    assert (line.total, line.vendor_code, line.packs) == (
        Money.of("333.33", "GBP"),
        "M1",
        "8 × 12 + 4",
    )
    assert order.total == Money.of("345.33", "GBP")
    assert line.promised == clock.today() + timedelta(days=14)
    assert line.first_promised is None


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("line", "field"),
    [
        ({"units": 0}, "units"),
        ({"units": -1}, "units"),
        ({"units": 1.5}, "units"),
        ({"units": 10**9 + 1}, "units"),
        ({"units": 7}, "units"),  # not a multiple of six
        ({"units": 6}, "units"),  # below the minimum
        ({"units": 12, "price": "-1"}, "price"),
        ({"units": 12, "price": "free"}, "price"),
        ({"units": 12, "price": "3.99"}, "reason"),
        ({"units": 12, "promised": "2020-01-01"}, "promised"),
        ({"units": 12, "promised": "soon"}, "promised"),
        ({"units": 12, "sku_id": 999_999}, "sku"),
    ],
)
def test_a_line_that_will_not_do_is_refused_with_its_field(line, field):
    made = agreement("MUG", minimum_units=12, multiple_units=6)
    with pytest.raises(BadValue) as refused:
        draft_purchase(
            made.vendor_id, warehouse("LON").pk, lines=[LineIn(**({"sku_id": made.sku_id} | line))]
        )
    assert refused.value.facts["field"] == f"lines.0.{field}"
    assert not PurchaseOrder.objects.exists()


@pytest.mark.django_db
def test_a_reason_lets_a_line_depart_from_what_is_agreed():
    order = draft(MUG=12)
    line = set_purchase_line(
        order.pk, LineIn(sku_id=sku("MUG").pk, units=5, price="3.5", reason="end of line")
    )
    assert (str(line.price), str(line.agreed_price)) == ("3.5", "4.000000")
    order.refresh_from_db()
    assert order.total == Money.of("17.50", "GBP")


@pytest.mark.django_db
def test_without_an_agreement_a_price_and_a_reason_are_needed():
    made, item = vendor(), sku("NEW")
    order = draft_purchase(made.pk, warehouse("LON").pk)
    with pytest.raises(BadValue, match="price"):
        set_purchase_line(order.pk, LineIn(sku_id=item.pk, units=5))
    with pytest.raises(BadValue, match="no price is agreed"):
        set_purchase_line(order.pk, LineIn(sku_id=item.pk, units=5, price="2"))
    set_purchase_line(order.pk, LineIn(sku_id=item.pk, units=5, price="2", reason="a trial"))
    drop_purchase_line(order.pk, item.pk)
    with pytest.raises(NotThere):
        drop_purchase_line(order.pk, item.pk)
    with pytest.raises(NothingOrdered):
        approve_purchase(order.pk)


@pytest.mark.django_db
def test_an_unknown_currency_or_rate_is_refused():
    with pytest.raises(BadValue, match="No rate of CHF"):
        draft_purchase(vendor("SWISS", currency="CHF").pk, warehouse("LON").pk)
    set_rate("CHF", rate="0.9", day=clock.today() - timedelta(days=3))
    set_rate("CHF", rate="0.8", day=clock.today() + timedelta(days=3))
    assert str(rate_on("CHF", clock.today()).normalize()) == "0.9"
    for bad in ("0", "-1", "x", "NaN", "1e9"):
        with pytest.raises(BadValue, match="rate"):
            set_rate("CHF", rate=bad, day=clock.today())
    with pytest.raises(BadValue, match="currency"):
        set_rate("GBP", rate="1", day=clock.today())


@pytest.mark.django_db
def test_an_order_goes_its_way_and_no_other():
    order = draft(MUG=5)
    for act in (send_purchase, close_purchase):
        with pytest.raises(PurchaseMoveNotAllowed):
            act(order.pk)
    approve_purchase(order.pk)
    with pytest.raises(PurchaseMoveNotAllowed):
        change_purchase(order.pk, {"note": "x"})
    assert reopen_purchase(order.pk).approved_at is None
    change_purchase(order.pk, {"note": "By the back door."})
    approve_purchase(order.pk)
    send_purchase(order.pk)
    for act in (send_purchase, reopen_purchase, approve_purchase):
        with pytest.raises(PurchaseMoveNotAllowed):
            act(order.pk)


@pytest.mark.django_db
def test_sending_makes_units_incoming_and_fixes_the_first_promise():
    order = sent(MUG=5)
    assert incoming() == 5
    line = order.lines.get()
    day = clock.today() + timedelta(days=30)

    promise_purchase(order.pk, line.sku_id, day=day, reason="port closed")

    line.refresh_from_db()
    order.refresh_from_db()
    assert (line.promised, line.first_promised) == (day, clock.today() + timedelta(days=14))
    assert order.expected_on == day
    with pytest.raises(DatabaseError), transaction.atomic():
        PurchaseLine.objects.update(first_promised=day)
    with pytest.raises(BadValue, match="day"):
        promise_purchase(order.pk, line.sku_id, day="2020-01-01")


@pytest.mark.django_db
def test_a_cancelled_order_is_no_longer_incoming():
    order = sent(MUG=5, CUP=2)
    with pytest.raises(BadValue, match="reason"):
        cancel_purchase(order.pk, reason=" ")
    cancel_purchase(order.pk, reason="found a better one")
    assert (incoming("MUG"), incoming("CUP")) == (0, 0)
    assert StockMovement.objects.filter(counter="incoming").count() == 4
    with pytest.raises(PurchaseMoveNotAllowed):
        cancel_purchase(order.pk, reason="again")


@pytest.mark.django_db
def test_an_order_is_closed_over_missing_units_only_with_a_reason():
    order = sent(MUG=10)
    arrive(order, MUG=7)
    with pytest.raises(UnitsMissing, match="3 units"):
        close_purchase(order.pk)
    with pytest.raises(PurchaseMoveNotAllowed):
        cancel_purchase(order.pk, reason="partly here")
    closed = close_purchase(order.pk, reason="sold out there")
    assert (closed.status, order.lines.get().units_missing, incoming()) == ("closed", 3, 0)


@pytest.mark.django_db
def test_what_is_within_the_tolerance_is_missed_without_a_word():
    vendor("ACME", tolerance_percent="5", tolerance_units=1)
    order = sent(MUG=100)
    arrive(order, MUG=95)
    assert close_purchase(order.pk).status == "closed"


def _over_limit(buyer):
    with acting(person(buyer)):
        order = draft(MUG=600)  # 2400.00, a buyer approves 2000.00
        return order, approve_purchase(order.pk)


@pytest.mark.django_db
def test_above_the_limit_a_second_person_decides():
    buyer, manager = someone(Role.BUYER, Role.FINANCE), someone(Role.MANAGER)
    agreement("MUG")
    order, outcome = _over_limit(buyer)
    assert outcome.order.status == "draft"
    assert outcome.approval.facts["limit"] == {"amount": "2000.00", "currency": "GBP"}

    with acting(person(buyer)), pytest.raises(SecondPersonNeeded):
        decide_approval(outcome.approval.pk, approve=True)
    with acting(person(manager)):
        decide_approval(outcome.approval.pk, approve=True)

    order.refresh_from_db()
    assert (order.status, order.approved_by) == ("approved", manager)


@pytest.mark.django_db
def test_below_the_limit_one_person_is_enough():
    agreement("MUG")
    with acting(person(someone(Role.BUYER))):
        assert approve_purchase(draft(MUG=500).pk).order.status == "approved"
    assert not Approval.objects.exists()


@pytest.mark.django_db
def test_whoever_drafted_it_is_not_the_second_person_whoever_asked():
    agreement("MUG")
    drafter, asker = someone(Role.MANAGER), someone(Role.BUYER)
    with acting(person(drafter)):
        order = draft(MUG=600)
    with acting(person(asker)):
        approval = approve_purchase(order.pk).approval
    with acting(person(drafter)), pytest.raises(SecondPersonNeeded):
        decide_approval(approval.pk, approve=True)


@pytest.mark.django_db
def test_what_was_changed_after_asking_is_not_approved_unseen():
    agreement("MUG")
    order, outcome = _over_limit(someone(Role.BUYER))
    set_purchase_line(order.pk, LineIn(sku_id=sku("MUG").pk, units=6000))
    with acting(person(someone(Role.MANAGER))), pytest.raises(OrderChanged, match="24,000"):
        decide_approval(outcome.approval.pk, approve=True)
    order.refresh_from_db()
    assert order.status == "draft"


@pytest.mark.django_db
def test_a_limit_counts_in_the_companys_currency():
    set_rate("JPY", rate="0.005", day=clock.today())
    agreement("MUG", at=vendor("TOKYO", currency="JPY").code, tiers=[(1, "500")])
    with acting(person(someone(Role.BUYER))):
        order = draft(at="TOKYO", MUG=600)  # 300,000 JPY are 1500 GBP
        assert order.company_total == Money.of("1500", "GBP")
        assert approve_purchase(order.pk).approval is None


@pytest.mark.django_db
def test_a_buyer_of_another_warehouse_does_not_find_it():
    order = draft(MUG=5)
    may = frozenset({"inventory.draft_purchase", "inventory.send_purchase"})
    elsewhere = Actor(
        name="person:1", permissions=may, reach={"warehouse_id": {order.warehouse_id + 1}}
    )
    with acting(elsewhere):
        for act in (send_purchase, reopen_purchase):
            with pytest.raises(NotThere):
                act(order.pk)
        with pytest.raises(NotThere):
            draft_purchase(order.vendor_id, order.warehouse_id)


@pytest.mark.django_db(transaction=True)
def test_of_eight_people_who_send_at_once_one_does():
    """Control: without the lock on the order the one mail per order is an error of the database."""
    order = draft(MUG=5)
    approve_purchase(order.pk)
    refused = at_once(8, lambda: send_purchase(order.pk))
    assert [type(one) for one in refused] == [PurchaseMoveNotAllowed] * 7
    assert incoming() == 5


@pytest.mark.django_db
def test_the_paper_is_the_same_each_time_and_of_several_pages():
    codes = {f"LONG-{number}": 2 for number in range(60)}
    order = draft(**codes)
    change_purchase(order.pk, {"note": "Please ring: Łódź café 東京"})
    order = PurchaseOrder.objects.for_list().get(pk=order.pk)
    first = draw_order(order_text(order))
    assert first == draw_order(order_text(order))
    assert first.startswith(b"%PDF")
    assert first.count(b"/Type /Page\n") >= 2
