"""Money on its way in: what was authorized is taken when the goods leave."""

from typing import Self

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from core.addresses import address
from core.fields import MoneyField
from core.ids import new_public_id
from core.models import ScopedQuerySet
from inventory.models import Channel
from orders.models import Order
from returns.states import CAPTURE_COMMITTED, CaptureState


class CaptureQuerySet(ScopedQuerySet):
    """Questions people ask about captures. Chainable; none of them writes."""

    def committed(self) -> Self:
        """Asked for, and not in the order's ledger yet."""
        return self.filter(state__in=CAPTURE_COMMITTED)

    def stuck(self) -> Self:
        """A person has to look: the gateway refused, or a person is the gateway."""
        by_hand = Q(by_hand=True, state__in=CAPTURE_COMMITTED)
        return self.filter(Q(state=CaptureState.FAILED) | by_hand)

    def for_list(self) -> Self:
        return self.select_related("order", "order__customer", "channel")


class Capture(models.Model):
    """An amount to take from an authorization: the intent first, then the gateway's answer."""

    public_id = models.CharField(max_length=16, unique=True, default=new_public_id, editable=False)
    number = models.CharField(max_length=32, unique=True, help_text='"CP-1042"')
    order = models.ForeignKey(Order, models.PROTECT, related_name="+")
    channel = models.ForeignKey(Channel, models.PROTECT, related_name="+")
    currency = models.CharField(max_length=3, help_text="ISO 4217.")
    amount = MoneyField()
    gateway = models.CharField(max_length=32, help_text="Where the money was authorized.")
    by_hand = models.BooleanField(default=False, help_text="A person takes it and says so.")
    authorized_ref = models.CharField(max_length=100, help_text="The authorization's.")
    reference = models.CharField(
        max_length=40, unique=True, help_text="Ours: the idempotency key that the gateway gets."
    )
    gateway_ref = models.CharField(max_length=100, blank=True, help_text="The gateway's own.")
    state = models.CharField(max_length=12, choices=CaptureState, default=CaptureState.WAITING)
    attempts = models.PositiveIntegerField(default=0)
    last_error = models.CharField(max_length=300, blank=True)
    requested_by = models.CharField(max_length=64)
    requested_at = models.DateTimeField()
    asked_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(db_default=Now())
    updated_at = models.DateTimeField(db_default=Now())

    objects = CaptureQuerySet.as_manager()
    scope = ("channel_id",)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=CaptureState.values), name="capture_state_is_known"
            ),
            models.CheckConstraint(
                condition=Q(amount__gt=0),
                name="capture_of_something",
                violation_error_message="A capture is of more than nothing.",
            ),
            models.CheckConstraint(
                condition=Q(state=CaptureState.DONE, done_at__isnull=False)
                | ~Q(state=CaptureState.DONE) & Q(done_at=None),
                name="capture_done_iff_dated",
            ),
            models.UniqueConstraint(
                fields=["order", "gateway"],
                condition=Q(state__in=["waiting", "in_doubt", "failed"]),
                name="capture_one_open_per_gateway",
                violation_error_message="Another capture of this order is not settled yet.",
            ),
        ]
        indexes = [
            models.Index(fields=["-requested_at", "-id"], name="capture_newest"),
            models.Index(fields=["order"], name="capture_by_order"),
            models.Index(
                fields=["requested_at", "id"],
                name="capture_open",
                condition=Q(state__in=["waiting", "in_doubt", "failed"]),
            ),
        ]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return address("returns:capture", self.public_id)
