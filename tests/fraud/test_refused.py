"""Orders that were refused for risk are somebody's work until they are cancelled."""

import pytest
from django.test import Client

from core.actor import SYSTEM
from core.roles import Role
from fraud.models import OrderRisk
from fraud.panels import refused, refused_row
from orders.operations.cancel import cancel_order
from tests.builders.fraud import doubtful, scored
from tests.builders.people import someone

pytestmark = pytest.mark.django_db


@pytest.fixture
def analyst() -> Client:
    client = Client()
    client.force_login(someone(Role.ANALYST))
    return client


def test_a_rejected_order_is_on_today_until_it_is_cancelled(analyst):
    _, risk = scored(doubtful())

    page = analyst.post(f"/fraud/{risk.public_id}/reject/", {"reason": "Stolen card"}, follow=True)

    order = risk.order
    assert f'<a href="{order.get_absolute_url()}">Cancel and refund it</a>' in page.content.decode()
    assert [row.pk for row in refused(SYSTEM)] == [order.pk]
    assert refused_row(order)[1] == order.get_absolute_url()
    assert "Refused for risk, to cancel" in analyst.get("/").content.decode()
    case = analyst.get(risk.get_absolute_url()).content.decode()
    assert f"Cancel and refund order {order.number}" in case
    cancel_order(order.pk, reason="fraud")
    assert not refused(SYSTEM)
    assert "still open" not in analyst.get(risk.get_absolute_url()).content.decode()


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({"reason": "bogus"}, "“bogus” is no reason on the list."),
        ({"reason": "Stolen card", "note": "x" * 201}, "Your words are 201 characters long"),
    ],
)
def test_a_reason_that_is_none_says_what_is_wrong_with_it(analyst, form, said):
    _, risk = scored(doubtful())

    page = analyst.post(f"/fraud/{risk.public_id}/reject/", form, follow=True)

    assert said in page.content.decode()
    assert OrderRisk.objects.get(pk=risk.pk).state == "review"
