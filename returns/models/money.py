"""Money on its way back: refunds, the gateways they go through, and the limit of one person."""

from typing import Self

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from core.addresses import address
from core.fields import MoneyField
from core.ids import new_public_id
from core.models import Approval, ScopedQuerySet
from inventory.models import Channel
from orders.models import Order
from returns.models.rmas import ReturnAuthorization
from returns.states import COMMITTED, RefundKind, RefundState


class RefundQuerySet(ScopedQuerySet):
    """Questions people ask about refunds. Chainable; none of them writes."""

    def committed(self) -> Self:
        """Promised, and not in the order's ledger yet."""
        return self.filter(state__in=COMMITTED)

    def stuck(self) -> Self:
        """A person has to look: the gateway refused, or a person is the gateway."""
        return self.filter(Q(state=RefundState.FAILED) | Q(by_hand=True, state__in=COMMITTED))

    def for_list(self) -> Self:
        return self.select_related(
            "order", "order__customer", "rma", "channel", "approval__decided_by"
        )


class Refund(models.Model):
    """An amount to give back: the intent first, then the gateway's answer."""

    public_id = models.CharField(max_length=16, unique=True, default=new_public_id, editable=False)
    number = models.CharField(max_length=32, unique=True, help_text='"RF-1042"')
    order = models.ForeignKey(Order, models.PROTECT, related_name="+")
    channel = models.ForeignKey(Channel, models.PROTECT, related_name="+")
    rma = models.ForeignKey(
        ReturnAuthorization, models.PROTECT, null=True, blank=True, related_name="refunds"
    )
    kind = models.CharField(max_length=12, choices=RefundKind)
    currency = models.CharField(max_length=3, help_text="ISO 4217.")
    amount = MoneyField()
    shipping = MoneyField(help_text="Of it, outbound shipping.")
    company_amount = MoneyField(currency="company")
    reason = models.CharField(max_length=200, blank=True)
    gateway = models.CharField(max_length=32, help_text="Where the money was captured.")
    by_hand = models.BooleanField(default=False, help_text="A person gives it back and says so.")
    captured_ref = models.CharField(max_length=100, blank=True, help_text="The capture's.")
    reference = models.CharField(
        max_length=40, unique=True, help_text="Ours: the idempotency key that the gateway gets."
    )
    gateway_ref = models.CharField(max_length=100, blank=True, help_text="The gateway's own.")
    state = models.CharField(max_length=12, choices=RefundState, default=RefundState.WAITING)
    attempts = models.PositiveIntegerField(default=0)
    last_error = models.CharField(max_length=300, blank=True)
    approval = models.ForeignKey(Approval, models.PROTECT, null=True, blank=True, related_name="+")
    historical = models.BooleanField(default=False, help_text="Imported past.")
    requested_by = models.CharField(max_length=64)
    requested_at = models.DateTimeField()
    asked_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(db_default=Now())
    updated_at = models.DateTimeField(db_default=Now())

    objects = RefundQuerySet.as_manager()
    scope = ("channel_id",)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=RefundState.values), name="refund_state_is_known"
            ),
            models.CheckConstraint(
                condition=Q(amount__gt=0, shipping__gte=0, shipping__lte=F("amount")),
                name="refund_of_something",
                violation_error_message="A refund is of more than nothing.",
            ),
            models.CheckConstraint(
                condition=Q(state=RefundState.DONE, done_at__isnull=False)
                | ~Q(state=RefundState.DONE) & Q(done_at=None),
                name="refund_done_iff_dated",
            ),
            models.UniqueConstraint(
                fields=["order", "gateway", "gateway_ref"],
                condition=Q(state=RefundState.DONE),
                name="refund_booked_once_per_reference",
                violation_error_message="Another refund went back with that reference.",
            ),
        ]
        indexes = [
            models.Index(fields=["-requested_at", "-id"], name="refund_newest"),
            models.Index(fields=["order"], name="refund_by_order"),
            models.Index(fields=["rma"], name="refund_by_rma"),
            models.Index(fields=["done_at", "id"], name="refund_by_done"),
            models.Index(
                fields=["requested_at", "id"],
                name="refund_open",
                condition=Q(state__in=["waiting", "in_doubt", "failed"]),
            ),
        ]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return address("returns:refund", self.public_id)


class PaymentGateway(models.Model):
    """Through which adapter money of a gateway goes back."""

    code = models.SlugField(max_length=32, unique=True, help_text="As payments name it.")
    adapter = models.CharField(
        max_length=32, default="manual", help_text="A key of returns.gateways."
    )
    url = models.URLField(max_length=500, blank=True)
    secret = models.CharField(max_length=200, blank=True)
    active = models.BooleanField(default=True)

    def __str__(self) -> str:
        return self.code


class RefundLimit(models.Model):
    """Up to which amount one person gives money back alone; one row."""

    amount = MoneyField(
        currency="company", help_text="In the company's currency; above it, a second person."
    )

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(id=1), name="refund_limit_is_one_row"),
            models.CheckConstraint(condition=Q(amount__gte=0), name="refund_limit_not_negative"),
        ]

    def __str__(self) -> str:
        return f"Refund limit {self.amount}"
