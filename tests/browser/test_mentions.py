"""Mentions in notes and the bell, by keyboard, by hand and without script."""

import pytest
from playwright.sync_api import expect

from core.models import Note, User
from core.notes import add_note
from core.roles import Role
from core.work import open_work
from tests.browser.conftest import sign_in
from tests.builders.people import someone

pytestmark = pytest.mark.django_db(transaction=True)


def called(name: str) -> User:
    user = someone(Role.MANAGER)
    user.name, user.email = name, f"{name.lower().replace(' ', '.')}@example.com"
    user.save()
    return user


@pytest.fixture
def item():
    return open_work("test.look", "order:7", title="Look at it", url="", permission="core.add_note")


def test_a_colleague_is_mentioned_by_keyboard(signed_in_page, live_server, is_accessible, item):
    called("Ana Analyst"), called("Ana Smith")
    page = signed_in_page(Role.MANAGER)
    page.goto(live_server.url + item.get_absolute_url())
    note = page.get_by_label("Note", exact=True)
    note.click()
    page.keyboard.type("See @an")
    options = page.get_by_role("listbox", name="Colleagues").get_by_role("option")
    expect(options).to_have_count(2)
    is_accessible(page)
    page.keyboard.press("ArrowDown")
    expect(options.nth(1)).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Escape")  # no, wait
    expect(options).to_have_count(0)
    page.keyboard.type("a")
    expect(options).to_have_count(2)
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    expect(note).to_have_value("See @Ana Smith ")
    expect(options).to_have_count(0)
    page.keyboard.type("please")
    page.get_by_role("button", name="Add note").click()
    expect(page.locator(".mention")).to_have_text("@Ana Smith")
    expect(page.get_by_text("Told: Ana Smith.")).to_be_visible()


def test_whoever_is_mentioned_finds_it_behind_the_bell(
    signed_in_page, live_server, is_accessible, item
):
    page = signed_in_page(Role.MANAGER)
    add_note(f"workitem:{item.pk}", f"See @{page.user.email} please")
    page.goto(live_server.url)
    expect(page.locator("#count-bell")).to_have_text("1")
    page.get_by_role("link", name="Notifications").click()
    expect(page.get_by_text(f"See @{page.user.email} please")).to_be_visible()
    is_accessible(page)
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{item.get_absolute_url()}#timeline")
    expect(page.locator("#count-bell")).to_be_empty()


def test_a_mention_is_plain_text_without_script(browser, live_server, item):
    ana, writer = called("Ana Analyst"), someone(Role.MANAGER)
    context = browser.new_context(java_script_enabled=False, base_url=live_server.url)
    sign_in(context, writer, live_server.url)
    page = context.new_page()
    page.goto(item.get_absolute_url())
    page.get_by_label("Note", exact=True).fill("@ana.analyst look")
    page.get_by_role("button", name="Add note").click()
    assert Note.objects.get().mentions == [ana.pk]

    sign_in(context, ana, live_server.url)
    page.goto("/notifications/")
    page.get_by_role("button", name="Mark read").click()
    expect(page.get_by_role("button", name="Mark read")).to_have_count(0)
    context.close()
