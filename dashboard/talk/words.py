"""The sentences of the queue and of one conversation. Pure: knows nothing of Streamlit or the store.

People, not voices; replies, not engagement; working hours, not minutes on the clock.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from dashboard.talk.shapes import State, Talk
from dashboard.words import count, middle, number
from store.talk.shapes import Asking

STATES = {
    "waiting": "Still waiting",
    State.NOBODY: "Nobody answered",
    State.NEIGHBOURS: "Neighbours answered",
    State.REPLIED: "We replied, and did not answer",
    State.HANDED: "Handed to somebody",
    State.ANSWERED: "Answered",
    State.NOT_OURS: "Not ours",
}
FEW_ANSWERS = "few"
"""In the place of a typical time that so few answers say little of."""
NEVER_POSTED = "Soundings never posts this: copy it, check it, and answer where the question was asked."
CUT = (
    "More was asked than is looked at: only the newest 3,000 questions are here, and those who waited longest are not."
)


def opening(waiting: Sequence[Talk], old: str = "") -> tuple[str, str]:
    """Whom have we not answered: the bold sentence and the rest. `old`: see `words.stale`."""
    if not waiting:
        return "No question waits for an answer.", old
    bold = f"{count(len(waiting), 'question waits', 'questions wait')} for an answer."
    late = sum(one.late for one in waiting)
    said = "None has waited more than two working days."
    if late:
        said = f"{number(late)} {'has' if late == 1 else 'have'} waited more than two working days."
    return bold, " ".join(filter(None, [old, said, largest(waiting)]))


def largest(waiting: Sequence[Talk]) -> str:
    """`Most people ask about Osier Walk (roads and potholes): 4 people.` Empty where everybody asks something else."""
    top = max(waiting, key=lambda one: (one.people, one.waits))
    if top.people < 2:
        return ""
    service = top.services[0] if top.services else ""
    about = f"{top.places[0]} ({middle(service)})" if top.places and service else middle(service)
    return f"{people(top)} ask the same about {about}." if about else f"{people(top)} ask the same."


def people(talk: Talk) -> str:
    """`14 people`; of nobody who is named `1 post`."""
    return count(talk.people, "person", "people") if talk.people else count(len(talk.asked), "post")


def state(talk: Talk) -> str:
    """Where it stands: `Nobody answered`, `Handed to Highways`, `Not ours: the water company`."""
    if talk.state is State.HANDED:
        return f"Handed to {talk.handed_to}"
    if talk.state is State.NOT_OURS:
        return f"Not ours: {talk.not_ours}"
    if talk.state is State.ANSWERED and not talk.waiting:
        return "Answered"
    return STATES[talk.state]


def progress(talk: Talk) -> str:
    """`2 of 5 answered`; empty where one person asked and waits."""
    if len(talk.asked) == 1:
        return ""
    return f"{number(talk.answered)} of {number(len(talk.asked))} answered"


def to(talk: Talk) -> str:
    """Whether anybody spoke to the council."""
    return "Asked of us" if talk.to_council else "Asked of nobody in particular"


def waited(talk: Talk) -> str:
    """`waiting 3 working days`; empty when nobody waits."""
    return f"waiting {talk.waited}" if talk.waited else ""


def some(names: Sequence[str], most: int = 3) -> str:
    """`Mill Lane, Castle Street and 2 more`."""
    shown, more = list(names[:most]), len(names) - most
    return ", ".join(shown) + (f" and {more} more" if more > 0 else "")


def found(total: int, first: int, shown: int) -> str:
    """`41 questions, 21 to 40 shown`."""
    said = count(total, "question")
    return said if total <= shown else f"{said}, {number(first)} to {number(first + shown - 1)} shown"


def suggested(talk: Talk) -> str:
    """Whether there is something to answer with; empty when nobody waits."""
    if not talk.waiting:
        return ""
    return f"A possible answer from {talk.suggestion.origin}" if talk.suggestion else "No published answer found"


def counts(talk: Talk, linked: int) -> str:
    """After an answer was linked: `Linked. 14 people’s question counts as answered.`"""
    who = {0: "The question", 1: "One person’s question"}.get(talk.people, f"{number(talk.people)} people’s question")
    rest = "" if linked == len(talk.asked) else f" {count(len(talk.asked) - linked, 'post')} had an answer before."
    return f"Linked. {who} counts as answered.{rest}"


def turns(posts: int) -> str:
    """The label of a thread: `Read the thread: 4 posts`."""
    return f"Read the thread: {count(posts, 'post')}"


def brief(length: timedelta) -> str:
    """Office time to an answer, wherever it is told: `24 min`, `6 h 20 min`."""
    hours, minutes = divmod(max(1, round(length / timedelta(minutes=1))), 60)
    return " ".join(filter(None, [f"{hours} h" if hours else "", f"{minutes} min" if minutes or not hours else ""]))


WHOSE = (
    "The NHS",
    "The police",
    "The bus company",
    "The railway",
    "The water company",
    "Another council",
    "The government",
    "Something else",
)


def whose(who: str, more: str) -> str:
    """`the water company (Tidewater)`; of something else only what was typed."""
    more = more.strip()
    if who == WHOSE[-1]:
        return more
    said = f"the {who[4:]}" if who.startswith("The ") else middle(who)
    return f"{said} ({more})" if more else said


def both(talk: Talk, other: Talk) -> str:
    """How many asked two questions that are one: at most so many people, as somebody may have asked both."""
    return count(talk.people + other.people, "person", "people")


def ended(one: Asking) -> str:
    """How one asking ended."""
    return STATES[State(one.end.value)]
