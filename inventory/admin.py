"""Reference data: channels, warehouses, bins, access. Changes go through the operations."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest

from core.errors import Refused
from core.money import Money
from inventory.channels import CHANNELS
from inventory.models import (
    BillLimit,
    Bin,
    Channel,
    ChannelAccess,
    ChannelWarehouse,
    PurchaseLimit,
    StockLimit,
    Warehouse,
    WarehouseAccess,
)
from inventory.operations.catalog.places import (
    CHANNEL_RULES,
    GATES,
    WAREHOUSE_RULES,
    change_channel,
    change_warehouse,
    create_channel,
    create_warehouse,
    rank_warehouses,
    save_bin,
)


class Administered(admin.ModelAdmin):
    """Nothing here is deleted: orders and ledgers refer to it; it is closed instead."""

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:  # noqa: FBT001
        try:
            self.save_by_operation(obj, form, change=change)
        except Refused as refusal:
            messages.error(request, str(refusal))
            request.refused = True  # type: ignore[attr-defined]

    def save_by_operation(self, obj: Any, form: Any, *, change: bool) -> None:
        raise NotImplementedError

    def message_user(self, request: HttpRequest, message: Any, *args: Any, **kwargs: Any) -> None:
        if not getattr(request, "refused", False):  # no word of success over a refusal
            super().message_user(request, message, *args, **kwargs)


# What SKUs must have is said on the page of the channel.
SETTINGS = [name for name in CHANNEL_RULES if not name.endswith("_needs") and name[:6] != "least_"]


class ChannelForm(forms.ModelForm):
    clearances = forms.MultipleChoiceField(
        choices=[(gate, gate.title()) for gate in GATES],
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    adapter = forms.ChoiceField(
        choices=[("", "none"), *((name, name) for name in CHANNELS)], required=False
    )
    adapter_secret = forms.CharField(
        required=False,
        widget=forms.PasswordInput,
        help_text="Leave it empty to keep the one there is.",
    )
    adapter_url = forms.CharField(max_length=500, required=False)
    warehouse_order = forms.CharField(
        required=False, help_text="Codes of warehouses, first asked first: LON, BER"
    )

    class Meta:
        model = Channel
        fields = ["code", *SETTINGS]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            ranks = self.instance.ranks.select_related("warehouse")
            self.initial["warehouse_order"] = ", ".join(rank.warehouse.code for rank in ranks)

    def clean_warehouse_order(self) -> list[int]:
        codes = [code.strip() for code in self.cleaned_data["warehouse_order"].split(",")]
        wanted = [code for code in codes if code]
        found = dict(Warehouse.objects.filter(code__in=wanted).values_list("code", "pk"))
        if missing := [code for code in wanted if code not in found]:
            raise forms.ValidationError(f"There is no warehouse {missing[0]}.")
        return [found[code] for code in wanted]


class ChannelAccessInline(admin.TabularInline):
    model = ChannelAccess
    extra = 0


@admin.register(Channel)
class ChannelAdmin(Administered):
    form = ChannelForm
    list_display = ["code", "name", "currency", "marketplace", "adapter", "active"]
    inlines = [ChannelAccessInline]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return ["code"] if obj else []

    def save_by_operation(self, obj: Any, form: Any, *, change: bool) -> None:
        given = {name: form.cleaned_data[name] for name in SETTINGS}
        if change and not given["adapter_secret"]:
            del given["adapter_secret"]
        saved = change_channel(obj.pk, given) if change else create_channel(obj.code, given)
        obj.pk = saved.pk
        if "warehouse_order" in form.changed_data:
            rank_warehouses(saved.pk, form.cleaned_data["warehouse_order"])


class WarehouseAccessInline(admin.TabularInline):
    model = WarehouseAccess
    extra = 0


@admin.register(Warehouse)
class WarehouseAdmin(Administered):
    list_display = ["code", "name", "city", "country", "time_zone", "active"]
    fields = ["code", *WAREHOUSE_RULES]
    inlines = [WarehouseAccessInline]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return ["code"] if obj else []

    def save_by_operation(self, obj: Any, form: Any, *, change: bool) -> None:
        given = {name: form.cleaned_data[name] for name in WAREHOUSE_RULES}
        obj.pk = (
            change_warehouse(obj.pk, given) if change else create_warehouse(obj.code, given)
        ).pk


@admin.register(Bin)
class BinAdmin(Administered):
    list_display = ["code", "warehouse", "position"]
    list_filter = ["warehouse"]
    search_fields = ["code"]
    fields = ["warehouse", "code", "position"]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return ["warehouse", "code"] if obj else []

    def save_by_operation(self, obj: Any, form: Any, *, change: bool) -> None:
        obj.pk = save_bin(obj.warehouse_id, code=obj.code, position=obj.position).pk


@admin.register(ChannelWarehouse)
class RankAdmin(admin.ModelAdmin):
    """To look at; the order is set with the channel."""

    list_display = ["channel", "rank", "warehouse"]
    list_filter = ["channel"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class LimitForm(forms.ModelForm):
    """An amount in the company's currency."""

    amount = forms.CharField(max_length=20, help_text="In the company's currency, like 2000.00.")

    class Meta:
        fields = ["amount"]

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        if self.instance.pk:
            self.initial["amount"] = str(self.instance.amount.amount)

    def clean_amount(self) -> Money:
        try:
            amount = Money.of(self.cleaned_data["amount"].strip(), settings.COMPANY_CURRENCY)
        except ValueError as error:
            raise ValidationError(f"{error}. Write an amount like 2000.00.") from error
        if amount.minor < 0:
            raise ValidationError("The limit is not below nothing.")
        return amount


class LimitAdmin(admin.ModelAdmin):
    """One row per role, which only changes."""

    form = LimitForm
    list_display = ["role", "amount"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(PurchaseLimit)
class PurchaseLimitAdmin(LimitAdmin):
    """Up to which value people of a role approve orders to vendors alone; others ask."""


@admin.register(StockLimit)
class StockLimitAdmin(LimitAdmin):
    """Up to which value people of a role correct stock alone; above it they ask."""


@admin.register(BillLimit)
class BillLimitAdmin(LimitAdmin):
    """Up to which value people of a role give way alone."""
