"""Parcels: what is in them, their labels, the hand-over and what the carrier reports."""

from typing import Any, Self

from django.db import models
from django.db.models import Count, Exists, F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce, Now

from core.addresses import address
from core.fields import MoneyField
from core.ids import new_public_id
from core.models import ScopedQuerySet, append_only
from inventory.models import Warehouse
from orders.models import Address, FulfillmentLine, FulfillmentOrder
from shipping.errors import ParcelMoveNotAllowed
from shipping.models.carriers import Carrier, Carton, Service
from shipping.states import AT_THE_BENCH, PARCEL_MOVES, LabelState, ParcelState, TrackingCode


class ManifestQuerySet(ScopedQuerySet):
    """Questions people ask about manifests."""

    def for_list(self) -> Self:
        """With `count` of parcels: counted for the rows that are shown, not for all."""
        parcels = Parcel.objects.filter(manifest=OuterRef("pk")).order_by().values("manifest")
        count = Subquery(parcels.annotate(all=Count("pk")).values("all"))
        return self.select_related("warehouse", "carrier").annotate(count=Coalesce(count, 0))


class Manifest(models.Model):
    """What a carrier's driver took from a warehouse at one time, and signs for."""

    public_id = models.CharField(max_length=16, unique=True, default=new_public_id, editable=False)
    warehouse = models.ForeignKey(Warehouse, models.PROTECT, related_name="+")
    carrier = models.ForeignKey(Carrier, models.PROTECT, related_name="+")
    handed_over_at = models.DateTimeField()
    actor = models.CharField(max_length=64)

    objects = ManifestQuerySet.as_manager()
    scope = ("warehouse_id",)

    class Meta:
        indexes = [models.Index(fields=["-handed_over_at", "-id"], name="manifest_newest")]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return address("shipping:manifest", self.public_id)

    @property
    def number(self) -> str:
        return f"M-{self.pk}"


class ParcelQuerySet(ScopedQuerySet):
    """Questions people ask about parcels. Chainable; none of them writes."""

    def live(self) -> Self:
        return self.exclude(state=ParcelState.CANCELLED)

    def to_hand_over(self) -> Self:
        """The driver may take it: labelled, and neither a hold nor a gate keeps its order here."""
        kept = FulfillmentOrder.objects.filter(pk=OuterRef("fulfillment")).kept_back()
        return self.filter(~Exists(kept), state=ParcelState.LABELLED)

    def without_label(self) -> Self:
        """Packed, and no label yet: the carrier failed or has not been asked."""
        return self.filter(state__in=[ParcelState.DRAFT, ParcelState.IN_DOUBT])

    def carrier_failed(self) -> Self:
        return self.filter(state__in=AT_THE_BENCH).exclude(problem="")

    def called(self, code: str) -> "Parcel | None":
        """The one of this tracking number, or of this number of ours; each by its index."""
        if not code or not code.isprintable():
            return None
        rows = self.select_related("carrier")
        for wanted in ({"tracking_number": code}, {"number": code}):
            found: Any = rows.filter(**wanted).first()
            if found is not None:
                return found
        return None

    def for_list(self) -> Self:
        return self.select_related(
            "fulfillment", "fulfillment__order", "warehouse", "service", "carrier", "carton"
        )


class Parcel(models.Model):
    """One closed box of a fulfillment order."""

    public_id = models.CharField(max_length=16, unique=True, default=new_public_id, editable=False)
    number = models.CharField(max_length=48, unique=True, help_text='"1042-F1-P1"')
    fulfillment = models.ForeignKey(FulfillmentOrder, models.PROTECT, related_name="+")
    warehouse = models.ForeignKey(Warehouse, models.PROTECT, related_name="+")
    carton = models.ForeignKey(Carton, models.PROTECT, null=True, related_name="+")
    length_mm = models.PositiveIntegerField(help_text="Outside.")
    width_mm = models.PositiveIntegerField()
    height_mm = models.PositiveIntegerField()
    weight_grams = models.PositiveIntegerField(help_text="With its carton.")
    state = models.CharField(max_length=12, choices=ParcelState, default=ParcelState.DRAFT)
    service = models.ForeignKey(Service, models.PROTECT, null=True, related_name="+")
    carrier = models.ForeignKey(Carrier, models.PROTECT, null=True, related_name="+")
    currency = models.CharField(max_length=3, blank=True, help_text="Of the cost; ISO 4217.")
    cost = MoneyField(null=True, help_text="By the rate card; then what the carrier charged.")
    deliver_by = models.DateField(null=True, help_text="When the service promises to arrive.")
    tracking_number = models.CharField(max_length=64, blank=True)
    problem = models.CharField(
        max_length=300, blank=True, help_text="Why it has no label; empty: nothing wrong."
    )
    manifest = models.ForeignKey(Manifest, models.PROTECT, null=True, related_name="parcels")
    packed_at = models.DateTimeField()
    labelled_at = models.DateTimeField(null=True)
    shipped_at = models.DateTimeField(null=True)
    delivered_at = models.DateTimeField(null=True)
    written_off_at = models.DateTimeField(null=True, help_text="Lost, and no longer waited for.")
    sent_again = models.BooleanField(
        default=False, db_default=False, help_text="Written off: its units are sent once more."
    )
    updated_at = models.DateTimeField(auto_now=True)
    created_at = models.DateTimeField(db_default=Now())

    objects = ParcelQuerySet.as_manager()
    scope = ("warehouse_id",)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=ParcelState.values), name="parcel_state_is_known"
            ),
            models.UniqueConstraint(
                fields=["carrier", "tracking_number"],
                condition=~Q(tracking_number=""),
                name="tracking_number_once_per_carrier",
                violation_error_message="Another parcel has this tracking number.",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["draft", "in_doubt", "cancelled"])
                | ~Q(tracking_number="") & Q(service__isnull=False),
                name="labelled_parcels_have_a_number",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["draft", "in_doubt", "labelled", "cancelled"])
                | Q(shipped_at__isnull=False, manifest__isnull=False),
                name="parcels_leave_on_a_manifest",
            ),
        ]
        indexes = [
            models.Index(fields=["-packed_at", "-id"], name="parcel_newest"),
            models.Index(
                fields=["warehouse", "state", "packed_at", "id"],
                name="parcel_at_bench",
                condition=Q(state__in=["draft", "in_doubt", "labelled"]),
            ),
            models.Index(fields=["fulfillment"], name="parcel_by_fulfillment"),
            models.Index(fields=["tracking_number"], name="parcel_by_tracking"),
            models.Index(fields=["updated_at", "id"], name="parcel_by_update"),
            models.Index(fields=["shipped_at"], name="parcel_by_ship_date"),
        ]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return address("shipping:parcel", self.public_id)

    def become(self, wanted: ParcelState) -> None:
        """Change state in memory; raises ParcelMoveNotAllowed. Only operations call this."""
        if wanted not in PARCEL_MOVES[ParcelState(self.state)]:
            raise ParcelMoveNotAllowed(
                number=self.number, status=self.get_state_display().lower(), wanted=wanted.label
            )
        self.state = wanted

    @property
    def is_over(self) -> bool:
        """Nobody waits for it any more: it has arrived, or it was written off."""
        return self.state == ParcelState.DELIVERED or self.written_off_at is not None

    @property
    def tracking_link(self) -> str:
        """Where the customer follows it; "" when the carrier has no such page."""
        if not self.carrier or not self.carrier.tracking_url or not self.tracking_number:
            return ""
        return self.carrier.tracking_url.replace("{number}", self.tracking_number)


class ParcelLine(models.Model):
    """Units of one fulfillment line in one parcel."""

    parcel = models.ForeignKey(Parcel, models.CASCADE, related_name="lines")
    fulfillment_line = models.ForeignKey(FulfillmentLine, models.PROTECT, related_name="+")
    units = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["parcel", "fulfillment_line"], name="parcel_line_once"),
            models.CheckConstraint(condition=Q(units__gt=0), name="parcel_line_of_something"),
        ]

    def __str__(self) -> str:
        return f"{self.units} of line {self.fulfillment_line_id}"


class LabelQuerySet(models.QuerySet["Label"]):
    """Questions about purchases of labels. Chainable; none of them writes."""

    def for_carrier(self) -> Self:
        """With all that a carrier is told of it."""
        return self.select_related(
            "service__carrier", "parcel__warehouse", "ship_to",
            "parcel__fulfillment__order__ship_to",
        )  # fmt: skip

    def misaddressed(self) -> Self:
        """Bought, and naming another address than the one that its order goes to now."""
        named = self.filter(state=LabelState.BOUGHT, ship_to__isnull=False)
        return named.exclude(ship_to=F("parcel__fulfillment__order__ship_to"))


class Label(models.Model):
    """One purchase of a label: the intent first, then what the carrier answered.

    `reference` goes to the carrier as idempotency key, and finds the purchase
    again when its answer was never heard.
    """

    parcel = models.ForeignKey(Parcel, models.PROTECT, related_name="labels")
    service = models.ForeignKey(Service, models.PROTECT, related_name="+")
    ship_to = models.ForeignKey(
        Address, models.PROTECT, null=True, db_index=False, related_name="+",
        help_text="The address that it names: the order's when it was asked for.",
    )  # fmt: skip
    reference = models.CharField(max_length=64, unique=True)
    state = models.CharField(max_length=12, choices=LabelState, default=LabelState.REQUESTED)
    tracking_number = models.CharField(max_length=64, blank=True)
    currency = models.CharField(max_length=3, blank=True)
    cost = MoneyField(null=True)
    pdf = models.BinaryField(null=True)
    error = models.CharField(max_length=300, blank=True)
    requested_at = models.DateTimeField()
    asked_at = models.DateTimeField(null=True)
    bought_at = models.DateTimeField(null=True)
    voided_at = models.DateTimeField(null=True)

    objects = LabelQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["parcel"],
                condition=Q(state__in=["requested", "in_doubt", "bought"]),
                name="one_label_per_parcel",
                violation_error_message="The parcel has a label, or one is being bought.",
            )
        ]

    def __str__(self) -> str:
        return self.reference


class TrackingEvent(models.Model):
    """What a carrier reported of a parcel; added, never changed."""

    parcel = models.ForeignKey(Parcel, models.PROTECT, related_name="tracking")
    code = models.CharField(max_length=20, choices=TrackingCode)
    raw_code = models.CharField(max_length=64, blank=True, help_text="In the carrier's words.")
    place = models.CharField(max_length=100, blank=True)
    key = models.CharField(max_length=200, help_text="Once per parcel.")
    happened_at = models.DateTimeField()
    recorded_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [models.UniqueConstraint(fields=["parcel", "key"], name="tracked_once")]
        indexes = [models.Index(fields=["parcel", "happened_at", "id"], name="tracking_by_time")]
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.get_code_display()}"
