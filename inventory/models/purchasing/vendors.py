"""Who we buy from, on which terms, and what each SKU costs there."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Self

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, RangeOperators
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Func, Q, Value
from django.db.models.functions import Least, Now

from core import clock
from core.addresses import address
from core.ids import new_public_id
from inventory.models.catalog import Sku
from inventory.states import Incoterm, VendorKind, VendorStatus

HORIZON = timedelta(days=30)  # so long before a contract must be decided on, people are told


class VendorQuerySet(models.QuerySet["Vendor"]):
    """Questions people ask about vendors."""

    def buyable(self) -> Self:
        """Those that orders can go to."""
        return self.exclude(status=VendorStatus.ENDED)

    def of_kind(self, kind: str) -> Self:
        return self.filter(kinds__contains=[kind])

    def due(self) -> Self:
        """Whose contract has to be decided on, or who is to be reviewed; with `due_on`."""
        today = clock.today()
        deciding = Q(decide_by__lte=today + HORIZON)
        return (
            self.buyable()
            .filter(deciding | Q(review_on__lte=today))
            .annotate(due_on=Least("decide_by", "review_on"))
        )


class Vendor(models.Model):
    """A company that sells to us or works for us: supplier, carrier, 3PL, agency, gateway."""

    public_id = models.CharField(max_length=16, unique=True, default=new_public_id, editable=False)
    code = models.CharField(max_length=32, unique=True)
    name = models.CharField(max_length=200)
    kinds = ArrayField(models.CharField(max_length=16, choices=VendorKind))
    status = models.CharField(max_length=12, choices=VendorStatus, default=VendorStatus.ACTIVE)
    currency = models.CharField(max_length=3, help_text="In which it is paid; ISO 4217.")
    payment_days = models.PositiveSmallIntegerField(default=30)
    incoterm = models.CharField(max_length=3, choices=Incoterm, blank=True)
    lead_time_days = models.PositiveSmallIntegerField(default=14, help_text="As promised.")
    tolerance_percent = models.DecimalField(max_digits=5, decimal_places=2, default=0)
    tolerance_units = models.PositiveIntegerField(default=0)
    price_tolerance_percent = models.DecimalField(
        max_digits=5,
        decimal_places=2,
        default=0,
        help_text="So much above the price may be billed.",
    )
    contract_from = models.DateField(null=True, blank=True)
    contract_to = models.DateField(null=True, blank=True)
    notice_days = models.PositiveSmallIntegerField(default=0)
    sla_text = models.TextField(blank=True)
    otif_percent = models.DecimalField(
        max_digits=5, decimal_places=2, null=True, blank=True,
        help_text="Share of lines promised on time and in full.",
    )  # fmt: skip
    decide_by = models.DateField(null=True, editable=False, help_text="Contract end less notice.")
    decide_asked = models.DateField(null=True, editable=False, help_text="Work was opened for it.")
    review_on = models.DateField(null=True, blank=True)
    review_asked = models.DateField(null=True, editable=False)
    end_reason = models.CharField(max_length=200, blank=True, editable=False)
    created_at = models.DateTimeField(db_default=Now())
    updated_at = models.DateTimeField(auto_now=True)

    objects = VendorQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=VendorStatus.values), name="vendor_status_is_known"
            ),
            models.CheckConstraint(
                condition=Q(kinds__len__gt=0),
                name="vendor_does_something",
                violation_error_message="Say what the vendor does.",
            ),
            models.CheckConstraint(
                condition=Q(contract_from=None)
                | Q(contract_to=None)
                | Q(contract_to__gte=F("contract_from")),
                name="vendor_contract_ends_after_it_starts",
                violation_error_message="The contract ends before it starts.",
            ),
        ]
        indexes = [
            GinIndex(fields=["kinds"], name="vendor_by_kind"),
            models.Index(fields=["decide_by"], name="vendor_to_decide"),
            models.Index(fields=["review_on"], name="vendor_to_review"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return address("purchasing:vendor", self.public_id)

    @property
    def kinds_shown(self) -> str:
        """What it does, in words."""
        return ", ".join(VendorKind(kind).label for kind in self.kinds)


class VendorContact(models.Model):
    """A person at a vendor; with `Vendor`, the only place where such data is kept."""

    public_id = models.CharField(max_length=16, unique=True, default=new_public_id, editable=False)
    vendor = models.ForeignKey(Vendor, models.CASCADE, related_name="contacts")
    name = models.CharField(max_length=100)
    duty = models.CharField(max_length=100, blank=True, help_text='"Sales", "Accounts"')
    email = models.EmailField(blank=True)
    phone = models.CharField(max_length=32, blank=True)
    takes_orders = models.BooleanField(default=False, help_text="Orders are mailed there.")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(takes_orders=False) | ~Q(email=""),
                name="contact_for_orders_has_mail",
                violation_error_message="Whoever takes orders needs an e-mail address.",
            )
        ]

    def __str__(self) -> str:
        return self.name


def plain_price(price: Decimal) -> str:
    """A price per unit with at least two decimals, more where they say something."""
    digits = max(2, -int(price.normalize().as_tuple().exponent))
    return f"{price:,.{digits}f}"


def _one(field: str) -> Func:
    """The range that holds one id alone."""
    return Func(F(field), F(field), Value("[]"), function="int8range")


class SupplierProductQuerySet(models.QuerySet["SupplierProduct"]):
    """Questions people ask about what vendors sell us."""

    def valid_on(self, day: date) -> Self:
        return self.filter(Q(valid_to=None) | Q(valid_to__gte=day), valid_from__lte=day)

    def valid_now(self) -> Self:
        return self.valid_on(clock.today())

    def ending(self) -> Self:
        """Whose validity runs out within thirty days."""
        today = clock.today()
        return self.filter(valid_to__gte=today, valid_to__lte=today + HORIZON)

    def for_list(self) -> Self:
        return self.select_related("vendor", "sku").prefetch_related("tiers")


class SupplierProduct(models.Model):
    """What one SKU costs from one vendor, in which packs, for a time."""

    public_id = models.CharField(max_length=16, unique=True, default=new_public_id, editable=False)
    vendor = models.ForeignKey(Vendor, models.PROTECT, related_name="products")
    sku = models.ForeignKey(Sku, models.PROTECT, related_name="supplier_products")
    vendor_code = models.CharField(max_length=64, blank=True)
    currency = models.CharField(max_length=3)
    pack_units = models.PositiveIntegerField(default=1)
    minimum_units = models.PositiveIntegerField(default=1)
    multiple_units = models.PositiveIntegerField(default=1)
    lead_time_days = models.PositiveSmallIntegerField(null=True, blank=True)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)
    created_at = models.DateTimeField(db_default=Now())
    updated_at = models.DateTimeField(auto_now=True)

    objects = SupplierProductQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from")),
                name="agreement_ends_after_it_starts",
                violation_error_message="The agreement ends before it starts.",
            ),
            models.CheckConstraint(
                condition=Q(pack_units__gte=1, minimum_units__gte=1, multiple_units__gte=1),
                name="agreement_counts_from_one",
            ),
            ExclusionConstraint(  # ranges of one number need no extension of the database
                name="agreement_once_at_a_time",
                expressions=[
                    (_one("vendor"), RangeOperators.OVERLAPS),
                    (_one("sku"), RangeOperators.OVERLAPS),
                    (
                        Func(F("valid_from"), F("valid_to"), Value("[]"), function="daterange"),
                        RangeOperators.OVERLAPS,
                    ),
                ],
                violation_error_message="An agreement for that time is there already.",
            ),
        ]
        indexes = [
            models.Index(fields=["sku", "vendor", "-valid_from"], name="agreement_by_sku"),
            models.Index(fields=["vendor", "vendor_code"], name="agreement_by_code"),
        ]

    def __str__(self) -> str:
        return f"{self.sku} from {self.vendor}"

    def get_absolute_url(self) -> str:
        return address("purchasing:product", self.public_id)

    @property
    def price_shown(self) -> str:
        """The prices by units, as a person reads them: "1: 4.25, 100: 3.90 EUR"."""
        tiers = sorted(self.tiers.all(), key=lambda tier: tier.from_units)
        if len(tiers) == 1:
            return f"{plain_price(tiers[0].price)} {self.currency}"
        shown = ", ".join(f"{tier.from_units:,}: {plain_price(tier.price)}" for tier in tiers)
        return f"{shown} {self.currency}"


class PriceTier(models.Model):
    """The price per unit from so many units on."""

    product = models.ForeignKey(SupplierProduct, models.CASCADE, related_name="tiers")
    from_units = models.PositiveIntegerField()
    price = models.DecimalField(max_digits=19, decimal_places=6)

    class Meta:
        ordering = ["from_units"]
        constraints = [
            models.UniqueConstraint(fields=["product", "from_units"], name="tier_once"),
            models.CheckConstraint(
                condition=Q(price__gte=0, from_units__gte=1), name="tier_price_not_negative"
            ),
        ]

    def __str__(self) -> str:
        return f"from {self.from_units}: {self.price}"

    @property
    def price_text(self) -> str:
        """The price with the decimals that say something."""
        return plain_price(self.price)
