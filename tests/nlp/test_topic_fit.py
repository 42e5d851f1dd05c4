"""The fit of topics: it finds what separates, one answer from any start, and offsets count."""

from __future__ import annotations

import numpy as np
import pytest

from nlp.encoder import Numbers
from nlp.topic_fit import features, fit, shares


def made(count: int, seed: int = 1) -> tuple[Numbers, Numbers]:
    """`count` meanings of length 1 about three directions, and which direction each is about."""
    chance = np.random.default_rng(seed)
    at = np.arange(count) % 3
    raw = np.eye(8)[at] + chance.normal(0, 0.3, (count, 8))
    meanings = (raw / np.linalg.norm(raw, axis=1, keepdims=True)).astype(np.float32)
    return meanings, np.eye(3, dtype=np.float32)[at]


def fitted(meanings: Numbers, told: Numbers, *, offsets: Numbers | None = None, start: Numbers | None = None,
           weights: Numbers | None = None) -> Numbers:  # fmt: skip
    none = np.zeros((9, 3), np.float32)
    return fit(
        features(meanings), told, np.zeros_like(told) if offsets is None else offsets,
        np.ones(len(told), np.float32) if weights is None else weights, none if start is None else start, 2_000,
    )  # fmt: skip


def test_what_it_learnt_it_finds_in_others() -> None:
    weights = fitted(*made(300))
    meanings, told = made(300, seed=2)
    assert (shares(features(meanings) @ weights).argmax(1) == told.argmax(1)).mean() > 0.95


def test_from_any_start_it_comes_to_the_same() -> None:
    meanings, told = made(90)
    start = np.random.default_rng(3).normal(0, 1, (9, 3)).astype(np.float32)
    one, other = fitted(meanings, told), fitted(meanings, told, start=start)
    given = features(meanings)
    assert shares(given @ one) == pytest.approx(shares(given @ other), abs=5e-3)


def test_what_the_words_say_need_not_be_learnt_again() -> None:
    meanings, told = made(300)
    weights = fitted(meanings, told, offsets=told * 12)
    assert np.abs(weights[:-1]).max() < np.abs(fitted(meanings, told)[:-1]).max() / 2


def test_a_text_that_counts_three_times_is_like_three_texts() -> None:
    meanings, told = made(30)
    thrice = np.ones(30, np.float32)
    thrice[:3] = 3
    more = [*range(30), 0, 1, 2, 0, 1, 2]
    weighed, repeated = fitted(meanings, told, weights=thrice), fitted(meanings[more], told[more])
    given = features(meanings)
    assert shares(given @ weighed) == pytest.approx(shares(given @ repeated), abs=5e-3)


def test_shares_sum_to_one_even_of_great_numbers() -> None:
    assert shares(np.array([[1e4, -1e4, 0.0]], np.float32)).tolist() == [[1.0, 0.0, 0.0]]
