"""/healthz, /readyz, /metrics, and the id that every answer carries."""

import pytest
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client

from opsmgr import health


@pytest.fixture
def nothing_known(monkeypatch):
    monkeypatch.setattr(health, "_migrated", False)


def test_health_asks_nobody(client: Client, settings):
    settings.INSTANCE_ID = "this-start"
    answer = client.get("/healthz")
    assert answer.status_code == 200
    assert answer.json()["status"] == "ok"
    assert answer.json()["instance"] == "this-start"


@pytest.mark.django_db
def test_ready_when_all_is_there(client: Client, nothing_known):
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()) == (
        200,
        {
            "status": "ready",
            "checks": {"database": True, "migrations": True, "broker": True},
        },
    )
    assert "no-cache" in answer["Cache-Control"]


@pytest.mark.django_db
def test_not_ready_without_a_broker_and_says_so(client: Client, settings):
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["checks"] == {"database": True, "migrations": True, "broker": False}


@pytest.mark.django_db
def test_not_ready_while_a_migration_is_missing(client: Client, nothing_known):
    MigrationRecorder.Migration.objects.filter(app="core").delete()
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["checks"]["migrations"] is False


def test_metrics_are_for_this_machine_or_a_token(client: Client, settings):
    settings.METRICS_TOKEN = ""
    assert b"python_info" in client.get("/metrics").content
    assert client.get("/metrics", REMOTE_ADDR="10.0.0.7").status_code == 403
    assert client.get("/metrics", headers={"X-Forwarded-For": "127.0.0.1"}).status_code == 403

    settings.METRICS_TOKEN = "let-me-in"
    assert client.get("/metrics").status_code == 403
    allowed = client.get(
        "/metrics", REMOTE_ADDR="10.0.0.7", headers={"Authorization": "Bearer let-me-in"}
    )
    assert allowed.status_code == 200


def test_no_other_method_is_served(client: Client):
    for path in ("/healthz", "/readyz", "/metrics"):
        assert client.post(path).status_code == 405


def test_every_answer_carries_the_id_of_its_request(client: Client):
    first, second = client.get("/healthz"), client.get("/healthz")
    assert len(first["X-Request-ID"]) == 36
    assert first["X-Request-ID"] != second["X-Request-ID"]
