"""Packs, barcodes, dangerous goods and a duplicate in the demo shop."""

from contextlib import suppress
from io import BytesIO

from django.core.files.base import ContentFile
from PIL import Image, ImageDraw

from core.actor import acting, person
from core.errors import Refused
from core.models import User
from inventory.models import Barcode, Sku, Warehouse
from inventory.models.barcodes import check_digit
from inventory.operations.catalog.archive import archive_sku
from inventory.operations.catalog.barcodes import add_barcode, as_row
from inventory.operations.catalog.merge import merge_sku
from inventory.operations.catalog.packs import add_pack
from inventory.operations.catalog.pictures import add_picture
from inventory.operations.catalog.skus import change_sku, create_sku
from inventory.operations.stock.receive import receive_stock

CASES = 40  # so many SKUs come in cases
COLORS = {"slate": "#5b6770", "cream": "#e8dfc8", "moss": "#6b7a4b", "rust": "#a5502f"}


def let_scanners_find() -> None:
    """Rows of barcodes for SKUs of a shop that was packed before there were any."""
    known = Barcode.objects.values("sku")
    skus = Sku.objects.exclude(barcode=None).exclude(barcode="").exclude(pk__in=known)
    Barcode.objects.bulk_create(as_row(sku, sku.barcode or "") for sku in skus.order_by("pk"))


def leave_products() -> None:
    """Once: what comes in cases and on pallets, what is dangerous, what was there twice."""
    boss = User.objects.filter(email="manager@example.com").first()
    skus = list(Sku.objects.active().select_related("product").order_by("code")[:CASES])
    if boss is None or not skus or skus[0].packs.exists():
        return
    with suppress(Refused), acting(person(boss)):
        for place, sku in enumerate(skus):
            _pack(sku, place)
        for lantern in Sku.objects.filter(title__icontains="lantern"):
            change_sku(lantern.pk, {"hazard_class": "9", "un_number": "3481"})
        for candle in Sku.objects.filter(title__icontains="candle"):
            change_sku(candle.pk, {"hazard_class": "4.1"})
        _picture(skus[0])
        _duplicate(skus[0])


def _pack(sku: Sku, place: int) -> None:
    per_inner, inners, cases = (6, 12, 4)[place % 3], (4, 2)[place % 2], (24, 40)[place % 2]
    grams = (sku.weight_grams or 0) * per_inner
    inner = add_pack(sku.pk, {"name": "inner", "count": per_inner, "weight_grams": grams or None})
    add_pack(
        sku.pk,
        {
            "name": "case", "count": inners, "inside": inner.name, "length_mm": 600,
            "width_mm": 400, "height_mm": 300, "weight_grams": grams * inners + 800,
        },
    )  # fmt: skip
    add_pack(sku.pk, {"name": "pallet", "count": cases, "inside": "case", "length_mm": 1200,
                      "width_mm": 800, "height_mm": 1500})  # fmt: skip
    if sku.barcode and len(sku.barcode) == 13:
        body = f"1{sku.barcode[:12]}"
        add_barcode(sku.pk, text=f"{body}{check_digit(body)}", pack="case")


def _picture(sku: Sku) -> None:
    """A mug-like shape, so that there is something to see."""
    shade = next((code for name, code in COLORS.items() if name in sku.title.lower()), "#777777")
    image = Image.new("RGB", (480, 480), "#f6f5f2")
    draw = ImageDraw.Draw(image)
    draw.rounded_rectangle((120, 140, 320, 360), 24, fill=shade)
    draw.arc((280, 180, 390, 310), 270, 90, fill=shade, width=24)
    file = BytesIO()
    image.save(file, "PNG")
    add_picture(sku.pk, image=ContentFile(file.getvalue(), name="a.png"), caption=sku.title)


def _duplicate(sku: Sku) -> None:
    """Somebody had made it twice; and one that is not sold any more."""
    twice = create_sku(
        {"code": f"{sku.code}-OLD", "title": sku.title, "barcode": "50"},
        product_id=sku.product_id,
    )
    house = Warehouse.objects.order_by("id").first()
    if house is not None:
        receive_stock(
            house.pk, {twice.pk: 7}, source_kind="demo", source_id=twice.pk, key="demo twice"
        )
    merge_sku(twice.pk, sku.pk, reason="Made twice: the old price list had another code.")
    gone = create_sku(
        {"code": f"{sku.code}-2019", "title": f"{sku.title}, edition of 2019"},
        product_id=sku.product_id,
    )
    archive_sku(gone.pk)
