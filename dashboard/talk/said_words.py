"""The sentences of the page You said, we did. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from dashboard.talk.shapes import Deed, Talk
from dashboard.talk.words import people
from dashboard.words import FEW_MARK, count, few, middle
from store.promises import What
from store.talk.change import Counted

DID: dict[What, str] = {What.DID: "We did", What.WILL: "We will", What.WILL_NOT: "We will not"}
COUNTED: dict[What, str] = {What.DID: "done", What.WILL: "to come", What.WILL_NOT: "refused with the reason"}


def opening(deeds: Sequence[Deed], year: int) -> tuple[str, str]:
    """What came of it: the bold sentence and the rest."""
    if not deeds:
        return "Nothing is written down yet.", (
            "When residents say something and the council decides, write it down here: what they said, what was done, "
            "will be done, or why it will not be. A no with its reason is an answer too."
        )
    counts = [(sum(one.promise.what is what for one in deeds), what) for what in What]
    parts = ", ".join(f"{number} {COUNTED[what]}" for number, what in counts if number).capitalize()
    latest = f"The latest is of {day(deeds[0].promise.decided_on, year)}."
    return (
        f"{count(len(deeds), 'decision')} because of what residents said.",
        f"{latest} {parts}.",
    )


def day(when: date, year: int) -> str:
    """`12 March`, with the year when it is another."""
    return f"{when.day} {when:%B}" + ("" if when.year == year else f" {when.year}")


def about(deed: Deed) -> str:
    """What posts count as being about it: `Pavements · Osier Walk · posts that say “crossing”`."""
    said = f"posts that say “{deed.promise.words.strip()}”" if deed.promise.words.strip() else ""
    return " · ".join(filter(None, [deed.topic, deed.place, said]))


def size(counted: Counted) -> str:
    """Under the form: how many posts a decision would be about."""
    if not counted.posts:
        return "No post of the last four weeks is about this. Choose more widely, or other words."
    mark = f" ({FEW_MARK})" if few(counted.voices) else ""
    who = count(counted.voices, "person", "people")
    return f"{count(counted.posts, 'post')} by {who} in the last four weeks would count as being about this{mark}."


def asked(talk: Talk) -> str:
    """What residents said, to begin with: a summary that quotes nobody."""
    service = f"about {middle(talk.services[0])}" if talk.services else ""
    where = f"at {talk.places[0]}" if talk.places else ""
    return " ".join(filter(None, [f"{people(talk)} asked", service, where])) + "."
