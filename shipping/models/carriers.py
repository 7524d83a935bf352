"""Carriers, what they offer, where to and for how much. All of it is data, edited in the admin."""

import secrets
from base64 import b64encode
from datetime import time
from typing import Self

import pgtrigger
from django.db import models
from django.db.models import F, Q

from core.fields import MoneyField
from core.ids import new_public_id
from shipping.states import Level


def new_webhook_secret() -> str:
    """A secret as the Standard Webhooks specification wants it."""
    return "whsec_" + b64encode(secrets.token_bytes(24)).decode()


def changes_rates() -> list[pgtrigger.Trigger]:
    """A change of this table, by whomever, gives the rates a new revision."""
    return [
        pgtrigger.Trigger(
            name="new_rates_revision",
            level=pgtrigger.Statement,
            when=pgtrigger.After,
            operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
            # A random token and not a count: a rolled back change never meets another's number.
            func="UPDATE shipping_ratesrevision SET token = gen_random_uuid(); RETURN NULL;",
        )
    ]


class RatesRevision(models.Model):
    """One row: the revision of all rates. Whoever keeps rates in memory compares its token."""

    token = models.UUIDField()

    def __str__(self) -> str:
        return str(self.token)


class Carrier(models.Model):
    """Who takes parcels, and how we speak with them."""

    code = models.SlugField(max_length=32, unique=True)
    name = models.CharField(max_length=100)
    adapter = models.CharField(
        max_length=32, default="house", help_text="A key of shipping.carriers: house, http_json."
    )
    adapter_url = models.URLField(max_length=500, blank=True)
    adapter_secret = models.CharField(max_length=200, blank=True)
    number_prefix = models.CharField(
        max_length=3, blank=True, help_text="Of tracking numbers that we issue ourselves."
    )
    webhook_secret = models.CharField(max_length=100, default=new_webhook_secret)
    codes = models.JSONField(
        default=dict,
        blank=True,
        help_text='The carrier\'s codes in our words: {"DEL": "delivered"}. Ours need no entry.',
    )
    tracking_url = models.CharField(
        max_length=200, blank=True, help_text="With {number} where the number goes."
    )
    collects_until = models.TimeField(
        default=time(17, 0), help_text="Warehouse time; later parcels leave the next working day."
    )
    active = models.BooleanField(default=True)

    class Meta:
        triggers = changes_rates()

    def __str__(self) -> str:
        return self.name


class Service(models.Model):
    """One product of a carrier."""

    public_id = models.CharField(max_length=16, unique=True, default=new_public_id, editable=False)
    carrier = models.ForeignKey(Carrier, models.PROTECT, related_name="services")
    code = models.SlugField(max_length=32, unique=True)
    name = models.CharField(max_length=100)
    level = models.CharField(max_length=12, choices=Level, default=Level.STANDARD)
    max_weight_grams = models.PositiveIntegerField(default=30_000)
    max_side_mm = models.PositiveIntegerField(default=1_200, help_text="Longest side.")
    max_girth_mm = models.PositiveIntegerField(
        default=3_000, help_text="Longest side plus twice the two others."
    )
    active = models.BooleanField(default=True)

    class Meta:
        triggers = changes_rates()

    def __str__(self) -> str:
        return self.name


class Zone(models.Model):
    """A part of the world that a carrier prices alike, as origin and as destination."""

    carrier = models.ForeignKey(Carrier, models.CASCADE, related_name="zones")
    code = models.CharField(max_length=16)
    name = models.CharField(max_length=100)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["carrier", "code"], name="zone_once")]
        triggers = changes_rates()

    def __str__(self) -> str:
        return f"{self.carrier.code} {self.code}"


class ZonePlace(models.Model):
    """A country, or the postcodes of it that begin alike, in a zone. The longest prefix wins."""

    zone = models.ForeignKey(Zone, models.CASCADE, related_name="places")
    country = models.CharField(
        max_length=2, blank=True, help_text="ISO 3166-1 alpha-2; empty: the rest of the world."
    )
    postcode_prefix = models.CharField(
        max_length=10, blank=True, help_text="Upper case, without spaces; empty: all of it."
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["zone", "country", "postcode_prefix"], name="zone_place_once"
            ),
            models.CheckConstraint(
                condition=~Q(country="") | Q(postcode_prefix=""),
                name="postcodes_are_of_a_country",
                violation_error_message="A postcode prefix needs its country.",
            ),
        ]
        triggers = changes_rates()

    def __str__(self) -> str:
        return f"{self.country or 'elsewhere'} {self.postcode_prefix}".strip()


class TransitTime(models.Model):
    """How long a service takes between two zones; without a row it does not go there."""

    service = models.ForeignKey(Service, models.CASCADE, related_name="transit_times")
    origin = models.ForeignKey(Zone, models.CASCADE, related_name="+")
    destination = models.ForeignKey(Zone, models.CASCADE, related_name="+")
    working_days = models.PositiveSmallIntegerField(help_text="At most, after collection.")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["service", "origin", "destination"], name="transit_time_once"
            )
        ]
        triggers = changes_rates()

    def __str__(self) -> str:
        return f"{self.service}: {self.working_days} days"


class RateCardQuerySet(models.QuerySet["RateCard"]):
    """Questions people ask about rate cards."""

    def valid_on(self, day) -> Self:
        """Cards in force that day; of a service the newest one counts."""
        return self.filter(valid_from__lte=day).filter(Q(valid_until=None) | Q(valid_until__gt=day))


class RateCard(models.Model):
    """The prices of one service from a day on."""

    service = models.ForeignKey(Service, models.CASCADE, related_name="cards")
    version = models.CharField(max_length=32, help_text='"2026-1"')
    currency = models.CharField(max_length=3, help_text="ISO 4217.")
    rate = models.DecimalField(
        max_digits=19, decimal_places=9, default=1, help_text="Company currency per unit."
    )
    fuel_basis_points = models.PositiveIntegerField(
        default=0, help_text="Surcharge: 1250 is 12.5 %."
    )
    dimensional_divisor = models.PositiveIntegerField(
        default=5_000, help_text="Cubic millimeters that count as one gram."
    )
    valid_from = models.DateField()
    valid_until = models.DateField(null=True, blank=True, help_text="The first day without it.")

    objects = RateCardQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["service", "version"], name="rate_card_once"),
            models.CheckConstraint(
                condition=Q(valid_until=None) | Q(valid_until__gt=F("valid_from")),
                name="rate_card_ends_after_it_starts",
            ),
            models.CheckConstraint(
                condition=Q(dimensional_divisor__gt=0, rate__gt=0), name="rate_card_computes"
            ),
        ]
        triggers = changes_rates()

    def __str__(self) -> str:
        return f"{self.service.code} {self.version}"


class RateBreak(models.Model):
    """The price of a parcel up to a weight, between two zones, before fuel."""

    card = models.ForeignKey(RateCard, models.CASCADE, related_name="breaks")
    origin = models.ForeignKey(Zone, models.CASCADE, related_name="+")
    destination = models.ForeignKey(Zone, models.CASCADE, related_name="+")
    up_to_grams = models.PositiveIntegerField()
    price = MoneyField(currency="card.currency")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["card", "origin", "destination", "up_to_grams"], name="rate_break_once"
            ),
            models.CheckConstraint(
                condition=Q(price__gte=0, up_to_grams__gt=0), name="rate_break_is_a_price"
            ),
        ]
        triggers = changes_rates()

    def __str__(self) -> str:
        return f"up to {self.up_to_grams} g"


class Carton(models.Model):
    """A box to pack into."""

    code = models.SlugField(max_length=16, unique=True)
    name = models.CharField(max_length=100)
    length_mm = models.PositiveIntegerField(help_text="Inside.")
    width_mm = models.PositiveIntegerField(help_text="Inside.")
    height_mm = models.PositiveIntegerField(help_text="Inside.")
    wall_mm = models.PositiveSmallIntegerField(default=3, help_text="Added twice to each side.")
    tare_grams = models.PositiveIntegerField(default=0)
    max_load_grams = models.PositiveIntegerField(default=30_000)
    active = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(length_mm__gt=0, width_mm__gt=0, height_mm__gt=0),
                name="carton_has_room",
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def inside_mm(self) -> tuple[int, int, int]:
        return (self.length_mm, self.width_mm, self.height_mm)

    @property
    def outside_mm(self) -> tuple[int, int, int]:
        """What the carrier measures."""
        wall = 2 * self.wall_mm
        return (self.length_mm + wall, self.width_mm + wall, self.height_mm + wall)
