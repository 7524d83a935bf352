"""How a channel's file is read: a profile is data that people edit, not code."""

from django.db import models
from django.db.models.functions import Now


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
