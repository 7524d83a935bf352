"""Many orders to vendors at once: approved, then sent, each with its own result."""

import re

import pytest
from django.test import Client

from core.batches import run_batch
from core.jobs import work_off
from core.models import Batch
from core.roles import Role
from inventory.models import PurchaseOrder
from tests.builders.people import someone
from tests.builders.purchasing import draft, sent

pytestmark = pytest.mark.django_db
LIST = "/purchasing/"


def done(client: Client, act: str, *orders: PurchaseOrder) -> dict[str, str]:
    """Tick them, choose the act, say yes; what became of each."""
    ticks = "&".join(f"tick={order.pk}" for order in orders)
    asked = client.get(f"{LIST}?bulk={act}&{ticks}")
    token = re.search(r'action="/bulk/([^/"]+)/"', asked.content.decode())[1]
    client.post(f"/bulk/{token}/")
    work_off(run_batch)
    rows = Batch.objects.latest("id").rows.order_by("position")
    return {row.key: row.code or row.message for row in rows}


@pytest.fixture
def buyer() -> Client:
    client = Client()
    client.force_login(someone(Role.MANAGER))
    return client


def test_drafts_are_approved_and_sent(buyer):
    orders = [draft(MUG=3), draft(CUP=2)]

    approved = done(buyer, "approve", *orders)
    assert all(word.startswith("Approved: £") for word in approved.values())
    told = done(buyer, "send", *orders)

    assert all(word.endswith("goes out by mail.") for word in told.values())
    assert set(PurchaseOrder.objects.values_list("status", flat=True)) == {"sent"}


def test_one_that_cannot_harms_no_other(buyer):
    there, fresh = sent(MUG=1), draft(CUP=2)

    told = done(buyer, "approve", there, fresh)

    assert sorted(word.partition(":")[0] for word in told.values()) == [
        "Approved", "purchase_move_not_allowed",
    ]  # fmt: skip


def test_who_may_not_approve_is_not_offered_it():
    client = Client()
    client.force_login(someone(Role.VIEWER))
    draft(MUG=1)

    assert 'name="bulk"' not in client.get(LIST).content.decode()
