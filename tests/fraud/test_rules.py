"""Each rule: what makes it apply, what does not, and what is not known."""

from dataclasses import replace
from typing import Any

import pytest

from core.actor import SYSTEM, acting, person
from core.errors import NotPermitted
from core.models import EventRecord
from core.roles import Role
from fraud.errors import AlreadyDecided, BadRule, ReasonNeeded, ThresholdsCross
from fraud.links import linked_orders
from fraud.models import RiskPolicy, RiskRule
from fraud.operations.assess import assess_order
from fraud.operations.change_rules import change_rule, change_thresholds
from fraud.operations.decide import accept_order, reject_order
from fraud.rules import RULES
from tests.builders.fraud import doubtful, guarded, plain, scored
from tests.builders.orders import placed_order
from tests.builders.people import someone

QUIET: dict[str, Any] = {
    "amount": 1000, "norm_sample": 100, "norm_median": 1000, "norm_p95": 3000,
    "ship_country": "GB", "bill_country": "GB", "email_domain": "example.com", "service": "",
    "ip_known": True, "device_known": True, "hour": 12, "customer_orders": 1,
    "customer_delivered": 1, "customer_bad": 0, "customer_recent": 0, "customer_days": 100.0,
    "address_recent": 0, "device_recent": 0, "device_customers": 0, "ip_recent": 0, "avs": "Y",
    "cvv": "M", "payments_failed": 0, "units_of_one": 1, "skus": 1,
}  # fmt: skip
APPLIES: dict[str, dict[str, Any]] = {
    "amount_above_norm": {"amount": 6000},
    "velocity_customer": {"customer_recent": 3},
    "velocity_address": {"address_recent": 3},
    "velocity_device": {"device_recent": 3},
    "velocity_ip": {"ip_recent": 4},
    "shared_device": {"device_customers": 2},
    "country_mismatch": {"bill_country": "US"},
    "no_trail": {"ip_known": False, "device_known": False},
    "avs_no_match": {"avs": "N"},
    "avs_partial": {"avs": "Z"},
    "cvv_no_match": {"cvv": "N"},
    "cvv_unchecked": {"cvv": "U"},
    "payment_retries": {"payments_failed": 2},
    "new_account_high_value": {"customer_orders": 0, "customer_days": 0.0, "amount": 3000},
    "first_order_express": {"customer_orders": 0, "service": "express"},
    "many_of_one": {"units_of_one": 10},
    "disposable_email": {"email_domain": "mailinator.com"},
    "night_hours": {"hour": 2},
    "bad_history": {"customer_bad": 1},
    "known_good": {"customer_delivered": 3},
}


@pytest.mark.parametrize("code", RULES)
def test_a_rule_applies_with_a_sentence_and_a_value_and_not_otherwise(code):
    rule = RULES[code]

    assert rule.look(QUIET, rule.params) is None
    found = rule.look({**QUIET, **APPLIES[code]}, rule.params)
    assert found is not None
    assert found.sentence.endswith(".")
    assert found.value


@pytest.mark.django_db
def test_the_fourth_order_from_a_device_within_a_day_is_fast():
    for _ in range(3):
        placed_order(guarded(), given=plain(device="d1"))
    risk = assess_order(placed_order(guarded(), given=plain(device="d1")).pk)

    codes = {reason["code"]: reason["value"] for reason in risk.assessment.reasons}
    assert codes["velocity_device"] == "4"
    assert codes["shared_device"] == "3"


@pytest.mark.django_db
def test_orders_are_linked_by_address_however_it_is_written():
    first, _ = scored(plain())
    other = plain()
    same = replace(other.ship_to, name="Somebody Else", line1="12 st. JAMES’S square,")
    second = placed_order(guarded(), given=replace(other, ship_to=same, ip=None))
    assess_order(second.pk)

    links = linked_orders(second, SYSTEM)

    assert [(link.order.pk, link.by) for link in links] == [(first.pk, ["address"])]


@pytest.mark.django_db
def test_a_changed_rule_counts_for_the_next_order_and_leaves_its_history():
    rule = RiskRule.objects.get(code="cvv_no_match")
    _, before = scored(doubtful())

    change_rule(rule.pk, points=95, note="wave of stolen cards")
    _, after = scored(doubtful())

    assert (before.score, before.assessment.policy) == (40, "rules v1")
    assert (after.score, after.outcome, after.assessment.policy) == (95, "decline", "rules v2")
    told = EventRecord.objects.get(name="risk_rule.changed").payload
    assert (told["before"], told["after"]) == ({"points": 40}, {"points": 95})
    assert told["note"] == "wave of stolen cards"


@pytest.mark.django_db
def test_a_rule_that_is_off_gives_nothing():
    change_rule(RiskRule.objects.get(code="cvv_no_match").pk, active=False, note="noise")
    assert scored(doubtful())[1].score == 0


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("given", "refusal"),
    [
        ({"points": 101, "note": "x"}, BadRule),
        ({"points": 5, "note": " "}, ReasonNeeded),
        ({"params": {"weather": 1}, "note": "x"}, BadRule),
        ({"params": {"orders": "many"}, "note": "x"}, BadRule),
        ({"params": {"orders": -1}, "note": "x"}, BadRule),
    ],
)
def test_nonsense_in_a_rule_is_refused(given, refusal):
    rule = RiskRule.objects.get(code="velocity_customer")
    with pytest.raises(refusal):
        change_rule(rule.pk, **given)


@pytest.mark.django_db
def test_thresholds_stay_in_order():
    with pytest.raises(ThresholdsCross):
        change_thresholds(review_from=90, note="stricter")
    assert change_thresholds(review_from=30, note="stricter").version == 2
    assert RiskPolicy.objects.get().review_from == 30


@pytest.mark.django_db
def test_a_decision_needs_a_reason_and_is_made_once():
    _, risk = scored(doubtful())
    with pytest.raises(ReasonNeeded):
        accept_order(risk.pk, reason="  ")
    accept_order(risk.pk, reason="fine")
    with pytest.raises(AlreadyDecided):
        reject_order(risk.pk, reason="not fine")


@pytest.mark.django_db
def test_a_viewer_may_not_decide():
    _, risk = scored(doubtful())
    with acting(person(someone(Role.VIEWER))), pytest.raises(NotPermitted):
        accept_order(risk.pk, reason="fine")
