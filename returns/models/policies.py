"""What the shop promises about returns: data that people edit."""

from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q

from inventory.models import Channel

PERCENT = [MaxValueValidator(100)]


class ReturnPolicy(models.Model):
    """For how long a channel takes goods back, and how much of the price each grade gives back."""

    channel = models.OneToOneField(
        Channel,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
        help_text="Empty: the policy of every channel without one of its own.",
    )
    name = models.CharField(max_length=100)
    window_days = models.PositiveSmallIntegerField(default=30, help_text="From delivery.")
    grade_a_percent = models.PositiveSmallIntegerField(default=100, validators=PERCENT)
    grade_b_percent = models.PositiveSmallIntegerField(default=100, validators=PERCENT)
    grade_c_percent = models.PositiveSmallIntegerField(default=100, validators=PERCENT)
    grade_d_percent = models.PositiveSmallIntegerField(default=100, validators=PERCENT)
    refunds_shipping = models.BooleanField(
        default=True, help_text="Outbound shipping is given back when every unit comes back."
    )
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        verbose_name_plural = "return policies"
        constraints = [
            models.UniqueConstraint(
                fields=["name"], condition=Q(channel=None), name="return_policy_one_general"
            ),
            models.CheckConstraint(
                condition=Q(
                    grade_a_percent__lte=100,
                    grade_b_percent__lte=100,
                    grade_c_percent__lte=100,
                    grade_d_percent__lte=100,
                ),
                name="return_policy_never_above_the_price",
                violation_error_message="A grade gives back at most 100 percent.",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def percent_of(self, grade: str) -> int:
        """How much of the price paid a unit of this grade gives back."""
        return int(getattr(self, f"grade_{grade.lower()}_percent"))
