"""Template tags of the page kit; loaded everywhere."""

from typing import Any

from django import template

from core.money import Money

register = template.Library()


@register.filter
def money(value: Any) -> str:
    """Money as a person reads it; a dash for nothing."""
    return value.shown() if isinstance(value, Money) else "–"
