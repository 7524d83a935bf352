"""Picking: the walk, the scans, what is missing."""

import pytest

from core.actor import acting, person
from core.errors import NotPermitted, NotThere
from core.models import EventRecord
from core.roles import Role
from inventory.models import Bin, StockLevel, Warehouse, WarehouseAccess
from inventory.operations.catalog.barcodes import add_barcode
from inventory.operations.catalog.merge import merge_sku
from inventory.operations.catalog.packs import add_pack
from orders.models import FulfillmentLine, FulfillmentOrder, Hold
from orders.operations.fulfillment.ship import cancel_fulfillment
from shipping.errors import NothingToPick, PickListDone, TooMany, WrongItem, WrongLocation
from shipping.models import PickLine, PickList
from shipping.operations.drop import drop_fulfillment
from shipping.operations.pick import make_pick_list, pick_unit, short_pick
from tests.builders.inventory import sku, stock
from tests.builders.people import someone
from tests.builders.shipping import picked, released, walk_off
from tests.races import at_once

pytestmark = pytest.mark.django_db


def in_bin(code: str, place: str, position: int) -> None:
    level = StockLevel.objects.get(sku__code=code)
    level.bin = Bin.objects.create(warehouse=level.warehouse, code=place, position=position)
    level.save(update_fields=["bin"])


def status(fulfillment: FulfillmentOrder) -> str:
    return FulfillmentOrder.objects.values_list("status", flat=True).get(pk=fulfillment.pk)


def test_the_walk_is_in_bin_order_and_starts_picking():
    first, second = released(MUG=2, HAT=1), released(MUG=1)
    in_bin("MUG", "B-02", 20)
    in_bin("HAT", "A-01", 10)

    picks = make_pick_list(first.warehouse_id)

    stops = picks.lines.order_by("position").values_list("sku__code", "bin__code", "tote", "units")
    assert list(stops) == [("HAT", "A-01", 1, 1), ("MUG", "B-02", 1, 2), ("MUG", "B-02", 2, 1)]
    assert {status(first), status(second)} == {"picking"}


def test_location_first_then_item():
    fulfillment = released(MUG=2)
    in_bin("MUG", "B-02", 20)
    picks = make_pick_list(fulfillment.warehouse_id)

    with pytest.raises(WrongLocation) as wrong:
        pick_unit(picks.pk, barcode="MUG")
    assert str(wrong.value) == "Wrong location: MUG. Go to B-02."
    assert pick_unit(picks.pk, barcode="b-02 ").kind == "location"
    with pytest.raises(WrongItem) as other:
        pick_unit(picks.pk, barcode="HAT")
    assert str(other.value) == "Wrong item: HAT. Take MUG Mug."
    scan = pick_unit(picks.pk, barcode="mug")
    assert (scan.kind, scan.done, scan.line.units_left) == ("item", False, 1)
    assert pick_unit(picks.pk, barcode="MUG").done

    assert status(fulfillment) == "picked"
    assert FulfillmentLine.objects.get(fulfillment=fulfillment).units_picked == 2
    assert EventRecord.objects.filter(name="picking.finished").count() == 1


def test_a_wrong_scan_changes_nothing():
    picks = make_pick_list(released(MUG=1).warehouse_id)

    for barcode in ("HAT", "", " ", "x" * 500):
        with pytest.raises(WrongItem):
            pick_unit(picks.pk, barcode=barcode)

    assert PickLine.objects.get(pick_list=picks).units_picked == 0


@pytest.mark.parametrize("units", [0, -1, 3, 10**12])
def test_no_more_than_listed_are_taken(units):
    picks = make_pick_list(released(MUG=2).warehouse_id)

    with pytest.raises(TooMany):
        pick_unit(picks.pk, barcode="MUG", units=units)


def test_it_goes_on_where_it_stopped_and_ends_once():
    picks = make_pick_list(released(MUG=3).warehouse_id)
    pick_unit(picks.pk, barcode="MUG", units=2)

    assert PickLine.objects.left().get(pick_list=picks).units_left == 1
    walk_off(picks)
    with pytest.raises(PickListDone):
        pick_unit(picks.pk, barcode="MUG")


def test_an_order_on_hold_waits():
    fulfillment = released(MUG=1)
    Hold.objects.create(
        order=fulfillment.order, reason="?", source="x", held_at=fulfillment.created_at
    )

    with pytest.raises(NothingToPick):
        make_pick_list(fulfillment.warehouse_id)


def test_what_is_missing_goes_to_orders_and_the_rest_is_picked():
    fulfillment = released(MUG=3)
    picks = make_pick_list(fulfillment.warehouse_id)
    pick_unit(picks.pk, barcode="MUG", units=1)

    short_pick(picks.pk, line_id=picks.lines.get().pk)

    picks.refresh_from_db()
    assert picks.state == "done"
    assert status(fulfillment) == "picked"


def test_a_cancelled_order_leaves_the_walk():
    gone, stays = released(MUG=1), released(HAT=1)
    picks = make_pick_list(gone.warehouse_id)
    cancel_fulfillment(gone.pk, reason="customer")

    drop_fulfillment(gone.pk)
    drop_fulfillment(gone.pk)

    assert list(PickLine.objects.left().values_list("fulfillment", flat=True)) == [stays.pk]
    walk_off(picks)
    assert status(stays) == "picked"


def test_a_viewer_may_not_pick_and_a_picker_elsewhere_does_not_find_it():
    picks = make_pick_list(released(MUG=1).warehouse_id)
    with acting(person(someone(Role.VIEWER))), pytest.raises(NotPermitted):
        pick_unit(picks.pk, barcode="MUG")

    elsewhere = someone(Role.PICKER, all_warehouses=False)
    other = Warehouse.objects.create(code="BER", name="Berlin", country="DE")
    WarehouseAccess.objects.create(user=elsewhere, warehouse=other)
    with acting(person(elsewhere)):
        with pytest.raises(NotThere):
            pick_unit(picks.pk, barcode="MUG")
        with pytest.raises(NotThere):
            make_pick_list(picks.warehouse_id)


def test_a_picked_order_is_not_listed_again():
    fulfillment = picked(MUG=1)

    with pytest.raises(NothingToPick):
        make_pick_list(fulfillment.warehouse_id)


@pytest.mark.django_db(transaction=True)
def test_two_pickers_who_start_at_once_never_share_an_order():
    warehouse_id = {released(MUG=1).warehouse_id for _ in range(6)}.pop()

    at_once(3, lambda: make_pick_list(warehouse_id, limit=2))

    orders = list(PickLine.objects.values_list("fulfillment", flat=True))
    assert len(orders) == len(set(orders))
    assert PickList.objects.count() == len(orders) / 2


@pytest.mark.django_db(transaction=True)
def test_of_eight_scans_at_once_only_as_many_count_as_are_listed():
    picks = make_pick_list(released(MUG=3).warehouse_id)

    refused = at_once(8, lambda: pick_unit(picks.pk, barcode="MUG"))

    assert len(refused) == 5
    assert FulfillmentLine.objects.get().units_picked == 3


def test_a_case_is_all_the_units_in_it():
    fulfillment = released(MUG=5)
    mug = sku("MUG")
    add_pack(mug.pk, {"name": "case", "count": 3})
    add_barcode(mug.pk, text="50", pack="case")
    picks = make_pick_list(fulfillment.warehouse_id)

    scan = pick_unit(picks.pk, barcode="50")

    assert (scan.units, scan.line.units_left) == (3, 2)
    with pytest.raises(TooMany):
        pick_unit(picks.pk, barcode="50")
    assert pick_unit(picks.pk, barcode="MUG", units=2).done


def test_a_label_of_the_merged_sku_is_as_good():
    stock("OLD", on_hand=2)
    sku("MUG")
    merge_sku(sku("OLD").pk, sku("MUG").pk, reason="twice")
    picks = make_pick_list(released(MUG=1).warehouse_id)

    assert pick_unit(picks.pk, barcode="old").done
