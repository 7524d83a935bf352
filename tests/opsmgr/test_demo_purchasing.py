from datetime import UTC, datetime

import pytest

from core.books import book_checks
from core.models import Approval, WorkItem
from inventory.models import ParkedGoods, PurchaseOrder, Vendor
from inventory.states import PurchaseStatus
from opsmgr.demo.purchasing import make_purchasing
from opsmgr.demo.shop import make_staff
from tests.builders.inventory import sku, stock, warehouse


@pytest.mark.django_db
def test_the_demo_shop_has_bought_in_every_state_and_its_books_hold(settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
    make_staff()
    for number in range(12):
        sku(f"SKU-{number}", unit_cost="4.20")
    stock("SKU-1", on_hand=5), warehouse("BER")

    assert make_purchasing(datetime.now(UTC)) == 13
    assert make_purchasing(datetime.now(UTC)) == 0, "a second call changes nothing"

    found = set(PurchaseOrder.objects.values_list("status", flat=True))
    assert found == set(PurchaseStatus.values)
    assert PurchaseOrder.objects.overdue().exists()
    assert Vendor.objects.due().exists()
    assert ParkedGoods.objects.waiting().exists()
    assert Approval.objects.filter(state="waiting").exists()
    assert WorkItem.objects.open().filter(kind__startswith="vendor.").exists()
    own = [check for name, check in book_checks.items() if name.startswith("inventory")]
    assert [found for check in own for found in check()] == []
