"""Credits of a file become returns of earlier orders, once."""

from datetime import timedelta

import pytest

from core import clock
from core.models import Batch, EventRecord
from core.money import Money
from inventory.models import StockLevel, StockMovement
from orders.models import ImportedReturnLine, OrderException, PaymentEvent
from returns.models import Refund, ReturnAuthorization, ReturnUnits
from returns.operations.imported import match_imported_returns
from tests.builders.inventory import channel
from tests.builders.returns import customer, shipped_order

pytestmark = pytest.mark.django_db


@pytest.fixture
def batch():
    return Batch.objects.create(kind="orders.import", title="A file")


def credit(batch, order, units, amount, **fields):
    line = order.lines.first()
    wanted = {
        "channel_ref": "C1",
        "position": 1,
        "customer": order.customer,
        "sku": line.sku,
        "channel_sku": line.channel_sku,
    }
    return ImportedReturnLine.objects.create(
        batch=batch,
        channel=channel("web"),
        row_number=1,
        units=units,
        currency="GBP",
        amount=Money.of(amount, "GBP"),
        processed_at=clock.now() - timedelta(days=1),
        **(wanted | fields),
    )


def test_a_credit_becomes_a_closed_return_with_its_refund_and_its_goods(batch):
    order = shipped_order(("MUG", 5, "50.00"), historical=True)
    before = StockLevel.objects.get().on_hand
    row = credit(batch, order, 2, "19.00")

    assert match_imported_returns(batch.pk) == {"matched": 1, "unmatched": 0}

    rma = ReturnAuthorization.objects.get()
    assert (rma.status, rma.historical, rma.imported_ref) == ("closed", True, "C1")
    run = ReturnUnits.objects.get()
    assert (run.first, run.last, str(run.owed.amount)) == (1, 2, "19.00")
    refund = Refund.objects.get()
    assert (refund.state, str(refund.amount.amount), refund.rma) == ("done", "19.00", rma)
    event = PaymentEvent.objects.get(kind="refunded")
    assert (event.gateway, event.reference, event.amount) == ("import", "C1", refund.amount)
    assert StockLevel.objects.get().on_hand == before + 2
    assert StockMovement.objects.get(source_kind="rma").source_id == rma.pk
    order.refresh_from_db()
    assert (order.return_status, order.payment_status) == ("partly", "part_refunded")
    assert order.lines.get().units_returned == 2
    row.refresh_from_db()
    assert row.state == "matched"


def test_a_second_time_nothing_changes(batch):
    order = shipped_order(("MUG", 5, "50.00"), historical=True)
    credit(batch, order, 5, "50.00")
    match_imported_returns(batch.pk)

    assert match_imported_returns(batch.pk) == {"matched": 0, "unmatched": 0}

    order.refresh_from_db()
    assert (order.return_status, order.payment_status) == ("returned", "refunded")
    assert PaymentEvent.objects.filter(kind="refunded").count() == 1


def test_lines_of_one_document_and_order_are_one_return(batch):
    order = shipped_order(("MUG", 5, "50.00"), historical=True)
    credit(batch, order, 1, "10.00")
    credit(batch, order, 2, "20.00", position=2)
    match_imported_returns(batch.pk)

    rma = ReturnAuthorization.objects.get()
    assert [(line.units, line.units_received) for line in rma.lines.all()] == [(3, 3)]
    assert str(Refund.objects.get().amount.amount) == "30.00"


def test_what_matches_nothing_is_one_exception_per_document(batch):
    order = shipped_order(("MUG", 5, "50.00"), historical=True)
    credit(batch, order, 6, "60.00", channel_ref="C2")
    credit(batch, order, 1, "1.00", channel_ref="C2", position=2, customer=None)
    credit(batch, order, 1, "1.00", channel_ref="C3", customer=customer("Bob"))

    assert match_imported_returns(batch.pk) == {"matched": 0, "unmatched": 3}

    found = OrderException.objects.order_by("key")
    assert [row.key for row in found] == ["return C2", "return C3"]
    assert len(found[0].facts["lines"]) == 2
    assert EventRecord.objects.filter(name="exception.raised", live=False).count() == 2
    assert not ReturnAuthorization.objects.exists()


def test_a_document_is_never_cut_between_two_chunks(batch, monkeypatch):
    monkeypatch.setattr("returns.operations.imported.CHUNK", 1)
    order = shipped_order(("MUG", 5, "50.00"), historical=True)
    other = shipped_order(("MUG", 5, "50.00"), historical=True)
    credit(batch, order, 1, "10.00")
    credit(batch, order, 2, "20.00", position=2)
    credit(batch, other, 1, "10.00", channel_ref="C2")

    assert match_imported_returns(batch.pk) == {"matched": 3, "unmatched": 0}
    assert ReturnAuthorization.objects.count() == 2


def test_the_rest_of_a_document_in_a_later_file_is_a_return_of_its_own(batch):
    order = shipped_order(("MUG", 5, "50.00"), historical=True)
    credit(batch, order, 1, "10.00")
    match_imported_returns(batch.pk)
    later = Batch.objects.create(kind="orders.import", title="Another file")
    credit(later, order, 2, "20.00", position=2)

    assert match_imported_returns(later.pk) == {"matched": 1, "unmatched": 0}
    refs = ReturnAuthorization.objects.order_by("id").values_list("imported_ref", flat=True)
    assert list(refs) == ["C1", "C1/2"]
    money = PaymentEvent.objects.filter(kind="refunded")
    assert sorted(str(event.amount.amount) for event in money) == ["10.00", "20.00"]


def test_a_credit_of_nothing_has_no_refund(batch):
    credit(batch, shipped_order(("MUG", 5, "50.00"), historical=True), 1, "0.00")
    match_imported_returns(batch.pk)

    assert ReturnAuthorization.objects.count() == 1
    assert not Refund.objects.exists()
    assert not PaymentEvent.objects.filter(kind="refunded").exists()


def test_the_past_tells_nobody(batch):
    credit(batch, shipped_order(("MUG", 5, "50.00"), historical=True), 1, "10.00")
    before = set(EventRecord.objects.values_list("pk", flat=True))
    match_imported_returns(batch.pk)

    fresh = EventRecord.objects.exclude(pk__in=before)
    assert [(fact.name, fact.live) for fact in fresh] == [("returns.imported", False)]
