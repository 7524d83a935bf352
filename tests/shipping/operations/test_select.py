"""Carrier selection on the reference rates: what is chosen, and what is stored about it."""

from datetime import UTC, datetime

import pytest

from core import clock
from core.models import Decision, EventRecord
from core.money import Money
from orders.models import OrderException
from shipping.errors import ParcelMoveNotAllowed, ReasonNeeded, ServiceCannot
from shipping.models import Carrier, Label, Service
from shipping.operations.select import override_carrier, select_carrier
from tests.builders.shipping import handed_over, labelled, packed

pytestmark = pytest.mark.django_db
TUESDAY = datetime(2026, 11, 24, 9, tzinfo=UTC)


@pytest.fixture(autouse=True)
def on_tuesday():
    with clock.pinned(TUESDAY):
        yield


def test_the_cheapest_is_chosen_with_every_candidate_and_reject_stored():
    parcel = packed(MUG=2, carton="S1")

    select_carrier(parcel.pk)

    parcel.refresh_from_db()
    assert parcel.service.code == "bittern-small"
    assert parcel.cost == Money.of("3.13", "GBP")  # 2.95 up to 2 kg, and 6 % fuel
    decision = Decision.objects.get(subject=f"parcel:{parcel.pk}")
    assert decision.chosen == "bittern-small"
    assert len(decision.candidates) + len(decision.rejects) == 9
    assert {row["code"] for row in decision.rejects} == {"no_lane"}
    assert all(row["reason"] for row in decision.rejects)
    assert decision.sentence == (
        "Bittern Small for £3.13, arriving 2026-11-27: "
        "the cheapest of 7 that arrive by 2026-12-02; the next is Lapwing Saver for £3.80."
    )
    assert decision.inputs["to"] == "GB"
    assert parcel.labels.get().state == "requested"


def test_the_promise_pushes_the_cheap_ones_out():
    parcel = packed(MUG=1, deliver_by=datetime(2026, 11, 25, 23, tzinfo=UTC))

    select_carrier(parcel.pk)

    parcel.refresh_from_db()
    assert parcel.service.code == "lapwing-overnight"
    slow = {
        row["key"] for row in Decision.objects.latest("id").rejects if row["code"] == "too_slow"
    }
    assert slow == {"bittern-tracked", "lapwing-saver", "lapwing-standard", "tern-two-day"}


def test_a_promise_that_nobody_keeps_takes_the_soonest_and_says_so():
    parcel = packed(MUG=1, deliver_by=datetime(2026, 11, 23, 12, tzinfo=UTC))

    select_carrier(parcel.pk)

    parcel.refresh_from_db()
    assert parcel.service.code == "lapwing-overnight"
    assert "no service keeps the promise" in Decision.objects.latest("id").sentence


def test_the_service_that_the_customer_chose_is_kept():
    parcel = packed(MUG=1, service="express")

    select_carrier(parcel.pk)

    parcel.refresh_from_db()
    assert parcel.service.level == "express"


def test_when_nobody_can_carry_it_a_person_is_told():
    parcel = packed(MUG=1, weight_grams=90_000)

    select_carrier(parcel.pk)
    select_carrier(parcel.pk)

    parcel.refresh_from_db()
    assert parcel.service is None
    assert parcel.problem.startswith("No service can carry it.")
    raised = OrderException.objects.get(kind="carrier_failed")
    assert raised.order_id == parcel.fulfillment.order_id
    assert EventRecord.objects.filter(name="carrier.failed").exists()
    assert not Label.objects.exists()


def test_the_job_never_changes_what_a_person_has_chosen():
    parcel = packed(MUG=1)
    override_carrier(parcel.pk, service_code="tern-next-day", reason="the customer pays for it")

    select_carrier(parcel.pk)

    parcel.refresh_from_db()
    assert parcel.service.code == "tern-next-day"
    decision = Decision.objects.get(subject=f"parcel:{parcel.pk}")
    assert decision.sentence == "Tern Next Day by hand: the customer pays for it"
    assert decision.policy == "by hand"


def test_overriding_gives_the_first_label_back():
    parcel = labelled(MUG=1)

    override_carrier(parcel.pk, service_code="tern-two-day", reason="van full")

    states = dict(parcel.labels.values_list("service__code", "state"))
    assert states == {"lapwing-saver": "voiding", "tern-two-day": "requested"}


@pytest.mark.parametrize("reason", ["", "   "])
def test_an_override_needs_a_reason(reason):
    with pytest.raises(ReasonNeeded):
        override_carrier(packed(MUG=1).pk, service_code="tern-next-day", reason=reason)


@pytest.mark.parametrize("code", ["tern-worldwide", "nobody", ""])
def test_what_the_carrier_does_not_offer_cannot_be_chosen(code):
    parcel = packed(MUG=1)

    with pytest.raises(ServiceCannot):
        override_carrier(parcel.pk, service_code=code, reason="why not")

    assert not Label.objects.exists()


def test_what_has_left_is_not_sent_otherwise():
    parcel = handed_over(MUG=1)

    with pytest.raises(ParcelMoveNotAllowed):
        override_carrier(parcel.pk, service_code="tern-next-day", reason="late")


def test_without_active_carriers_nothing_is_chosen():
    Carrier.objects.update(active=False)
    Service.objects.update(active=True)
    parcel = packed(MUG=1)

    select_carrier(parcel.pk)

    parcel.refresh_from_db()
    assert parcel.service is None


def test_selecting_reads_the_rates_once(django_assert_max_num_queries):
    select_carrier(packed(MUG=1).pk)
    parcel = packed(HAT=1)

    with django_assert_max_num_queries(20):
        select_carrier(parcel.pk)
