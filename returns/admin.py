from typing import Any

from django.conf import settings
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.forms import CharField, ChoiceField, ModelForm, PasswordInput, URLField

from core.money import Money
from returns.gateways import ADAPTERS
from returns.models import PaymentGateway, RefundLimit, ReturnPolicy
from returns.operations.refund import BY_HAND


class GatewayForm(ModelForm):
    """The secret is written, never shown again."""

    adapter = ChoiceField(choices=[(name, name) for name in (BY_HAND, *ADAPTERS)])
    url = URLField(required=False, assume_scheme="https")
    secret = CharField(required=False, widget=PasswordInput, help_text="Empty: as it was.")

    class Meta:
        model = PaymentGateway
        fields = ["code", "adapter", "url", "secret", "active"]

    def clean_secret(self) -> str:
        return self.cleaned_data["secret"] or self.instance.secret

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("adapter") == "http_json" and not given.get("url"):
            raise ValidationError({"url": "A gateway over HTTP needs its address."})
        return given


@admin.register(PaymentGateway)
class PaymentGatewayAdmin(admin.ModelAdmin):
    form = GatewayForm
    list_display = ["code", "adapter", "url", "active"]


@admin.register(ReturnPolicy)
class ReturnPolicyAdmin(admin.ModelAdmin):
    list_display = ["name", "channel", "window_days", "refunds_shipping", "version"]

    def save_model(self, request: Any, obj: ReturnPolicy, form: Any, change: bool) -> None:  # noqa: FBT001 - Django's own signature
        if change:
            obj.version += 1
        super().save_model(request, obj, form, change)


class LimitForm(ModelForm):
    """An amount in the company's currency."""

    amount = CharField(max_length=20, help_text="In the company's currency, like 500.00.")

    class Meta:
        model = RefundLimit
        fields = ["amount"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.initial["amount"] = str(self.instance.amount.amount)

    def clean_amount(self) -> Money:
        try:
            amount = Money.of(self.cleaned_data["amount"].strip(), settings.COMPANY_CURRENCY)
        except ValueError as error:
            raise ValidationError(f"{error}. Write an amount like 500.00.") from error
        if amount.minor < 0:
            raise ValidationError("The limit is not below nothing.")
        return amount


@admin.register(RefundLimit)
class RefundLimitAdmin(admin.ModelAdmin):
    form = LimitForm
    list_display = ["amount"]

    def has_add_permission(self, request: Any) -> bool:
        return False
