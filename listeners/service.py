"""The listening stage: one job for each source that the council file switches on. Wiring only."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from listeners.repeating import keep_orders
from listeners.retention import keep_retention
from listeners.sources import enabled
from listeners.supervising import keep_listening
from soundings.stage import Context, Job, serve


def build(context: Context) -> Sequence[Job]:
    """One job a source, and two for all ledgers. Without a source the stage idles: imports need no listener."""
    return [
        partial(keep_retention, context.settings, context.clock),
        partial(keep_orders, context),
        *(
            partial(keep_listening, name, source, settings, context)
            for name, source, settings in enabled(context.council_file)
        ),
    ]


def main() -> None:
    """Run until told to stop."""
    serve("listeners", build)


if __name__ == "__main__":
    main()
