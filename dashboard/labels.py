"""Names for the short codes of the messages: topics, places, sources, speech acts, moods. Pure.

The names are as they stand in the council file: `inert.label` escapes them before they become Markdown.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from soundings import taxonomy
from soundings.council import CouncilFile

UNHAPPY, UNCLEAR, NEUTRAL, PLEASED = "Unhappy", "Unclear", "Neutral", "Pleased"
OFFERED, WIDE = 1_000, ("ward", "village")
"""Of more places than these, only the council's own and the imported wards and villages are offered to choose from."""
MOODS = {"negative": UNHAPPY, "unclear": UNCLEAR, "neutral": NEUTRAL, "positive": PLEASED}
"""As `store.filters` names them -> as people read them, worst first."""
SOURCES = {
    "atom": "News feed",
    "bluesky": "Bluesky",
    "facebook": "Facebook",
    "feed": "News feed",
    "feeds": "News feed",
    "files": "Imported file",
    "fixmystreet": "FixMyStreet",
    "mastodon": "Mastodon",
    "open311": "Reports (Open311)",
    "petitions": "Petitions",
    "reddit": "Reddit",
    "rss": "News feed",
    "sample": "Invented sample",
    "x": "X",
    "youtube": "YouTube",
}


@dataclass(frozen=True)
class Labels:
    """The names of one council."""

    topics: Mapping[str, str]
    places: Mapping[str, str]
    offered: Mapping[str, str] = field(default_factory=dict)
    """The places that a list to choose from has: a browser cannot show fifty thousand."""

    def topic(self, slug: str) -> str:
        """`bins-recycling` -> `Bins and recycling`."""
        return self.topics.get(slug) or spoken(slug)

    def place(self, place: str) -> str:
        """`street:tolgarth-road` -> `Tolgarth Road`; a hint that a source gave stays as it is."""
        kind, _, rest = place.partition(":")
        return self.places.get(place) or (spoken(rest).title() if rest and kind.isalpha() else place)


def of(council_file: CouncilFile) -> Labels:
    """The names that a council file gives."""
    places = council_file.places
    own = {place.id for place in council_file.area.places}
    few = len(places) <= OFFERED
    offered = {one.id: one.name for one in places if few or one.id in own or one.kind in WIDE}
    return Labels(taxonomy.labels(council_file), {place.id: place.name for place in places}, offered)


def spoken(slug: str) -> str:
    """`fault-report` -> `Fault report`."""
    return slug.replace("-", " ").capitalize()


def source(slug: str) -> str:
    """`files` -> `Imported file`."""
    return SOURCES.get(slug) or spoken(slug)


def mood(label: str, clear: bool) -> str:
    """What people read: `Unhappy`, `Neutral`, `Pleased`, or `Unclear` where the reader was not sure."""
    return MOODS.get(label, UNCLEAR) if clear else UNCLEAR
