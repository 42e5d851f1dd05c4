"""What a label means: which of our words it is, what else is accepted, and what several people agree on.

Of two people who labelled one text, a label counts where both say it. Where they differ the text is left out of that
label's figures (and counted): nobody knows the truth there. Knows nothing of files or readers.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from soundings.council import CouncilFile
from soundings.errors import BadInput
from soundings.taxonomy import NOT_COUNCIL, TOPICS
from soundings.words import Mood, SpeechAct

TASKS = ("sentiment", "acts", "topics", "places")
YES, NO = ("1", "true", "yes", "y", "1.0"), ("0", "false", "no", "n", "0.0")
MAPPED = ("other_label", "slug", "also_accepted")
_BETWEEN = re.compile(r"[\s,;|]+")


@dataclass(frozen=True)
class Opinion:
    """What one person says of a text: our words, the main one first, and what else would do."""

    said: tuple[str, ...]
    also: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Truth:
    """What people say of a text together."""

    true: frozenset[str]
    """What all of them say."""
    unknown: frozenset[str]
    """What some say and others do not."""
    main: str
    """What each says first; empty where they differ, or say nothing."""
    also: frozenset[str]
    """What would do beside the main one: what anybody said too, and what the map accepts."""
    mains: frozenset[str]
    """What anybody says first."""


@dataclass(frozen=True)
class Meaning:
    """How the labels of one file are understood. `only`: the file says yes or no to this one."""

    task: str
    known: tuple[str, ...]
    only: str = ""
    mapped: Mapping[str, Opinion] = field(default_factory=dict)

    def truth(self, label: Any, several: bool) -> Truth | str:
        """What people say together, or why their label cannot be used."""
        if not several:
            opinion = self._opinion(label)
            return opinion if isinstance(opinion, str) else together([opinion])
        if not isinstance(label, list) or not label or not all(isinstance(one, dict) for one in label):
            return "`labels` is not a list with one object for each person"
        opinions = [self._person(one) for one in label]
        wrong = [one for one in opinions if isinstance(one, str)]
        return wrong[0] if wrong else together([one for one in opinions if isinstance(one, Opinion)])

    def _person(self, label: dict[str, Any]) -> Opinion | str:
        if self.task not in label:
            return f"`labels` has no `{self.task}`"
        return self._opinion(label[self.task])

    def _opinion(self, label: Any) -> Opinion | str:
        plain = ("true" if label else "false") if isinstance(label, bool) else label
        if isinstance(plain, list) and all(isinstance(one, str) for one in plain):
            parts = [one.strip().lower() for one in plain]
        elif isinstance(plain, str):
            found = self._whole(plain.strip())
            if found is not None:
                return found
            parts = [part for part in _BETWEEN.split(plain.strip().lower()) if part]
        else:
            return "the label is neither a word nor a list of words"
        return self._words(parts, plain)

    def _whole(self, label: str) -> Opinion | None:
        if self.only and label.lower() in YES + NO:
            return Opinion((self.only,) if label.lower() in YES else ())
        return self._narrowed(self.mapped[label.lower()]) if label.lower() in self.mapped else None

    def _words(self, parts: Sequence[str], label: Any) -> Opinion | str:
        if not parts and (self.task != "places" or self.only):
            return "there is no label"
        if any(part not in self.known for part in parts):
            return self._unknown(label if isinstance(label, str) else ", ".join(label))
        if self.task == "sentiment" and len(parts) > 1:
            return "a text has one sentiment, and there are several"
        return self._narrowed(Opinion(tuple(dict.fromkeys(parts))))

    def _narrowed(self, opinion: Opinion) -> Opinion:
        """With `only`, all that matters is whether it is said."""
        if not self.only:
            return opinion
        return Opinion(tuple(one for one in opinion.said if one == self.only), frozenset({self.only}) & opinion.also)

    def _unknown(self, label: str) -> str:
        if self.mapped:
            return f"the map has no label '{_short(label)}'"
        near = get_close_matches(label.strip().lower(), self.known, 1)
        hint = f": did you mean '{near[0]}'?" if near else "; `--map` names a file that translates labels"
        return f"unknown label '{_short(label)}'{hint}"


def together(opinions: Sequence[Opinion]) -> Truth:
    """What several people say together."""
    each = [frozenset(one.said) for one in opinions]
    true = frozenset.intersection(*each)
    anybody = frozenset().union(*each)
    mains = frozenset(one.said[0] for one in opinions if one.said)
    main = next(iter(mains)) if len(mains) == 1 and all(each) else ""
    also = frozenset().union(*(one.also for one in opinions))
    return Truth(true, (anybody | also) - true, main, (anybody | also) - {main}, mains)


def meaning(task: str, only: str, mapping: Path | None, council_file: CouncilFile) -> Meaning:
    """How labels are understood for a task. Raises BadInput for a wrong map."""
    known = _known(task, council_file)
    return Meaning(task, known, only, _map(mapping, known) if mapping else {})


def task_of(only: str, council_file: CouncilFile) -> str:
    """The task that a word belongs to. Raises BadInput when it is none of ours."""
    for task in TASKS:
        if only in _known(task, council_file):
            return task
    every = [word for task in TASKS for word in _known(task, council_file)]
    near = get_close_matches(only, every, 1)
    raise BadInput(f"--only {only}: there is no such word.{f' Did you mean {near[0]}?' if near else ''}")


def _known(task: str, council_file: CouncilFile) -> tuple[str, ...]:
    if task == "sentiment":
        return tuple(Mood)
    if task == "acts":
        return tuple(SpeechAct)
    if task == "places":
        return tuple(place.id for place in council_file.area.places)
    return tuple(dict.fromkeys((*TOPICS, NOT_COUNCIL, *council_file.tables.get("topics", {}))))


def _map(path: Path, known: tuple[str, ...]) -> dict[str, Opinion]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as source:
            reader = csv.DictReader(source)
            missing = [column for column in MAPPED[:2] if column not in (reader.fieldnames or ())]
            if missing:
                raise BadInput(f"The map {path} has no column `{missing[0]}`: it needs {', '.join(MAPPED)}.")
            return dict(_entry(path, reader.line_num, row, known) for row in reader)
    except FileNotFoundError:
        raise BadInput(f"There is no file {path}.") from None
    except UnicodeDecodeError:
        raise BadInput(f"The map {path} is not UTF-8.") from None
    except OSError as error:
        raise BadInput(f"{path} cannot be read: {error.strerror}.") from None
    except csv.Error as error:
        raise BadInput(f"The map {path} cannot be read: {error}.") from None


def _entry(path: Path, line: int, row: Mapping[str, str | None], known: tuple[str, ...]) -> tuple[str, Opinion]:
    other, slug, also = ((row.get(column) or "").strip() for column in MAPPED)
    for word in (slug, *also.split()):
        if word not in known:
            near = get_close_matches(word, known, 1)
            meant = f": did you mean '{near[0]}'?" if near else "."
            raise BadInput(f"Line {line} of the map {path}: '{_short(word)}' is none of our words{meant}")
    return other.lower(), Opinion((slug,), frozenset(also.split()))


def _short(label: str) -> str:
    return label if len(label) <= 40 else f"{label[:39]}…"
