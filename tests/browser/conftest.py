"""A real Chromium over the live server, signed in as who the test needs."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.test import Client
from playwright.sync_api import BrowserContext, Page

from core.models import User
from core.roles import Role
from tests.builders.people import someone

# Playwright's sync API runs a loop in this thread; the ORM would take that for async code.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")

FLAGS = [
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--force-color-profile=srgb",
]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "tests/browser" in str(item.path):
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """Beside what every test needs: nothing that draws on the network or differs by machine."""
    given = browser_type_launch_args
    return given | {"args": [*given.get("args", []), *FLAGS]}


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    return browser_context_args | {
        "viewport": {"width": 1360, "height": 900},
        "locale": "en-US",
        "timezone_id": "Europe/London",
        "reduced_motion": "reduce",
    }


@pytest.fixture
def trouble(context: BrowserContext) -> list[str]:
    """What the pages of this test complained about: errors, and refusals of the CSP."""
    found: list[str] = []

    def listen(page: Page) -> None:
        page.on("pageerror", lambda error: found.append(f"{page.url}: {error}"))
        page.on(
            "console",
            lambda line: found.append(f"{page.url}: {line.text}") if line.type == "error" else None,
        )

    context.on("page", listen)
    return found


@pytest.fixture
def page(context: BrowserContext, trouble: list[str], live_server: Any) -> Iterator[Page]:
    """A page that must not complain: a script error or a refusal of the CSP fails the test."""
    page = context.new_page()
    page.base = live_server.url  # type: ignore[attr-defined]
    yield page
    assert trouble == []


def sign_in(context: BrowserContext, user: User, base: str) -> None:
    """Give the browser that person's session."""
    client = Client()
    client.force_login(user)
    cookie = client.cookies[settings.SESSION_COOKIE_NAME]
    context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": base}])


@pytest.fixture
def signed_in_page(page: Page, context: BrowserContext, live_server: Any) -> Callable[..., Page]:
    """`signed_in_page(Role.MANAGER, theme="dark", width=390)`: a page of somebody at work."""

    def sign(*roles: Role, theme: str = "system", width: int = 1360) -> Page:
        user = someone(*(roles or (Role.MANAGER,)), theme=theme)
        sign_in(context, user, live_server.url)
        page.set_viewport_size({"width": width, "height": 844 if width < 700 else 900})
        page.user = user  # type: ignore[attr-defined]
        return page

    return sign


@pytest.fixture
def is_accessible() -> Callable[..., None]:
    """axe finds nothing wrong on the page (WCAG 2.2 A and AA, and its best practices).

    `rules` names those to ask, instead of all.
    """

    def check(page: Page, rules: list[str] | None = None) -> None:
        options: dict[str, Any] = {"resultTypes": ["violations"], "preload": False}
        if rules:
            options["runOnly"] = {"type": "rule", "values": rules}
        found = Axe().run(page, options=options).response["violations"]
        told = [
            f"{one['id']}: {one['help']}\n  "
            + "\n  ".join(
                f"{node['html'][:200]} ({node.get('failureSummary', '')[:300]})"
                for node in one["nodes"][:4]
            )
            for one in found
        ]
        assert not told, "\n".join(told)

    return check


@pytest.fixture(scope="session")
def photos(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where screenshots of this run go; `PHOTOS` names a folder to look at them."""
    if folder := os.environ.get("PHOTOS"):
        Path(folder).mkdir(parents=True, exist_ok=True)
        return Path(folder)
    return tmp_path_factory.mktemp("photos")
