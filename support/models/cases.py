"""Cases: what a customer wants, who looks after it, and what was said."""

from datetime import datetime
from typing import Any, Self

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now, Upper

from core.addresses import address
from core.ids import new_public_id
from core.models import ScopedQuerySet
from core.words import words_index
from inventory.models import Channel
from orders.models import Customer, Order
from support.states import CaseState, Contact, Direction, Priority


class CaseQuerySet(ScopedQuerySet):
    """Questions people ask about cases. Chainable; none of them writes."""

    def open(self) -> Self:
        return self.exclude(state=CaseState.CLOSED)

    def to_answer(self) -> Self:
        return self.filter(state=CaseState.OPEN)

    def unassigned(self) -> Self:
        return self.open().filter(assignee=None)

    def past_due(self, now: datetime) -> Self:
        """Ours to answer, and promised for earlier than now."""
        return self.to_answer().filter(due__lt=now)

    def for_list(self) -> Self:
        return self.select_related("customer", "channel", "assignee")


class Case(models.Model):
    """One matter of one customer, from the first message to its end."""

    public_id = models.CharField(max_length=16, unique=True, default=new_public_id, editable=False)
    number = models.CharField(max_length=32, unique=True, help_text='"CASE-1042"')
    subject = models.CharField(max_length=200)
    channel = models.ForeignKey(Channel, models.PROTECT, related_name="+")
    contact = models.CharField(max_length=12, choices=Contact, default=Contact.EMAIL)
    customer = models.ForeignKey(Customer, models.PROTECT, null=True, blank=True, related_name="+")
    sender = models.CharField(max_length=254, blank=True, help_text="E-mail to answer to.")
    orders = models.ManyToManyField(Order, through="CaseOrder", related_name="+")
    priority = models.PositiveSmallIntegerField(choices=Priority, default=Priority.NORMAL)
    state = models.CharField(max_length=12, choices=CaseState, default=CaseState.OPEN)
    assignee = models.ForeignKey(
        "core.User", models.SET_NULL, null=True, blank=True, related_name="+"
    )
    due = models.DateTimeField(help_text="Promised: an answer, then a solution, until then.")
    opened_at = models.DateTimeField()
    last_message_at = models.DateTimeField()
    first_response_at = models.DateTimeField(null=True)
    first_response_due = models.DateTimeField()
    resolved_at = models.DateTimeField(null=True)
    resolution = models.CharField(max_length=200, blank=True)
    times_reopened = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField(db_default=Now())
    updated_at = models.DateTimeField(db_default=Now())
    version = models.PositiveIntegerField(default=1, help_text="Counts changes; the ETag.")

    objects = CaseQuerySet.as_manager()
    scope = ("channel_id",)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=CaseState.values), name="case_state_is_known"
            ),
            models.CheckConstraint(
                condition=Q(state=CaseState.CLOSED, resolved_at__isnull=False)
                | ~Q(state=CaseState.CLOSED) & Q(resolved_at=None),
                name="case_closed_iff_dated",
            ),
            models.CheckConstraint(condition=~Q(subject=""), name="case_has_a_subject"),
        ]
        indexes = [
            models.Index(fields=["-opened_at", "-id"], name="case_newest"),
            models.Index(fields=["-last_message_at", "-id"], name="case_latest"),
            models.Index(fields=["due", "id"], name="case_to_answer", condition=Q(state="open")),
            models.Index(fields=["due", "id"], name="case_by_due"),
            models.Index(fields=["customer", "-opened_at"], name="case_by_customer"),
            models.Index(fields=["updated_at", "id"], name="case_by_update"),
            models.Index(Upper("sender"), name="case_by_sender"),
            words_index("subject", name="case_by_words"),
        ]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return address("support:case", self.public_id)


class CaseOrder(models.Model):
    """That a case is about an order."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="links")
    order = models.ForeignKey(Order, models.PROTECT, related_name="+")
    linked_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "order"], name="case_order_once")]

    def __str__(self) -> str:
        return f"{self.case_id} → {self.order_id}"


class CaseMessage(models.Model):
    """What was said: by the customer, to the customer, or among colleagues."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="messages")
    direction = models.CharField(max_length=12, choices=Direction)
    author = models.ForeignKey("core.User", models.SET_NULL, null=True, related_name="+")
    actor = models.CharField(max_length=64)
    sender = models.CharField(max_length=254, blank=True, help_text="E-mail it came from.")
    body = models.TextField()
    masked = models.BooleanField(default=False, help_text="It held a card number.")
    external_id = models.CharField(
        max_length=200, blank=True, help_text="Message-ID, or the other side's own id."
    )
    said_at = models.DateTimeField()

    audience: Any = None  # core.mentions.Audience, of a note just written
    recorded_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["case", "external_id"],
                condition=~Q(external_id=""),
                name="case_message_once",
                violation_error_message="This message has been taken in already.",
            ),
            models.CheckConstraint(condition=~Q(body=""), name="case_message_says_something"),
        ]
        indexes = [models.Index(fields=["case", "id"], name="case_message_in_order")]

    def __str__(self) -> str:
        return f"{self.direction} {self.said_at:%F %R}"


class ServicePromise(models.Model):
    """How soon a case of a priority gets its first answer and its solution."""

    priority = models.PositiveSmallIntegerField(choices=Priority, unique=True)
    response_hours = models.PositiveSmallIntegerField()
    solution_hours = models.PositiveSmallIntegerField()

    def __str__(self) -> str:
        return f"{self.get_priority_display()}: {self.response_hours} h, {self.solution_hours} h"
