import csv
import io
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection

from core.actor import acting, person
from core.errors import BadValue
from core.jobs import KINDS, admit_jobs, work_off
from core.models import Approval, Batch
from core.roles import Role
from inventory.books import _unit_costs
from inventory.exchange import NotChecked, apply_check, start_check
from inventory.exchange_export import export_file
from inventory.importing.mapped import guarded, unguarded
from inventory.models import Barcode, Product, Sku, StockLevel, StockMovement, UnitCostChange
from inventory.operations.catalog.archive import archive_sku
from inventory.operations.catalog.barcodes import add_barcode
from inventory.operations.catalog.listings import change_listing, create_listing
from inventory.operations.catalog.merge import merge_sku
from inventory.operations.catalog.skus import change_sku
from inventory.operations.exchange import products
from inventory.operations.stock.adjust import adjust_stock
from tests.builders.inventory import channel, sku, stock
from tests.builders.people import someone
from tests.inventory.test_books import mismatches


@pytest.fixture(autouse=True)
def _files_here(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def worked(batch: Batch) -> Batch:
    admit_jobs()
    work_off(KINDS["core.run_batch"])
    batch.refresh_from_db()
    return batch


def checked(kind: str, content: str | bytes, **options: object) -> Batch:
    data = content if isinstance(content, bytes) else content.encode()
    return worked(start_check(kind, SimpleUploadedFile("list.csv", data), options))


def applied(check: Batch, mode: str = "clean") -> Batch:
    return worked(apply_check(check, mode=mode))


def problems(batch: Batch) -> list[tuple[int, str]]:
    rows = batch.rows.order_by("position").values_list("data", flat=True)
    return [(data["row"], data["column"]) for data in rows]


def exported(kind: str, form: str = "csv") -> bytes:
    return b"".join(export_file(kind, form).streaming_content)


def told(batch: Batch) -> dict[str, int]:
    return {name: batch.report[name] for name in ("new", "changed", "unchanged", "refused")}


@pytest.mark.django_db
def test_a_check_writes_nothing_and_applying_it_does_what_it_said():
    sku("MUG", title="Mug")
    check = checked("products", "SKU;Name;EAN;Price\nMUG;Big mug;5012345678900;4,25\n")
    assert problems(check) == [(2, "unit_price")]
    check = checked("products", "SKU;Name;EAN\nMUG;Big mug;5012345678900\nCUP;Cup;\n")
    assert told(check) == {"new": 1, "changed": 1, "unchanged": 0, "refused": 0}
    assert Sku.objects.get().title == "Mug"
    assert "Mug,Big mug" in check.file_out.open().read().decode()
    assert applied(check).state == "done"
    assert list(Sku.objects.order_by("id").values_list("code", "title", "barcode")) == [
        ("MUG", "Big mug", "5012345678900"), ("CUP", "Cup", None),
    ]  # fmt: skip


@pytest.mark.django_db
@pytest.mark.parametrize("form", ["csv", "xlsx"])
@pytest.mark.parametrize("kind", ["products", "stock", "costs"])
def test_what_is_exported_comes_back_unchanged(kind, form):
    stock("MUG", on_hand=12)
    sku("=A1+1", title="'=odd", barcode="00012345", unit_price=Decimal("4.250000"))
    sku("x-1", title="'plain", active=False)
    Product.objects.update(description="two\nlines, “quoted” and +1", category="@home")
    check = checked(kind, exported(kind, form))
    rows = 1 if kind == "stock" else 3
    assert problems(check) == ([(3, "sku")] if kind != "stock" else [])  # no code starts so
    assert told(check)["unchanged"] == rows - len(problems(check))
    assert told(check)["changed"] == told(check)["new"] == 0


def test_guarding_a_cell_can_be_undone():
    for text in ("", "a", "=1", "'=1", "''=1", "'a", "-5", "'", "+", "\tx"):
        assert unguarded(guarded(text)) == text
        assert not guarded(text).startswith(("=", "+", "-", "@", "\t"))


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("row", "column"),
    [
        (",Title,,", "sku"),
        ("NEW,,,", "title"),
        ("NEW,T,,five", "weight_grams"),
        ("NEW,T,,0", "weight_grams"),
        ("NEW,T,5.01E+12,", "barcode"),
        ("NEW,T,CUPCODE,", "barcode"),
        ("NEW,T,Ünicode,", "barcode"),
        ("=NEW,T,,", "sku"),
        ("NEW,T\x07,,", "title"),
        ("NEW,T,,1,more", ""),
    ],
)
def test_a_wrong_cell_is_told_by_row_and_column(row, column):
    sku("CUP", barcode="CUPCODE")
    check = checked("products", f"sku,title,barcode,weight\nCUP,Cup,,\n{row}\n")
    assert problems(check) == [(3, column)]
    with pytest.raises(NotChecked):
        apply_check(check)
    assert Sku.objects.count() == 1


@pytest.mark.django_db
def test_a_sku_twice_is_refused_at_both_rows_naming_the_other():
    check = checked("products", "sku,title\nA,One\nB,Two\nA,Three\n")
    assert problems(check) == [(2, "sku"), (4, "sku")]
    assert [row.message for row in check.rows.order_by("position")] == [
        "Row 4 has it, too.", "Row 2 has it, too.",
    ]  # fmt: skip


@pytest.mark.django_db
def test_good_rows_can_be_applied_and_the_others_come_back_as_a_file():
    check = checked("products", "sku,title,weight\nA,One,5\nB,=Two,x\nC,Three,\n")
    done = applied(check, "good")
    assert (done.state, told(done)["new"], told(done)["refused"]) == ("done", 2, 1)
    assert set(Sku.objects.values_list("code", flat=True)) == {"A", "C"}
    back = list(csv.reader(io.StringIO(done.file_out.open().read().decode("utf-8-sig"))))
    assert back[0] == ["sku", "title", "weight", "what will not do"]
    assert back[1][:3] == ["B", "'=Two", "x"]


@pytest.mark.django_db
def test_barcodes_can_change_places_and_go_to_new_skus():
    sku("A", barcode="1111"), sku("B", barcode="2222"), sku("C", barcode="3333")
    text = "sku,title,barcode\nA,A,2222\nB,B,1111\nC,C,4444\nD,D,3333\n"
    assert applied(checked("products", text)).state == "done"
    assert dict(Sku.objects.values_list("code", "barcode")) == {
        "A": "2222", "B": "1111", "C": "4444", "D": "3333",
    }  # fmt: skip


@pytest.mark.django_db
def test_barcodes_of_a_file_are_found_by_scanners_and_old_ones_stay_beside_them():
    sku("A", barcode="1111"), sku("B", barcode="2222")
    add_barcode(sku("B").pk, text="9999")
    text = "sku,title,barcode\nA,A,4006381333931\nB,B,1111\nC,C,614141999996\n"
    assert applied(checked("products", text)).state == "done"
    found = dict(Barcode.objects.order_by("key").values_list("key", "sku__code"))
    assert found == {
        "00614141999996": "C", "04006381333931": "A", "1111": "B", "2222": "B", "9999": "B",
    }  # fmt: skip
    assert not mismatches()
    for barcode in ("9999", "0614141999996", "A", "4006381333930"):  # theirs, a code, no GTIN
        check = checked("products", f"sku,title,barcode\nNEW,N,{barcode}\n")
        assert problems(check) == [(2, "barcode")]
    assert problems(checked("products", "sku,title\n2222,Two\n")) == [(2, "sku")]
    same = checked("products", "sku,title,barcode\nN,N,036000291452\nM,M,0036000291452\n")
    assert {row for row, _ in problems(same)} == {2, 3}


@pytest.mark.django_db
def test_what_a_file_ends_is_archived_and_comes_back():
    item, other = sku("A"), sku("B")
    listing = create_listing(channel("web").pk, channel_sku="B", sku_id=other.pk)
    text = "sku,sold,title\nA,no,A\nB,no,B\nC,no,See\n"
    assert problems(checked("products", text)) == [(3, "active")]
    change_listing(listing.pk, active=False)
    assert applied(checked("products", text)).state == "done"
    assert Sku.objects.exclude(archived_at=None).count() == 3
    applied(checked("products", "sku,sold\nA,yes\n"))
    item.refresh_from_db()
    assert (item.active, item.archived_at) == (True, None)
    assert not mismatches()


@pytest.mark.django_db
def test_dangerous_goods_need_their_class_and_merged_skus_are_named():
    rows = "sku,title,un number,hazard class\nA,A,1993,\nB,B,1993,3\n"
    assert problems(checked("products", rows)) == [(2, "hazard_class")]
    applied(checked("products", rows.replace("A,A,1993,", "A,A,,")))
    merge_sku(sku("A").pk, sku("B").pk, reason="the same")
    assert problems(checked("products", "sku,title\nA,Again\n")) == [(2, "sku")]


@pytest.mark.django_db
def test_a_refused_row_keeps_its_barcode_from_the_others():
    sku("A", barcode="1111")
    check = checked("products", "sku,title,barcode,weight\nA,A,2222,x\nB,B,1111,\n")
    assert problems(check) == [(2, "weight_grams"), (3, "barcode")]


@pytest.mark.django_db
def test_new_skus_of_one_product_title_are_variants_of_it():
    text = "sku,title,product,category\nS,Small,Shirt,Wear\nL,Large,Shirt,Wear\nH,Hat,,Wear\n"
    applied(checked("products", text))
    assert Product.objects.get(title="Shirt").skus.count() == 2
    assert Product.objects.get(title="Hat").skus.count() == 1
    check = checked("products", text.replace("L,Large,Shirt,Wear", "L,Large,Shirt,Food"))
    assert problems(check) == [(3, "category")]


@pytest.mark.django_db
def test_what_changed_since_the_check_is_refused():
    item = sku("A", title="A")
    check = checked("products", "sku,title\nA,Mine\n")
    change_sku(item.pk, {"title": "Theirs"})
    done = applied(check)
    assert (done.state, problems(done)) == ("failed", [(2, "")])
    item.refresh_from_db()
    assert item.title == "Theirs"


@pytest.mark.django_db
def test_empty_cells_keep_what_is_there_unless_they_are_to_clear_it():
    sku("A", title="A", barcode="1111", hs_code="1234")
    text = "sku,title,barcode,weight,hs code\nA,,,,\n"
    assert told(checked("products", text))["unchanged"] == 1
    check = checked("products", text.replace("title", "note"), empty="clear")
    assert told(check)["changed"] == 1
    applied(check)
    item = Sku.objects.get()
    assert (item.title, item.barcode, item.weight_grams, item.hs_code) == ("A", None, None, "")
    assert not Barcode.objects.exists()


@pytest.mark.django_db
def test_one_that_has_stock_cannot_end():
    stock("A", on_hand=1), sku("B")
    check = checked("products", "sku,sold\nA,no\nB,no\n")
    assert problems(check) == [(2, "active")]


@pytest.mark.django_db
def test_a_level_of_an_archived_sku_is_not_set():
    stock("B", on_hand=1), archive_sku(sku("A").pk)
    check = checked("stock", "sku,warehouse,set to\nA,LON,2\nB,LON,2\n")
    assert problems(check) == [(2, "sku")]


@pytest.mark.django_db
def test_a_missing_column_is_asked_for_and_a_mapping_answers():
    text = "Artikel,Bezeichnung\nA,Becher\n"
    check = checked("products", text)
    assert check.report["missing"] == ["SKU"]
    with pytest.raises(NotChecked):
        apply_check(check)
    mapping = {"sku": "Artikel", "title": "Bezeichnung"}
    assert told(checked("products", text, mapping=mapping))["new"] == 1
    with pytest.raises(BadValue):
        start_check("products", SimpleUploadedFile("a.csv", b"a"), {"mapping": {"colour": "x"}})


@pytest.mark.django_db
def test_a_level_is_set_by_the_ledger_and_a_moved_one_is_refused():
    level = stock("MUG", on_hand=12)
    text = "sku,warehouse,on hand,set to,reason\nMUG,LON,12,9,shrinkage\n"
    check = checked("stock", text)
    adjust_stock(level.sku_id, level.warehouse_id, units=1, reason="found")
    assert (applied(check).state, problems(applied(check))[0][0]) == ("failed", 2)
    assert problems(checked("stock", text)) == [(2, "expected")]
    again = checked("stock", text.replace("12,9", "13,9"))
    assert problems(again) == []
    assert applied(again).state == "done"
    level.refresh_from_db()
    last = StockMovement.objects.order_by("-id").first()
    assert (level.on_hand, last.units, last.reason) == (9, -4, "shrinkage")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("row", "column"),
    [
        ("NO,LON,5,", "sku"),
        ("MUG,NO,5,", "warehouse"),
        ("MUG,LON,-5,", "units"),
        ("MUG,LON,1.5,", "units"),
        ("MUG,LON,20000000000,", "units"),
        ("MUG,LON,5000,", "units"),  # unusually many
        ("MUG,LON,5,found", "reason"),
        ("MUG,LON,15,shrinkage", "reason"),
        ("MUG,LON,5,because", "reason"),
    ],
)
def test_a_level_that_will_not_do_is_told(row, column):
    stock("MUG", on_hand=12)
    assert problems(checked("stock", f"sku,warehouse,units,reason\n{row}\n")) == [(2, column)]


@pytest.mark.django_db
def test_what_is_above_ones_limit_waits_for_a_second_person():
    level = stock("MUG", on_hand=12)
    sku("GOLD", unit_cost="90000"), stock("GOLD", on_hand=2)
    with acting(person(someone(Role.BUYER))):
        check = checked("stock", "sku,warehouse,units\nMUG,LON,12\nGOLD,LON,1\n")
        assert check.report["second_person"] == 1
        assert applied(check).state == "done"
    assert Approval.objects.get().operation == "inventory.adjust_stock"
    assert StockLevel.objects.get(sku__code="GOLD").on_hand == 2
    level.refresh_from_db()
    assert level.on_hand == 12


@pytest.mark.django_db
def test_warehouses_out_of_reach_are_as_if_not_there():
    stock("MUG", on_hand=12)
    with acting(person(someone(Role.BUYER, all_warehouses=False))):
        check = checked("stock", "sku,warehouse,units\nMUG,LON,5\n")
        assert problems(check) == [(2, "warehouse")]
        assert len(exported("stock").splitlines()) == 1


@pytest.mark.django_db
def test_costs_leave_a_trace_whoever_changes_them():
    item = sku("MUG", unit_cost="4")
    assert problems(checked("costs", "sku,cost\nMUG,-1\nNO,4\n")) == [(2, "unit_cost"), (3, "sku")]
    applied(checked("costs", "sku,cost\nMUG,4.25\n", note="new contract"))
    change_sku(item.pk, {"unit_cost": "5"})
    change_sku(item.pk, {"unit_cost": "5"})
    rows = UnitCostChange.objects.order_by("id").values_list("cost_before", "cost", "reason")
    assert list(rows) == [
        (Decimal(4), Decimal("4.25"), "new contract"), (Decimal("4.25"), Decimal(5), "by hand"),
    ]  # fmt: skip
    assert not list(_unit_costs())
    Sku.objects.update(unit_cost=6)
    assert len(list(_unit_costs())) == 1


@pytest.mark.django_db
def test_a_repeat_of_the_job_and_of_the_click_changes_nothing_more():
    stock("MUG", on_hand=12)
    check = checked("stock", "sku,warehouse,units\nMUG,LON,9\n")
    done = applied(check)
    Batch.objects.filter(pk=done.pk).update(state="running")
    KINDS["core.run_batch"].add(done.pk)
    worked(done)
    assert applied(check).state == "failed"
    assert StockLevel.objects.get().on_hand == 9
    assert StockMovement.objects.filter(kind="adjust").count() == 1


@pytest.mark.django_db
def test_a_job_that_dies_in_the_middle_leaves_nothing_and_goes_on(monkeypatch):
    check = checked("products", "sku,title\nA,One\nB,Two\n")
    tell = products.tell

    def dies(*args: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(products, "tell", dies)
    batch = apply_check(check)
    with pytest.raises(KeyboardInterrupt):
        KINDS["core.run_batch"].do(str(batch.pk))
    assert not Sku.objects.exists()
    monkeypatch.setattr(products, "tell", tell)
    assert worked(batch).state == "done"
    assert Sku.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_of_two_who_apply_the_same_check_at_once_one_is_refused():
    stock("MUG", on_hand=12)
    check = checked("stock", "sku,warehouse,units\nMUG,LON,9\n")
    batches = [apply_check(check).pk, apply_check(check).pk]

    def run(pk: int) -> None:
        try:
            KINDS["core.run_batch"].do(str(pk))
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda pk: copy_context().run(run, pk), batches))
    states = Batch.objects.filter(pk__in=batches).values_list("state", flat=True)
    assert sorted(states) == ["done", "failed"]
    assert StockLevel.objects.get().on_hand == 9
