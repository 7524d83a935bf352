"""What is sold, where it is kept, and through which channels."""

from decimal import Decimal
from typing import Any, Self

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import OpClass
from django.db import models
from django.db.models import Q
from django.db.models.functions import Coalesce, Now, Upper

from core.actor import ALL, Actor
from core.addresses import address
from core.ids import new_public_id
from core.models import ScopedQuerySet
from core.words import words_index
from inventory.states import HazardClass


class ReachableQuerySet(models.QuerySet):
    """Rows that are themselves what people reach: warehouses and channels."""

    def visible_to(self, actor: Actor) -> Self:
        """Those within the actor's reach; none at all without a reach."""
        ids = actor.ids(self.model.scope[0])  # type: ignore[attr-defined]
        return self if ids is ALL else self.filter(pk__in=ids)

    def active(self) -> Self:
        return self.filter(active=True)


class Product(models.Model):
    """What customers see as one thing; its SKUs are the variants that are kept and shipped."""

    public_id = models.CharField(max_length=16, unique=True, default=new_public_id, editable=False)
    title = models.CharField(max_length=200)
    category = models.CharField(max_length=100, blank=True)
    description = models.TextField(blank=True)
    created_at = models.DateTimeField(db_default=Now())
    archived_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return address("inventory:product", self.public_id)


class SkuQuerySet(models.QuerySet["Sku"]):
    """Questions people ask about SKUs."""

    def active(self) -> Self:
        return self.filter(active=True)

    def with_barcode(self, scanned: str) -> Self:
        """The one that has this barcode, however it is written; by index."""
        from inventory.models.barcodes import Barcode, key_of

        return self.filter(pk__in=Barcode.objects.filter(key=key_of(scanned)).values("sku"))

    def out_of_stock(self) -> Self:
        """Sold ones that no warehouse has a free unit of."""
        free = Q(levels__on_hand__gt=models.F("levels__allocated"))
        return self.active().exclude(pk__in=self.model.objects.filter(free).values("pk"))

    def hazardous(self) -> Self:
        """Dangerous goods."""
        return self.exclude(hazard_class="")

    def unlisted(self) -> Self:
        """Sold ones that no channel offers, though there is stock of them."""
        listing = self.model.listings.rel.related_model
        offered = listing.objects.filter(sku=models.OuterRef("pk"), active=True)
        there = Q(levels__on_hand__gt=models.F("levels__allocated"))
        stocked = self.model.objects.filter(there).values("pk")
        return self.active().filter(~models.Exists(offered), pk__in=stocked)

    def for_list(self) -> Self:
        """With what there is of each over all warehouses."""
        return self.select_related("product", "merged_into").with_stock()

    def with_stock(self) -> Self:
        """Add `units_on_hand`, `units_allocated` and `units_available` over all warehouses."""
        levels = self.model.levels.rel.related_model.objects.filter(sku=models.OuterRef("pk"))

        def total(expression: Any) -> Coalesce:
            summed = levels.order_by().values("sku").annotate(units=models.Sum(expression))
            return Coalesce(models.Subquery(summed.values("units")), 0)

        return self.annotate(
            units_on_hand=total("on_hand"),
            units_allocated=total("allocated"),
            units_available=total(models.F("on_hand") - models.F("allocated")),
        )


class Sku(models.Model):
    """A stock keeping unit: the smallest thing that is counted, promised and shipped."""

    public_id = models.CharField(max_length=16, unique=True, default=new_public_id, editable=False)
    product = models.ForeignKey(Product, models.PROTECT, related_name="skus")
    code = models.CharField(max_length=64, unique=True)
    title = models.CharField(max_length=200)
    barcode = models.CharField(
        max_length=32, null=True, blank=True, unique=True,
        help_text="The one that is shown; all of them are Barcode rows, this one, too.",
    )  # fmt: skip
    description = models.TextField(blank=True, default="", db_default="")
    weight_grams = models.PositiveIntegerField(null=True, blank=True)
    length_mm = models.PositiveIntegerField(null=True, blank=True)
    width_mm = models.PositiveIntegerField(null=True, blank=True)
    height_mm = models.PositiveIntegerField(null=True, blank=True)
    hs_code = models.CharField(max_length=12, blank=True)
    origin_country = models.CharField(max_length=2, blank=True, help_text="ISO 3166-1 alpha-2.")
    hazard_class = models.CharField(
        max_length=3, choices=HazardClass, blank=True, default="", db_default=""
    )
    un_number = models.CharField(
        max_length=4, blank=True, default="", db_default="",
        help_text="Of dangerous goods: four digits.",
    )  # fmt: skip
    unit_cost = models.DecimalField(max_digits=19, decimal_places=6, null=True, blank=True)
    unit_price = models.DecimalField(max_digits=19, decimal_places=6, null=True, blank=True)
    currency = models.CharField(max_length=3, help_text="Of cost and price; ISO 4217.")
    active = models.BooleanField(default=True)
    archived_at = models.DateTimeField(null=True, blank=True, editable=False)
    merged_into = models.ForeignKey(
        "self", models.PROTECT, null=True, editable=False, related_name="merged_from",
        help_text="The one that goes on for it; never a merged one itself.",
    )  # fmt: skip
    created_at = models.DateTimeField(db_default=Now())
    updated_at = models.DateTimeField(auto_now=True)

    objects = SkuQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(unit_cost=None) | Q(unit_cost__gte=0),
                name="sku_cost_not_negative",
                violation_error_message="A cost is not negative.",
            ),
            models.CheckConstraint(
                condition=Q(unit_price=None) | Q(unit_price__gte=0),
                name="sku_price_not_negative",
                violation_error_message="A price is not negative.",
            ),
            models.CheckConstraint(condition=~Q(code=""), name="sku_has_a_code"),
            models.CheckConstraint(
                condition=Q(archived_at=None) | Q(active=False), name="archived_sku_is_not_sold"
            ),
            models.CheckConstraint(
                condition=Q(merged_into=None) | Q(archived_at__isnull=False, barcode=None),
                name="merged_sku_is_archived",
            ),
            models.CheckConstraint(
                condition=Q(un_number="") | Q(un_number__regex=r"^[0-9]{4}$") & ~Q(hazard_class=""),
                name="un_number_has_a_class",
                violation_error_message="A UN number takes four digits and a hazard class.",
            ),
        ]
        indexes = [
            models.Index(fields=["-created_at", "-id"], name="sku_newest"),
            models.Index(OpClass(Upper("code"), name="text_pattern_ops"), name="sku_code_start"),
            words_index("title", name="sku_by_words"),
            models.Index(fields=["code", "id"], name="sku_archived", condition=Q(active=False)),
            models.Index(
                fields=["code", "id"], name="sku_hazardous", condition=~Q(hazard_class="")
            ),
        ]

    def __str__(self) -> str:
        return self.code

    def get_absolute_url(self) -> str:
        return address("inventory:sku", self.public_id)

    @property
    def size_shown(self) -> str:
        """Length, width and height as a person reads them; a dash for none."""
        return size_of(self)

    @property
    def cost_shown(self) -> str:
        """The unit cost as a person reads it, all its decimals; a dash for none."""
        return _shown(self.unit_cost, self.currency)

    @property
    def price_shown(self) -> str:
        """The unit price as a person reads it, all its decimals; a dash for none."""
        return _shown(self.unit_price, self.currency)


def size_of(thing: Any) -> str:
    """What has sides, as "120 × 100 × 80 mm"; a question mark for a side that is not known."""
    sides = (thing.length_mm, thing.width_mm, thing.height_mm)
    if not any(sides):
        return "–"
    return " × ".join(str(side or "?") for side in sides) + " mm"


def _shown(amount: Decimal | None, currency: str) -> str:
    """At least two decimals, more only where they say something."""
    if amount is None:
        return "–"
    digits = max(2, -int(amount.normalize().as_tuple().exponent))
    return f"{amount:,.{digits}f} {currency}"


class Warehouse(models.Model):
    """A place that keeps stock and ships parcels."""

    public_id = models.CharField(max_length=16, unique=True, default=new_public_id, editable=False)
    code = models.CharField(max_length=16, unique=True)
    name = models.CharField(max_length=100)
    line1 = models.CharField(max_length=100, blank=True)
    line2 = models.CharField(max_length=100, blank=True)
    city = models.CharField(max_length=100, blank=True)
    region = models.CharField(max_length=100, blank=True)
    postal_code = models.CharField(max_length=20, blank=True)
    country = models.CharField(max_length=2, help_text="ISO 3166-1 alpha-2.")
    time_zone = models.CharField(max_length=64, default="Europe/London")
    cutoff = models.TimeField(
        default="14:00", help_text="Orders released until then leave the same working day."
    )
    active = models.BooleanField(default=True)

    objects = ReachableQuerySet.as_manager()
    scope = ("warehouse_id",)

    def __str__(self) -> str:
        return self.code

    def get_absolute_url(self) -> str:
        return address("inventory:warehouse", self.public_id)

    @property
    def warehouse_id(self) -> int:
        """Its own id, so that reach is asked of it as of any row."""
        return int(self.pk)


class Channel(models.Model):
    """Where orders come from and stock is published to: a shop, a marketplace, a phone line."""

    public_id = models.CharField(max_length=16, unique=True, default=new_public_id, editable=False)
    code = models.SlugField(max_length=32, unique=True)
    name = models.CharField(max_length=100)
    currency = models.CharField(max_length=3, help_text="ISO 4217.")
    active = models.BooleanField(default=True, help_text="A closed channel takes no orders.")
    marketplace = models.BooleanField(
        default=False,
        help_text="It has accepted the order already: never refuse for want of stock.",
    )
    clearances = ArrayField(
        models.CharField(max_length=16),
        default=list,
        blank=True,
        help_text="Gates each order must pass: payment, address, risk.",
    )
    handling_hours = models.PositiveSmallIntegerField(
        default=24, help_text="From order to hand-over, as promised."
    )
    # What a SKU must have to be listed, and before an order with it is released: SkuNeed.
    list_needs = ArrayField(models.CharField(max_length=16), default=list, blank=True)
    ship_needs = ArrayField(models.CharField(max_length=16), default=list, blank=True)
    least_description = models.PositiveSmallIntegerField(default=1, help_text="Characters.")
    least_pictures = models.PositiveSmallIntegerField(default=1)
    adapter = models.CharField(max_length=32, blank=True, help_text="A key of inventory.channels.")
    adapter_url = models.URLField(max_length=500, blank=True)
    adapter_secret = models.CharField(max_length=200, blank=True)
    warehouses = models.ManyToManyField(
        Warehouse, through="ChannelWarehouse", related_name="channels"
    )

    objects = ReachableQuerySet.as_manager()
    scope = ("channel_id",)

    def __str__(self) -> str:
        return self.code

    def get_absolute_url(self) -> str:
        return address("inventory:channel", self.public_id)

    @property
    def channel_id(self) -> int:
        """Its own id, so that reach is asked of it as of any row."""
        return int(self.pk)


class ChannelWarehouse(models.Model):
    """That a warehouse serves a channel, and in which order it is asked."""

    channel = models.ForeignKey(Channel, models.CASCADE, related_name="ranks")
    warehouse = models.ForeignKey(Warehouse, models.CASCADE, related_name="ranks")
    rank = models.PositiveSmallIntegerField(default=1, help_text="1 is asked first.")

    class Meta:
        ordering = ["rank", "id"]
        constraints = [
            models.UniqueConstraint(fields=["channel", "warehouse"], name="warehouse_ranked_once")
        ]

    def __str__(self) -> str:
        return f"{self.channel} {self.rank}: {self.warehouse}"


class ChannelAccess(models.Model):
    """That a person works on a channel; needed by those without `all_channels`."""

    user = models.ForeignKey("core.User", models.CASCADE, related_name="+")
    channel = models.ForeignKey(Channel, models.CASCADE, related_name="access")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "channel"], name="channel_access_once")
        ]

    def __str__(self) -> str:
        return f"{self.user} → {self.channel}"


class WarehouseAccess(models.Model):
    """That a person works in a warehouse; needed by those without `all_warehouses`."""

    user = models.ForeignKey("core.User", models.CASCADE, related_name="+")
    warehouse = models.ForeignKey(Warehouse, models.CASCADE, related_name="access")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "warehouse"], name="warehouse_access_once")
        ]

    def __str__(self) -> str:
        return f"{self.user} → {self.warehouse}"


class ListingQuerySet(ScopedQuerySet):
    """Questions people ask about listings."""

    def unmapped(self) -> Self:
        return self.filter(sku=None, active=True)

    def sync_failed(self) -> Self:
        """Those whose quantity the channel has refused."""
        return self.exclude(push_error="").filter(active=True)

    def for_list(self) -> Self:
        return self.select_related("channel", "sku")


class Listing(models.Model):
    """A SKU as a channel names it. Without a SKU it waits in the unmapped queue."""

    public_id = models.CharField(max_length=16, unique=True, default=new_public_id, editable=False)
    channel = models.ForeignKey(Channel, models.PROTECT, related_name="listings")
    channel_sku = models.CharField(max_length=100)
    sku = models.ForeignKey(Sku, models.PROTECT, null=True, blank=True, related_name="listings")
    title = models.CharField(max_length=200, blank=True)
    active = models.BooleanField(default=True)
    published_units = models.IntegerField(
        null=True, blank=True, help_text="What the channel has acknowledged."
    )
    published_at = models.DateTimeField(null=True, blank=True)
    refused_units = models.IntegerField(
        null=True, blank=True, help_text="What the channel has refused to take; not sent again."
    )
    refused_at = models.DateTimeField(null=True, blank=True)
    push_error = models.CharField(max_length=300, blank=True, db_default="")
    created_at = models.DateTimeField(db_default=Now())

    objects = ListingQuerySet.as_manager()
    scope = ("channel_id",)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["channel", "channel_sku"], name="listing_once")
        ]
        indexes = [
            models.Index(fields=["channel", "id"], name="listing_unmapped", condition=Q(sku=None)),
            models.Index(fields=["sku", "channel"], name="listing_by_sku"),
            models.Index(
                fields=["channel", "id"], name="listing_refused", condition=~Q(push_error="")
            ),
        ]

    def __str__(self) -> str:
        return self.channel_sku

    def guesses(self) -> list[Sku]:
        """Up to five SKUs that an unmapped code may mean: by code, by barcode, by title."""
        stem = self.channel_sku[: max(3, len(self.channel_sku) * 2 // 3)]
        coded = Sku.objects.with_barcode(self.channel_sku).values("pk")
        likely = Q(code__iexact=self.channel_sku) | Q(pk__in=coded) | Q(code__istartswith=stem)
        if self.title:
            likely |= Q(title__iexact=self.title)
        return list(Sku.objects.active().filter(likely).order_by("code")[:5])
