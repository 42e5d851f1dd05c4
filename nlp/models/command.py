"""`soundings models`: which model judges which language. `soundings models fetch` gets and converts what is named.

The only way in which a model is ever fetched. Owns the command; knows nothing of how it is done.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from datetime import UTC, datetime

from nlp.models import choices
from nlp.models.naming import Named, named
from nlp.models.opening import chosen, megabytes, readiness
from nlp.models.shelf import NETWORK, Made, Shelf
from soundings import council
from soundings import settings as settings_module
from soundings.council import CouncilFile
from soundings.errors import BadInput

NONE = "The council file names no model: Soundings reads with its own. docs/models.md says how to name one."


def main(arguments: Sequence[str]) -> int:
    """The command. 2 when something that is named is not ready, or cannot be used."""
    wanted = _arguments().parse_args(arguments)
    settings = settings_module.load()
    council_file = council.load(settings.council_path)
    shelf = Shelf(settings)
    if wanted.what == "fetch":
        return _fetch(council_file, shelf, dry=wanted.dry_run, newest=wanted.newest)
    lines = list(readiness(council_file, settings))
    for ready, line in lines:
        print(f"{'ready' if ready else 'to do'}  {line}")
    _tell_unused(council_file, shelf)
    return 0 if all(ready for ready, _ in lines) else 2


def _arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="soundings models",
        description="Say which model judges how a writer feels, by language. `fetch` gets what the council file names "
        "from the hub, or takes it from its folder, and converts it; it needs the extra [models].",
    )
    parser.add_argument("what", nargs="?", choices=["fetch"], help="get and convert what is not ready")
    parser.add_argument("--dry-run", action="store_true", help="only say what would be fetched, and how large it is")
    parser.add_argument("--newest", action="store_true", help="look for a newer commit of models without a `revision`")
    return parser


def _fetch(council_file: CouncilFile, shelf: Shelf, *, dry: bool, newest: bool) -> int:
    entries, now = named(council_file), datetime.now(UTC)
    if not entries:
        if not dry:
            choices.number(shelf.folder, chosen([]), now)  # a worker that cannot write there would not start without
        print(NONE)
        return 0
    if dry:
        return _dry(entries, council_file, shelf)
    from nlp.models.fetching import fetch

    made = [(entry, fetch(entry, council_file, shelf, now, _say, newest=newest)) for entry in entries]
    choices.number(shelf.folder, chosen(made), now)
    _tell_pins(made)
    _tell_unused(council_file, shelf)
    print("Start `soundings up` again, or the stage nlp, and posts are read by this choice from then on.")
    return 0


def _dry(entries: Sequence[Named], council_file: CouncilFile, shelf: Shelf) -> int:
    from nlp.models import hub
    from nlp.models.fetching import check_installed, plan

    for entry in entries:
        if made := shelf.find(entry, council_file):
            print(f"{made.title} is ready.")
        elif not entry.is_folder:
            check_installed()
            print(plan(entry, hub.look(entry)))
        elif entry.folder(council_file).is_dir():
            print(f"{entry.name} would be converted from {entry.folder(council_file)}. Nothing would be fetched.")
        else:
            raise BadInput(f"There is no folder {entry.folder(council_file)}: correct `model`, or put the model there.")
    return 0


def _tell_pins(made: Sequence[tuple[Named, Made]]) -> None:
    for entry, one in made:
        if one.commit and not entry.revision:
            print(f'To have the same on every machine add to its table: revision = "{one.commit}"')


def _tell_unused(council_file: CouncilFile, shelf: Shelf) -> None:
    used = {one.place for entry in named(council_file) if (one := shelf.find(entry, council_file))}
    for made in shelf.ready():
        if made.place not in used:
            count = (shelf.at(made) / NETWORK).stat().st_size
            print(f"       {made.title} is not used: remove {shelf.at(made)} to free {megabytes(count)}")


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)
