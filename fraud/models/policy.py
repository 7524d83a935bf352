"""What counts as risk, in points: data that people edit, with its history in the events."""

from typing import Self

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q


class RiskRuleQuerySet(models.QuerySet["RiskRule"]):
    """Questions about rules."""

    def in_force(self) -> Self:
        return self.filter(active=True).order_by("position", "id")


class RiskRule(models.Model):
    """One thing that makes an order more (or, with negative points, less) suspicious."""

    code = models.SlugField(max_length=40, unique=True, help_text="A key of fraud.rules.RULES.")
    title = models.CharField(max_length=100)
    points = models.SmallIntegerField(
        validators=[MinValueValidator(-100), MaxValueValidator(100)],
        help_text="Added to the score when it applies; negative: taken off.",
    )
    params = models.JSONField(default=dict, blank=True, help_text='{"hours": 24, "orders": 3}')
    active = models.BooleanField(default=True)
    version = models.PositiveIntegerField(default=1, editable=False)
    position = models.PositiveSmallIntegerField(default=0)
    updated_at = models.DateTimeField(auto_now=True)

    objects = RiskRuleQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(points__gte=-100, points__lte=100), name="rule_points_in_range"
            )
        ]

    def __str__(self) -> str:
        return self.title


class RiskPolicy(models.Model):
    """From how many points orders are reviewed and declined, looking how far back; one row."""

    review_from = models.PositiveSmallIntegerField(default=40, help_text="Points.")
    decline_from = models.PositiveSmallIntegerField(default=90, help_text="Points.")
    velocity_hours = models.PositiveSmallIntegerField(
        default=24, help_text="How far back orders are counted for the speed rules."
    )
    link_days = models.PositiveSmallIntegerField(
        default=30, help_text="How far back customers of one device or IP are counted."
    )
    version = models.PositiveIntegerField(
        default=1, editable=False, help_text="Counts every change of a rule or a threshold."
    )
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name_plural = "risk policy"
        constraints = [
            models.CheckConstraint(condition=Q(id=1), name="risk_policy_is_one_row"),
            models.CheckConstraint(
                condition=Q(review_from__gt=0, review_from__lt=F("decline_from")),
                name="risk_thresholds_in_order",
                violation_error_message="Review must start above 0 and below decline.",
            ),
        ]

    def __str__(self) -> str:
        return f"rules v{self.version}"
