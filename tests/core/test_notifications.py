"""Who is told of what: once each, in the operation that made it so, and nobody too many."""

from datetime import timedelta

import pytest

from core import clock
from core.actor import acting, person
from core.approvals import ask_approval, decide_approval, withdraw_approval
from core.batches import KINDS, batch_kind, cancel_batch, retry_batch, run_batch, start_batch
from core.errors import BadValue, NotPermitted, WorkDone, WorkTaken
from core.events import historical
from core.housekeeping import housekeeping
from core.models import EventRecord, Note, Notification, NotificationKind, User, WorkItem
from core.notes import add_note
from core.notifications import read_all_notifications, read_notification, shown_all, tell
from core.operations import CATALOGUE, operation
from core.roles import Role
from core.work import assign_work, claim_work, finish_work, open_work
from tests.builders.people import someone
from tests.races import at_once

pytestmark = pytest.mark.django_db


def told(user: User) -> list[tuple[str, str, str]]:
    """What the person has not read: kind, subject, outcome."""
    rows = Notification.objects.filter(user=user).not_read().order_by("id")
    return list(rows.values_list("kind", "subject", "outcome"))


def named(name: str, *roles: Role, **fields) -> User:
    user = someone(*(roles or (Role.MANAGER,)), **fields)
    user.name, user.email = name, f"{name.lower().replace(' ', '.')}@example.com"
    user.save()
    return user


def words(user: User) -> list[str]:
    with acting(person(user)):
        rows = Notification.objects.filter(user=user).order_by("id")
        return [shown.text for shown in shown_all(rows, person(user)).values()]


@pytest.fixture
def item() -> WorkItem:
    return open_work("test.look", "order:7", title="Look at it", url="/x/",
                     permission="core.view_settings")  # fmt: skip


# -- mentions ----------------------------------------------------------------------------------


def test_a_note_tells_whom_it_mentions_and_not_who_wrote_it(item):
    ana, ben = named("Ana Analyst"), named("Ben Buyer")
    with acting(person(ben)):
        note = add_note(f"workitem:{item.pk}", "@Ana, @ben.buyer and @ana again: look. 3@4")

    about = f"workitem:{item.pk}"
    assert told(ana) == [("mention", about, "")]
    assert told(ben) == []
    assert Notification.objects.get().by == ben
    assert set(note.mentions) == {ana.pk, ben.pk}
    assert note.audience.unclear == ()
    assert words(ana) == ["Mentioned you on work item Look at it"]
    payload = EventRecord.objects.get(name="note.added").payload
    assert payload == {"subject": about, "note_id": note.pk}  # no word of it


def test_a_mention_that_is_not_clear_tells_nobody_and_says_so(item):
    one, two = named("Ana Analyst"), named("Ana Smith")
    named("Gone Away", is_active=False)
    note = add_note(f"workitem:{item.pk}", "@Ana, @gone.away")

    assert (told(one), told(two), note.mentions) == ([], [], [])
    assert note.audience.unclear == (
        "@Ana may be several people; write @ana.analyst or @ana.smith.",
        "Nobody is called @gone.",
    )


def test_who_does_not_see_the_thing_is_not_told_of_it(item):
    """The work asks for a right that a picker has not."""
    pia = named("Pia Picker", Role.PICKER)
    note = add_note(f"workitem:{item.pk}", "@Pia, this is secret")

    assert told(pia) == []
    assert note.audience.unclear == ("Pia Picker does not see this, and was not told.",)


def test_a_note_mentions_twenty_at_most(item):
    with pytest.raises(BadValue, match="at most 20"):
        add_note(f"workitem:{item.pk}", " ".join(f"@p{n}" for n in range(21)))
    assert Note.objects.count() == 0


# -- approvals, batches, work ------------------------------------------------------------------


@pytest.fixture
def pay():
    @operation(permission="core.view_settings")
    def pay() -> None:
        """Pay out."""

    yield lambda: ask_approval(
        "tests.pay", {}, sentence="Pay 500 pounds", facts={},
        permission="core.decide_approval", subject="",
    )  # fmt: skip
    del CATALOGUE["tests.pay"]


def test_who_may_decide_is_asked_and_who_asked_is_answered(pay):
    asker, boss, finance = someone(Role.MANAGER), someone(Role.MANAGER), someone(Role.FINANCE)
    agent = someone(Role.AGENT)
    with acting(person(asker)):
        approval = pay()
        pay()  # the same question

    about = f"approval:{approval.pk}"
    assert told(boss) == told(finance) == [("approval_asked", about, "")]
    assert told(asker) == told(agent) == []
    assert words(boss) == ["Needs your yes or no: Pay 500 pounds"]

    with acting(person(boss)):
        decide_approval(approval.pk, approve=False)
    assert told(asker) == [("approval_decided", about, "rejected")]
    assert words(asker) == ["Rejected: Pay 500 pounds"]
    assert told(boss) == told(finance) == []  # nobody needs to look any more


def test_who_does_not_reach_what_is_asked_about_is_not_asked(pay):
    away = someone(Role.MANAGER, all_channels=False)
    boss = someone(Role.MANAGER)
    item = open_work("test.look", "x:1", title="x", url="", permission="core.view_settings",
                     channel_id=1)  # fmt: skip
    ask_approval(
        "tests.pay", {"n": 1}, sentence="Pay", facts={}, permission="core.decide_approval",
        subject=f"workitem:{item.pk}",
    )  # fmt: skip
    assert [kind for kind, *_ in told(boss)] == ["approval_asked"]
    assert told(away) == []


def test_a_question_taken_back_is_off_the_others_desks(pay):
    asker, boss = someone(Role.MANAGER), someone(Role.MANAGER)
    with acting(person(asker)):
        withdraw_approval(pay().pk)
    assert told(boss) == told(asker) == []


@pytest.fixture
def kind():
    @batch_kind("test.count", permission="core.start_batch")
    def count(row) -> str:
        if row.key == "bad":
            raise BadValue(field="key", fix="Not that.")
        return ""

    yield "test.count"
    del KINDS["test.count"]


def test_the_end_of_long_work_is_told_each_time_it_ends_and_once(kind):
    ada = someone(Role.MANAGER)
    with acting(person(ada)):
        batch = start_batch(kind, title="Count", rows=[("bad", {})])
    run_batch.do(str(batch.pk))
    run_batch.do(str(batch.pk))  # a job may run twice

    about = f"batch:{batch.pk}"
    assert told(ada) == [("batch_ended", about, "done")]
    assert words(ada) == ["Done: Count"]

    with acting(person(ada)):
        retry_batch(batch.pk)
    run_batch.do(str(batch.pk))
    assert told(ada) == [("batch_ended", about, "done")] * 2


def test_who_cancels_their_own_work_knows_it(kind):
    ada, boss = someone(Role.MANAGER), someone(Role.MANAGER)
    with acting(person(ada)):
        mine, other = (start_batch(kind, title="Count", rows=[]) for _ in range(2))
        cancel_batch(mine.pk)
    with acting(person(boss)):
        cancel_batch(other.pk)
    assert told(ada) == [("batch_ended", f"batch:{other.pk}", "cancelled")]


def test_work_is_given_to_somebody_who_is_told(item):
    boss, ada, bob = (someone(Role.MANAGER) for _ in range(3))
    with acting(person(boss)):
        assert assign_work(item.pk, user_id=ada.pk).owner == ada
        assert told(ada) == [("assigned", f"workitem:{item.pk}", "")]
        assert told(boss) == []
        with pytest.raises(WorkTaken, match=str(ada)):  # who works on it is not robbed of it
            assign_work(item.pk, user_id=bob.pk)
    with acting(person(bob)), pytest.raises(WorkTaken):
        claim_work(item.pk)
    assert EventRecord.objects.get(name="work.assigned").payload["user_id"] == ada.pk

    finish_work("test.look", "order:7", outcome="done")
    assert told(ada) == []
    with acting(person(boss)), pytest.raises(WorkDone):
        assign_work(item.pk, user_id=bob.pk)


def test_given_work_is_free_again_after_twelve_hours(item):
    boss, ada, bob = (someone(Role.MANAGER) for _ in range(3))
    with acting(person(boss)):
        given = assign_work(item.pk, user_id=ada.pk)
    hours = (given.lease_until - clock.now()) / timedelta(hours=1)
    assert 11.9 < hours < 12.1
    WorkItem.objects.update(lease_until=clock.now() - timedelta(seconds=1))
    assert list(WorkItem.objects.free_for(bob.pk)) == [item]


def test_work_is_not_given_to_whoever_may_not_do_it(item):
    boss = someone(Role.MANAGER)
    left = someone(Role.MANAGER, is_active=False)
    with acting(person(boss)):
        for other in (someone(Role.AGENT), someone(Role.VIEWER), left):
            with pytest.raises(BadValue, match="may do this"):
                assign_work(item.pk, user_id=other.pk)
    with acting(person(someone(Role.AGENT))), pytest.raises(NotPermitted):
        assign_work(item.pk, user_id=boss.pk)


# -- telling -----------------------------------------------------------------------------------


def test_nobody_is_told_twice_nor_of_the_imported_past():
    ada, robot = someone(Role.MANAGER), someone(Role.INTEGRATION)
    for _ in range(2):
        tell([ada.pk, robot.pk, None], NotificationKind.ASSIGNED, "x:1", key="x:1")
    with historical():
        tell([ada.pk], NotificationKind.ASSIGNED, "x:2", key="x:2")

    assert [row.subject for row in Notification.objects.all()] == ["x:1"]


@pytest.mark.django_db(transaction=True)
def test_of_eight_who_tell_the_same_at_once_one_is_heard():
    ada = someone(Role.MANAGER)
    at_once(8, lambda: tell([ada.pk], NotificationKind.ASSIGNED, "x:1", key="x:1"))
    assert Notification.objects.count() == 1


def test_only_ones_own_are_read():
    ada, bob = someone(Role.MANAGER), someone(Role.MANAGER)
    tell([ada.pk, bob.pk], NotificationKind.ASSIGNED, "x:1", key="x:1")
    theirs = Notification.objects.get(user=ada)
    with acting(person(bob)):
        assert read_notification(theirs.pk) is False
        assert read_all_notifications() == 1
        assert read_all_notifications() == 0
    assert len(told(ada)) == 1


def test_old_ones_are_thrown_away():
    ada = someone(Role.MANAGER)
    for key in ("x:1", "x:2"):
        tell([ada.pk], NotificationKind.ASSIGNED, key, key=key)
    Notification.objects.filter(key="x:1").update(created_at=clock.now() - timedelta(days=91))
    housekeeping.do("nightly")
    assert [row.key for row in Notification.objects.all()] == ["x:2"]
