"""The carton proposal."""

from types import SimpleNamespace

from shipping.rating.cartons import Item, item_of, propose_cartons


def carton(code, *inside, load=10_000, tare=100):
    return SimpleNamespace(code=code, inside_mm=inside, max_load_grams=load, tare_grams=tare)


SMALL, LARGE = carton("S", 200, 150, 100), carton("L", 400, 300, 300)


def test_the_smallest_that_takes_all_is_proposed():
    (only,) = propose_cartons([Item(1, 2, (100, 100, 50), 200)], [LARGE, SMALL])

    assert (only.carton.code, only.units, only.grams, only.gross_grams) == ("S", {1: 2}, 400, 500)


def test_a_long_item_needs_the_carton_that_is_as_long():
    (only,) = propose_cartons([Item(1, 1, (20, 380, 20), 200)], [LARGE, SMALL])

    assert only.carton.code == "L"


def test_too_heavy_for_one_goes_in_several():
    found = propose_cartons([Item(1, 5, (100, 100, 50), 4_000)], [LARGE, SMALL])

    assert [(p.carton.code, p.units) for p in found] == [
        ("L", {1: 2}),
        ("L", {1: 2}),
        ("S", {1: 1}),
    ]


def test_gaps_are_left_for():
    (only,) = propose_cartons([Item(1, 3, (200, 150, 33), 10)], [LARGE, SMALL])

    assert only.carton.code == "L"  # 99 % of the small one is more than 85 %


def test_what_no_carton_takes_goes_as_it_is():
    found = propose_cartons([Item(1, 1, (900, 10, 10), 50), Item(2, 1, (10, 10, 10), 5)], [SMALL])

    assert [(p.carton and p.carton.code, p.units) for p in found] == [("S", {2: 1}), (None, {1: 1})]


def test_what_nobody_has_measured_is_assumed_and_said():
    sku = SimpleNamespace(length_mm=None, width_mm=None, height_mm=None, weight_grams=None)

    (only,) = propose_cartons([item_of(1, 1, sku)], [LARGE])

    assert not only.measured
    assert only.grams == 300


def test_nothing_needs_nothing():
    assert propose_cartons([], [SMALL]) == []
