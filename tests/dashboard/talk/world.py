"""A small world of questions over the real store: two ask about a bridge, one about bins, the council answers one."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from soundings.messages import ActGuess, AuthorKind, PlaceGuess, Reading, SpeechAct, TopicGuess
from tests.factories import make_reading, make_understanding, post_id, voice

MONDAY = datetime(2026, 11, 9, 9, 0, tzinfo=UTC)
"""Nine o'clock, as the office opens. `tests.factories.NOON` is the Tuesday after it."""
HOUR = timedelta(hours=1)
ROADS = "PenmarrowRoads"
HOSTILE = "![x](http://a.example/p.png) [l](http://a.example) :red[r] <img src=x onerror=alert(1)>"
COUNCIL = """\
[council]
name = "Penmarrow Council"

[[area.places]]
name = "Osier Walk"
kind = "street"

[[answers]]
about = ["bin lorry"]
text = "The bins come on Friday. ![x](http://a.example/p.png)"
link = "https://penmarrow.example/bins"
"""


def said(
    name: str, who: str, text: str, acts: str = "other", to: str = "", at: datetime = MONDAY, **more: Any
) -> Reading:
    """A post, or a reply `to` the post that began its thread. Whoever is ROADS is an account of the council."""
    ours = who == ROADS
    topics = tuple(TopicGuess(slug=slug, confidence=0.9) for slug in more.get("topic", "roads").split())
    places = (PlaceGuess(id="street:osier-walk", name="Osier Walk", score=1, found_by="gazetteer"),)
    return make_reading(
        name,
        text=text,
        voice="" if ours else voice(who),
        author_kind=AuthorKind.COUNCIL if ours else AuthorKind.RESIDENT,
        account=who if ours else "",
        addressed_to=(ROADS,) if more.get("addressed") else (),
        happened_at=at,
        collected_at=at,
        reply_to=post_id(to) if to else None,
        thread=post_id(to) if to else None,
        understood=make_understanding(
            topics=topics,
            speech_acts=tuple(ActGuess(slug=SpeechAct(act), confidence=0.9) for act in acts.split()),
            places=places if more.get("osier") else (),
        ),
    )


WORLD = [
    said("1", "anna", "When does the Osier Walk footbridge reopen?", "question", osier=True),
    said("2", "ben", "Any idea when the footbridge on Osier Walk will reopen?", "question", at=MONDAY + HOUR,
         osier=True),
    said("3", "cara", "When is the bin lorry coming to Fuller's Row?", "question", at=MONDAY + 2 * HOUR,
         topic="bins-recycling", addressed=True),
    said("4", ROADS, f"It reopens on Friday. {HOSTILE}", "information", to="2", at=MONDAY + 4 * HOUR),
    said("5", "dan", "They told me it is May", "answer", to="1", at=MONDAY + 5 * HOUR),
    said("6", "eve", f"Same here {HOSTILE}", to="1", at=MONDAY + 6 * HOUR),
]  # fmt: skip
"""Anna waits (a neighbour answered), Ben was answered, Cara waits and nobody answered."""
