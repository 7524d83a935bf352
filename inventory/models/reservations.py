"""Stock kept for a cart or by a person: promised to nobody else, for a time."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q

from core import clock
from core.addresses import address
from core.ids import new_public_id
from core.models import ScopedQuerySet
from inventory.models.catalog import Sku, Warehouse
from inventory.states import ReservationStatus


class ReservationQuerySet(ScopedQuerySet):
    """Questions people ask about reservations. Chainable; none of them writes."""

    def held(self) -> Self:
        return self.filter(status=ReservationStatus.HELD)

    def due(self) -> Self:
        """Held longer than was asked for: whoever wants the units may have them."""
        return self.held().filter(expires_at__lte=clock.now())

    def for_list(self) -> Self:
        return self.select_related("warehouse", "owner")


class Reservation(models.Model):
    """Units that are held in one warehouse until they are used, released or the time is over."""

    public_id = models.CharField(max_length=16, unique=True, default=new_public_id, editable=False)
    warehouse = models.ForeignKey(Warehouse, models.PROTECT, related_name="+")
    key = models.CharField(max_length=100, help_text="The cart's reference; one held at a time.")
    status = models.CharField(
        max_length=12, choices=ReservationStatus, default=ReservationStatus.HELD
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    note = models.CharField(max_length=300, blank=True)
    expires_at = models.DateTimeField(null=True, help_text="Null: until somebody releases it.")
    used_by = models.CharField(max_length=100, blank=True, help_text="Reference of the order.")
    created_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects = ReservationQuerySet.as_manager()
    scope = ("warehouse_id",)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=ReservationStatus.values), name="reservation_status_is_known"
            ),
            models.CheckConstraint(
                condition=Q(status="held", ended_at=None) | (~Q(status="held") & ~Q(ended_at=None)),
                name="reservation_ended_unless_held",
            ),
            models.UniqueConstraint(
                fields=["key"], condition=Q(status="held"), name="reservation_held_once_per_key"
            ),
        ]
        indexes = [
            models.Index(fields=["-created_at", "-id"], name="reservation_newest"),
            models.Index(fields=["updated_at", "id"], name="reservation_by_update"),
            models.Index(fields=["expires_at"], name="reservation_due", condition=Q(status="held")),
        ]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return address("inventory:reservation", self.public_id)

    @property
    def number(self) -> str:
        return f"RS-{self.pk}"


class ReservationLine(models.Model):
    """Units of one SKU."""

    reservation = models.ForeignKey(Reservation, models.CASCADE, related_name="lines")
    sku = models.ForeignKey(Sku, models.PROTECT, related_name="+")
    units = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["reservation", "sku"], name="reservation_line_once"),
            models.CheckConstraint(condition=Q(units__gt=0), name="reservation_of_something"),
        ]

    def __str__(self) -> str:
        return f"{self.units} × {self.sku_id}"
