"""Archiving: refused for whatever still needs the SKU, and nothing comes in meanwhile."""

import pytest
from django.db import IntegrityError, transaction

from core import clock
from core.actor import acting, person
from core.books import check_books
from core.errors import NotPermitted, NotThere
from core.models import EventRecord
from core.roles import Role
from inventory.errors import SkuArchived, StillStocked
from inventory.models import Listing, Replenishment, Sku, StockLevel
from inventory.operations.catalog.archive import archive_sku, restore_sku
from inventory.operations.catalog.listings import change_listing, create_listing, map_listing
from inventory.operations.catalog.skus import change_sku, create_sku
from inventory.operations.purchasing.agreements import create_agreement
from inventory.operations.purchasing.draft import LineIn, set_purchase_line
from inventory.operations.purchasing.end import cancel_purchase
from inventory.operations.replenishment.store_forecast import SkuForecast, store_forecast
from inventory.operations.stock.counts import cancel_count, start_count
from inventory.operations.stock.receive import receive_stock
from inventory.operations.stock.reserve import release_reservation, reserve_stock
from inventory.operations.stock.restock import move_bucket, restock
from inventory.operations.stock.restock_past import restock_past
from inventory.operations.stock.transfer import cancel_transfer, request_transfer
from tests.builders.inventory import channel, listing, sku, stock, warehouse
from tests.builders.orders import placed_order
from tests.builders.people import someone
from tests.builders.purchasing import draft, vendor
from tests.races import overtaken


def ways(code: str = "MUG") -> list[str]:
    """What is in the way of archiving it."""
    with pytest.raises(StillStocked) as refusal:
        archive_sku(sku(code).pk)
    assert not Sku.objects.get(code=code).archived_at
    return refusal.value.facts["in_the_way"]


def take_in(code: str = "MUG", units: int = 3, key: str = "k") -> None:
    receive_stock(
        warehouse("LON").pk, {sku(code).pk: units}, source_kind="test", source_id=1, key=key
    )


@pytest.mark.django_db
def test_an_archived_sku_is_put_away_and_comes_back():
    item = sku("MUG")
    archive_sku(item.pk)
    archive_sku(item.pk)  # harmless
    item.refresh_from_db()
    assert (item.active, item.archived_at is None) == (False, False)
    restore_sku(item.pk)
    restore_sku(item.pk)
    item.refresh_from_db()
    assert (item.active, item.archived_at) == (True, None)
    names = EventRecord.objects.filter(name__startswith="sku.").values_list("name", flat=True)
    assert sorted(names) == ["sku.archived", "sku.restored"]
    for act in (archive_sku, restore_sku):
        with pytest.raises(NotThere):
            act(0)


@pytest.mark.django_db
@pytest.mark.parametrize("bucket", ["on_hand", "damaged", "quarantine"])
def test_units_of_every_kind_are_in_the_way(bucket):
    level = stock("MUG", on_hand=3)
    if bucket != "on_hand":
        move_bucket(
            level.sku_id, level.warehouse_id, 3, source="on_hand", target=bucket, reason="x",
            key="k",
        )  # fmt: skip
    shown = {"on_hand": "on hand"}.get(bucket, bucket)
    assert ways() == [f"3 {shown} in LON"]


@pytest.mark.django_db
def test_promises_and_open_papers_are_in_the_way_one_by_one():
    level = stock("MUG", on_hand=9)
    stock("CUP", on_hand=9)
    place, item = level.warehouse_id, level.sku_id
    order = draft(MUG=5)
    move = request_transfer(place, warehouse("BER").pk, units={item: 1})
    count = start_count(place, sku_ids=[item])
    held = reserve_stock({item: 2}, key="cart", warehouse_id=place, minutes=5)
    mug = listing("MUG")
    assert ways() == [
        "9 on hand in LON",
        "3 allocated in LON",
        f"open on order {order.number}",
        f"on transfer {move.number}",
        f"on count {count.number}",
        f"held by reservation {held.number}",
        "listed as MUG on web",
    ]
    cancel_purchase(order.pk, reason="none")
    cancel_transfer(move.pk, reason="none")
    cancel_count(count.pk, reason="none")
    release_reservation(held.pk)
    change_listing(mug.pk, active=False)
    assert ways() == ["9 on hand in LON"]


@pytest.mark.django_db
def test_an_order_that_waits_for_it_is_in_the_way():
    order = placed_order(MUG=2)
    assert f"wanted by order {order.number}" in ways()


@pytest.mark.django_db
def test_many_papers_are_named_by_the_first():
    for _ in range(7):
        draft(MUG=1)
    (line,) = ways()
    assert line.count("PO-") == 5
    assert line.endswith("and more")


@pytest.mark.django_db
def test_nothing_new_happens_with_an_archived_sku():
    item, place, other = sku("MUG"), warehouse("LON"), draft(CUP=1)
    off = listing("MUG")
    unmapped = create_listing(channel("web").pk, channel_sku="?")
    change_listing(off.pk, active=False)
    archive_sku(item.pk)
    acts = [
        take_in,
        lambda: set_purchase_line(other.pk, LineIn(sku_id=item.pk, units=1, price="1", reason="x")),
        lambda: create_agreement(vendor().pk, item.pk, {}, tiers=[(1, "1")]),
        lambda: create_listing(channel("web").pk, channel_sku="M", sku_id=item.pk),
        lambda: map_listing(unmapped.pk, item.pk),
        lambda: change_listing(off.pk, active=True),
        lambda: request_transfer(place.pk, warehouse("BER").pk, units={item.pk: 1}),
        lambda: start_count(place.pk, sku_ids=[item.pk]),
        lambda: reserve_stock({item.pk: 1}, key="c", warehouse_id=place.pk, minutes=1),
    ]
    for act in acts:
        with pytest.raises(SkuArchived):
            act()
    assert not StockLevel.objects.filter(sku=item, on_hand__gt=0).exists()
    restore_sku(item.pk)
    take_in()
    assert StockLevel.objects.get(sku=item).on_hand == 3


@pytest.mark.django_db
def test_what_comes_back_from_a_customer_brings_it_back():
    item, place = sku("MUG"), warehouse("LON")
    archive_sku(item.pk)
    restock(item.pk, place.pk, 1, to="damaged", source_kind="test", source_id=1, key="1")
    item.refresh_from_db()
    assert item.active
    assert StockLevel.objects.get(sku=item).damaged == 1
    cup = sku("CUP")
    archive_sku(cup.pk)
    rows = [(cup.pk, 5, 2, clock.now())]
    assert restock_past(place.pk, rows, source_kind="return") == 1
    assert Sku.objects.get(pk=cup.pk).active
    assert not [found for _, found in check_books() if found]


@pytest.mark.django_db
def test_nobody_is_advised_to_buy_it():
    item, place = sku("MUG"), warehouse("LON")
    asked = SkuForecast(
        sku_id=item.pk, warehouse_id=place.pk, method="moving_average", weekly_units=5,
        quantiles=[[5, 9]],
    )  # fmt: skip
    told = {"made_at": clock.now(), "horizons": [1], "levels": [0.5, 0.9]}
    assert store_forecast([asked], run=1, **told) == 1
    archive_sku(item.pk)
    assert not Replenishment.objects.filter(level__sku=item).exists()
    assert store_forecast([asked], run=2, **told) == 0  # computed before it was archived


@pytest.mark.django_db
def test_the_form_and_the_api_archive_by_not_sold():
    made = create_sku({"code": "OLD", "title": "Old", "active": False})
    assert made.archived_at is not None
    item = sku("MUG")
    changed = change_sku(item.pk, {"active": False, "title": "Gone"})
    assert (changed.title, changed.active) == ("Gone", False)
    assert change_sku(item.pk, {"active": True}).archived_at is None
    take_in()
    with pytest.raises(StillStocked) as refusal:
        change_sku(item.pk, {"active": False, "title": "Other"})
    assert refusal.value.facts["field"] == "active"
    assert Sku.objects.get(pk=item.pk).title == "Gone"


@pytest.mark.django_db
def test_keepers_archive_and_pickers_do_not():
    item = sku("MUG")
    with acting(person(someone(Role.PICKER))), pytest.raises(NotPermitted):
        archive_sku(item.pk)
    with acting(person(someone(Role.BUYER))):
        archive_sku(item.pk)


@pytest.mark.django_db(transaction=True)
def test_nobody_takes_in_what_is_being_archived():
    item = sku("MUG")
    warehouse("LON")
    assert isinstance(overtaken(lambda: archive_sku(item.pk), take_in), SkuArchived)
    assert not StockLevel.objects.filter(on_hand__gt=0).exists()


@pytest.mark.django_db(transaction=True)
def test_what_is_being_taken_in_is_not_archived():
    item = sku("MUG")
    warehouse("LON")
    assert isinstance(overtaken(take_in, lambda: archive_sku(item.pk)), StillStocked)
    assert Sku.objects.get(pk=item.pk).active


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("what", ["order", "price", "listing", "mapping", "listing again"])
def test_what_is_being_used_anew_is_not_archived_and_the_other_way_round(what):
    item, other = sku("MUG"), draft(CUP=1)
    unmapped = create_listing(channel("web").pk, channel_sku="?")
    off = listing("MUG")
    change_listing(off.pk, active=False)
    line = LineIn(sku_id=item.pk, units=1, price="1", reason="x")
    seller = vendor("OTHER").pk
    act = {
        "order": lambda: set_purchase_line(other.pk, line),
        "price": lambda: create_agreement(seller, item.pk, {}, tiers=[(1, "1")]),
        "listing": lambda: create_listing(channel("web").pk, channel_sku="M", sku_id=item.pk),
        "mapping": lambda: map_listing(unmapped.pk, item.pk),
        "listing again": lambda: change_listing(off.pk, active=True),
    }[what]
    assert isinstance(overtaken(lambda: archive_sku(item.pk), act), SkuArchived)
    restore_sku(item.pk)
    refusal = overtaken(act, lambda: archive_sku(item.pk))
    assert isinstance(refusal, StillStocked) or what == "price"  # a price alone keeps nothing
    assert not Listing.objects.filter(sku__active=False, active=True).exists()


@pytest.mark.django_db
@pytest.mark.parametrize(
    "wrong",
    [
        {"active": True, "archived_at": clock.now()},
        {"merged_into": 0},
        {"un_number": "3481"},
        {"un_number": "12", "hazard_class": "9"},
    ],
)
def test_the_database_keeps_archived_and_dangerous_ones_straight(wrong):
    item, other = sku("MUG"), sku("CUP")
    given = {name: other.pk if name == "merged_into" else value for name, value in wrong.items()}
    with pytest.raises(IntegrityError), transaction.atomic():
        Sku.objects.filter(pk=item.pk).update(**given)
