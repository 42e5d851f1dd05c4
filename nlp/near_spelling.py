"""Names with one slip of the finger in them: behind a place word only, and only where no name is spelled right.

One word of the name is looked for among the words that stand in its place in names that are otherwise the same. Knows
nothing of how sure that is.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from rapidfuzz import process
from rapidfuzz.distance import OSA

from nlp.common_names import MONTHS, ORDINARY, SURNAMES
from nlp.spelling import ABBREVIATED, Token
from nlp.weighing import ARTICLES, LEADING

SLIPS = 1
"""Letters too many, too few, wrong, or two in each other's place (optimal string alignment)."""
SHORTEST, SHORTEST_ALONE, SHORTEST_OTHER = 5, 7, 6
"""Letters of a word that may be misspelled; of a name of one word; of a word with another letter in the place of one.

Green Lane and Greek Lane are two lanes, and so are Northgate and Forthgate: there the first letter is never another.
"""
TELLING = 7
"""Letters of a word that is no ordinary one: beside it any letter of another word may be wrong."""
LONGEST = 4
"""Words of a name."""
FULL_FORMS = {short: full for full, shorts in ABBREVIATED.items() for short in shorts if short not in ("st", "n", "s")}
_GAP = "*"


class NearSpellings:
    """The names of one council, by each word that could be misspelled."""

    def __init__(self, names: Iterable[str]) -> None:
        """`names`: plain words with one space between, as `nlp.spelling.spellings` gives them first."""
        self._slots: dict[str, list[str]] = defaultdict(list)
        self._known: set[str] = set()
        for name in dict.fromkeys(names):
            words = name.split(" ")
            self._known.update(words)
            if len(words) <= LONGEST:
                for slot, word in _slots(words):
                    for key in _keys(slot, word):
                        self._slots[key].append(word)

    def find(self, parts: Sequence[Token]) -> Iterator[tuple[str, int, int]]:
        """Name, number of its first word, number after its last: the longest behind each place word."""
        for at, token in enumerate(parts):
            if token.plain not in LEADING:
                continue
            start = at + 1
            while start < len(parts) and parts[start].plain in ARTICLES:
                start += 1
            for end in range(min(len(parts), start + LONGEST), start, -1):
                name = self._meant(parts[start:end])
                if name:
                    yield name, start, end
                    break

    def _meant(self, parts: Sequence[Token]) -> str:
        """The one name that these words are a slip away from; nothing when there are two such names, or none."""
        words = _written_out([part.plain for part in parts])
        if len(words) == 1 and not parts[0].capital:
            return ""
        meant = set()
        for slot, word in _slots(words):
            if self._may_be_wrong(word):
                near = {other for key in _keys(slot, word) for other in self._near(key, word, _told(slot))}
                meant |= {slot.replace(_GAP, other) for other in near}
        return meant.pop() if len(meant) == 1 else ""

    def _may_be_wrong(self, word: str) -> bool:
        return word not in self._known and word not in ORDINARY and word not in SURNAMES and word not in MONTHS

    def _near(self, key: str, word: str, told: bool) -> Iterator[str]:
        found = process.extract(
            word, self._slots.get(key, ()), scorer=OSA.distance, processor=None, score_cutoff=SLIPS, limit=3
        )
        for other, _, _ in found:
            sound = other[0] == word[0] and len(other) >= SHORTEST_OTHER
            if sound or told or not _another_letter(other, word):
                yield other


def _told(slot: str) -> bool:
    return any(len(word) >= TELLING and word not in ORDINARY for word in slot.split(" "))


def _another_letter(one: str, other: str) -> bool:
    return len(one) == len(other) and sorted(one) != sorted(other)


def _slots(words: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Each word that is long enough, and the name with a gap in its place."""
    shortest = SHORTEST_ALONE if len(words) == 1 else SHORTEST
    for at, word in enumerate(words):
        if len(word) >= shortest - (SLIPS if len(words) > 1 else 0) and word.isalpha():
            yield " ".join([*words[:at], _GAP, *words[at + 1 :]]), word


def _keys(slot: str, word: str) -> tuple[str, str]:
    """One slip leaves the first letter or the last: so few words are compared."""
    return f"{word[0]}{slot}", f"{slot}{word[-1]}"


def _written_out(words: Sequence[str]) -> list[str]:
    """`Tolgarht Rd` as `tolgarht road`; `st` is a street at the end, and a saint before."""
    full = [FULL_FORMS.get(word, word) for word in words]
    return [*full[:-1], "street"] if len(full) > 1 and full[-1] == "st" else full
