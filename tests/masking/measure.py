"""What of 500 written texts is masked: the spans that a reader marked, the measure of each kind, what else went.

The texts (`texts.jsonl`) were invented and marked by someone who had never seen the patterns. A hash of its text puts
each into one of two halves: the patterns may be improved by looking at the first, the second is only ever counted.
A span counts as masked when all of it that points at somebody is gone (`_telling`).
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from listeners.accounts import Account, Accounts
from listeners.marks import MARK
from listeners.minimise import Minimiser, seen
from soundings.words import AuthorKind

TEXTS = Path(__file__).parent / "texts.jsonl"
OURS = "ours"
TITLED, UNTITLED = "name after a title", "name without"
KINDS = ("handle", "email", "phone", "postcode", "plate", "house", TITLED, UNTITLED, OURS)
TITLE = re.compile(r"\b(?:mr|mrs|ms|miss|mx|dr|mr and mrs|sir|lady|rev|reverend|prof|professor)\b\.?\s+$", re.I)
SECTOR = re.compile(r"\b([A-Z]{1,2}\d[A-Z\d]?)\\ (\d)$", re.I)
"""How the masking writes what stays of a postcode, escaped; in the text there may be no space."""
FRONT = re.compile(r"https?://[^/]+/|(?:[\w-]+\.)+[a-z]{2,10}/|/?u/", re.I)
"""What stands before an account's name and names nobody: a host, Reddit's `u/`."""
OWN = Accounts(
    [
        Account(handle=handle, name="Penmarrow Council", kind=AuthorKind.COUNCIL)
        for handle in ("PenmarrowCouncil", "PenmarrowBins")
    ],
    "demo",
)
MINIMISER = Minimiser(OWN)
"""Without a gazetteer: the texts name streets that no list of ours holds, as the posts of a new council will."""


@dataclass(frozen=True)
class Span:
    """What a reader marked: its kind, and where it stands in the text as people see it."""

    kind: str
    start: int
    end: int


@dataclass(frozen=True)
class Marked:
    """One text and its spans."""

    text: str
    spans: tuple[Span, ...]

    @property
    def looked_at(self) -> bool:
        """Whether it is of the half that the patterns may be improved on."""
        return sha256(self.text.encode()).digest()[0] % 2 == 0


@dataclass
class Figures:
    """Of each kind how many there are and how many were masked; and what was masked beside them."""

    there: Counter[str] = field(default_factory=Counter)
    masked: Counter[str] = field(default_factory=Counter)
    texts: int = 0
    bare: int = 0
    """Texts without anything to mask."""
    false_in_bare: int = 0
    letters_in_bare: int = 0
    false_in_others: int = 0

    def recall(self, kind: str) -> float:
        """The share of a kind that was masked; of our own accounts the share that was kept."""
        return self.masked[kind] / self.there[kind] if self.there[kind] else 1.0

    @property
    def false_alarms(self) -> float:
        """Pieces masked in a hundred texts that hold nothing to mask."""
        return 100 * self.false_in_bare / self.bare if self.bare else 0.0


def marked() -> Iterator[Marked]:
    """Every text, as people see it."""
    for line in TEXTS.read_text(encoding="utf-8").splitlines():
        entry = json.loads(line)
        text = seen(entry["text"])
        yield Marked(text, tuple(_span(text, span["kind"], seen(span["said"]), span["nth"]) for span in entry["spans"]))


def _span(text: str, kind: str, said: str, nth: int) -> Span:
    start = -1
    for _ in range(nth):
        start = text.index(said, start + 1)
    if kind == "name":
        kind = TITLED if TITLE.search(text[:start]) else UNTITLED
    return Span(kind, start, start + len(said))


def hidden(text: str, masked: str) -> list[tuple[int, int]]:
    """Where the pieces stood for which there is a mark now: what stayed is found again in its order."""
    kept = [SECTOR.sub(r"\1[ \\t-]*\2", re.escape(part)) for part in masked.split(MARK)]
    found = re.fullmatch("(.+?)".join(kept), text, re.DOTALL)
    assert found, f"not the same text: {masked}"
    return [found.span(number) for number in range(1, len(kept))]


def gone(text: str, span: Span, pieces: list[tuple[int, int]]) -> bool:
    """Whether all of a span that points at somebody is masked."""
    places = (span.start + at for found in telling(text[span.start : span.end], span.kind) for at in range(*found))
    return all(any(start <= place < end for start, end in pieces) for place in places)


def telling(said: str, kind: str) -> list[tuple[int, int]]:
    """The parts of a span that must be gone.

    Of a house all its numbers (its street may stay); where it has none, its name: what stands before the first comma.
    Of a postcode the last two letters (its sector may stay). Of a link all behind its host, of `u/somebody` the name.
    Of all else every letter.
    """
    if kind == "postcode":
        return [(len(said) - 2, len(said))]
    if kind == "house" and not re.search(r"\d", said):
        return [found.span() for found in re.finditer(r"\w+", said.partition(",")[0])]
    if kind == "house":
        return [found.span() for found in re.finditer(r"\w*\d\w*", said)]
    front = FRONT.match(said)
    return [found.span() for found in re.finditer(r"\w+", said) if found.start() >= (front.end() if front else 0)]


def count(texts: list[Marked]) -> Figures:
    """The figures of some texts."""
    figures = Figures()
    for one in texts:
        pieces = hidden(one.text, MINIMISER.mask(one.text))
        figures.texts += 1
        figures.bare += not one.spans
        for span in one.spans:
            figures.there[span.kind] += 1
            figures.masked[span.kind] += (
                not touches(span, pieces) if span.kind == OURS else gone(one.text, span, pieces)
            )
        for start, end in false_alarms(one, pieces):
            if one.spans:
                figures.false_in_others += 1
            else:
                figures.false_in_bare += 1
                figures.letters_in_bare += end - start
    return figures


def touches(span: Span, pieces: list[tuple[int, int]]) -> bool:
    """Whether any of these pieces lies in a span."""
    return any(start < span.end and span.start < end for start, end in pieces)


def false_alarms(one: Marked, pieces: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """The pieces that touch nothing that was to be masked. Our own accounts are counted by themselves."""
    return [piece for piece in pieces if not any(touches(span, [piece]) for span in one.spans)]


def errors(texts: list[Marked]) -> Iterator[str]:
    """Each text that is not masked as it should be, and what is wrong with it."""
    for one in texts:
        masked = MINIMISER.mask(one.text)
        pieces = hidden(one.text, masked)
        wrong = [
            f"{span.kind}: {one.text[span.start : span.end]}"
            for span in one.spans
            if (touches(span, pieces) if span.kind == OURS else not gone(one.text, span, pieces))
        ]
        wrong += [f"too much: {one.text[start:end]}" for start, end in false_alarms(one, pieces)]
        if wrong:
            yield f"{masked}\n    " + "\n    ".join(wrong)
