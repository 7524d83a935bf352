"""Risk as the analyst and other systems see it."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from core.roles import Role
from fraud.models import RiskPolicy, RiskRule
from fraud.operations.change_rules import change_thresholds
from fraud.states import RiskState
from tests.builders.fraud import doubtful, plain, risky, scored
from tests.builders.people import someone

pytestmark = pytest.mark.django_db


@pytest.fixture
def analyst() -> Client:
    client = Client()
    client.force_login(someone(Role.ANALYST))
    return client


def test_the_queue_shows_what_waits_the_dearest_first_in_few_queries(analyst):
    cheap, _ = scored(doubtful())
    passed, _ = scored(plain())
    analyst.get("/fraud/")
    with CaptureQueriesContext(connection) as one:
        first = analyst.get("/fraud/").content.decode()
    for _ in range(5):
        scored(doubtful())
    with CaptureQueriesContext(connection) as six:
        analyst.get("/fraud/")

    assert f">{cheap.number}<" in first
    assert f">{passed.number}<" not in first
    assert len(six) <= len(one) + 1


def test_the_list_pages_by_expected_loss(analyst):
    for _ in range(3):
        scored(doubtful())
    answer = analyst.get("/api/v1/risk-assessments?limit=2").json()
    assert len(answer["results"]) == 2
    assert len(analyst.get(answer["next"]).json()["results"]) == 1


def test_a_case_shows_reasons_in_words_and_linked_orders(analyst):
    first, _ = scored(plain())
    _, risk = scored(risky())

    text = analyst.get(risk.get_absolute_url()).content.decode()

    assert "The card code was wrong (CVV N)." in text
    assert "mailinator.com" in text
    assert first.number in text  # same address
    assert 'id="accept-reason"' in text


def test_accepting_leads_to_the_next_case(analyst):
    _, risk = scored(doubtful())
    _, other = scored(doubtful())

    answer = analyst.post(
        f"/fraud/{risk.public_id}/accept/", {"reason": "Bank confirmed the card", "note": "rang"},
        follow=True,
    )  # fmt: skip

    risk.refresh_from_db()
    assert (risk.state, risk.reason) == (
        RiskState.ACCEPTED,
        "Bank confirmed the card: rang",
    )
    assert answer.redirect_chain[-1][0] == other.get_absolute_url()


def test_rejecting_over_the_api_needs_a_reason(analyst):
    _, risk = scored(doubtful())
    url = f"/api/v1/risk-assessments/{risk.public_id}/reject"

    without = analyst.post(url, {}, "application/json")
    done = analyst.post(url, {"reason": "stolen card"}, "application/json")
    again = analyst.post(url, {"reason": "stolen card"}, "application/json")

    assert [without.status_code, done.status_code, again.status_code] == [422, 200, 409]
    assert done.json()["state"] == "rejected"
    assert again.json()["code"] == "risk_already_decided"


def test_rules_are_changed_on_their_page_and_over_the_api(analyst):
    page = analyst.get("/fraud/rules/cvv_no_match/")
    assert page.status_code == 200
    form = {"points": "50", "active": "on", "params": '{"codes": ["N"]}', "note": "more of them"}
    assert analyst.post("/fraud/rules/cvv_no_match/change/", form).status_code == 302
    assert RiskRule.objects.get(code="cvv_no_match").points == 50

    patched = analyst.patch(
        "/api/v1/risk-rules/many_of_one", {"params": {"units": 20}, "note": "sale"},
        "application/json",
    )  # fmt: skip
    assert patched.json()["params"] == {"units": 20}
    unknown = analyst.patch(
        "/api/v1/risk-rules/many_of_one", {"weather": 1, "note": "sale"}, "application/json"
    )
    assert unknown.status_code == 422


def test_thresholds_are_changed_on_the_rules_page(analyst):
    assert analyst.get("/fraud/rules/").status_code == 200
    form = {"review_from": "30", "decline_from": "80", "velocity_hours": "24", "link_days": "30"}
    assert analyst.post("/fraud/rules/thresholds/", {**form, "note": "strict"}).status_code == 302
    assert RiskPolicy.objects.get().review_from == 30
    refused = analyst.post("/fraud/rules/thresholds/", form)
    assert refused.status_code == 422
    assert "Many units of one item" in refused.content.decode()  # the rules are still there


def test_thresholds_are_read_and_changed_over_the_api(analyst):
    url = "/api/v1/risk-thresholds"
    before = analyst.get(url).json()
    assert (before["review_from"], before["decline_from"]) == (40, 90)

    done = analyst.patch(url, {"review_from": 55, "note": "sale"}, "application/json")
    assert (done.status_code, done.json()["review_from"]) == (200, 55)
    assert done.json()["version"] == before["version"] + 1
    for wrong in (
        {"review_from": 95, "note": "x"}, {"review_from": 0, "note": "x"}, {"review_from": 60},
        {"weather": 1, "note": "x"}, {"review_from": "60", "note": "x"},
    ):  # fmt: skip
        refused = analyst.patch(url, wrong, "application/json")
        assert 400 <= refused.status_code < 500, wrong
    assert RiskPolicy.objects.get().review_from == 55


def test_who_only_reads_changes_no_threshold(client):
    client.force_login(someone(Role.VIEWER))
    assert client.get("/api/v1/risk-thresholds").status_code == 200
    answer = client.patch(
        "/api/v1/risk-thresholds", {"review_from": 55, "note": "x"}, "application/json"
    )
    assert answer.status_code == 403


def test_a_case_is_judged_by_the_thresholds_of_its_day_and_shows_what_was_seen(analyst):
    _, risk = scored(doubtful())
    change_thresholds(review_from=70, note="lenient")

    text = analyst.get(risk.get_absolute_url()).content.decode()

    assert "Reviewed from 40 points, declined from 90" in text
    assert "Asked and found nothing" in text
    assert "Many units of one item" in text
    assert "<dt>Units of one</dt><dd>1</dd>" in text
    assert "<dt>Amount</dt><dd>£10.00</dd>" in text


def test_an_order_is_scored_again_on_its_page_and_over_the_api(analyst):
    _, risk = scored(doubtful())
    change_thresholds(review_from=30, decline_from=35, note="strict")

    page = analyst.post(f"/fraud/{risk.public_id}/score/")
    api = analyst.post(f"/api/v1/risk-assessments/{risk.public_id}/score")

    risk.refresh_from_db()
    assert (page.status_code, api.status_code) == (302, 200)
    assert (risk.state, api.json()["state"]) == (RiskState.DECLINED, "declined")
    assert risk.assessment.number == 3


def test_a_viewer_sees_and_does_not_decide(client):
    client.force_login(someone(Role.VIEWER))
    _, risk = scored(doubtful())

    seen = client.get(risk.get_absolute_url())
    assert seen.status_code == 200
    assert 'id="accept-reason"' not in seen.content.decode()
    assert client.post(f"/fraud/{risk.public_id}/accept/", {"reason": "x"}).status_code == 403


def test_next_case_without_one_is_the_queue(analyst):
    assert analyst.get("/fraud/next/").url == "/fraud/"
