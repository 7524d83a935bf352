"""The page kit's finer points: the palette acts, nothing with the focus is hidden, paper."""

import pytest
from playwright.sync_api import Page, expect

from core.models import SavedView
from core.roles import Role
from core.work import open_work
from tests.builders.inventory import sku

pytestmark = pytest.mark.django_db(transaction=True)
COVERED = """() => {
  const box = document.activeElement.getBoundingClientRect();
  const at = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
  return !(at && (document.activeElement.contains(at) || at.contains(document.activeElement)));
}"""


@pytest.fixture
def listed(signed_in_page, live_server) -> Page:
    """A list of more rows than a page and a window hold."""
    for number in range(60):
        sku(f"SKU-{number:03}")
    page = signed_in_page(Role.MANAGER)
    page.goto(f"{live_server.url}/inventory/skus/?sort=code")
    page.wait_for_load_state("networkidle")
    return page


def test_the_palette_does_what_the_page_offers(listed):
    page = listed
    page.keyboard.press("Control+k")
    expect(page.locator(".hits-head").first).to_have_text("On this page")
    page.keyboard.type("new sku")
    expect(page.locator("#palette .hit").first).to_contain_text("New SKU")
    page.keyboard.press("Enter")
    page.wait_for_url("**/inventory/skus/new/")


def test_the_help_names_the_letters_that_go_somewhere(listed):
    page = listed
    page.keyboard.press("?")
    letters = page.locator("#keys .key-of kbd").all_inner_texts()
    assert {"t", "o", "i", "a", "s"} <= set(letters)
    page.keyboard.press("Escape")
    page.keyboard.press("g")
    page.keyboard.press("a")
    page.wait_for_url("**/fraud/")


def test_pages_lead_on_and_back(listed):
    page = listed
    page.get_by_role("link", name="Next page").click()
    expect(page.locator("#list tbody tr")).to_have_count(10)
    page.get_by_role("link", name="Previous page").click()
    expect(page.locator("#list tbody tr")).to_have_count(50)
    expect(page.locator("#list tbody tr").first).to_contain_text("SKU-000")


def test_what_has_the_focus_is_never_hidden(listed):
    page = listed
    page.locator("#list tbody a").nth(40).focus()
    for _ in range(38):  # back up, under the header that sticks
        page.keyboard.press("Shift+Tab")
        assert not page.evaluate(COVERED), page.evaluate("document.activeElement.outerHTML")


def test_columns_are_chosen_without_script_too(browser, live_server, listed):
    cookies = listed.context.cookies()
    context = browser.new_context(java_script_enabled=False, base_url=live_server.url)
    context.add_cookies(cookies)
    page = context.new_page()
    page.goto("/inventory/skus/?q=SKU-00")
    before = page.locator("#list thead th").count()
    page.locator("summary", has_text="Columns").click()
    page.locator("[data-column]").last.uncheck()
    page.get_by_role("button", name="Show these").click()
    expect(page.locator("#list thead th")).to_have_count(before - 1)
    assert "q=SKU-00" in page.url
    context.close()


def test_a_deleted_view_comes_back(listed, live_server):
    page = listed
    view = SavedView.objects.create(
        page="inventory.sku_list", name="Mine", query="q=1", owner=page.user
    )
    page.goto(f"{live_server.url}/views/new/?page=inventory.sku_list&path=/inventory/skus/")
    page.get_by_role("button", name="Delete").click()
    expect(page.get_by_text("is gone")).to_be_visible()
    assert not SavedView.objects.exists()
    page.get_by_role("button", name="Undo").click()
    expect(page.locator(".tab[aria-current=page]")).to_contain_text("Mine")
    assert SavedView.objects.get().query == view.query


def test_a_thing_says_who_is_at_it_and_paper_says_when(signed_in_page, live_server, is_accessible):
    mug = sku("MUG")
    open_work("test.look", f"sku:{mug.pk}", title="Look at it", url="",
              permission="inventory.view_sku")  # fmt: skip
    page = signed_in_page(Role.MANAGER)
    page.goto(live_server.url + mug.get_absolute_url())
    claim = page.locator(".claim")
    expect(claim).to_contain_text("nobody is at it")
    is_accessible(page)
    claim.get_by_role("button", name="Claim").click()
    page.wait_for_url(f"**{mug.get_absolute_url()}")
    expect(claim).to_contain_text("yours until")

    page.emulate_media(media="print")
    expect(page.locator(".topbar")).to_be_hidden()
    expect(claim.get_by_role("button")).to_be_hidden()
    exact = "getComputedStyle(document.querySelector('time[title]'), '::after').content"
    assert "20" in page.evaluate(exact)  # the year
