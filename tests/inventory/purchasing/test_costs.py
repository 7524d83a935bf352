from decimal import Decimal

import pgtrigger
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core import clock
from core.books import book_checks
from core.errors import BadValue
from core.money import Money
from inventory.models import (
    CostEntry,
    CostLayer,
    LandedShare,
    PurchaseLine,
    PurchaseOrder,
    Receipt,
    ReceiptLine,
    StockCost,
    StockLevel,
    StockMovement,
)
from inventory.operations.purchasing.landed import add_landed_cost
from inventory.operations.purchasing.rates import set_rate
from inventory.operations.purchasing.receive import amount_of
from inventory.operations.stock.adjust import adjust_stock
from tests.builders.inventory import sku, stock
from tests.builders.purchasing import agreement, arrive, draft, sent, vendor


def gbp(amount: str) -> Money:
    return Money.of(amount, "GBP")


def average(code: str = "MUG") -> str:
    return str(StockCost.objects.get(sku__code=code).average)


def cost(code: str = "MUG") -> StockCost:
    return StockCost.objects.for_list().get(sku__code=code)


def mismatches() -> list[str]:
    own = [check for name, check in sorted(book_checks.items()) if name.startswith("inventory")]
    return [found.sentence for check in own for found in check()]


@pytest.mark.django_db
def test_the_average_starts_from_what_was_there_at_the_skus_own_cost():
    stock("MUG", on_hand=10)  # at 4.00
    agreement("MUG", tiers=[(1, "7")])
    arrive(sent(MUG=5), MUG=5)
    assert average() == "5.000000"  # (10 × 4 + 5 × 7) / 15
    assert (cost().average_value, cost().layer_value) == (gbp("75"), gbp("75"))


@pytest.mark.django_db
def test_the_layers_that_came_in_last_are_what_is_there():
    agreement("MUG", tiers=[(1, "2"), (10, "5")])
    first, second = sent(MUG=5), sent(MUG=10)
    arrive(first, MUG=5)
    arrive(second, MUG=10)
    assert average() == "4.000000"
    level = StockLevel.objects.get()
    adjust_stock(level.sku_id, level.warehouse_id, units=-3, reason="shrinkage")
    assert (cost().average_value, cost().layer_value) == (gbp("48"), gbp("54"))  # 2 × 2 + 10 × 5
    adjust_stock(level.sku_id, level.warehouse_id, units=-8, reason="shrinkage")
    assert cost().layer_value == gbp("20")
    assert mismatches() == []


@pytest.mark.django_db
def test_a_receipt_keeps_the_rate_of_its_day():
    set_rate("EUR", rate="0.8", day=clock.today())
    vendor("PARIS", currency="EUR")
    agreement("MUG", at="PARIS", tiers=[(1, "10")])
    order = sent(at="PARIS", MUG=4)
    arrive(order, MUG=2)
    set_rate("EUR", rate="0.9", day=clock.today())
    arrive(order, MUG=2)
    assert [str(r.rate.normalize()) for r in Receipt.objects.order_by("id")] == ["0.8", "0.9"]
    assert [row.cost for row in ReceiptLine.objects.order_by("id")] == [gbp("16"), gbp("18")]
    assert average() == "8.500000"


@pytest.mark.django_db
def test_deliveries_in_part_add_up_to_the_line():
    agreement("MUG", tiers=[(1, "3.333333")])
    order = sent(MUG=7)
    for units in (1, 2, 3, 1):
        arrive(order, MUG=units)
    amounts = [row.amount for row in ReceiptLine.objects.order_by("id")]
    assert sum(amounts, gbp("0")) == order.lines.get().total == gbp("23.33")


@given(total=st.integers(0, 10**7), of=st.integers(1, 500), parts=st.lists(st.integers(1, 60)))
def test_parts_of_a_line_always_sum_to_it(total, of, parts):
    line = PurchaseLine(order=PurchaseOrder(currency="GBP"), units=of, price=Decimal(0))
    line.total = Money(total, "GBP")
    seen = Money.zero("GBP")
    for units in [*parts, of]:
        seen += amount_of(line, units)
        line.units_received += units
    assert seen == line.total


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("spread_by", "shares"),
    [
        ("units", ["3.33", "6.67"]),  # 1 and 2 units
        ("value", ["6.66", "3.34"]),  # worth 8.00 and 4.00
        ("weight", ["7.50", "2.50"]),  # 600 g and 200 g
    ],
)
def test_freight_is_spread_exactly(spread_by, shares):
    sku("MUG", weight_grams=600), sku("CUP", weight_grams=100)
    agreement("MUG", tiers=[(1, "8")])
    agreement("CUP", tiers=[(1, "2")])
    receipt = arrive(sent(MUG=1, CUP=2), MUG=1, CUP=2)

    landed = add_landed_cost(
        receipt.pk, kind="freight", amount=gbp("10"), spread_by=spread_by, document="F-1"
    )

    by_sku = {s.layer.sku.code: s.amount for s in landed.shares.select_related("layer__sku")}
    assert by_sku["MUG"] + by_sku["CUP"] == gbp("10")
    assert abs(by_sku["MUG"].minor - gbp(shares[0]).minor) <= 1
    assert Decimal(average("MUG")) == 8 + by_sku["MUG"].amount
    assert cost("MUG").layer_value == gbp("8") + by_sku["MUG"]
    assert mismatches() == []


@pytest.mark.django_db
def test_landed_costs_of_units_that_are_gone_raise_no_average():
    agreement("MUG", tiers=[(1, "4")])
    receipt = arrive(sent(MUG=10), MUG=10)
    level = StockLevel.objects.get()
    adjust_stock(level.sku_id, level.warehouse_id, units=-5, reason="sample")
    add_landed_cost(receipt.pk, kind="duty", amount=gbp("10"), spread_by="units", document="D")
    assert average() == "5.000000"  # 5 × 4 + half of 10, over 5
    assert cost().layer_value == gbp("25")
    adjust_stock(level.sku_id, level.warehouse_id, units=-5, reason="sample")
    add_landed_cost(receipt.pk, kind="duty", amount=gbp("10"), spread_by="units", document="E")
    assert average() == "5.000000"
    assert mismatches() == []


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"amount": gbp("0")}, "amount"),
        ({"amount": gbp("-1")}, "amount"),
        ({"amount": {"amount": "1.234", "currency": "GBP"}}, "amount"),
        ({"amount": {"amount": "1", "currency": "CHF"}}, "amount"),
        ({"kind": "bribe"}, "kind"),
        ({"spread_by": "mood"}, "spread_by"),
        ({"spread_by": "weight"}, "spread_by"),
        ({"document": ""}, "document"),
        ({"document": "F-1"}, "document"),
    ],
)
def test_a_landed_cost_that_will_not_do_is_refused(changes, field):
    sku("MUG", weight_grams=None)
    receipt = arrive(sent(MUG=2), MUG=2)
    good = {"kind": "freight", "amount": gbp("1"), "spread_by": "units", "document": "F-2"}
    add_landed_cost(receipt.pk, **(good | {"document": "F-1"}))
    with pytest.raises(BadValue) as refused:
        add_landed_cost(receipt.pk, **(good | changes))
    assert refused.value.facts["field"] == field
    assert LandedShare.objects.count() == 1


@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    acts=st.lists(
        st.tuples(st.sampled_from(["order", "arrive", "take", "land"]), st.integers(1, 9)),
        max_size=14,
    )
)
@pytest.mark.django_db
def test_the_books_hold_whatever_happens(acts):
    from django.db import transaction

    with transaction.atomic():
        agreement("MUG", tiers=[(1, "3.333333"), (5, "2.19")])
        order = sent(MUG=9)
        for number, (act, units) in enumerate(acts):
            _happen(order, act, units, number)
            assert mismatches() == []
        transaction.set_rollback(True)


def _happen(order, act, units, number):
    order.refresh_from_db()
    line = order.lines.get()
    level = StockLevel.objects.get()
    if act == "arrive" and units <= line.units_open:
        arrive(order, MUG=units, damaged=units // 3)
    elif act == "take" and units <= level.on_hand:
        adjust_stock(level.sku_id, level.warehouse_id, units=-units, reason="sample")
    elif act == "order":
        arrive(sent(MUG=units), MUG=units)
    elif act == "land" and (receipt := Receipt.objects.order_by("?").first()):
        add_landed_cost(
            receipt.pk, kind="freight", amount=Money(units * 37, "GBP"), spread_by="units",
            document=f"F-{number}",
        )  # fmt: skip


TAMPERING = [
    (PurchaseOrder, {"total": Money(1, "GBP")}, "its total is not the sum of its lines"),
    (PurchaseLine, {"units_received": 3}, "3 received"),
    (PurchaseLine, {"units_missing": 1}, "5 units are open"),
    (CostLayer, {"units": 9}, "its cost layer has 9"),
    (CostLayer, {"value": Money(1, "GBP")}, "or another value"),
    (LandedShare, {"amount": Money(1, "GBP")}, "its shares do not add up to it"),
    (CostEntry, {"average": Decimal(9)}, "the average is 9.000000 after entry"),
    (CostEntry, {"value": Money(9, "GBP")}, "has another value than what it is about"),
    (StockCost, {"average": Decimal(9)}, "the average is kept as 9.000000"),
    (StockMovement, {"source_kind": "other"}, "are incoming for it"),
]  # fmt: skip


@pytest.mark.django_db
@pytest.mark.parametrize(("model", "change", "said"), TAMPERING)
def test_what_was_tampered_with_is_found(model, change, said):
    draft(CUP=2)
    receipt = arrive(sent(MUG=10), MUG=4)
    add_landed_cost(receipt.pk, kind="freight", amount=gbp("2"), spread_by="value", document="F")
    assert mismatches() == []
    with pgtrigger.ignore():
        model.objects.update(**change)
    assert any(said in sentence for sentence in mismatches())
