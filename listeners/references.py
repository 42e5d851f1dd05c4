"""Whether what stands in the council file is the reference of a consent, or only says that there is none yet."""

from __future__ import annotations

import re

NOT_YET = re.compile(
    r"\b(?:pending|ask(?:ed|ing)?|await\w*|wait\w*|appl(?:y|ied|ying)|request(?:ed|ing)|soon|todo|to do|tb[ac]|none|"
    r"not|no|never|unknown|maybe|hope\w*|will|later)\b",
    re.IGNORECASE,
)
LEAST = 4
"""Letters and digits of a reference."""


def is_reference(text: str) -> bool:
    """A reference can be looked up by somebody else: it has a number or a date in it, and it is there."""
    return len(text.strip()) >= LEAST and any(letter.isdigit() for letter in text) and not NOT_YET.search(text)
