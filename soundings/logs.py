"""Logging of a stage: one line an event, hashed ids only, never a text, a name or a link (invariant R4)."""

from __future__ import annotations

import logging
import sys
import time

FORMAT = "%(asctime)sZ %(levelname)s %(name)s: %(message)s"
QUIET = ("httpx", "httpcore", "faststream", "uvicorn", "asyncio", "streamlit")
"""Libraries whose own chatter may hold addresses or query texts: warnings and worse only."""
SILENT = ("nats", "clickhouse_connect", "urllib3")
"""Clients that print a stack for each try of what is away. Whoever calls them says it in one line."""


def setup(stage: str, level: str = "INFO") -> logging.Logger:
    """Log to standard error in UTC; `soundings up` keeps it in a file. Returns the stage's logger."""
    handler = logging.StreamHandler(sys.stderr)
    formatter = logging.Formatter(FORMAT, datefmt="%Y-%m-%dT%H:%M:%S")
    formatter.converter = time.gmtime
    handler.setFormatter(formatter)
    logging.basicConfig(level=level, handlers=[handler], force=True)
    for name in QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
    silence()
    return logging.getLogger(stage)


def silence() -> None:
    """Keep the clients' stacks from people. Called for commands too, which do not set up a log."""
    for name in SILENT:
        logging.getLogger(name).setLevel(logging.CRITICAL)
