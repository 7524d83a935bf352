"""`manage.py test`: what it runs on, and what it does about a missing browser."""

import os
import re
import stat
from pathlib import Path

import pytest
from django.conf import settings

from opsmgr import testing
from opsmgr.trouble import Trouble

ROOT = Path(settings.BASE_DIR)


def test_continuous_integration_runs_the_same_and_nothing_else():
    script = ROOT / ".ci" / "run"
    assert script.stat().st_mode & stat.S_IXUSR
    lines = [line for line in script.read_text().splitlines() if not line.startswith("#")]
    assert len(lines) == 1
    assert lines[0].endswith("exec python3 manage.py test")


def test_an_operators_settings_are_not_used(monkeypatch):
    for name in ("DATABASE_URL", "REDIS_URL", "EMAIL_URL", "METRICS_TOKEN", "PORT"):
        monkeypatch.setenv(name, "an operator's")
    monkeypatch.setenv("SOMETHING_ELSE", "stays")
    environ = testing._environ({"DATABASE_URL": "ours"})
    assert environ["DATABASE_URL"] == "ours"
    assert environ["ENV_FILE"] == ""  # nor the file's
    assert "EMAIL_URL" not in environ
    assert "PORT" not in environ
    assert environ["SOMETHING_ELSE"] == "stays"


def test_servers_of_two_runs_do_not_meet(monkeypatch):
    monkeypatch.delenv("TEST_DATABASE_URL", raising=False)
    monkeypatch.delenv("TEST_REDIS_URL", raising=False)
    with testing._servers() as one, testing._servers() as other:
        assert not set(one.values()) & set(other.values())
        assert all("127.0.0.1" in url for url in one.values())


def test_given_test_servers_are_used(monkeypatch):
    monkeypatch.setenv("TEST_DATABASE_URL", "postgres://u@h/d")
    monkeypatch.setenv("TEST_REDIS_URL", "redis://h")
    with testing._servers() as urls:
        assert urls == {"DATABASE_URL": "postgres://u@h/d", "REDIS_URL": "redis://h"}


class TestWithoutABrowser:
    @pytest.fixture(autouse=True)
    def _none(self, monkeypatch):
        monkeypatch.setattr(testing, "_find_browser", lambda: "")
        monkeypatch.setattr(testing, "_get_browser", lambda: True)

    def test_browser_tests_are_skipped_with_a_notice(self, monkeypatch, capsys):
        monkeypatch.delenv("CI", raising=False)
        assert testing._browser() == {"BROWSER_TESTS": "0"}
        assert "NOTICE: no Chromium; the browser tests are skipped." in capsys.readouterr().err

    def test_continuous_integration_fails(self, monkeypatch):
        monkeypatch.setenv("CI", "true")
        with pytest.raises(Trouble, match="with CI=true that fails"):
            testing._browser()


def test_an_installed_browser_is_named(monkeypatch):
    monkeypatch.setattr(testing, "_find_browser", lambda: "/usr/bin/chromium")
    assert testing._browser() == {"BROWSER_TESTS": "1", "CHROMIUM": "/usr/bin/chromium"}


def test_static_checks_are_the_five():
    assert list(testing.CHECKS) == ["ruff", "format", "contracts", "migrations", "mypy"]
    outcome = testing._check("format", dict(os.environ))
    assert outcome.passed, outcome.output
    assert re.fullmatch(r"\d+\.\d+", f"{outcome.seconds:.1f}")
