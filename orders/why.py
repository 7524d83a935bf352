"""Why has this order not shipped, and what next? Rows answer; the first code goes to lists."""

from dataclasses import dataclass, field
from typing import Any

from inventory.completeness import gaps, in_words
from inventory.models import ChannelWarehouse, StockLevel
from inventory.preorder_room import waits_of
from orders.models import Clearance, FulfillmentOrder, Hold, Order, OrderException, OrderLine
from orders.states import (
    ClearanceState,
    FulfillmentOrderStatus,
    FulfillmentStatus,
    OrderStatus,
)


@dataclass(frozen=True, kw_only=True)
class Reason:
    """One thing in the way, in words, with the next act."""

    code: str
    sentence: str
    facts: dict[str, Any] = field(default_factory=dict)
    act: str = ""  # what to do, in the imperative
    url: str = ""


GATE_WORDS = {
    "payment": ("Waits for the payment.", "Ask the customer to pay; finance records what came in."),
    "address": ("The address cannot be delivered to.", "Ask the customer and correct the address."),
    "risk": ("Waits for the risk decision.", "Decide in the risk queue."),
}
STEPS = {
    FulfillmentOrderStatus.OPEN: ("to_pick", "Waits to be picked in {place}.", "Pick it."),
    FulfillmentOrderStatus.PICKING: ("picking", "Is being picked in {place}.", "Finish picking."),
    FulfillmentOrderStatus.PICKED: ("to_pack", "Is picked in {place}, not packed.", "Pack it."),
    FulfillmentOrderStatus.PACKED: (
        "to_hand_over",
        "Is packed in {place}, not handed over.",
        "Hand it over to the carrier.",
    ),
    FulfillmentOrderStatus.SHIPPED: ("in_transit", "Is on its way from {place}.", ""),
}
# What blocks a release comes first, then what is left to do.
ORDER = [
    "held", "risk_refused", "payment_refused", "address_refused", "unknown_sku", "short",
    "incomplete", "address_pending", "payment_pending", "risk_pending", "preorder", "exception",
    "to_pick", "picking", "to_pack", "to_hand_over", "ready_to_release", "in_transit",
]  # fmt: skip
LABELS = {
    "held": "Held", "risk_refused": "Risk refused", "payment_refused": "Payment refused",
    "address_refused": "Address refused", "unknown_sku": "Unknown SKU", "short": "Short of stock",
    "incomplete": "SKU incomplete",
    "preorder": "Preordered", "address_pending": "Address to check",
    "payment_pending": "Waits for payment", "risk_pending": "Waits for risk",
    "exception": "Exception", "to_pick": "To pick", "picking": "Picking",
    "to_pack": "To pack", "to_hand_over": "To hand over",
    "ready_to_release": "Ready to release", "in_transit": "In transit",
}  # fmt: skip
KEEPS_BACK = frozenset(
    {"held"} | {f"{gate}_{state}" for gate in GATE_WORDS for state in ("pending", "refused")}
)  # no picking and no hand-over meanwhile
UNTIL_SETTLED = frozenset({"to_pick", "to_hand_over"})
BLOCKS_RELEASE = frozenset(ORDER[: ORDER.index("exception")])


_DUE = {
    False: "Everything is clear; the release to the warehouse is due.",
    True: "What was missing is promised; its release to the warehouse is due.",
}


def why_not_shipped(order: Order) -> list[Reason]:
    """Everything in the way of the order, the weightiest first; empty when nothing is open."""
    if order.status != OrderStatus.OPEN:
        return []
    lines = list(order.lines.select_related("sku").order_by("position"))
    found = [
        *_holds(order),
        *_gates(order),
        *_stock(lines),
        *_gaps(order, lines),
        *_exceptions(order),
    ]
    released = order.fulfillment_status != FulfillmentStatus.NONE
    blocked = any(reason.code in BLOCKS_RELEASE for reason in found)
    if not blocked and (not released or any(line.units_to_release > 0 for line in lines)):
        found.append(Reason(code="ready_to_release", sentence=_DUE[released], act="Release it."))
    if released:
        found += _steps(order, kept_back=any(reason.code in KEEPS_BACK for reason in found))
    return sorted(found, key=lambda reason: ORDER.index(reason.code))


def _holds(order: Order) -> list[Reason]:
    holds = Hold.objects.filter(order=order, released_at=None).order_by("held_at")
    return [
        Reason(
            code="held",
            sentence=f"Held ({hold.get_kind_display().lower()}): {hold.reason}",
            facts={"hold_id": hold.pk, "source": hold.source},
            act="Settle it and release the hold.",
        )
        for hold in holds
    ]


def _gates(order: Order) -> list[Reason]:
    open_gates = Clearance.objects.filter(order=order).exclude(state=ClearanceState.CLEARED)
    reasons = []
    for gate in open_gates:
        sentence, act = GATE_WORDS[gate.gate]
        if gate.state == ClearanceState.REFUSED:
            act = "Cancel the order, or decide again."
        reasons.append(
            Reason(
                code=f"{gate.gate}_{gate.state}",
                sentence=gate.sentence or sentence,
                facts=gate.facts,
                act=act,
            )
        )
    return reasons


def _stock(lines: list[OrderLine]) -> list[Reason]:
    reasons = []
    for line in lines:
        short = line.units_short - line.units_preordered
        if line.sku is None and line.units > line.units_cancelled:
            sentence = f"Nobody knows what {line.channel_sku} is."
            reasons.append(
                Reason(code="unknown_sku", sentence=sentence, act="Map the listing to a SKU.")
            )
        elif short:
            sentence = f"{short} of {line.sku} {_are(short)} promised by no warehouse."
            facts = {"sku": str(line.sku), "units": short}
            act = _next_for(line)
            reasons.append(Reason(code="short", sentence=sentence, facts=facts, act=act))
    return reasons + _preorders([line for line in lines if line.units_preordered])


def _preorders(lines: list[OrderLine]) -> list[Reason]:
    """What waits for goods that are to come in, and with which order to a vendor."""
    codes = {line.pk: str(line.sku) for line in lines}
    reasons = []
    for wait in waits_of("order_line", list(codes)):
        sku, verb = codes[wait.holder_id], "waits" if wait.units == 1 else "wait"
        act = "Look at the offer; what comes in for it is promised by itself."
        if wait.lacking:
            act = "Give the preorder offer another order to a vendor, or cancel the units."
        reasons.append(
            Reason(
                code="preorder",
                sentence=f"{wait.units} of {sku} {verb} for preorder, {wait.words}.",
                facts={
                    "sku": sku, "units": wait.units, "arrived": wait.arrived, "offer": wait.offer,
                    "purchase_order": wait.order, "told_on": wait.told_on.isoformat(),
                    "expected_on": wait.expected_on.isoformat() if wait.expected_on else None,
                },
                act=act,
                url=wait.url,
            )
        )  # fmt: skip
    return reasons


def _gaps(order: Order, lines: list[OrderLine]) -> list[Reason]:
    """What SKUs that are still to leave lack of all that the channel asks for before they ship."""
    channel = order.channel
    skus = {line.sku.pk: line.sku for line in lines if line.sku and line.units_to_release > 0}
    if not channel.ship_needs or not skus:
        return []
    return [
        Reason(
            code="incomplete",
            sentence=f"{skus[sku_id]} lacks {in_words(lacks)}; {channel.name} asks for it.",
            facts={"sku": skus[sku_id].code, "missing": lacks},
            act="Fill it in on the page of the SKU; it is then released by itself.",
            url=skus[sku_id].get_absolute_url(),
        )
        for sku_id, lacks in sorted(gaps(channel, skus, channel.ship_needs).items())
    ]


def _are(units: int) -> str:
    return "is" if units == 1 else "are"


def _next_for(line: OrderLine) -> str:
    """What to do for units that nobody has promised, by where there are any."""
    served = set(
        ChannelWarehouse.objects.filter(
            channel=line.order.channel_id, warehouse__active=True
        ).values_list("warehouse", flat=True)
    )
    levels = StockLevel.objects.for_sku(line.sku_id or 0).select_related("warehouse")
    here, lost, elsewhere = [], [], []
    for level in levels.order_by("warehouse__code"):
        free = level.on_hand - level.allocated
        place = level.warehouse.code
        if level.warehouse_id not in served:
            elsewhere += [f"{free} in {place}"] if free > 0 else []
            continue
        here += [f"{free} in {place}"] if free > 0 else []
        lost += [f"{level.quarantine} in {place}"] if level.quarantine > 0 else []
    if here:
        return f"Free: {', '.join(here)}. Choose “Try the stock again”."
    if lost:
        return (
            f"In quarantine: {', '.join(lost)}. Count them: what is found and put back on hand is"
            " promised by itself. Or cancel the units."
        )
    if elsewhere:
        return (
            f"Free, but not for this channel: {', '.join(elsewhere)}. Move stock, or let that"
            " warehouse serve the channel; or cancel the units."
        )
    return "Receive stock, which is then promised by itself; or cancel the units."


def _exceptions(order: Order) -> list[Reason]:
    rows = OrderException.objects.filter(order=order, resolved_at=None)
    covered = ("oversold", "bad_address", "unknown_sku", "risk_refused")  # said by their own reason
    return [
        Reason(code="exception", sentence=row.sentence, facts=row.facts, act=row.fix)
        for row in rows.exclude(kind__in=covered).order_by("-severity", "raised_at")
    ]


def _steps(order: Order, *, kept_back: bool) -> list[Reason]:
    """Where its work stands; nobody is told to do what would be refused while it is kept back."""
    reasons = []
    rows = FulfillmentOrder.objects.filter(order=order).select_related("warehouse")
    for row in rows.order_by("id"):
        if step := STEPS.get(FulfillmentOrderStatus(row.status)):
            code, sentence, act = step
            facts = {"fulfillment": row.number, "warehouse": row.warehouse.code}
            words = f"{row.number}: {sentence.format(place=row.warehouse.name)}"
            if kept_back and code in UNTIL_SETTLED:
                act = "It goes on when that is settled."
            reasons.append(Reason(code=code, sentence=words, facts=facts, act=act))
    return reasons


def in_the_way(order: Order) -> list[Reason]:
    """Holds and gates that keep an order in the house, whatever has been released of it."""
    found = [*_holds(order), *_gates(order)]
    return sorted(found, key=lambda reason: ORDER.index(reason.code))


def first_code(order: Order) -> str:
    """The code that lists show; empty when nothing is open."""
    reasons = why_not_shipped(order)
    return reasons[0].code if reasons else ""
