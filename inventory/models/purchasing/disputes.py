"""What vendors are to answer for, and how they are to become better."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from core import clock
from core.addresses import address
from core.fields import MoneyField
from core.ids import new_public_id
from core.models import ScopedQuerySet, append_only
from inventory.models.catalog import Warehouse
from inventory.models.purchasing.bills import Bill
from inventory.models.purchasing.orders import PurchaseOrder
from inventory.models.purchasing.vendors import Vendor
from inventory.states import (
    DisputeKind,
    DisputeOutcome,
    DisputeStage,
    PlanMeasure,
    PlanState,
)


class DisputeQuerySet(ScopedQuerySet):
    """Questions people ask about disputes."""

    def open(self) -> Self:
        return self.exclude(stage=DisputeStage.CLOSED)

    def due(self) -> Self:
        """Those that the vendor should have answered by today."""
        return self.open().filter(due_on__lte=clock.today())

    def for_list(self) -> Self:
        return self.select_related("vendor", "order", "bill", "warehouse", "owner")


class Dispute(models.Model):
    """An amount that a vendor and we do not agree about: stages, deadline, evidence, outcome."""

    public_id = models.CharField(max_length=16, unique=True, default=new_public_id, editable=False)
    number = models.CharField(max_length=32, unique=True)
    vendor = models.ForeignKey(Vendor, models.PROTECT, related_name="disputes")
    order = models.ForeignKey(PurchaseOrder, models.PROTECT, related_name="disputes")
    bill = models.ForeignKey(Bill, models.PROTECT, null=True, related_name="disputes")
    warehouse = models.ForeignKey(Warehouse, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=12, choices=DisputeKind)
    stage = models.CharField(max_length=12, choices=DisputeStage, default=DisputeStage.TALK)
    currency = models.CharField(max_length=3)
    rate = models.DecimalField(max_digits=20, decimal_places=10)
    amount = MoneyField(help_text="What we ask for.")
    settled = MoneyField(help_text="What the vendor gives.")
    company_settled = MoneyField(currency="company")
    outcome = models.CharField(max_length=12, choices=DisputeOutcome, blank=True)
    outcome_note = models.CharField(max_length=500, blank=True)
    about = models.CharField(max_length=500)
    due_on = models.DateField(help_text="Until then the vendor is to answer.")
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    opened_at = models.DateTimeField()
    stage_at = models.DateTimeField(help_text="Since when it is at this stage.")
    closed_at = models.DateTimeField(null=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects = DisputeQuerySet.as_manager()
    scope = ("warehouse_id",)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["bill", "kind"],
                name="dispute_open_once",
                condition=~Q(stage="closed"),
            ),
            models.CheckConstraint(
                condition=Q(amount__gt=0, settled__gte=0, settled__lte=F("amount")),
                name="dispute_settled_within_amount",
            ),
            models.CheckConstraint(
                condition=Q(stage="closed", closed_at__isnull=False) & ~Q(outcome="")
                | ~Q(stage="closed") & Q(closed_at=None, outcome="", settled=0),
                name="dispute_closed_iff_decided",
            ),
        ]
        indexes = [
            models.Index(fields=["-opened_at", "-id"], name="dispute_newest"),
            models.Index(fields=["vendor", "-opened_at"], name="dispute_by_vendor"),
            models.Index(fields=["due_on", "id"], name="dispute_due", condition=~Q(stage="closed")),
        ]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return address("purchasing:dispute", self.public_id)

    @property
    def is_open(self) -> bool:
        return self.stage != DisputeStage.CLOSED

    @property
    def is_due(self) -> bool:
        return self.is_open and self.due_on <= clock.today()


class Evidence(models.Model):
    """What somebody has said or shown about a dispute; added, never changed."""

    public_id = models.CharField(max_length=16, unique=True, default=new_public_id, editable=False)
    dispute = models.ForeignKey(Dispute, models.PROTECT, related_name="evidence")
    stage = models.CharField(max_length=12, choices=DisputeStage)
    text = models.CharField(max_length=2000, blank=True)
    file = models.FileField(upload_to="evidence/", blank=True)
    actor = models.CharField(max_length=64)
    added_at = models.DateTimeField()

    class Meta:
        triggers = append_only()
        constraints = [
            models.CheckConstraint(
                condition=~Q(text="") | ~Q(file=""), name="evidence_of_something"
            )
        ]

    def __str__(self) -> str:
        return self.text[:60]


class ImprovementPlan(models.Model):
    """What a vendor has agreed to become better at, by when, and whether it did."""

    public_id = models.CharField(max_length=16, unique=True, default=new_public_id, editable=False)
    vendor = models.ForeignKey(Vendor, models.PROTECT, related_name="plans")
    goal = models.CharField(max_length=500)
    measure = models.CharField(max_length=20, choices=PlanMeasure)
    target = models.DecimalField(max_digits=5, decimal_places=2, help_text="In percent.")
    started_on = models.DateField()
    due_on = models.DateField()
    state = models.CharField(max_length=12, choices=PlanState, default=PlanState.OPEN)
    measured = models.DecimalField(
        max_digits=5, decimal_places=2, null=True, help_text="In percent, when it ended."
    )
    outcome_note = models.CharField(max_length=500, blank=True)
    actor = models.CharField(max_length=64)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["vendor"], name="plan_open_once", condition=Q(state="open")
            ),
            models.CheckConstraint(
                condition=Q(due_on__gt=F("started_on")), name="plan_ends_after_it_starts"
            ),
        ]
        indexes = [
            models.Index(fields=["due_on", "id"], name="plan_due", condition=Q(state="open"))
        ]

    def __str__(self) -> str:
        return f"{self.get_measure_display()} {self.target.normalize():f} %"

    def get_absolute_url(self) -> str:
        return self.vendor.get_absolute_url()
