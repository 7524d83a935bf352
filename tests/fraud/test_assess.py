"""What a score does to an order, its gate and its review."""

from dataclasses import replace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.errors import NotThere
from core.jobs import work_off
from core.models import EventRecord, Job, WorkItem
from core.relay import relay_once
from fraud.errors import OrderGone
from fraud.models import Assessment, OrderRisk
from fraud.operations.assess import assess_order
from fraud.operations.decide import accept_order, reject_order
from fraud.states import Outcome, RiskState
from fraud.tasks import gather, score
from orders.errors import KeptBack, NotReady
from orders.models import Clearance, FulfillmentOrder, Order
from orders.operations.address import change_address
from orders.operations.cancel import cancel_order
from orders.operations.payments import record_payment
from orders.operations.release import release_order
from shipping.operations.pack import pack_parcel
from shipping.operations.pick import make_pick_list
from tests.builders.fraud import doubtful, guarded, plain, risky, scored
from tests.builders.kpis import sent
from tests.builders.orders import LONDON, placed_order
from tests.builders.shipping import given, walk_off, with_label
from tests.races import at_once


def gate_of(order: Order) -> Clearance:
    return Clearance.objects.get(order=order, gate="risk")


def walked(order: Order) -> FulfillmentOrder:
    """Released and picked."""
    (work,) = release_order(order.pk)
    walk_off(make_pick_list(work.warehouse_id, fulfillment_ids=[work.pk]))
    return work


@pytest.mark.django_db
def test_a_plain_order_passes_and_is_released():
    order, risk = scored(plain())

    assert (risk.state, risk.score, risk.outcome) == (RiskState.APPROVED, 0, Outcome.APPROVE)
    assert gate_of(order).state == "cleared"
    assert len(release_order(order.pk)) == 1


@pytest.mark.django_db
def test_a_doubtful_order_waits_for_a_person_and_says_why():
    order, risk = scored(doubtful())

    assert (risk.state, risk.score) == (RiskState.REVIEW, 40)
    gate = gate_of(order)
    assert gate.state == "pending"
    assert gate.sentence == ("Waits for a risk review. 40 points: The card code was wrong (CVV N).")
    work = WorkItem.objects.get(kind="fraud.review", subject=f"order:{order.pk}")
    assert work.permission == "fraud.decide_risk"
    with pytest.raises(NotReady):
        release_order(order.pk)


@pytest.mark.django_db
def test_a_risky_order_is_declined_with_reasons_in_words_and_values():
    order, risk = scored(risky())

    assert (risk.state, risk.score, risk.outcome) == (RiskState.DECLINED, 95, Outcome.DECLINE)
    assert gate_of(order).state == "refused"
    reasons = {row["code"]: row for row in risk.assessment.reasons}
    assert {code: row["points"] for code, row in reasons.items()} == {
        "avs_no_match": 25,
        "cvv_no_match": 40,
        "disposable_email": 30,
    }
    assert reasons["disposable_email"]["value"] == "mailinator.com"
    assert str(risk.expected_loss) == "9.50 GBP"  # 10.00 x 95 %


@pytest.mark.django_db
def test_what_is_not_known_is_named_and_gives_no_points():
    _, risk = scored(plain())

    assert set(risk.assessment.unknown) >= {"velocity_device", "country_mismatch", "avs_no_match"}
    assert risk.assessment.reasons == []


@pytest.mark.django_db
def test_nobody_scored_nobody_released():
    """With every worker dead, an order is delayed and never let through."""
    order = placed_order(guarded(), given=plain())

    assert Job.objects.filter(kind="fraud.score").count() == 0  # not even the relay ran
    with pytest.raises(NotReady) as refusal:
        release_order(order.pk)
    assert refusal.value.facts["reasons"] == ["risk_pending"]

    while relay_once():
        pass
    assert Job.objects.filter(kind="fraud.score", key=str(order.pk)).count() == 1
    with pytest.raises(NotReady):  # the job waits, nobody works
        release_order(order.pk)


@pytest.mark.django_db
def test_the_job_scores_a_batch_and_one_bad_key_fails_alone():
    orders = [placed_order(guarded(), given=plain()) for _ in range(3)]
    score.add_many([*(order.pk for order in orders), 999_999])

    assert work_off(score) == 4

    assert OrderRisk.objects.filter(state=RiskState.APPROVED).count() == 3
    assert Job.objects.get(kind="fraud.score", key="999999").last_error.startswith("NotThere")


@pytest.mark.django_db
def test_signals_of_a_batch_take_as_many_queries_as_those_of_one():
    orders = [placed_order(guarded(), given=plain()) for _ in range(6)]

    with CaptureQueriesContext(
        connection,
    ) as one:
        gather([str(orders[0].pk)])
    with CaptureQueriesContext(connection) as many:
        found = gather([str(order.pk) for order in orders])

    assert len(many) == len(one)
    assert all(found[str(order.pk)]["signals"]["order_id"] == order.pk for order in orders)


@pytest.mark.django_db
def test_a_decision_of_a_person_is_never_overwritten_by_a_score():
    order, risk = scored(risky())
    accept_order(risk.pk, reason="Called the bank")
    assert gate_of(order).state == "cleared"

    again = assess_order(order.pk)

    assert (again.state, again.reason) == (RiskState.ACCEPTED, "Called the bank")
    assert again.score == 95
    assert Assessment.objects.filter(order=order).count() == 2
    assert gate_of(order).state == "cleared"


@pytest.mark.django_db
def test_what_turns_out_suspicious_before_release_waits_again():
    order, _ = scored(plain())
    record_payment(
        order.pk, kind="failed", amount=order.total, gateway="card", reference="a", cvv="N"
    )

    risk = assess_order(order.pk)

    assert risk.state == RiskState.REVIEW
    assert gate_of(order).state == "pending"


@pytest.mark.django_db
def test_what_has_shipped_is_scored_and_left_alone():
    order, _ = scored(plain())
    sent(order, 0)
    record_payment(
        order.pk, kind="failed", amount=order.total, gateway="card", reference="a", cvv="N"
    )

    risk = assess_order(order.pk)

    assert (risk.outcome, risk.state) == (Outcome.REVIEW, RiskState.APPROVED)
    assert gate_of(order).state == "cleared"


@pytest.mark.django_db
def test_what_turns_out_suspicious_in_the_warehouse_is_not_handed_over():
    order, _ = scored(plain())
    parcel = with_label(pack_parcel(walked(order).pk, carton_code="M1"))
    record_payment(
        order.pk, kind="failed", amount=order.total, gateway="card", reference="a", cvv="N"
    )
    with pytest.raises(KeptBack):  # also while nobody has scored it again
        given(parcel)

    risk = assess_order(order.pk)

    assert (risk.state, gate_of(order).state) == (RiskState.REVIEW, "pending")
    with pytest.raises(KeptBack):
        given(parcel)
    accept_order(risk.pk, reason="Called the bank")
    given(parcel)
    assert parcel.state == "handed_over"


@pytest.mark.django_db
def test_another_address_is_scored_again_before_anything_is_released():
    order, _ = scored(plain())
    assert gate_of(order).state == "cleared"

    change_address(order.pk, address=replace(LONDON, line1="1 Other Street"))

    with pytest.raises(NotReady) as refusal:  # with every worker dead, too
        release_order(order.pk)
    assert refusal.value.facts["reasons"] == ["risk_pending"]
    assert assess_order(order.pk).state == RiskState.APPROVED
    assert len(release_order(order.pk)) == 1


@pytest.mark.django_db
def test_what_a_person_accepted_was_for_the_address_they_saw():
    order, risk = scored(doubtful())
    accept_order(risk.pk, reason="Called the bank")

    change_address(order.pk, address=replace(LONDON, line1="1 Other Street"))
    again = assess_order(order.pk)

    assert (again.state, again.decided_at) == (RiskState.REVIEW, None)
    assert gate_of(order).state == "pending"
    assert WorkItem.objects.filter(kind="fraud.review", done_at=None).count() == 1
    accept_order(risk.pk, reason="Called again")
    assert gate_of(order).state == "cleared"


@pytest.mark.django_db
def test_another_address_does_not_pass_what_was_refused():
    order, _ = scored(risky())

    change_address(order.pk, address=replace(LONDON, line1="1 Other Street"))
    assess_order(order.pk)

    assert gate_of(order).state == "refused"


@pytest.mark.django_db
def test_the_banks_answer_holds_the_order_until_it_is_scored():
    order, _ = scored(plain())

    record_payment(
        order.pk, kind="authorized", amount=order.total, gateway="card", reference="b", cvv="N"
    )

    with pytest.raises(NotReady):
        release_order(order.pk)
    assert assess_order(order.pk).state == RiskState.REVIEW


@pytest.mark.django_db
def test_the_banks_answer_does_not_undo_what_a_person_has_accepted():
    order, risk = scored(doubtful())
    accept_order(risk.pk, reason="Called the bank")

    record_payment(
        order.pk, kind="authorized", amount=order.total, gateway="card", reference="b", cvv="N"
    )

    assert gate_of(order).state == "cleared"


@pytest.mark.django_db
def test_a_card_number_in_a_reason_is_masked_and_told():
    order, risk = scored(doubtful())

    accepted = accept_order(risk.pk, reason="He has 4111 1111 1111 1111")

    assert accepted.reason.endswith("1111")
    assert "4111" not in accepted.reason
    assert "4111" not in str(EventRecord.objects.get(name="risk.accepted").payload)
    assert order.exceptions.get().kind == "card_number"


@pytest.mark.django_db
def test_what_was_cancelled_meanwhile_cannot_be_accepted():
    order, risk = scored(doubtful())
    cancel_order(order.pk, reason="customer asked")

    with pytest.raises(OrderGone):
        accept_order(risk.pk, reason="fine")


@pytest.mark.django_db
def test_no_score_passes_what_an_earlier_one_declined():
    order, _ = scored(risky())
    record_payment(
        order.pk, kind="authorized", amount=order.total, gateway="card", reference="b", avs="Y",
        cvv="M",
    )  # fmt: skip

    again = assess_order(order.pk)

    assert again.score == 30  # the throw-away mailbox alone
    assert again.state == RiskState.DECLINED
    assert gate_of(order).state == "refused"


@pytest.mark.django_db
def test_a_channel_without_the_gate_is_scored_for_information():
    order = placed_order("web", given=doubtful())

    risk = assess_order(order.pk)

    assert (risk.outcome, risk.state) == (Outcome.REVIEW, RiskState.APPROVED)
    assert not WorkItem.objects.filter(kind="fraud.review").exists()


@pytest.mark.django_db
def test_a_cancelled_order_needs_no_review():
    order, risk = scored(doubtful())
    cancel_order(order.pk, reason="customer asked")
    while relay_once():
        pass

    risk.refresh_from_db()
    assert risk.state == RiskState.LAPSED
    assert not WorkItem.objects.filter(kind="fraud.review", done_at=None).exists()


@pytest.mark.django_db
def test_an_order_that_is_not_there_is_refused():
    with pytest.raises(NotThere):
        assess_order(999_999)


@pytest.mark.django_db(transaction=True)
def test_of_eight_scorings_at_once_each_is_kept_and_one_review_is_open():
    order = placed_order(guarded(), given=doubtful())

    assert at_once(8, lambda: assess_order(order.pk)) == []

    numbers = Assessment.objects.filter(order=order).order_by("number")
    assert list(numbers.values_list("number", flat=True)) == [1, 2, 3, 4, 5, 6, 7, 8]
    assert OrderRisk.objects.filter(order=order).count() == 1
    assert WorkItem.objects.filter(kind="fraud.review", done_at=None).count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_decision_and_scorings_at_once_end_in_the_decision():
    order, risk = scored(doubtful())
    acts = iter([lambda: reject_order(risk.pk, reason="known thief")] + 5 * [None])

    def act() -> None:
        mine = next(acts)
        mine() if mine else assess_order(order.pk)

    assert at_once(6, act) == []

    risk.refresh_from_db()
    assert (risk.state, gate_of(order).state) == (RiskState.REJECTED, "refused")
    assert not WorkItem.objects.filter(kind="fraud.review", done_at=None).exists()


@pytest.mark.django_db(transaction=True)
def test_of_eight_people_who_decide_at_once_one_does():
    _, risk = scored(doubtful())

    refused = at_once(8, lambda: accept_order(risk.pk, reason="fine"))

    assert len(refused) == 7
    assert EventRecord.objects.filter(name="risk.accepted").count() == 1
