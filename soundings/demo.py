"""`soundings demo`: the whole service on the invented sample, by the same way that every post takes.

Owns only the decision where the sample may go: never into the folder of a real council.
"""

from __future__ import annotations

import argparse
import contextlib
import shutil
from collections.abc import Sequence
from importlib.resources import files

from soundings import council, up
from soundings import settings as settings_module
from soundings.cli import load
from soundings.errors import BadInput
from soundings.files import write_private
from soundings.settings import Settings

AGE = "listeners.sample_source:demo_age"
PLAYED_INTO = ("database", "bus", "ledgers")
"""What a sample that has grown old is played into anew. The ledgers, which know its age, go last: a death in between is
made good by the next start."""


def main(arguments: Sequence[str]) -> int:
    """Run until Ctrl-C."""
    parser = argparse.ArgumentParser(prog="soundings demo", description="Run everything on the invented sample.")
    parser.add_argument("--port", type=int, default=None, help="port of the page (default: 8501, or a free one)")
    options = parser.parse_args(arguments)
    up.say("This is a demonstration. Its council, its residents and every post are invented.")
    return up.run(settings_module.load(), options.port, prepare)


def prepare(settings: Settings) -> None:
    """Put the sample's council file in place, and start afresh when the sample is of another day."""
    path = settings.council_path
    if path.exists() and not council.load(path).council.invented:
        raise BadInput(
            f"{path} is the file of a real council, and the demonstration would mix invented posts with real ones. "
            "Give it a folder of its own: `SOUNDINGS_HOME=soundings-demo soundings demo`."
        )
    if not path.exists() and settings.ledgers.exists() and any(settings.ledgers.iterdir()):
        raise BadInput(
            f"{settings.home} holds posts that are not the demonstration's. "
            "Give it a folder of its own: `SOUNDINGS_HOME=soundings-demo soundings demo`."
        )
    if not path.exists():
        write_private(path, files("listeners.sample").joinpath("council.toml").read_text(encoding="utf-8"))
    if age := load(AGE)(settings):
        _play_again(settings, f"{age} days ago" if age > 1 else "yesterday")


def _play_again(settings: Settings, when: str) -> None:
    """Take away a sample that has grown old; never what somebody imported beside it."""
    if {ledger.stem for ledger in settings.ledgers.glob("*.sqlite")} - {"sample"}:
        up.say(f"The sample was played {when}. It stays as it is, because {settings.home} also holds your own imports.")
        return
    up.say(f"The sample was played {when}; it is played again, up to today.")
    for name in PLAYED_INTO:
        with contextlib.suppress(FileNotFoundError):
            shutil.rmtree(settings.home / name)
