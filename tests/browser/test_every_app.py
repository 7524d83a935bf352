"""The pages of every app, accessible and within the window, on a desk and in the hand."""

from datetime import timedelta

import pytest
from django.urls import reverse

from core import clock
from core.actor import SYSTEM, acting
from core.money import Money
from core.roles import Role
from inventory.models import Vendor
from inventory.operations.catalog.archive import archive_sku
from inventory.operations.catalog.barcodes import add_barcode
from inventory.operations.catalog.merge import merge_sku
from inventory.operations.catalog.packs import add_pack
from inventory.operations.catalog.places import change_channel
from inventory.operations.catalog.skus import change_sku
from inventory.operations.purchasing.disputes import add_evidence, open_dispute
from inventory.operations.purchasing.plans import start_plan
from inventory.operations.stock.count_rules import set_count_rule
from inventory.operations.stock.counts import count_units, start_count
from inventory.operations.stock.reserve import reserve_stock
from inventory.operations.stock.transfer import request_transfer, ship_transfer
from kpis.operations.roll_up import mark_days, roll_up
from returns.models import Refund
from returns.operations.refund import refund_order
from shipping.models import Carrier, Manifest, PickList
from shipping.operations.pick import make_pick_list
from shipping.operations.track import record_tracking
from tests.builders.fraud import doubtful, scored
from tests.builders.inventory import channel, counted, sku, stock, warehouse
from tests.builders.orders import placed_order
from tests.builders.purchasing import agreement, arrive, billed, budgeted, draft, offered, sent
from tests.builders.returns import inspected, requested, shipped_order
from tests.builders.shipping import handed_over, labelled, picked, released
from tests.builders.support import case

pytestmark = pytest.mark.django_db(transaction=True)
WIDTH = 390


def purchasing() -> list[str]:
    budgeted("SHOP", "1000")
    order, other = draft(MUG=10), sent(CUP=5)
    arrive(other, CUP=3, damaged=1)
    vendor = Vendor.objects.get()
    bill = billed(other, CUP=5, price="4.50", charge="3")
    about = {"kind": "price", "about": "Dearer than ordered"}
    dispute = open_dispute(other.pk, about, bill_id=bill.pk)
    add_evidence(dispute.pk, text="The list says 4.00")
    plan = {"goal": "In time", "measure": "otif_percent", "target": "95"}
    start_plan(vendor.pk, plan | {"due_on": clock.today() + timedelta(days=30)})
    offer = offered("JUG", cap=4)
    waiting = placed_order(stocked=False, JUG=2)
    return [
        reverse("purchasing:bill_list"),
        reverse("purchasing:bill_which"),
        reverse("purchasing:bill_new", args=[other.public_id]),
        bill.get_absolute_url(),
        reverse("purchasing:dispute_list"),
        reverse("purchasing:bill_dispute", args=[bill.public_id]),
        dispute.get_absolute_url(),
        reverse("purchasing:exit", args=[vendor.public_id]),
        reverse("purchasing:plan_new", args=[vendor.public_id]),
        reverse("purchasing:order_list"),
        reverse("purchasing:order_new"),
        order.get_absolute_url(),
        other.get_absolute_url(),
        reverse("purchasing:receipt_list"),
        other.receipts.get().get_absolute_url(),
        reverse("purchasing:parked_list"),
        reverse("purchasing:park"),
        reverse("purchasing:scan"),
        reverse("purchasing:receive", args=[other.public_id]),
        reverse("purchasing:vendor_new"),
        reverse("purchasing:product_new"),
        reverse("purchasing:price_import"),
        reverse("purchasing:scorecards"),
        reverse("orders:inbound"),
        reverse("purchasing:scorecard", args=[vendor.public_id]),
        reverse("purchasing:vendor_list"),
        vendor.get_absolute_url(),
        reverse("purchasing:product_list"),
        agreement("MUG").get_absolute_url(),
        reverse("purchasing:cost_list"),
        reverse("purchasing:rate_list"),
        reverse("purchasing:preorder_list"),
        reverse("purchasing:preorder_new"),
        offer.get_absolute_url(),
        reverse("purchasing:preorder_change", args=[offer.public_id]),
        waiting.get_absolute_url(),
        reverse("purchasing:budgets"),
        reverse("purchasing:cost_center_new"),
        budgeted("SHOP").get_absolute_url(),
        reverse("inventory:replenishment"),
        reverse("inventory:advice"),
    ]


def shipping() -> list[str]:
    released(MUG=1)
    walk = make_pick_list(released(CUP=2).warehouse_id)
    parcel, lost = labelled(PAN=1), handed_over(POT=1)
    record_tracking(
        lost.tracking_number, carrier=lost.carrier.code, code="lost", happened_at=clock.now()
    )
    assert Carrier.objects.exists()
    assert PickList.objects.exists()
    return [
        reverse("shipping:queue"),
        reverse("shipping:pick_list"),
        walk.get_absolute_url(),
        reverse("shipping:pack", args=[picked(JAR=2).public_id]),
        reverse("shipping:parcel_list"),
        parcel.get_absolute_url(),
        lost.get_absolute_url(),
        reverse("shipping:hand_over"),
        Manifest.objects.get().get_absolute_url(),
        reverse("shipping:rates"),
    ]


def returns_and_support() -> list[str]:
    order = shipped_order(("MUG", 2, "10.00"))
    rma = inspected(order, 1)
    asked = requested(shipped_order(("CUP", 1, "5.00")), 1, approve=False)
    refund_order(order.pk, amount=Money.of("2.00", "GBP"), reason="late")
    mine = case(order)
    return [
        reverse("returns:rma_list"),
        rma.get_absolute_url(),
        asked.get_absolute_url(),
        reverse("returns:desk"),
        reverse("returns:new", args=[order.public_id]),
        reverse("returns:goodwill", args=[order.public_id]),
        reverse("returns:refund_list"),
        Refund.objects.get().get_absolute_url(),
        reverse("returns:capture_list"),
        reverse("support:case_list"),
        mine.get_absolute_url(),
        reverse("support:notice_list"),
    ]


def fraud_and_kpis() -> list[str]:
    _, risk = scored(doubtful())
    today = clock.today()
    mark_days(today, today)
    roll_up()
    return [
        reverse("fraud:risk_queue"),
        reverse("fraud:risk_list"),
        risk.get_absolute_url(),
        reverse("fraud:rules"),
        reverse("kpis:board"),
        reverse("kpis:metric", args=["gross_sales"]) + "?days=7&by=country",
        reverse("kpis:metric", args=["order_cycle_time"]),
        reverse("kpis:rows", args=["gross_sales"]) + "?days=7",
    ]


def stock_and_settings() -> list[str]:
    stock("MUG", on_hand=9)
    here, there = warehouse("LON"), warehouse("BER", country="DE")
    transfers = [
        request_transfer(here.pk, there.pk, units={sku("MUG").pk: units}) for units in (2, 3)
    ]
    ship_transfer(transfers[0].pk)
    return [
        reverse("inventory:stock"),
        reverse("inventory:receive"),
        reverse("inventory:listing_list"),
        reverse("inventory:sync"),
        reverse("inventory:warehouse_list"),
        reverse("inventory:channel_list"),
        reverse("inventory:movement_list"),
        reverse("inventory:transfer_list"),
        reverse("inventory:transfer_new"),
        *(one.get_absolute_url() for one in transfers),
        sku("MUG").get_absolute_url(),
        reverse("inventory:proof", args=[sku("MUG").public_id]) + "?warehouse=LON",
        reverse("inventory:then", args=[sku("MUG").public_id]) + "?at=2026-11-01T10:00",
        reverse("core:batch_list"),
        reverse("core:notification_list"),
        reverse("core:token_list"),
        reverse("orders:import"),
    ]


def counts() -> list[str]:
    for code, units in (("MUG", 9), ("CUP", 400), ("JUG", 5)):
        stock(code, on_hand=units)
    placed_order(stocked=False, JUG=5)
    place = warehouse("LON")
    set_count_rule(place.pk, why="period", days=30)
    posted, again = counted(MUG=8), counted(JUG=3, times=1)
    count_units(again.pk, {sku("JUG").pk: 3}, key="again")  # fewer than are promised
    kept = reserve_stock({sku("CUP").pk: 3}, key="k", warehouse_id=place.pk, minutes=90, note="Us")
    left = start_count(place.pk, sku_ids=[sku("CUP").pk], note="By the ladder")
    return [
        reverse("inventory:stock_count_list"),
        reverse("inventory:stock_count_new"),
        reverse("inventory:count_rule_list"),
        reverse("inventory:reservation_list"),
        reverse("inventory:reservation_new"),
        kept.get_absolute_url(),
        *(one.get_absolute_url() for one in (posted, again, left)),
        reverse("inventory:stock_count_scan", args=[left.public_id]),
        reverse("inventory:stock_count_scan", args=[left.public_id]) + "?sku=CUP",
    ]


def products() -> list[str]:
    mug, old, gone = sku("MUG"), stock("OLD", on_hand=7).sku, sku("GONE", title="Gone")
    change_sku(mug.pk, {"hazard_class": "9", "un_number": "3481", "description": "A lamp."})
    pack = add_pack(mug.pk, {"name": "case", "count": 12, "weight_grams": 5000})
    add_barcode(mug.pk, text="4006381333931")
    add_barcode(mug.pk, text="14006381333938", pack="case")
    merge = merge_sku(old.pk, mug.pk, reason="The same mug under an older code")
    archive_sku(gone.pk)
    stock("CUP", on_hand=1)
    shop = change_channel(channel("web").pk, {"list_needs": ["hs_code", "pictures"]})
    at = [mug.public_id]
    return [
        shop.get_absolute_url(),
        reverse("inventory:exchange"),
        reverse("inventory:completeness", args=[shop.public_id]),
        *(one.get_absolute_url() for one in (mug, old, gone, mug.product, merge)),
        reverse("inventory:sku_merge_list"),
        reverse("inventory:sku_list") + "?active=false",
        reverse("inventory:sku_change", args=at),
        reverse("inventory:sku_pack_new", args=at),
        reverse("inventory:sku_pack", args=[*at, pack.public_id]),
        reverse("inventory:sku_barcode_new", args=at),
        reverse("inventory:sku_picture_new", args=at),
        reverse("inventory:sku_merge_new", args=at),
        reverse("inventory:sku_merge_new", args=at) + "?into=CUP",
        reverse("inventory:sku_merge_new", args=at) + "?into=NOPE",
    ]


MADE = [
    purchasing, shipping, returns_and_support, fraud_and_kpis, stock_and_settings, counts, products,
]  # fmt: skip


@pytest.fixture(params=MADE, ids=lambda made: made.__name__)
def paths(request) -> list[str]:
    with acting(SYSTEM):
        return request.param()


def test_pages_are_accessible_and_fit(signed_in_page, live_server, is_accessible, paths):
    """In the hand, light; then in the dark, where only the contrast is another.

    The theme is turned as the page's own setting turns it; colors change at once, since
    whoever wants less motion has no transitions.
    """
    page = signed_in_page(*Role, theme="light", width=WIDTH)
    wrong = []
    for path in paths:
        answer = page.goto(live_server.url + path)
        assert answer.status == 200, path
        page.wait_for_function("() => !document.querySelector('.htmx-request')")
        if (wide := page.evaluate("document.documentElement.scrollWidth")) > WIDTH:
            wrong.append(f"{path} is {wide} wide")
        for theme, rules in (("light", None), ("dark", ["color-contrast"])):
            page.evaluate("theme => { document.documentElement.dataset.theme = theme }", theme)
            try:
                is_accessible(page, rules)
            except AssertionError as found:
                wrong.append(f"{path} in {theme}: {found}")
    assert not wrong, "\n".join(wrong)
