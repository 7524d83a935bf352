"""The simple methods, by hand."""

import numpy as np
import pytest

from inventory.states import ForecastMethod
from kpis.forecasting.choose import POOLED, Candidates, chosen_of, score_of
from kpis.forecasting.forecast import TITLES
from kpis.forecasting.methods import (
    SIMPLE,
    exponential,
    fading,
    intermittent,
    median_and_mean,
    moving_average,
    seasonal,
)
from kpis.forecasting.regression import fit_quantile
from kpis.forecasting.score import bias, coverage, stock_for_fill, wape
from tests.builders.demand import shop, weekly


def test_the_moving_average_takes_what_there_is_up_to_eight_weeks():
    rates = moving_average(np.array([[2.0, 4, 6, 8, 10, 12, 14, 16, 100]]))
    assert rates[0].tolist() == [0, 2, 3, 4, 5, 6, 7, 8, 9, 21.25]


def test_exponential_smoothing():
    assert exponential(np.array([[8.0, 4, 4]]), 0.5)[0].tolist() == [0, 8, 6, 5]


def test_croston_is_size_over_interval_corrected():
    rates = intermittent(np.array([[0.0, 6, 0, 6]]), alpha=0.5)[0]
    assert rates.tolist() == [0, 0, 0.75 * 6 / 2, 0.75 * 6 / 2, 0.75 * 6 / 2]


def test_what_died_fades():
    rates = fading(np.array([[4.0] + [0.0] * 60]))[0]
    assert rates[1] == 4
    assert rates[-1] < 0.2


def test_one_large_order_moves_the_mix_by_half():
    rates = median_and_mean(np.array([[1.0, 1, 1, 1, 1, 1, 1, 81]]))[0]
    assert rates[-1] == (1 + 11) / 2


def test_the_same_weeks_a_year_ago():
    year = np.arange(60.0)[None]
    assert seasonal(year)[0, 60] == np.mean([8, 9, 10, 11])
    assert seasonal(year)[0, 40] == np.mean([36, 37, 38, 39])


@pytest.mark.parametrize("name", SIMPLE)
def test_no_method_sees_its_future(name):
    past, future = shop(weeks=70).units, shop(weeks=70).units.copy()
    future[:, 60:] += 500
    method = SIMPLE[name][1]
    assert (method(past)[:, :61] == method(future)[:, :61]).all()


def test_people_can_choose_every_method_there_is():
    assert set(ForecastMethod.values) == {*TITLES, "automatic"}
    assert {name: ForecastMethod(name).label for name in TITLES} == TITLES


def test_the_favorite_stays_unless_another_is_far_better():
    scores = np.array([[10.0, 10.0], [2.1, 1.9]])
    candidates = Candidates((POOLED, "seasonal"), np.zeros((2, 2)), scores)
    assert chosen_of(candidates, POOLED).tolist() == [0, 1]


def test_totals_cut_short_by_a_stock_out_do_not_count_for_or_against():
    sold = [[2.0] * 16]
    out = weekly(*sold, open_days=[[7] * 8 + [0] + [7] * 7])
    rates = np.array([[9.0, 2, 2, 2, 2]])  # wrong by 28 in the newest origin alone
    assert score_of(rates, weekly(*sold)).tolist() == [(28 + 28) / 5]
    # Origins 12, 10, 8, 6 and 4: the weeks from 8 and from 6 on hold the one that was out.
    assert score_of(rates[:, ::-1], out).tolist() == [(28 + 28) / 3]
    assert score_of(np.array([[2.0, 2, 9, 9, 2]]), out).tolist() == [0]


def test_a_quantile_is_fitted_where_it_is():
    sold = np.arange(1.0, 101)
    found = fit_quantile(np.ones((100, 1)), sold, 0.9, near=0.01, rounds=100)
    assert found[0] == pytest.approx(90, abs=1.5)


def test_errors_by_hand():
    told, sold = np.array([2.0, 4, 10]), np.array([4.0, 4, 2])
    assert wape(told, sold) == 1.0
    assert bias(told, sold) == 0.6
    assert coverage(told, sold) == pytest.approx(2 / 3)
    assert wape(told, np.zeros(3)) is None


def test_stock_for_a_fill_rate_by_hand():
    """Up to 8 serves all 16 of two periods: 8 and 0, 8 and 0 in stock; up to 4 serves half."""
    quantiles = [np.array([[4.0, 8.0]])] * 2
    sold = [np.array([8.0])] * 2
    weeks = stock_for_fill(quantiles, sold, weeks=4, fill=0.75)
    assert weeks == pytest.approx(4 * (0.25 + 0.5) / 2)


def test_what_is_left_over_stays_in_stock():
    quantiles = [np.array([[10.0]]), np.array([[2.0]])]
    sold = [np.array([2.0]), np.array([6.0])]
    # 10 and 8 in the first period; 8, not 2, and 2 in the second: (9 + 5) of 8, times 4 weeks.
    assert stock_for_fill(quantiles, sold, weeks=4) == pytest.approx(14 / 8 * 4)
