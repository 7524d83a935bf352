from io import BytesIO

import pytest
from django.core.files.base import ContentFile
from PIL import Image

from core.actor import acting, person
from core.errors import BadValue, NotPermitted
from core.models import EventRecord
from core.roles import Role
from inventory.errors import (
    MoreThanOrdered,
    ParkedSettled,
    PurchaseMoveNotAllowed,
    ReferenceUsed,
)
from inventory.models import Receipt, ReceiptLine, StockLevel, StockMovement
from inventory.operations.purchasing.end import close_purchase
from inventory.operations.purchasing.park import park_goods, send_back_parked, take_in_parked
from inventory.operations.purchasing.receive import ArrivedLine, receive_purchase
from tests.builders.inventory import sku, warehouse
from tests.builders.people import someone
from tests.builders.purchasing import arrive, draft, sent, vendor
from tests.races import at_once


def level(code: str = "MUG") -> tuple[int, int, int]:
    found = StockLevel.objects.get(sku__code=code)
    return found.on_hand, found.damaged, found.incoming


@pytest.mark.django_db
def test_goods_come_in_bit_by_bit_until_the_order_closes_itself():
    order = sent(MUG=10, CUP=4)
    arrive(order, MUG=6, damaged=2)
    order.refresh_from_db()
    assert (order.status, level()) == ("partly_received", (4, 2, 4))

    arrive(order, MUG=4, CUP=4)
    order.refresh_from_db()
    assert (order.status, level(), level("CUP")) == ("closed", (8, 2, 0), (4, 0, 0))
    assert (order.expected_on, order.ended_at is None) == (None, False)
    assert EventRecord.objects.filter(name="stock.changed").count() == 2


@pytest.mark.django_db
def test_the_same_receipt_posted_twice_is_booked_once():
    order = sent(MUG=10)
    first = arrive(order, key="page 1", MUG=4)
    assert arrive(order, key="page 1", MUG=4) == first
    with pytest.raises(ReferenceUsed, match="4 units of MUG, not 5"):
        arrive(order, key="page 1", MUG=5)
    assert level() == (4, 0, 6)
    assert ReceiptLine.objects.count() == 1


@pytest.mark.django_db
def test_a_repeat_after_the_order_has_closed_is_still_a_repeat():
    order = sent(MUG=4)
    first = arrive(order, key="page 1", MUG=4)
    assert arrive(order, key="page 1", MUG=4) == first
    with pytest.raises(PurchaseMoveNotAllowed, match="closed; it cannot be received"):
        arrive(order, key="page 2", MUG=1)
    assert level() == (4, 0, 0)


@pytest.mark.django_db(transaction=True)
def test_eight_people_who_post_one_receipt_at_once_book_it_once():
    order = sent(MUG=10)
    assert at_once(8, lambda: arrive(order, key="page 1", MUG=4)) == []
    assert level() == (4, 0, 6)
    assert Receipt.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_people_who_receive_one_order_do_not_take_in_too_much():
    """Control: without the lock 12 of 10 come in, then the CHECK on incoming is an error."""
    order = sent(MUG=10)
    refused = at_once(8, lambda: arrive(order, MUG=3))
    assert [type(one) for one in refused] == [MoreThanOrdered] * 5
    order.refresh_from_db()
    assert (level(), order.lines.get().units_received) == ((9, 0, 1), 9)


@pytest.mark.django_db(transaction=True)
def test_receiving_and_closing_at_once_keeps_incoming_right():
    order = sent(MUG=10)
    acts = iter(range(8))

    def act():
        if next(acts) % 2:
            arrive(order, MUG=2)
        else:
            close_purchase(order.pk, reason="enough")

    at_once(8, act)
    line = order.lines.get()
    assert level() == (line.units_received, 0, 0)
    assert line.units_received + line.units_missing == 10


@pytest.mark.django_db
def test_too_many_within_the_tolerance_come_in():
    vendor("ACME", tolerance_percent="10")
    order = sent(MUG=20)
    with pytest.raises(MoreThanOrdered, match="23 of 20 ordered; 2 too many"):
        arrive(order, MUG=23)
    arrive(order, MUG=22)
    assert level() == (22, 0, 0)


@pytest.mark.django_db
def test_beyond_the_tolerance_somebody_who_may_says_why():
    order = sent(MUG=5)
    line = ArrivedLine(sku_id=sku("MUG").pk, units=9, over_reason="a gift")
    with acting(person(someone(Role.PICKER))):
        with pytest.raises(NotPermitted, match="receive_over_tolerance"):
            receive_purchase(order.pk, [line], key="a")
        with pytest.raises(MoreThanOrdered, match="Ask an inventory manager"):
            arrive(order, MUG=9)
    with acting(person(someone(Role.BUYER))):
        receive_purchase(order.pk, [line], key="a")
    assert level() == (9, 0, 0)
    assert ReceiptLine.objects.get().over_reason == "a gift"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("line", "field"),
    [
        ({"units": 0}, "units"),
        ({"units": -3}, "units"),
        ({"units": 2.5}, "units"),
        ({"units": 10**9 + 1}, "units"),
        ({"units": True}, "units"),
        ({"units": 2, "damaged": 3}, "damaged"),
        ({"units": 2, "damaged": -1}, "damaged"),
        ({"units": 2, "sku_id": 999_999}, "sku"),
    ],
)
def test_units_that_are_none_are_refused_and_nothing_moves(line, field):
    order = sent(MUG=5)
    with pytest.raises(BadValue) as refused:
        receive_purchase(order.pk, [ArrivedLine(**({"sku_id": sku("MUG").pk} | line))], key="a")
    assert refused.value.facts["field"] == f"lines.0.{field}"
    assert (level(), Receipt.objects.count()) == ((0, 0, 5), 0)


@pytest.mark.django_db
def test_nothing_is_received_twice_in_one_list_nor_without_a_key():
    order, mug = sent(MUG=5), sku("MUG")
    twice = [ArrivedLine(sku_id=mug.pk, units=1)] * 2
    for lines, key, field in (
        (twice, "a", "lines.1.sku"),
        ([], "a", "lines"),
        (twice[:1], "", "key"),
    ):
        with pytest.raises(BadValue) as refused:
            receive_purchase(order.pk, lines, key=key)
        assert refused.value.facts["field"] == field


@pytest.mark.django_db
def test_nothing_is_received_for_what_the_vendor_does_not_know():
    order = draft(MUG=5)
    with pytest.raises(PurchaseMoveNotAllowed, match="is draft; it cannot be received"):
        arrive(order, MUG=5)


@pytest.mark.django_db
def test_scans_of_one_delivery_note_make_one_receipt():
    order, mug = sent(MUG=5), sku("MUG")
    for number in range(3):
        receive_purchase(
            order.pk, [ArrivedLine(sku_id=mug.pk, units=1)], key=f"scan {number}",
            delivery_note="DN-7",
        )  # fmt: skip
    receipt = Receipt.objects.get()
    assert (receipt.delivery_note, receipt.lines.count()) == ("DN-7", 3)


def picture(**fields) -> ContentFile:
    out = BytesIO()
    Image.new("RGB", (4, 4)).save(out, "PNG")
    return ContentFile(out.getvalue(), name="x.png")


@pytest.mark.django_db
def test_unknown_goods_lie_aside_until_somebody_knows_them(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    order = sent(MUG=5)
    parked = park_goods(
        order.warehouse_id, units=2, barcode="???", order_id=order.pk, photo=picture()
    )
    assert level() == (0, 0, 5)
    assert parked.photo.name.endswith(".png")

    take_in_parked(parked.pk, sku("MUG").pk)

    parked.refresh_from_db()
    assert (parked.state, parked.outcome, level()) == ("taken_in", "taken in as MUG", (2, 0, 3))
    for act in (lambda: take_in_parked(parked.pk, sku("MUG").pk),
                lambda: send_back_parked(parked.pk, reason="x")):  # fmt: skip
        with pytest.raises(ParkedSettled):
            act()


@pytest.mark.django_db
def test_parked_goods_of_no_order_are_received_as_they_are():
    parked = park_goods(warehouse("LON").pk, units=3, description="Blue thing")
    take_in_parked(parked.pk, sku("MUG").pk)
    assert level() == (3, 0, 0)
    other = park_goods(warehouse("LON").pk, units=1, description="Red thing")
    with pytest.raises(BadValue, match="reason"):
        send_back_parked(other.pk, reason="")
    assert send_back_parked(other.pk, reason="not ours").outcome == "sent back: not ours"
    assert StockMovement.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_parked_goods_are_taken_in_once():
    parked, mug = park_goods(warehouse("LON").pk, units=3, barcode="1"), sku("MUG")
    refused = at_once(8, lambda: take_in_parked(parked.pk, mug.pk))
    assert [type(one) for one in refused] == [ParkedSettled] * 7
    assert level() == (3, 0, 0)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"units": 1}, "description"),
        ({"units": 0, "barcode": "1"}, "units"),
        ({"units": 1, "barcode": "1", "photo": ContentFile(b"hello", name="x.png")}, "photo"),
        ({"units": 1, "barcode": "1", "photo": ContentFile(b"<svg/>", name="x.svg")}, "photo"),
    ],
)
def test_what_cannot_be_told_apart_is_not_parked(given, field):
    with pytest.raises(BadValue) as refused:
        park_goods(warehouse("LON").pk, **given)
    assert refused.value.facts["field"] == field
