"""Barcodes: what is a GTIN, whose they are, and what a scan of one counts."""

import pytest
from django.core.management import call_command
from django.db import IntegrityError, transaction

from core.books import check_books
from core.errors import BadValue, NotThere
from inventory.errors import SkuArchived
from inventory.models import Barcode, Sku
from inventory.models.barcodes import check_digit, is_gtin, key_of
from inventory.operations.catalog.archive import archive_sku
from inventory.operations.catalog.barcodes import add_barcode, make_barcode_main, remove_barcode
from inventory.operations.catalog.find import scanned, sku_called, units_scanned
from inventory.operations.catalog.packs import add_pack
from inventory.operations.catalog.skus import change_sku, create_sku
from tests.builders.inventory import listing, sku
from tests.races import at_once

EAN, UPC = "4006381333931", "036000291452"
CASE = "14006381333938"


@pytest.mark.parametrize(
    "number", [EAN, UPC, "0" + UPC, "96385074", CASE, "00036000291452", "2000000000008"]
)
def test_numbers_with_their_check_digit_are_gtins(number):
    assert is_gtin(number)
    assert check_digit(number[:-1]) == int(number[-1])
    for wrong in range(1, 10):
        assert not is_gtin(number[:-1] + str((int(number[-1]) + wrong) % 10))


@pytest.mark.parametrize(
    "text", ["", "50", "123", "00000000", "400638133393", "40063813339310", "4006381333931 ", "٤٠"]
)
def test_other_codes_are_none(text):
    assert not is_gtin(text)


@pytest.mark.django_db
def test_one_number_in_two_writings_is_one_barcode():
    mug = sku("MUG")
    add_barcode(mug.pk, text=UPC)
    assert key_of(UPC) == key_of("0" + UPC) == key_of("00" + UPC) == "00036000291452"
    for scan in (UPC, "0" + UPC, f" 00{UPC} "):
        assert scanned(scan).sku == mug
    with pytest.raises(BadValue) as same:
        add_barcode(mug.pk, text="0" + UPC)
    assert same.value.facts["field"] == "text"
    with pytest.raises(BadValue) as taken:
        add_barcode(sku("CUP").pk, text="0" + UPC)
    assert taken.value.facts["fix"] == f"0{UPC} is taken by MUG; give another."
    assert list(Sku.objects.with_barcode("0" + UPC)) == [mug]


@pytest.mark.django_db
def test_what_claims_to_be_a_gtin_must_be_one_unless_it_is_our_own():
    mug = sku("MUG")
    with pytest.raises(BadValue) as wrong:
        add_barcode(mug.pk, text="4006381333932")
    assert wrong.value.facts["field"] == "text"
    assert "would end in 1" in wrong.value.facts["fix"]
    with pytest.raises(BadValue) as main:
        change_sku(mug.pk, {"barcode": "4006381333932"})
    assert main.value.facts["field"] == "barcode"
    made = add_barcode(mug.pk, text="4006381333932", internal=True)
    assert (made.kind, made.key) == ("internal", "4006381333932")
    assert add_barcode(mug.pk, text="50").kind == "internal"
    assert add_barcode(mug.pk, text=EAN, internal=True).kind == "gtin"  # it is one all the same
    assert scanned("50").sku == scanned("4006381333932").sku == mug


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"text": ""}, "text"),
        ({"text": "x" * 65}, "text"),
        ({"text": "é1"}, "text"),
        ({"text": "CUP"}, "text"),  # the code of another SKU
        ({"text": "1", "pack": "case"}, "pack"),
        ({"text": "1" * 40, "main": True}, "main"),
    ],
)
def test_bad_barcodes_are_refused_by_field(given, field):
    sku("CUP")
    with pytest.raises(BadValue) as refusal:
        add_barcode(sku("MUG").pk, **given)
    assert refusal.value.facts["field"] == field
    assert not Barcode.objects.exists()


@pytest.mark.django_db
def test_a_code_that_is_another_one_s_barcode_is_taken():
    add_barcode(sku("MUG").pk, text="50")
    with pytest.raises(BadValue) as refusal:
        create_sku({"code": "50", "title": "Fifty"})
    assert refusal.value.facts["field"] == "code"


@pytest.mark.django_db
def test_the_main_one_is_shown_and_the_one_before_still_found():
    made = create_sku({"code": "MUG", "title": "Mug", "barcode": "50"})
    assert scanned("50").sku == made
    change_sku(made.pk, {"barcode": EAN})
    change_sku(made.pk, {"barcode": EAN})
    made.refresh_from_db()
    assert made.barcode == EAN
    assert scanned("50").sku == scanned(EAN).sku == made

    make_barcode_main(Barcode.objects.get(text="50").pk)
    made.refresh_from_db()
    assert made.barcode == "50"
    change_sku(made.pk, {"barcode": None})
    assert list(made.barcodes.values_list("text", flat=True)) == [EAN]
    with pytest.raises(BadValue):
        scanned("50")
    add_barcode(made.pk, text="51")
    made.refresh_from_db()
    assert made.barcode == "51"  # it had none
    remove_barcode(Barcode.objects.get(text="51").pk)
    made.refresh_from_db()
    assert made.barcode is None
    add_barcode(sku("CUP").pk, text="51")  # free for another one
    assert not [found for _, found in check_books() if found]


@pytest.mark.django_db
def test_an_old_main_barcode_that_is_no_gtin_may_stay():
    mug = sku("MUG", barcode="12345678")
    assert change_sku(mug.pk, {"barcode": "12345678", "title": "Cup"}).title == "Cup"


@pytest.mark.django_db
def test_a_case_counts_what_is_in_it():
    mug = sku("MUG", barcode=EAN)
    add_pack(mug.pk, {"name": "inner", "count": 6})
    add_pack(mug.pk, {"name": "case", "count": 4, "inside": "inner"})
    made = add_barcode(mug.pk, text=CASE, pack="Case")
    found = scanned(CASE)
    assert (found.sku, found.units, found.pack) == (mug, 24, "case")
    assert units_scanned(CASE, [mug]) == {mug.pk: 24}
    assert units_scanned("mug", [mug, sku("CUP")]) == {mug.pk: 1}
    assert units_scanned("0" + EAN, [mug]) == {mug.pk: 1}
    assert units_scanned("", [mug]) == units_scanned("?", [mug]) == {}
    assert sku_called(CASE) == mug
    for act in (
        lambda: make_barcode_main(made.pk),
        lambda: change_sku(mug.pk, {"barcode": CASE}),
        lambda: add_barcode(mug.pk, text="7", pack="case", main=True),
    ):
        with pytest.raises(BadValue):
            act()


@pytest.mark.django_db
def test_codes_go_before_barcodes_and_listings_guess_by_both():
    mug = sku("MUG")
    add_barcode(mug.pk, text=UPC)
    unknown = listing("MUG", channel_sku="0" + UPC)
    assert unknown.guesses() == [mug]


@pytest.mark.django_db
def test_what_is_not_there_or_archived_takes_none():
    for act in (remove_barcode, make_barcode_main):
        with pytest.raises(NotThere):
            act(0)
    with pytest.raises(NotThere):
        add_barcode(0, text="1")
    archive_sku(sku("MUG").pk)
    with pytest.raises(SkuArchived):
        add_barcode(sku("MUG").pk, text="1")


@pytest.mark.django_db
def test_the_database_keeps_keys_true_and_alone():
    mug, cup = sku("MUG"), sku("CUP")
    add_barcode(mug.pk, text=EAN)
    for row in (
        Barcode(sku=cup, text=EAN, key="0" + EAN, kind="gtin"),
        Barcode(sku=cup, text=UPC, key=UPC, kind="gtin"),
        Barcode(sku=cup, text="50", key="51", kind="internal"),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            row.save()


@pytest.mark.django_db(transaction=True)
def test_of_two_writings_put_on_one_sku_at_once_one_stays():
    mug, writings = sku("MUG"), [UPC, "0" + UPC, "00" + UPC]
    refused = at_once(3, lambda: add_barcode(mug.pk, text=writings.pop()))
    assert len(refused) == 2
    assert mug.barcodes.count() == 1


@pytest.mark.django_db(transaction=True)
def test_barcodes_of_before_are_found_after_the_update():
    """Two writings of one number on two SKUs: the first has it, the other keeps its own text."""
    try:
        call_command("migrate", "inventory", "0016", verbosity=0)
        texts = {"A": EAN, "B": UPC, "C": "0" + UPC, "D": "50", "E": "123"}
        made = {code: sku(code).pk for code in texts}
        for code, text in texts.items():
            Sku.objects.filter(code=code).update(barcode=text)
        Sku.objects.create(product=sku("A").product, code="F", title="F", active=False)
    finally:
        call_command("migrate", verbosity=0)  # of other apps, too: they go back with it
    rows = {row.sku_id: (row.kind, row.key) for row in Barcode.objects.all()}
    assert rows == {
        made["A"]: ("gtin", "0" + EAN),
        made["B"]: ("gtin", "00" + UPC),
        made["C"]: ("internal", "0" + UPC),
        made["D"]: ("internal", "50"),
        made["E"]: ("internal", "123"),
    }
    assert Sku.objects.get(code="F").archived_at is not None
