"""What people search for is found by index, also on a million rows."""

import pytest

from support.filters import CaseFilter, NoticeFilter
from support.models import Case, Notice
from support.operations.converse import reply_case
from support.operations.notify import plan_notice
from support.states import NoticeKind
from tests.builders.plans import plan_of
from tests.builders.returns import shipped_order
from tests.builders.support import case

pytestmark = pytest.mark.django_db


def test_cases_are_found_by_number_sender_and_order():
    order = shipped_order()
    mine = case(order)
    case(shipped_order())

    for typed in (mine.number.lower(), mine.sender.upper(), f" {order.number} "):
        found = CaseFilter({"q": typed}, queryset=Case.objects.all())
        assert list(found.qs) == [mine]
        assert "Seq Scan" not in plan_of(found.qs.order_by())


def test_mails_are_found_by_address_and_order():
    order = shipped_order()
    told = plan_notice(
        NoticeKind.DELIVERED, about=f"order:{order.pk}", order_id=order.pk, values={}
    )
    reply_case(case(shipped_order()).pk, body="Hello")

    for typed in (order.customer.email.upper(), order.number):
        found = NoticeFilter({"q": typed}, queryset=Notice.objects.all())
        assert list(found.qs) == [told]
        assert "Seq Scan" not in plan_of(found.qs.order_by())
