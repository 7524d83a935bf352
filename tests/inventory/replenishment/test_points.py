"""Reorder points, by hand."""

from decimal import Decimal

import numpy as np
import pytest

from inventory.operations.replenishment.decide import in_words
from inventory.operations.replenishment.points import (
    Curves,
    demand_within,
    lead_times,
    mixed_quantile,
    points_of,
    share_below,
    whole_units,
)

LEVELS = (0.5, 0.9, 0.95)
# One week: 10, 18, 20 units; two weeks: 20, 30, 40.
CURVES = Curves((1, 2), LEVELS, np.array([[[10.0, 18, 20], [20, 30, 40]]]))


def within(days: float) -> list[float]:
    return demand_within(CURVES, np.array([days]))[0].tolist()


def test_demand_is_linear_between_horizons_and_stretched_past_the_last():
    assert within(7) == [10, 18, 20]
    assert within(10.5) == [15, 24, 30]
    assert within(3.5) == [5, 9, 10]
    assert within(28) == [40, 60, 80]


def test_the_chance_of_enough():
    curve = np.array([[10.0, 18, 20]])
    at = [share_below(curve, LEVELS, np.array([units]))[0] for units in (0, 5, 10, 14, 18, 20)]
    assert at == pytest.approx([0, 0.25, 0.5, 0.7, 0.9, 0.95])
    assert share_below(curve, LEVELS, np.array([22.0]))[0] == pytest.approx(0.975)  # halves again


def test_without_spread_the_point_is_the_quantile_of_the_lead_time():
    point = points_of(CURVES, lead=[14], spread=[0], service=[0.9])
    assert point[0] == pytest.approx(30, abs=1e-3)


def test_a_lead_time_that_varies_needs_more():
    sure = points_of(CURVES, lead=[14], spread=[0], service=[0.95])[0]
    unsure = points_of(CURVES, lead=[14], spread=[7], service=[0.95])[0]
    assert unsure > sure


def test_a_mix_of_two_certain_demands():
    """10 or 20 units, equally likely: 10 is enough in half of the cases, 20 in all."""
    ten, twenty = (np.array([[units - 1e-6, units, units + 1e-6]]) for units in (10.0, 20.0))
    levels = (0.01, 0.5, 0.99)
    assert mixed_quantile([ten, twenty], levels, np.array([0.45]))[0] == pytest.approx(10, abs=0.01)
    assert mixed_quantile([ten, twenty], levels, np.array([0.9]))[0] == pytest.approx(20, abs=0.01)


def test_lead_times_lie_around_their_mean():
    times = lead_times(20, 5)
    assert len(times) == 9
    assert times[4] == 20
    assert times[0] == pytest.approx(40 - times[8])
    assert lead_times(20, 0) == [20.0]
    assert min(lead_times(1, 10)) == 0.5


def test_each_series_has_its_own_rule():
    two = Curves((1, 2), LEVELS, np.repeat(CURVES.quantiles, 2, axis=0))
    points = points_of(two, lead=[7, 14], spread=[0, 0], service=[0.5, 0.95])
    assert points.tolist() == [pytest.approx(10, abs=1e-3), pytest.approx(40, abs=1e-3)]


def test_nothing_sold_needs_nothing():
    none = Curves((1, 2), LEVELS, np.zeros((1, 2, 3)))
    assert whole_units(points_of(none, lead=[14], spread=[5], service=[0.99])[0]) == 0


@pytest.mark.parametrize(("units", "whole"), [(12.0, 12), (12.0000001, 12), (12.1, 13), (-1, 0)])
def test_points_are_whole_units(units, whole):
    assert whole_units(units) == whole


@pytest.mark.parametrize(
    ("percent", "said"),
    [
        ("95", "19 cases out of 20"),
        ("90", "9 cases out of 10"),
        ("50", "1 cases out of 2"),
        ("97.5", "39 cases out of 40"),
        ("99.5", "199 cases out of 200"),
        ("93.7", "93.7 % of cases"),
    ],
)
def test_a_service_level_in_words(percent, said):
    assert in_words(Decimal(percent)) == said
