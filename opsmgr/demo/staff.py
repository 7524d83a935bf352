"""What the demo's warehouse staff do: pick, pack, repack, hand over, take in deliveries."""

from collections import defaultdict
from random import Random

from core import clock
from core.actor import acting, person
from core.errors import Refused
from core.models import User
from inventory.models import StockLevel, Warehouse
from inventory.operations.stock.receive import receive_stock
from orders.models import FulfillmentLine, FulfillmentOrder
from orders.states import FulfillmentOrderStatus
from shipping.models import Carton, Parcel, PickLine, PickList
from shipping.operations.hand_over import hand_over
from shipping.operations.label import request_label
from shipping.operations.pack import cancel_parcel, pack_parcel
from shipping.operations.pick import make_pick_list, pick_unit, short_pick
from shipping.rating.cartons import Proposal, item_of, propose_cartons
from shipping.states import ParcelState

NOT_THERE = 0.0015  # how often a picker finds a bin empty
CART, DRIVER = 12, 200  # orders on one walk; parcels on one manifest


class Staff:
    """The people of the shop, with one source of chance. Each acts as who they are."""

    def __init__(self, chance: Random) -> None:
        self.chance = chance
        people = {user.email.partition("@")[0]: person(user) for user in User.objects.all()}
        self.picker, self.manager = people["picker"], people["manager"]
        self.analyst, self.agent, self.buyer = people["analyst"], people["agent"], people["buyer"]
        self.finance = people["finance"]
        self.cartons = list(Carton.objects.filter(active=True).order_by("id"))

    # -- picking -------------------------------------------------------------------------------

    def pick(self, warehouse: Warehouse, *, most: int) -> None:
        """Walk for up to `most` fulfillment orders, a cart at a time."""
        with acting(self.picker):
            while most > 0:
                try:
                    picks = make_pick_list(warehouse.pk, limit=min(CART, most))
                except Refused:
                    break
                most -= self.walk(picks, stops(picks))

    def walk(self, picks: PickList, lines: list[PickLine]) -> int:
        """Scan each place and take its units; return how many orders were served."""
        place = None
        for line in lines:
            if self.chance.random() < NOT_THERE:
                short_pick(picks.pk, line_id=line.pk)
                continue
            try:
                if line.bin is not None and line.bin_id != place:
                    pick_unit(picks.pk, barcode=line.bin.code)
                    place = line.bin_id
                pick_unit(picks.pk, barcode=line.sku.code, units=line.units)
            except Refused:  # cancelled meanwhile, by somebody at the dashboard
                return len({line.fulfillment_id for line in lines})
        return len({line.fulfillment_id for line in lines})

    # -- packing and handing over --------------------------------------------------------------

    def pack(self, warehouse: Warehouse) -> None:
        """Put everything that is picked into the cartons that fit."""
        picked = FulfillmentOrder.objects.filter(
            warehouse=warehouse, status=FulfillmentOrderStatus.PICKED
        )
        self.pack_these(picked.order_by("id").values_list("pk", flat=True))

    def pack_these(self, fulfillment_ids: list[int]) -> None:
        """Pack all that was picked of these fulfillment orders, none of it in a parcel yet."""
        lines: dict[int, list[FulfillmentLine]] = defaultdict(list)
        rows = FulfillmentLine.objects.filter(fulfillment__in=list(fulfillment_ids))
        for line in rows.select_related("order_line__sku").order_by("fulfillment", "id"):
            lines[line.fulfillment_id].append(line)
        with acting(self.picker):
            for pk, goods in lines.items():
                proposed = self._proposed(goods)
                for carton in proposed:
                    code = carton.carton.code if carton.carton else ""
                    units = carton.units if len(proposed) > 1 else None
                    pack_parcel(pk, carton_code=code, units=units)

    def _proposed(self, goods: list[FulfillmentLine]) -> list[Proposal]:
        items = [item_of(line.pk, line.units_picked, line.order_line.sku) for line in goods]
        return propose_cartons(items, self.cartons)

    def repack(self) -> None:
        """Undo parcels that no carrier takes, and pack their units anew, in the right cartons."""
        drafts = Parcel.objects.filter(state=ParcelState.DRAFT, service=None)
        failed = list(drafts.exclude(problem=""))
        with acting(self.picker):
            for parcel in failed:
                cancel_parcel(parcel.pk, reason="too big for every carrier")
        again = {parcel.fulfillment_id for parcel in failed}
        live = Parcel.objects.live().filter(fulfillment__in=again).values_list("fulfillment")
        self.pack_these(sorted(again - {pk for (pk,) in live}))

    def ask_for_labels(self) -> int:
        """Ask again for labels of what has a carrier and none; return how many."""
        drafts = Parcel.objects.filter(state=ParcelState.DRAFT, service__isnull=False)
        with acting(self.picker):
            for parcel in drafts:
                request_label(parcel.pk)
        return len(drafts)

    def hand_over(self, warehouse: Warehouse) -> None:
        """Give each driver their parcels."""
        ready = Parcel.objects.to_hand_over().filter(warehouse=warehouse)
        by_carrier: dict[int, list[int]] = defaultdict(list)
        for pk, carrier_id in ready.order_by("id").values_list("pk", "carrier_id"):
            by_carrier[carrier_id].append(pk)
        with acting(self.picker):
            for ids in by_carrier.values():
                for start in range(0, len(ids), DRIVER):
                    hand_over(ids[start : start + DRIVER], warehouse_id=warehouse.pk)

    # -- stock ---------------------------------------------------------------------------------

    def restock(self, warehouse: Warehouse, key: str) -> None:
        """Take in a delivery for what has run low. Some suppliers are late, always the same."""
        levels = StockLevel.objects.filter(warehouse=warehouse).with_available()
        low = levels.filter(available__lt=6).order_by("available")[:60]
        units = {
            level.sku_id: self.chance.choice([24, 36, 48, 60]) for level in low if level.sku_id % 23
        }
        if units:
            with acting(self.buyer):
                receive_stock(
                    warehouse.pk, units, source_kind="delivery",
                    source_id=int(clock.now().timestamp()), key=key,
                )  # fmt: skip


def stops(picks: PickList) -> list[PickLine]:
    """The stops of a walk, in order."""
    return list(picks.lines.select_related("sku", "bin").order_by("position"))
