"""What scanners read: several barcodes per SKU, each for a unit or a pack of it."""

from typing import Any

from core.errors import BadValue, NotThere
from core.events import publish
from core.operations import lock, operation
from inventory.events import SkuPacksChanged
from inventory.models import Barcode, Pack, Sku
from inventory.models.barcodes import is_gtin, key_of
from inventory.operations.catalog import fields
from inventory.operations.catalog.in_use import require_open
from inventory.states import BarcodeKind

MOST = 64
MAIN_MOST = 32
MOST_EACH = 50  # barcodes of one SKU


@operation(permission="inventory.change_sku")
def add_barcode(
    sku_id: int, *, text: str, pack: str = "", internal: bool = False, main: bool = False
) -> Barcode:
    """Let scanners find the SKU by one more barcode; on a `pack` (by name) it means its units.

    What has as many digits as a GTIN must have its check digit, unless it is `internal`. `main`
    makes it the one that is shown. Raises BadValue for what will not do or is taken, SkuMerged,
    SkuArchived. Publishes sku.packed.
    """
    sku = lock(Sku, sku_id)
    require_open([sku_id])
    word = fields.barcode_of(MOST, internal=internal)("text", text)
    if not word:
        raise BadValue(field="text", fix="Fill it in.")
    held = _pack_called(sku, pack) if pack else None
    if main and (held is not None or len(word) > MAIN_MOST):
        fix = f"The main one is of a single unit, with at most {MAIN_MOST} characters."
        raise BadValue(field="main", fix=fix)
    if sku.barcodes.count() >= MOST_EACH:
        raise BadValue(field="text", fix=f"It has {MOST_EACH} barcodes; remove one first.")
    made = _put(sku, word, held, field="text")
    if main or (sku.barcode is None and held is None and len(word) <= MAIN_MOST):
        sku.barcode = word
        sku.save(update_fields=["barcode", "updated_at"])
    _tell(sku, f"Barcode {word} added")
    return made


@operation(permission="inventory.change_sku")
def remove_barcode(barcode_id: int) -> Sku:
    """Take a barcode off its SKU; it can go to another one then. Raises NotThere.

    Publishes sku.packed.
    """
    sku, found = _locked(barcode_id)
    found.delete()
    if sku.barcode == found.text:
        sku.barcode = None
        sku.save(update_fields=["barcode", "updated_at"])
    _tell(sku, f"Barcode {found} removed")
    return sku


@operation(permission="inventory.change_sku")
def make_barcode_main(barcode_id: int) -> Sku:
    """Show this one of the SKU's barcodes. Raises BadValue for one of a pack, NotThere.

    Publishes sku.packed.
    """
    sku, found = _locked(barcode_id)
    if found.pack_id is not None or len(found.text) > MAIN_MOST:
        raise BadValue(field="barcode", fix="The main barcode is one of a single unit.")
    if sku.barcode != found.text:
        sku.barcode = found.text
        sku.save(update_fields=["barcode", "updated_at"])
        _tell(sku, f"{found} is the main barcode")
    return sku


def set_main_barcode(sku: Sku, text: str | None, *, was: str | None = None) -> None:
    """Inside an operation on master data: the SKU's own barcode is `text` from now on.

    The one before stays one of its barcodes: goods in stock bear it. None takes it off. Raises
    BadValue for one that is taken.
    """
    if text is None:
        sku.barcodes.filter(text=was, pack=None).delete()
        return
    known = sku.barcodes.filter(key=key_of(text)).select_related("pack").first()
    if known is None:
        _put(sku, text, None, field="barcode")
    elif known.pack is not None:
        raise BadValue(field="barcode", fix=f"{text} is the barcode of its {known.pack.name}.")
    elif known.text != text:
        known.text = text
        known.save(update_fields=["text"])


def as_row(sku: Sku, text: str, pack: Pack | None = None) -> Barcode:
    """The row of a barcode, not saved yet."""
    kind = BarcodeKind.GTIN if is_gtin(text) else BarcodeKind.INTERNAL
    return Barcode(sku=sku, pack=pack, text=text, key=key_of(text), kind=kind)


def require_free_barcode(text: str, *, field: str, besides: Sku | None = None) -> None:
    """Refuse a barcode that another SKU has, or that is another one's code. Raises BadValue."""
    held = Barcode.objects.filter(key=key_of(text)).select_related("sku").first()
    if held is not None and held.sku_id != getattr(besides, "pk", None):
        raise BadValue(field=field, fix=f"{text} is taken by {held.sku}; give another.")
    coded = Sku.objects.filter(code=text).exclude(pk=besides.pk if besides else 0).first()
    if coded is not None:
        raise BadValue(field=field, fix=f"{text} is the code of another SKU; give another.")


def _put(sku: Sku, text: str, pack: Pack | None, *, field: str) -> Barcode:
    require_free_barcode(text, field=field, besides=sku)
    if sku.barcodes.filter(key=key_of(text)).exists():
        raise BadValue(field=field, fix=f"{sku} has {text} already.")
    made = as_row(sku, text, pack)
    made.save()
    return made


def _pack_called(sku: Sku, name: Any) -> Pack:
    found = sku.packs.live().filter(name__iexact=str(name)).first()
    if found is None:
        raise BadValue(field="pack", fix=f"{sku} has no pack {str(name)[:32]}; add it first.")
    return found


def _locked(barcode_id: int) -> tuple[Sku, Barcode]:
    sku_id = Barcode.objects.filter(pk=barcode_id).values_list("sku_id", flat=True).first()
    sku = lock(Sku, sku_id or 0)
    found = sku.barcodes.select_for_update(of=("self",)).filter(pk=barcode_id).first()
    if found is None:
        raise NotThere(kind="barcode")
    return sku, found


def _tell(sku: Sku, what: str) -> None:
    publish(SkuPacksChanged(sku_id=sku.pk, what=what))
