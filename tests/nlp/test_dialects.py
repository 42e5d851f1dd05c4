"""Dialects and shortenings in standard English; ordinary English stays as it is."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlp.dialects import standard
from nlp.patterns import document
from nlp.swapping import words
from nlp.training.data import TEXTS


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("The bairns cannae get oot", "The children can't get out"),
        ("Nowt's been collected doon oor street", "Nothing's been collected down our street"),
        ("u goin’ tmrw", "you going tomorrow"),
        ("Dinnae park there", "Don't park there"),
        ("wen's the tip open pls", "wen's the tip open please"),
    ],
)
def test_what_is_known_is_put_into_standard_english(said: str, meant: str) -> None:
    assert standard(said) == meant


@pytest.mark.parametrize(
    "text",
    [
        "The council meets on Tuesday at the Town Hall to discuss parking, bins and the library.",
        "Fly-tipping by the church on Ken Road, two mattresses and a fridge",
        "Is the swimming pool open to the public while the boiler is mended?",
        "We were told no by the officer, and me and my boss sound the alarm",
        "Bus 17 was late again; the driver was sick. Great service otherwise!",
        "My tea went cold while I was on hold to you for an hour",
        "Gas works on Butt Lane, La Belle Vue cafe is still open",
    ],
)
def test_ordinary_english_is_left_alone(text: str) -> None:
    assert standard(text) == text


def test_few_of_our_own_texts_change() -> None:
    """Most are in standard English: a form that is an ordinary word would show here."""
    texts = [json.loads(line)["text"] for line in (TEXTS / "reports.jsonl").read_text(encoding="utf-8").splitlines()]
    changed = [text for text in texts if standard(text) != text]
    assert len(changed) < 0.05 * len(texts)


def test_no_form_is_listed_twice_and_none_leads_to_another() -> None:
    forms: dict[str, str] = {}
    for table in document("dialects.toml").values():
        for form, meant in table.items():
            assert form not in forms, form
            assert form == form.lower(), form
            assert words(form), form
            forms[form] = meant
    assert len(forms) > 4_000
    assert [meant for meant in forms.values() if meant in forms and forms[meant] != meant] == []


@given(st.text())
def test_any_text_can_be_read_and_no_sign_is_lost(text: str) -> None:
    assert [sign for sign in standard(text) if sign in "#@\n?!"] == [sign for sign in text if sign in "#@\n?!"]
