"""Settings are refused by name, all at once."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from opsmgr.dotenv import read_dotenv
from opsmgr.environment import Environment
from opsmgr.trouble import Trouble

ROOT = Path(settings.BASE_DIR)


def refused(**values: str) -> str:
    env = Environment(ROOT, values)
    env.bool("DEBUG", default=False)
    env.int("HSTS_SECONDS", default=0)
    env.int("WORKER_CONCURRENCY", default=2, least=1, most=256)
    env.db("DATABASE_URL", default="postgres://u@h/d")
    env.url("REDIS_URL", default="redis://h")
    env.email("EMAIL_URL", default="consolemail://")
    env.zone("SHOP_TIME_ZONE", default="Europe/London")
    env.choice("LOG_LEVEL", "INFO", {"INFO", "DEBUG"})
    with pytest.raises(ImproperlyConfigured) as error:
        env.refuse_problems()
    return str(error.value)


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("DEBUG", "maybe", "DEBUG: 'maybe' is neither 1 nor 0."),
        ("HSTS_SECONDS", "soon", "HSTS_SECONDS: 'soon' is not a whole number from 0 to"),
        ("WORKER_CONCURRENCY", "0", "WORKER_CONCURRENCY: '0' is not a whole number from 1 to 256."),
        ("DATABASE_URL", "mysql://u:secret@h/d", "DATABASE_URL: the value is no URL of postgres"),
        ("DATABASE_URL", "postgres://u@h:port/d", "DATABASE_URL: the value is no URL of postgres"),
        ("REDIS_URL", "localhost:6379", "REDIS_URL: 'localhost:6379' is no URL of redis"),
        ("EMAIL_URL", "carrier-pigeon://x", "EMAIL_URL: the value is no URL of consolemail"),
        ("SHOP_TIME_ZONE", "Europe/Lundon", "SHOP_TIME_ZONE: 'Europe/Lundon' is no time zone."),
        ("LOG_LEVEL", "LOUD", "LOG_LEVEL: 'LOUD' is none of DEBUG, INFO."),
        ("REDIS_ULR", "redis://h", "REDIS_ULR: is no setting of opsmgr; did you mean REDIS_URL?"),
    ],
)
def test_a_bad_value_is_refused_by_name(name, value, sentence):
    told = refused(**{name: value})
    assert told.startswith(sentence)
    assert "secret" not in told


def test_mails_go_to_the_folder_that_was_named():
    config = Environment(ROOT, {"EMAIL_URL": "filemail:///srv/my%20mail"}).email(
        "EMAIL_URL", "consolemail://"
    )
    assert config["EMAIL_FILE_PATH"] == "/srv/my mail"


def test_all_problems_are_told_at_once():
    assert len(refused(DEBUG="x", LOG_LEVEL="x", NOBODY="x").splitlines()) == 3


def test_a_file_of_settings_is_read_as_people_write_it(tmp_path):
    path = tmp_path / ".env"
    path.write_text("# words\nexport A=1\nB = 'two words'  # why\nC=x#y # z\n\nD=\"a=b\"\nE=\n")
    assert read_dotenv(path) == {"A": "1", "B": "two words", "C": "x#y", "D": "a=b", "E": ""}


def test_a_line_that_is_no_setting_is_refused(tmp_path):
    path = tmp_path / ".env"
    path.write_text("A=1\nwhat is this\n")
    with pytest.raises(Trouble, match=r"\.env, line 2: expected NAME=value\."):
        read_dotenv(path)


def test_the_example_lists_every_setting():
    from opsmgr.settings import env

    listed = set(re.findall(r"^#? ?([A-Z_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE))
    assert listed == env.known


def run_manage(*arguments: str, **environ: str) -> subprocess.CompletedProcess[str]:
    clean = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT, env=clean | environ, capture_output=True, text=True, check=False,
    )  # fmt: skip


def test_the_production_example_passes_the_deployment_checks():
    key = "k3Zr-9sQ_0aLw7VbTn2XyUe5HdJm8GcFo1PiRq4StWvBxNlMzKj6EhDgCfAu"
    done = run_manage(
        "check", "--deploy", "--fail-level", "WARNING", ENV_FILE=".env.example", SECRET_KEY=key
    )
    assert done.returncode == 0, done.stderr


def test_without_a_secret_key_production_does_not_start():
    done = run_manage(
        "migrate", ENV_FILE="", DATABASE_URL="postgres://u@127.0.0.1:1/d", REDIS_URL="redis://h"
    )
    assert done.returncode == 1
    assert done.stderr.startswith("SECRET_KEY: is required.")
    assert "Traceback" not in done.stderr
