"""What people search for is found by index, also on a million rows."""

import pytest

from core.money import Money
from returns.filters import RefundFilter, RmaFilter
from returns.models import Refund, ReturnAuthorization
from returns.operations.refund import refund_order
from tests.builders.plans import plan_of
from tests.builders.returns import requested, shipped_order

pytestmark = pytest.mark.django_db


def test_returns_and_refunds_are_found_by_their_number_and_their_order_s():
    order = shipped_order()
    rma = requested(order, 1)
    refund = refund_order(order.pk, amount=Money.of("1.00", "GBP"), reason="late").refunds[0]
    requested(shipped_order(), 1)

    for mine, filters, model in (
        (rma, RmaFilter, ReturnAuthorization), (refund, RefundFilter, Refund),
    ):  # fmt: skip
        for typed in (f" {mine.number.lower()}", order.number):
            found = filters({"q": typed}, queryset=model.objects.all())
            assert list(found.qs) == [mine]
            assert "Seq Scan" not in plan_of(found.qs.order_by())
