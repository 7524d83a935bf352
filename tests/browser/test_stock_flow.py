"""A manager's day by clicks: counted, found short, bought as advised, received, proved."""

import os
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from core import clock
from core.books import check_books
from core.roles import Role
from inventory.models import PurchaseOrder, StockLevel
from inventory.operations.replenishment.set_replenishment import set_replenishment
from inventory.operations.replenishment.store_forecast import SkuForecast, store_forecast
from tests.builders.inventory import sku, stock
from tests.builders.purchasing import agreement, budgeted

pytestmark = pytest.mark.django_db(transaction=True)
SHOTS = os.environ.get("SHOTS", "")  # a folder for pictures of each step, for people to look at


def seen(page: Page, step: str) -> None:
    if SHOTS:
        page.screenshot(path=Path(SHOTS) / f"{step}.png", full_page=True)


def sold(weekly: float) -> None:
    level = stock("MUG", on_hand=40)
    set_replenishment(level.sku_id, {"lead_spread_days": 0})
    one = SkuForecast(
        sku_id=level.sku_id, warehouse_id=level.warehouse_id, method="pooled", weekly_units=weekly,
        quantiles=[[weekly * weeks] * 2 for weeks in (1, 4)],
    )  # fmt: skip
    store_forecast([one], run=1, made_at=clock.now(), horizons=(1, 4), levels=(0.5, 0.95))


def count_twenty(page: Page) -> None:
    page.get_by_role("link", name="Count", exact=True).click()
    for asked, text in (("Bin, SKU or barcode", "MUG"), ("How many MUG?", "20")):
        expect(page.get_by_text(asked)).to_be_visible()  # the answer to the scan before
        expect(page.locator("#scan-field")).to_be_focused()
        page.keyboard.type(text)
        page.keyboard.press("Enter")
    page.get_by_role("link", name="Submit it").click()
    page.get_by_role("button", name="Submit").click()


def counted(page: Page) -> None:
    page.goto(f"{page.base}/inventory/counts/new/")
    page.locator("#id_warehouse").select_option("LON")
    page.locator("#id_skus").fill("MUG")
    page.get_by_role("button", name="Start it").click()
    expect(page.get_by_text("is started")).to_be_visible()
    seen(page, "1 count")
    count_twenty(page)
    expect(page.get_by_text("Count again", exact=True)).to_be_visible()
    seen(page, "2 again")
    count_twenty(page)
    expect(page.get_by_text("Posted").first).to_be_visible()
    seen(page, "3 posted")


def bought_as_advised(page: Page) -> None:
    page.get_by_role("link", name="Replenishment").first.click()
    page.get_by_role("link", name="What to move and buy").click()
    page.locator("summary", has_text="Why").click()
    expect(page.get_by_text("You sell 12 a week")).to_be_visible()  # why should I buy this
    seen(page, "4 advice")
    page.get_by_role("button", name="Make drafts and transfers").click()
    expect(page.get_by_role("region", name="Budget")).to_contain_text("£1,000.00")
    seen(page, "5 order")
    page.get_by_role("button", name="Approve").click()
    page.get_by_role("button", name="Sent by hand").click()


def received(page: Page) -> None:
    page.locator("a.button-primary", has_text="Receive").click()
    page.get_by_label("Delivery note").fill("DN-1")
    units = PurchaseOrder.objects.get().lines.get().units
    page.get_by_label("Good units of MUG").fill(str(units))
    seen(page, "6 receive")
    page.get_by_role("button", name="Take in").click()
    expect(page.get_by_text("Closed").first).to_be_visible()
    seen(page, "7 closed")


def proved(page: Page, units: int) -> None:
    page.goto(f"{page.base}{sku('MUG').get_absolute_url()}")
    page.get_by_role("link", name=str(units), exact=True).first.click()
    expect(page.get_by_role("table").first).to_contain_text(str(units))
    seen(page, "8 proof")


def test_counted_found_short_bought_as_advised_received_and_proved(signed_in_page, live_server):
    sold(12)  # 40 last until a delivery
    agreement("MUG", tiers=[(1, "4.00")])
    budgeted("SHOP", "1000")
    page = signed_in_page(Role.BUYER)
    page.goto(f"{live_server.url}/inventory/replenishment/advice/")
    expect(page.get_by_text("Nothing is to be moved or bought")).to_be_visible()
    counted(page)
    bought_as_advised(page)
    received(page)
    level, order = StockLevel.objects.get(), PurchaseOrder.objects.get()
    assert level.on_hand == 20 + order.lines.get().units
    proved(page, level.on_hand)
    assert not [found for found in check_books() if found[1]]
