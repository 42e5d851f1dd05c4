"""What tells an asker something, and what only keeps company. Written for this test, not taken from the sample."""

from __future__ import annotations

import pytest

from store.talk.helping import helps

HELPS = [
    "Half past five on weekdays, noon on Saturdays.",
    "It's highways, not planning. Ask for the duty officer.",
    "You don't need one if it's under two metres.",
    "Try the repair cafe, they have a drawer full of those.",
    "Yes, I took mine in yesterday and they didn't blink.",
    "Nope. Cash only.",
    "Ours came after nine days, by post.",
    "Twelve pounds a year, or free if you get pension credit.",
    "There's a form at the front desk.",
    "Round the back of the chapel, blue door.",
    "Parish clerk keeps the key, she's in on Wednesdays",
    "ring 01632 960555 and press 3",
    "They only do the odd numbers on a Tuesday",
    "It's on page four of the booklet",
    "My sister used the online one and heard back the same day",
    "Depends on your band. Under C it's free.",
    "Shut until Easter I'm afraid, there's a notice on the gate",
    "Took me a fortnight and two phone calls, keep on at them",
    "@someone Bring your old one and a photo, they do it while you wait",
    "Theirs. The pole belongs to the phone company.",
    "Poor you! Ring the ward clerk, she can move it.",
    "Ydy, tan bump o'r gloch.",
    "Rhaid ffonio'r swyddfa cyn deg.",
]
COMPANY = [
    "Same here!",
    "following",
    "no idea sorry love",
    "Good question",
    "I'd like to know that as well",
    "Which end of the street are you?",
    "Did you try asking on Monday at 10?",
    "😂😂",
    "Don't hold your breath",
    "Poor you, hope it gets sorted",
    "Heard it might be spring",
    "My mate reckons they've run out of money",
    "Typical of this town",
    "Not been down our side either",
    "I can run you there if you're stuck",
    "They couldn't run a bath",
    "Still waiting for mine too",
    "what a state of affairs",
    "",
]


@pytest.mark.parametrize("text", HELPS)
def test_it_helps(text: str) -> None:
    assert helps(text)


@pytest.mark.parametrize("text", COMPANY)
def test_it_is_only_company(text: str) -> None:
    assert not helps(text)
