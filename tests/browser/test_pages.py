"""The pages as people use them: by keyboard, by hand, on a phone, without script."""

import re

import pytest
from playwright.sync_api import expect

from core.models import SavedView, User
from core.roles import Role
from tests.builders.inventory import sku, stock
from tests.builders.people import someone

pytestmark = pytest.mark.django_db(transaction=True)
SHAPES = [("light", 1360), ("dark", 390)]
PATHS = ["/", "/inventory/skus/", "/search/?q=", "/preferences/", "/settings/", "/accounts/2fa/"]
PATHS = ["/", "/inventory/skus/", "/search/?q=", "/preferences/", "/settings/", "/accounts/2fa/"]
CODES = ["ANVIL", "BELL", "CUP", "DISH", "EWER"]


@pytest.fixture
def skus():
    for code in CODES:
        stock(code, on_hand=3)
    return [sku(code) for code in CODES]


@pytest.mark.parametrize(("theme", "width"), SHAPES)
def test_pages_are_accessible_and_fit(
    signed_in_page, live_server, is_accessible, skus, theme, width
):  # fmt: skip
    page = signed_in_page(Role.MANAGER, theme=theme, width=width)
    for path in [*PATHS, skus[0].get_absolute_url()]:
        page.goto(live_server.url + path)
        page.wait_for_load_state("networkidle")
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
        is_accessible(page)


def test_logging_in_and_out(page, live_server, is_accessible):
    user = someone(Role.AGENT)
    page.goto(f"{live_server.url}/inventory/skus/")
    expect(page.get_by_role("heading", name="Log in")).to_be_visible()
    is_accessible(page)

    page.get_by_label("E-mail").fill(user.email)
    page.get_by_label("Password").fill("wrong")
    page.get_by_role("button", name="Log in", exact=True).click()
    expect(page.get_by_role("alert")).to_be_visible()

    page.get_by_label("Password").fill("correct horse")
    page.get_by_role("button", name="Log in", exact=True).click()
    expect(page.get_by_role("heading", name="SKUs")).to_be_visible()

    page.locator("summary", has_text=user.name).click()
    page.get_by_role("button", name="Log out").click()
    expect(page.get_by_role("heading", name="Log in")).to_be_visible()


def test_the_keyboard_walks_a_list_previews_and_opens(signed_in_page, live_server, skus):
    page = signed_in_page(Role.MANAGER)
    page.goto(f"{live_server.url}/inventory/skus/?sort=code")
    page.wait_for_load_state("networkidle")

    for key in "jjjk":
        page.keyboard.press(key)
    expect(page.locator("tr[aria-current=true]")).to_contain_text("BELL")
    page.keyboard.press("p")
    expect(page.locator("#side h1")).to_contain_text("BELL")
    page.keyboard.press("j")
    expect(page.locator("#side h1")).to_contain_text("CUP")
    page.keyboard.press("Escape")
    expect(page.locator("#side")).to_be_hidden()

    page.keyboard.press("Enter")
    page.wait_for_url(f"**{skus[2].get_absolute_url()}")
    expect(page.get_by_text("3 of 5 on the page")).to_be_visible()
    page.keyboard.press("j")
    page.wait_for_url(re.compile(re.escape(skus[3].get_absolute_url())))
    page.keyboard.press("k")
    page.wait_for_url(re.compile(re.escape(skus[2].get_absolute_url())))


def test_the_palette_goes_anywhere(signed_in_page, live_server):
    page = signed_in_page(Role.MANAGER)
    page.goto(live_server.url)
    page.wait_for_load_state("networkidle")
    page.keyboard.press("Control+k")
    expect(page.locator("#palette-field")).to_be_focused()
    page.keyboard.type("settings settings")
    expect(page.locator("#palette .hit").first).to_contain_text("Settings")
    page.keyboard.press("Enter")
    page.wait_for_url("**/settings/")

    page.keyboard.press("g")
    page.keyboard.press("t")
    page.wait_for_url(f"{live_server.url}/")
    page.keyboard.press("?")
    expect(page.get_by_role("heading", name="Keys")).to_be_visible()


def test_filters_come_and_go_in_place_and_in_the_address(signed_in_page, live_server, skus):
    page = signed_in_page(Role.MANAGER)
    page.goto(f"{live_server.url}/inventory/skus/")
    page.locator("#list input[type=search]").fill("bel")
    expect(page.locator("#list tbody tr")).to_have_count(1)
    assert "q=bel" in page.url

    page.get_by_role("link", name="Remove", exact=False).click()
    expect(page.locator("#list tbody tr")).to_have_count(5)
    page.go_back()
    expect(page.locator("#list tbody tr")).to_have_count(1)


def test_a_view_is_saved_and_becomes_a_tab(signed_in_page, live_server, skus):
    page = signed_in_page(Role.MANAGER)
    page.goto(f"{live_server.url}/inventory/skus/?q=bel")
    page.get_by_role("link", name="Save view").click()
    page.get_by_label("Name of the view").fill("Bells")
    page.get_by_role("button", name="Save view").click()

    expect(page.locator(".tab[aria-current=page]")).to_contain_text("Bells")
    expect(page.locator(".tab[aria-current=page] .count")).to_have_text("1")
    assert SavedView.objects.get().query == "q=bel"


def test_columns_are_chosen_in_place(signed_in_page, live_server, skus):
    page = signed_in_page(Role.MANAGER)
    page.goto(f"{live_server.url}/inventory/skus/")
    before = page.locator("#list thead th").count()
    page.locator("summary", has_text="Columns").click()
    page.locator("[data-column]").last.uncheck()

    expect(page.locator("#list thead th")).to_have_count(before - 1)
    assert "columns=" in page.url


def test_the_theme_is_switched_and_kept(signed_in_page, live_server):
    page = signed_in_page(Role.MANAGER, theme="light")
    page.goto(live_server.url)
    page.get_by_role("button", name="Switch between light and dark").click()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    assert User.objects.get(pk=page.user.pk).theme == "dark"


def test_on_a_phone_the_menu_opens_and_rows_are_cards(signed_in_page, live_server, skus):
    page = signed_in_page(Role.MANAGER, width=390)
    page.goto(f"{live_server.url}/inventory/skus/")
    expect(page.locator(".rail")).to_be_hidden()
    page.get_by_role("link", name="Open the menu").click()
    expect(page.locator(".rail")).to_be_visible()
    page.get_by_role("link", name="Close the menu").click()
    expect(page.locator(".rail")).to_be_hidden()
    assert page.locator("#list tbody tr").first.bounding_box()["height"] > 60


def test_everything_can_be_done_without_script(browser, live_server, skus):
    user = someone(Role.MANAGER)
    context = browser.new_context(java_script_enabled=False, base_url=live_server.url)
    page = context.new_page()
    page.goto("/inventory/skus/?q=be")
    page.get_by_label("E-mail").fill(user.email)
    page.get_by_label("Password").fill("correct horse")
    page.get_by_role("button", name="Log in", exact=True).click()

    expect(page.locator("#list tbody tr")).to_have_count(1)
    page.get_by_role("link", name="Remove", exact=False).click()
    expect(page.locator("#list tbody tr")).to_have_count(5)
    page.locator("#list input[type=search]").fill("cup")
    page.get_by_role("button", name="Find").click()
    expect(page.locator("#list tbody tr")).to_have_count(1)
    page.get_by_role("link", name="CUP", exact=True).first.click()
    expect(page.locator("h1")).to_contain_text("CUP")
    page.locator(".topbar input[type=search]").fill("settings")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Search: settings")).to_be_visible()
    context.close()
