"""What SKUs cost from vendors: agreed for a time, by units, in packs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from core import clock
from core.errors import BadValue, NotThere
from core.events import publish
from core.operations import lock, operation
from inventory.errors import AgreementOverlaps, VendorEnded
from inventory.events import AgreementChanged
from inventory.models import PriceTier, SupplierProduct, Vendor
from inventory.operations.catalog import fields
from inventory.operations.catalog.in_use import require_open
from inventory.operations.purchasing import fields as own
from inventory.states import VendorStatus

MOST_TIERS = 20
AGREEMENT_RULES: dict[str, fields.Clean] = {
    "vendor_code": fields.text(64),
    "currency": fields.currency,
    "pack_units": own.number(1, 1_000_000),
    "minimum_units": own.number(1, 1_000_000_000),
    "multiple_units": own.number(1, 1_000_000),
    "lead_time_days": fields.whole(0, 730),
    "valid_from": own.some_day,
    "valid_to": own.day,
}
Tiers = Sequence[tuple[Any, Any]]  # from units, price per unit


@dataclass(frozen=True, kw_only=True)
class Terms:
    """What an agreement says about buying so many units on a day."""

    agreement: SupplierProduct
    price: Decimal


@operation(permission="inventory.save_agreement")
def create_agreement(
    vendor_id: int,
    sku_id: int,
    given: Mapping[str, Any],
    *,
    tiers: Tiers,
    end_earlier: bool = False,
) -> SupplierProduct:
    """Agree what a SKU costs from a vendor, from a day on (today unless `valid_from` says so).

    `tiers` are (from units, price per unit); the first starts at 1 or at the minimum.
    `end_earlier` lets one that is valid then end the day before. Raises BadValue,
    AgreementOverlaps, VendorEnded. Publishes agreement.changed.
    """
    vendor = lock(Vendor, vendor_id)  # agreements of one vendor are changed one after another
    if vendor.status == VendorStatus.ENDED:
        raise VendorEnded(field="vendor", vendor=vendor.name)
    require_open([sku_id])
    wanted = {"valid_from": clock.today(), "currency": vendor.currency, **given}
    made = SupplierProduct(vendor=vendor, sku_id=sku_id, **fields.cleaned(wanted, AGREEMENT_RULES))
    prices = clean_tiers(tiers, minimum=made.minimum_units)
    _require_sound(made, end_earlier=end_earlier)
    made.save()
    _write_tiers(made, prices)
    _tell(made)
    return made


@operation(permission="inventory.save_agreement")
def change_agreement(
    agreement_id: int, changes: Mapping[str, Any], *, tiers: Tiers | None = None
) -> SupplierProduct:
    """Change what is agreed; lines of orders keep the price they were written with.

    Raises BadValue, AgreementOverlaps. Publishes agreement.changed.
    """
    found = SupplierProduct.objects.filter(pk=agreement_id).first()
    if found is None:
        raise NotThere(kind="supplier product")
    lock(Vendor, found.vendor_id)
    agreement = lock(SupplierProduct, agreement_id)
    for name, value in fields.cleaned(changes, AGREEMENT_RULES).items():
        setattr(agreement, name, value)
    _require_sound(agreement)
    agreement.save()
    if tiers is not None:
        _write_tiers(agreement, clean_tiers(tiers, minimum=agreement.minimum_units))
    _tell(agreement)
    return agreement


def terms_for(*, vendor_id: int, sku_id: int, units: int, currency: str, day: date) -> Terms | None:
    """What is agreed for so many units on that day in that currency; None when nothing is."""
    valid = SupplierProduct.objects.valid_on(day).filter(
        vendor_id=vendor_id, sku_id=sku_id, currency=currency
    )
    agreement = valid.first()
    if agreement is None:
        return None
    tiers = list(agreement.tiers.order_by("from_units"))
    fitting = [tier for tier in tiers if tier.from_units <= units] or tiers[:1]
    return Terms(agreement=agreement, price=fitting[-1].price)


def clean_tiers(tiers: Tiers, *, minimum: int) -> list[tuple[int, Decimal]]:
    """The tiers in order. Raises BadValue by place: `tiers.0.price`."""
    if not 1 <= len(tiers) <= MOST_TIERS:
        raise BadValue(field="tiers", fix=f"Give 1 to {MOST_TIERS} prices.")
    clean: dict[int, Decimal] = {}
    for place, (from_units, price) in enumerate(tiers):
        start = own.units(f"tiers.{place}.from_units", from_units)
        if start in clean:
            raise BadValue(field=f"tiers.{place}.from_units", fix=f"{start} has a price already.")
        clean[start] = own.price(f"tiers.{place}.price", price)
    if min(clean) > max(minimum, 1):
        raise BadValue(
            field="tiers.0.from_units", fix=f"Start at {minimum} units, the minimum, or below."
        )
    return sorted(clean.items())


def _require_sound(agreement: SupplierProduct, *, end_earlier: bool = False) -> None:
    own.require_order(agreement.valid_from, agreement.valid_to, field="valid_to")
    others = SupplierProduct.objects.filter(
        vendor_id=agreement.vendor_id, sku_id=agreement.sku_id
    ).exclude(pk=agreement.pk)
    if agreement.valid_to:
        others = others.filter(valid_from__lte=agreement.valid_to)
    for other in others.order_by("valid_from"):
        if other.valid_to and other.valid_to < agreement.valid_from:
            continue
        if end_earlier and other.valid_from < agreement.valid_from:
            other.valid_to = agreement.valid_from - timedelta(days=1)
            other.save(update_fields=["valid_to", "updated_at"])
            continue
        raise AgreementOverlaps(
            field="valid_from",
            sku=agreement.sku.code,
            vendor=agreement.vendor.name,
            since=other.valid_from,
            until=other.valid_to or "further notice",
            fix="end that one first, or choose other days.",
        )


def _write_tiers(agreement: SupplierProduct, prices: Sequence[tuple[int, Decimal]]) -> None:
    agreement.tiers.all().delete()
    PriceTier.objects.bulk_create(
        PriceTier(product=agreement, from_units=start, price=price) for start, price in prices
    )


def _tell(agreement: SupplierProduct) -> None:
    publish(
        AgreementChanged(
            vendor_id=agreement.vendor_id,
            sku_id=agreement.sku_id,
            sku=agreement.sku.code,
            valid_from=agreement.valid_from.isoformat(),
        )
    )
