"""Packing: scans into the open carton, parcels, and undoing one."""

import pytest

from core.errors import BadValue
from inventory.operations.catalog.barcodes import add_barcode
from inventory.operations.catalog.packs import add_pack
from orders.models import FulfillmentOrder
from shipping.errors import (
    NoSuchCarton,
    NothingToPack,
    NotPicked,
    PackedTwice,
    ParcelMoveNotAllowed,
    TooMany,
    WrongItem,
)
from shipping.models import PackScan, Parcel
from shipping.operations.drop import drop_fulfillment
from shipping.operations.pack import cancel_parcel, clear_scans, pack_parcel, scan_pack
from tests.builders.inventory import sku
from tests.builders.shipping import handed_over, labelled, packed, picked, released
from tests.races import at_once

pytestmark = pytest.mark.django_db


def status(fulfillment: FulfillmentOrder) -> str:
    return FulfillmentOrder.objects.values_list("status", flat=True).get(pk=fulfillment.pk)


def test_a_parcel_weighs_its_goods_and_its_carton():
    fulfillment = picked(MUG=2)

    parcel = pack_parcel(fulfillment.pk, carton_code="M1")

    assert parcel.number == f"{fulfillment.number}-P1"
    assert parcel.weight_grams == 2 * 300 + 260
    assert (parcel.length_mm, parcel.width_mm, parcel.height_mm) == (356, 256, 206)
    assert list(parcel.lines.values_list("units", flat=True)) == [2]
    assert status(fulfillment) == "packed"


def test_the_scale_beats_the_sum():
    assert packed(weight_grams=777).weight_grams == 777


def test_what_was_scanned_is_what_is_packed():
    fulfillment = picked(MUG=2, HAT=1)
    scan_pack(fulfillment.pk, barcode="HAT")
    scan_pack(fulfillment.pk, barcode="mug")

    first = pack_parcel(fulfillment.pk, carton_code="M1")

    assert sorted(first.lines.values_list("units", flat=True)) == [1, 1]
    assert status(fulfillment) == "picked"
    second = pack_parcel(fulfillment.pk, carton_code="S1")
    assert second.number.endswith("-P2")
    assert list(second.lines.values_list("units", flat=True)) == [1]
    assert status(fulfillment) == "packed"


def test_the_wrong_item_and_one_too_many_are_refused():
    fulfillment = picked(MUG=2)
    with pytest.raises(WrongItem) as wrong:
        scan_pack(fulfillment.pk, barcode="HAT")
    assert str(wrong.value) == "Wrong item: HAT. Take MUG."
    with pytest.raises(TooMany):
        scan_pack(fulfillment.pk, barcode="MUG", units=3)
    scan_pack(fulfillment.pk, barcode="MUG", units=2)
    with pytest.raises(WrongItem) as more:
        scan_pack(fulfillment.pk, barcode="MUG")
    assert "nothing more" in str(more.value)

    clear_scans(fulfillment.pk)
    assert not PackScan.objects.exists()


def test_it_is_picked_before_it_is_packed():
    with pytest.raises(NotPicked):
        pack_parcel(released(MUG=1).pk, carton_code="M1")


def test_nothing_is_packed_twice():
    fulfillment = picked(MUG=2)
    line = fulfillment.lines.get().pk
    for units in ({line: 3}, {line: 0}, {line: -1}, {line + 999: 1}):
        with pytest.raises(PackedTwice):
            pack_parcel(fulfillment.pk, carton_code="M1", units=units)
    pack_parcel(fulfillment.pk, carton_code="M1", units={line: 2})
    with pytest.raises(NothingToPack):
        pack_parcel(fulfillment.pk, carton_code="M1")


def test_an_unknown_carton_or_weight_is_refused():
    fulfillment = picked(MUG=1)
    with pytest.raises(NoSuchCarton):
        pack_parcel(fulfillment.pk, carton_code="nope")
    for grams in (0, -5, 10**9):
        with pytest.raises(BadValue):
            pack_parcel(fulfillment.pk, carton_code="M1", weight_grams=grams)
    assert not Parcel.objects.exists()


def test_a_parcel_that_is_undone_is_packed_again():
    parcel = labelled(MUG=2)

    cancel_parcel(parcel.pk, reason="crushed")

    parcel.refresh_from_db()
    assert (parcel.state, parcel.tracking_number) == ("cancelled", "")
    again = pack_parcel(parcel.fulfillment_id, carton_code="M1")
    assert again.number.endswith("-P2")
    assert sum(again.lines.values_list("units", flat=True)) == 2


def test_what_has_left_is_not_undone():
    parcel = handed_over(MUG=1)

    with pytest.raises(ParcelMoveNotAllowed):
        cancel_parcel(parcel.pk, reason="late")


def test_the_parcels_of_a_cancelled_order_are_undone():
    parcel = labelled(MUG=1)

    drop_fulfillment(parcel.fulfillment_id)

    parcel.refresh_from_db()
    assert parcel.state == "cancelled"
    assert parcel.labels.get().state == "voiding"


@pytest.mark.django_db(transaction=True)
def test_of_four_packers_at_once_one_packs():
    fulfillment = picked(MUG=2)

    refused = at_once(4, lambda: pack_parcel(fulfillment.pk, carton_code="M1"))

    assert len(refused) == 3
    assert Parcel.objects.count() == 1


def test_a_case_is_all_the_units_in_it():
    fulfillment = picked(MUG=5, HAT=1)
    mug = sku("MUG")
    add_pack(mug.pk, {"name": "case", "count": 2})
    add_barcode(mug.pk, text="50", pack="case")

    assert scan_pack(fulfillment.pk, barcode="50", units=2).taken == 4
    with pytest.raises(TooMany):
        scan_pack(fulfillment.pk, barcode="50")
    scan_pack(fulfillment.pk, barcode="MUG")
    assert PackScan.objects.get().units == 5
