"""Stock on its way from one warehouse to another."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from core import clock
from core.actor import ALL, Actor
from core.addresses import address
from core.ids import new_public_id
from core.models import append_only
from inventory.errors import TransferMoveNotAllowed
from inventory.models.catalog import Sku, Warehouse
from inventory.states import TRANSFER_MOVES, TRANSFERS_OPEN, TransferStatus


class TransferQuerySet(models.QuerySet["Transfer"]):
    """Questions people ask about transfers. Chainable; none of them writes."""

    def visible_to(self, actor: Actor) -> Self:
        """Those from or to a warehouse within the actor's reach."""
        ids = actor.ids("warehouse_id")
        if ids is ALL:
            return self
        return self.filter(Q(source__in=ids) | Q(destination__in=ids))

    def open(self) -> Self:
        return self.filter(status__in=TRANSFERS_OPEN)

    def overdue(self) -> Self:
        """On their way, and expected by now."""
        return self.filter(status=TransferStatus.IN_TRANSIT, expected_on__lt=clock.today())

    def for_list(self) -> Self:
        return self.select_related("source", "destination", "created_by")


class Transfer(models.Model):
    """What one warehouse sends another: promised at once, gone when shipped, there when received.

    Both sides see it; what each may do is asked of its own warehouse.
    """

    public_id = models.CharField(max_length=16, unique=True, default=new_public_id, editable=False)
    source = models.ForeignKey(Warehouse, models.PROTECT, related_name="+")
    destination = models.ForeignKey(Warehouse, models.PROTECT, related_name="+")
    status = models.CharField(
        max_length=12, choices=TransferStatus, default=TransferStatus.REQUESTED
    )
    note = models.CharField(max_length=300, blank=True)
    expected_on = models.DateField(null=True, help_text="When it should be there.")
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    created_at = models.DateTimeField()
    shipped_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    end_reason = models.CharField(max_length=200, blank=True, help_text="Why units are missing.")
    updated_at = models.DateTimeField(auto_now=True)

    objects = TransferQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=TransferStatus.values), name="transfer_status_is_known"
            ),
            models.CheckConstraint(
                condition=~Q(source=F("destination")), name="transfer_goes_elsewhere"
            ),
            models.CheckConstraint(
                condition=Q(status="in_transit", shipped_at__isnull=False)
                | Q(status="closed", shipped_at__isnull=False, ended_at__isnull=False)
                | Q(status="cancelled", shipped_at=None, ended_at__isnull=False)
                | Q(status="requested", shipped_at=None, ended_at=None),
                name="transfer_dated_as_far_as_it_is",
            ),
        ]
        indexes = [
            models.Index(fields=["-created_at", "-id"], name="transfer_newest"),
            models.Index(fields=["updated_at", "id"], name="transfer_by_update"),
            models.Index(
                fields=["expected_on", "id"],
                name="transfer_expected",
                condition=Q(status="in_transit"),
            ),
        ]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return address("inventory:transfer", self.public_id)

    @property
    def number(self) -> str:
        return f"TR-{self.pk}"

    def become(self, wanted: TransferStatus) -> None:
        """Change status in memory; raises TransferMoveNotAllowed. Only operations call this."""
        if wanted not in TRANSFER_MOVES[TransferStatus(self.status)]:
            raise TransferMoveNotAllowed(
                number=self.number,
                status=self.get_status_display().lower(),
                wanted=wanted.label.lower(),
            )
        self.status = wanted


class TransferLine(models.Model):
    """Units of one SKU; received and lost ones are together at most those that were sent."""

    transfer = models.ForeignKey(Transfer, models.CASCADE, related_name="lines")
    sku = models.ForeignKey(Sku, models.PROTECT, related_name="+")
    units = models.PositiveIntegerField()
    units_received = models.PositiveIntegerField(default=0, help_text="Damaged ones with them.")
    units_damaged = models.PositiveIntegerField(default=0)
    units_lost = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["transfer", "sku"], name="transfer_line_once"),
            models.CheckConstraint(condition=Q(units__gt=0), name="transfer_line_of_something"),
            models.CheckConstraint(
                condition=Q(units__gte=F("units_received") + F("units_lost")),
                name="no_more_arrives_than_was_sent",
            ),
            models.CheckConstraint(
                condition=Q(units_damaged__lte=F("units_received")),
                name="damaged_transfers_have_arrived",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.units} × {self.sku}"

    @property
    def units_open(self) -> int:
        """Sent, and neither there nor given up."""
        return self.units - self.units_received - self.units_lost


class TransferArrival(models.Model):
    """Units of a line that were taken in at one time; added, never changed."""

    line = models.ForeignKey(TransferLine, models.PROTECT, related_name="arrivals")
    units = models.PositiveIntegerField()
    damaged = models.PositiveIntegerField(default=0)
    key = models.CharField(max_length=64, help_text="What makes it happen once.")
    actor = models.CharField(max_length=64)
    arrived_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["line", "key"], name="arrival_once_per_key")]
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.units} of line {self.line_id}"
