"""`up` and docker compose run the same processes."""

import subprocess
import sys
import time
from pathlib import Path

import pytest
import yaml
from django.conf import settings

from opsmgr import children
from opsmgr.processes import MIGRATE, PROCESSES, QUEUES, Process, starts

COMPOSE = Path(settings.BASE_DIR) / "docker-compose.yml"
SERVICES = yaml.safe_load(COMPOSE.read_text())["services"]
SERVERS = {"postgres", "valkey"}


def test_compose_runs_the_table_and_nothing_else():
    assert {p.name for p in PROCESSES} | SERVERS | {"migrate"} == set(SERVICES)


@pytest.mark.parametrize("process", PROCESSES, ids=lambda process: process.name)
def test_compose_runs_each_process_by_the_same_command_and_watches_it(process: Process):
    service = SERVICES[process.name]
    assert tuple(service["command"]) == process.command
    assert service["healthcheck"]["test"] == ["CMD", *process.alive]
    assert service["depends_on"]["migrate"] == {"condition": "service_completed_successfully"}


def test_migrations_run_once_and_before_everything():
    assert tuple(SERVICES["migrate"]["command"]) == MIGRATE
    assert SERVICES["migrate"]["restart"] == "no"


def test_every_queue_that_a_job_rings_on_has_a_worker():
    from core.jobs import KINDS

    assert {kind.queue for kind in KINDS.values()} <= set(QUEUES)


def test_images_are_pinned_and_all_services_have_a_health_check():
    for name, service in SERVICES.items():
        tag = service["image"].rpartition(":")[2]
        assert tag[0].isdigit(), name
        assert tag.count(".") >= 1, name
        assert "healthcheck" in service or name == "migrate"


def test_the_database_is_made_as_up_makes_it():
    assert SERVICES["postgres"]["image"].startswith("postgres:18.")
    wanted = "--locale=C --locale-provider=builtin --builtin-locale=C.UTF-8"
    assert SERVICES["postgres"]["environment"]["POSTGRES_INITDB_ARGS"] == wanted


def test_compose_file_is_valid():
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec"]
    done = subprocess.run([*command, str(COMPOSE)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_compose_gives_only_settings_that_exist():
    example = (Path(settings.BASE_DIR) / ".env.example").read_text()
    for name in SERVICES["web"]["environment"]:
        assert f"{name}=" in example


def test_a_process_that_cannot_work_ends_with_its_reason(tmp_path):
    relay = next(p for p in PROCESSES if p.name == "relay")
    environ = {"PATH": "", "ENV_FILE": "", "DATABASE_URL": "mysql://x/y", "REDIS_URL": "redis://x"}
    [how] = starts(environ, tmp_path, [relay])
    child = children.start(how)
    child.popen.wait(30)
    time.sleep(0.1)
    assert child.popen.returncode == 1
    assert "DATABASE_URL: the value is no URL of postgres, postgresql." in child.last_lines()
    assert "SECRET_KEY: is required." in child.last_lines()
