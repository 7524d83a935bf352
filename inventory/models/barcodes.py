"""What a scanner reads of a SKU and in which packs it comes; its pictures; what became of it."""

from typing import Any, Self

from django.db import models
from django.db.models import F, Q, Value
from django.db.models.functions import Lower, LPad, Now

from core.addresses import address
from core.ids import new_public_id
from core.models import append_only
from inventory.models.catalog import Sku, size_of
from inventory.states import BarcodeKind

GTIN_LENGTHS = (8, 12, 13, 14)


def check_digit(body: str) -> int:
    """The last digit of a GTIN whose other digits are `body`.

    Source: GS1 General Specifications 7.9, mod 10 with weights 3 and 1 from the right.
    """
    weighted = (int(digit) * (1 if at % 2 else 3) for at, digit in enumerate(reversed(body)))
    return -sum(weighted) % 10


def claims_to_be_gtin(text: str) -> bool:
    """Whether it is as many digits as a GTIN has; "00000000" is none."""
    return text.isascii() and text.isdigit() and len(text) in GTIN_LENGTHS and int(text) > 0


def is_gtin(text: str) -> bool:
    """Whether it is a GTIN-8, -12, -13 or -14 with the right check digit."""
    return claims_to_be_gtin(text) and check_digit(text[:-1]) == int(text[-1])


def key_of(text: str) -> str:
    """What a barcode is found by: a GTIN with all its 14 digits, anything else as it is written.

    So a UPC with 12 digits and the same number written with 13 are one barcode.
    """
    text = text.strip()
    return text.zfill(14) if is_gtin(text) else text


class PackQuerySet(models.QuerySet["Pack"]):
    """Questions people ask about packs."""

    def live(self) -> Self:
        return self.filter(active=True)

    def for_list(self) -> Self:
        return self.select_related("inside").order_by("units", "name")


class Pack(models.Model):
    """A way in which units of a SKU come together: so many of a smaller pack, or of units.

    The single unit has no row: its weight and size are the SKU's own.
    """

    public_id = models.CharField(max_length=16, unique=True, default=new_public_id, editable=False)
    sku = models.ForeignKey(Sku, models.PROTECT, related_name="packs")
    name = models.CharField(max_length=32, help_text='"inner", "case", "pallet"')
    inside = models.ForeignKey(
        "self", models.PROTECT, null=True, related_name="outside", help_text="None: single units."
    )
    count = models.PositiveIntegerField(help_text="How many of those it holds.")
    units = models.PositiveIntegerField(editable=False, help_text="How many units that is.")
    weight_grams = models.PositiveIntegerField(null=True, blank=True)
    length_mm = models.PositiveIntegerField(null=True, blank=True)
    width_mm = models.PositiveIntegerField(null=True, blank=True)
    height_mm = models.PositiveIntegerField(null=True, blank=True)
    active = models.BooleanField(default=True)
    created_at = models.DateTimeField(db_default=Now())
    updated_at = models.DateTimeField(auto_now=True)

    objects = PackQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "sku", Lower("name"), name="pack_once_per_sku",
                violation_error_message="The SKU has a pack of that name already.",
            ),
            models.CheckConstraint(
                condition=Q(count__gte=1, units__gte=1), name="pack_of_something"
            ),
            models.CheckConstraint(
                condition=Q(inside=None, units=F("count")) | Q(inside__isnull=False),
                name="pack_of_units_holds_its_count",
            ),
            models.CheckConstraint(
                condition=~Q(inside=F("id")),
                name="pack_not_in_itself",
                violation_error_message="A pack does not hold itself.",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.name} of {self.units:,}"

    @property
    def size_shown(self) -> str:
        """Length, width and height as a person reads them."""
        return size_of(self)


class Barcode(models.Model):
    """What a scanner reads on a SKU or on a pack of it; each means one SKU and so many units."""

    public_id = models.CharField(max_length=16, unique=True, default=new_public_id, editable=False)
    sku = models.ForeignKey(Sku, models.PROTECT, related_name="barcodes")
    pack = models.ForeignKey(
        Pack, models.PROTECT, null=True, related_name="barcodes", help_text="None: a single unit."
    )
    text = models.CharField(max_length=64, help_text="As it is written.")
    key = models.CharField(max_length=64, help_text="A GTIN with its 14 digits, else the text.")
    kind = models.CharField(max_length=8, choices=BarcodeKind)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["key"],
                name="barcode_of_one_sku",
                violation_error_message="That barcode is taken already.",
            ),
            models.CheckConstraint(
                condition=Q(kind=BarcodeKind.INTERNAL, key=F("text")) & ~Q(text="")
                | Q(
                    kind=BarcodeKind.GTIN,
                    text__regex=r"^([0-9]{8}|[0-9]{12,14})$",
                    key=LPad("text", 14, Value("0")),
                ),
                name="barcode_key_follows_from_its_text",
            ),
        ]
        indexes = [models.Index(fields=["sku", "id"], name="barcode_by_sku")]

    def __str__(self) -> str:
        return self.text

    @property
    def units(self) -> int:
        """How many units one scan of it is."""
        return self.pack.units if self.pack else 1


class SkuPicture(models.Model):
    """A picture of a SKU; the first is shown where there is room for one."""

    public_id = models.CharField(max_length=16, unique=True, default=new_public_id, editable=False)
    sku = models.ForeignKey(Sku, models.PROTECT, related_name="pictures")
    image = models.FileField(upload_to="skus/")
    caption = models.CharField(max_length=120, blank=True, help_text="What is to be seen.")
    position = models.PositiveSmallIntegerField(help_text="From 1.")
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes = [models.Index(fields=["sku", "position", "id"], name="picture_by_sku")]

    def __str__(self) -> str:
        return self.caption or f"Picture {self.position}"


class SkuMergeQuerySet(models.QuerySet["SkuMerge"]):
    """Questions people ask about merges."""

    def for_list(self) -> Self:
        return self.select_related("merged", "kept")


class SkuMerge(models.Model):
    """That one SKU went up in another: who did it, when, and what moved; never changed."""

    public_id = models.CharField(max_length=16, unique=True, default=new_public_id, editable=False)
    merged = models.OneToOneField(Sku, models.PROTECT, related_name="merge")
    kept = models.ForeignKey(Sku, models.PROTECT, related_name="merges")
    reason = models.CharField(max_length=200)
    moved = models.JSONField(help_text='{"barcodes": ["50"], "stock": {"LON": {"on_hand": 3}}}')
    actor = models.CharField(max_length=64)
    merged_at = models.DateTimeField()

    objects = SkuMergeQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(merged=F("kept")), name="merged_with_another"),
        ]
        indexes = [models.Index(fields=["-merged_at", "-id"], name="merge_newest")]
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.merged} into {self.kept}"

    def get_absolute_url(self) -> str:
        return address("inventory:sku_merge", self.public_id)

    @property
    def units_moved(self) -> int:
        """Units of all warehouses and buckets together."""
        stock: dict[str, dict[str, Any]] = self.moved.get("stock", {})
        return sum(sum(buckets.values()) for buckets in stock.values())
