"""Goods that nobody knows: put aside with what can be told of them, settled when somebody knows."""

from typing import Any

from django.core.files import File

from core import clock
from core.actor import current_actor
from core.errors import BadValue, NotThere
from core.events import publish
from core.operations import lock, operation, require_reach
from inventory.errors import ParkedSettled
from inventory.events import GoodsParked, ParkedGoodsSettled
from inventory.models import ParkedGoods, PurchaseOrder, Sku, Warehouse
from inventory.operations.catalog import fields
from inventory.operations.catalog.pictures import image_ending
from inventory.operations.purchasing import fields as own
from inventory.operations.purchasing.receive import ArrivedLine, receive_purchase
from inventory.operations.stock.receive import receive_stock
from inventory.states import EXPECTED, ParkedState


@operation(permission="inventory.park_goods")
def park_goods(
    warehouse_id: int,
    *,
    units: int,
    barcode: str = "",
    description: str = "",
    order_id: int | None = None,
    photo: Any = None,
) -> ParkedGoods:
    """Put units aside that no SKU is known for; they are in no counter until they are settled.

    Raises BadValue without barcode and description, or for a photo that is none. Publishes
    goods.parked.
    """
    require_reach("warehouse", warehouse_id=warehouse_id)
    if not Warehouse.objects.filter(pk=warehouse_id).exists():
        raise NotThere(kind="warehouse")
    order = lock(PurchaseOrder, order_id) if order_id is not None else None
    if order is not None and order.warehouse_id != warehouse_id:
        raise BadValue(field="order", fix=f"Order {order.number} is for another warehouse.")
    parked = ParkedGoods(
        warehouse_id=warehouse_id,
        order=order,
        units=own.units("units", units),
        barcode=fields.text(64)("barcode", barcode),
        description=fields.text(200)("description", description),
        actor=current_actor().name,
        parked_at=clock.now(),
    )
    if not parked.barcode and not parked.description:
        raise BadValue(field="description", fix="Give a barcode or a description.")
    if photo is not None:
        parked.photo.save(
            f"{parked.public_id}.{image_ending('photo', photo)}", File(photo), save=False
        )
    parked.save()
    publish(GoodsParked(parked_id=parked.pk, purchase_order_id=order_id, units=parked.units))
    return parked


@operation(permission="inventory.settle_parked")
def take_in_parked(parked_id: int, sku_id: int, *, note: str = "") -> ParkedGoods:
    """Say which SKU parked goods are, and take them in.

    On an order that still expects the SKU they come in for it, at its price, within its
    tolerance; else they are received as they are. Raises ParkedSettled, NotThere,
    MoreThanOrdered. Publishes goods.settled and what receiving publishes.
    """
    parked = _waiting(parked_id)
    sku = Sku.objects.filter(pk=sku_id).first()
    if sku is None:
        raise NotThere(kind="SKU")
    key = f"parked {parked.pk}"
    order = PurchaseOrder.objects.filter(pk=parked.order_id, status__in=EXPECTED).first()
    if order is not None and order.lines.filter(sku=sku).exists():
        arrived = ArrivedLine(sku_id=sku.pk, units=parked.units, over_reason=note)
        receive_purchase(order.pk, [arrived], key=key, delivery_note=f"Parked {parked.pk}")
    else:
        receive_stock(
            parked.warehouse_id,
            {sku.pk: parked.units},
            source_kind="parked_goods",
            source_id=parked.pk,
            key=key,
            reason="parked goods",
        )
    parked.sku = sku
    said = fields.text(150)("note", note)
    return _settle(parked, ParkedState.TAKEN_IN, f"taken in as {sku.code}", said)


@operation(permission="inventory.settle_parked")
def send_back_parked(parked_id: int, *, reason: str) -> ParkedGoods:
    """Say that parked goods went back to whoever sent them. Publishes goods.settled.

    Raises ParkedSettled, BadValue without a reason.
    """
    parked = _waiting(parked_id)
    said = fields.text(150, empty=False)("reason", reason)
    return _settle(parked, ParkedState.SENT_BACK, "sent back", said)


def _waiting(parked_id: int) -> ParkedGoods:
    """The parked goods, locked: their order first, as receiving does."""
    order_id = ParkedGoods.objects.filter(pk=parked_id).values_list("order_id", flat=True).first()
    if order_id is not None:
        PurchaseOrder.objects.select_for_update(no_key=True).get(pk=order_id)
    parked = lock(ParkedGoods, parked_id)
    if parked.state != ParkedState.PARKED:
        raise ParkedSettled(state=parked.get_state_display().lower())
    return parked


def _settle(parked: ParkedGoods, state: ParkedState, outcome: str, note: str) -> ParkedGoods:
    parked.state, parked.settled_at = state, clock.now()
    parked.outcome = f"{outcome}: {note}"[:200] if note else outcome
    parked.save(update_fields=["state", "settled_at", "outcome", "sku"])
    publish(
        ParkedGoodsSettled(parked_id=parked.pk, purchase_order_id=parked.order_id, outcome=outcome)
    )
    return parked
