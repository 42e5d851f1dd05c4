"""What asks to be told something, and what only has the form of it. All sentences were written for this test."""

from __future__ import annotations

import time
from itertools import pairwise

import pytest

from nlp.asking import asked, asks, forms, sentences
from nlp.patterns import document

ASKS = {
    "a mark": [
        "When does it open?",
        "Is it open?",
        "Who runs the hall?",
        "The lift at the station, is it ever going to work again?",
        "Temporary or for good?",
        "bins today?",
    ],
    "a question word": [
        "how do you order a second caddy",
        "what day do they do brown bins on quarry road",
        "where do old paint tins go",
        "wen does the pool open again",
        "wots happening with the old fire station",
        "Why was the zebra crossing taken out",
        "Which school does Mill Bank fall under",
        "Whose job is the bus shelter glass",
        "how much notice do they want for a skip",
        "how come our street never gets swept",
        "what happens to the kids already there if it closes",
        "i want to swap my day at the recycling centre, how",
        "who looks after the war memorial",
        "dead seal on the slipway, who moves it",
        "Last summer's membership where do I hand it back",
    ],
    "a verb turned round": [
        "is the dentist on station approach taking people",
        "are the tennis courts free or do you pay",
        "do we put the boxes out tonight with it being good friday",
        "can blue badge holders park on the single yellows there",
        "will the clinic in the village hall be running friday",
        "should i pay the old bill or wait for the new one",
        "has the road to the quarry reopened",
        "did the council ever reply about the fence",
        "my mum is moving in, do I ring council tax or does she",
        "Parking by the surgery - is it an hour or two hours",
        "is carnival night going ahead the 3rd or the 10th",
    ],
    "no verb at all": [
        "any word on the level crossing",
        "anybody know what the sirens were for",
        "anyone had their polling card yet",
        "Any chance the splash park opens before June",
        "any lessons for grown ups on a sunday",
        "just us or is the whole estate off",
    ],
    "an indirect question": [
        "need to find out who owns the alley behind the chip shop",
        "trying to work out if we can compost the cardboard sleeve",
        "still no clue when the ferry is back",
        "does any1 no how to get a bus pass for my nan",
        "Could someone point me to the form for a street party",
        "I'd like to know how the places were given out",
        "I was wondering whether the crematorium is open on Sundays",
        "May I enquire whether the chapel of rest has parking",
        "don't know who to tell about the wasps nest at the play area",
        "Please advise, our drain is full to the brim and nobody picks up",
    ],
    "welsh": [
        "Ble mae'r swyddfa newydd",
        "Oes angen trwydded i gael stondin",
        "Pryd mae'r llyfrgell yn cau",
        "Unrhyw un yn gwybod pwy sy'n gyfrifol am y golau",
        "Faint yw'r tocyn blwyddyn",
        "Ydy'r ysgol ar agor fory",
    ],
}
DOES_NOT = {
    "a statement": [
        "Is a lovely place to sit, that bench",
        "Was great to see so many at the fair",
        "Did my first litter pick today, knackered",
        "Are a disgrace, the lot of them",
        "Can confirm the road is clear",
        "Can hear engines idling from here",
        "What's worse is that nobody said sorry",
        "When they opened the hall we all cheered",
        "My neighbour, who is ninety, walked there and back",
        "Any dog owner who leaves it there should be fined",
        "Anyone who thinks that is safe should come and stand here",
        "He told me where to go",
        "Whether or not they agree it is happening",
        "So do I",
        "May you all have a peaceful Easter",
        "the vet needs to know about that one",
        "no idea who. thanks whoever",
    ],
    "an order": ["Do the decent thing and resign", "Have a look on the back of the bill", "Do it online, two minutes"],
    "rhetoric": [
        "Who knew a car park could cost that much?",
        "What is the point of a survey if you have decided?",
        "How hard can it be?",
        "Nice of them to tell us, isn't it?",
        "Seriously?",
        "Who needs a gym when you have Beacon Hill",
        "Well what do I know",
    ],
    "somebody else's words": [
        '"Is this the worst road in Wales?" asks the paper',
        "“Could you swim the strait?” it says",
    ],
    "a quiz": ["Quiz night: what is the capital of Peru?", "Q4: who built the pier?"],
    "small talk": ["Nice weather, isn't it?", "What's the point?"],
    "a suggestion": [
        "Could we have a water fountain by the courts?",
        "Could the caretaker open the gate at eight instead of nine?",
        "If you must keep the fence could it at least be painted?",
    ],
    "an offer": ["Anyone want a dozen eggs?", "Would that be any use?"],
    "a welsh answer": ["Oes, dydd Llun", "Ydy, am ddeg"],
}


ENOUGH = 0.45


@pytest.mark.parametrize("text", [text for texts in ASKS.values() for text in texts])
def test_asks(text: str) -> None:
    assert asked(text) >= ENOUGH


@pytest.mark.parametrize("text", [text for texts in DOES_NOT.values() for text in texts])
def test_does_not_ask(text: str) -> None:
    assert asked(text) < ENOUGH


def test_sentences_end_where_they_end() -> None:
    assert sentences('shut at 5.30. "really?" he said\nyes') == ["shut at 5.30.", '"really?"', "he said", "yes"]


def test_every_form_is_a_share_and_in_small_letters() -> None:
    assert all(0 < form.weight < 1 for form in forms().asking)
    for name, group in document("asking.toml").items():
        tables = group if isinstance(group, list) else [group]
        phrases = [phrase for table in tables for phrase in table.get("phrases", [])]
        assert all(phrase.replace(r"\W", "") == phrase.replace(r"\W", "").lower() for phrase in phrases), name


@pytest.mark.parametrize(
    "text",
    [
        "and, " * 800,
        "please so and but " * 220,
        "is are no isn't " * 250,
        "any " * 1000,
        "could they " * 400,
        "?!" * 2000,
    ]
    + [f"{first} {second} " * 400 for first, second in pairwise(["what", "is a", "anyone near", "or not", "@a", '"'])],
)
def test_no_form_is_slow_on_any_text(text: str) -> None:
    started = time.perf_counter()
    asks(text)
    assert time.perf_counter() - started < 1
