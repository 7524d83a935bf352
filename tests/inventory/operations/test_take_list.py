import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from core.actor import Actor, acting
from core.batches import run_batch
from core.errors import BadValue
from core.models import Batch
from inventory.batches import start_import
from inventory.importing import StockRow
from inventory.models import Product, Sku, StockLevel, StockMovement
from inventory.operations.catalog.archive import archive_sku
from inventory.operations.catalog.find import scanned
from inventory.operations.catalog.merge import merge_sku
from inventory.operations.stock.allocate import allocate_lines
from inventory.operations.stock.take_list import ListRefused, check_list, take_list
from tests.builders.inventory import sku, stock, warehouse


def rows(*given: tuple[str, str, int], **master) -> list[StockRow]:
    return [
        StockRow(row=number, sku=code, warehouse=place, units=units, master=master)
        for number, (code, place, units) in enumerate(given, 2)
    ]


@pytest.mark.django_db
def test_received_rows_of_one_sku_are_summed():
    sku("MUG"), warehouse("LON"), warehouse("BER")
    given = rows(("MUG", "LON", 2), ("MUG", "LON", 3), ("MUG", "BER", 4))

    done = take_list(given, mode="receive", source_id=7)

    assert done == {"levels": 2, "units": 9, "skus": 0}
    levels = StockLevel.objects.values_list("warehouse__code", "on_hand")
    assert set(levels) == {("LON", 5), ("BER", 4)}
    assert take_list(given, mode="receive", source_id=7)["levels"] == 0
    assert StockMovement.objects.count() == 2


@pytest.mark.django_db
def test_a_count_books_the_difference_only():
    level = stock("MUG", on_hand=10)
    stock("CUP", on_hand=4)
    done = take_list(rows(("MUG", "LON", 7), ("CUP", "LON", 4)), mode="count", source_id=8)
    assert done == {"levels": 1, "units": -3, "skus": 0}
    level.refresh_from_db()
    assert level.on_hand == 7
    assert StockMovement.objects.latest("id").kind == "correct"


@pytest.mark.django_db
def test_a_sku_counted_twice_is_refused():
    stock("MUG", on_hand=10)
    with pytest.raises(ListRefused, match="Row 3, sku: It is counted in row 2 already"):
        take_list(rows(("MUG", "LON", 7), ("MUG", "LON", 7)), mode="count", source_id=8)


@pytest.mark.django_db
def test_a_count_below_what_is_promised_is_refused():
    level = stock("MUG", on_hand=10)
    allocate_lines([(1, level.sku_id, 8)], warehouse_ids=[level.warehouse_id])
    with pytest.raises(ListRefused, match="8 are promised"):
        take_list(rows(("MUG", "LON", 7)), mode="count", source_id=8)


@pytest.mark.django_db
def test_one_wrong_row_and_nothing_of_the_list_is_booked():
    sku("MUG"), warehouse("LON")
    given = rows(("MUG", "LON", 2), ("NONE", "LON", 3), ("MUG", "MARS", 1))

    with pytest.raises(ListRefused) as refusal:
        take_list(given, mode="receive", source_id=7)

    assert [(p["row"], p["column"]) for p in refusal.value.facts["problems"]] == [
        (3, "sku"), (4, "warehouse"),
    ]  # fmt: skip
    assert not StockLevel.objects.exists()


@pytest.mark.django_db
def test_missing_skus_are_made_when_that_is_wanted():
    warehouse("LON")
    given = rows(("NEW", "LON", 2), title="A new thing", origin_country="gb", unit_cost="1.5")

    plan = check_list(given, mode="receive", create_missing=True)
    assert len(plan.made) == 1
    assert not Sku.objects.exists()

    assert take_list(given, mode="receive", source_id=1, create_missing=True)["skus"] == 1
    made = Sku.objects.get()
    assert (made.code, made.title, made.origin_country) == ("NEW", "A new thing", "GB")
    assert Product.objects.get().title == "A new thing"


@pytest.mark.django_db
def test_a_new_sku_needs_a_title_and_a_barcode_of_its_own():
    warehouse("LON"), sku("MUG", barcode="123")
    assert check_list(rows(("NEW", "LON", 2)), mode="receive", create_missing=True).problems == [
        (2, "title", "NEW is new: give it a title.")
    ]
    plan = check_list(
        rows(("A", "LON", 2), ("B", "LON", 2), title="x", barcode="123"),
        mode="receive", create_missing=True,
    )  # fmt: skip
    assert plan.problems == [
        (3, "barcode", "Row 2 has it, too."),
        (2, "barcode", "MUG has it already; give another."),
    ]


@pytest.mark.django_db
def test_a_warehouse_out_of_reach_is_not_there():
    sku("MUG"), warehouse("LON")
    may = frozenset({"inventory.import_stock"})
    with acting(Actor(name="person:1", permissions=may)):
        assert check_list(rows(("MUG", "LON", 2)), mode="receive").problems == [
            (2, "warehouse", "There is no warehouse LON.")
        ]


@pytest.mark.django_db
def test_an_unknown_mode_is_refused():
    with pytest.raises(BadValue):
        check_list([], mode="guess")


def counted(units: int, expected: int | None) -> list[StockRow]:
    return [StockRow(row=2, sku="MUG", warehouse="LON", units=units, expected=expected)]


@pytest.mark.django_db
def test_a_count_that_expected_something_else_is_refused_where_stock_has_moved():
    level = stock("MUG", on_hand=10)

    with pytest.raises(ListRefused, match="10 are on hand by now, not 12; count again"):
        take_list(counted(11, expected=12), mode="count", source_id=8)
    assert check_list(counted(11, expected=12), mode="count").problems
    take_list(counted(11, expected=10), mode="count", source_id=9)

    level.refresh_from_db()
    assert level.on_hand == 11


@pytest.mark.django_db
def test_a_list_that_was_booked_in_part_as_expected_is_not_booked_again():
    stock("MUG", on_hand=10)
    cup = stock("CUP", on_hand=4)
    given = rows(("MUG", "LON", 7), ("CUP", "LON", 4))
    take_list(given, mode="count", source_id=8)
    stock("CUP", on_hand=9)

    assert take_list(given, mode="count", source_id=8)["levels"] == 0
    cup.refresh_from_db()
    assert cup.on_hand == 9


@pytest.mark.django_db
def test_a_count_whose_worker_died_after_booking_changes_nothing_more(tmp_path):
    level = stock("MUG", on_hand=10)
    file = SimpleUploadedFile("count.csv", b"sku,warehouse,units\nMUG,LON,10\n")
    options = {"mode": "count", "warehouse": "", "create_missing": False}
    batch = start_import(file, options)
    run_batch.do(str(batch.pk))
    stock("MUG", on_hand=12)

    Batch.objects.filter(pk=batch.pk).update(state="running", finished_at=None)
    run_batch.do(str(batch.pk))

    level.refresh_from_db()
    assert level.on_hand == 12


@pytest.mark.django_db
def test_new_skus_have_barcodes_that_scanners_find_and_classes_of_danger():
    warehouse("LON"), sku("MUG", barcode="036000291452")

    def problems(code: str, **master: str) -> list:
        given = rows((code, "LON", 2), title="x", **master)
        return check_list(given, mode="receive", create_missing=True).problems

    taken = (2, "barcode", "MUG has it already; give another.")
    assert problems("A", barcode="0036000291452") == [taken]
    assert problems("036000291452") == [(2, "sku", "It is a barcode of MUG; give another.")]
    coded = "It is the code of another SKU; give another."
    assert problems("A", barcode="MUG") == [(2, "barcode", coded)]
    unclear = "Say which class goods of that UN number are of."
    assert problems("A", un_number="3481") == [(2, "hazard_class", unclear)]
    given = rows(("A", "LON", 2), title="x", barcode="50", un_number="3481", hazard_class="9")
    take_list(given, mode="receive", source_id=1, create_missing=True)
    assert scanned("50").sku.un_number == "3481"


@pytest.mark.django_db
def test_old_codes_of_merged_skus_mean_the_kept_one_and_archived_ones_are_refused():
    stock("MUG", on_hand=1)
    merge_sku(sku("OLD").pk, sku("MUG").pk, reason="twice")
    archive_sku(sku("GONE").pk)
    take_list(rows(("OLD", "LON", 2), ("MUG", "LON", 3)), mode="receive", source_id=1)
    assert StockLevel.objects.get(sku__code="MUG").on_hand == 6
    plan = check_list(rows(("OLD", "LON", 2), ("MUG", "LON", 3)), mode="count")
    assert plan.problems == [(3, "sku", "It is counted in row 2 already.")]
    with pytest.raises(ListRefused):
        take_list(rows(("GONE", "LON", 2)), mode="receive", source_id=2)
