"""What happened to a thing, in words, by whom."""

from core.actor import Actor, acting, person
from core.events import Event, event, historical, publish
from core.models import EventRecord, Note
from core.operations import operation
from core.roles import Role
from core.timeline import sentence_of, timeline
from tests.builders.people import someone


@event("tested.done", "Done to {thing_id}: {why}")
class Done(Event):
    thing_id: int
    why: str


@operation(permission="x")
def do(why: str = "it was due") -> None:
    publish(Done(thing_id=7, why=why))


def test_the_sentence_of_the_event_with_its_facts_and_who_it_was(db):
    ada = someone(Role.MANAGER)
    do()
    with acting(Actor(name=f"person:{ada.pk}", permissions=frozenset({"x"}))), historical():
        do("{braces} and <b>")

    newest, oldest = timeline("thing:7")
    assert (newest.text, newest.who, newest.past) == (
        "Done to 7: {braces} and <b>", ada.name, True,
    )  # fmt: skip
    assert (oldest.text, oldest.who, oldest.past) == ("Done to 7: it was due", "System", False)


def test_an_event_of_an_older_shape_or_an_unknown_name_still_reads(db):
    older = EventRecord(name="tested.done", payload={"thing_id": 7})
    unknown = EventRecord(name="thing.taken_over", payload={})

    assert sentence_of(older) == "Done to 7: –"
    assert sentence_of(unknown) == "Thing taken over"


def test_many_events_by_many_people_take_few_queries(db, django_assert_max_num_queries):
    people = [someone(Role.MANAGER) for _ in range(5)]
    for who in people:
        with acting(Actor(name=f"person:{who.pk}", permissions=frozenset({"x"}))):
            do()
    with django_assert_max_num_queries(2):
        entries = timeline("thing:7")
    assert {entry.who for entry in entries} == {who.name for who in people}


def test_a_note_is_written_on_the_page_of_a_thing_and_read_in_its_timeline(client, db):
    manager = someone(Role.MANAGER)
    admin = someone(Role.ADMIN, Role.MANAGER)
    client.force_login(admin)
    told = {"subject": f"user:{manager.pk}", "text": "Call 4111 1111 1111 1111", "next": "/work/"}
    answer = client.post("/notes/add/", told)

    assert answer["Location"] == "/work/"
    assert Note.objects.get().text == "Call •••• 1111"
    with acting(person(admin)):
        assert timeline(f"user:{manager.pk}")[0].note == "Call •••• 1111"
