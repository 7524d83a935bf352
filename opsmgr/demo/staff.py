"""What the demo's staff do: decide, pick, pack, hand over, inspect, answer."""

from random import Random

from core import clock
from core.actor import acting, person
from core.errors import Refused
from core.models import User
from inventory.models import StockLevel, Warehouse
from inventory.operations.stock.receive import receive_stock
from opsmgr.demo.background import settle
from orders.models import FulfillmentOrder, OrderException
from orders.operations.cancel import cancel_order
from orders.operations.exceptions import resolve_exception
from orders.states import ExceptionKind, FulfillmentOrderStatus
from returns.models import ReturnAuthorization
from returns.operations.approve import approve_return
from returns.operations.inspection import InspectionIn, inspect_return
from returns.operations.receive import receive_return
from returns.operations.refund import refund_return
from shipping.models import Carton, Parcel, PickList
from shipping.operations.hand_over import hand_over
from shipping.operations.label import request_label
from shipping.operations.pack import pack_parcel
from shipping.operations.pick import make_pick_list, pick_unit, short_pick
from shipping.states import ParcelState
from support.models import Case
from support.operations.close_case import close_case
from support.operations.converse import reply_case

RESULTS = [
    ("A", "restock"),
    ("A", "restock"),
    ("B", "restock"),
    ("C", "quarantine"),
    ("D", "scrap"),
]


class Staff:
    """The people of the shop, with one source of chance. Each acts as who they are."""

    def __init__(self, chance: Random) -> None:
        self.chance = chance
        people = {user.email.partition("@")[0]: person(user) for user in User.objects.all()}
        self.picker, self.manager = people["picker"], people["manager"]
        self.analyst, self.agent, self.buyer = people["analyst"], people["agent"], people["buyer"]

    def pick_and_pack(self, warehouse: Warehouse, *, most: int) -> None:
        """Walk for up to `most` fulfillment orders, twelve at a time, and pack what was picked."""
        with acting(self.picker):
            done = 0
            while done < most:
                try:
                    picks = make_pick_list(warehouse.pk, limit=12)
                except Refused:
                    break
                done += self._walk(picks)
            self.pack(warehouse)

    def _walk(self, picks: PickList) -> int:
        lines = list(picks.lines.select_related("sku", "bin").order_by("position"))
        place = None
        for line in lines:
            if self.chance.random() < 0.002:
                short_pick(picks.pk, line_id=line.pk)
                continue
            try:
                if line.bin is not None and line.bin_id != place:
                    pick_unit(picks.pk, barcode=line.bin.code)
                    place = line.bin_id
                pick_unit(picks.pk, barcode=line.sku.code, units=line.units)
            except Refused:
                short_pick(picks.pk, line_id=line.pk)
        return len({line.fulfillment_id for line in lines})

    def pack(self, warehouse: Warehouse) -> None:
        """Close a carton for everything that is picked."""
        cartons = list(Carton.objects.filter(active=True).order_by("id"))
        picked = FulfillmentOrder.objects.filter(
            warehouse=warehouse, status=FulfillmentOrderStatus.PICKED
        )
        with acting(self.picker):
            for row in picked:
                carton = cartons[self.chance.randrange(len(cartons))] if cartons else None
                try:
                    pack_parcel(row.pk, carton_code=carton.code if carton else "")
                except Refused:
                    pack_parcel(row.pk, carton_code="")

    def label_and_hand_over(self, warehouse: Warehouse) -> None:
        """Print labels for what has a carrier, then give each driver their parcels."""
        with acting(self.picker):
            drafts = Parcel.objects.filter(
                warehouse=warehouse, state=ParcelState.DRAFT, service__isnull=False
            )
            for parcel in drafts:
                try:
                    request_label(parcel.pk)
                except Refused:
                    continue
        settle(figures=False)
        with acting(self.picker):
            ready = Parcel.objects.to_hand_over().filter(warehouse=warehouse)
            by_carrier: dict[int, list[int]] = {}
            for pk, carrier_id in ready.values_list("pk", "carrier_id"):
                by_carrier.setdefault(carrier_id, []).append(pk)
            for ids in by_carrier.values():
                try:
                    hand_over(ids, warehouse_id=warehouse.pk)
                except Refused:
                    continue

    def take_returns(self, arrived: list[ReturnAuthorization]) -> None:
        """Approve what was asked, receive what has come, inspect, refund."""
        with acting(self.manager):
            for rma in ReturnAuthorization.objects.filter(status="requested"):
                if self.chance.random() < 0.8:
                    approve_return(rma.pk)
            for rma in arrived:
                receive_return(rma.pk)
            for rma in ReturnAuthorization.objects.filter(status="received"):
                if self.chance.random() < 0.8:
                    self._inspect(rma)

    def _inspect(self, rma: ReturnAuthorization) -> None:
        results = []
        for line in rma.lines.filter(units_received__gt=0):
            grade, disposition = self.chance.choice(RESULTS)
            results.append(
                InspectionIn(
                    line_id=line.pk, units=line.units_received, grade=grade,
                    disposition=disposition,
                )
            )  # fmt: skip
        inspect_return(rma.pk, results=results)
        try:
            refund_return(rma.pk)
        except Refused:
            return

    def answer_cases(self) -> None:
        """Reply to most open cases, and close those that are settled."""
        with acting(self.agent):
            for case in Case.objects.filter(state="open").order_by("id")[:60]:
                if self.chance.random() < 0.7:
                    close = self.chance.random() < 0.6
                    try:
                        reply_case(
                            case.pk, body="Thank you for writing. We see to it.", close=close
                        )
                    except Refused:
                        close_case(case.pk, resolution="Settled by telephone.")

    def settle_exceptions(self) -> None:
        """Cancel what stays short too long; settle what is only to be looked at."""
        with acting(self.manager):
            old = OrderException.objects.filter(resolved_at=None).select_related("order")
            for row in old.order_by("raised_at")[:40]:
                if row.order is None or self.chance.random() > 0.25:
                    continue
                if row.kind in (ExceptionKind.OVERSOLD, ExceptionKind.RISK_REFUSED):
                    self._try_cancel(row)
                elif row.kind in (ExceptionKind.SHORT_PICK, ExceptionKind.LOST_PARCEL):
                    resolve_exception(row.pk, resolution="Counted, and told the customer.")

    def _try_cancel(self, row: OrderException) -> None:
        try:
            cancel_order(row.order.pk, reason="cannot be sent")
        except Refused:
            resolve_exception(row.pk, resolution="Looked at; it went out after all.")

    def restock(self, warehouse: Warehouse, key: str) -> None:
        """Take in a delivery for what has run low."""
        levels = StockLevel.objects.filter(warehouse=warehouse).with_available()
        low = levels.filter(available__lt=6).order_by("available")[:60]
        units = {level.sku_id: self.chance.choice([24, 36, 48, 60]) for level in low}
        if units:
            with acting(self.buyer):
                receive_stock(
                    warehouse.pk, units, source_kind="delivery",
                    source_id=int(clock.now().timestamp()), key=key,
                )  # fmt: skip
