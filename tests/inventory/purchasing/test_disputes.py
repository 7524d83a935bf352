"""Disputes with vendors: opened, proved, taken on, decided; what they do to bills and scores."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.db.utils import DatabaseError
from django.test import Client

from core import clock
from core.actor import SYSTEM, acting, person
from core.approvals import decide_approval
from core.errors import BadValue
from core.models import Approval
from core.money import Money
from core.roles import Role
from inventory.errors import BillMoveNotAllowed, DisputeMoveNotAllowed, DisputeOpen
from inventory.models import Bill, Dispute, Evidence, WarehouseAccess
from inventory.operations.purchasing.bills import cancel_bill, pay_bill
from inventory.operations.purchasing.disputes import (
    add_evidence,
    close_dispute,
    move_dispute,
    open_dispute,
)
from inventory.scorecard import Span, scores
from tests.builders.api import caller
from tests.builders.inventory import warehouse
from tests.builders.people import someone
from tests.builders.purchasing import arrive, billed, sent
from tests.races import at_once


def gbp(amount: str) -> Money:
    return Money.of(amount, "GBP")


def later(days: int = 10):
    return clock.today() + timedelta(days=days)


def differing() -> Bill:
    """Ten at 4.50 instead of 4.00, two of them damaged, and a charge of 3.00."""
    order = sent(MUG=10)
    arrive(order, MUG=10, damaged=2)
    return billed(order, MUG=10, price="4.50", charge="3")


def disputed(bill: Bill, kind: str = "price", **given) -> Dispute:
    return open_dispute(bill.order_id, {"kind": kind, "about": "See", **given}, bill_id=bill.pk)


def again(row):
    row.refresh_from_db()
    return row


@pytest.mark.django_db
def test_a_dispute_starts_with_what_matching_has_found_and_stops_payment():
    bill = differing()
    amounts = {kind: disputed(bill, kind).amount for kind in ("price", "units", "charge")}
    assert amounts == {"price": gbp("4"), "units": gbp("9"), "charge": gbp("3")}
    assert again(bill).status == "disputed"
    with pytest.raises(BillMoveNotAllowed, match="in dispute"):
        pay_bill(bill.pk, paid_on=clock.today())
    with pytest.raises(DisputeOpen):
        disputed(bill)
    with pytest.raises(DisputeOpen):
        cancel_bill(bill.pk, reason="All of it")


@pytest.mark.django_db
def test_what_the_vendor_gives_is_not_paid_and_the_rest_is_decided_apart():
    bill = differing()
    price, units = disputed(bill), disputed(bill, "units")
    close_dispute(price.pk, outcome="ours", note="Credit note C-1")
    assert again(bill).status == "disputed"
    close_dispute(units.pk, outcome="partly", settled=gbp("5"), note="They share it")
    assert (again(bill).status, bill.payable) == ("differs", gbp("39"))  # the charge is left
    charge = disputed(bill, "charge")
    close_dispute(charge.pk, outcome="theirs", note="It was agreed after all")
    assert again(bill).status == "to_pay"
    paid = pay_bill(bill.pk, paid_on=clock.today())
    assert (paid.total, paid.payable) == (gbp("48"), gbp("39"))


@pytest.mark.django_db
def test_a_dispute_that_is_withdrawn_has_decided_nothing():
    bill = differing()
    close_dispute(disputed(bill).pk, outcome="withdrawn", note="Opened by mistake")
    assert (again(bill).status, bill.payable) == ("differs", gbp("48"))
    assert disputed(bill).number != Dispute.objects.order_by("id")[0].number


@pytest.mark.django_db
def test_quality_is_disputed_after_the_bill_was_paid():
    order = sent(MUG=10)
    arrive(order, MUG=10)
    bill = billed(order, MUG=10)
    pay_bill(bill.pk, paid_on=clock.today())
    with pytest.raises(BadValue, match="Say how much"):
        disputed(bill, "quality")
    with pytest.raises(BadValue, match=r"£40\.00 of bill"):
        disputed(bill, "quality", amount=gbp("40.01"))
    one = disputed(bill, "quality", amount=gbp("12"))
    close_dispute(one.pk, outcome="ours", note="They send the money back")
    assert (again(bill).status, bill.payable) == ("paid", gbp("28"))


@pytest.mark.django_db
def test_it_only_goes_on_and_every_step_has_its_deadline():
    one = disputed(differing())
    assert (one.stage, one.due_on) == ("talk", later(14))
    move_dispute(one.pk, stage="talk", due_on=later(3), note="They call back")
    moved = move_dispute(one.pk, stage="mediation", due_on=later(20))
    assert (moved.stage, moved.due_on) == ("mediation", later(20))
    with pytest.raises(DisputeMoveNotAllowed, match="is mediation"):
        move_dispute(one.pk, stage="notice", due_on=later())
    for wrong in ({"stage": "closed"}, {"due_on": clock.today()}, {"due_on": "soon"}):
        with pytest.raises(BadValue):
            move_dispute(one.pk, **({"stage": "mediation", "due_on": later()} | wrong))
    close_dispute(one.pk, outcome="ours", note="Paid back")
    for act in (
        lambda: move_dispute(one.pk, stage="mediation", due_on=later()),
        lambda: add_evidence(one.pk, text="More"),
        lambda: close_dispute(one.pk, outcome="theirs", note="Sorry"),
    ):
        with pytest.raises(DisputeMoveNotAllowed, match="is closed"):
            act()
    with clock.pinned(clock.now() + timedelta(days=30)):
        assert not Dispute.objects.due().exists()


@pytest.mark.django_db
def test_what_was_said_and_shown_stays_as_it_is():
    one = disputed(differing())
    add_evidence(one.pk, text="Ada says the list price was wrong")
    shown = add_evidence(one.pk, file=SimpleUploadedFile("x", b"%PDF-1.4 list"))
    with pytest.raises(BadValue, match="text"):
        add_evidence(one.pk, text="  ")
    with pytest.raises(BadValue, match="PDF"):
        add_evidence(one.pk, file=SimpleUploadedFile("x.pdf", b"<script>"))
    assert one.evidence.count() == 2
    with pytest.raises(DatabaseError), transaction.atomic():
        Evidence.objects.filter(pk=shown.pk).update(text="Never said")
    client = Client()
    client.force_login(someone(Role.BUYER))
    answer = client.get(f"{one.get_absolute_url()}evidence/{shown.public_id}/")
    assert answer["Content-Type"] == "application/pdf"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"kind": "taste"}, "kind"),
        ({"about": ""}, "about"),
        ({"amount": gbp("0")}, "amount"),
        ({"amount": Money.of("1", "EUR")}, "amount"),
        ({"due_on": "1999-01-01"}, "due_on"),
        ({"due_on": "0001-01-01"}, "due_on"),
        ({"shoe_size": 44}, "shoe_size"),
    ],
)
def test_what_will_not_do_is_refused_by_field(given, field):
    bill = differing()
    with pytest.raises(BadValue) as told:
        disputed(bill, **given)
    assert told.value.facts["field"] == field
    assert not Dispute.objects.exists()


@pytest.mark.django_db
def test_a_bill_of_another_order_is_not_what_it_is_about():
    bill, other = differing(), sent(MUG=1)
    with pytest.raises(BadValue, match="not a bill for order"):
        open_dispute(other.pk, {"kind": "price", "about": "See"}, bill_id=bill.pk)


@pytest.mark.django_db
@pytest.mark.parametrize("settled", [None, gbp("0"), gbp("4"), gbp("5"), Money.of("1", "EUR")])
def test_part_of_it_is_more_than_nothing_and_less_than_all(settled):
    one = disputed(differing())
    with pytest.raises(BadValue, match="settled"):
        close_dispute(one.pk, outcome="partly", settled=settled, note="Shared")


@pytest.mark.django_db
def test_giving_up_more_than_ones_limit_asks_a_second_person():
    order = sent(MUG=10)
    one = open_dispute(order.pk, {"kind": "quality", "about": "All broken", "amount": gbp("3000")})
    with acting(person(someone(Role.BUYER))):
        asked = close_dispute(one.pk, outcome="partly", settled=gbp("10"), note="Let it be")
    assert isinstance(asked, Approval)
    assert again(one).is_open
    with acting(person(someone(Role.MANAGER))):
        decide_approval(asked.pk, approve=True)
    assert (again(one).stage, one.settled) == ("closed", gbp("10"))


@pytest.mark.django_db
def test_the_database_holds_what_was_decided():
    one = disputed(differing())
    for wrong in ({"settled": gbp("1")}, {"stage": "closed"}, {"amount": gbp("0")}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Dispute.objects.filter(pk=one.pk).update(**wrong)


@pytest.mark.django_db(transaction=True)
def test_paying_a_bill_and_disputing_it_at_once_are_one_after_the_other():
    for _ in range(3):
        order = sent(MUG=10)
        arrive(order, MUG=10)
        bill, acts = billed(order, MUG=10), iter(range(2))

        def act(bill=bill, acts=acts):
            if next(acts):
                pay_bill(bill.pk, paid_on=clock.today())
            else:
                disputed(bill, "quality", amount=gbp("1"))

        refused = at_once(2, act)
        status = again(bill).status
        assert status == ("disputed" if refused else "paid")


@pytest.mark.django_db(transaction=True)
def test_a_dispute_is_opened_once_and_closed_once():
    bill = differing()
    assert [type(one) for one in at_once(2, lambda: disputed(bill))] == [DisputeOpen]
    one = Dispute.objects.get()
    refused = at_once(2, lambda: close_dispute(one.pk, outcome="ours", note="Done"))
    assert [type(no) for no in refused] == [DisputeMoveNotAllowed]


@pytest.mark.django_db
def test_the_scorecard_tells_disputes_and_bills_that_were_right():
    order = sent(MUG=20)
    arrive(order, MUG=20)
    billed(order, MUG=10)
    for number in range(3):
        bill = billed(order, MUG=1, price="5", number=f"D-{number}")
        one = disputed(bill)
        if number == 0:
            close_dispute(one.pk, outcome="ours", note="Yes")
        if number == 1:
            close_dispute(one.pk, outcome="withdrawn", note="No")
    today = clock.today()
    found = scores(Span(today, today), SYSTEM)[0]
    assert (found.disputes, found.upheld) == (2, 1)
    assert (found.bills, found.bills_right, found.bills_right_percent) == (4, 1, 25.0)


@pytest.mark.django_db
def test_the_pages_open_prove_take_on_and_close():
    bill = differing()
    client = Client()
    client.force_login(someone(Role.MANAGER))
    start = client.get(f"{bill.get_absolute_url()}dispute/?kind=price").content.decode()
    assert 'value="4.00"' in start
    assert "Ordered at 4.00." in start
    made = client.post(
        f"{bill.get_absolute_url()}dispute/", {"kind": "price", "amount": "4", "about": "Dear"}
    )
    client.post(f"{made.url}evidence/", {"text": "The list says 4.00"})
    client.post(f"{made.url}move/", {"stage": "notice", "due_on": later(), "note": "By letter"})
    page = client.get(made.url).content.decode()
    assert "The list says 4.00" in page
    assert "By letter" in page
    assert "Notice" in page
    wrong = client.post(
        f"{made.url}close/", {"outcome": "partly", "settled": "9", "note": "So"}, follow=True
    )
    assert "less than £4.00" in wrong.content.decode()
    client.post(f"{made.url}close/", {"outcome": "ours", "settled": "", "note": "Credit note"})
    assert "Credit note" in client.get(made.url).content.decode()
    assert (
        Dispute.objects.get().number
        in client.get(f"{bill.order.get_absolute_url()}").content.decode()
    )
    new = client.post(
        f"{bill.order.get_absolute_url()}dispute/",
        {"kind": "late", "amount": "5", "about": "A week late"},
    )
    assert client.get("/purchasing/disputes/?open=true").content.decode().count("DP-") >= 1
    assert client.get(new.url).status_code == 200


@pytest.mark.django_db
def test_the_api_opens_proves_takes_on_and_closes():
    bill = differing()
    api = caller(someone(Role.MANAGER))
    made = api.post(
        f"/api/v1/bills/{bill.public_id}/dispute", {"kind": "units", "about": "Two are broken"}
    )
    assert (made.status_code, made.json()["amount"]["amount"]) == (201, "9.00")
    there = f"/api/v1/disputes/{made.json()['id']}"
    key = {"Authorization": f"Token {api.token}", "Idempotency-Key": "once"}
    for _ in range(2):
        paper = SimpleUploadedFile("x.pdf", b"%PDF-1.4 photo")
        told = {"text": "A photo was sent", "file": paper}
        answer = api.client.post(f"{there}/evidence", told, headers=key)
        assert answer.status_code == 201
    bare = api.client.post(f"{there}/evidence", {}, headers={"Authorization": key["Authorization"]})
    assert (bare.status_code, api.post(f"{there}/evidence", {}).status_code) == (422, 415)
    moved = api.post(f"{there}/move", {"stage": "notice", "due_on": f"{later()}"}).json()
    assert moved["stage"] == "notice"
    shown = api.get(f"{there}?expand=evidence").json()
    assert [one["text"] for one in shown["evidence"]] == ["A photo was sent"]
    given = {"outcome": "ours", "note": "Credit"}
    closed = api.post(f"{there}/close", given, idempotency_key="x").json()
    assert (closed["outcome"], closed["settled"]["amount"]) == ("ours", "9.00")
    assert api.post(f"{there}/close", {"outcome": "ours", "note": "x"}).status_code == 409
    late = {"order": bill.order.number, "kind": "late", "about": "Late"}
    assert api.post("/api/v1/disputes", late).status_code == 422
    late["amount"] = {"amount": "5.00", "currency": "GBP"}
    assert api.post("/api/v1/disputes", late).status_code == 201


@pytest.mark.django_db
def test_disputes_of_other_warehouses_are_not_there():
    order = sent(MUG=10, to="MAN")
    one = open_dispute(order.pk, {"kind": "late", "about": "Late", "amount": gbp("1")})
    buyer = someone(Role.BUYER, all_warehouses=False)
    WarehouseAccess.objects.create(user=buyer, warehouse=warehouse("LON"))
    api = caller(buyer)
    assert api.get("/api/v1/disputes").json()["results"] == []
    answer = api.post(
        f"/api/v1/disputes/{one.public_id}/close", {"outcome": "ours", "note": "Mine"}
    )
    assert answer.status_code == 404
