"""What the API of channels takes and answers."""

from typing import Any

from rest_framework import serializers

from core.api.serializers import StrictSerializer
from inventory.api.serializers import whole
from inventory.models import Channel
from inventory.operations.catalog.places import GATES
from inventory.states import SkuNeed


class ChannelOut(serializers.ModelSerializer):
    """Never with its secret."""

    id = serializers.CharField(source="public_id")
    warehouses = serializers.SerializerMethodField(help_text="Codes, first asked first.")

    class Meta:
        model = Channel
        fields = [
            "id", "code", "name", "currency", "active", "marketplace", "clearances",
            "handling_hours", "list_needs", "ship_needs", "least_description", "least_pictures",
            "adapter", "adapter_url", "warehouses",
        ]  # fmt: skip

    def get_warehouses(self, channel: Channel) -> list[str]:
        return [rank.warehouse.code for rank in channel.ranks.all()]


def needs(**options: Any) -> serializers.ListField:
    """Some of what a channel may ask of a SKU."""
    return serializers.ListField(
        child=serializers.ChoiceField(SkuNeed.choices), max_length=len(SkuNeed), required=False,
        **options,
    )  # fmt: skip


class ChannelChange(StrictSerializer):
    name = serializers.CharField(max_length=100, required=False)
    currency = serializers.CharField(max_length=3, required=False)
    active = serializers.BooleanField(required=False)
    marketplace = serializers.BooleanField(required=False)
    clearances = serializers.ListField(
        child=serializers.ChoiceField(GATES), max_length=len(GATES), required=False
    )
    handling_hours = whole(0, 1000, required=False)
    list_needs = needs(help_text="What a SKU must have to be listed.")
    ship_needs = needs(help_text="What it must have before an order with it is released.")
    least_description = whole(1, 20_000, required=False, help_text="Characters.")
    least_pictures = whole(1, 12, required=False)
    adapter = serializers.CharField(max_length=32, required=False, allow_blank=True)
    adapter_url = serializers.CharField(max_length=500, required=False, allow_blank=True)
    adapter_secret = serializers.CharField(
        max_length=200, required=False, allow_blank=True, write_only=True
    )


class ChannelIn(ChannelChange):
    code = serializers.CharField(max_length=32)
    name = serializers.CharField(max_length=100)
    currency = serializers.CharField(max_length=3)


class RankIn(StrictSerializer):
    warehouses = serializers.ListField(
        child=serializers.CharField(max_length=16),
        max_length=100,
        help_text="Codes, first asked first; those left out serve the channel no more.",
    )
