"""What is known of a series at an origin: exact values, and nothing from the future."""

import numpy as np
import pytest

from kpis.forecasting.features import cut_lines, features_at, smoothed
from kpis.forecasting.history import history_of
from tests.builders.demand import shop, weekly


def test_lines_become_weeks():
    history = history_of(
        np.array([0, 1, 0, 0]), np.array([0, 2, 2, 9]), np.array([2.0, 5.0, 3.0, 7.0]),
        count=2, weeks=3,
    )  # fmt: skip

    assert history.units.tolist() == [[2, 0, 3], [0, 0, 5]]  # week 9 is not there


def test_smoothing_starts_at_the_first_week():
    assert smoothed(np.array([[10.0, 0.0, 20.0]]), 0.5).tolist() == [12.5]  # 10, 5, 12.5


@pytest.mark.parametrize(("percent", "limit"), [(50, 3.0), (75, 6.0), (90, 70.8)])
def test_large_lines_are_cut_at_the_series_own_percentile(percent, limit):
    sizes = np.array([2.0, 3.0, 6.0, 114.0, 2.0])
    assert np.percentile(sizes, percent) == pytest.approx(limit)
    history = history_of(np.zeros(5, dtype=int), np.array([0, 0, 1, 1, 2]), sizes, count=1, weeks=3)

    cut = cut_lines(history, percent)

    wanted = [np.minimum(part, limit).sum() for part in (sizes[:2], sizes[2:4], sizes[4:])]
    assert cut[0].tolist() == pytest.approx(wanted)


def test_a_line_of_two_is_never_large():
    history = history_of(
        np.zeros(3, int), np.arange(3), np.array([1.0, 1.0, 2.0]), count=1, weeks=3
    )
    assert cut_lines(history, 50).tolist() == [[1, 1, 2]]


def test_the_plain_averages_are_what_they_say():
    history = weekly([0, 0, 0, 0, 0, 4, 0, 0, 8, 0, 2, 6, 4], [1] * 13)

    known = features_at(history, 13)

    assert known.middle[0, :4].tolist() == [5.0, 3.0, 3.0, pytest.approx(24 / 13)]
    assert known.middle[1, :4].tolist() == [1.0] * 4
    assert known.level.tolist() == [pytest.approx(24 / 13), 1.0]
    assert np.isfinite(known.middle).all()
    assert np.isfinite(known.edges).all()


def test_nothing_that_happens_later_is_known():
    one, other = shop(weeks=30), shop(weeks=30)
    other.units[:, 20:] += 1000
    late = other.week >= 20
    other.size[late] += 1000

    before, after = features_at(one, 20), features_at(other, 20)

    assert (before.middle == after.middle).all()
    assert (before.edges == after.edges).all()


def test_a_week_with_few_open_days_becomes_the_mean_of_the_eight_before():
    days = [[7] * 8 + [2, 7]]
    history = weekly([4, 8, 4, 8, 4, 8, 4, 8, 1, 5], open_days=days)

    assert history.filled()[0].tolist() == [4, 8, 4, 8, 4, 8, 4, 8, 6, 5]
    assert history.censored[0].tolist() == [False] * 8 + [True, False]


def test_a_week_with_enough_open_days_is_scaled_to_seven():
    assert weekly([10, 8], open_days=[[7, 4]]).filled()[0].tolist() == [10, 14]


def test_filling_takes_nothing_away():
    history = weekly([1, 1, 9], open_days=[[7, 7, 1]])
    assert history.filled()[0].tolist() == [1, 1, 9]


def test_what_has_long_been_gone_is_not_kept_alive():
    history = weekly([6] * 8 + [0] * 20, open_days=[[7] * 8 + [0] * 20])

    filled = history.filled()[0]

    assert filled[8:21].tolist() == [6] * 13
    assert filled[21:].tolist() == [0] * 7
