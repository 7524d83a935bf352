"""A small set of pictures per SKU: added, put in order, removed."""

from collections.abc import Sequence
from typing import Any

from django.core.files import File
from django.db import transaction
from PIL import Image, UnidentifiedImageError

from core.errors import BadValue, NotThere
from core.events import publish
from core.operations import lock, operation
from inventory.events import SkuPacksChanged
from inventory.models import Sku, SkuPicture
from inventory.operations.catalog import fields

MOST = 12
MOST_BYTES = 5_000_000
FORMATS = {"JPEG": "jpg", "PNG": "png", "WEBP": "webp"}


@operation(permission="inventory.change_sku")
def add_picture(sku_id: int, *, image: Any, caption: str = "") -> SkuPicture:
    """Add a picture behind those that are there. Raises BadValue for what is none, NotThere.

    Publishes sku.packed.
    """
    sku = lock(Sku, sku_id)
    said = fields.text(120)("caption", caption)
    if image is None:
        raise BadValue(field="image", fix="Choose a picture.")
    there = sku.pictures.count()
    if there >= MOST:
        raise BadValue(field="image", fix=f"A SKU has at most {MOST} pictures; remove one first.")
    picture = SkuPicture(sku=sku, caption=said, position=there + 1)
    name = f"{picture.public_id}.{image_ending('image', image)}"
    picture.image.save(name, File(image), save=False)
    picture.save()
    publish(SkuPacksChanged(sku_id=sku.pk, what="Picture added"))
    return picture


@operation(permission="inventory.change_sku")
def order_pictures(sku_id: int, public_ids: Sequence[str]) -> Sku:
    """Put the pictures in this order, the first first. Raises BadValue unless it names them all.

    Publishes sku.packed.
    """
    sku = lock(Sku, sku_id)
    known = {picture.public_id: picture for picture in sku.pictures.all()}
    if sorted(public_ids) != sorted(known):
        raise BadValue(field="pictures", fix="Name each picture of the SKU once.")
    for position, public_id in enumerate(public_ids, 1):
        known[public_id].position = position
    SkuPicture.objects.bulk_update(known.values(), ["position"])
    publish(SkuPacksChanged(sku_id=sku.pk, what="Pictures put in order"))
    return sku


@operation(permission="inventory.change_sku")
def remove_picture(picture_id: int) -> Sku:
    """Take a picture away, and its file. Raises NotThere. Publishes sku.packed."""
    sku_id = SkuPicture.objects.filter(pk=picture_id).values_list("sku_id", flat=True).first()
    sku = lock(Sku, sku_id or 0)
    picture = sku.pictures.filter(pk=picture_id).first()
    if picture is None:
        raise NotThere(kind="picture")
    stored, name = picture.image.storage, picture.image.name
    picture.delete()
    for position, other in enumerate(sku.pictures.order_by("position", "id"), 1):
        SkuPicture.objects.filter(pk=other.pk).update(position=position)
    publish(SkuPacksChanged(sku_id=sku.pk, what="Picture removed"))
    transaction.on_commit(lambda: stored.delete(name))
    return sku


def image_ending(field: str, image: Any) -> str:
    """The file ending of a picture. Raises BadValue for what is none, or is too large."""
    if image.size > MOST_BYTES:
        raise BadValue(field=field, fix=f"Send at most {MOST_BYTES // 1_000_000} MB.")
    try:
        with Image.open(image) as opened:
            kind = opened.format or ""
            opened.verify()
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError) as error:
        raise BadValue(field=field, fix="Send a JPEG, PNG or WebP picture.") from error
    except Image.DecompressionBombError as error:
        raise BadValue(field=field, fix="Send a smaller picture.") from error
    if kind not in FORMATS:
        raise BadValue(field=field, fix="Send a JPEG, PNG or WebP picture.")
    image.seek(0)
    return FORMATS[kind]
