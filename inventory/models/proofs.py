"""When a stock level was last proved: what its counters said was the sum of its movements."""

from django.db import models

from inventory.models.stock import StockLevel


class StockProof(models.Model):
    """The newest movement up to which a level's counters and its ledger agree; renewed nightly."""

    level = models.OneToOneField(StockLevel, models.CASCADE, primary_key=True, related_name="proof")
    movement_id = models.BigIntegerField(help_text="The newest movement then.")
    proved_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.level_id} up to {self.movement_id}"
