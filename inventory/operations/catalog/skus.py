"""Products and their SKUs: what is sold, and what is counted."""

from collections.abc import Mapping
from typing import Any

from django.conf import settings

from core import clock
from core.errors import BadValue, NotThere
from core.events import publish
from core.operations import lock, operation
from inventory.errors import SkuMerged
from inventory.events import SkuChanged, SkuCreated
from inventory.models import Barcode, Product, Sku
from inventory.models.barcodes import key_of
from inventory.operations.catalog import fields
from inventory.operations.catalog.archive import archive_sku, restore_sku
from inventory.operations.catalog.barcodes import (
    MAIN_MOST,
    require_free_barcode,
    set_main_barcode,
)
from inventory.operations.catalog.costs import note_costs

SKU_RULES: dict[str, fields.Clean] = {
    "code": fields.code(64),
    "title": fields.text(200, empty=False),
    "barcode": fields.barcode_of(MAIN_MOST),
    "description": fields.text(20_000),
    "weight_grams": fields.whole(1, 10_000_000),
    "length_mm": fields.whole(1, 100_000),
    "width_mm": fields.whole(1, 100_000),
    "height_mm": fields.whole(1, 100_000),
    "hs_code": fields.hs_code,
    "origin_country": fields.country,
    "hazard_class": fields.hazard_class,
    "un_number": fields.un_number,
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
    sku = Sku(product_id=product_id, **clean)
    _require_class(sku)
    if not sku.active:
        sku.archived_at = clock.now()
    sku.save()
    set_main_barcode(sku, sku.barcode)
    publish(SkuCreated(sku_id=sku.pk))
    return sku


@operation(permission="inventory.change_sku")
def change_sku(sku_id: int, changes: Mapping[str, Any]) -> Sku:
    """Change master data of a SKU; what is equal already is no change.

    `active` archives it or brings it back. Raises BadValue for what will not do or is taken,
    StillStocked when one that is still needed is to be archived, SkuMerged. Publishes sku.changed,
    and what archive_sku and restore_sku publish.
    """
    sku = lock(Sku, sku_id)
    if sku.merged_into is not None:
        raise SkuMerged(field="code", sku=sku.code, kept=sku.merged_into.code)
    given = {name: value for name, value in changes.items() if not _same(sku, name, value)}
    clean = fields.cleaned(given, SKU_RULES)
    active = clean.pop("active", sku.active)
    _write(sku, {name: value for name, value in clean.items() if getattr(sku, name) != value})
    if active == sku.active:
        return sku
    return restore_sku(sku_id) if active else archive_sku(sku_id)


def _same(sku: Sku, name: str, value: Any) -> bool:
    """An old barcode that would not pass today is no reason to refuse the rest."""
    return name == "barcode" and value is not None and value == sku.barcode


def _write(sku: Sku, changed: Mapping[str, Any]) -> None:
    if not changed:
        return
    _require_unique(changed, besides=sku)
    was, cost_before = sku.barcode, (sku.unit_cost, sku.currency)
    for field, value in changed.items():
        setattr(sku, field, value)
    _require_class(sku)
    if "barcode" in changed:
        set_main_barcode(sku, sku.barcode, was=was)
    sku.save(update_fields=[*changed, "updated_at"])
    note_costs([(sku, cost_before)], reason="by hand")
    publish(SkuChanged(sku_id=sku.pk, fields=sorted(changed)))


def _require_unique(clean: Mapping[str, Any], *, besides: Sku | None = None) -> None:
    if code := clean.get("code"):
        others = Sku.objects.exclude(pk=besides.pk) if besides else Sku.objects.all()
        coded = Barcode.objects.filter(key=key_of(code)).exclude(sku=besides)
        if others.filter(code=code).exists() or coded.exists():
            raise BadValue(field="code", fix=f"{code} is taken by another SKU; give another.")
    if barcode := clean.get("barcode"):
        require_free_barcode(barcode, field="barcode", besides=besides)


def _require_class(sku: Sku) -> None:
    if sku.un_number and not sku.hazard_class:
        raise BadValue(field="hazard_class", fix="Say which class goods of that UN number are of.")
