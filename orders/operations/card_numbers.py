"""Card numbers that a channel or a person lets slip in: masked before anything is stored.

References (the channel's order number, SKU codes) are left as they are: orders are known again by
them, and some marketplaces number orders in ways that look like cards. Nobody types into those.
"""

from dataclasses import fields, is_dataclass, replace
from typing import Any, TypeVar

from core.cards import mask_cards
from orders.operations.exceptions import raise_exception
from orders.states import ExceptionKind

T = TypeVar("T")
REFERENCES = frozenset({"channel_ref", "ref", "sku", "channel_sku", "country", "ip"})


def without_cards(given: T, where: str = "") -> tuple[T, list[str]]:
    """`given` (a dataclass of what came in) with card numbers masked, and where they were."""
    found: list[str] = []
    changes: dict[str, Any] = {}
    for part in fields(given):  # type: ignore[arg-type]
        if part.name in REFERENCES:
            continue
        before = getattr(given, part.name)
        after = _masked(before, f"{where}{part.name}", found)
        if after is not before:
            changes[part.name] = after
    return (replace(given, **changes) if changes else given), found  # type: ignore[type-var]


def _masked(value: Any, where: str, found: list[str]) -> Any:
    if isinstance(value, str):
        if len(value) < 13:
            return value
        text, any_found = mask_cards(value)
        if any_found:
            found.append(where)
        return text if any_found else value
    if isinstance(value, list):
        parts = [_masked(one, f"{where}.{place}", found) for place, one in enumerate(value)]
        same = all(new is old for new, old in zip(parts, value, strict=True))
        return value if same else parts
    if is_dataclass(value) and hasattr(value, "__dataclass_fields__"):
        inner, places = without_cards(value, f"{where}.")
        found.extend(places)
        return inner
    return value


def without_card(order_id: int, number: str, text: str, where: str) -> str:
    """Inside an operation: a text about an order with card numbers masked, and people told."""
    masked, found = mask_cards(text)
    if found:
        flag_cards(order_id, number, [where])
    return masked


def flag_cards(order_id: int, number: str, places: list[str]) -> None:
    """Inside an operation: tell people that a card number came in, and where."""
    raise_exception(
        ExceptionKind.CARD_NUMBER,
        order_id=order_id,
        key=f"order {order_id}",
        sentence=f"Order {number} came with a card number in {', '.join(places)}; it is masked.",
        facts={"places": places},
        fix="Tell whoever sent it to keep card numbers out of orders.",
        severity=3,
    )
