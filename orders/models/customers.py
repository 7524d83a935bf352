"""Who buys, and where parcels go. Personal data lives here and nowhere else."""

from typing import Self

from django.apps import apps
from django.contrib.postgres.indexes import OpClass
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now, Upper

from core.actor import ALL, Actor
from core.addresses import address
from core.ids import new_public_id
from core.words import words_index


class CustomerQuerySet(models.QuerySet["Customer"]):
    """Questions people ask about customers."""

    def visible_to(self, actor: Actor) -> Self:
        """Those who have bought on a channel within the actor's reach."""
        ids = actor.ids("channel_id")
        if ids is ALL:
            return self
        orders = apps.get_model("orders", "Order")._default_manager
        bought = orders.filter(customer=models.OuterRef("pk"), channel_id__in=ids)
        return self.filter(models.Exists(bought))


class Customer(models.Model):
    """Who has ordered. Identity: the normalised e-mail, else the channel's own id."""

    public_id = models.CharField(max_length=16, unique=True, default=new_public_id, editable=False)
    name = models.CharField(max_length=200)
    email = models.CharField(max_length=254, blank=True)
    email_key = models.CharField(
        max_length=254, null=True, blank=True, unique=True, help_text="Lower-cased; null for none."
    )
    external_ref = models.CharField(
        max_length=100, null=True, blank=True, unique=True, help_text='"uk-web:17850"'
    )
    phone = models.CharField(max_length=32, blank=True)
    company = models.CharField(max_length=200, blank=True)
    note = models.TextField(blank=True)
    created_at = models.DateTimeField(db_default=Now())
    updated_at = models.DateTimeField(auto_now=True)

    objects = CustomerQuerySet.as_manager()

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(name=""), name="customer_has_a_name")]
        indexes = [
            models.Index(fields=["-created_at", "-id"], name="customer_newest"),
            models.Index(
                OpClass(Upper("name"), name="text_pattern_ops"), name="customer_name_start"
            ),
            words_index("name", name="customer_by_words"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return address("orders:customer", self.public_id)


class Address(models.Model):
    """Where something goes, as it was on the document; a correction makes a new row."""

    customer = models.ForeignKey(Customer, models.PROTECT, null=True, related_name="addresses")
    name = models.CharField(max_length=200)
    company = models.CharField(max_length=200, blank=True)
    line1 = models.CharField(max_length=200, blank=True)
    line2 = models.CharField(max_length=200, blank=True)
    city = models.CharField(max_length=100, blank=True)
    region = models.CharField(max_length=100, blank=True)
    postal_code = models.CharField(max_length=20, blank=True)
    country = models.CharField(max_length=2, help_text="ISO 3166-1 alpha-2.")
    phone = models.CharField(max_length=32, blank=True)
    problem = models.CharField(
        max_length=200, blank=True, help_text="What is wrong for that country; empty: deliverable."
    )

    def __str__(self) -> str:
        return ", ".join(part for part in (self.name, self.line1, self.city, self.country) if part)
