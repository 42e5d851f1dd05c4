"""What labels mean: words, maps, yes and no, and two people."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlp.measuring.labels import Meaning, Truth, meaning, task_of
from soundings.errors import BadInput
from tests.nlp.councils import PLAIN, council


def truth(task: str, label: Any, *, only: str = "", several: bool = False) -> Truth | str:
    return meaning(task, only, None, PLAIN).truth(label, several)


def read(task: str, label: Any, **how: Any) -> Truth:
    found = truth(task, label, **how)
    assert isinstance(found, Truth), found
    return found


def test_one_word() -> None:
    assert read("sentiment", " Negative ").main == "negative"
    assert read("topics", "roads parking").main == "roads"
    assert read("topics", "roads parking").also == {"parking"}
    assert read("acts", ["complaint", "question"]).true == {"complaint", "question"}
    assert read("acts", "complaint; question").true == {"complaint", "question"}


@pytest.mark.parametrize(
    ("task", "label", "reason"),
    [
        ("sentiment", "angry", "unknown label 'angry'"),
        ("sentiment", "negativ", "did you mean 'negative'?"),
        ("sentiment", "", "there is no label"),
        ("sentiment", "negative positive", "a text has one sentiment"),
        ("acts", None, "neither a word nor a list"),
        ("acts", [1], "neither a word nor a list"),
        ("acts", {}, "neither a word nor a list"),
        ("topics", "Roadway or Sidewalk Issue", "--map"),
        ("topics", "x" * 500, "…"),
        ("topics", True, "unknown label 'true'"),
    ],
)
def test_what_is_no_label(task: str, label: Any, reason: str) -> None:
    found = truth(task, label)
    assert isinstance(found, str) and reason in found and len(found) < 160


def test_two_people_who_agree() -> None:
    both = [{"acts": ["complaint", "question"], "topics": ["roads", "parks"], "sentiment": "negative"}] * 2
    assert read("acts", both, several=True) == Truth(
        frozenset({"complaint", "question"}),
        frozenset(),
        "complaint",
        frozenset({"question"}),
        frozenset({"complaint"}),
    )
    assert read("topics", both, several=True).main == "roads"
    assert read("sentiment", both, several=True).main == "negative"


def test_where_two_people_differ_nobody_knows() -> None:
    two = [
        {"acts": ["complaint", "question"], "topics": ["roads"], "sentiment": "negative"},
        {"acts": ["question"], "topics": ["parking", "roads"], "sentiment": "neutral"},
    ]
    acts = read("acts", two, several=True)
    assert acts.true == {"question"} and acts.unknown == {"complaint"}
    topics = read("topics", two, several=True)
    assert topics.main == "" and topics.mains == {"roads", "parking"}
    assert read("sentiment", two, several=True).main == ""


@pytest.mark.parametrize("labels", [[], "roads", [1], [{"acts": ["question"]}], [{"topics": "nonsense"}]])
def test_labels_of_people_that_cannot_be_used(labels: Any) -> None:
    assert isinstance(truth("topics", labels, several=True), str)


@pytest.mark.parametrize("yes", ["1", "true", "Yes", "y", True])
@pytest.mark.parametrize("no", ["0", "FALSE", "no", "n", False])
def test_yes_and_no(yes: Any, no: Any) -> None:
    assert read("acts", yes, only="complaint").true == {"complaint"}
    assert read("acts", no, only="complaint") == Truth(frozenset(), frozenset(), "", frozenset(), frozenset())


def test_words_say_yes_and_no_too() -> None:
    assert read("acts", "complaint question", only="complaint").true == {"complaint"}
    assert read("topics", "roads", only="not-council").true == frozenset()
    people = [{"acts": ["complaint"]}, {"acts": ["question"]}]
    assert read("acts", people, only="complaint", several=True).unknown == {"complaint"}


def test_a_map(tmp_path: Path) -> None:
    path = tmp_path / "map.csv"
    path.write_text("other_label,slug,also_accepted\nPot holes,roads,parking travel\nnope,not-council,\n")
    mapped = meaning("topics", "", path, PLAIN)
    found = mapped.truth("pot HOLES", several=False)
    assert isinstance(found, Truth)
    assert found.main == "roads" and found.also == {"parking", "travel"}
    assert mapped.truth("other", several=False) == "the map has no label 'other'"
    only = meaning("topics", "parking", path, PLAIN).truth("pot holes", several=False)
    assert isinstance(only, Truth) and only.unknown == {"parking"}


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (b"label,slug\na,roads\n", "no column `other_label`"),
        (b"", "no column `other_label`"),
        (b"other_label,slug\na,rodas\n", "Line 2 of the map"),
        (b"other_label,slug\na,rodas\n", "did you mean 'roads'?"),
        (b"other_label,slug,also_accepted\na,roads,nowhere\n", "'nowhere' is none of our words"),
        (b"other_label,slug\n\xff,roads\n", "is not UTF-8"),
    ],
)
def test_a_wrong_map_is_said(tmp_path: Path, text: bytes, says: str) -> None:
    path = tmp_path / "map.csv"
    path.write_bytes(text)
    with pytest.raises(BadInput, match=says):
        meaning("topics", "", path, PLAIN)


def test_a_map_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="There is no file"):
        meaning("topics", "", tmp_path / "none.csv", PLAIN)
    with pytest.raises(BadInput, match="cannot be read"):
        meaning("topics", "", tmp_path, PLAIN)


def test_the_words_of_a_council() -> None:
    own = council(topics={"harbour": {"name": "Harbour", "words": ["mooring"]}})
    assert isinstance(meaning("topics", "", None, own).truth("harbour", several=False), Truth)
    assert isinstance(meaning("places", "", None, own).truth("street:tolgarth-road", several=False), Truth)
    assert isinstance(meaning("places", "", None, own).truth("", several=False), Truth)
    assert task_of("harbour", own) == "topics"


def test_which_task_a_word_belongs_to() -> None:
    assert [task_of(word, PLAIN) for word in ("negative", "complaint", "not-council")] == [
        "sentiment",
        "acts",
        "topics",
    ]
    with pytest.raises(BadInput, match="Did you mean complaint"):
        task_of("complaints", PLAIN)


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(max_size=8) | st.sampled_from(["roads", "complaint", "1"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["acts", "topics", "x"]), inner),
    max_leaves=6,
)


@settings(deadline=None)
@given(ANYTHING, st.booleans(), st.sampled_from(["sentiment", "acts", "topics", "places"]), st.booleans())
def test_no_label_raises(label: Any, several: bool, task: str, only: bool) -> None:
    word = {"sentiment": "negative", "acts": "complaint", "topics": "roads", "places": "x"}[task] if only else ""
    found = Meaning(task, ("roads", "complaint", "negative"), word).truth(label, several)
    assert isinstance(found, str | Truth) and found != ""
