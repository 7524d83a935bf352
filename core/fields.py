"""One model field for money; its serializer, form, table and admin parts follow from it."""

from typing import Any

import django_tables2 as tables
from django import forms
from django.db import models
from django.db.models.query_utils import DeferredAttribute
from django_tables2.columns.base import library
from rest_framework import serializers

from core.money import Minor, Money, known_currency, typed_amount


class MoneyAttribute(DeferredAttribute):
    """Reads as Money in the row's currency; takes Money only, so no bare number slips in."""

    field: "MoneyField"

    def __get__(self, row: Any, owner: type | None = None) -> Any:
        value = super().__get__(row, owner)
        return Money(int(value), self.field.currency_of(row)) if isinstance(value, Minor) else value

    def __set__(self, row: Any, value: Any) -> None:
        if isinstance(value, Money):
            known = row.__dict__.get(self.field.currency)
            if known and known != value.currency:
                raise ValueError(f"{value} is not in the document's currency, {known}")
            value = Minor(value.minor)
        if value is not None and not (isinstance(value, Minor) or hasattr(value, "as_sql")):
            raise TypeError(f"{self.field.name} takes Money, not {value!r}")
        row.__dict__[self.field.attname] = value


class MoneyField(models.Field):
    """A document amount; `currency` is the path to the ISO 4217 code ("order.currency").

    `currency="company"` means the company's own currency (settings.COMPANY_CURRENCY).
    """

    descriptor_class = MoneyAttribute

    def __init__(self, *args: Any, currency: str = "currency", **kwargs: Any) -> None:
        self.currency = currency
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        return name, path, args, {**kwargs, "currency": self.currency}

    def get_internal_type(self) -> str:
        return "BigIntegerField"

    def currency_of(self, row: Any) -> str:
        if self.currency == "company":
            from django.conf import settings

            return str(settings.COMPANY_CURRENCY)
        for part in self.currency.split("."):
            row = getattr(row, part)
        return str(row)

    def from_db_value(self, value: int | None, *_: Any) -> Minor | None:
        return None if value is None else Minor(value)

    def to_python(self, value: Any) -> Any:
        return value

    def get_default(self) -> Any:
        """Nothing given means nothing owed; a null field stays null."""
        if self.has_default():
            return Minor(self.default)
        return None if self.null else Minor(0)

    def get_prep_value(self, value: Any) -> Any:
        value = super().get_prep_value(value)
        if isinstance(value, Money):
            return value.minor
        return None if value is None else value if hasattr(value, "as_sql") else int(value)

    def value_to_string(self, obj: Any) -> str:
        return str(getattr(obj, self.attname))

    def formfield(self, **kwargs: Any) -> Any:
        return super().formfield(**{"form_class": MoneyFormField, **kwargs})


class MoneyFormField(forms.CharField):
    """Takes "12.34 GBP"; the page kit shows the currency beside the box."""

    def to_python(self, value: Any) -> Money | None:  # type: ignore[override]
        if value in self.empty_values or isinstance(value, Money):
            return value or None
        amount, _, currency = str(value).strip().rpartition(" ")
        try:
            return Money.of(typed_amount(amount), currency)
        except ValueError as error:
            raise forms.ValidationError(f"{error}. Write an amount like 12.34 GBP.") from error


class MoneyJSON(serializers.Field):
    """Money as {"amount": "12.34", "currency": "GBP"}."""

    default_error_messages = {"invalid": '{why}. Send {{"amount": "12.34", "currency": "GBP"}}.'}

    def to_representation(self, value: Money) -> dict[str, str]:
        return value.as_json()

    def to_internal_value(self, data: Any) -> Money:
        if not isinstance(data, dict) or not isinstance(data.get("amount"), str):
            self.fail("invalid", why="The amount must be a string in an object")
        currency = data.get("currency")
        if not isinstance(currency, str) or not known_currency(currency):
            self.fail("invalid", why=f"{str(currency)[:10]!r} is not an ISO 4217 currency")
        try:
            return Money.of(data["amount"][:40], currency)
        except ValueError as error:
            self.fail("invalid", why=str(error)[:100])
        raise AssertionError("unreachable")


class MoneyColumn(tables.Column):
    """Money in a table: right-aligned, with its currency."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.attrs.setdefault("td", {}).setdefault("class", "num")
        self.attrs.setdefault("th", {}).setdefault("class", "num")

    def render(self, value: Money) -> str:
        return value.shown()

    def value(self, value: Any) -> str:
        """As an export writes it."""
        return str(value)

    @classmethod
    def from_field(cls, field: Any, **kwargs: Any) -> Any:
        return cls(**kwargs) if isinstance(field, MoneyField) else None


serializers.ModelSerializer.serializer_field_mapping[MoneyField] = MoneyJSON
library.register(MoneyColumn)
