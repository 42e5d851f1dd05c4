"""What a council's reply amounts to. Written for this test, not taken from the sample."""

from __future__ import annotations

import pytest

from store.talk.replies import answers

ANSWERS = [
    "It opens again on Friday at noon.",
    "Hi Jo, sorry for the wait. Green bins start again on 9 March. ^Sam",
    "Yes.",
    "No, you don't need to book.",
    "You can renew at https://penmarrow.example/garden.",
    "@someone Please call 01632 960123 and they will sort it.",
    "The path is closed because the bank underneath has been washed away.",
    "Thanks for asking! The library shuts at 5 on Saturdays.",
    "We're looking into the lights. The crossing itself was repaired on Tuesday.",
    "Diolch. Mae'n agor am 10 bore Sadwrn.",
]
REPLIES = [
    "Please DM us.",
    "Hi, please send us a DM with your address and we'll look into it.",
    "Sorry to hear this.",
    "Thanks for letting us know!",
    "Could you tell us which street it is?",
    "@someone We will pass this on to the team.",
    "Hello, we've passed this to our Highways colleagues. ^Jo",
    "We don't know yet, we will come back to you.",
    "Good morning! Bear with us.",
    "We'll check and get back to you by Thursday.",
    "No update yet, sorry.",
    "",
]


@pytest.mark.parametrize("text", ANSWERS)
def test_an_answer(text: str) -> None:
    assert answers(text)


@pytest.mark.parametrize("text", REPLIES)
def test_only_a_reply(text: str) -> None:
    assert not answers(text)
