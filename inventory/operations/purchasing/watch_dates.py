"""Dates of vendors that somebody has to act on: work is opened once for each."""

from datetime import UTC, datetime, time
from typing import Any

from core import clock
from core.operations import operation
from core.work import open_work
from inventory.models import Vendor
from inventory.models.purchasing.vendors import HORIZON
from inventory.operations.purchasing.vendors import RENEWAL, REVIEW

MAY = "inventory.change_vendor"


@operation(permission="inventory.change_vendor")
def watch_vendor_dates() -> int:
    """Open work for contracts to be decided on and reviews that are due; return how many.

    Each day of each vendor is asked for once, however often this runs; a new day is a new
    question.
    """
    opened = 0
    due = Vendor.objects.due().select_for_update(no_key=True, of=("self",)).order_by("id")
    for vendor in due:
        opened += _ask(vendor)
    return opened


def _ask(vendor: Any) -> int:
    opened, today = 0, clock.today()
    decide, review = vendor.decide_by, vendor.review_on
    if decide and decide <= today + HORIZON and decide != vendor.decide_asked:
        title = f"Decide on the contract with {vendor.name}"  # by when is the work's own due date
        _open(RENEWAL, vendor, title, decide)
        vendor.decide_asked, opened = decide, opened + 1
    if review and review <= today and review != vendor.review_asked:
        _open(REVIEW, vendor, f"Review {vendor.name}", review)
        vendor.review_asked, opened = review, opened + 1
    if opened:
        vendor.save(update_fields=["decide_asked", "review_asked"])
    return opened


def _open(kind: str, vendor: Vendor, title: str, day: Any) -> None:
    open_work(
        kind,
        f"vendor:{vendor.pk}",
        title=title,
        url=vendor.get_absolute_url(),
        permission=MAY,
        due=datetime.combine(day, time(17), tzinfo=UTC),
    )
