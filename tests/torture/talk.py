"""What residents say during a torture run, and what must be visible of it: the files of imports, and their oracle.

Every text is drawn by the run's own dice. Knows nothing of processes and of faults.
"""

from __future__ import annotations

import json
import random
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

SOURCES = ("left", "right")
"""Names under which files are imported; each has a ledger of its own, which two imports share at a time."""
SUBJECTS = (
    "The bins of {} were not emptied again, when will they come?",
    "Thank you for mending the lamp, {}",
    "Could we have a crossing by the school, asks {}",
    "The library of {} was shut today and nobody said why",
    "{} says the new bus times do not work for anybody on shifts",
)
DAYS = 28
"""How far back the items go: two months have a share in them."""


@dataclass
class Said:
    """One item: how often it was edited, who wrote it, and whether it is gone."""

    source: str
    native: str
    author: str
    created: datetime
    take: int = 1
    gone: bool = False
    settled: bool = False
    """An import that held it has ended well: from then on it can be removed."""

    @property
    def text(self) -> str:
        """The newest text."""
        return self.words(self.take)

    def words(self, take: int) -> str:
        """What it said after so many edits."""
        subject = SUBJECTS[hash_of(self.native) % len(SUBJECTS)]
        return subject.format(f"number {self.native}") + f" Take {take}."

    @property
    def dated(self) -> bool:
        """Whether its source also says of the first text when it was written."""
        return hash_of(self.native) % 2 == 0

    def line(self, take: int, dice: random.Random) -> dict[str, Any]:
        """It as a line of a file. Copies do not agree on its date."""
        created = self.created - timedelta(days=31) if dice.random() < 0.05 else self.created
        line = {"id": self.native, "author": self.author, "text": self.words(take), "created_at": created.isoformat()}
        if take > 1 or self.dated:
            line["updated_at"] = (self.created + timedelta(minutes=take)).isoformat()
        return line


def hash_of(text: str) -> int:
    """The same in each process, unlike Python's own."""
    return sum(ord(letter) * (place + 1) for place, letter in enumerate(text))


@dataclass
class Batch:
    """One file to import, and the items that it holds."""

    path: Path
    source: str
    items: list[Said]
    removes: list[Said] = field(default_factory=list)


class Talk:
    """All that was said, and what of it must be visible once every file was imported."""

    def __init__(self, folder: Path, dice: random.Random) -> None:
        self.folder, self._dice = folder, dice
        self._begun = datetime.now(UTC).replace(minute=0, second=0, microsecond=0) - timedelta(days=DAYS)
        self.said: list[Said] = []
        self._unproven: list[Batch] = []
        self._forgotten: set[tuple[str, str]] = set()
        self._leavers = 0
        self._files = 0
        self._lock = threading.RLock()
        folder.mkdir(parents=True, exist_ok=True)

    def batches(self) -> list[Batch]:
        """One more file, or two with the same posts in another order, to be imported at the same time."""
        with self._lock:
            source = self._dice.choice(SOURCES)
            lines = list(self._lines(source))
            count = 2 if self._dice.random() < 0.25 else 1
            return [self._write(source, lines) for _ in range(count)]

    def _lines(self, source: str) -> Iterator[tuple[Said, dict[str, Any]]]:
        known = [item for item in self.said if item.source == source]
        for _ in range(self._dice.randrange(20, 80)):
            item = self._new(source)
            yield item, item.line(1, self._dice)
        for item in self._dice.sample(known, min(len(known), 15)):
            older, edited = item.take, not item.gone and self._dice.random() < 0.5
            if edited:
                item.take += 1
                yield item, item.line(item.take, self._dice)
            if item.dated or not edited:  # the text of before once more; in one file both need a date to be told apart
                yield item, item.line(older, self._dice)

    def _new(self, source: str) -> Said:
        number = len(self.said)
        author = f"writer{number % 97}"
        if self._dice.random() < 0.03:
            author = f"leaver{self._leavers}"
        created = self._begun + timedelta(minutes=self._dice.randrange(DAYS * 24 * 60 - 1000))
        item = Said(source, f"{source}{number}", author, created, gone=(source, author) in self._forgotten)
        self.said.append(item)
        return item

    def _write(self, source: str, lines: list[tuple[Said, dict[str, Any]]]) -> Batch:
        texts = [json.dumps(line) for _, line in lines]
        if self._files % 2:
            texts = _shuffled(texts, self._dice)
        return self._batch(source, texts, [item for item, _ in lines])

    def _batch(self, source: str, texts: list[str], items: list[Said], removes: list[Said] | None = None) -> Batch:
        self._files += 1
        path = self.folder / f"{self._files}.jsonl"
        path.write_text("\n".join(texts) + "\n", encoding="utf-8")
        batch = Batch(path, source, items, removes or [])
        self._unproven.append(batch)
        return batch

    def removal(self) -> Batch | None:
        """A file that orders the removal of some items that are known to be held."""
        with self._lock:
            living = [item for item in self.said if item.settled and not item.gone]
            if not living:
                return None
            source = self._dice.choice(living).source
            mine = [item for item in living if item.source == source]
            chosen = self._dice.sample(mine, min(len(mine), 4))
            for item in chosen:
                item.gone = True
            texts = [json.dumps({"id": item.native, "text": "-", "deleted": True}) for item in chosen]
            return self._batch(source, texts, [], chosen)

    def leaver(self) -> tuple[str, str]:
        """A writer who asks to be forgotten from now on: source and handle."""
        with self._lock:
            leaving = SOURCES[self._leavers % 2], f"leaver{self._leavers}"
            self._leavers += 1
            self._forgotten.add(leaving)
            for item in self.said:
                item.gone = item.gone or (item.source, item.author) == leaving
            return leaving

    def imported(self, batch: Batch) -> None:
        """An import of this file has ended well."""
        with self._lock:
            for item in batch.items:
                item.settled = True

    def unproven(self) -> list[Batch]:
        """The files since the last proof: what a wiped bus may have lost, and has to be imported again."""
        with self._lock:
            return list(self._unproven)

    def proven(self) -> None:
        """Everything so far was found where it must be."""
        with self._lock:
            self._unproven.clear()

    def visible(self) -> dict[tuple[str, str], str]:
        """(source, native id) -> newest text of all that must be shown."""
        with self._lock:
            return {(item.source, item.native): item.text for item in self.said if not item.gone}

    def gone(self) -> list[Said]:
        """What must be shown nowhere."""
        with self._lock:
            return [item for item in self.said if item.gone]


def _shuffled(texts: list[str], dice: random.Random) -> list[str]:
    """Another order; lines of one id keep theirs only by chance, as two imports at a time do."""
    mixed = list(texts)
    dice.shuffle(mixed)
    return mixed
