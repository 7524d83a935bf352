"""The pages of core: who may open them, and what they say."""

import re
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from core import clock
from core.models import Batch, BatchState, SavedView, User, WorkItem
from core.pages import Hit, Lane, NavItem, SearchProvider, lanes, nav, search
from core.roles import Role
from core.work import open_work
from tests.builders.people import someone

pytestmark = pytest.mark.django_db
PAGES = ["today", "search", "preferences", "styleguide", "counts", "running"]


@pytest.fixture
def signed_in():
    def sign(*roles: Role) -> Client:
        client = Client()
        client.user = someone(*(roles or (Role.MANAGER,)))
        client.force_login(client.user)
        return client

    return sign


@pytest.mark.parametrize("name", PAGES)
def test_staff_opens_it_and_a_stranger_logs_in_first(signed_in, name):
    url = reverse(f"core:{name}")

    assert signed_in(Role.VIEWER).get(url).status_code == 200
    assert Client().get(url)["Location"] == f"/accounts/login/?next={url}"


def test_settings_are_for_managers(signed_in):
    assert signed_in(Role.MANAGER).get("/settings/").status_code == 200
    refused = signed_in(Role.VIEWER).get("/settings/")
    assert refused.status_code == 403
    assert "You may not open this" in refused.content.decode()


def test_a_missing_page_says_so(signed_in):
    answer = signed_in().get("/no/such/page/")
    assert answer.status_code == 404
    assert "There is no such page" in answer.content.decode()
    assert "There is no such page" in Client().get("/no/such/page/").content.decode()


def test_nobody_signs_up():
    assert "Nobody signs up here" in Client().get("/accounts/signup/").content.decode()


def test_no_page_holds_inline_script_or_style(signed_in):
    client = signed_in(Role.MANAGER, Role.ADMIN)
    for url in [
        "/",
        "/styleguide/",
        "/settings/",
        "/preferences/",
        "/search/?q=x",
        "/accounts/2fa/",
    ]:
        text = client.get(url).content.decode()
        assert "<style" not in text
        assert " style=" not in text
        assert " onclick=" not in text
        assert "<script>" not in text


# -- search ------------------------------------------------------------------------------------


@pytest.fixture
def _findable():
    def find(words, actor):
        yield Hit(
            label=f"Thing {words}", url=f"/things/{words}/", kind="Thing", exact=words == "42"
        )
        yield Hit(label="Other", url="/things/other/", kind="Thing")

    def secret(words, actor):
        yield Hit(label="Secret", url="/secret/", kind="Secret")

    search.add("t things", SearchProvider(permission="core.view_today", find=find))
    search.add("t secrets", SearchProvider(permission="nobody.has_this", find=secret))
    yield
    del search["t things"], search["t secrets"]


@pytest.mark.usefixtures("_findable")
def test_search_finds_what_the_person_may_see(signed_in):
    text = signed_in().get("/search/?q=mug").content.decode()

    assert "Thing mug" in text
    assert "Secret" not in text


@pytest.mark.usefixtures("_findable")
def test_an_exact_id_jumps_there_and_the_palette_only_shows_it(signed_in):
    client = signed_in()

    assert client.get("/search/?q=42")["Location"] == "/things/42/"
    shown = client.get("/search/?q=42", headers={"HX-Request": "true"})
    assert shown.status_code == 200
    assert "/things/42/" in shown.content.decode()


@pytest.mark.parametrize("words", ["", "%00", "%27%22%3C", "x" * 5000, "%F0%9F%A6%86"])
def test_any_words_are_safe(signed_in, words):
    assert signed_in().get(f"/search/?q={words}").status_code == 200


def test_pages_of_the_rail_are_found_by_name(signed_in):
    text = signed_in().get("/search/?q=sett", headers={"HX-Request": "true"}).content.decode()
    assert 'href="/settings/"' in text


# -- live --------------------------------------------------------------------------------------


def test_the_rail_counts_what_waits_and_keeps_it_for_a_while(signed_in):
    asked = []

    def count(actor):
        asked.append(actor.name)
        return 1000

    cache.clear()
    nav.add("t things", NavItem(section="Orders", label="Things", url="core:today",
                                permission="core.view_today", count=count))  # fmt: skip
    try:
        client = signed_in()
        first = client.get("/counts/").content.decode()
        client.get("/counts/")
        page = client.get("/preferences/").content.decode()
    finally:
        del nav["t things"]

    mark = 'id="count-t-things"'
    assert f'<span class="count" {mark} hx-swap-oob="true">999+</span>' in first
    assert f'<span class="count" {mark}>999+</span>' in page
    assert len(asked) == 1


def test_running_work_is_asked_for_often_only_while_there_is_some(signed_in):
    client = signed_in()
    assert "every 15s" in client.get("/running/").content.decode()

    Batch.objects.create(
        kind="x", title="Import", actor="x", asked_by=client.user, total=10, done=4
    )
    Batch.objects.create(kind="x", title="Theirs", actor="x", asked_by=someone())
    Batch.objects.create(
        kind="x", title="Old", actor="x", asked_by=client.user, state=BatchState.DONE
    )
    text = client.get("/running/").content.decode()
    assert "every 2s" in text
    assert "1 running" in text
    assert "4 of 10" in text


# -- today -------------------------------------------------------------------------------------


def test_today_shows_lanes_by_role_and_what_is_clear(signed_in):
    def lane(title, rows, *roles):
        return Lane(
            title=title, permission="core.view_today", url=f"/queue/{title}/", roles=roles,
            rows=lambda actor: User.objects.filter(pk__in=[row.pk for row in rows]).order_by("pk"),
            row=lambda user: (user.name, f"/people/{user.pk}/", user.joined_at),
        )  # fmt: skip

    many = [someone() for _ in range(5)]
    lanes.add("t 1 first", lane("Other queue", many[:2]))
    lanes.add("t 2 mine", lane("Pickers queue", many, Role.PICKER))
    lanes.add("t 3 clear", lane("Clear queue", []))
    try:
        text = signed_in(Role.PICKER).get("/").content.decode()
    finally:
        del lanes["t 1 first"], lanes["t 2 mine"], lanes["t 3 clear"]

    assert text.index("Pickers queue") < text.index("Other queue") < text.index("Clear queue")
    assert '<span class="lane-count">5</span>' in text
    assert text.count("/people/") == 5
    assert "Nothing waits under" in text


def test_today_shows_the_work_one_has_claimed(signed_in):
    client = signed_in()
    due = clock.now() + timedelta(hours=1)
    WorkItem.objects.create(kind="t", subject="t:1", title="Judge 7", permission="x",
                            owner=client.user, due=due)  # fmt: skip
    WorkItem.objects.create(kind="t", subject="t:2", title="Theirs", permission="x")
    text = client.get("/").content.decode()

    assert "Judge 7" in text
    assert "Theirs" not in text


# -- preferences and views ---------------------------------------------------------------------


def test_a_person_chooses_theme_and_clock(signed_in):
    client = signed_in()
    client.post("/preferences/", {"theme": "dark", "time_zone": "Asia/Tokyo"})
    text = client.get("/preferences/").content.decode()

    assert 'data-theme="dark"' in text
    assert "Clock: Asia/Tokyo" in text


@pytest.mark.parametrize("given", [{"theme": "pink"}, {"theme": "dark", "time_zone": "Mars/Base"}])
def test_a_choice_that_does_not_exist_is_refused(signed_in, given):
    client = signed_in()
    assert client.post("/preferences/", given).status_code == 422
    assert User.objects.get(pk=client.user.pk).theme == "system"


def test_the_theme_switch_leads_back_and_nowhere_else(signed_in):
    client = signed_in()
    here = client.post("/preferences/theme/", {"theme": "dark", "next": "/settings/"})
    away = client.post("/preferences/theme/", {"theme": "light", "next": "https://evil.example/"})

    assert (here["Location"], away["Location"]) == ("/settings/", "/")
    assert User.objects.get(pk=client.user.pk).theme == "light"


VIEW = {"page": "test.people", "path": "/people/", "query": "theme=dark&after=zz&part=counts",
        "name": "Dark ones", "shared": "on"}  # fmt: skip


def test_a_view_is_kept_without_what_is_passing(signed_in):
    client = signed_in(Role.MANAGER)
    answer = client.post("/views/new/", VIEW)
    view = SavedView.objects.get()

    assert answer["Location"] == "/people/?theme=dark"
    assert (view.query, view.shared, view.owner) == ("theme=dark", True, client.user)
    client.post("/views/new/", VIEW)  # the name is taken: refused
    assert SavedView.objects.count() == 1


def test_only_who_may_share_shares(signed_in):
    client = signed_in(Role.AGENT)
    client.post("/views/new/", VIEW)

    assert SavedView.objects.get().shared is False


def test_a_view_is_taken_away_by_its_owner_or_when_shared_by_a_manager(signed_in):
    owner, other, manager = signed_in(Role.AGENT), signed_in(Role.AGENT), signed_in(Role.MANAGER)
    view = SavedView.objects.create(page="a.b", name="Mine", owner=owner.user)

    assert other.post(f"/views/{view.pk}/delete/").status_code == 404
    assert manager.post(f"/views/{view.pk}/delete/").status_code == 404
    owner.post(f"/views/{view.pk}/delete/", {"path": "/x/"})
    assert not SavedView.objects.exists()


def test_what_can_be_begun_is_found_by_who_may(signed_in):
    def found(*roles):
        return signed_in(*roles).get("/search/?q=new").content.decode()

    assert 'href="/orders/new/"' in found(Role.MANAGER)
    assert "New order" not in found(Role.PICKER)


def test_a_deleted_view_is_brought_back_by_its_own_link_only(signed_in):
    client = signed_in(Role.MANAGER)
    view = SavedView.objects.create(page="a.list", name="V", query="q=1", owner=client.user)
    answer = client.post(f"/views/{view.pk}/delete/", {"path": "/work/"}, follow=True)
    undo = re.search(r'action="(/views/restore/[^"]+)"', answer.content.decode())[1]

    assert client.post(undo[:-3] + "xx/").status_code == 404
    assert not SavedView.objects.exists()
    assert client.post(undo)["Location"] == "/work/?q=1"
    assert SavedView.objects.get().name == "V"


def test_snoozed_work_comes_back_from_its_page(signed_in):
    client = signed_in(Role.MANAGER)
    item = open_work("t", "x:1", title="T", url="", permission="core.view_settings")
    answer = client.post(f"/work/{item.public_id}/snooze/", {"hours": "4"}, follow=True)
    assert f'action="/work/{item.public_id}/wake/"' in answer.content.decode()
    client.post(f"/work/{item.public_id}/wake/")
    item.refresh_from_db()
    assert item.snoozed_until is None
