"""Products and their SKUs: what is sold, and what is counted."""

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.db.models import Q

from core import clock
from core.errors import BadValue, NotThere
from core.events import publish
from core.operations import lock, operation
from inventory.errors import StillStocked
from inventory.events import SkuChanged, SkuCreated, StockChanged
from inventory.models import Product, Sku, StockLevel
from inventory.operations.catalog import fields
from inventory.operations.catalog.costs import note_costs

SKU_RULES: dict[str, fields.Clean] = {
    "code": fields.code(64),
    "title": fields.text(200, empty=False),
    "barcode": fields.barcode,
    "weight_grams": fields.whole(1, 10_000_000),
    "length_mm": fields.whole(1, 100_000),
    "width_mm": fields.whole(1, 100_000),
    "height_mm": fields.whole(1, 100_000),
    "hs_code": fields.hs_code,
    "origin_country": fields.country,
    "unit_cost": fields.amount,
    "unit_price": fields.amount,
    "currency": fields.currency,
    "active": fields.yes_or_no,
}
PRODUCT_RULES: dict[str, fields.Clean] = {
    "title": fields.text(200, empty=False),
    "category": fields.text(100),
    "description": fields.text(20_000),
}


@operation(permission="inventory.create_sku")
def create_product(*, title: str, category: str = "", description: str = "") -> Product:
    """Make a product, to which SKUs are then added. Raises BadValue."""
    given = {"title": title, "category": category, "description": description}
    return Product.objects.create(**fields.cleaned(given, PRODUCT_RULES))


@operation(permission="inventory.change_sku")
def change_product(product_id: int, changes: Mapping[str, Any]) -> Product:
    """Change title, category or description of a product. Raises BadValue."""
    product = lock(Product, product_id)
    for field, value in fields.cleaned(changes, PRODUCT_RULES).items():
        setattr(product, field, value)
    product.save(update_fields=list(changes))
    return product


@operation(permission="inventory.change_sku")
def archive_product(product_id: int, *, archived: bool) -> Product:
    """Put a product out of sight, or back; its SKUs stay as they are."""
    product = lock(Product, product_id)
    product.archived_at = clock.now() if archived else None
    product.save(update_fields=["archived_at"])
    return product


@operation(permission="inventory.create_sku")
def create_sku(master: Mapping[str, Any], *, product_id: int | None = None) -> Sku:
    """Make a SKU from its master data; without a product, one of its title is made for it.

    `master` takes the fields of SKU_RULES; `code` and `title` must be there. Raises BadValue for
    what will not do or is taken. Publishes sku.created.
    """
    wanted = {"currency": settings.COMPANY_CURRENCY, **master}
    for field in ("code", "title"):
        wanted.setdefault(field, "")
    clean = fields.cleaned(wanted, SKU_RULES)
    if product_id is None:
        product_id = Product.objects.create(title=clean["title"]).pk
    elif not Product.objects.filter(pk=product_id).exists():
        raise NotThere(kind="product")
    _require_unique(clean)
    sku = Sku.objects.create(product_id=product_id, **clean)
    publish(SkuCreated(sku_id=sku.pk))
    return sku


@operation(permission="inventory.change_sku")
def change_sku(sku_id: int, changes: Mapping[str, Any]) -> Sku:
    """Change master data of a SKU; what is equal already is no change.

    Raises BadValue for what will not do or is taken, StillStocked when a SKU with stock is to be
    made inactive. Publishes sku.changed, and stock.changed when it stops or starts being sold.
    """
    sku = lock(Sku, sku_id)
    clean = fields.cleaned(changes, SKU_RULES)
    changed = {field: value for field, value in clean.items() if getattr(sku, field) != value}
    if not changed:
        return sku
    _require_unique(changed, besides=sku)
    if changed.get("active") is False:
        _require_no_stock(sku)
    cost_before = sku.unit_cost, sku.currency
    for field, value in changed.items():
        setattr(sku, field, value)
    sku.save(update_fields=[*changed, "updated_at"])
    note_costs([(sku, cost_before)], reason="by hand")
    publish(SkuChanged(sku_id=sku.pk, fields=sorted(changed)))
    if "active" in changed:
        publish(StockChanged(sku_ids=[sku.pk], why="sold again" if sku.active else "not sold"))
    return sku


def _require_unique(clean: Mapping[str, Any], *, besides: Sku | None = None) -> None:
    others = Sku.objects.exclude(pk=besides.pk) if besides else Sku.objects.all()
    for field in ("code", "barcode"):
        value = clean.get(field)
        if value and others.filter(**{field: value}).exists():
            raise BadValue(field=field, fix=f"{value} is taken by another SKU; give another.")


def _require_no_stock(sku: Sku) -> None:
    levels = StockLevel.objects.for_sku(sku.pk)
    full = levels.filter(Q(on_hand__gt=0) | Q(quarantine__gt=0) | Q(incoming__gt=0))
    if units := sum(level.on_hand + level.quarantine + level.incoming for level in full):
        raise StillStocked(field="active", sku=sku.code, units=units)
