"""A named model at work, with a network written by hand: pure, cut at its own length, and nothing of torch."""

from __future__ import annotations

import subprocess
import sys

import pytest
from hypothesis import given as each
from hypothesis import settings as with_settings
from hypothesis import strategies as st

from nlp.models.naming import Named
from nlp.models.running import Model, given
from nlp.models.shelf import Shelf
from soundings.errors import BadInput
from soundings.settings import Settings
from soundings.words import Mood
from tests.nlp.models.network import shelve

TEXTS = ["good", "bad bad bins", "", "Good bins", "x " * 5000, "😀" * 300, "a" * 262_144, "@[…] bad http", "\0"]


@pytest.fixture
def model(settings: Settings) -> Model:
    shelf = Shelf(settings)
    made = shelve(shelf)
    return Model(shelf.whole(made), made, Named(model="owner/model"))


def test_each_text_has_three_shares_that_sum_to_one(model: Model) -> None:
    found = model.probabilities(TEXTS)
    assert len(found) == len(TEXTS)
    assert all(sum(shares) == pytest.approx(1) and min(shares) >= 0 for shares in found)
    assert [max(range(3), key=lambda at: shares[at]) for shares in found[:2]] == [2, 0]


@pytest.fixture(scope="module")
def lasting(tmp_path_factory: pytest.TempPathFactory) -> Model:
    """One for all examples."""
    shelf = Shelf(Settings(home=tmp_path_factory.mktemp("home")))
    made = shelve(shelf)
    return Model(shelf.whole(made), made, Named(model="owner/model"))


@with_settings(max_examples=20, deadline=None)
@each(texts=st.permutations(TEXTS), size=st.integers(1, 4))
def test_neither_order_nor_batch_changes_an_answer(lasting: Model, texts: list[str], size: int) -> None:
    once = dict(zip(TEXTS, lasting.probabilities(TEXTS), strict=True))
    parts = [texts[start : start + size] for start in range(0, len(texts), size)]
    assert [found for part in parts for found in lasting.probabilities(part)] == [once[text] for text in texts]


def test_it_is_cut_in_pieces_and_not_in_letters(model: Model) -> None:
    whole, longer, shorter = model.probabilities(["bad " * 10, "bad " * 10 + "good " * 50, "bad " * 9 + "good " * 50])
    assert whole == longer  # ten and the two ends: what comes after is not seen
    assert whole != shorter


def test_half_a_character_is_a_unicode_error(model: Model) -> None:
    with pytest.raises(UnicodeError):
        model.probabilities(["bins \ud83d again"])


def test_labels_that_the_council_explains(settings: Settings) -> None:
    shelf = Shelf(settings)
    made = shelve(shelf, labels=("A", "B", "C"))
    with pytest.raises(BadInput):
        Model(shelf.whole(made), made, Named(model="owner/model"))
    told = {"A": Mood.POSITIVE, "B": Mood.NEUTRAL, "C": Mood.NEGATIVE}
    [shares] = Model(shelf.whole(made), made, Named(model="owner/model", labels=told)).probabilities(["good"])
    assert max(shares) == shares[0]  # "good" counts for the third label


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("@PenmarrowCouncil why?", "@user why?"),
        ("@[…] thanks", "@user thanks"),
        ("See https://example.org/a?b=c and www.example.org.", "See http and http"),
        ("call […] now", "call now"),
        ("#BinDay  \n is\tlate", "#BinDay is late"),
    ],
)
def test_handles_and_links_are_given_as_models_of_posts_know_them(text: str, expected: str) -> None:
    assert given(text) == expected


def test_a_worker_imports_nothing_of_torch() -> None:
    code = (
        "import sys; import nlp.service, nlp.models.opening, nlp.models.running\n"
        "sys.exit(bool({'torch', 'transformers', 'onnx', 'huggingface_hub'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
