"""What a figure should be."""

from django.db import models
from django.db.models import Q


class Target(models.Model):
    """The wanted value of a metric, and the value from which it worries.

    In the metric's own unit: percent, hours, or the company's currency (per day, for sums).
    """

    metric = models.CharField(max_length=40, unique=True, help_text="A key of the metrics.")
    value = models.DecimalField(max_digits=18, decimal_places=4)
    warning = models.DecimalField(
        max_digits=18, decimal_places=4, help_text="Worse than this is bad; between, a warning."
    )
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(value__gte=0, warning__gte=0), name="target_not_negative"
            )
        ]

    def __str__(self) -> str:
        return f"{self.metric}: {self.value}"
