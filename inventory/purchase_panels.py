"""What purchasing adds to every page: navigation, search, what needs action today."""

from collections.abc import Iterable
from typing import Any

from django.urls import reverse_lazy
from django.utils.text import format_lazy

from core.actor import Actor
from core.clock import start_of
from core.lists import CAP
from core.pages import Hit, Lane, NavItem, SearchProvider, lanes, nav, search
from inventory.models import Bill, Dispute, ParkedGoods, PurchaseOrder, Vendor
from inventory.purchasing_bulk import add_bulk_acts
from inventory.states import PurchaseStatus

BUYERS = ("buyer", "manager")
PARKED = "inventory.view_parkedgoods"
BILL = "inventory.view_bill"


def add_purchasing_to_pages() -> None:
    """Fill the registries; each once, from `apps.py`."""
    order = "inventory.view_purchaseorder"
    nav.add("40 purchase orders", _nav("Orders", "order_list", order, "clipboard-list", _to_do))
    nav.add(
        "41 receive order", _nav("Receive order", "scan", "inventory.receive_purchase", "scan-line")
    )
    nav.add(
        "42 parked",
        _nav(
            "Parked goods",
            "parked_list",
            "inventory.view_parkedgoods",
            "circle-question-mark",
            _waiting,
        ),
    )
    nav.add("43 receipts", _nav("Receipts", "receipt_list", "inventory.view_receipt", "inbox"))
    nav.add("44 vendors", _nav("Vendors", "vendor_list", "inventory.view_vendor", "handshake"))
    nav.add("44 vendors kept", _nav("Scorecards", "scorecards", "inventory.view_vendor", "star"))
    nav.add(
        "45 supplier prices",
        _nav("Supplier prices", "product_list", "inventory.view_supplierproduct", "tag"),
    )
    nav.add("46 costs", _nav("Stock costs", "cost_list", "inventory.view_stockcost", "coins"))
    nav.add("47 budgets", _nav("Budgets", "budgets", "inventory.view_budget", "wallet"))
    nav.add("43 receipts bills", _nav("Bills", "bill_list", BILL, "receipt-text", _differing))
    nav.add(
        "43 receipts disputes",
        _nav("Disputes", "dispute_list", "inventory.view_dispute", "scale", _due_disputes),
    )
    search.add("26 bills", SearchProvider(permission=BILL, find=_find_bills))
    search.add(
        "26 disputes", SearchProvider(permission="inventory.view_dispute", find=_find_disputes)
    )
    search.add("27 purchase orders", SearchProvider(permission=order, find=_find_orders))
    search.add("28 vendors", SearchProvider(permission="inventory.view_vendor", find=_find_vendors))
    _add_lanes()
    _add_bill_lanes()
    add_bulk_acts()


def _add_lanes() -> None:
    orders = reverse_lazy("purchasing:order_list")
    lanes.add(
        "54 purchases to approve",
        Lane(
            title="Orders to vendors to approve",
            permission="inventory.approve_purchase",
            url=format_lazy("{}?status=draft", orders),
            rows=_drafts,
            row=lambda row: (f"{row} to {row.vendor}", row.get_absolute_url(), row.created_at),
            roles=BUYERS,
        ),
    )
    lanes.add(
        "55 vendor dates",
        Lane(
            title="Contracts and reviews due",
            permission="inventory.change_vendor",
            url=format_lazy("{}?due=true", reverse_lazy("purchasing:vendor_list")),
            rows=lambda actor: Vendor.objects.due().order_by("due_on", "id"),
            row=lambda row: (_due_words(row), row.get_absolute_url(), start_of(row.due_on)),
            roles=BUYERS,
        ),
    )
    lanes.add(
        "56 purchases overdue",
        Lane(
            title="Deliveries overdue",
            permission="inventory.promise_purchase",
            url=format_lazy("{}?overdue=true", orders),
            rows=lambda actor: _orders(actor).overdue().order_by("expected_on", "id"),
            row=lambda row: (
                f"{row} from {row.vendor}", row.get_absolute_url(), start_of(row.expected_on),
            ),
            roles=BUYERS,
        ),
    )  # fmt: skip
    lanes.add(
        "57 purchases not mailed",
        Lane(
            title="Orders that vendors may not have",
            permission="inventory.send_purchase",
            url=orders,
            rows=lambda actor: _orders(actor).not_mailed().order_by("sent_at", "id"),
            row=lambda row: (f"{row} to {row.vendor}", row.get_absolute_url(), row.sent_at),
            roles=BUYERS,
        ),
    )
    lanes.add(
        "58 parked goods",
        Lane(
            title="Parked goods",
            permission="inventory.settle_parked",
            url=format_lazy("{}?state=parked", reverse_lazy("purchasing:parked_list")),
            rows=lambda actor: _parked(actor).waiting().order_by("parked_at", "id"),
            row=lambda row: (f"{row.units} × {row}", row.get_absolute_url(), row.parked_at),
            roles=BUYERS,
        ),
    )


def _add_bill_lanes() -> None:
    bills = reverse_lazy("purchasing:bill_list")
    lanes.add(
        "59 bills that differ",
        Lane(
            title="Bills that differ",
            permission="inventory.accept_bill",
            url=format_lazy("{}?status=differs", bills),
            rows=lambda actor: _bills(actor).differing().order_by("due_on", "id"),
            row=lambda row: (
                f"{row} of {row.vendor}: {row.difference.shown()}", row.get_absolute_url(),
                start_of(row.due_on),
            ),
            roles=(*BUYERS, "finance"),
        ),
    )  # fmt: skip
    lanes.add(
        "59 bills to pay",
        Lane(
            title="Bills to pay",
            permission="inventory.pay_bill",
            url=format_lazy("{}?status=to_pay", bills),
            rows=lambda actor: _bills(actor).payable().order_by("due_on", "id"),
            row=lambda row: (
                f"{row} of {row.vendor}: {row.total.shown()}", row.get_absolute_url(),
                start_of(row.due_on),
            ),
            roles=("finance",),
        ),
    )  # fmt: skip
    lanes.add(
        "59 disputes",
        Lane(
            title="Disputes to follow up",
            permission="inventory.move_dispute",
            url=format_lazy("{}?due=true", reverse_lazy("purchasing:dispute_list")),
            rows=lambda actor: _disputes(actor).due().order_by("due_on", "id"),
            row=lambda row: (
                f"{row} with {row.vendor}: {row.amount.shown()}", row.get_absolute_url(),
                start_of(row.due_on),
            ),
            roles=(*BUYERS, "finance"),
        ),
    )  # fmt: skip


def _bills(actor: Actor) -> Any:
    return Bill.objects.visible_to(actor).for_list()


def _disputes(actor: Actor) -> Any:
    return Dispute.objects.visible_to(actor).for_list()


def _differing(actor: Actor) -> int:
    return Bill.objects.visible_to(actor).differing()[:CAP].count()


def _due_disputes(actor: Actor) -> int:
    return Dispute.objects.visible_to(actor).due()[:CAP].count()


def _find_bills(words: str, actor: Actor) -> Iterable[Hit]:
    """By the whole number, as the vendor writes it."""
    for bill in _bills(actor).filter(number=words).order_by("-id")[:5]:
        yield Hit(
            label=bill.number, url=bill.get_absolute_url(), kind="Bill", note=str(bill.vendor)
        )


def _find_disputes(words: str, actor: Actor) -> Iterable[Hit]:
    """By the whole number."""
    for one in _disputes(actor).filter(number=words.upper())[:5]:
        yield Hit(
            label=one.number, url=one.get_absolute_url(), kind="Dispute", note=str(one.vendor)
        )


def _orders(actor: Actor) -> Any:
    return PurchaseOrder.objects.visible_to(actor).for_list()


def _parked(actor: Actor) -> Any:
    return ParkedGoods.objects.visible_to(actor)


def _due_words(vendor: Any) -> str:
    if vendor.decide_by == vendor.due_on:
        return f"{vendor}: contract, notice by {vendor.decide_by:%d %b}"
    return f"{vendor}: review"


def _nav(label: str, url: str, permission: str, icon: str, count: Any = None) -> NavItem:
    return NavItem(
        section="Purchasing",
        label=label,
        url=f"purchasing:{url}",
        permission=permission,
        icon=icon,
        count=count,
    )


def _to_do(actor: Actor) -> int:
    """Orders that wait for somebody here: to be approved, to be sent."""
    return PurchaseOrder.objects.visible_to(actor).undecided()[:CAP].count()


def _waiting(actor: Actor) -> int:
    return _parked(actor).waiting()[:CAP].count()


def _find_orders(words: str, actor: Actor) -> Iterable[Hit]:
    """By the whole number."""
    for order in _orders(actor).filter(number=words.upper())[:5]:
        yield Hit(
            label=order.number,
            url=order.get_absolute_url(),
            kind="Purchase order",
            note=f"{order.vendor}, {order.get_status_display().lower()}",
            exact=True,
        )


def _find_vendors(words: str, actor: Actor) -> Iterable[Hit]:
    """By the whole code, or the start of the name."""
    found = Vendor.objects.filter(code__iexact=words) | Vendor.objects.filter(
        name__istartswith=words
    )
    for vendor in found.order_by("name")[:5]:
        exact = words.lower() == vendor.code.lower()
        yield Hit(
            label=vendor.name,
            url=vendor.get_absolute_url(),
            kind="Vendor",
            note=vendor.kinds_shown,
            exact=exact,
        )


def _drafts(actor: Actor) -> Any:
    rows = PurchaseOrder.objects.visible_to(actor).filter(status=PurchaseStatus.DRAFT)
    return rows.select_related("vendor").order_by("created_at", "id")
