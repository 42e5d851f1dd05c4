"""Instants in notes and answers: as text, and back. Knows nothing of what is noted."""

from __future__ import annotations

from datetime import UTC, datetime


def noted(text: object) -> datetime | None:
    """What a note says of when; None when it says nothing that is an instant."""
    try:
        return datetime.fromisoformat(str(text)).astimezone(UTC)
    except ValueError:
        return None


def iso(moment: datetime) -> str:
    """ISO 8601 in UTC, with a Z."""
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")
