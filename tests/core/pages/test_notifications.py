"""The bell, the list behind it, mentions in notes, assigning: as people and systems use them."""

import pytest
from django.core.cache import cache
from django.test import Client

from core.access import routes
from core.actor import NOBODY, acting, person
from core.models import Notification, User, WorkItem
from core.notes import add_note
from core.notifications import read_notification
from core.roles import Role
from core.work import open_work
from tests.builders.api import caller
from tests.builders.people import someone
from tests.core.test_notifications import named, told

pytestmark = pytest.mark.django_db


@pytest.fixture
def item() -> WorkItem:
    return open_work("test.look", "order:7", title="Look at it", url="/x/",
                     permission="core.view_settings")  # fmt: skip


@pytest.fixture
def ada(client: Client) -> Client:
    client.user = someone(Role.MANAGER)
    client.force_login(client.user)
    return client


def mention(user: User, item: WorkItem, text: str = "look here") -> Notification:
    add_note(f"workitem:{item.pk}", f"@{user.email} {text}")
    return Notification.objects.latest("id")


def test_the_list_shows_what_is_new_first_and_the_note_itself(ada, item):
    first, second = mention(ada.user, item, "<i>one</i>"), mention(ada.user, item, "two")
    with acting(person(ada.user)):
        read_notification(second.pk)
    text = ada.get("/notifications/").content.decode()

    assert "&lt;i&gt;one&lt;/i&gt;" in text
    assert text.index(first.public_id) < text.index(second.public_id)
    assert text.count("Mark read") == 1
    assert "Mark all as read" in text
    export = ada.get("/notifications/?export=csv")
    with acting(NOBODY):  # the file is sent after the request
        lines = b"".join(export.streaming_content).decode().splitlines()
    assert lines[1].startswith("Mentioned you on work item Look at it,System,")


@pytest.mark.django_db(transaction=True)  # it forgets when the change is committed
def test_the_bell_counts_and_forgets_at_once(ada, item):
    cache.clear()
    found = mention(ada.user, item)
    bell = '<span class="count" id="count-bell" hx-swap-oob="true">{}</span>'
    assert bell.format(1) in ada.get("/counts/").content.decode()
    assert '<span class="count" id="count-bell">1</span>' in ada.get("/work/").content.decode()

    ada.post(f"/notifications/{found.public_id}/read/")
    assert bell.format("") in ada.get("/counts/").content.decode()


def test_following_one_leads_there_and_reads_it(ada, item):
    found = mention(ada.user, item)
    answer = ada.get(f"/notifications/{found.public_id}/")

    assert answer["Location"] == f"{item.get_absolute_url()}#timeline"
    assert told(ada.user) == []


def test_what_is_out_of_reach_by_now_leads_nowhere(ada, item):
    found = mention(ada.user, item)
    User.objects.filter(pk=ada.user.pk).update(roles=[Role.AGENT])

    text = ada.get("/notifications/").content.decode()
    assert "something you do not see any more" in text
    assert "look here" not in text
    assert ada.get(f"/notifications/{found.public_id}/")["Location"] == "/notifications/"


def test_what_others_were_told_is_not_there(ada, item):
    found = mention(someone(Role.MANAGER), item)
    assert ada.get(f"/notifications/{found.public_id}/").status_code == 404
    assert ada.post(f"/notifications/{found.public_id}/read/").status_code == 404


def test_all_are_read_with_one_press(ada, item):
    mention(ada.user, item)
    ada.post("/notifications/read/")
    assert told(ada.user) == []


def test_more_notifications_do_not_mean_more_queries(ada, item, django_assert_max_num_queries):
    for number in range(30):
        mention(ada.user, item, str(number))
    ada.get("/notifications/")
    with django_assert_max_num_queries(9):
        ada.get("/notifications/")


def test_a_note_says_whom_it_told_and_whom_not(ada, item):
    named("Ana Analyst")
    given = {"subject": f"workitem:{item.pk}", "text": "@Ana, @zorro", "next": "/work/"}
    text = ada.post("/notes/add/", given, follow=True).content.decode()

    assert "The note is kept. Told: Ana Analyst." in text
    assert "Nobody is called @zorro." in text
    page = ada.get(item.get_absolute_url()).content.decode()
    assert '<b class="mention" title="Ana Analyst">@Ana</b>, @zorro' in page


def test_colleagues_are_offered_by_name(ada):
    named("Ana Analyst")
    named("Joan Anatole")
    named("Ana Bot", Role.INTEGRATION)
    someone(Role.AGENT), someone(Role.AGENT)
    text = ada.get("/notes/people/?q=ana").content.decode()

    assert 'data-mention="Ana Analyst"' in text
    assert 'data-mention="Joan Anatole"' in text
    assert "Ana Bot" not in text
    User.objects.filter(name__startswith="Joan").update(name="Ana Analyst")
    twins = ada.get("/notes/people/?q=ana").content.decode()
    assert 'data-mention="ana.analyst"' in twins
    assert 'data-mention="joan.anatole"' in twins
    assert ada.get("/notes/people/?q=%00%27").status_code == 200


def test_work_is_assigned_on_its_page(ada, item):
    bob = named("Bob")
    assert "Bob" in ada.get(item.get_absolute_url()).content.decode()
    ada.post(f"/work/{item.public_id}/assign/", {"assignee": str(bob.pk)})
    item.refresh_from_db()
    assert item.owner == bob
    assert ada.post(f"/work/{item.public_id}/assign/", {"assignee": "x"}).status_code == 422


def test_through_the_api(item):
    ada, bob = someone(Role.MANAGER), named("Bob")
    api, theirs = caller(ada), caller(bob)
    note = api.post("/notes", {"subject": f"workitem:{item.pk}", "text": "@Bob, @zorro"}).json()
    assert (note["mentions"], note["unclear"]) == ([bob.pk], ["Nobody is called @zorro."])
    given = api.post(f"/work/{item.public_id}/assign", {"assignee": bob.pk})
    assert given.json()["owner"] == "Bob"

    rows = theirs.get("/notifications?unread=true").json()["results"]
    assert [(row["kind"], row["text"], row["by"]) for row in rows] == [
        ("assigned", "Assigned to you: Look at it", ada.name),
        ("mention", "Mentioned you on work item Look at it", ada.name),
    ]
    one = theirs.post(f"/notifications/{rows[0]['id']}/read")
    assert one.json()["unread"] is False
    assert theirs.post("/notifications/read-all").json() == {"read": 1}
    assert api.get(f"/notifications/{rows[0]['id']}").status_code == 404
    assert api.get("/notifications").json()["results"] == []


def test_each_route_says_who_may_use_it():
    found = {route.path: route.permission for route in routes() if "notifications" in route.path}
    assert set(found.values()) == {"core.view_notification"}
    assert len(found) == 8
