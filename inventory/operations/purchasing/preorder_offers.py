"""Offers to preorder: opened on a line of an order to a vendor, changed, ended early."""

from datetime import date
from typing import Any

from core import clock
from core.actor import current_actor
from core.errors import BadValue, NotThere
from core.events import publish
from core.operations import lock, operation
from inventory.errors import PreorderMoved, PurchaseMoveNotAllowed
from inventory.events.preorders import PreorderChanged, PreorderEnded, PreorderOpened
from inventory.models import PreorderOffer, PurchaseLine, PurchaseOrder
from inventory.operations.catalog import fields
from inventory.operations.purchasing import fields as own
from inventory.preorder_room import claims_of, room_of
from inventory.states import EXPECTED

CHANGED = [  # never what is sold: that is counted by whoever takes it
    "cap", "ends_on", "ended_at", "end_reason", "line", "first_expected", "updated_at",
]  # fmt: skip


@operation(permission="inventory.open_preorder")
def open_preorder(purchase_order_id: int, sku_id: int, *, cap: Any, ends_on: Any) -> PreorderOffer:
    """Let units of a vendor's order be sold before they come in: `cap` in all, until `ends_on`.

    Stock is still sold first. Raises PurchaseMoveNotAllowed unless goods are expected, BadValue:
    for a line without a day or with another offer, for more than the line brings less what other
    orders wait for, and for a day that is over. Publishes preorder.opened.
    """
    order = lock(PurchaseOrder, purchase_order_id)
    line = _line(order, sku_id, field="sku")
    offer = PreorderOffer(
        sku_id=sku_id,
        warehouse_id=order.warehouse_id,
        line=line,
        cap=own.units("cap", cap),
        ends_on=_last_day(ends_on),
        first_expected=line.promised,
        created_by_id=current_actor().user_id,
        created_at=clock.now(),
    )
    _require_room(offer)
    offer.save()
    publish(
        PreorderOpened(
            preorder_offer_id=offer.pk,
            sku_id=sku_id,
            purchase_order_id=order.pk,
            cap=offer.cap,
            ends_on=offer.ends_on.isoformat(),
            order=order.number,
        )
    )
    return offer


@operation(permission="inventory.change_preorder")
def change_preorder(
    offer_id: int, *, cap: Any = None, ends_on: Any = None, purchase_order_id: int | None = None
) -> PreorderOffer:
    """Change what is given: the cap, the last day, the order to a vendor that brings the units.

    A last day opens an offer again that has ended. Whoever waits goes with the offer to the other
    order. Raises BadValue: for less than is sold, for more than the line brings; and what
    `open_preorder` raises. Publishes preorder.changed.
    """
    offer, order = _locked(offer_id, purchase_order_id)
    old = _facts(offer)
    if purchase_order_id is not None:
        _move(offer, order)
    if cap is not None:
        offer.cap = own.units("cap", cap)
        if offer.cap < offer.sold:
            raise BadValue(field="cap", fix=f"{offer.sold:,} are sold; give at least as many.")
    if ends_on is not None:
        offer.ends_on, offer.ended_at, offer.end_reason = _last_day(ends_on), None, ""
    new = _facts(offer)
    if _asks_for_more(old, new):
        _require_room(offer)
    if new != old:
        offer.save()
        what = [f"{name} {new[name]} (was {old[name]})" for name in new if new[name] != old[name]]
        publish(
            PreorderChanged(
                preorder_offer_id=offer.pk, sku_id=offer.sku_id, what=", ".join(what)
            )
        )  # fmt: skip
    return offer


@operation(permission="inventory.end_preorder")
def end_preorder(offer_id: int, *, reason: str) -> PreorderOffer:
    """Take no more preorders; what is sold is kept. Harmless to repeat.

    Raises BadValue without a reason. Publishes preorder.ended.
    """
    offer = lock(PreorderOffer, offer_id)
    said = fields.text(200, empty=False)("reason", reason)
    if offer.ended_at is None:
        offer.ended_at, offer.end_reason = clock.now(), said
        offer.save(update_fields=CHANGED)
        publish(PreorderEnded(preorder_offer_id=offer.pk, sku_id=offer.sku_id, reason=said))
    return offer


def _locked(offer_id: int, wanted: int | None) -> tuple[PreorderOffer, PurchaseOrder]:
    """The offer, and the order to a vendor for its units: that one first, as receipts do."""
    known = PreorderOffer.objects.filter(pk=offer_id).values_list("line__order", flat=True).first()
    if known is None:
        raise NotThere(kind="preorder offer")
    order = lock(PurchaseOrder, wanted or known)
    offer = lock(PreorderOffer, offer_id)
    if wanted is None and offer.line.order_id != order.pk:
        raise PreorderMoved(number=offer.number)
    return offer, order


def _line(order: PurchaseOrder, sku_id: int, *, field: str) -> PurchaseLine:
    """The line that brings the SKU; it has a day, and no offer counts on it."""
    if order.status not in EXPECTED:
        status = order.get_status_display().lower()
        raise PurchaseMoveNotAllowed(
            field=field, number=order.number, status=status, wanted="offered for preorder"
        )
    line = order.lines.select_related("sku").filter(sku_id=sku_id).first()
    if line is None:
        raise BadValue(field=field, fix=f"It is not on order {order.number}.")
    if line.promised is None:
        fix = f"Nobody knows when {line.sku} comes; note the vendor's day on {order.number} first."
        raise BadValue(field=field, fix=fix)
    line.order = order
    taken = PreorderOffer.objects.filter(line=line)
    other = (taken.filter(ended_at=None) | taken.waiting()).first()
    if other is not None:
        raise BadValue(field=field, fix=f"{other} is on that line; change that one.")
    return line


def _move(offer: PreorderOffer, order: PurchaseOrder) -> None:
    if offer.line.order_id == order.pk:
        return
    if order.warehouse_id != offer.warehouse_id:
        fix = f"{order.number} goes to another warehouse than {offer.warehouse.name}."
        raise BadValue(field="order", fix=fix)
    offer.line = _line(order, offer.sku_id, field="order")
    if not offer.sold and offer.line.promised:
        offer.first_expected = offer.line.promised  # nobody was told the other day


def _last_day(given: Any) -> date:
    day = own.some_day("ends_on", given)
    if day < clock.today():
        raise BadValue(field="ends_on", fix="Give today or a later day.")
    return day


def _facts(offer: PreorderOffer) -> dict[str, Any]:
    """What a change may be about, as its event says it."""
    return {
        "cap": offer.cap,
        "last day": "ended" if offer.ended_at else offer.ends_on.isoformat(),
        "order": offer.line.order.number,
    }


def _asks_for_more(old: dict[str, Any], new: dict[str, Any]) -> bool:
    """Whether more units are counted on, or those of another line."""
    again = old["last day"] == "ended" != new["last day"]
    return again or new["cap"] > old["cap"] or new["order"] != old["order"]


def _require_room(offer: PreorderOffer) -> None:
    room = room_of(offer.line)
    if claims_of(offer) > room.units:
        said = room.sentence
        if offer.filled:
            said += f" besides the {offer.filled:,} that have been filled"
        raise BadValue(field="cap", fix=f"{said}.")
