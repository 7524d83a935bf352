"""Where a number comes from; what there was, and what was known, at a past moment; repairs."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client

from core import clock
from core.actor import SYSTEM, acting, person
from core.books import check_books
from core.errors import BadValue, NotPermitted
from core.roles import Role
from inventory.ledger import moment_in, proof_of, stock_as_of, with_balance
from inventory.models import StockLevel, StockMovement, StockProof, WarehouseAccess
from inventory.operations.stock.adjust import adjust_stock
from inventory.operations.stock.prove import prove_stock, repair_stock
from inventory.states import Counter
from inventory.tasks import prove
from tests.builders.api import caller
from tests.builders.inventory import sku, stock, warehouse
from tests.builders.orders import placed_order
from tests.builders.people import someone

pytestmark = pytest.mark.django_db


def adjusted(units: int, *, days_ago: float = 0, reason: str = "found") -> None:
    with clock.pinned(clock.now() - timedelta(days=days_ago)):
        adjust_stock(sku("MUG").pk, warehouse("LON").pk, units=units, reason=reason)


def bent(units: int) -> StockLevel:
    """Somebody has changed the counter past the ledger."""
    with connection.cursor() as cursor:
        cursor.execute("UPDATE inventory_stocklevel SET on_hand = on_hand + %s", [units])
    return StockLevel.objects.get()


def wrong() -> list[str]:
    return [found.sentence for _, rows in check_books() for found in rows]


def text_of(answer) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


def test_a_counter_beside_its_movements():
    stock("MUG", on_hand=10)
    adjusted(3)
    adjusted(-1, reason="sample")
    level = StockLevel.objects.get()
    proof = proof_of(level, Counter.ON_HAND)
    assert proof.parts == [("Received", 10, 1), ("Adjusted", 2, 2)]
    assert (proof.there, proof.booked, proof.holds) == (12, 12, True)
    balances = with_balance(level, Counter.ON_HAND)
    assert [move.balance for move in balances] == [12, 13, 10]
    assert not proof_of(bent(1), Counter.ON_HAND).holds


def test_what_had_happened_and_what_was_known_of_it():
    stock("MUG", on_hand=10)
    adjusted(5, days_ago=3)  # written down today: nobody knew
    now = clock.now()
    then, item = now - timedelta(days=2), sku("MUG").pk
    assert stock_as_of(item, SYSTEM)[0]["on_hand"] == 15
    assert stock_as_of(item, SYSTEM, at=then)[0]["on_hand"] == 5
    assert stock_as_of(item, SYSTEM, known_at=then)[0]["on_hand"] == 0
    assert stock_as_of(item, SYSTEM, at=then, known_at=clock.now())[0]["on_hand"] == 5
    stock("MUG", on_hand=4, at="BER")
    far = someone(Role.BUYER, all_warehouses=False)
    WarehouseAccess.objects.create(user=far, warehouse=warehouse("BER"))
    assert [row["on_hand"] for row in stock_as_of(item, person(far))] == [4]


def test_moments_as_people_and_programs_write_them():
    assert moment_in("", "at") is None
    assert moment_in("2026-01-31T14:05:00+00:00", "at") == datetime(2026, 1, 31, 14, 5, tzinfo=UTC)
    assert moment_in("2026-01-31T14:05:00 01:00", "at").hour == 14  # a + that was a space
    with clock.read_in("Asia/Tokyo"):
        assert moment_in("2026-01-31T14:05", "at") == datetime(2026, 1, 31, 5, 5, tzinfo=UTC)
    for text in ("yesterday", "2026-13-01", "\x00", "9" * 5000):
        with pytest.raises(BadValue, match="2026-01-31T14:05"):
            moment_in(text, "at")


def test_since_when_they_do_not_agree():
    stock("MUG", on_hand=10)
    assert prove_stock() == 1
    bent(2)
    prove.do("nightly")  # what is wrong keeps its last proof
    assert "so a counter was changed by itself" in wrong()[0]
    adjusted(1)
    move = StockMovement.objects.latest("id")
    assert f"the first movement since is {move.pk} (adjust by system" in wrong()[0]
    StockProof.objects.all().delete()
    assert "They were never proved to agree" in wrong()[0]


def test_a_repair_adds_a_movement_and_changes_nothing(capsys):
    stock("MUG", on_hand=10)
    bent(-3)
    before = list(StockMovement.objects.values())
    with pytest.raises(CommandError):
        call_command("check_books")
    call_command("check_books", repair=True)
    assert "1 movements added" in capsys.readouterr().out
    assert list(StockMovement.objects.order_by("id").values())[: len(before)] == before
    added = StockMovement.objects.latest("id")
    assert (added.units, added.kind, added.note) == (
        -3, "correct", "was 10 by its movements, 7 here",
    )  # fmt: skip
    assert StockLevel.objects.get().on_hand == 7
    assert repair_stock() == 0
    with acting(person(someone(Role.MANAGER))), pytest.raises(NotPermitted):
        repair_stock()


def test_on_pages_within_two_clicks():
    order = placed_order(MUG=2)
    client = Client()
    client.force_login(someone(Role.MANAGER))
    item = sku("MUG")
    there = f"/inventory/skus/{item.public_id}"
    assert (
        f"{there}/proof/?warehouse=LON&amp;counter=allocated"
        in client.get("/inventory/").content.decode()
    )
    assert f"{there}/proof/?warehouse=LON" in client.get(f"{there}/").content.decode()
    assert "Allocated: 2 Proved" in text_of(
        client.get(f"{there}/proof/?warehouse=LON&counter=allocated")
    )
    assert "On hand" in text_of(client.get(f"{there}/proof/?warehouse=LON&counter=nonsense"))
    assert client.get(f"{there}/proof/?warehouse=XXX").status_code == 404
    assert f"{there}/then/?known_at=" in client.get(order.get_absolute_url()).content.decode()
    page = text_of(client.get(f"{there}/then/?at=2026-01-01T10:00&known_at=2026-01-02T10:00"))
    assert "Jan 1, 2026, 10:00" in page
    assert client.get(f"{there}/then/?at=nonsense").status_code == 422


def test_over_the_api():
    stock("MUG", on_hand=10)
    api = caller(someone(Role.BUYER))
    there = f"/api/v1/skus/{sku('MUG').public_id}"
    proof = api.get(f"{there}/proof?warehouse=LON").json()
    assert (proof["units"], proof["booked"], proof["holds"]) == (10, 10, True)
    assert proof["parts"] == [{"what": "Received", "units": 10, "movements": 1}]
    for query, status in (("warehouse=XX", 422), ("warehouse=LON&counter=x", 422), ("", 422)):
        assert api.get(f"{there}/proof?{query}").status_code == status
    rows = api.get(f"{there}/stock-as-of?at=2026-01-01T00:00:00Z").json()
    assert (rows[0]["warehouse"], rows[0]["on_hand"]) == ("LON", 0)
    assert api.get(f"{there}/stock-as-of").json()[0]["available"] == 10
    assert api.get(f"{there}/stock-as-of?at=soon").status_code == 422
