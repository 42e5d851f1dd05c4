"""The command line. Names each command as "package.module:function" and imports it only when it is used,
so that `soundings --help` is instant: hence, too, no dataclass here. Knows nothing of what the commands do.
"""

from __future__ import annotations

import os
import sys
from importlib import import_module

from soundings import __version__

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any


class Command:
    """A command: where it lives and what it is for. `target` takes the arguments and returns the exit code."""

    def __init__(self, target: str, about: str) -> None:
        self.target, self.about = target, about


COMMANDS: dict[str, Command] = {
    "demo": Command("soundings.demo:main", "Run everything on the invented sample. No keys, no network."),
    "up": Command("soundings.up:main", "Run the service on this machine, all stages together."),
    "init": Command("soundings.init:main", "Write a council file by asking a few questions."),
    "check": Command("soundings.check:main", "Say what is wrong with the council file and what is ready."),
    "area": Command("soundings.area_import:main", "Import wards and street names from open map data."),
    "import": Command("listeners.importing:main", "Import posts from a JSON lines or CSV file."),
    "run": Command("soundings.run:main", "Run one stage: listeners, nlp, store or dashboard."),
    "status": Command("soundings.status:main", "Say what runs, how much came through and what is missing."),
    "ask": Command("store.ask:main", "Ask a named question of the archive."),
    "classify": Command("nlp.classify:main", "Read texts without bus or store: JSON lines in, JSON lines out."),
    "evaluate": Command("nlp.evaluate:main", "Say how well the reader hears a file of texts with labels."),
    "models": Command("nlp.models.command:main", "Say which model judges which language; `fetch` makes it ready."),
    "forget": Command("listeners.forget:main", "Remove a post, or all of an account, for ever."),
    "sweep": Command("store.nightly:main", "Rewrite what holds bytes of removed posts, and prove that none is left."),
    "rejected": Command("listeners.rejected:main", "Say what could not be taken and why, and send it again."),
    "backup": Command("soundings.backup:main", "Copy all state into a folder, while the service runs or not."),
    "restore": Command("soundings.restore:main", "Put a backup in place, and obey the removals that came after it."),
}

STAGES: dict[str, str] = {
    "listeners": "listeners.service:main",
    "nlp": "nlp.service:main",
    "store": "store.service:main",
    "dashboard": "dashboard.service:main",
}
"""The stages in the order in which a post meets them."""


def load(target: str) -> Callable[..., Any]:
    """The function that a "package.module:function" names."""
    module, _, name = target.partition(":")
    function: Callable[..., Any] = getattr(import_module(module), name)
    return function


def usage() -> str:
    """What `soundings --help` prints."""
    width = max(map(len, COMMANDS))
    lines = [f"  {name:<{width}}  {command.about}" for name, command in COMMANDS.items()]
    return "\n".join(
        [
            f"Soundings {__version__}: resident listening for councils.",
            "",
            "usage: soundings COMMAND [...]      soundings COMMAND --help says more",
            "",
            *lines,
            "",
            "New here? `soundings demo` needs nothing. State lies in SOUNDINGS_HOME (default ./soundings-data).",
        ]
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command and return the exit code: 0 well, 1 failed, 2 bad input, 3 nothing runs, 4 stopped loudly."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    if not given or given[0] in ("-h", "--help", "help"):
        try:
            print(usage(), flush=True)
        except BrokenPipeError:  # `soundings --help | head -3`
            _hush()
        return 0
    if given[0] in ("-V", "--version"):
        print(__version__)
        return 0
    command = COMMANDS.get(given[0])
    if command is None:
        print(f"There is no command '{given[0]}'.{_near(given[0])}\n\n{usage()}", file=sys.stderr)
        return 2
    return _run(command.target, given[1:])


def _near(name: str) -> str:
    from difflib import get_close_matches

    close = get_close_matches(name, COMMANDS, 1)
    return f" Did you mean `soundings {close[0]}`?" if close else ""


def _run(target: str, arguments: list[str]) -> int:
    from soundings.errors import SoundingsError
    from soundings.logs import silence

    silence()
    try:
        code: int | None = load(target)(arguments)
        return code or 0
    except SoundingsError as error:
        print(error, file=sys.stderr)
        return error.exit_code
    except PermissionError as error:
        print(
            f"{error.filename}: permission denied. Is this folder yours? SOUNDINGS_HOME names another.", file=sys.stderr
        )
        return 2
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:  # `soundings ask ... | head`
        _hush()
        return 0


def _hush() -> None:
    """Let nothing more be written to a pipe that nobody reads."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
