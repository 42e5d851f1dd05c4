"""What a stage does with the envelopes of one consumer, as `soundings.delivery` works them.

Knows nothing of how it is done, and of when.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from pydantic import BaseModel, TypeAdapter

from soundings.patience import Patience
from soundings.streams import Consumer

T = TypeVar("T", bound=BaseModel)
M = TypeVar("M")


@dataclass(frozen=True)
class Route(Generic[T, M]):
    """Whose envelopes, of what shape, and what is done with their items. `work` and `put` must be safe to repeat.

    An item that is `precious` is rejected only when it can never be taken, or stops the process each time; whatever
    else fails, it is tried again for ever.
    """

    consumer: Consumer
    shape: TypeAdapter[Any]
    work: Callable[[Sequence[T]], Awaitable[M]]
    put: Callable[[M], Awaitable[None]] | None = None
    """Takes what `work` made to where it goes next, before the envelope is acknowledged, and may wait there for as long
    as it must: work is not done again meanwhile, nothing counts the time, and no post is to blame for a death."""
    ready: Callable[[], Awaitable[None]] | None = None
    """Raises OursFailed while what the work needs is away: asked before a post is tried alone, so that a process that
    is killed while it waits for the database leaves no try behind."""
    patience: Callable[[int], Patience] | None = None
    """How long work on so many items may take before this process counts as stuck and is ended. None: whatever the
    work waits for has a limit of its own."""
    precious: bool = False
