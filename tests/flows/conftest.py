"""What flows need beside the live system: a mailbox, and a Chromium that is signed in."""

import os
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import BrowserContext, Page

from core.models import User
from tests.browser.conftest import (  # noqa: F401 - fixtures
    browser_context_args,
    browser_type_launch_args,
    sign_in,
    trouble,
)
from tests.builders.support import MailServer, mail_server
from tests.live import LiveSystem


@pytest.fixture(scope="module")
def mails() -> Iterator[MailServer]:
    """A real mail server; ask for it before `live_system`, whose workers then use it."""
    with mail_server() as server, pytest.MonkeyPatch.context() as patch:
        patch.setitem(os.environ, "EMAIL_URL", f"smtp://127.0.0.1:{server.port}")
        yield server


@pytest.fixture
def at_work(
    context: BrowserContext,
    trouble: list[str],  # noqa: F811
    live_system: LiveSystem,
) -> Iterator[Callable[[User], Page]]:
    """`at_work(picker)`: a page of the live system, signed in as them; it must not complain."""

    def open_page(user: User) -> Page:
        for earlier in context.pages:  # they would go on asking, as somebody else
            earlier.close()
        context.clear_cookies()
        sign_in(context, user, live_system.url)
        page = context.new_page()
        page.base = live_system.url  # type: ignore[attr-defined]
        return page

    yield open_page
    assert trouble == []
