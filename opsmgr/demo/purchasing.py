"""What the demo shop buys: vendors, their prices, and orders in every state."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from random import Random

from core import clock
from core.actor import acting, person
from core.models import User
from core.money import Money
from inventory.models import PurchaseOrder, Receipt, Sku, Vendor, Warehouse
from inventory.operations.purchasing.agreements import create_agreement
from inventory.operations.purchasing.approve import approve_purchase
from inventory.operations.purchasing.draft import LineIn, draft_purchase
from inventory.operations.purchasing.end import cancel_purchase, close_purchase, promise_purchase
from inventory.operations.purchasing.landed import add_landed_cost
from inventory.operations.purchasing.park import park_goods
from inventory.operations.purchasing.rates import set_rate
from inventory.operations.purchasing.receive import ArrivedLine, receive_purchase
from inventory.operations.purchasing.send import send_purchase
from inventory.operations.purchasing.vendors import create_vendor, save_contact
from inventory.operations.purchasing.watch_dates import watch_vendor_dates
from opsmgr.demo.background import settle

RATES = {"EUR": ("0.86", "0.85", "0.87"), "USD": ("0.79", "0.78", "0.80")}
# code, name, currency, kinds, incoterm, lead days, tolerance %, contract ends in, reviewed in
VENDORS = [
    ("OAKHILL", "Oakhill Potteries", "GBP", ["supplier"], "DAP", 9, "2", 75, 40),
    ("NORDLICHT", "Nordlicht Leuchten GmbH", "EUR", ["supplier"], "FCA", 21, "5", 210, -2),
    ("PORTO", "Têxteis do Porto", "EUR", ["supplier"], "CIF", 28, "0", 400, 90),
    ("LAKESIDE", "Lakeside Paper Co.", "USD", ["supplier"], "FOB", 35, "3", 140, 120),
    ("SWIFT", "Swift Parcels", "GBP", ["carrier"], "", 1, "0", 45, 60),
    ("HANSA", "Hansa Lager und Versand", "EUR", ["3pl", "carrier"], "", 2, "0", 300, 20),
    ("BRIGHT", "Bright & Daughters", "GBP", ["agency"], "", 5, "0", 95, 30),
    ("PAYLANE", "Paylane", "GBP", ["gateway"], "", 1, "0", 500, 200),
]
PEOPLE = ["Ines Duarte", "Karl Brandt", "Mary Whitlock", "Tom Ashby", "Lena Vogt", "Sam Price"]


@dataclass(frozen=True)
class Deal:
    """A supplier with the SKUs that it sells us."""

    vendor: Vendor
    skus: list[Sku]


def make_purchasing(until: datetime, *, seed: int = 7) -> int:
    """Let the shop have bought for the last two months until `until`; return how many orders.

    Call it once on a shop that has SKUs, warehouses and staff; a second call changes nothing.
    """
    if Vendor.objects.filter(code=VENDORS[0][0]).exists():
        return 0
    chance = Random(f"purchasing {seed}")  # noqa: S311 - the same shop for the same seed
    people = {user.email.partition("@")[0]: person(user) for user in User.objects.all()}
    with clock.pinned(until - timedelta(days=70)):
        for place, (currency, values) in enumerate(sorted(RATES.items())):
            for step, rate in enumerate(values):
                day = clock.today() + timedelta(days=step * 28 + place)
                set_rate(currency, rate=rate, day=day)
        vendors = [_vendor(chance, row, until) for row in VENDORS]
        deals = list(_deals(chance, vendors))
    places = list(Warehouse.objects.active().order_by("id"))[:2]
    with acting(people.get("buyer", people["manager"])):
        for number, plan in enumerate(PLANS):
            deal = deals[number % len(deals)]
            plan(Played(chance, deal, places[number % len(places)], until, people))
    with clock.pinned(until):
        watch_vendor_dates()
        settle(figures=False)
    return PurchaseOrder.objects.count()


def _vendor(chance: Random, row: tuple, until: datetime) -> Vendor:
    code, name, currency, kinds, incoterm, lead, tolerance, ends, review = row
    today = clock.day_of(until)
    vendor = create_vendor(
        {
            "code": code, "name": name, "currency": currency, "kinds": kinds, "incoterm": incoterm,
            "lead_time_days": lead, "tolerance_percent": tolerance, "payment_days": 30,
            "contract_from": today - timedelta(days=300), "notice_days": 60,
            "contract_to": today + timedelta(days=ends), "otif_percent": "95",
            "review_on": today + timedelta(days=review),
            "sla_text": "Delivery notes name our order. Damage is credited within 30 days.",
        }
    )  # fmt: skip
    who = chance.choice(PEOPLE)
    mail = f"{who.split()[0].lower()}@{code.lower()}.example.com"
    save_contact(
        vendor.pk,
        {"name": who, "duty": "Sales", "email": mail, "takes_orders": "supplier" in kinds,
         "phone": f"+44 20 7946 0{chance.randrange(100, 999)}"},
    )  # fmt: skip
    return vendor


def _deals(chance: Random, vendors: list[Vendor]) -> Iterator[Deal]:
    """Each supplier sells us some thirty things, with a better price for more."""
    suppliers = [vendor for vendor in vendors if "supplier" in vendor.kinds]
    skus = list(Sku.objects.active().filter(unit_cost__gt=0).order_by("id")[:120])
    for place, vendor in enumerate(suppliers):
        mine = skus[place :: len(suppliers)]
        rate = Decimal(RATES.get(vendor.currency, ("1",))[0])
        for sku in mine:
            price = (Decimal(sku.unit_cost or 0) / rate).quantize(Decimal("0.0001"))
            create_agreement(
                vendor.pk,
                sku.pk,
                {"vendor_code": f"{vendor.code[:2]}-{10_000 + sku.pk}", "multiple_units": 6,
                 "pack_units": chance.choice([6, 12, 24]), "minimum_units": 12},
                tiers=[(1, price), (96, price * Decimal("0.94")), (480, price * Decimal("0.88"))],
            )  # fmt: skip
        if mine:
            yield Deal(vendor, mine)


@dataclass
class Played:
    """One order, moved on by the plans below."""

    chance: Random
    deal: Deal
    place: Warehouse
    until: datetime
    people: dict

    def at(self, days_ago: float):
        """That long before the present."""
        return clock.pinned(self.until - timedelta(days=days_ago))

    def drafted(self, days_ago: float, *, least: int = 12, most: int = 96) -> PurchaseOrder:
        """A draft with a handful of lines."""
        picked = self.chance.sample(self.deal.skus, k=min(6, len(self.deal.skus)))
        with self.at(days_ago):
            return draft_purchase(
                self.deal.vendor.pk,
                self.place.pk,
                lines=[
                    LineIn(sku_id=sku.pk, units=self.chance.randrange(least, most + 1, 6))
                    for sku in picked
                ],
            )

    def sent(self, days_ago: float) -> PurchaseOrder:
        """An order that the vendor has; what costs more than the buyer may goes to the manager."""
        order = self.drafted(days_ago)
        with self.at(days_ago - 0.1), acting(self.people["manager"]):
            approve_purchase(order.pk)
            send_purchase(order.pk)
            settle(figures=False)
        return order

    def arrived(self, order: PurchaseOrder, days_ago: float, *, share: float = 1.0) -> Receipt:
        """A delivery of that share of each line, now and then with something damaged."""
        lines = []
        for line in order.lines.order_by("id"):
            units = max(1, round(line.units_open * share))
            damaged = 1 if self.chance.random() < 0.15 else 0
            lines.append(ArrivedLine(sku_id=line.sku_id, units=units, damaged=damaged))
        note = f"DN-{self.chance.randrange(10_000, 99_999)}"
        with self.at(days_ago), acting(self.people["picker"]):
            return receive_purchase(order.pk, lines, key=note, delivery_note=note)


def _closed(play: Played) -> None:
    order = play.sent(58)
    receipt = play.arrived(order, 40)
    freight = Money.of("86.40", play.deal.vendor.currency)
    with play.at(38):
        add_landed_cost(
            receipt.pk, kind="freight", amount=freight, spread_by="weight", document="FR-2203"
        )


def _closed_short(play: Played) -> None:
    order = play.sent(49)
    play.arrived(order, 30, share=0.9)
    with play.at(20):
        close_purchase(order.pk, reason="The rest is sold out there")


def _partly(play: Played) -> None:
    order = play.sent(26)
    receipt = play.arrived(order, 6, share=0.5)
    line = order.lines.order_by("id").first()
    with play.at(5):
        promise_purchase(
            order.pk, line.sku_id, day=clock.today() + timedelta(days=12), reason="kiln repair"
        )
        add_landed_cost(
            receipt.pk, kind="duty", amount=Money.of("41.15", "GBP"), spread_by="value",
            document="C88-7714",
        )  # fmt: skip
    with play.at(1), acting(play.people["picker"]):
        park_goods(
            play.place.pk, units=4, barcode="5012345678900", order_id=order.pk,
            description="Grey bowls, no label",
        )  # fmt: skip


def _overdue(play: Played) -> None:
    play.sent(44)


def _on_the_way(play: Played) -> None:
    play.sent(4)


def _approved(play: Played) -> None:
    order = play.drafted(2)
    with play.at(1.5), acting(play.people["manager"]):
        approve_purchase(order.pk)


def _draft(play: Played) -> None:
    play.drafted(0.4)


def _above_the_limit(play: Played) -> None:
    order = play.drafted(0.8, least=480, most=960)
    with play.at(0.7):
        approve_purchase(order.pk)


def _cancelled(play: Played) -> None:
    order = play.sent(33)
    with play.at(31):
        cancel_purchase(order.pk, reason="Found at a better price")


PLANS = [
    _closed, _closed, _overdue, _closed_short, _partly, _partly, _on_the_way, _on_the_way,
    _cancelled, _approved, _draft, _above_the_limit, _draft,
]  # fmt: skip
