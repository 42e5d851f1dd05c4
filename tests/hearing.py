"""How well questions are heard, told apart and followed to their end, measured on the labelled sample.

    python -m tests.hearing          # the figures
    python -m tests.hearing --errors # and every error, to be looked at

Whoever made the labels had not seen the rules (listeners/sample/README.md). The weights of merging were
chosen on the weeks before 16 February and from 2 March; the two weeks between are held out, and shown apart.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from importlib.resources import files
from itertools import combinations
from pathlib import Path
from typing import Any

from listeners.accounts import Accounts
from listeners.minimise import Minimiser
from nlp.placing import lifted
from nlp.trained import TrainedReader
from soundings import council
from soundings.words import PLACE_SHOWN, AuthorKind
from store.talk.asked import questions
from store.talk.ends import Decided, End, ended
from store.talk.merging import merge
from store.talk.said import Said, threads

SAMPLE = files("listeners") / "sample"
HELD_OUT = ("c", "d")
"""First letters of the ids of the weeks that nothing was tuned on."""


@dataclass(frozen=True)
class Label:
    """What a person says of one question."""

    id: str
    ours: bool
    to: str
    group: str
    end: str
    by: str = ""


@dataclass(frozen=True)
class Rate:
    """Of what was found, what is right; and of what there is, what was found."""

    found: int
    there: int
    right: int

    @property
    def precision(self) -> float:
        """Right ones as a share of those found."""
        return self.right / self.found if self.found else 0.0

    @property
    def recall(self) -> float:
        """Found ones as a share of those there."""
        return self.right / self.there if self.there else 0.0

    def __str__(self) -> str:
        return f"precision {self.precision:.2f}, recall {self.recall:.2f} ({self.right} of {self.there})"


@dataclass(frozen=True)
class Heard:
    """All of it, for some of the weeks."""

    questions: Rate
    pairs: Rate
    answered: float
    """Of the questions that were heard: how many are rightly said to be answered by the council, or not to be."""
    ends: float
    """How many have exactly the right one of four ends."""
    largest: tuple[int, int]
    """The largest group of one question: how many asked it, how many of them are found together."""
    errors: tuple[str, ...]


def labels() -> dict[str, Label]:
    """The labels by post."""
    found = (Label(**_known(line)) for line in _lines("questions.jsonl"))
    return {label.id: label for label in found}


def _known(line: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in line.items() if name in Label.__dataclass_fields__}


def _lines(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (SAMPLE / name).read_text(encoding="utf-8").splitlines()]


@cache
def said() -> tuple[Said, ...]:
    """The sample as conversations see it, once through the reader that the service uses."""
    with_path = council.load(_path("council.toml"))
    accounts = Accounts.of(with_path, "sample")
    minimiser = Minimiser(accounts, with_path.area)
    records = _lines("posts.jsonl")
    readings = TrainedReader(with_path).read([minimiser.mask(one["text"], (one["author"],)) for one in records])
    found = []
    for record, read in zip(records, readings, strict=True):
        account = accounts.find(record["author"])
        kind = account.kind if account else AuthorKind.RESIDENT
        named = (accounts.find(handle) for handle in minimiser.mentioned(record["text"]))
        found.append(
            Said(
                id=record["id"], source="sample", kind=record["kind"], text=record["text"],
                happened_at=datetime.fromisoformat(record["created_at"]), author_kind=kind.value,
                account=account.handle if account and kind is AuthorKind.COUNCIL else "", voice=record["author"],
                reply_to=record.get("reply_to", ""), thread=record.get("thread", ""),
                addressed_to=tuple(one.handle for one in named if one and one.kind is AuthorKind.COUNCIL),
                topics=tuple(guess.slug for guess in read.topics_shown),
                acts=tuple(guess.slug.value for guess in read.speech_acts),
                places=tuple(guess.id for guess in map(lifted, read.places) if guess.score >= PLACE_SHOWN),
                embedding=read.embedding,
            )
        )  # fmt: skip
    return tuple(found)


def _path(name: str) -> Path:
    return Path(str(SAMPLE / name))


def measure(posts: Iterable[Said], wanted: Mapping[str, Label]) -> Heard:
    """What is heard of some posts, against their labels."""
    by_id = {post.id: post for post in posts}
    asked = {one.post.id: one for one in questions(threads(by_id.values()))}
    there = {name: label for name, label in wanted.items() if name in by_id}
    both = [name for name in there if name in asked]
    ends = {name: ended(asked[name], Decided()).end for name in both}
    group_of = {one.post.id: number for number, group in enumerate(merge(asked.values())) for one in group}
    true = _pairs(both, {name: label.group for name, label in there.items()})
    found = _pairs(both, group_of)
    largest, size = Counter(label.group for label in there.values()).most_common(1)[0]
    together = Counter(group_of[name] for name in both if there[name].group == largest).most_common(1)
    return Heard(
        questions=Rate(len(asked), len(there), len(both)),
        pairs=Rate(len(found), len(true), len(true & found)),
        answered=_share(both, lambda name: (ends[name] is End.ANSWERED) == (there[name].end == "answered")),
        ends=_share(both, lambda name: ends[name].value == there[name].end),
        largest=(size, together[0][1] if together else 0),
        errors=tuple(_errors(by_id, asked, there, ends)),
    )


def _pairs(names: Sequence[str], group: Mapping[str, Any]) -> set[frozenset[str]]:
    return {frozenset(pair) for pair in combinations(names, 2) if group[pair[0]] == group[pair[1]]}


def _share(names: Sequence[str], right: Any) -> float:
    return sum(map(right, names)) / len(names) if names else 0.0


def _errors(
    posts: Mapping[str, Said], asked: Mapping[str, Any], there: Mapping[str, Label], ends: Mapping[str, End]
) -> Iterable[str]:
    for name in sorted(there.keys() - asked.keys()):
        yield f"not heard   {name} {','.join(posts[name].acts)}: {_short(posts[name])}"
    for name in sorted(asked.keys() - there.keys()):
        yield f"no question {name} {','.join(posts[name].topics)}: {_short(posts[name])}"
    for name, end in sorted(ends.items()):
        if end.value != there[name].end:
            answer = posts.get(there[name].by)
            yield f"wrong end   {name} {there[name].end}, not {end}: {_short(posts[name])} <- {_short(answer)}"


def _short(post: Said | None) -> str:
    return " ".join(post.text.split())[:110] if post else ""


def held_out(post: Said) -> bool:
    """Whether nothing was tuned on this post."""
    return post.id[0] in HELD_OUT


def main(arguments: Sequence[str]) -> int:
    """Print the figures."""
    parser = argparse.ArgumentParser(prog="python -m tests.hearing", description="How well questions are heard.")
    parser.add_argument("--errors", action="store_true", help="every error too")
    options = parser.parse_args(arguments)
    for title, posts in (("held out", [one for one in said() if held_out(one)]), ("all six weeks", said())):
        heard = measure(posts, labels())
        print(f"{title}: {len(posts):,} posts, {heard.questions.there} questions by their labels")
        print(f"  questions heard: {heard.questions}")
        print(f"  the same question, in pairs: {heard.pairs}")
        print(f"  the question of the most people: {heard.largest[1]} of {heard.largest[0]} askers together")
        print(f"  answered by the council or not: {heard.answered:.0%} right; exactly the right end: {heard.ends:.0%}")
        if options.errors:
            print(*(f"    {error}" for error in heard.errors), sep="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
