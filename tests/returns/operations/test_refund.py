import pytest

from core.actor import acting, person
from core.approvals import decide_approval
from core.errors import BadValue, NotPermitted
from core.models import Approval
from core.money import Money
from core.roles import Role
from orders.models import OrderException, PaymentEvent
from orders.operations.payments import record_payment
from orders.states import PaymentKind
from returns.amounts import left_to_refund, preview_of
from returns.errors import (
    MoreThanPaid,
    NothingToRefund,
    NotRefunded,
    RefundMoveNotAllowed,
    ReturnMoveNotAllowed,
)
from returns.models import Refund, ReturnPolicy
from returns.operations.approve import cancel_return
from returns.operations.close import close_return
from returns.operations.refund import refund_cancelled, refund_order, refund_return
from returns.operations.settle import (
    confirm_refund,
    doubt_refund,
    fail_refund,
    record_refund,
    retry_refund,
    withdraw_refund,
)
from returns.states import RefundState, RmaStatus
from tests.builders.kpis import worked_off
from tests.builders.people import someone
from tests.builders.returns import inspected, pay, requested, shipped_order
from tests.races import at_once

pytestmark = pytest.mark.django_db


def gbp(amount):
    return Money.of(amount, "GBP")


def refunded(order):
    events = PaymentEvent.objects.filter(order=order, kind=PaymentKind.REFUNDED)
    return sum((event.amount for event in events), gbp("0"))


def test_units_that_come_back_one_by_one_give_back_the_whole():
    order = shipped_order(("MUG", 3, "10.00"), shipping="4.95")

    amounts = []
    for _ in range(3):
        refund = refund_return(inspected(order, 1).pk).refunds[0]
        record_refund(refund.pk, gateway_ref=f"g{refund.pk}")
        amounts.append((str(refund.amount.amount), str(refund.shipping.amount)))

    # the third brings all back: shipping is given back with it
    assert amounts == [("3.33", "0.00"), ("3.33", "0.00"), ("8.29", "4.95")]
    assert refunded(order) == order.total == gbp("14.95")


def test_the_preview_is_what_is_sent():
    rma = inspected(shipped_order(("MUG", 3, "10.00")), 2)

    preview = preview_of(rma)

    assert preview.amount == gbp("6.66")
    assert preview.rules == [
        "Policy “30 days” (version 1).",
        "Grade A: 100 % of the price paid for the unit.",
    ]
    assert refund_return(rma.pk).refunds[0].amount == preview.amount


def test_a_grade_may_give_back_less():
    ReturnPolicy.objects.update(grade_d_percent=50)
    order = shipped_order(("MUG", 3, "9.99"))
    refund = refund_return(inspected(order, 3, grade="D", disposition="scrap").pk).refunds[0]

    assert refund.amount == gbp("4.99")


def test_a_policy_that_changes_later_changes_no_graded_return():
    order = shipped_order(("MUG", 2, "10.00"))
    rma = inspected(order, 1)
    ReturnPolicy.objects.update(grade_a_percent=10)

    assert refund_return(rma.pk).refunds[0].amount == gbp("5.00")


def test_what_was_given_back_otherwise_is_not_given_back_twice():
    order = shipped_order(("MUG", 1, "10.00"))
    refund_order(order.pk, amount=gbp("4.00"), reason="late")
    rma = inspected(order, 1)

    assert "Limited to £6.00" in preview_of(rma).rules[-1]
    assert refund_return(rma.pk).refunds[0].amount == gbp("6.00")
    assert left_to_refund(order) == gbp("0")


def test_a_second_refund_of_the_same_return_is_refused():
    rma = inspected(shipped_order())
    refund_return(rma.pk)

    with pytest.raises(NothingToRefund):
        refund_return(rma.pk)


def test_only_an_inspected_return_is_refunded():
    with pytest.raises(ReturnMoveNotAllowed):
        refund_return(requested(shipped_order()).pk)


def test_a_return_closes_when_its_money_has_gone_back():
    rma = inspected(shipped_order())
    refund = refund_return(rma.pk).refunds[0]

    with pytest.raises(NotRefunded):
        close_return(rma.pk)
    record_refund(refund.pk, gateway_ref="g1")

    rma.refresh_from_db()
    assert rma.status == RmaStatus.CLOSED


def test_an_answer_heard_twice_is_booked_once():
    order = shipped_order()
    refund = refund_return(inspected(order).pk).refunds[0]

    record_refund(refund.pk, gateway_ref="g1")
    record_refund(refund.pk, gateway_ref="g1")

    assert refunded(order) == gbp("10.00")


def test_money_goes_back_the_way_it_came_fullest_first():
    order = shipped_order(("MUG", 1, "10.00"), captured="4.00")
    pay(order, gbp("6.00"), gateway="card")

    refunds = refund_return(inspected(order).pk).refunds

    assert [(r.gateway, str(r.amount.amount), r.by_hand) for r in refunds] == [
        ("card", "6.00", True),
        ("local", "4.00", False),
    ]


@pytest.mark.parametrize("amount", ["10.01", "999999999"])
def test_never_more_than_was_paid(amount):
    with pytest.raises(MoreThanPaid):
        refund_order(shipped_order().pk, amount=gbp(amount), reason="sorry")


@pytest.mark.parametrize(
    "amount",
    [
        Money.of("1", "EUR"),
        Money.of("0", "GBP"),
        Money.of("-1", "GBP"),
        {"amount": "NaN", "currency": "GBP"},
        {"amount": "1"},
    ],
)
def test_a_strange_amount_is_refused(amount):
    with pytest.raises(BadValue):
        refund_order(shipped_order().pk, amount=amount, reason="sorry")


def test_a_goodwill_refund_has_a_reason():
    with pytest.raises(BadValue):
        refund_order(shipped_order().pk, amount=gbp("1.00"), reason=" ")


def test_above_the_limit_a_person_asks_a_second_one():
    order = shipped_order(("MUG", 1, "600.00"))
    with acting(person(someone(Role.AGENT))):
        outcome = refund_order(order.pk, amount=gbp("500.01"), reason="sorry")

    assert outcome.refunds == []
    assert outcome.approval == Approval.objects.get()
    assert outcome.approval.permission == "returns.approve_refund"
    assert outcome.approval.operation == "returns.refund_order"
    assert not Refund.objects.exists()


def test_at_the_limit_one_person_is_enough():
    order = shipped_order(("MUG", 1, "600.00"))

    with acting(person(someone(Role.AGENT))):
        assert refund_order(order.pk, amount=gbp("500.00"), reason="sorry").refunds


@pytest.mark.parametrize("role", [Role.VIEWER, Role.PICKER, Role.ADMIN, Role.BUYER])
def test_who_moves_no_money_is_refused(role):
    order = shipped_order()

    with acting(person(someone(role))), pytest.raises(NotPermitted):
        refund_order(order.pk, amount=gbp("1.00"), reason="sorry")


def test_a_cancelled_order_gives_back_all_that_is_left_once():
    order = shipped_order(("MUG", 1, "900.00"), shipped=False)
    type(order).objects.filter(pk=order.pk).update(status="cancelled", cancelled_at=order.placed_at)

    assert [r.amount for r in refund_cancelled(order.pk)] == [gbp("900.00")]
    assert refund_cancelled(order.pk) == []


def test_an_order_that_is_not_cancelled_is_left_alone():
    assert refund_cancelled(shipped_order().pk) == []


def test_a_refused_refund_frees_its_money_and_may_be_tried_again():
    order = shipped_order()
    refund = refund_order(order.pk, amount=gbp("6.00"), reason="sorry").refunds[0]
    doubt_refund(refund.pk)
    fail_refund(refund.pk, why="card expired")

    assert left_to_refund(order) == gbp("10.00")
    assert retry_refund(refund.pk).state == RefundState.WAITING
    assert left_to_refund(order) == gbp("4.00")


def test_a_refused_refund_is_not_tried_again_when_the_money_is_gone():
    order = shipped_order()
    refund = refund_order(order.pk, amount=gbp("6.00"), reason="sorry").refunds[0]
    fail_refund(refund.pk, why="card expired")
    refund_order(order.pk, amount=gbp("9.00"), reason="sorry")

    with pytest.raises(MoreThanPaid):
        retry_refund(refund.pk)


def test_a_refund_in_doubt_is_not_withdrawn():
    order = shipped_order()
    refund = refund_order(order.pk, amount=gbp("6.00"), reason="sorry").refunds[0]
    doubt_refund(refund.pk)

    with pytest.raises(RefundMoveNotAllowed):
        withdraw_refund(refund.pk, reason="a mistake")


def test_a_withdrawn_refund_of_a_return_is_owed_again():
    rma = inspected(shipped_order())
    refund = refund_return(rma.pk).refunds[0]
    withdraw_refund(refund.pk, reason="to the other card")

    assert preview_of(rma).amount == gbp("10.00")
    assert refund_return(rma.pk).refunds[0].amount == gbp("10.00")


def test_by_hand_a_person_says_with_which_reference():
    order = shipped_order(gateway="cheque")
    refund = refund_order(order.pk, amount=gbp("6.00"), reason="sorry").refunds[0]
    assert refund.by_hand

    with pytest.raises(BadValue):
        confirm_refund(refund.pk, gateway_ref=" ")
    confirm_refund(refund.pk, gateway_ref="bank 77")

    assert refunded(order) == gbp("6.00")


def test_two_refunds_by_hand_have_a_reference_each():
    order = shipped_order(gateway="cheque")
    first, second = (
        refund_order(order.pk, amount=gbp("4.00"), reason="sorry").refunds[0] for _ in "ab"
    )
    confirm_refund(first.pk, gateway_ref="bank 77")

    with pytest.raises(BadValue) as refused:
        confirm_refund(second.pk, gateway_ref=" bank 77 ")
    assert first.number in str(refused.value)
    confirm_refund(second.pk, gateway_ref="bank 78")

    assert refunded(order) == gbp("8.00")
    assert left_to_refund(order) == gbp("2.00")


def test_a_gateway_that_gives_two_refunds_one_reference_is_booked_twice():
    order = shipped_order()
    for _ in "ab":
        refund = refund_order(order.pk, amount=gbp("4.00"), reason="sorry").refunds[0]
        record_refund(refund.pk, gateway_ref="same")

    assert refunded(order) == gbp("8.00")


def test_one_in_doubt_that_the_gateway_shows_is_confirmed_by_a_person():
    order = shipped_order()
    refund = refund_order(order.pk, amount=gbp("6.00"), reason="x").refunds[0]
    doubt_refund(refund.pk)

    confirm_refund(refund.pk, gateway_ref="re_77")

    assert refunded(order) == gbp("6.00")
    assert record_refund(refund.pk, gateway_ref="re_77").state == RefundState.DONE
    assert refunded(order) == gbp("6.00")


def test_what_was_refused_is_asked_for_under_a_new_reference():
    refund = refund_order(shipped_order().pk, amount=gbp("6.00"), reason="x").refunds[0]
    seen = {refund.reference}
    for _ in "ab":
        doubt_refund(refund.pk)
        fail_refund(refund.pk, why="card expired")
        seen.add(retry_refund(refund.pk).reference)

    assert len(seen) == 3


def test_what_is_captured_after_the_cancellation_goes_back_too():
    order = shipped_order(captured="0", shipped=False)
    type(order).objects.filter(pk=order.pk).update(status="cancelled", cancelled_at=order.placed_at)

    record_payment(
        order.pk, kind="captured", amount=gbp("10.00"), reference="late", gateway="local"
    )
    worked_off("returns.refund_cancelled")
    worked_off("returns.send_refund")

    assert refunded(order) == gbp("10.00")


def test_many_small_amounts_of_goodwill_are_a_large_one():
    order = shipped_order(("MUG", 1, "2000.00"))
    with acting(person(someone(Role.AGENT))):
        assert refund_order(order.pk, amount=gbp("400.00"), reason="sorry").refunds
        outcome = refund_order(order.pk, amount=gbp("100.01"), reason="sorry")
        assert (outcome.refunds, Refund.objects.count()) == ([], 1)
        assert refund_order(order.pk, amount=gbp("100.00"), reason="sorry").refunds

    with acting(person(someone(Role.FINANCE))):
        decide_approval(outcome.approval.pk, approve=True)
    approved = Refund.objects.get(amount=10001)
    assert approved.approval == outcome.approval


def test_card_numbers_stay_out_of_returns_and_refunds():
    card = "my card is 4111 1111 1111 1111"
    order = shipped_order(("MUG", 2, "10.00"))
    refund = refund_order(order.pk, amount=gbp("1.00"), reason=card).refunds[0]
    withdraw_refund(refund.pk, reason=card)
    rma = cancel_return(requested(order, 1).pk, reason=card)

    refund.refresh_from_db()
    told = [refund.reason, refund.last_error, rma.end_reason]
    assert [text[-4:] for text in told] == ["1111"] * 3
    assert not any("4111" in text for text in told)
    assert OrderException.objects.get(kind="card_number").order_id == order.pk


def test_what_the_gateway_does_is_not_confirmed_by_hand():
    refund = refund_order(shipped_order().pk, amount=gbp("6.00"), reason="x").refunds[0]

    with pytest.raises(RefundMoveNotAllowed):
        confirm_refund(refund.pk, gateway_ref="bank 77")


@pytest.mark.django_db(transaction=True)
def test_eight_refunds_at_once_never_give_back_more_than_was_paid():
    order = shipped_order(("MUG", 1, "10.00"))

    refused = at_once(8, lambda: refund_order(order.pk, amount=gbp("3.00"), reason="race"))

    assert len(refused) == 5
    given = sum((refund.amount for refund in Refund.objects.all()), gbp("0"))
    assert given == gbp("9.00")


@pytest.mark.django_db(transaction=True)
def test_of_eight_who_refund_a_return_at_once_one_does():
    rma = inspected(shipped_order(("MUG", 1, "10.00")))
    pay(rma.order, gbp("100.00"))  # so that only the return's own row stands in the way

    refused = at_once(8, lambda: refund_return(rma.pk))

    assert len(refused) == 7
    assert Refund.objects.count() == 1
