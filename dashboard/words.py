"""The sentences of the pages, made from numbers and instants. Pure: knows nothing of Streamlit or the store.

Voices, not mentions. "62 the week before", not a percentage. No jargon, no exclamation marks.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

FEW = 5
"""Below this many voices a number is marked: one person may be most of it (invariant R5)."""
NOTABLE = 1.25
"""A change by less than this factor is "about as busy": small councils vary that much from week to week."""
LEAD = 0.25
"""The share of a topic's posts from which a mood may be said to lead."""
FEW_MARK = "few voices"
BEGIN = (
    "No post has been kept, so there is nothing to search. Bring in a file with `soundings import FILE`, or add a "
    "news feed to the council file. The page Now shows how to begin."
)
FIRST_SORT = "Labels are a machine’s first sort: read the post."


def number(value: int) -> str:
    """1204 -> `1,204`."""
    return f"{value:,}"


def count(value: int, one: str, many: str = "") -> str:
    """1 -> `1 voice`, 1204 -> `1,204 voices`. `many` defaults to `one` and an s."""
    return f"{number(value)} {one if value == 1 else many or one + 's'}"


def few(value: int) -> str:
    """`few voices` where a number says little, else empty."""
    return FEW_MARK if 0 < value < FEW else ""


def marked(value: int) -> str:
    """`118 voices`, or `3 voices (few voices)` where a number says little."""
    return count(value, "voice") + (f" ({FEW_MARK})" if few(value) else "")


def share(part: int, whole: int) -> int | None:
    """Per cent, rounded; None of nothing."""
    return round(100 * part / whole) if whole else None


def ago(then: datetime, now: datetime) -> str:
    """How long ago, as people say it: `just now`, `12 minutes ago`, `3 hours ago`, `5 days ago`."""
    minutes = int((now - then).total_seconds() // 60)
    if minutes < 1:
        return "just now"
    if minutes < 60:
        return count(minutes, "minute") + " ago"
    if minutes < 60 * 36:
        return count(minutes // 60, "hour") + " ago"
    return count(max(2, round(minutes / 1440)), "day") + " ago"


def when(then: datetime, now: datetime, zone: ZoneInfo) -> str:
    """`12 minutes ago` for the last day and a half, then the council's date: `3 March, 08:26`."""
    if now - then < timedelta(hours=36):
        return ago(then, now)
    return stamp(then, now, zone)


def day(then: datetime, now: datetime, zone: ZoneInfo) -> str:
    """The council's date: `3 March`, with the year when it is another."""
    return stamp(then, now, zone).rpartition(",")[0]


def stamp(then: datetime, now: datetime, zone: ZoneInfo) -> str:
    """The council's date and time: `3 March, 08:26`, with the year when it is another."""
    local = then.astimezone(zone)
    year = "" if local.year == now.astimezone(zone).year else f" {local.year}"
    return f"{local.day} {local:%B}{year}, {local:%H:%M}"


def unhappy(part: int, whole: int) -> str:
    """Beside a bar of moods: `46% unhappy`, or how few there are: a share of three people says nothing."""
    return f"{share(part, whole)}% unhappy" if whole >= FEW else f"{count(whole, 'post')}"


def freshness(newest: datetime | None, now: datetime) -> str:
    """`Newest post 4 minutes ago`."""
    return f"Newest post {ago(newest, now)}" if newest else "No post yet"


def stale(newest: datetime | None, now: datetime, zone: ZoneInfo) -> str:
    """`The newest post is of 14 November.` where that is more than a day ago, else empty."""
    old = newest and now - newest > timedelta(hours=24)
    return f"The newest post is of {day(newest, now, zone)}." if newest and old else ""


def waiting(fresh: int) -> str:
    """What the button says: `Show 3 new posts`, or that there are none."""
    return f"Show {count(fresh, 'new post')}" if fresh else "Up to date"


def verdict(voices: int, before: int | None) -> str:
    """`Busier than the week before`, without the name of the period: `busier`, `calmer`, `as busy` or nothing."""
    if before is None or max(voices, before) < FEW:
        return ""
    if voices >= before * NOTABLE:
        return "busier"
    return "calmer" if voices * NOTABLE <= before else "as busy"


def opening(
    voices: int, posts: int, before: int | None, this: str, last: str, lead: str = "", old: str = ""
) -> tuple[str, str]:
    """What to know this morning: the bold sentence and the rest.

    `this`: `the last 7 days`; `last`: `the week before`. `lead` is a ready sentence about topics (see
    `about`), or empty. `before` None: we did not listen then. `old` (see `stale`) comes first: fewer voices
    are no news where the posts end early.
    """
    if not voices:
        unnamed = f"{count(posts, 'post')} came in, none by a named voice." if posts else ""
        return old or "Quiet.", unnamed or f"Nobody was heard in {this}."
    if old:
        return old, f"{count(voices, 'voice')} in {this}."
    bold = {
        "busier": f"Busier than {last}.",
        "calmer": f"Calmer than {last}.",
        "as busy": f"About as busy as {last}.",
    }.get(verdict(voices, before), f"{count(voices, 'voice')} in {this}.")
    return bold, " ".join(filter(None, [_numbers(voices, before, this, last, bold), lead]))


def _numbers(voices: int, before: int | None, this: str, last: str, bold: str) -> str:
    if before is None:
        return f"There is nothing to compare with yet: Soundings did not listen through {last}."
    if bold[0].isdigit():
        return f"{number(before)} {last}: too few to compare."
    return f"{count(voices, 'voice')} in {this}, against {number(before)} {last}."


def about(rows: list[tuple[str, int, int | None]], last: str) -> str:
    """What it is about: the largest notable rise, else the largest topic. Rows: topic, voices, voices before.

    Empty when no topic stands out. A week can be as busy as the last and still be about something new.
    """
    rises = [(voices - before, name, voices, before) for name, voices, before in rows if before is not None]
    rise, name, voices, before = max(rises, default=(0, "", 0, 0))
    if rise >= FEW and voices >= before * NOTABLE:
        return f"The largest rise is in {middle(name)}: {count(voices, 'voice')}, {number(before)} {last}."
    name, voices, _ = max(rows, key=lambda row: row[1], default=("", 0, None))
    return f"Most is about {middle(name)}: {count(voices, 'voice')}." if voices >= FEW else ""


def middle(name: str) -> str:
    """A label in the middle of a sentence: `Bins and recycling` -> `bins and recycling`, `NHS care` stays."""
    return name[:1].lower() + name[1:] if name[1:2].islower() else name


def against(before: int | None, last: str) -> str:
    """Under a figure: `260 the week before`. Empty when there is nothing to compare with: the opening says so."""
    return f"{number(before)} {last}" if before is not None else ""


def points(now: int | None, before: int | None, last: str) -> str:
    """Under a share: `38% the week before`."""
    if now is None:
        return "Too few posts to say"
    return f"{before}% {last}" if before is not None else ""


def peak(bars: list[tuple[str, int]], unit: str) -> str:
    """The chart of voices in a sentence: `Most on Tue 17 Nov: 71 voices.` Bars: label, voices."""
    if not bars or not any(voices for _, voices in bars):
        return "Nobody was heard."
    top = max(bars, key=lambda bar: bar[1])
    ties = sum(1 for _, voices in bars if voices == top[1])
    if ties > 1:
        return f"Evenly spread: at most {marked(top[1])} in any {unit}."
    at, today = ("on", " Today is not over yet.") if unit == "day" else ("at", "")
    return f"Most {at} {top[0]}: {marked(top[1])}.{today}"


def talk(rows: list[tuple[str, int, int | None]], last: str) -> str:
    """The chart of topics in a sentence. Rows: topic, voices, voices before; most voices first."""
    if not rows:
        return "No topic was named."
    first, *rest = rows
    second = f", then {middle(rest[0][0])} with {number(rest[0][1])}" if rest else ""
    tick = f" The upright mark is {last}." if any(row[2] is not None for row in rows) else ""
    return f"{first[0]}: {marked(first[1])}{second}.{tick}"


def feeling(rows: list[tuple[str, int, int, int, int]]) -> str:
    """The chart of moods in a sentence. Rows: topic, unhappy, pleased, posts of a clear mood, all posts.

    A topic is named only where its mood leads: it has a quarter of all posts, and more than the opposite mood.
    """
    sure = [row for row in rows if row[3] >= FEW]
    sad = [(row[1] / row[4], row[0]) for row in sure if _leads(row[1], row[2], row[4])]
    glad = [(row[2] / row[4], row[0]) for row in sure if _leads(row[2], row[1], row[4])]
    parts = [f"Unhappiest: {middle(max(sad)[1])}."] if sad else []
    parts += [f"Most pleased: {middle(max(glad)[1])}."] if glad else []
    out = sum(0 < row[4] < FEW for row in rows)
    small = f"{count(out, 'topic')} of fewer than {FEW} posts {'is' if out == 1 else 'are'} in the table only."
    return " ".join([*(parts or ["No mood leads on any topic."]), *([small] if out else [])])


def _leads(mood: int, opposite: int, posts: int) -> bool:
    return mood > opposite and mood >= posts * LEAD


def found(total: int, shown_from: int, shown: int) -> str:
    """`1,204 posts, 21 to 40 shown.`"""
    if total <= shown:
        return count(total, "post") + "."
    return f"{count(total, 'post')}, {number(shown_from)} to {number(shown_from + shown - 1)} shown."


def mix(sources: list[tuple[str, int]]) -> str:
    """Where the voices were heard: `Sources: Bluesky (51 voices), Reddit (1 voice).` Empty of nothing."""
    told = ", ".join(f"{name} ({count(voices, 'voice')})" for name, voices in sources)
    return f"Sources: {told}." if told else ""


def gap(source: str, start: datetime, end: datetime | None, why: str, now: datetime, zone: ZoneInfo) -> str:
    """`Sample: nothing heard from 3 March, 08:26 until now. The server did not answer.`"""
    until = stamp(end, now, zone) if end else "now"
    first = start.astimezone(zone)
    if end and first.date() == end.astimezone(zone).date():
        until = f"{end.astimezone(zone):%H:%M}"
    reason = why.strip().rstrip(".")
    told = f" {reason[:1].upper()}{reason[1:]}." if reason else ""
    return f"{source}: nothing heard from {stamp(start, now, zone)} until {until}.{told}"


def try_instead(words: bool, narrowed: bool) -> str:
    """What to try when a search finds nothing."""
    if words and narrowed:
        return "Try fewer or shorter words, or set some of the filters back. Each word must be in the post."
    if words:
        return "Try fewer or shorter words: each of them must be in the post, spelled as people write it."
    if narrowed:
        return "No post fits these filters together. Set one of them back, or look further back in time."
    return BEGIN
