"""Core's own pages: each opens, says what it should, and its acts call the operation."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from core import clock
from core.actor import acting, person
from core.approvals import ask_approval
from core.batches import KINDS, batch_kind, run_batch, start_batch
from core.jobs import work_off
from core.models import ApiToken, Approval, Batch, Decision, Job, WebhookDelivery, WorkItem
from core.operations import CATALOGUE, operation
from core.roles import Role
from core.webhooks import add_webhook
from core.work import open_work
from tests.builders.people import someone

pytestmark = pytest.mark.django_db


@pytest.fixture
def boss():
    return someone(Role.MANAGER, Role.ADMIN)


@pytest.fixture
def client(boss):
    client = Client()
    client.force_login(boss)
    return client


@pytest.fixture
def batch(boss):
    @batch_kind("test.pages", permission="core.view_settings")
    def do(row) -> str:
        if row.data.get("bad"):
            from core.errors import BadValue

            raise BadValue(field="bad", fix="not that")
        return "Went well."

    with acting(person(boss)):
        yield start_batch(
            "test.pages", title="Count the mugs", rows=[("1", {}), ("2", {"bad": True})]
        )
    del KINDS["test.pages"]


def page(client: Client, name: str, *args: object, query: str = "") -> str:
    answer = client.get(reverse(f"core:{name}", args=args) + query)
    assert answer.status_code == 200, answer
    return answer.content.decode()


def post(client: Client, name: str, /, *args: object, **fields: object) -> str:
    answer = client.post(reverse(f"core:{name}", args=args), fields, follow=True)
    assert answer.status_code == 200, answer
    return answer.content.decode()


def test_a_batch_is_followed_retried_and_its_failed_rows_are_read(client, batch):
    assert "Count the mugs" in page(client, "batch_list")
    assert 'hx-trigger="every 2s"' in page(client, "batch", batch.public_id)
    work_off(run_batch)

    shown = page(client, "batch", batch.public_id)
    assert "1 done, 1 failed, of 2" in shown
    assert "Went well." in shown
    failed = page(client, "batch", batch.public_id, query="?state=failed")
    assert "bad: not that" in failed
    assert "Went well." not in failed
    ended = client.get(reverse("core:batch_progress", args=[batch.public_id]))
    assert ended.status_code == 286  # the bar stops asking

    post(client, "batch_retry", batch.public_id)
    assert Batch.objects.get().state == "waiting"
    post(client, "batch_cancel", batch.public_id)
    assert Batch.objects.get().state == "cancelled"


def test_a_batchs_report_of_any_shape_is_shown(client, batch):
    Batch.objects.update(
        report={"outcomes": {"imported": {"rows": 7, "value": "1.50"}}, "balanced": True, "n": [1]}
    )
    shown = page(client, "batch", batch.public_id)
    assert "Imported" in shown
    assert "1.50" in shown


def test_a_second_person_decides_on_the_page(client, boss):
    done = []

    @operation(permission="core.view_settings")
    def pay(*, pounds: int) -> None:
        """Pay."""
        done.append(pounds)

    with acting(person(someone(Role.MANAGER))):
        asked = ask_approval(
            "tests.pay", {"pounds": 5}, sentence="Pay 5 pounds to Ann", facts={"limit": "3"},
            permission="core.decide_approval", subject="",
        )  # fmt: skip
    assert "Pay 5 pounds to Ann" in page(client, "approval_list")
    assert 'value="approve"' in page(client, "approval", asked.public_id)

    shown = post(client, "approval_decide", asked.public_id, verdict="approve", note="go on")

    del CATALOGUE["tests.pay"]
    assert done == [5]
    assert "Approved, and done." in shown
    assert Approval.objects.get().decided_by == boss


def test_who_asked_sees_no_buttons_and_is_refused(client, boss):
    with acting(person(boss)):
        asked = ask_approval(
            "core.add_note", {"subject": "user:1", "text": "x"}, sentence="Note", facts={},
            permission="core.decide_approval", subject="",
        )  # fmt: skip
    assert 'value="approve"' not in page(client, "approval", asked.public_id)
    answer = client.post(
        reverse("core:approval_decide", args=[asked.public_id]), {"verdict": "approve"}
    )
    assert answer.status_code == 403
    assert Approval.objects.get().state == "waiting"
    post(client, "approval_withdraw", asked.public_id)
    assert Approval.objects.get().state == "withdrawn"


def test_work_is_claimed_put_off_and_let_go(client, boss):
    item = open_work("test", "order:7", title="Look at it", url="", permission="core.view_settings")
    assert "Look at it" in page(client, "work_list")
    post(client, "work_claim", item.public_id)
    assert WorkItem.objects.get().owner == boss
    assert "Let go" in page(client, "work", item.public_id)
    post(client, "work_release", item.public_id)
    post(client, "work_snooze", item.public_id, hours="24")
    assert "Look at it" not in page(client, "work_list")
    assert WorkItem.objects.get().snoozed_until > clock.now() + timedelta(hours=23)


def test_a_decision_shows_candidates_rejects_and_inputs(client):
    decision = Decision.objects.create(
        kind="shipping.select_carrier", subject="parcel:7", chosen="swift",
        candidates=[{"key": "swift", "label": "Swift 24", "score": 4.2, "facts": {"days": 1}}],
        rejects=[{"key": "slow", "label": "Slow boat", "reason": "Too late", "facts": {}}],
        sentence="Swift 24 is the cheapest in time.", policy="cheapest 3", inputs={"grams": 350},
        actor="system", decided_at=clock.now(),
    )  # fmt: skip
    shown = page(client, "decision", decision.public_id)
    for words in ("Swift 24", "Slow boat", "Too late", "cheapest 3", "350", "Chosen"):
        assert words in shown


def test_dead_letters_are_read_and_sent_again(client):
    letter = Job.objects.create(
        kind="core.housekeeping", key="nightly", state="dead", last_error="ValueError: no luck"
    )
    assert "core.housekeeping" in page(client, "job_list", query="?state=dead")
    assert "ValueError: no luck" in page(client, "job", letter.pk)
    post(client, "job_retry", letter.pk)
    assert Job.objects.filter(state="asked").count() == 1


def test_a_webhook_is_made_with_its_secret_shown_once(client):
    shown = post(client, "webhook_new", url="http://localhost:1/x", events=["note.added"])
    assert "whsec_" in shown
    assert "localhost:1" in page(client, "webhook_list")


def test_a_webhook_is_switched_and_its_deliveries_are_sent_again(client):
    endpoint = add_webhook("http://localhost:1/x")
    sent = WebhookDelivery.objects.create(
        endpoint=endpoint, number=1, event="x", state="failed", answer="no"
    )
    assert "whsec_" not in page(client, "webhook", endpoint.public_id)
    post(client, "webhook_switch", endpoint.public_id)
    endpoint.refresh_from_db()
    assert endpoint.active is False
    assert page(client, "delivery_list", query="?state=failed")
    post(client, "delivery_resend", sent.pk)
    sent.refresh_from_db()
    assert sent.state == "waiting"
    post(client, "webhook_delete", endpoint.public_id)
    assert WebhookDelivery.objects.count() == 0


def test_a_token_is_made_shown_once_and_revoked(client):
    shown = post(client, "token_new", name="nightly", scopes=["core.view_batch"], days="30")
    token = ApiToken.objects.get()
    assert token.token_key in shown
    listed = page(client, "token_list")
    assert "nightly" in listed
    post(client, "token_revoke", token.token_key)
    assert ApiToken.objects.get().revoked_at is not None


def test_a_token_never_offers_more_than_one_may_oneself():
    agent = Client()
    agent.force_login(someone(Role.AGENT))
    shown = page(agent, "token_new")
    assert "core.view_batch" in shown
    assert "core.retry_job" not in shown


def test_the_event_log_opens(client):
    assert "Event log" in page(client, "event_list")


def test_what_is_not_there_is_404(client):
    for name in ("batch", "approval", "work", "decision", "webhook"):
        assert client.get(reverse(f"core:{name}", args=["0" * 16])).status_code == 404
