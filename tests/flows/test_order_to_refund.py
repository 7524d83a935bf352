"""One order from the shop to the door, and back: every process, every page, every penny."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from email import message_from_string, policy
from typing import Any

import pytest
import requests
from playwright.sync_api import Page, expect
from standardwebhooks.webhooks import Webhook

from core import clock
from core.money import Money
from core.roles import Role
from inventory.models import Bin, StockLevel
from inventory.operations.stock.receive import receive_stock
from orders.models import FulfillmentOrder, Order
from returns.models import Refund, ReturnAuthorization, ReturnPolicy
from shipping.models import Parcel
from tests.builders.inventory import channel, sku, warehouse
from tests.builders.people import someone
from tests.builders.support import MailServer
from tests.flows.shop import Shop, assert_nothing_is_lost, gbp, order_body
from tests.live import LiveSystem

pytestmark = [pytest.mark.timeout(480), pytest.mark.browser]


def test_from_the_order_to_the_refund(
    mails: MailServer, live_system: LiveSystem, at_work: Callable[..., Page]
):
    stock_the_shelf()
    shop = Shop.opened(live_system)
    order = placed(shop)
    fulfillment = live_system.wait_until(
        lambda: FulfillmentOrder.objects.filter(order=order).first(), what="a release"
    )
    assert shown(order) == ("open", "paid", "to_pick")

    page = at_work(someone(Role.PICKER))
    walk(page)
    parcel = packed(page, fulfillment)
    live_system.wait_until(lambda: labelled(parcel), what="a label")
    handed_over(page, parcel)
    assert shown(order)[2] == "in_transit"

    tell_delivered(live_system, parcel)
    assert shown(order)[0] == "closed"

    rma = returned(at_work(someone(Role.AGENT)), order)
    inspected(at_work(someone(Role.PICKER)), rma)
    refunded(at_work(someone(Role.MANAGER)), rma)
    live_system.wait_until(
        lambda: ReturnAuthorization.objects.filter(pk=rma.pk, status="closed").exists(),
        what="the end of the return",
    )
    shop.wait_until_quiet()

    the_money_is_exact(order)
    the_stock_is_where_it_should_be()
    each_mail_came_once(mails)
    the_figures_agree(shop)
    assert_nothing_is_lost()


# -- the shop and the warehouse ----------------------------------------------------------------


def stock_the_shelf() -> None:
    """Ten mugs in a bin, five trays; used mugs give back 80 percent."""
    channel("web", clearances=["payment", "address", "risk"])
    ReturnPolicy.objects.filter(channel=None).update(grade_c_percent=80)
    shelf = Bin.objects.create(warehouse=warehouse(), code="A-01")
    mug, tray = sku("MUG"), sku("TRAY")
    receive_stock(
        warehouse().pk, {mug.pk: 10, tray.pk: 5}, source_kind="test", source_id=0, key="first",
        bin_ids={mug.pk: shelf.pk},
    )  # fmt: skip


def placed(shop: Shop) -> Order:
    """Three mugs at 9.99, a pound off together; a tray at 12.50; 4.95 for the way: 46.42."""
    body = order_body(1, ("MUG", 3))
    body["lines"] = [
        {"sku": "MUG", "units": 3, "unit_price": "9.99", "discount": gbp("1.00")},
        {"sku": "TRAY", "units": 1, "unit_price": "12.50"},
    ]
    body["charges"] = [{"kind": "shipping", "amount": gbp("4.95")}]
    body["payment"]["amount"] = gbp("46.42")
    code, said = shop.place(body)
    assert (code, said["total"]) == (201, gbp("46.42")), said
    return Order.objects.get(public_id=said["id"])


def told(page: Page, words: str) -> None:
    """The page says so, in passing."""
    expect(page.locator(".toast-text").filter(has_text=words)).to_be_visible()


def shown(order: Order) -> tuple[str, str, str]:
    order.refresh_from_db()
    return order.status, order.payment_status, order.why_code


def scan(page: Page, *codes: str) -> None:
    """Type as a scanner does, into whatever has the focus; each scan must be taken."""
    for code in codes:
        field = page.locator("[data-scan-field]")
        expect(field).to_be_focused()
        field.press_sequentially(code)
        with page.expect_navigation():
            field.press("Enter")
        expect(page.locator("[data-scan-answer]")).to_have_attribute("data-scan-answer", "good")


def walk(page: Page) -> None:
    page.goto(f"{page.base}/shipping/")
    page.get_by_role("button", name="Start picking").click()
    scan(page, "A-01", "MUG", "MUG", "MUG", "TRAY")
    expect(page.get_by_text("The walk is done").first).to_be_visible()


def packed(page: Page, fulfillment: FulfillmentOrder) -> Parcel:
    page.goto(f"{page.base}/shipping/pack/{fulfillment.public_id}/")
    scan(page, "MUG", "MUG", "MUG", "TRAY")
    expect(page.get_by_text("Everything is checked.")).to_be_visible()
    page.get_by_role("button", name="Close and select carrier").click()
    told(page, "is packed; its carrier is being selected.")
    return Parcel.objects.get(fulfillment=fulfillment)


def labelled(parcel: Parcel) -> bool:
    parcel.refresh_from_db()
    return parcel.state == "labelled"


def handed_over(page: Page, parcel: Parcel) -> None:
    """The label opens as a PDF; the driver takes the parcel."""
    page.goto(f"{page.base}{parcel.get_absolute_url()}")
    expect(page.get_by_text(parcel.tracking_number).first).to_be_visible()
    label = page.request.get(f"{page.base}/shipping/labels/{parcel.public_id}.pdf")
    assert label.body().startswith(b"%PDF")
    page.goto(f"{page.base}/shipping/hand-over/")
    expect(page.get_by_label(parcel.number)).to_be_checked()
    page.get_by_role("button", name="Hand over", exact=True).click()
    told(page, "1 handed over to")


def tell_delivered(system: LiveSystem, parcel: Parcel) -> None:
    """The carrier's signed report; the same again changes nothing, a forged one is refused."""
    parcel.refresh_from_db()
    assert parcel.carrier is not None
    now = datetime.now(UTC)
    body = json.dumps(
        {
            "tracking_number": parcel.tracking_number, "code": "delivered",
            "happened_at": now.isoformat(),
        }
    )  # fmt: skip
    headers = {
        "webhook-id": "evt_1", "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": Webhook(parcel.carrier.webhook_secret).sign("evt_1", now, body),
        "content-type": "application/json",
    }  # fmt: skip
    url = f"{system.url}/api/v1/tracking/{parcel.carrier.code}"
    forged = requests.post(url, body.replace("delivered", "lost"), headers=headers, timeout=20)
    assert forged.status_code == 401
    answers = [requests.post(url, body, headers=headers, timeout=20).json() for _ in range(2)]
    assert answers == [{"state": "done"}, {"state": "duplicate"}]


# -- and back ----------------------------------------------------------------------------------


def returned(page: Page, order: Order) -> ReturnAuthorization:
    page.goto(f"{page.base}/returns/new/{order.public_id}/")
    page.get_by_label("Units of line 1").fill("2")
    page.get_by_role("button", name="Open the return").click()
    told(page, "is open.")
    return ReturnAuthorization.objects.get(order=order)


def inspected(page: Page, rma: ReturnAuthorization) -> None:
    """One mug is as new, the other was used."""
    page.goto(f"{page.base}/returns/desk/")
    scan(page, rma.number)
    page.get_by_role("button", name="Receive", exact=True).click()
    told(page, "is received. Now grade it.")
    for row, grade, disposition in ((1, "A", "restock"), (2, "C", "quarantine")):
        page.get_by_label(f"Grade, row {row}").select_option(grade)
        page.get_by_label(f"Disposition, row {row}").select_option(disposition)
    page.get_by_role("button", name="Inspected", exact=True).click()
    told(page, f"Return {rma.number} is inspected.")


def refunded(page: Page, rma: ReturnAuthorization) -> None:
    page.goto(f"{page.base}{rma.get_absolute_url()}")
    page.get_by_role("button", name="Refund £17.38").click()
    told(page, "£17.38 is on its way back.")


# -- what holds in the end ---------------------------------------------------------------------


def the_money_is_exact(order: Order) -> None:
    """28.97 for three mugs: a third of it is 9.65; the second third at 80 percent is 7.73."""
    refund = Refund.objects.get(order=order)
    assert (refund.state, refund.amount) == ("done", Money.of("17.38", "GBP"))
    ledger = [(each.kind, each.amount.minor) for each in order.payments.order_by("id")]
    assert ledger == [("captured", 4642), ("refunded", 1738)]
    assert shown(order)[:2] == ("closed", "part_refunded")
    assert order.return_status == "partly"


def the_stock_is_where_it_should_be() -> None:
    levels = StockLevel.objects.order_by("sku__code")
    counted = levels.values_list("sku__code", "on_hand", "allocated", "quarantine")
    assert list(counted) == [("MUG", 8, 0, 1), ("TRAY", 4, 0, 0)]


def each_mail_came_once(mails: MailServer) -> None:
    subjects = [message_from_string(mail, policy=policy.default)["subject"] for mail in mails.mails]
    assert len(subjects) == 4
    assert len(set(subjects)) == 4, subjects


def the_figures_agree(shop: Shop) -> None:
    """42.47 sold, a pound off, 17.38 returned; two of four units came back."""
    placed = clock.day_of(Order.objects.get().placed_at)
    days = (clock.today() - placed).days + 1  # two, when midnight has come in between

    def figure(key: str) -> Any:
        found = shop.ask(f"/metrics/{key}?days={days}")
        assert found["days_waiting"] == 0
        value = found["figure"]["value"]
        return None if value is None else round(float(value), 2)

    wanted = {
        "orders": 1, "gross_sales": 42.47, "net_sales": 24.09, "net_sales_cohort": 24.09,
        "return_rate_units": 50, "open_backlog_age": 0, "unit_fill_rate": 100,
        "refund_value_rate": round(100 * 17.38 / 24.09, 2), "manual_review_rate": 0,
    }  # fmt: skip
    assert {key: figure(key) for key in wanted} == wanted
