"""The one call of job and evaluation."""

from dataclasses import replace

import numpy as np
import pytest

from kpis.forecasting import pooled
from kpis.forecasting.forecast import forecast
from kpis.forecasting.score import coverage, wape
from tests.builders.demand import shop, weekly


@pytest.fixture(scope="module")
def history():
    return shop(120, 60)


def test_quantiles_rise_with_level_and_horizon(history):
    told = forecast(history)

    assert (np.diff(told.quantiles, axis=2) >= 0).all()
    assert (np.diff(told.quantiles, axis=1) >= 0).all()
    assert (np.diff(told.points, axis=1) >= 0).all()
    assert (told.points >= 0).all()
    assert np.isfinite(told.quantiles).all()


def test_changing_the_future_changes_nothing(history):
    other = shop(120, 60)
    other.units[:, 50:] *= 7
    other.size[other.week >= 50] *= 7

    one, two = forecast(history.until(50), horizons=(4,)), forecast(other.until(50), horizons=(4,))

    assert (one.points == two.points).all()
    assert (one.quantiles == two.quantiles).all()


def test_it_is_closer_than_the_average_and_quantiles_hold(history):
    """On demand whose law stays the same; figures on a real shop are in the docs."""
    told, sold, average, edge = [], [], [], []
    for origin in (44, 48, 52, 56):
        made = forecast(history.until(origin), horizons=(4,))
        told.append(made.points[:, 0])
        edge.append(made.quantiles[:, 0, made.levels.index(0.9)])
        sold.append(history.units[:, origin : origin + 4].sum(axis=1))
        average.append(history.units[:, origin - 8 : origin].mean(axis=1) * 4)
    sold = np.concatenate(sold)

    assert wape(np.concatenate(told), sold) < wape(np.concatenate(average), sold)
    assert coverage(np.concatenate(edge), sold) == pytest.approx(0.9, abs=0.05)
    assert np.concatenate(told).sum() == pytest.approx(sold.sum(), rel=0.1)


@pytest.mark.parametrize("weeks", [1, 3, 9, 13, 18])
def test_a_short_history_falls_back_to_simple_methods(weeks):
    told = forecast(shop(5, weeks))

    assert "pooled" not in told.candidates.names
    assert told.points.shape == (5, 5)
    assert (np.diff(told.quantiles, axis=2) >= 0).all()


def test_few_series_fall_back_as_well():
    assert "pooled" not in forecast(shop(3, 40)).candidates.names


def test_horizons_that_are_too_long_to_learn_are_stretched():
    told = forecast(shop(200, 22))
    eight, thirteen = told.horizons.index(8), told.horizons.index(13)

    assert told.candidates.names[0] == "pooled"
    assert (told.points[:, thirteen] > told.points[:, eight]).any()


def test_a_person_can_have_another_method(history):
    told = forecast(history, horizons=(4,), pinned={3: "moving_average"})

    assert told.method_of(3) == "moving_average"
    assert told.points[3, 0] == pytest.approx(history.units[3, -8:].sum() / 2)


def test_a_method_that_there_is_not_is_passed_over():
    told = forecast(weekly([2.0, 2, 2]), pinned={0: "pooled"})
    assert told.method_of(0) in {"moving_average", *told.candidates.names}


def test_nothing_sold_is_expected_of_what_never_sold():
    told = forecast(weekly([0.0] * 5, [3.0] * 5))
    assert told.points[0].tolist() == [0] * 5
    assert told.quantiles[0].max() == 0
    assert told.points[1, 0] == pytest.approx(3)


def test_what_was_out_of_stock_does_not_teach_that_nobody_wanted_it():
    open_days = [[7.0] * 6 + [0.0] * 2]
    out = forecast(weekly([10.0] * 6 + [0, 0], open_days=open_days))
    dead = forecast(weekly([10.0] * 6 + [0, 0]))
    assert out.points[0, 0] == pytest.approx(10)
    assert dead.points[0, 0] < 8


def test_many_series_are_learned_from_a_spread_of_them(monkeypatch, history):
    monkeypatch.setattr(pooled, "MOST_SERIES", 40)
    told = forecast(history, horizons=(4,))
    assert told.points.shape == (120, 1)
    assert (told.method >= 0).all()


def test_weeks_out_of_stock_teach_nothing():
    history = shop(60, 40)
    days = np.full(history.units.shape, 7.0)
    days[:30, 30] = 0  # half of the series, one week: in the targets of origins 27 to 30
    out = replace(history, open_days=days)

    every, told = pooled.Learner(history)._rows(4), pooled.Learner(out)._rows(4)

    assert len(every.wanted) - len(told.wanted) == 4 * 30
