"""The places of the threshold handle, for scores of every shape."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.metrics.handle import NARROWEST, place_handle

SCORES = st.lists(
    st.one_of(st.floats(0, 1), st.floats(0, 1e-6), st.sampled_from([0.0, 1e-300, 0.5, 1.0])),
    min_size=1,
    max_size=30,
)


@given(SCORES)
def test_the_handle_goes_from_everything_to_nothing_in_rising_thresholds(scores):
    handle = place_handle(scores, highest=max(scores))
    assert len(handle.thresholds) == len(handle.positions) == 201
    assert (np.diff(handle.thresholds) > 0).all()
    assert (scores >= handle.thresholds[0]).all()
    assert not (scores >= handle.thresholds[-1]).any()
    assert handle.thresholds[-1] in ({1.001} if max(scores) == 1 else {1.0})


@given(SCORES)
def test_thresholds_can_be_written_with_three_digits(scores):
    for threshold in place_handle(scores, highest=max(scores)).thresholds[1:-1]:
        short = threshold if threshold <= 0.5 else 1 - threshold
        assert float(f"{short:.3g}") == pytest.approx(short, rel=1e-9)
        assert len(repr(float(threshold))) <= 9  # what code and page print is the whole number


@given(SCORES)
def test_places_are_evenly_spaced_in_log_odds_up_to_rounding(scores):
    handle = place_handle(scores, highest=max(scores))
    inner = handle.thresholds[1:-1]
    even = handle.low + handle.step * np.arange(len(inner))
    assert (np.abs(np.log(inner / (1 - inner)) - even) <= 0.55 * handle.step).all()
    assert inner[0] <= NARROWEST[0]
    assert inner[-1] >= NARROWEST[1]


@given(SCORES)
def test_round_numbers_are_places_of_their_own(scores):
    handle = place_handle(scores, highest=max(scores))
    for number in (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9):
        assert handle.thresholds[handle.nearest(number)] == number


@given(SCORES)
def test_a_threshold_of_the_handle_leads_back_to_its_place(scores):
    handle = place_handle(scores, highest=max(scores))
    assert [handle.nearest(threshold) for threshold in handle.thresholds] == list(range(201))
    assert handle.position_of(handle.thresholds) == pytest.approx(handle.positions, abs=0.6 / 200)


@given(SCORES, st.floats(1e-7, 1 - 1e-7))
def test_the_nearest_place_is_nearest_in_log_odds(scores, threshold):
    handle = place_handle(scores, highest=max(scores))
    place = handle.nearest(threshold)
    distance = np.abs(logit(handle.thresholds[1:-1]) - logit(threshold))
    assert distance[place - 1] == distance.min()
    assert abs(float(handle.position_of(threshold)) - place / 200) < 1.1 / 200


def test_ticks_stand_at_the_places_of_their_thresholds():
    scores = np.linspace(0.00001, 0.99999, 1000)
    handle = place_handle(scores, highest=scores.max())
    ticks = handle.ticks
    assert ticks["threshold"].tolist()[-4:] == [0.1, 0.5, 0.9, 0.99] or 0.999 in handle.thresholds
    assert {"1 %", "10 %", "50 %", "90 %", "99 %"} <= set(ticks["label"])
    for tick in ticks.itertuples():
        assert tick.label == f"{tick.threshold:.4%}".rstrip("%").rstrip("0").rstrip(".") + " %"
        assert handle.thresholds[round(tick.position * 200)] == tick.threshold


def logit(t):
    return np.log(t / (1 - t))
