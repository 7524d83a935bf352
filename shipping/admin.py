"""Reference data of shipping: carriers, services, zones, rate cards and cartons."""

from typing import Any

from django.contrib import admin
from django.db import models

from shipping.models import (
    Carrier,
    Carton,
    RateBreak,
    RateCard,
    Service,
    TransitTime,
    Zone,
    ZonePlace,
)


class ServiceInline(admin.TabularInline):
    model = Service
    extra = 0
    fields = ["code", "name", "level", "max_weight_grams", "max_side_mm", "max_girth_mm", "active"]
    show_change_link = True


@admin.register(Carrier)
class CarrierAdmin(admin.ModelAdmin):
    list_display = ["name", "code", "adapter", "collects_until", "active"]
    list_filter = ["active", "adapter"]
    inlines = [ServiceInline]
    formfield_overrides = {models.URLField: {"assume_scheme": "https"}}

    def get_readonly_fields(self, request: Any, obj: Any = None) -> list[str]:
        return ["code"] if obj else []  # it is in the address that the carrier reports to


class ZonePlaceInline(admin.TabularInline):
    model = ZonePlace
    extra = 1


@admin.register(Zone)
class ZoneAdmin(admin.ModelAdmin):
    list_display = ["carrier", "code", "name"]
    list_filter = ["carrier"]
    list_select_related = ["carrier"]
    inlines = [ZonePlaceInline]


class OwnZones:
    """Zones of the service's own carrier only."""

    def formfield_for_foreignkey(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        if db_field.name in {"origin", "destination"}:
            kwargs["queryset"] = Zone.objects.select_related("carrier").order_by("carrier", "code")
        return super().formfield_for_foreignkey(db_field, request, **kwargs)  # type: ignore[misc]


class TransitTimeInline(OwnZones, admin.TabularInline):
    model = TransitTime
    extra = 0


class RateCardInline(admin.TabularInline):
    model = RateCard
    extra = 0
    fields = ["version", "currency", "fuel_basis_points", "valid_from", "valid_until"]
    show_change_link = True


@admin.register(Service)
class ServiceAdmin(admin.ModelAdmin):
    list_display = ["name", "carrier", "code", "level", "active"]
    list_filter = ["carrier", "level", "active"]
    list_select_related = ["carrier"]
    inlines = [TransitTimeInline, RateCardInline]


class RateBreakInline(OwnZones, admin.TabularInline):
    model = RateBreak
    extra = 0


@admin.register(RateCard)
class RateCardAdmin(admin.ModelAdmin):
    list_display = ["service", "version", "currency", "fuel_basis_points", "valid_from"]
    list_filter = ["service__carrier", "service"]
    list_select_related = ["service"]
    inlines = [RateBreakInline]


@admin.register(Carton)
class CartonAdmin(admin.ModelAdmin):
    list_display = [
        "code",
        "name",
        "length_mm",
        "width_mm",
        "height_mm",
        "max_load_grams",
        "active",
    ]
    list_filter = ["active"]
