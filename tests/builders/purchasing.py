"""Vendors, what they sell us, and orders to them; made through the operations."""

from datetime import timedelta
from decimal import Decimal
from itertools import count
from typing import Any

from core import clock
from core.money import Money
from inventory.budget_use import month_of, next_month
from inventory.models import (
    Bill,
    CostCenter,
    PreorderOffer,
    PurchaseOrder,
    SupplierProduct,
    Vendor,
)
from inventory.operations.purchasing.agreements import create_agreement
from inventory.operations.purchasing.approve import approve_purchase
from inventory.operations.purchasing.bills import BilledLine, Charge, enter_bill
from inventory.operations.purchasing.budgets import save_cost_center, set_budget
from inventory.operations.purchasing.draft import LineIn, draft_purchase
from inventory.operations.purchasing.preorder_offers import open_preorder
from inventory.operations.purchasing.receive import ArrivedLine, receive_purchase
from inventory.operations.purchasing.send import send_purchase
from inventory.operations.purchasing.vendors import create_vendor, save_contact
from tests.builders.inventory import sku, warehouse

_keys = count(1)


def vendor(code: str = "ACME", *, mail: str = "orders@acme.example", **fields: Any) -> Vendor:
    """`vendor("ACME", currency="EUR")`: made once per code, with somebody who takes orders."""
    found = Vendor.objects.filter(code=code).first()
    if found is not None:
        return found
    wanted = {"name": f"{code.title()} Ltd", "kinds": ["supplier"], "currency": "GBP"} | fields
    made = create_vendor({"code": code, **wanted})
    if mail:
        save_contact(made.pk, {"name": "Ada", "email": mail, "takes_orders": True})
    return made


def agreement(
    code: str = "MUG", *, at: str = "ACME", tiers: Any = ((1, "4.00"),), **fields: Any
) -> SupplierProduct:
    """`agreement("MUG", tiers=[(1, "4"), (100, "3.5")])`: from today on."""
    seller, item = vendor(at), sku(code)
    known = SupplierProduct.objects.valid_on(clock.today()).filter(vendor=seller, sku=item).first()
    return known or create_agreement(seller.pk, item.pk, fields, tiers=tiers)


def draft(*, at: str = "ACME", to: str = "LON", **units: int) -> PurchaseOrder:
    """`draft(MUG=10)`: a draft at agreed prices, 4.00 each unless agreed otherwise."""
    for code in units:
        agreement(code, at=at)
    lines = [LineIn(sku_id=sku(code).pk, units=number) for code, number in units.items()]
    return draft_purchase(vendor(at).pk, warehouse(to).pk, lines=lines)


def sent(*, at: str = "ACME", to: str = "LON", **units: int) -> PurchaseOrder:
    """`sent(MUG=10)`: the vendor is told to deliver ten."""
    order = draft(at=at, to=to, **units)
    approve_purchase(order.pk)
    return send_purchase(order.pk)


def arrive(order: PurchaseOrder, *, key: str = "", damaged: int = 0, **units: int) -> Any:
    """`arrive(order, MUG=4)`: four come in; `damaged` of each."""
    lines = [
        ArrivedLine(sku_id=sku(code).pk, units=number, damaged=damaged)
        for code, number in units.items()
    ]
    return receive_purchase(order.pk, lines, key=key or f"test {next(_keys)}")


def billed(
    order: PurchaseOrder, *, price: str = "4", charge: str = "", number: str = "", **units: int
) -> Bill:
    """`billed(order, MUG=4, price="4.50")`: that is asked for; `charge` is freight."""
    lines = [
        BilledLine(sku_id=sku(code).pk, units=asked, price=price) for code, asked in units.items()
    ]
    charges = [Charge(text="Freight", amount=charge)] if charge else []
    total = Decimal(price) * sum(units.values()) + Decimal(charge or 0)
    given = {
        "number": number or f"R-{next(_keys)}",
        "billed_on": clock.today(),
        "total": Money.rounded(total, order.currency),
    }
    return enter_bill(order.pk, lines=lines, charges=charges, given=given)


def budgeted(code: str = "SHOP", amount: str = "", *, at: str = "LON") -> CostCenter:
    """`budgeted("SHOP", "500")`: the cost center of a warehouse, so much for each of 3 months."""
    center = CostCenter.objects.filter(code=code).first() or save_cost_center(
        {"code": code, "name": code.title(), "warehouse": warehouse(at).code}
    )
    month = month_of(clock.today())
    for _ in range(3 if amount else 0):
        set_budget(center.pk, month=month, amount=Money.of(amount, "GBP"))
        month = next_month(month)
    return center


def offered(code: str = "MUG", *, cap: int = 5, units: int = 20, days: int = 30) -> PreorderOffer:
    """`offered("MUG", cap=5)`: so many of a fresh order of `units` may be preordered."""
    order = sent(**{code: units})
    last = clock.today() + timedelta(days=days)
    return open_preorder(order.pk, sku(code).pk, cap=cap, ends_on=last)
