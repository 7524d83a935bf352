"""How a channel's file is read: a profile is data that people edit, not code."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from core.addresses import address
from core.fields import MoneyField
from core.models import Batch
from inventory.models import Channel, Sku
from orders.models.customers import Customer


class ImportProfile(models.Model):
    """A mapping from a file's columns to orders, with the rules for what is not a plain sale."""

    code = models.SlugField(max_length=64, unique=True)
    name = models.CharField(max_length=100)
    columns = models.JSONField(help_text='{"channel_ref": "InvoiceNo", "sku": "StockCode", …}')
    rules = models.JSONField(
        default=dict, help_text="Date format, return prefixes, charge codes, …"
    )
    updated_at = models.DateTimeField(auto_now=True)
    created_at = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return address("orders:profile", self.code)


class ImportLine(models.Model):
    """A line of a file on its way in; gone when its batch is done (orders.operations.imports)."""

    batch = models.ForeignKey(Batch, models.CASCADE, related_name="+")
    row_number = models.PositiveIntegerField(help_text="In the file; the header is row 1.")
    order_no = models.PositiveIntegerField(help_text="The file's orders, counted from 1.")
    channel_ref = models.CharField(max_length=64)
    verdict = models.CharField(max_length=12)  # goods, charge, return, aside
    reason = models.CharField(max_length=200, blank=True)
    charge = models.CharField(max_length=12, blank=True)
    code = models.CharField(max_length=100)
    title = models.CharField(max_length=200)
    units = models.IntegerField()
    price = models.DecimalField(max_digits=19, decimal_places=6)
    placed_at = models.DateTimeField(null=True)
    customer_ref = models.CharField(max_length=254, blank=True)
    customer_name = models.CharField(max_length=200, blank=True)
    email = models.CharField(max_length=254, blank=True)
    line1 = models.CharField(max_length=200, blank=True)
    line2 = models.CharField(max_length=200, blank=True)
    city = models.CharField(max_length=100, blank=True)
    region = models.CharField(max_length=100, blank=True)
    postal_code = models.CharField(max_length=20, blank=True)
    country = models.CharField(max_length=2, blank=True)
    phone = models.CharField(max_length=32, blank=True)

    class Meta:
        indexes = [models.Index(fields=["batch", "order_no"], name="import_line_by_order")]

    def __str__(self) -> str:
        return f"row {self.row_number}"


class ImportedReturnLine(models.Model):
    """A credit line of a file, waiting for returns to find the order line that it belongs to."""

    batch = models.ForeignKey(Batch, models.PROTECT, related_name="+")
    channel = models.ForeignKey(Channel, models.PROTECT, related_name="+")
    channel_ref = models.CharField(max_length=64, help_text="The credit document's number.")
    position = models.PositiveIntegerField(help_text="From 1 within the document.")
    row_number = models.PositiveIntegerField()
    customer = models.ForeignKey(Customer, models.PROTECT, null=True, related_name="+")
    sku = models.ForeignKey(Sku, models.PROTECT, null=True, related_name="+")
    channel_sku = models.CharField(max_length=100)
    title = models.CharField(max_length=200, blank=True)
    units = models.PositiveIntegerField()
    currency = models.CharField(max_length=3)
    amount = MoneyField(help_text="What was given back, never negative.")
    processed_at = models.DateTimeField()
    state = models.CharField(max_length=12, default="waiting")  # waiting, matched, unmatched
    reason = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["channel", "channel_ref", "position"], name="imported_return_once"
            )
        ]
        indexes = [
            models.Index(
                fields=["batch", "id"], name="imported_return_waiting", condition=Q(state="waiting")
            )
        ]

    def __str__(self) -> str:
        return f"{self.channel_ref} {self.position}"
