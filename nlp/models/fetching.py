"""From a name in the council file to a model on the shelf: look, fetch, convert, put in place. One at a time.

Says before it fetches what it will fetch and how large it is. Knows nothing of how a model is run.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import datetime
from importlib.util import find_spec
from pathlib import Path

from nlp.models import hub
from nlp.models.converting import Converted, convert
from nlp.models.naming import Named
from nlp.models.opening import megabytes, size, spoken
from nlp.models.shelf import NETWORK, TOKENIZER, Made, Shelf, digest, parts, sha256
from soundings.council import CouncilFile
from soundings.errors import BadInput, SoundingsError
from soundings.files import locked

NEEDED = ("torch", "transformers", "onnx", "onnxscript")
ROOM = 4
"""Times its own size that a model needs on the disk while it is converted."""


def check_installed() -> None:
    """Raises SoundingsError where the extra [models] is not installed."""
    if lacking := [name for name in NEEDED if find_spec(name) is None]:
        raise SoundingsError(
            f"Converting a model needs the extra [models] ({', '.join(lacking)} not found): `.venv/bin/pip install -c "
            "constraints.txt '.[models]'`. docs/models.md says how large that is, and how to do it on another machine."
        )


def fetch(
    entry: Named, council_file: CouncilFile, shelf: Shelf, now: datetime, say: Callable[[str], None], *, newest: bool
) -> Made:
    """Make a model ready, unless it is. `newest`: also where an older commit of a name without a revision is ready."""
    with locked(shelf.folder / "fetching"):
        made = shelf.find(entry, council_file)
        if made and (not newest or entry.revision):
            say(f"{made.title} is ready for {spoken(entry)}.")
            return made
        check_installed()
        return _folder(entry, council_file, shelf, now, say) if entry.is_folder else _hub(entry, shelf, now, say, made)


def _folder(entry: Named, council_file: CouncilFile, shelf: Shelf, now: datetime, say: Callable[[str], None]) -> Made:
    folder = entry.folder(council_file)
    if not folder.is_dir():
        raise BadInput(f"There is no folder {folder}: correct `model`, or put the model there.")
    say(f"{entry.name} for {spoken(entry)}: from the folder {folder}.")
    return _make(folder, entry, shelf, now, say)


def _hub(entry: Named, shelf: Shelf, now: datetime, say: Callable[[str], None], held: Made | None) -> Made:
    found = hub.look(entry)
    say(plan(entry, found))
    if held and held.commit == found.commit:
        say(f"{held.title} is ready, and is the newest.")
        return held
    _check_room(shelf.folder, found.bytes * (ROOM + 1), entry.model)
    fetched = shelf.folder / f".fetched-{found.commit}"  # kept when it is cut short: the next try goes on from there
    hub.fetch(found, fetched)
    made = _make(fetched, entry, shelf, now, say, found)
    shutil.rmtree(fetched)
    return made


def plan(entry: Named, found: hub.Found) -> str:
    """What will be fetched, for people."""
    return (
        f"{entry.model} for {spoken(entry)}: {megabytes(found.bytes)} from the hub, commit {found.commit}, licence "
        f"{found.licence or 'not stated'}. Whether you may use it so is yours to answer for."
    )


def _make(
    source: Path, entry: Named, shelf: Shelf, now: datetime, say: Callable[[str], None], found: hub.Found | None = None
) -> Made:
    _check_room(shelf.folder, sum(path.stat().st_size for path in parts(source)) * ROOM, entry.name)
    say("Converting it. This takes from half a minute to some minutes.")
    aside = shelf.aside("making")
    try:
        done = convert(source, aside, entry)
        made = _note(done, source, aside, entry, now, found)
        shelf.place(made, aside)
    finally:
        shutil.rmtree(aside, ignore_errors=True)
    say(f"{made.title} is ready: {made.bits} bits, {size(shelf, made)}, reads {made.longest} pieces of a text.")
    return made


def _note(
    done: Converted, source: Path, aside: Path, entry: Named, now: datetime, found: hub.Found | None
) -> Made:  # fmt: skip
    return Made(
        model=entry.name,
        commit=found.commit if found else "",
        source=digest(source),
        labels=done.labels,
        longest=done.longest,
        bits=done.bits,
        licence=found.licence if found else "",
        at=now,
        files={name: sha256(aside / name) for name in (NETWORK, TOKENIZER)},
    )


def _check_room(folder: Path, needed: int, name: str) -> None:
    free = shutil.disk_usage(folder).free
    if free < needed:
        raise SoundingsError(f"{name} needs {megabytes(needed)} free on the disk of {folder}; {megabytes(free)} are.")
