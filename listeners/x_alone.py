"""One process for one token: X allows one connection, and a second one would have both thrown out in turns.

Knows nothing of X's network.
"""

from __future__ import annotations

import fcntl
import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from soundings.errors import SoundingsError
from soundings.files import make_private_folder


@contextmanager
def alone(folder: Path, token: str) -> Iterator[None]:
    """Hold the token's lock; it goes with the process, however that ends. Raises SoundingsError: another holds it."""
    name = hashlib.sha256(token.encode()).hexdigest()[:16]
    with (make_private_folder(folder) / f"x-{name}.lock").open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise SoundingsError(
                "Another process listens to X with this token already, and X allows one: stop one of the two."
            ) from None
        yield
