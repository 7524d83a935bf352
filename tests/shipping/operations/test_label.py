"""Labels: bought once, whatever the carrier or the worker does in between."""

from collections.abc import Iterator

import pytest

from core.models import Decision, EventRecord, Job
from core.money import Money
from orders.models import OrderException
from shipping.carriers.base import CarrierUnreachable
from shipping.carriers.check_digits import is_valid
from shipping.carriers.http_json import HttpJson
from shipping.errors import LabelNotReady, NoServiceYet, ParcelMoveNotAllowed
from shipping.models import Carrier, Label, Parcel
from shipping.operations.label import (
    doubt_label,
    record_label,
    record_void,
    request_label,
    void_label,
)
from shipping.operations.pack import cancel_parcel
from shipping.operations.select import override_carrier
from shipping.tasks import buy_label, choose_carrier, void_label_at_carrier
from tests.builders.shipping import handed_over, labelled, packed, relayed
from tests.races import at_once
from tests.shipping.carrier_server import CarrierServer, carrier_server

pytestmark = pytest.mark.django_db


@pytest.fixture
def carrier(monkeypatch) -> Iterator[CarrierServer]:
    monkeypatch.setattr(HttpJson, "answer_seconds", 0.3)
    with carrier_server() as server:
        Carrier.objects.update(adapter="http_json", adapter_url=server.url, adapter_secret="s")
        yield server


def requested(**order) -> Label:
    parcel = packed(**order)
    choose_carrier.do(str(parcel.pk))
    return parcel.labels.get()


def tried(label: Label) -> None:
    """One run of the job; what it raises is what makes it run again."""
    with pytest.raises(CarrierUnreachable):
        buy_label.do(str(label.pk))
    label.refresh_from_db()


def test_our_own_carrier_numbers_carry_a_check_digit():
    parcel = labelled(MUG=1)

    assert parcel.state == "labelled"
    assert parcel.tracking_number.startswith("LW")
    assert is_valid(parcel.tracking_number[2:])
    assert bytes(parcel.labels.get().pdf).startswith(b"%PDF")


def test_buying_twice_changes_nothing():
    parcel = labelled(MUG=1)

    buy_label.do(str(parcel.labels.get().pk))

    assert EventRecord.objects.filter(name="label.bought").count() == 1


def test_the_carriers_own_price_counts(carrier):
    label = requested(MUG=1)
    buy_label.do(str(label.pk))

    parcel = Parcel.objects.get()
    assert parcel.tracking_number == "XX00000001"
    assert parcel.cost == Money.of("4.20", "GBP")
    assert carrier.asked == [f"POST {label.reference}"]


@pytest.mark.parametrize("fault", ["die_after", "late", "garbage"])
@pytest.mark.parametrize("honors_keys", [True, False])
def test_a_label_whose_answer_was_never_heard_is_found_and_not_bought_again(
    carrier, fault, honors_keys
):
    carrier.faults, carrier.honors_keys = [fault], honors_keys
    label = requested(MUG=1)

    tried(label)
    assert label.state == "in_doubt"
    assert Parcel.objects.get().state == "in_doubt"
    assert Parcel.objects.get().problem.startswith("No answer yet")

    buy_label.do(str(label.pk))

    assert len(carrier.sold) == 1
    assert carrier.asked == [f"POST {label.reference}", f"GET {label.reference}"]
    parcel = Parcel.objects.get()
    assert (parcel.state, parcel.tracking_number) == ("labelled", "XX00000001")
    assert parcel.problem == ""


@pytest.mark.parametrize("fault", ["die_before", "busy"])
def test_what_was_not_sold_is_bought_with_the_same_key(carrier, fault):
    carrier.faults = [fault]
    label = requested(MUG=1)

    tried(label)
    buy_label.do(str(label.pk))

    assert len(carrier.sold) == 1
    assert set(carrier.asked) == {f"POST {label.reference}", f"GET {label.reference}"}


def test_a_carrier_that_is_down_leaves_it_in_doubt_until_it_is_back(carrier):
    url = carrier.url
    Carrier.objects.update(adapter_url="http://127.0.0.1:9/api")
    label = requested(MUG=1)
    tried(label)
    tried(label)

    Carrier.objects.update(adapter_url=url)
    buy_label.do(str(label.pk))

    assert Parcel.objects.get().state == "labelled"
    assert len(carrier.sold) == 1


def test_a_refused_label_goes_to_the_next_service(carrier):
    carrier.faults = ["refuse"]
    label = requested(MUG=1)
    first = label.service_id

    buy_label.do(str(label.pk))

    label.refresh_from_db()
    parcel = Parcel.objects.get()
    assert (label.state, parcel.state, parcel.service) == ("failed", "draft", None)
    assert "No van goes there." in parcel.problem
    relayed()
    assert Job.objects.filter(kind="shipping.select_carrier", key=str(parcel.pk)).exists()
    choose_carrier.do(str(parcel.pk))
    parcel.refresh_from_db()
    assert parcel.service_id not in {None, first}
    buy_label.do(str(parcel.labels.get(state="requested").pk))
    assert len(carrier.sold) == 1


def test_a_label_given_back_is_voided_at_the_carrier(carrier):
    label = requested(MUG=1)
    buy_label.do(str(label.pk))

    parcel = void_label(label.parcel_id, reason="torn")
    void_label_at_carrier.do(str(label.pk))

    label.refresh_from_db()
    assert (label.state, parcel.state, parcel.tracking_number) == ("void", "draft", "")
    assert carrier.voided == ["XX00000001"]
    void_label_at_carrier.do(str(label.pk))
    assert len(carrier.voided) == 1


def test_one_in_doubt_is_looked_up_before_it_is_forgotten(carrier):
    carrier.faults = ["die_after"]
    label = requested(MUG=1)
    tried(label)

    override_carrier(label.parcel_id, service_code="tern-next-day", reason="in a hurry")
    void_label_at_carrier.do(str(label.pk))

    label.refresh_from_db()
    assert label.state == "void"
    assert carrier.voided == ["XX00000001"]
    buy_label.do(str(label.parcel.labels.get(state="requested").pk))
    assert label.parcel.labels.filter(state="bought").count() == 1


def test_one_that_was_never_asked_for_is_simply_forgotten(carrier):
    label = requested(MUG=1)

    void_label(label.parcel_id, reason="other carton")

    label.refresh_from_db()
    assert label.state == "void"
    buy_label.do(str(label.pk))
    assert carrier.asked == []


def test_a_parcel_undone_before_its_label_was_asked_for_buys_none(carrier):
    label = requested(MUG=1)

    cancel_parcel(label.parcel_id, reason="wrong carton")
    buy_label.do(str(label.pk))

    label.refresh_from_db()
    assert (label.state, carrier.asked) == ("void", [])


def test_a_label_sold_after_its_voiding_was_over_is_voided_too(carrier):
    label = requested(MUG=1)
    doubt_label(label.pk)  # a slow worker asks the carrier
    void_label(label.parcel_id, reason="torn")
    void_label_at_carrier.do(str(label.pk))  # the carrier knows of nothing yet
    label.refresh_from_db()
    assert (label.state, carrier.voided) == ("void", [])
    relayed()
    Job.objects.filter(kind="shipping.void_label").delete()

    record_label(label.pk, tracking_number="XX00000009", cost=None, pdf=b"%PDF")
    relayed()

    assert Job.objects.filter(kind="shipping.void_label", key=str(label.pk)).exists()
    void_label_at_carrier.do(str(label.pk))
    label.refresh_from_db()
    assert (label.state, carrier.voided) == ("void", ["XX00000009"])


def test_a_label_sold_while_the_carrier_was_asked_about_it_is_not_forgotten(carrier):
    label = requested(MUG=1)
    doubt_label(label.pk)
    void_label(label.parcel_id, reason="torn")
    record_label(label.pk, tracking_number="XX00000009", cost=None, pdf=b"%PDF")

    assert not record_void(label.pk, tracking_number="")  # what the lookup before that said

    label.refresh_from_db()
    assert label.state == "voiding"


def test_card_numbers_stay_out_of_the_reasons_on_a_parcel():
    card = "the customer's 4111 1111 1111 1111"
    label = requested(MUG=1)
    override_carrier(label.parcel_id, service_code="tern-next-day", reason=card)
    void_label(label.parcel_id, reason=card)
    cancel_parcel(label.parcel_id, reason=card)

    told = [str(row.payload) for row in EventRecord.objects.all()]
    told += list(Decision.objects.values_list("sentence", flat=True))
    assert not any("4111" in text for text in told)
    assert OrderException.objects.get(kind="card_number").order.number in label.parcel.number


def test_asking_twice_is_one_intent():
    parcel = packed(MUG=1)
    with pytest.raises(NoServiceYet):
        request_label(parcel.pk)
    choose_carrier.do(str(parcel.pk))

    assert request_label(parcel.pk) == request_label(parcel.pk) == Label.objects.get()


def test_what_has_left_keeps_its_label():
    parcel = handed_over(MUG=1)

    with pytest.raises(ParcelMoveNotAllowed):
        void_label(parcel.pk, reason="late")
    with pytest.raises(ParcelMoveNotAllowed):
        request_label(parcel.pk)


def test_no_label_cannot_be_given_back():
    with pytest.raises(LabelNotReady):
        void_label(packed(MUG=1).pk, reason="none")


@pytest.mark.django_db(transaction=True)
def test_of_eight_workers_at_once_the_carrier_sells_one_label(carrier, monkeypatch):
    monkeypatch.setattr(HttpJson, "answer_seconds", 5)
    label = requested(MUG=1)

    at_once(8, lambda: buy_label.do(str(label.pk)))

    assert len(carrier.sold) == 1
    assert Parcel.objects.get().tracking_number == "XX00000001"
    assert EventRecord.objects.filter(name="label.bought").count() == 1
