"""The listening stage: one job for each source that the council file switches on. Wiring only."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from listeners.rejected_sweep import keep_rejects_clean
from listeners.retention import keep_retention
from listeners.sources import enabled
from listeners.supervising import keep_listening
from listeners.telling import keep_told
from soundings.stage import Context, Job, serve


def build(context: Context) -> Sequence[Job]:
    """One job a source, and the sweeps of ledgers and rejects. Without a source imports still need these."""
    return [
        partial(keep_retention, context.settings, context.clock),
        partial(keep_told, context),
        partial(keep_rejects_clean, context),
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
