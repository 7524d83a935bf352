"""A file of invoices becomes past orders, and every line of it is accounted for."""

import gzip
from decimal import Decimal

import pytest

from core.errors import BadValue
from core.models import BatchRow, BatchState, EventRecord
from core.money import Money
from inventory.models import Listing, Sku, StockLevel, StockMovement
from inventory.operations.catalog.archive import archive_sku
from inventory.operations.catalog.merge import merge_sku
from orders.models import Customer, ImportedReturnLine, ImportLine, ImportProfile, Order, OrderLine
from orders.operations.imports import chunks
from orders.operations.imports.run import open_import, run_import
from orders.states import OrderStatus, PaymentStatus
from tests.builders.inventory import sku
from tests.orders.imports.conftest import HEADER, ROWS


def test_every_line_is_accounted_for_and_the_sums_balance(take_in, invoices):
    report = take_in(invoices()).report

    rows = {outcome: part["rows"] for outcome, part in report["outcomes"].items()}
    assert rows == {"imported": 4, "charges": 1, "returns": 1, "set_aside": 3}
    assert report["rows"] == len(ROWS)
    assert report["merged"] == 1
    assert report["orders"] == 3
    assert report["balanced"]
    assert Decimal(report["value"]) == Decimal("20.40") + 18 + Decimal("0.125") - Decimal(
        "7.65"
    ) - Decimal("11062.06")


def test_what_is_set_aside_is_listed_with_row_and_reason(take_in, invoices):
    batch = take_in(invoices())

    reasons = dict(BatchRow.objects.filter(batch=batch).values_list("position", "message"))
    assert reasons == {
        6: "no units",
        8: "bad-debt entry of the bookkeeping, not an order",
        9: "negative units on a sale: a stock note, not a sale",
    }


def test_lines_of_one_sku_and_price_are_merged_and_charges_are_no_goods(take_in, invoices):
    take_in(invoices())

    order = Order.objects.get(channel_ref="100")
    line = order.lines.get()
    assert (line.sku.code, line.units, line.units_shipped) == ("MUG", 8, 8)
    assert line.total == Money.of("20.40", "GBP")
    assert order.shipping == Money.of("18.00", "GBP")
    assert order.total == Money.of("38.40", "GBP")
    assert order.status == OrderStatus.CLOSED
    assert order.payment_status == PaymentStatus.PAID
    assert order.historical
    assert order.payments.get().amount == order.total


def test_half_a_penny_is_rounded_to_even_and_the_report_says_so(take_in, invoices):
    batch = take_in(invoices())

    order = Order.objects.get(channel_ref="101")
    assert order.total == Money.of("0.12", "GBP")
    assert order.country == "IE"
    assert order.customer.external_ref == "uk-web:guest"
    assert Decimal(batch.report["rounding"]) == Decimal("-0.005")


def test_the_past_publishes_nothing_live(take_in, invoices):
    take_in(invoices())

    assert EventRecord.objects.filter(live=False).exists()
    told = EventRecord.objects.filter(live=True).values_list("name", flat=True)
    assert set(told) == {"batch.started", "batch.finished"}  # the work itself is of today


def test_stock_is_received_and_shipped_and_the_ledger_proves_it(take_in, invoices):
    take_in(invoices())

    for level in StockLevel.objects.select_related("sku"):
        moved = StockMovement.objects.filter(level=level).values_list("units", flat=True)
        assert sum(moved) == level.on_hand == 0
    mug = StockMovement.objects.filter(level__sku__code="MUG")
    assert sorted(mug.values_list("kind", "units")) == [("receive", 8), ("ship", -8)]


def test_credits_wait_for_returns(take_in, invoices):
    take_in(invoices())

    credit = ImportedReturnLine.objects.get()
    assert (credit.channel_ref, credit.units, credit.state) == ("C102", 3, "waiting")
    assert credit.amount == Money.of("7.65", "GBP")
    assert credit.customer == Customer.objects.get(external_ref="uk-web:17850")
    assert credit.sku.code == "MUG"


def test_a_second_import_of_the_same_file_changes_nothing(take_in, invoices):
    path = invoices()
    take_in(path)
    before = _everything()

    report = take_in(path).report

    assert report["orders"] == 0
    assert report["outcomes"]["already"]["rows"] == 6
    assert report["balanced"]
    assert _everything() == before


@pytest.mark.parametrize("survived", [0, 1, 2, 3])
def test_killed_in_the_middle_and_started_again_it_ends_the_same(
    channel, invoices, monkeypatch, survived
):
    monkeypatch.setattr("orders.operations.imports.run.CHUNK", 1)
    path = str(invoices())
    batch = open_import(channel.pk, profile="online_retail", path=path)

    class Killed(BaseException):
        pass

    left = iter(range(survived))

    def kill(told):
        if next(left, None) is None:
            raise Killed

    with pytest.raises(Killed):
        run_import(batch.pk, told=kill)
    again = open_import(channel.pk, profile="online_retail", path=path)
    assert again.pk == batch.pk

    report = run_import(again.pk).report

    assert report["balanced"]
    assert report["orders"] == Order.objects.count() == 3
    assert ImportedReturnLine.objects.count() == 1
    assert not ImportLine.objects.exists()


def test_an_order_with_an_unreadable_row_is_set_aside_whole(take_in, invoices):
    batch = take_in(
        invoices(
            "200,MUG,Mug,1,2010-12-01 08:26,2.55,1,France",
            "200,LAMP,Lamp,many,2010-12-01 08:26,2.55,1,France",
            "201,MUG,Mug,1,2010-12-01 08:26,2.55,1,France",
        )
    )

    assert list(Order.objects.values_list("channel_ref", flat=True)) == ["201"]
    assert dict(BatchRow.objects.filter(batch=batch).values_list("position", "message")) == {
        2: "row 3 of this order is unreadable",
        3: "units 'many' is not a whole number",
    }


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("1,MUG,Mug,1,2010-12-01 08:26,NaN,1,France", "price 'NaN' is not a number"),
        ("1,MUG,Mug,1,2010-12-01 08:26,1e99,1,France", "price '1e99' is out of range"),
        ("1,MUG,Mug,1,01.12.2010,1.00,1,France", "date '01.12.2010' is not like"),
        ("1,MUG,Mug,99999999999,2010-12-01 08:26,1.00,1,France", "units '99999999999' is out of"),
        ("1,MUG,Mug,1,2010-12-01 08:26,1.00", "has 6 cells, the header 8"),
        (",MUG,Mug,1,2010-12-01 08:26,1.00,1,France", "has no order reference"),
        ("1,,Mug,1,2010-12-01 08:26,1.00,1,France", "has no SKU"),
        (f"1,MUG,{'m' * 300},1,2010-12-01 08:26,1.00,1,France", "title is longer than 200"),
        ("1,MUG,Mug,1,2010-12-01 08:26,-1.00,1,France", "negative price on a sale"),
    ],
)
def test_a_bad_row_names_its_fault(take_in, invoices, row, reason):
    batch = take_in(invoices(row))

    assert not Order.objects.exists()
    assert BatchRow.objects.get(batch=batch, position=2).message.startswith(reason)


def test_a_dry_run_foresees_the_import_and_writes_nothing(take_in, invoices):
    path = invoices()

    foreseen = take_in(path, dry_run=True).report

    assert not Order.objects.exists()
    assert not Sku.objects.exists()
    assert not Customer.objects.exists()
    real = take_in(path).report
    for part in ("outcomes", "orders", "merged", "rows", "value"):
        assert foreseen[part] == real[part]
    assert foreseen["new_skus"] == Sku.objects.count()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_encodings_that_programs_write(take_in, invoices, encoding):
    take_in(invoices("1,MUG,Café crème £5,1,2010-12-01 08:26,1.00,1,France", encoding=encoding))

    assert OrderLine.objects.get().title == "Café crème £5"


@pytest.mark.parametrize("separator", [";", "\t", "|"])
def test_separators_that_programs_write(take_in, tmp_path, separator):
    path = tmp_path / "file.csv"
    text = f"{HEADER}\n1,MUG,Mug,1,2010-12-01 08:26,1.00,1,France\n"
    path.write_text(text.replace(",", separator))

    assert take_in(path).report["orders"] == 1


def test_a_gzip_file_is_read_and_a_damaged_one_refused(take_in, tmp_path, channel):
    whole = gzip.compress("\n".join([HEADER, *ROWS]).encode() * 1)
    (tmp_path / "a.csv.gz").write_bytes(whole)
    (tmp_path / "b.csv.gz").write_bytes(whole[: len(whole) // 2])

    assert take_in(tmp_path / "a.csv.gz").report["orders"] == 3
    with pytest.raises(BadValue, match="damaged"):
        take_in(tmp_path / "b.csv.gz")


def test_an_endless_line_is_refused(take_in, tmp_path):
    path = tmp_path / "file.csv"
    path.write_text(HEADER + "\n" + "x" * 10_000_000)

    with pytest.raises(BadValue, match="longer than"):
        take_in(path)
    assert not Order.objects.exists()


def test_a_missing_column_is_named(take_in, tmp_path):
    path = tmp_path / "file.csv"
    path.write_text("InvoiceNo,StockCode,Quantity,InvoiceDate\n1,MUG,1,2010-12-01 08:26\n")

    with pytest.raises(BadValue, match='no column "UnitPrice"'):
        take_in(path)


def test_an_empty_file_is_refused(take_in, tmp_path):
    path = tmp_path / "file.csv"
    path.write_text("")

    with pytest.raises(BadValue, match="empty"):
        take_in(path)


def test_an_unknown_sku_follows_the_rule(take_in, invoices):
    ImportProfile.objects.filter(code="online_retail").update(
        rules={
            **ImportProfile.objects.get(code="online_retail").rules,
            "unknown_sku": "exception",
        }
    )

    take_in(invoices("1,MUG,Mug,1,2010-12-01 08:26,1.00,1,France"))

    assert not Sku.objects.exists()
    assert Listing.objects.get().sku is None
    assert OrderLine.objects.get().sku is None


def test_codes_that_differ_in_case_are_one_sku(take_in, invoices):
    take_in(
        invoices(
            "1,85123a,Holder,1,2010-12-01 08:26,1.00,1,France",
            "1,85123A,Holder,2,2010-12-01 08:26,1.00,1,France",
        )
    )

    assert Sku.objects.get().code == "85123A"
    assert OrderLine.objects.get().units == 3


@pytest.mark.parametrize(
    ("rules", "field"),
    [
        ({"unknown_skus": "create"}, "rules.unknown_skus"),
        ({"unknown_sku": "ignore"}, "rules.unknown_sku"),
        ({"charges": {"POST": "postage"}}, "rules.charges.POST"),
        ({"return_prefixes": "C"}, "rules.return_prefixes"),
    ],
)
def test_a_misspelled_rule_is_refused_by_name(take_in, invoices, rules, field):
    ImportProfile.objects.filter(code="online_retail").update(rules=rules)

    with pytest.raises(BadValue) as refusal:
        take_in(invoices())
    assert refusal.value.facts["field"] == field


def test_a_closed_channel_takes_no_file(take_in, invoices, channel):
    channel.active = False
    channel.save()

    with pytest.raises(BadValue, match="closed"):
        take_in(invoices())


def test_a_failed_batch_says_why(take_in, invoices, channel, monkeypatch):
    path = str(invoices())
    batch = open_import(channel.pk, profile="online_retail", path=path)
    (invoices()).write_text("nothing,here\n1,2\n")

    with pytest.raises(BadValue):
        run_import(batch.pk)

    batch.refresh_from_db()
    assert batch.state == BatchState.FAILED
    assert "no column" in batch.last_error


def _everything() -> dict[str, int]:
    models = (Order, OrderLine, Customer, Sku, Listing, StockMovement, ImportedReturnLine)
    return {model.__name__: model.objects.count() for model in models}


def test_the_chunk_is_large_enough_to_be_set_based():
    assert chunks.CHUNK >= 500


def test_codes_of_merged_skus_list_the_kept_one_and_archived_ones_are_not_offered(
    take_in, invoices
):
    merge_sku(sku("MUG").pk, sku("KEPT").pk, reason="twice")
    archive_sku(sku("LAMP").pk)

    take_in(invoices())

    listed = Listing.objects.values_list("channel_sku", "sku__code", "active")
    assert {("MUG", "KEPT", True), ("LAMP", "LAMP", False)} <= set(listed)
    assert Order.objects.get(channel_ref="100").lines.get().sku.code == "KEPT"
