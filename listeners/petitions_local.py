"""Which petitions come from the area, by where their signatures come from; and which are worth asking about.

Only a petition's own page says where its signatures come from. So it is asked for when so many new ones have come
that it could be local now. Knows nothing of requests and of texts.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from listeners.accounts import folded
from listeners.petition_texts import Petition, Signed
from listeners.petitions_settings import PetitionsSettings

ALL = 500
"""A petition with signatures from so many constituencies has some from nearly all of the 650 there are."""


class Signatures:
    """What is known of where signatures come from. `known`: number of a petition -> all signatures, those from here."""

    def __init__(self, settings: PetitionsSettings, known: Mapping[str, Sequence[int]]) -> None:
        self._share, self._least = settings.least_share, settings.least_signatures
        self._ours = {folded(name): name for name in settings.constituencies}
        self.known = {number: [int(count) for count in counts[:2]] for number, counts in known.items()}
        self.unknown: set[str] = set()
        """Constituencies of the council file that a petition signed nearly everywhere does not know."""

    def may_be_local(self, petition: Petition) -> bool:
        """Whether enough could come from here by now, were all signatures since we last asked ours."""
        total, ours = self.known.get(petition.number, (0, 0))
        return bool(self._ours) and self._enough(ours + petition.signatures - total, petition.signatures)

    def reason(self, petition: Petition, rows: Sequence[Signed]) -> str:
        """Why it is local, in plain words; empty: it is not. Remembers what it saw."""
        here = [row for row in rows if self._is_ours(row)]
        ours = sum(row.signatures for row in here)
        self.known[petition.number] = [petition.signatures, ours]
        if len(rows) >= ALL:
            found = {folded(name) for row in here for name in (row.name, row.code)}
            self.unknown = {name for known, name in self._ours.items() if known not in found}
        if not self._enough(ours, petition.signatures):
            return ""
        names = sorted({row.name or row.code for row in here if row.signatures})
        return f"{ours / petition.signatures:.0%} of its signatures come from {' and '.join(names)}"

    def keep(self, numbers: Iterable[str]) -> None:
        """Forget all but these."""
        self.known = {number: self.known[number] for number in numbers if number in self.known}

    def _is_ours(self, row: Signed) -> bool:
        return folded(row.name) in self._ours or folded(row.code) in self._ours

    def _enough(self, ours: int, total: int) -> bool:
        return ours >= max(self._least, 1) and ours >= self._share * total
