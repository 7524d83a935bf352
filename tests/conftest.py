"""What every test starts from: real Postgres, guards that let the flush pass, somebody who acts."""

import os
import shutil
from collections.abc import Iterator
from typing import Any

import pgtrigger
import pytest
from django.conf import settings
from django.core.management import call_command
from django.test import TransactionTestCase, override_settings

from core.actor import SYSTEM, Actor, acting
from tests.live import live_servers, live_system  # noqa: F401 - fixtures


@pytest.fixture(autouse=True)
def as_system() -> Iterator[Actor]:
    """Tests act as the system unless they say who acts."""
    with acting(SYSTEM) as actor:
        yield actor


@pytest.fixture(scope="session", autouse=True)
def _the_flush_may_truncate() -> Iterator[None]:
    """Ledgers refuse TRUNCATE; the test runner's flush is the one exception."""
    before = TransactionTestCase._fixture_teardown

    def teardown(self: TransactionTestCase) -> None:
        from django.contrib.contenttypes.models import ContentType

        from core.reference import ensure_reference_data

        with pgtrigger.ignore():
            call_command(  # cascading: tables of models that are swapped out refer to ours
                "flush",
                verbosity=0,
                interactive=False,
                allow_cascade=True,
                reset_sequences=False,
                inhibit_post_migrate=True,
            )
        ContentType.objects.clear_cache()
        ensure_reference_data()

    TransactionTestCase._fixture_teardown = teardown
    yield
    TransactionTestCase._fixture_teardown = before


@pytest.fixture(scope="session", autouse=True)
def _a_cache_of_its_own() -> Iterator[None]:
    """Sessions that run side by side share a server, not what they cache there."""
    prefix = f"test-{os.getpid()}"
    default = settings.CACHES["default"] | {"KEY_PREFIX": prefix}
    quick = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # logging in is not what is tested
    with override_settings(CACHES={"default": default}, PASSWORD_HASHERS=quick):
        yield


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Systems run one after another; what needs a missing Chromium is skipped, and says so."""
    for item in items:  # tests that start whole systems, and look for processes left over
        if "live_system" in getattr(item, "fixturenames", ()) or item.path.name == "test_up.py":
            item.add_marker(pytest.mark.xdist_group("machine"))
    if os.environ.get("BROWSER_TESTS") == "0":
        for item in items:
            if item.get_closest_marker("browser"):
                item.add_marker(pytest.mark.skip(reason="no Chromium; see `manage.py doctor`"))


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """Let Playwright drive the machine's own Chromium where there is one."""
    found = os.environ.get("CHROMIUM") or shutil.which("chromium") or ""
    ours: dict[str, Any] = {"executable_path": found} if found else {}
    if os.geteuid() == 0:  # Chromium's sandbox refuses root
        ours["args"] = ["--no-sandbox"]
    return browser_type_launch_args | ours
