"""Which texts are nearly the same: the quick way against the plain one, and what must never be joined."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nlp.likeness import likeness
from store import alike
from store.alike import ALIKE, BANDS, SIZE, Likenesses, heads, long_enough, matrix

PLEA = "Save the Number 4! They have taken our last bus at 22:40 and now carers and cleaners walk home in the dark."
LIDO = "the council ought to open the lido again this summer because children have nowhere else to swim here"
LIBRARY = "and pensioners need somewhere warm for company in winter while the library stays shut on most days"
WIDTH = SIZE // BANDS
SLOWLY = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
"""On a busy machine an example may take its time."""


def anywhere(text: int, head: int) -> bool:
    return True


def of(*texts: str) -> list[int]:
    return heads(matrix([likeness(text) for text in texts]), anywhere)


def near(one: Sequence[int], other: Sequence[int]) -> int:
    """How many values are equal, if a whole band is; else 0."""
    bands = range(0, SIZE, WIDTH)
    whole = any(list(one[at : at + WIDTH]) == list(other[at : at + WIDTH]) for at in bands)
    return sum(a == b for a, b in zip(one, other, strict=True)) if whole else 0


def plainly(rows: Likenesses, places: Sequence[int]) -> list[int]:
    """The same, short enough to be believed by reading it. Texts of different places may not be joined."""
    found: list[int] = []
    enough = long_enough(rows)
    for row in range(len(rows)):
        here = [head for head in sorted(set(found)) if places[head] == places[row] and enough[head] and enough[row]]
        best = max(here, key=lambda head: (near(rows[row].tolist(), rows[head].tolist()), -head), default=row)
        found.append(best if best != row and near(rows[row].tolist(), rows[best].tolist()) >= ALIKE else row)
        copies = [one for one in range(row) if enough[row] and (rows[one] == rows[row]).all()]
        found[row] = next((found[one] for one in copies if places[found[one]] == places[row]), found[row])
    return found


@st.composite
def worlds(draw: st.DrawFn) -> tuple[Likenesses, list[int]]:
    """Some originals, each with copies of which a share of the values is another; some copies of copies."""
    count = draw(st.integers(0, 12))
    random = np.random.default_rng(draw(st.integers(0, 2**32)))
    rows = np.zeros((count, SIZE), dtype=np.uint32)
    for row in range(count):
        source = draw(st.integers(-1, row - 1))
        fresh = random.integers(0, 2 ** draw(st.sampled_from([26, 26, 26, 32])), SIZE, dtype=np.uint64)
        kept = random.random(SIZE) < draw(st.sampled_from([0.4, 0.6, 0.65, 0.7, 0.9, 1.0]))
        rows[row] = np.where(kept, rows[source], fresh) if source >= 0 else fresh
    return rows, draw(st.lists(st.integers(0, 1), min_size=count, max_size=count))


@SLOWLY
@given(worlds())
def test_the_quick_way_joins_the_same(world: tuple[Likenesses, list[int]]) -> None:
    rows, places = world
    assert heads(rows, lambda one, head: places[one] == places[head]) == plainly(rows, places)


@SLOWLY
@given(worlds())
def test_every_text_of_a_group_is_alike_its_head(world: tuple[Likenesses, list[int]]) -> None:
    """No chain leads from a text to an unlike one."""
    rows, _ = world
    for row, head in enumerate(heads(rows, anywhere)):
        assert int((rows[row] == rows[head]).sum()) >= ALIKE


def test_a_chain_does_not_swallow_what_is_unlike() -> None:
    words, other = LIDO.split(), LIBRARY.split()
    steps = [" ".join([*words[step:], *other[:step]]) for step in range(0, len(words), 2)]
    found = of(*steps)
    assert len(set(found)) > 2
    assert all(near(likeness(steps[row]), likeness(steps[head])) >= ALIKE for row, head in enumerate(found))


@pytest.mark.parametrize(
    "copy",
    [
        PLEA.upper(),
        PLEA + " https://talk.example/p/17",
        "PLEASE SHARE. " + PLEA,
        PLEA.replace("carers", "nurses"),
        "My neighbour asked me to post this. " + PLEA,
    ],
)
def test_who_copies_and_changes_a_little_says_the_same(copy: str) -> None:
    assert of(PLEA, "Something else altogether, about the swings in the park", copy) == [0, 1, 0]


@pytest.mark.parametrize(
    "text", ["Thanks!", "+1", "👍", "", "Happy birthday to you", "That is a weight off. Thank you"]
)
def test_strangers_share_short_words_by_chance(text: str) -> None:
    assert of(text, text, text) == [0, 1, 2]


def test_a_short_text_begins_some_six_words_long() -> None:
    words = LIDO.split()
    enough = [bool(long_enough(matrix([likeness(" ".join(words[:count]))]))[0]) for count in range(1, len(words))]
    assert not any(enough[:4]) and all(enough[9:])


def test_two_people_about_one_thing_in_their_own_words_are_two() -> None:
    assert of(
        "The pothole outside the chemist on Chandlery Street has opened up again, mind your tyres tonight",
        "Has anyone reported that big hole by the pharmacy in Chandlery Street? Wrecked my wheel this morning",
    ) == [0, 1]


def test_of_two_heads_the_one_that_is_more_alike_is_joined() -> None:
    random = np.random.default_rng(1)
    rows = random.integers(0, 2**26, (3, SIZE), dtype=np.uint64).astype(np.uint32)
    rows[1, :30] = rows[0, :30]
    rows[2] = rows[1]
    rows[2, :8] = random.integers(0, 2**26, 8, dtype=np.uint64)
    assert heads(rows, anywhere) == [0, 1, 1]


def test_thousands_that_share_a_part_are_compared_with_some_heads_only(monkeypatch: pytest.MonkeyPatch) -> None:
    random = np.random.default_rng(1)
    rows = random.integers(0, 2**26, (40, SIZE), dtype=np.uint64).astype(np.uint32)
    rows[:, :WIDTH] = rows[0, :WIDTH]
    rows[30:] = rows[9]
    assert heads(rows, anywhere)[30:] == [9] * 10
    rows[30:, -1] += np.arange(1, 11, dtype=np.uint32)
    rows[30:, WIDTH::WIDTH] += np.arange(1, 11, dtype=np.uint32)[:, None]  # only the common band is left
    assert heads(rows, anywhere)[30:] == [9] * 10
    monkeypatch.setattr(alike, "CROWD", 5)
    assert 9 not in heads(rows, anywhere)[30:]


def test_a_missing_likeness_is_alike_nothing() -> None:
    assert heads(matrix([(), (), ()]), anywhere) == [0, 1, 2]
    assert heads(matrix([]), anywhere) == []
