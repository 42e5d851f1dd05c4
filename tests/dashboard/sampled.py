"""The whole shipped sample as the store takes it: listened to, read and encoded, at the instants that it gives.

With its own days: Monday 16 March 2026 is the morning after. So what a test says of a week holds on any day.
"""

from __future__ import annotations

from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path

from listeners import fields
from listeners.posting import Poster, Rules
from listeners.sample_source import records
from nlp.trained import TrainedReader
from soundings import council
from soundings.keys import Keys
from soundings.messages import Reading

MORNING = datetime(2026, 3, 16, 8, 30, tzinfo=UTC)
"""Half past eight on the Monday after the sample's last day."""
TOML = Path(str(files("listeners").joinpath("sample", "council.toml")))
_NEVER = "9999-12-31"
_KEYS = Keys(Path("unused"), "0" * 64, "1" * 64, {"2026Q1": "2" * 64}, {"2026Q1": _NEVER})


def native_id_as_held(name: str) -> str:
    """The id under which the store holds a post of the sample: `a0006`."""
    return _KEYS.post_id("sample", name)


def readings() -> list[Reading]:
    """All of it. Takes about ten seconds: most of it is the encoder."""
    council_file = council.load(TOML)
    poster = Poster(
        "sample", _KEYS, council_file, Rules(look_back=MORNING - datetime(2025, 1, 1, tzinfo=UTC), local=True)
    )
    made = [poster.make(fields.to_native(record, fields.Dates()), None, MORNING) for record in records("posts.jsonl")]
    posts = [one.post for one in made if one]
    reader = TrainedReader(council_file)
    understood = reader.read([post.text for post in posts])
    return [
        Reading(post=post, understood=one, reading_version=reader.version)
        for post, one in zip(posts, understood, strict=True)
    ]
