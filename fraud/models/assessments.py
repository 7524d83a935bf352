"""Scores of orders: each one kept, the current one pointed to, and what a person made of it."""

from typing import Self

from django.db import models
from django.db.models import Q

from core.addresses import address
from core.fields import MoneyField
from core.ids import new_public_id
from core.models import ScopedQuerySet, append_only
from fraud.states import BY_A_PERSON, Outcome, RiskState, TraceKind
from inventory.models import Channel
from orders.models import Order


class Assessment(models.Model):
    """One scoring of one order, with everything that explains it; added, never changed."""

    order = models.ForeignKey(Order, models.PROTECT, related_name="+")
    number = models.PositiveIntegerField(help_text="From 1 per order.")
    score = models.SmallIntegerField(help_text="Points, never below 0.")
    outcome = models.CharField(max_length=8, choices=Outcome)
    reasons = models.JSONField(help_text='[{"code", "title", "points", "sentence", "value"}]')
    unknown = models.JSONField(default=list, help_text="Codes of rules whose signal was n/a.")
    signals = models.JSONField(help_text="What the rules saw; ids and figures, no personal data.")
    policy = models.CharField(max_length=40, help_text='"rules v3"')
    expected_loss = MoneyField(currency="company")
    actor = models.CharField(max_length=64)
    scored_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["order", "number"], name="assessment_numbered_once"),
            models.CheckConstraint(condition=Q(score__gte=0), name="score_not_negative"),
        ]
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.score}: {self.outcome}"


class OrderRiskQuerySet(ScopedQuerySet):
    """Questions people ask about risk. Chainable; none of them writes."""

    def to_review(self) -> Self:
        return self.filter(state=RiskState.REVIEW)

    def by_a_person(self) -> Self:
        return self.filter(state__in=BY_A_PERSON)

    def for_list(self) -> Self:
        return self.select_related("order", "order__customer", "channel", "assessment")


class OrderRisk(models.Model):
    """Where the risk of one order stands: its current assessment, and who decided."""

    public_id = models.CharField(max_length=16, unique=True, default=new_public_id, editable=False)
    order = models.OneToOneField(Order, models.PROTECT, related_name="+")
    channel = models.ForeignKey(Channel, models.PROTECT, related_name="+")
    assessment = models.ForeignKey(Assessment, models.PROTECT, null=True, related_name="+")
    state = models.CharField(max_length=10, choices=RiskState)
    score = models.SmallIntegerField(default=0)
    outcome = models.CharField(max_length=8, choices=Outcome, default=Outcome.APPROVE)
    policy = models.CharField(max_length=40, help_text="Of the first scoring.")
    expected_loss = MoneyField(
        currency="company", help_text="Total x score / 100; sorts the queue."
    )
    first_scored_at = models.DateTimeField()
    scored_at = models.DateTimeField()
    review_at = models.DateTimeField(null=True, help_text="First sent to review; null: never.")
    decided_at = models.DateTimeField(null=True, help_text="By a person.")
    decided_by = models.CharField(max_length=64, blank=True)
    reason = models.CharField(max_length=300, blank=True)

    objects = OrderRiskQuerySet.as_manager()
    scope = ("channel_id",)

    class Meta:
        verbose_name = "risk assessment"
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=RiskState.values), name="risk_state_is_known"
            ),
            models.CheckConstraint(
                condition=Q(state__in=list(BY_A_PERSON), decided_at__isnull=False)
                & ~Q(decided_by="")
                & ~Q(reason="")
                | ~Q(state__in=list(BY_A_PERSON)) & Q(decided_at=None),
                name="risk_decisions_are_signed",
                violation_error_message="A decision needs a person and a reason.",
            ),
        ]
        indexes = [
            models.Index(fields=["-scored_at", "-id"], name="risk_newest"),
            models.Index(fields=["first_scored_at"], name="risk_by_first_score"),
            models.Index(fields=["-expected_loss", "-id"], name="risk_by_loss"),
            models.Index(
                fields=["-expected_loss", "-id"], name="risk_queue", condition=Q(state="review")
            ),
        ]

    def __str__(self) -> str:
        return f"Risk of order {self.order}"

    def get_absolute_url(self) -> str:
        return address("fraud:risk", self.public_id)


class Trace(models.Model):
    """A keyed hash of something personal in an order, by which orders are linked.

    The hash cannot be read back, so erasing a customer needs no change here.
    """

    order = models.ForeignKey(Order, models.CASCADE, related_name="+")
    kind = models.CharField(max_length=8, choices=TraceKind)
    digest = models.CharField(max_length=32)
    placed_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["order", "kind"], name="trace_once")]
        indexes = [models.Index(fields=["kind", "digest", "-placed_at"], name="trace_by_digest")]

    def __str__(self) -> str:
        return f"{self.kind} of order {self.order_id}"
