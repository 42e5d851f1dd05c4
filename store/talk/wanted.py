"""What kind of answer a question wants: a time, a price, a person, a place, a reason, or a way to do something.

Two questions about one thing are not the same question when one wants its price and the other its date. Told from turns
of phrase, English and Welsh. Knows nothing of what the thing is.
"""

from __future__ import annotations

import re

KINDS: dict[str, re.Pattern[str]] = {
    name: re.compile(pattern, re.IGNORECASE)
    for name, pattern in {
        "price": r"\bhow much\b|\b(?:price|cost|costs|charge|charging|fee|fees|pay|free|money|quid|faint)\b|£",
        "time": r"\bwhen\b|\bwhen'?s\b|\bwhat (?:day|date|time|hours?)\b|\bwhich days?\b|\bhow (?:long|soon|far off)\b"
        r"|\b(?:until|till) (?:when|what)\b|\b(?:date|reopen\w*|re-open\w*|deadline|still (?:open|on|shut|closed)"
        r"|opening (?:hours|times?)|weeks or months|days or months|by then|pryd)\b|\bopen (?:on|over|late|till|by)\b"
        r"|\bback (?:on|open|yet)\b|\bits? back\b|\b(?:start|restart|begin|close|shut)s?\b",
        "person": r"\bwho(?:'?s|se|m)?\b|\bwhich (?:team|department|office|number)\b|\bwhat number\b|\bpwy\b",
        "place": r"\bwhere\b|\bwhere'?s\b|\bble\b",
        "reason": r"\bwhy\b|\bhow come\b|\bpam\b",
        "way": r"\bhow (?:do|d'you|can|does|would|should)\b|\bdo (?:i|we|you) (?:have|need) to\b"
        r"|\bwhat do (?:i|we) (?:need|do)\b|\brenew\w*\b|\bapply\w*\b|\bregister\b|\bget (?:a|an|on|one)\b|\bsut\b",
    }.items()
}


def wanted(question: str) -> frozenset[str]:
    """The kinds of answer that a question may want; none when nothing tells."""
    return frozenset(name for name, pattern in KINDS.items() if pattern.search(question))
