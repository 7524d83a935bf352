"""What SKUs have of all that channels ask for before they list or ship them: one question each."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db.models import (
    Case,
    CharField,
    Exists,
    F,
    Func,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Value,
    When,
)
from django.db.models.functions import Coalesce, Length, NullIf

from inventory.errors import NotComplete
from inventory.models import Barcode, Channel, Sku, SkuPicture
from inventory.states import SkuNeed

WORDS = {need.value: need.label[0].lower() + need.label[1:] for need in SkuNeed} | {
    SkuNeed.HS_CODE.value: "HS code"
}
TEXTS = ArrayField(CharField(max_length=16))


@dataclass(frozen=True, kw_only=True)
class Completeness:
    """How far one SKU is for one channel."""

    channel: Channel
    list_missing: list[str]
    ship_missing: list[str]

    @property
    def percent(self) -> int:
        missing = {*self.list_missing, *self.ship_missing}
        return percent_of(len(needs_of(self.channel)), len(missing))


def needs_of(channel: Channel) -> list[str]:
    """All that the channel asks for, for listing or for shipping."""
    return [need for need in SkuNeed.values if need in (*channel.list_needs, *channel.ship_needs)]


def percent_of(asked: int, missing: int) -> int:
    """How much is there, rounded down: 100 is all of it. 100 where nothing is asked for."""
    return 100 * (asked - missing) // asked if asked else 100


def percent_there(sku: Any) -> int:
    """Of a row of `with_missing`."""
    return percent_of(sku.asked, len({*sku.list_missing, *sku.ship_missing}))


def in_words(missing: Iterable[str]) -> str:
    """As a person reads it: "weight, HS code"."""
    return ", ".join(WORDS[need] for need in missing)


def with_missing(skus: QuerySet[Sku], channel: Channel) -> QuerySet[Sku]:
    """Add `list_missing` and `ship_missing`, lists of what is not there, and how much is `asked`.

    No query per row.
    """
    return _told(skus).annotate(
        asked=Value(len(needs_of(channel)), output_field=IntegerField()),
        list_missing=_missing(channel, channel.list_needs),
        ship_missing=_missing(channel, channel.ship_needs),
    )


def gaps(channel: Channel, sku_ids: Collection[int], needs: Sequence[str]) -> dict[int, list[str]]:
    """SKU id -> what it lacks of `needs`; those that lack nothing are left out. One query."""
    if not needs or not sku_ids:
        return {}
    rows = _told(Sku.objects.filter(pk__in=list(sku_ids)))
    found = rows.annotate(missing=_missing(channel, needs)).values_list("pk", "missing")
    return {pk: missing for pk, missing in found if missing}


def of_sku(sku: Sku, channels: Iterable[Channel]) -> list[Completeness]:
    """How far a SKU is for each of the channels that ask for something."""
    found = []
    for channel in channels:
        needs = needs_of(channel)
        if not needs:
            continue
        missing = gaps(channel, [sku.pk], needs).get(sku.pk, [])
        found.append(
            Completeness(
                channel=channel,
                list_missing=[need for need in missing if need in channel.list_needs],
                ship_missing=[need for need in missing if need in channel.ship_needs],
            )
        )
    return found


def require_complete(channel_id: int, sku_id: int, *, field: str) -> None:
    """Raises NotComplete when the SKU lacks what the channel asks for to list it."""
    channel = Channel.objects.get(pk=channel_id)
    missing = gaps(channel, [sku_id], channel.list_needs).get(sku_id)
    if missing:
        code = Sku.objects.values_list("code", flat=True).get(pk=sku_id)
        raise NotComplete(
            field=field, sku=code, missing=in_words(missing), channel=channel.name, lacks=missing
        )


def _lacking(channel: Channel) -> dict[str, Q]:
    """When a SKU lacks what is asked for; `words_there` is how long its description is."""
    barcodes = Barcode.objects.filter(sku=OuterRef("pk"))
    pictures = SkuPicture.objects.filter(sku=OuterRef("pk")).order_by("position", "id")
    last = channel.least_pictures
    return {
        SkuNeed.BARCODE: Q(~Exists(barcodes)),
        SkuNeed.DESCRIPTION: Q(words_there__lt=channel.least_description),
        SkuNeed.PICTURES: Q(~Exists(pictures[last - 1 : last])),
        SkuNeed.PRICE: Q(unit_price=None) | Q(unit_price__lte=0),
        SkuNeed.COST: Q(unit_cost=None),
        SkuNeed.WEIGHT: Q(weight_grams=None),
        SkuNeed.SIZE: Q(length_mm=None) | Q(width_mm=None) | Q(height_mm=None),
        SkuNeed.HS_CODE: Q(hs_code=""),
        SkuNeed.ORIGIN: Q(origin_country=""),
    }


def _told(skus: QuerySet[Sku]) -> QuerySet[Sku]:
    """With the length of each description: its own, else the product's."""
    words = Coalesce(NullIf("description", Value("")), F("product__description"))
    return skus.alias(words_there=Length(words))


def _missing(channel: Channel, needs: Sequence[str]) -> Any:
    """The codes of the needs that are not met, in their order, as an array."""
    lacking = _lacking(channel)
    parts = [
        Case(When(lacking[need], then=Value(need)), output_field=CharField())
        for need in SkuNeed.values
        if need in needs
    ]
    if not parts:
        return Value([], output_field=TEXTS)
    return Func(
        *parts, template="array_remove(ARRAY[%(expressions)s]::varchar[], NULL)", output_field=TEXTS
    )
