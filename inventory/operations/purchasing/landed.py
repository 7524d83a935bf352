"""Freight, duty and the like: spread over what a delivery has brought, to the last minor unit."""

from collections.abc import Mapping

from core import clock
from core.actor import current_actor
from core.errors import BadValue
from core.events import publish
from core.money import Money
from core.operations import lock, operation
from inventory.events import CostLanded
from inventory.models import CostLayer, LandedCost, LandedShare, Receipt
from inventory.operations.catalog import fields
from inventory.operations.purchasing import fields as own
from inventory.operations.purchasing.costing import add_share, lock_costs
from inventory.operations.purchasing.rates import rate_on
from inventory.states import LandedKind, SpreadBy


@operation(permission="inventory.add_landed_cost")
def add_landed_cost(
    receipt_id: int,
    *,
    kind: str,
    amount: Money | Mapping[str, str],
    spread_by: str,
    document: str,
) -> LandedCost:
    """Put the amount of a bill onto the layers of a receipt, by value, weight or units.

    The parts add up to the whole. `amount` is Money in any currency, or its JSON. Raises
    BadValue: for an amount that is none, a document that is on the receipt already, an unknown
    rate, weights that are not known. Publishes receipt.landed.
    """
    receipt = lock(Receipt, receipt_id)
    money = _money(amount)
    word = fields.code(60)("document", document)
    chosen = own.choice(LandedKind.values)("kind", kind)
    if receipt.landed.filter(kind=chosen, document=word).exists():
        raise BadValue(field="document", fix=f"{word} is on {receipt.number} already.")
    landed = LandedCost(
        receipt=receipt,
        kind=chosen,
        spread_by=own.choice(SpreadBy.values)("spread_by", spread_by),
        document=word,
        currency=money.currency,
        amount=money,
        rate=rate_on(money.currency, clock.today(), field="amount"),
        actor=current_actor().name,
        created_at=clock.now(),
    )
    landed.company_amount = money.converted(landed.rate, landed.company_amount.currency)
    landed.save()
    _spread(landed)
    publish(
        CostLanded(
            receipt_id=receipt.pk,
            purchase_order_id=receipt.order_id,
            kind=landed.get_kind_display(),
            amount=money.shown(),
        )
    )
    return landed


def _spread(landed: LandedCost) -> None:
    layers = list(
        CostLayer.objects.filter(receipt_line__receipt_id=landed.receipt_id)
        .select_related("sku")
        .order_by("id")
    )
    weights = _weights(layers, landed.spread_by)
    there = lock_costs(landed.receipt.warehouse_id, [layer.sku_id for layer in layers])
    parts = landed.company_amount.split(weights)
    for layer, part in zip(layers, parts, strict=True):
        if part:
            share = LandedShare.objects.create(landed=landed, layer=layer, amount=part)
            add_share(share, there=there[layer.sku_id])


def _weights(layers: list[CostLayer], spread_by: str) -> list[int]:
    if spread_by == SpreadBy.UNITS:
        return [layer.units for layer in layers]
    if spread_by == SpreadBy.VALUE:
        weights = [layer.value.minor for layer in layers]
        if not any(weights):
            raise BadValue(field="spread_by", fix="The goods cost nothing; spread it by units.")
        return weights
    unknown = sorted({layer.sku.code for layer in layers if not layer.sku.weight_grams})
    if unknown:
        fix = f"The weight of {', '.join(unknown[:5])} is not known; fill it in first."
        raise BadValue(field="spread_by", fix=fix)
    return [(layer.sku.weight_grams or 0) * layer.units for layer in layers]


def _money(amount: Money | Mapping[str, str]) -> Money:
    try:
        money = (
            amount if isinstance(amount, Money) else Money.of(amount["amount"], amount["currency"])
        )
    except (KeyError, ValueError, TypeError) as error:
        raise BadValue(field="amount", fix=str(error)) from error
    if money.minor <= 0:
        raise BadValue(field="amount", fix="Give an amount above nothing.")
    return money
