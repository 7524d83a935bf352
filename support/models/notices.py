"""Mails to customers: the templates people edit, and each mail with what became of it."""

from typing import Self

from django.db import models
from django.db.models import Q
from django.db.models.functions import Upper

from core.addresses import address
from core.ids import new_public_id
from core.models import ScopedQuerySet
from inventory.models import Channel
from orders.models import Customer, Order
from support.models.cases import Case, CaseMessage
from support.states import NoticeKind, NoticeState


class NoticeTemplate(models.Model):
    """The words of one kind of mail; a channel may have its own."""

    public_id = models.CharField(max_length=16, unique=True, default=new_public_id, editable=False)
    kind = models.CharField(max_length=16, choices=NoticeKind)
    channel = models.ForeignKey(
        Channel,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
        help_text="Empty: for every channel without its own.",
    )
    subject = models.CharField(max_length=200)
    body = models.TextField(help_text="Plain text; {order_number} and the like are filled in.")
    active = models.BooleanField(default=True, help_text="Off: no such mail is sent.")
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "channel"],
                nulls_distinct=False,
                name="notice_template_once",
                violation_error_message="There is such a template already.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}" + (f" ({self.channel})" if self.channel_id else "")


class NoticeQuerySet(ScopedQuerySet):
    """Questions people ask about mails. Chainable; none of them writes."""

    def stuck(self) -> Self:
        """A person has to decide: it may have been sent, or was refused."""
        return self.filter(state__in=[NoticeState.IN_DOUBT, NoticeState.FAILED])

    def for_list(self) -> Self:
        return self.select_related("order", "case", "channel")


class Notice(models.Model):
    """One mail to one customer about one thing: the intent first, then what became of it."""

    public_id = models.CharField(max_length=16, unique=True, default=new_public_id, editable=False)
    kind = models.CharField(max_length=16, choices=NoticeKind)
    about = models.CharField(max_length=64, help_text='"order:7", "fulfillment:9", "refund:3"')
    channel = models.ForeignKey(Channel, models.PROTECT, related_name="+")
    order = models.ForeignKey(Order, models.PROTECT, null=True, related_name="+")
    customer = models.ForeignKey(Customer, models.PROTECT, null=True, related_name="+")
    case = models.ForeignKey(Case, models.PROTECT, null=True, related_name="notices")
    message = models.OneToOneField(CaseMessage, models.PROTECT, null=True, related_name="notice")
    to = models.CharField(max_length=254, blank=True)
    subject = models.CharField(max_length=250)
    body = models.TextField()
    mail_id = models.CharField(max_length=100, unique=True, help_text="Its Message-ID.")
    state = models.CharField(max_length=12, choices=NoticeState, default=NoticeState.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    last_error = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField()
    asked_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)

    objects = NoticeQuerySet.as_manager()
    scope = ("channel_id",)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "about"],
                name="notice_once",
                violation_error_message="The customer has been told of that already.",
            ),
            models.CheckConstraint(
                condition=Q(state__in=NoticeState.values), name="notice_state_is_known"
            ),
        ]
        indexes = [
            models.Index(fields=["-created_at", "-id"], name="notice_newest"),
            models.Index(fields=["order"], name="notice_by_order"),
            models.Index(Upper("to"), name="notice_by_address"),
            models.Index(
                fields=["created_at", "id"],
                name="notice_stuck",
                condition=Q(state__in=["in_doubt", "failed"]),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.about}"

    def get_absolute_url(self) -> str:
        return address("support:notice", self.public_id)
