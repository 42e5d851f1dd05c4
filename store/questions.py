"""One function for each question that a person asks of the archive: the entry for dashboard, alerts and ask.

Each takes a client of `store.clickhouse.connect(settings, "reader")`, has limits of rows, time and memory, and raises
OursFailed when the store does not answer. Counts are exact; instants are UTC; windows take `start` and leave `end`.
"""

from store.answers import (
    ActCount,
    Found,
    Freshness,
    Mark,
    Moods,
    Once,
    PlaceCount,
    PostView,
    ReaderCount,
    SourceCount,
    SourceFreshness,
    SourceGap,
    Story,
    Stretch,
    Summary,
    Telling,
    TopicCount,
    TopicMood,
    Totals,
    Volume,
)
from store.conversations import REACH, conversations, thread
from store.counts import acts, mood, mood_by_topic, places, sources, summary, topics, volume
from store.dialogue import agenda, weeks
from store.filters import ALL, MOODS, Filters
from store.holdings import erasures, freshness, gaps, held, readers, totals
from store.listing import count_newer, newest, posts, search
from store.stories import REACHED, stories, told_once
from store.talk.ends import Decided, End
from store.talk.merging import Wishes
from store.talk.reading import decisions
from store.talk.shapes import Agenda, Asking, Conversation, Suggestion, Week
from store.windows import Step, Window

__all__ = [
    "ALL",
    "MOODS",
    "REACH",
    "REACHED",
    "ActCount",
    "Agenda",
    "Asking",
    "Conversation",
    "Decided",
    "End",
    "Filters",
    "Found",
    "Freshness",
    "Mark",
    "Moods",
    "Once",
    "PlaceCount",
    "PostView",
    "ReaderCount",
    "SourceCount",
    "SourceFreshness",
    "SourceGap",
    "Step",
    "Story",
    "Stretch",
    "Suggestion",
    "Summary",
    "Telling",
    "TopicCount",
    "TopicMood",
    "Totals",
    "Volume",
    "Week",
    "Window",
    "Wishes",
    "acts",
    "agenda",
    "conversations",
    "count_newer",
    "decisions",
    "erasures",
    "freshness",
    "gaps",
    "held",
    "mood",
    "mood_by_topic",
    "newest",
    "places",
    "posts",
    "readers",
    "search",
    "sources",
    "stories",
    "summary",
    "thread",
    "told_once",
    "topics",
    "totals",
    "volume",
    "weeks",
]
