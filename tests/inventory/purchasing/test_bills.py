"""Vendors' bills: matched with order and receipts, accepted by whoever may, paid once."""

import io
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.test import Client
from PIL import Image

from core import clock
from core.actor import acting, person
from core.approvals import decide_approval
from core.errors import BadValue, SecondPersonNeeded
from core.models import User
from core.money import Money
from core.roles import Role
from inventory.errors import BillChanged, BillKnown, BillMoveNotAllowed, PurchaseMoveNotAllowed
from inventory.handlers import match_bills_with_what_came
from inventory.models import Bill, Dispute, Receipt
from inventory.operations.purchasing.bills import (
    BilledLine,
    Charge,
    accept_bill,
    cancel_bill,
    enter_bill,
    pay_bill,
)
from inventory.operations.purchasing.matching import match_bills
from inventory.operations.purchasing.rates import set_rate
from inventory.operations.purchasing.vendors import change_vendor
from inventory.purchase_books import _bills
from opsmgr.demo.bills import leave_bills
from tests.builders.api import caller
from tests.builders.inventory import sku
from tests.builders.people import someone
from tests.builders.purchasing import agreement, arrive, billed, budgeted, draft, sent, vendor
from tests.races import at_once


def gbp(amount: str) -> Money:
    return Money.of(amount, "GBP")


def again(bill: Bill) -> Bill:
    bill.refresh_from_db()
    return bill


def entered(order, lines=(), *, charges=(), document=None, **given):
    told = {"number": "R-1", "billed_on": clock.today(), "total": gbp("40")} | given
    found = [
        BilledLine(sku_id=sku(code).pk if code else 0, units=units, price=price)
        for code, units, price in lines
    ]
    return enter_bill(order.pk, lines=found, charges=charges, given=told, document=document)


def ten(price: str = "4", units: float = 10, code: str = "MUG") -> list[tuple]:
    return [(code, units, price)]


@pytest.mark.django_db
def test_what_was_ordered_and_has_come_is_to_be_paid():
    order = sent(MUG=10)
    arrive(order, MUG=10)
    bill = billed(order, MUG=10)
    assert (bill.status, bill.difference, bill.right_first) == ("to_pay", gbp("0"), True)
    assert (bill.total, bill.payable) == (gbp("40"), gbp("40"))
    assert bill.due_on == bill.billed_on + timedelta(days=order.payment_days)
    paid = pay_bill(bill.pk, paid_on=clock.today(), reference="B-7")
    assert (paid.status, paid.paid_reference) == ("paid", "B-7")
    with pytest.raises(BillMoveNotAllowed, match="is paid"):
        pay_bill(bill.pk, paid_on=clock.today())


@pytest.mark.django_db
def test_a_bill_waits_for_goods_that_are_still_to_come_and_is_matched_when_they_do():
    order = sent(MUG=10)
    arrive(order, MUG=4)
    bill = billed(order, MUG=10)
    assert (bill.status, bill.difference, bill.right_first) == ("waiting", gbp("24"), True)
    assert bill.lines.get().finding == "6 units are still to come."
    arrive(order, MUG=6)
    receipt = Receipt.objects.order_by("-id").first()
    fact = type("Fact", (), {"purchase_order_id": order.pk, "receipt_id": receipt.pk})
    for _ in range(2):  # events may come twice
        match_bills_with_what_came(fact)
    assert (again(bill).status, bill.difference) == ("to_pay", gbp("0"))


@pytest.mark.django_db
def test_damaged_and_missing_units_are_not_to_be_paid():
    order = sent(MUG=10)
    arrive(order, MUG=10, damaged=2)
    bill = billed(order, MUG=10)
    assert (bill.status, bill.difference, bill.right_first) == ("differs", gbp("8"), False)
    assert bill.lines.get().finding == "2 units were billed that have not come."


@pytest.mark.django_db
def test_a_higher_price_differs_beyond_the_tolerance_and_a_lower_one_never():
    vendor("ACME", price_tolerance_percent="5")
    order = sent(MUG=10)
    arrive(order, MUG=10)
    dear = billed(order, MUG=2, price="4.21")
    assert (dear.status, dear.difference) == ("differs", gbp("0.42"))
    assert dear.lines.get().finding == "Ordered at 4.00."
    assert billed(order, MUG=2, price="4.20").status == "to_pay"
    assert billed(order, MUG=2, price="3.00").status == "to_pay"


@pytest.mark.django_db
def test_what_has_come_belongs_to_the_oldest_bill():
    order = sent(MUG=10)
    arrive(order, MUG=6)
    first, second = billed(order, MUG=4), billed(order, MUG=4)
    assert (first.status, second.status, second.difference) == ("to_pay", "waiting", gbp("8"))
    third = billed(order, MUG=4)  # two of these are on no order any more
    assert (third.status, third.difference) == ("differs", gbp("16"))
    line = third.lines.get()
    assert (line.billed_before, line.units_over, line.units_expected) == (8, 4, 2)
    cancel_bill(first.pk, reason="Sent twice")
    assert (again(second).status, again(third).status) == ("to_pay", "waiting")


@pytest.mark.django_db
def test_charges_that_nobody_ordered_differ():
    order = sent(MUG=10)
    arrive(order, MUG=10)
    bill = billed(order, MUG=10, charge="5.50")
    assert (bill.status, bill.difference, bill.net) == ("differs", gbp("5.50"), gbp("45.50"))


@pytest.mark.django_db
def test_parts_of_a_line_add_up_to_its_last_minor_unit():
    agreement("MUG", tiers=[(1, "0.333333")])
    order = sent(MUG=100)
    arrive(order, MUG=33)
    bill = entered(order, ten("0.333333", 100), total=gbp("33.33"))
    line = bill.lines.get()
    assert line.units_difference + gbp("10.99") == line.total == gbp("33.33")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"number": ""}, "number"),
        ({"number": "=1"}, "number"),
        ({"billed_on": None}, "billed_on"),
        ({"billed_on": "2999-01-01"}, "billed_on"),
        ({"due_on": "1999-01-01"}, "due_on"),
        ({"total": gbp("41")}, "total"),
        ({"total": Money.of("40", "EUR")}, "total"),
        ({"total": None}, "total"),
        ({"tax": gbp("-1")}, "tax"),
        ({"tax": gbp("1")}, "total"),
        ({"lines": []}, "lines"),
        ({"lines": ten(units=0)}, "lines.0.units"),
        ({"lines": ten(units=-1)}, "lines.0.units"),
        ({"lines": ten(units=1.5)}, "lines.0.units"),
        ({"lines": ten(units=10**10)}, "lines.0.units"),
        ({"lines": ten("-1")}, "lines.0.price"),
        ({"lines": ten("many")}, "lines.0.price"),
        ({"lines": ten("999999999", 10**9)}, "lines"),
        ({"lines": ten() * 2}, "lines.1.sku"),
        ({"lines": ten(code="")}, "lines.0.sku"),
        ({"charges": [Charge(text="", amount="1")]}, "charges.0.text"),
        ({"charges": [Charge(text="Freight", amount="0.001")]}, "charges.0.amount"),
        ({"charges": [Charge(text="Freight", amount="1")] * 21}, "charges"),
        ({"shoe_size": 44}, "shoe_size"),
    ],
)  # fmt: skip
def test_what_will_not_do_is_refused_by_field_and_nothing_is_entered(given, field):
    order = sent(MUG=10)
    with pytest.raises(BadValue) as told:
        entered(order, **({"lines": given.pop("lines", ten())} | given))
    assert told.value.facts["field"] == field
    assert not Bill.objects.exists()


@pytest.mark.django_db
def test_only_orders_that_were_sent_are_billed_and_a_number_counts_once_for_an_order():
    with pytest.raises(PurchaseMoveNotAllowed, match="billed"):
        entered(draft(MUG=10), ten())
    order = sent(MUG=10)
    bill = entered(order, ten(units=1), total=gbp("4"))
    with pytest.raises(BillKnown, match="is entered already"):
        entered(order, ten(units=1), total=gbp("4"), number="r-1")
    assert entered(sent(MUG=10), ten(units=1), total=gbp("4"))  # a bill for several orders
    cancel_bill(bill.pk, reason="A typing mistake")
    assert entered(order, ten(units=2), total=gbp("8"))


@pytest.mark.django_db(transaction=True)
def test_of_two_who_enter_a_bill_at_once_one_is_told():
    order = sent(MUG=10)
    refused = at_once(2, lambda: entered(order, ten()))
    assert [type(one) for one in refused] == [BillKnown]
    assert Bill.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_bills_entered_at_once_never_count_the_same_units():
    order, numbers = sent(MUG=10), iter(["A", "B", "C", "D"])
    arrive(order, MUG=10)
    assert at_once(4, lambda: billed(order, MUG=10, number=next(numbers))) == []
    assert sorted(Bill.objects.values_list("status", flat=True)) == ["differs"] * 3 + ["to_pay"]


@pytest.mark.django_db(transaction=True)
def test_a_bill_entered_while_its_goods_come_in_is_matched_with_them():
    for number in range(3):
        order, acts = sent(MUG=10), iter(range(2))

        def act(order=order, acts=acts, number=number):
            if next(acts):
                arrive(order, MUG=10)
                match_bills(order.pk)  # what the event does
            else:
                billed(order, MUG=10, number=f"X-{number}")

        assert at_once(2, act) == []
        assert order.bills.get().status == "to_pay"


@pytest.mark.django_db
def test_the_database_holds_what_adds_up():
    bill = billed(sent(MUG=10), MUG=10)
    for wrong in ({"net": gbp("1")}, {"status": "paid"}, {"paid_on": clock.today()}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Bill.objects.filter(pk=bill.pk).update(**wrong)


@pytest.mark.django_db
def test_within_ones_limit_a_difference_is_accepted_above_it_somebody_else_is_asked():
    order = sent(MUG=2000)
    small = billed(order, MUG=1, charge="50")
    big = billed(order, MUG=1, charge="2500")
    asking, boss = someone(Role.MANAGER), someone(Role.MANAGER)
    with acting(person(asking)):
        assert accept_bill(small.pk, reason="Agreed by telephone").bill.status == "to_pay"
        asked = accept_bill(big.pk, reason="Express")
        assert asked.approval is not None
        with pytest.raises(SecondPersonNeeded):
            decide_approval(asked.approval.pk, approve=True)
    assert again(big).status == "differs"
    with acting(person(boss)):
        decide_approval(asked.approval.pk, approve=True)
    assert (again(big).status, big.accepted_by, big.accepted_reason) == ("to_pay", boss, "Express")


@pytest.mark.django_db
def test_what_differs_otherwise_by_now_is_not_accepted_unseen():
    order = sent(MUG=1000)
    bill = billed(order, MUG=1000)
    with acting(person(someone(Role.BUYER))):
        approval = accept_bill(bill.pk, reason="They want it before").approval
    assert approval is not None
    arrive(order, MUG=10)
    match_bills(order.pk)
    with acting(person(someone(Role.MANAGER))), pytest.raises(BillChanged):
        decide_approval(approval.pk, approve=True)
    assert again(bill).status == "waiting"


@pytest.mark.django_db
def test_whoever_accepted_a_difference_does_not_pay_it():
    bill = billed(sent(MUG=10), MUG=10)
    clerk, other = someone(Role.FINANCE), someone(Role.FINANCE)
    with acting(person(clerk)):
        accept_bill(bill.pk, reason="Prepaid")
        with pytest.raises(SecondPersonNeeded):
            pay_bill(bill.pk, paid_on=clock.today())
    with acting(person(other)):
        with pytest.raises(BadValue, match="today or before"):
            pay_bill(bill.pk, paid_on=clock.today() + timedelta(days=1))
        assert pay_bill(bill.pk, paid_on=clock.today()).status == "paid"
    with pytest.raises(BillMoveNotAllowed):
        accept_bill(bill.pk, reason="Again")
    with pytest.raises(BillMoveNotAllowed):
        cancel_bill(bill.pk, reason="Again")


@pytest.mark.django_db
def test_what_was_accepted_stays_so_whatever_comes_in():
    order = sent(MUG=10)
    bill = billed(order, MUG=10)
    accept_bill(bill.pk, reason="Prepaid")
    change_vendor(order.vendor_id, {"price_tolerance_percent": "1"})
    match_bills(order.pk)
    assert (again(bill).status, bill.difference) == ("to_pay", gbp("40"))


@pytest.mark.django_db
def test_a_bill_in_another_currency_counts_in_the_budget_at_the_rate_of_its_day():
    budgeted("SHOP", "500")
    set_rate("EUR", rate="0.5", day=clock.today())
    vendor("LUX", currency="EUR")
    agreement("MUG", at="LUX", currency="EUR", tiers=[(1, "4")])
    order = sent(at="LUX", MUG=10)
    bill = billed(order, MUG=10)
    assert bill.company_net == gbp("20")
    api = caller(someone(Role.FINANCE))
    month = f"{clock.today():%Y-%m}"
    row = api.get(f"/api/v1/budgets?from={month}&to={month}").json()[0]
    assert row["invoiced"] == {"amount": "20.00", "currency": "GBP"}
    cancel_bill(bill.pk, reason="Wrong vendor")
    row = api.get(f"/api/v1/budgets?from={month}&to={month}").json()[0]
    assert row["invoiced"]["amount"] == "0.00"


def picture() -> bytes:
    kept = io.BytesIO()
    Image.new("RGB", (4, 4)).save(kept, "PNG")
    return kept.getvalue()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("content", "kind"), [(b"%PDF-1.7 a bill", "application/pdf"), (picture(), "image/png")]
)
def test_the_paper_is_kept_and_shown_whatever_its_name_says(content, kind):
    paper = SimpleUploadedFile("bill.exe", content)
    bill = entered(sent(MUG=10), ten(), document=paper)
    client = Client()
    client.force_login(someone(Role.FINANCE))
    answer = client.get(f"{bill.get_absolute_url()}paper/")
    assert (answer["Content-Type"], b"".join(answer.streaming_content)) == (kind, content)


@pytest.mark.django_db
def test_a_paper_that_is_none_is_refused_and_nothing_is_entered():
    paper = SimpleUploadedFile("bill.pdf", b"MZ a program")
    with pytest.raises(BadValue, match="PDF"):
        entered(sent(MUG=10), ten(), document=paper)
    assert not Bill.objects.exists()


@pytest.mark.django_db
def test_the_books_name_a_bill_that_does_not_add_up():
    bill = billed(sent(MUG=10), MUG=10)
    assert list(_bills()) == []
    bill.lines.update(price_difference=gbp("1"))
    assert [one.sentence for one in _bills()] == ["its difference is not that of its lines"]


@pytest.mark.django_db
def test_the_demo_leaves_bills_and_a_dispute_once():
    for role, name in ((Role.MANAGER, "manager"), (Role.FINANCE, "finance")):
        User.objects.filter(pk=someone(role).pk).update(email=f"{name}@example.com")
    with clock.pinned(clock.now() - timedelta(days=30)):
        for _ in range(3):
            arrive(sent(MUG=10), MUG=6, damaged=1)
    for _ in range(2):
        leave_bills()
    assert sorted(Bill.objects.values_list("status", flat=True)) == ["differs", "disputed", "paid"]
    assert Dispute.objects.due().count() == 1
