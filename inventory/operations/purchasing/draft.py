"""Orders to vendors while they are drafts: what is bought, at which price, for when."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db import connection
from django.db.models import F, Min

from core import clock
from core.actor import current_actor
from core.errors import BadValue, NotThere
from core.events import publish
from core.money import LIMIT, Money
from core.operations import lock, operation, require_reach
from inventory.errors import PurchaseMoveNotAllowed, VendorEnded
from inventory.events import PurchaseChanged, PurchaseDrafted
from inventory.models import CostCenter, PurchaseLine, PurchaseOrder, Sku, Vendor, Warehouse
from inventory.models.purchasing.vendors import plain_price
from inventory.operations.catalog import fields
from inventory.operations.catalog.in_use import require_open
from inventory.operations.purchasing import fields as own
from inventory.operations.purchasing.agreements import Terms, terms_for
from inventory.operations.purchasing.budgets import cost_center_called
from inventory.operations.purchasing.rates import rate_on
from inventory.states import Incoterm, PurchaseStatus, VendorStatus

ORDER_RULES: dict[str, fields.Clean] = {
    "note": fields.text(500),
    "payment_days": own.number(0, 365),
    "incoterm": own.choice(Incoterm.values, empty=True),
    "tolerance_percent": own.some_percent,
    "tolerance_units": own.number(0, 1_000_000),
    "cost_center": lambda field, value: cost_center_called(value, field=field),
}


@dataclass(frozen=True, kw_only=True)
class LineIn:
    """So many units of a SKU. Without a price it is the agreed one; else `reason` says why not."""

    sku_id: int
    units: int
    price: Decimal | str | None = None
    reason: str = ""
    promised: date | str | None = None


@operation(permission="inventory.draft_purchase")
def draft_purchase(
    vendor_id: int,
    warehouse_id: int,
    *,
    lines: Sequence[LineIn] = (),
    given: Mapping[str, Any] | None = None,
) -> PurchaseOrder:
    """Draft an order to a vendor for a warehouse, on the vendor's terms unless `given` differ.

    `given` takes the fields of ORDER_RULES; the cost center is the warehouse's own unless it
    differs. Raises BadValue (by line: `lines.0.units`),
    VendorEnded, NotThere. Publishes purchase_order.drafted.
    """
    require_reach("warehouse", warehouse_id=warehouse_id)
    vendor = Vendor.objects.select_for_update(no_key=True).filter(pk=vendor_id).first()
    if vendor is None:
        raise NotThere(kind="vendor")
    if vendor.status == VendorStatus.ENDED:
        raise VendorEnded(field="vendor", vendor=vendor.name)
    if not Warehouse.objects.active().filter(pk=warehouse_id).exists():
        raise BadValue(field="warehouse", fix="Choose a warehouse that is open.")
    names = ("payment_days", "incoterm", "tolerance_percent", "tolerance_units")
    terms = {name: getattr(vendor, name) for name in names}
    terms["cost_center"] = CostCenter.objects.filter(warehouse=warehouse_id, active=True).first()
    order = PurchaseOrder.objects.create(
        number=_next_number(),
        vendor=vendor,
        warehouse_id=warehouse_id,
        currency=vendor.currency,
        rate=rate_on(vendor.currency, clock.today()),
        created_by_id=current_actor().user_id,
        created_at=clock.now(),
        **(terms | fields.cleaned(given or {}, ORDER_RULES)),
    )
    for place, line in enumerate(lines):
        _write_line(order, line, at=f"lines.{place}.")
    add_up(order)
    publish(PurchaseDrafted(purchase_order_id=order.pk, vendor_id=vendor.pk, number=order.number))
    return order


@operation(permission="inventory.draft_purchase")
def change_purchase(order_id: int, changes: Mapping[str, Any]) -> PurchaseOrder:
    """Change terms, tolerance or note of a draft. Publishes purchase_order.changed.

    Raises BadValue, PurchaseMoveNotAllowed.
    """
    order = locked_draft(order_id)
    clean = fields.cleaned(changes, ORDER_RULES)
    for name, value in clean.items():
        setattr(order, name, value)
    order.save()
    publish(PurchaseChanged(purchase_order_id=order.pk, what=", ".join(sorted(clean))))
    return order


@operation(permission="inventory.draft_purchase")
def set_purchase_line(order_id: int, line: LineIn) -> PurchaseLine:
    """Put a SKU on a draft, or change its line. Publishes purchase_order.changed.

    Raises BadValue, PurchaseMoveNotAllowed.
    """
    order = locked_draft(order_id)
    made = _write_line(order, line, replace=True)
    add_up(order)
    publish(PurchaseChanged(purchase_order_id=order.pk, what=f"{made.units} × {made.sku.code}"))
    return made


@operation(permission="inventory.draft_purchase")
def drop_purchase_line(order_id: int, sku_id: int) -> PurchaseOrder:
    """Take a SKU off a draft. Raises NotThere. Publishes purchase_order.changed."""
    order = locked_draft(order_id)
    line = order.lines.select_related("sku").filter(sku_id=sku_id).first()
    if line is None:
        raise NotThere(kind="line")
    line.delete()
    add_up(order)
    publish(PurchaseChanged(purchase_order_id=order.pk, what=f"{line.sku.code} taken off"))
    return order


def locked_draft(order_id: int) -> PurchaseOrder:
    """The order, locked. Raises PurchaseMoveNotAllowed unless it is a draft."""
    order = lock(PurchaseOrder, order_id)
    if order.status != PurchaseStatus.DRAFT:
        status = order.get_status_display().lower()
        raise PurchaseMoveNotAllowed(number=order.number, status=status, wanted="changed")
    return order


def add_up(order: PurchaseOrder) -> None:
    """Renew the order's totals, and the day that something is expected, from its lines."""
    lines = list(order.lines.all())
    minor = sum(line.total.minor for line in lines)
    if minor > LIMIT:
        raise BadValue(field="units", fix="The order comes to more than can be counted.")
    order.total = Money(minor, order.currency)
    if order.status == PurchaseStatus.DRAFT:
        order.rate = rate_on(order.currency, clock.today())
    company = order.company_total.currency
    order.company_total = order.total.converted(order.rate, company)
    open_lines = order.lines.filter(units__gt=F("units_received") + F("units_missing"))
    order.expected_on = open_lines.aggregate(day=Min("promised"))["day"]
    order.save()


def _write_line(
    order: PurchaseOrder, given: LineIn, *, at: str = "", replace: bool = False
) -> PurchaseLine:
    sku = Sku.objects.filter(pk=given.sku_id).first()
    if sku is None:
        raise BadValue(field=f"{at}sku", fix="There is no such SKU.")
    require_open([sku.pk], field=f"{at}sku")
    line = order.lines.filter(sku=sku).first()
    if line is not None and not replace:
        raise BadValue(field=f"{at}sku", fix=f"{sku} is on the order already.")
    line = line or PurchaseLine(order=order, sku=sku)
    line.order, line.sku = order, sku
    line.units = own.units(f"{at}units", given.units)
    line.reason = fields.text(200)(f"{at}reason", given.reason)
    terms = terms_for(
        vendor_id=order.vendor_id, sku_id=sku.pk, units=line.units, currency=order.currency,
        day=clock.today(),
    )  # fmt: skip
    _take_terms(line, terms, at=at)
    line.price = _price(line, given.price, at=at)
    line.total = _total(line, order.currency, at=at)
    line.promised = _promised(order, terms, given.promised, at=at)
    line.save()
    return line


def _take_terms(line: PurchaseLine, terms: Terms | None, *, at: str) -> None:
    agreement = terms.agreement if terms else None
    line.agreement = agreement
    line.vendor_code = agreement.vendor_code if agreement else ""
    line.pack_units = agreement.pack_units if agreement else 1
    line.agreed_price = terms.price if terms else None
    if agreement is None or line.reason:
        return
    if line.units < agreement.minimum_units or line.units % agreement.multiple_units:
        step = agreement.multiple_units
        fix = f"Order at least {agreement.minimum_units}"
        fix += f", in multiples of {step}" if step > 1 else ""
        raise BadValue(field=f"{at}units", fix=f"{fix}; or say why not in the reason.")


def _price(line: PurchaseLine, given: Any, *, at: str) -> Decimal:
    if given in (None, ""):
        if line.agreed_price is None:
            fix = "No price is agreed; give one, and say in the reason where it comes from."
            raise BadValue(field=f"{at}price", fix=fix)
        return line.agreed_price
    price = own.price(f"{at}price", given)
    if price != line.agreed_price and not line.reason:
        agreed = "no price" if line.agreed_price is None else line.agreed_text
        fix = f"Say why it costs {plain_price(price)}: {agreed} is agreed."
        raise BadValue(field=f"{at}reason", fix=fix)
    return price


def _total(line: PurchaseLine, currency: str, *, at: str) -> Money:
    total = Money.rounded(line.price * line.units, currency)
    if total.minor > LIMIT:
        raise BadValue(field=f"{at}units", fix="That comes to more than can be counted.")
    return total


def _promised(order: PurchaseOrder, terms: Terms | None, given: Any, *, at: str) -> date:
    today = clock.today()
    day = own.day(f"{at}promised", given)
    if day is None:
        days = terms.agreement.lead_time_days if terms else None
        return today + timedelta(days=order.vendor.lead_time_days if days is None else days)
    if day < today:
        raise BadValue(field=f"{at}promised", fix="Give today or a later day.")
    return day


def _next_number() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('inventory_purchase_seq')")
        return f"PO-{cursor.fetchone()[0]}"
