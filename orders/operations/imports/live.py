"""Take staged orders in as new ones: promised, scored, mailed and shipped like any other."""

from datetime import timedelta
from decimal import Decimal

from core import clock
from core.errors import Refused
from core.models import Batch, BatchRow
from core.money import Money
from core.operations import lock, operation, require_reach
from core.statements import run_sql
from inventory.models import Listing, StockLevel
from inventory.operations.stock.receive import receive_stock
from orders.intake import AddressIn, ChargeIn, CustomerIn, LineIn, OrderIn, PaymentIn
from orders.models import ImportLine, Order
from orders.operations.imports.chunks import Target, note_outcomes
from orders.operations.place import place_order

FRESH = timedelta(days=30)  # what is older is placed now: nobody promises the past


def take_live(target: Target, *, number: int) -> None:
    """Place the file's order `number` as a new one; one transaction each.

    What the shop refuses is set aside with the reason. Harmless to repeat.
    """
    try:
        place_staged(target, number=number)
    except Refused as refusal:
        set_order_aside(target, number=number, reason=str(refusal))


@operation(permission="orders.import_orders")
def place_staged(target: Target, *, number: int) -> None:
    """Place one staged order and note the progress. Raises what `place_order` raises.

    Credits are left for returns to match, as with history.
    """
    batch = lock(Batch, target.batch_id)
    require_reach("channel", channel_id=target.channel.pk)
    if batch.options["next"] > number:
        return
    lines = list(ImportLine.objects.filter(batch=batch, order_no=number).order_by("row_number"))
    params = target.params(number, number)
    run_sql("orders/import_customers", **params)
    run_sql("orders/import_orders", **params)
    counts = run_sql("orders/import_count", **params)
    merged = run_sql("orders/import_merged", **params)[0]
    run_sql("orders/import_credits", **params)
    sold = [line for line in lines if line.verdict in ("goods", "charge")]
    known = Order.objects.filter(
        channel=target.channel, channel_ref=lines[0].channel_ref if lines else ""
    )
    orders = 0
    if sold and not known.exists():
        goods = [line for line in sold if line.verdict == "goods"]
        if target.profile.opening_stock == "cover":
            _cover(target, goods, number)
        place_order(target.channel.pk, _order_in(target, sold))
        orders = 1
    note_outcomes(batch, counts, orders, merged, number)


@operation(permission="orders.import_orders")
def set_order_aside(target: Target, *, number: int, reason: str) -> None:
    """Note that the shop has refused an order of the file, for every line of it."""
    batch = lock(Batch, target.batch_id)
    if batch.options["next"] > number:
        return
    lines = ImportLine.objects.filter(batch=batch, order_no=number)
    rows = [
        BatchRow(
            batch=batch, position=line.row_number, key=line.channel_ref, state="failed",
            data={"sku": line.code, "units": line.units, "price": str(line.price)},
            code="refused", message=reason[:500],
        )
        for line in lines.exclude(verdict="aside")
    ]  # fmt: skip
    BatchRow.objects.bulk_create(rows, ignore_conflicts=True)
    value = sum((line.units * line.price for line in lines), Decimal(0))
    counts = [{"outcome": "set_aside", "rows": lines.count(), "value": value}]
    note_outcomes(batch, counts, 0, {"rows": 0, "rounding": Decimal(0)}, number)


def _cover(target: Target, goods: list[ImportLine], number: int) -> None:
    """Receive what is missing to promise these lines, as the profile's opening stock."""
    codes = {line.code for line in goods}
    listings = Listing.objects.filter(channel=target.channel, channel_sku__in=codes)
    skus = dict(listings.exclude(sku=None).values_list("channel_sku", "sku_id"))
    wanted: dict[int, int] = {}
    for line in goods:
        if line.code in skus:
            wanted[skus[line.code]] = wanted.get(skus[line.code], 0) + line.units
    levels = StockLevel.objects.filter(warehouse_id=target.warehouse_id, sku_id__in=wanted)
    free = {level.sku_id: level.on_hand - level.allocated for level in levels}
    missing = {
        sku_id: units - free.get(sku_id, 0)
        for sku_id, units in wanted.items()
        if units > free.get(sku_id, 0)
    }
    if missing and target.warehouse_id is not None:
        receive_stock(
            target.warehouse_id, missing, source_kind="batch", source_id=target.batch_id,
            key=f"import {target.batch_id} order {number}", reason="opening",
        )  # fmt: skip


def _order_in(target: Target, lines: list[ImportLine]) -> OrderIn:
    first, currency = lines[0], target.channel.currency
    merged: dict[tuple[str, Decimal], LineIn] = {}
    charges, total = [], Money.zero(currency)
    for line in lines:
        amount = Money.rounded(line.units * line.price, currency)
        if line.verdict == "charge":
            charges.append(
                ChargeIn(kind=line.charge, code=line.code, title=line.title, amount=amount)
            )
            continue
        key = (line.code, line.price)
        units = line.units + (merged[key].units if key in merged else 0)
        merged[key] = LineIn(
            channel_sku=line.code, title=line.title, units=units, unit_price=line.price
        )
    for item in merged.values():
        total += Money.rounded(item.unit_price * item.units, currency)
    for charge in charges:
        total += -charge.amount if charge.kind == "discount" else charge.amount
    name = first.customer_name or (
        f"Customer {first.customer_ref}" if first.customer_ref else f"Guest of {target.channel}"
    )
    placed_at = first.placed_at
    fresh = placed_at is not None and clock.now() - placed_at < FRESH
    return OrderIn(
        channel_ref=first.channel_ref,
        customer=CustomerIn(
            name=name, email=first.email, phone=first.phone, ref=first.customer_ref
        ),
        ship_to=AddressIn(
            name=name, line1=first.line1, line2=first.line2, city=first.city,
            region=first.region, postal_code=first.postal_code, country=first.country,
            phone=first.phone,
        ),
        lines=list(merged.values()),
        charges=charges,
        payment=PaymentIn(
            kind="captured", amount=total, gateway="import", reference=first.channel_ref
        )
        if target.profile.paid and total.minor > 0
        else None,
        placed_at=placed_at if fresh else None,
    )  # fmt: skip
