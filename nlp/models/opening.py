"""The models of a council file, opened for a reader, and what is said of them by `soundings check` and `soundings up`.

Loads onnxruntime only when a model is named. Knows nothing of how models are fetched.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

from nlp.language import ENGLISH, SPOKEN, WELSH
from nlp.models import choices
from nlp.models.labels import meanings
from nlp.models.naming import Named, named
from nlp.models.shelf import NETWORK, Made, Shelf
from nlp.routing import Judges, Sentiments
from soundings.council import CouncilFile
from soundings.errors import BadInput
from soundings.settings import Settings

HOW = "`soundings models fetch` says how large it is, fetches it and makes it ready"


def judges(council_file: CouncilFile, settings: Settings) -> Judges:
    """The models that the council named, loaded, and the number of this choice.

    Raises BadInput when one is not ready, or its labels say nothing.
    """
    shelf, by_language = Shelf(settings), dict[str, Sentiments]()
    found = _made(council_file, shelf)
    for entry, made in found:
        from nlp.models.running import Model

        model = Model(shelf.whole(made), made, entry)
        by_language |= dict.fromkeys(entry.languages, model)
    return Judges(by_language, choices.number(shelf.folder, chosen(found), datetime.now(UTC)))


def _made(council_file: CouncilFile, shelf: Shelf) -> list[tuple[Named, Made]]:
    entries = [(entry, shelf.find(entry, council_file)) for entry in named(council_file)]
    if lacking := [entry.model for entry, made in entries if made is None]:
        raise BadInput(f"The council file names models that are not ready: {', '.join(lacking)}. {HOW}.")
    return [(entry, made) for entry, made in entries if made]


def chosen(found: Sequence[tuple[Named, Made]]) -> str:
    """A text that differs between two choices of models, languages or labels. Empty for none."""
    lines = sorted(
        json.dumps([made.place, made.bits, sorted(entry.languages), [*meanings(made.labels, entry.labels, made.model)]])
        for entry, made in found
    )
    return hashlib.sha256("\n".join(lines).encode()).hexdigest() if lines else ""


def lacking(council_file: CouncilFile, settings: Settings) -> None:
    """For `soundings up`. Raises BadInput that names each model that is not ready: nothing is fetched unasked."""
    _made(council_file, Shelf(settings))


def readiness(council_file: CouncilFile, settings: Settings) -> Iterator[tuple[bool, str]]:
    """For `soundings check`: who reads which language, and whether it is ready."""
    entries, shelf = named(council_file), Shelf(settings)
    for entry in entries:
        yield _ready(entry, shelf.find(entry, council_file), shelf)
    by_models = {code for entry in entries for code in entry.languages}
    own = [] if ENGLISH in by_models else ["English by what comes with Soundings"]
    own += [] if WELSH in by_models else ["Welsh by word lists, shown as unclear"]
    yield True, f"feeling: {', '.join([*own, 'other languages are named and not scored'])}"


def _ready(entry: Named, made: Made | None, shelf: Shelf) -> tuple[bool, str]:
    about = f"feeling in {spoken(entry)}: "
    if made is None:
        return False, f"{about}{entry.model} is not here yet; {HOW}"
    try:
        meanings(made.labels, entry.labels, made.model)
    except BadInput as error:
        return False, about + str(error)
    return True, f"{about}{made.title} ({made.bits} bits, {size(shelf, made)}, {made.licence or 'no licence stated'})"


def spoken(entry: Named) -> str:
    """The languages of an entry, for people."""
    return ", ".join(SPOKEN[code].title() for code in entry.languages)


def size(shelf: Shelf, made: Made) -> str:
    """How large its network is here."""
    return megabytes((shelf.at(made) / NETWORK).stat().st_size)


def megabytes(count: int) -> str:
    """Bytes, for people."""
    return f"{max(count / 1e6, 0.1):,.0f} MB" if count >= 1e6 else f"{max(count / 1e6, 0.1):.1f} MB"
