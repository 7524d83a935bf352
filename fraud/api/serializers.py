from rest_framework import serializers

from core.api.serializers import StrictSerializer
from fraud.models import OrderRisk, RiskPolicy, RiskRule


class RiskOut(serializers.ModelSerializer):
    order = serializers.CharField(source="order.public_id", read_only=True)
    order_number = serializers.CharField(source="order.number", read_only=True)
    channel = serializers.CharField(source="channel.code", read_only=True)
    reasons = serializers.JSONField(source="assessment.reasons", read_only=True)
    unknown = serializers.JSONField(source="assessment.unknown", read_only=True)
    policy = serializers.CharField(source="assessment.policy", read_only=True)

    class Meta:
        model = OrderRisk
        fields = [
            "public_id", "order", "order_number", "channel", "score", "outcome", "state", "reasons",
            "unknown", "policy", "expected_loss", "scored_at", "review_at", "decided_at",
            "decided_by", "reason",
        ]  # fmt: skip
        read_only_fields = fields


class DecisionIn(StrictSerializer):
    reason = serializers.CharField(max_length=300)


class RuleOut(serializers.ModelSerializer):
    class Meta:
        model = RiskRule
        fields = ["code", "title", "points", "params", "active", "version", "updated_at"]
        read_only_fields = fields


class ThresholdsOut(serializers.ModelSerializer):
    """From how many points orders are reviewed and declined, and how far back it looks."""

    class Meta:
        model = RiskPolicy
        fields = [
            "review_from", "decline_from", "velocity_hours", "link_days", "version", "updated_at",
        ]  # fmt: skip
        read_only_fields = fields


class ThresholdsIn(StrictSerializer):
    """Those that are to change, and why."""

    review_from = serializers.IntegerField(min_value=1, max_value=1000, required=False)
    decline_from = serializers.IntegerField(min_value=1, max_value=1000, required=False)
    velocity_hours = serializers.IntegerField(min_value=1, max_value=1000, required=False)
    link_days = serializers.IntegerField(min_value=1, max_value=1000, required=False)
    note = serializers.CharField(max_length=300)


class RuleIn(StrictSerializer):
    points = serializers.IntegerField(min_value=-100, max_value=100, required=False)
    params = serializers.DictField(required=False)
    active = serializers.BooleanField(required=False)
    note = serializers.CharField(max_length=300)
