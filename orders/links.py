"""Where a reason is settled and how an exception is fixed, as addresses; and what search finds."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.urls import reverse
from django.utils.http import urlencode

from core.actor import Actor
from core.pages import Hit
from core.words import with_words
from orders.models import Customer, FulfillmentOrder, Order, OrderException
from orders.ports import exception_fixes, why_urls
from orders.states import ExceptionKind

MOST_HITS = 5


@dataclass(frozen=True)
class Fix:
    """The suggested act of an exception; `posts` when a button does it, else a page to go to."""

    label: str
    url: str
    expected: str  # what it is expected to change
    posts: bool = False


def fix_of(row: OrderException) -> Fix | None:
    """The one next act for an exception, from its kind; None where only words help."""
    if row.kind in exception_fixes and (known := exception_fixes[row.kind](row)) is not None:
        return Fix(*known)
    if row.kind == ExceptionKind.IMPORT and row.order is None:
        url = reverse("orders:order_list")
        return Fix("Find the order", url, "A return opened on it takes the credit in.")
    if row.order is None:
        return None
    at = [row.order.public_id]
    match row.kind:
        case ExceptionKind.OVERSOLD | ExceptionKind.SHORT_PICK:
            url = reverse("orders:order_fill", args=at)
            said = "Promises what has come in since; the rest stays short."
            return Fix("Try the stock again", url, said, posts=True)
        case ExceptionKind.BAD_ADDRESS:
            url = reverse("orders:order_address", args=at)
            return Fix("Correct the address", url, "A deliverable one clears the address gate.")
        case ExceptionKind.UNKNOWN_SKU:
            said = "Lines of open orders get the SKU and its stock by themselves."
            return Fix("Map the listing", listing_url(row.facts.get("channel_sku", "")), said)
    return Fix("Open the order", row.order.get_absolute_url(), "")


def listing_url(channel_sku: str) -> str:
    """The queue of listings without a SKU, narrowed to one code."""
    query = {"unmapped": "true"} | ({"q": channel_sku} if channel_sku else {})
    return f"{reverse('inventory:listing_list')}?{urlencode(query)}"


def fill_why_urls() -> None:
    """Name the pages of reasons that orders themselves settle; downstream apps name theirs."""
    why_urls.add("address_pending", _address)
    why_urls.add("address_refused", _address)
    why_urls.add("unknown_sku", lambda order: listing_url(""))
    why_urls.add("held", lambda order: f"{order.get_absolute_url()}#holds")
    why_urls.add("payment_pending", lambda order: f"{order.get_absolute_url()}#money")
    why_urls.add("payment_refused", lambda order: f"{order.get_absolute_url()}#money")
    why_urls.add("short", lambda order: f"{order.get_absolute_url()}#lines")
    why_urls.add("exception", lambda order: f"{order.get_absolute_url()}#exceptions")


def _address(order: Order) -> str:
    return reverse("orders:order_address", args=[order.public_id])


def find_orders(text: str, actor: Actor) -> Iterable[Hit]:
    """Orders by number or the channel's number; by index only."""
    text = text.strip()
    if not text:
        return
    rows = Order.objects.visible_to(actor).for_list()
    for order in rows.search(text).order_by("-placed_at", "-id")[:MOST_HITS]:
        exact = text in (order.number, order.channel_ref)
        note = f"{order.channel} · {order.customer} · {order.total.shown()}"
        yield Hit(
            label=order.number, url=order.get_absolute_url(), kind="Order", note=note, exact=exact
        )
    work = FulfillmentOrder.objects.visible_to(actor).for_list().filter(number=text).first()
    if work is not None:
        note = f"{work.warehouse} · {work.get_status_display()}"
        yield Hit(
            label=work.number, url=work.get_absolute_url(), kind="Work", note=note, exact=True
        )


def find_customers(text: str, actor: Actor) -> Iterable[Hit]:
    """Customers by the beginning of their e-mail or name, or by words of the name."""
    key = text.strip().lower()
    if len(key) < 2:
        return
    rows = Customer.objects.visible_to(actor)
    by_mail = list(rows.filter(email_key__startswith=key).order_by("email_key")[:MOST_HITS])
    by_name = rows.filter(name__istartswith=key).order_by("-id")[:MOST_HITS]
    by_words = with_words(rows, "name", key).order_by("-id")[:MOST_HITS] if len(key) > 2 else []
    found = {row.pk: row for row in [*by_mail, *by_name, *by_words]}
    for row in list(found.values())[:MOST_HITS]:
        yield Hit(
            label=row.name,
            url=row.get_absolute_url(),
            kind="Customer",
            note=row.email,
            exact=row.email_key == key,
        )
