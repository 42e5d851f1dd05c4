"""A long announcement in numbered posts, "1/2" and "2/2": the second goes on with the first and answers nobody.

Told from the numbers alone. Knows nothing of threads.
"""

from __future__ import annotations

import re

_NUMBERS = r"[\[(]?(?P<{0}>[1-9]\d?)\s?(?:/|of)\s?(?P<{0}_of>[1-9]\d?)[\])]?"
NUMBERED = re.compile(rf"^\W*{_NUMBERS.format('first')}(?!\w)|(?<![\w/]){_NUMBERS.format('last')}\W*$")


def goes_on(before: str, after: str) -> bool:
    """Whether a text is a later part of what another began: "on Friday 3/4" alone is a date."""
    (one, of), (other, as_well) = _part(before), _part(after)
    return of == as_well and 0 < one < other <= of


def _part(text: str) -> tuple[int, int]:
    found = NUMBERED.search(text.strip())
    if not found:
        return 0, 0
    name = "first" if found["first"] else "last"
    return int(found[name]), int(found[f"{name}_of"])
