"""What Soundings may not be used for, as people word it: enforcement, investigation, watching staff or residents.

Where a wording leaves it open, it is refused: whoever meant well can say it in another way. Knows nothing of files.
"""

from __future__ import annotations

import re
from unicodedata import normalize

_STAFF = (
    r"(?:staff|employees?|workers?|workforce|personnel|colleagues?|officers?|teachers?|carers|contractors|"
    r"whistle-?blowers?|team members?|trade unions?|unions?|union members)"
)
_PERSON = (
    r"(?:people|persons?|residents?|tenants?|claimants?|applicants?|individuals?|citizens?|voters?|protest\w*|"
    r"demonstrators?|activists?|campaigners?|critics?|opponents?|troublemakers?|famil(?:y|ies)|households?|children|"
    r"pupils|parents?|youths?|teenagers?|young people|migrants?|immigrants?|asylum seekers?|refugees?|travellers|"
    r"gypsies|neighbours?|squatters?|councillors?|journalists?|reporters?|bloggers?|accounts?|users|somebody|someone|anyone|"
    r"complainants?|members of the public|groups|muslims?|jews|christians)"
)
_WATCH = (
    r"(?:monitor\w*|watch\w*|track\w*|trac(?:e|es|ing)|follow\w*|identif\w*|detect\w*|locat(?:e|es|ing)|observ\w+|"
    r"catch\w*|log(?:ging)?|record(?:s|ing)?|target\w*|profil(?:e|es|ing)|report(?:ing)? on|check(?:s|ing)?(?: up)? on|"
    r"look(?:ing)? (?:out )?for|listen(?:ing)? in on|screen\w*|scor(?:e|ing)|rat(?:e|ing)|rank\w*|find(?:ing)?)"
)
_TOPIC = (
    r"(?:needs?|concerns?|views?|issues?|problems?|opinions?|questions?|priorities|ideas?|suggestions?|feedback|themes?|"
    r"topics?|complaints?|worries|wishes|experiences?|comments?|requests?|moods?|feelings?|sentiment|reports?|thoughts)"
)
_DETERMINERS = "our|the|all|local|its|their|your|area's|town's|disabled|older|younger|young|many|most|housing|council"
_ANY = rf"(?:{_DETERMINERS})"
_RESIDENTS = (
    r"(?:residents?|people|tenants?|citizens?|communit(?:y|ies)|neighbourhoods?|famil(?:y|ies)|young people|parents?)"
)
_SUBJECT = r"(?:policing|the police|employment|recruitment|enforcement)"
_NO_TOPIC = r"(?!\s+(?:check|vet|screen|decision|dispute|matter|tribunal|record|action|against|officer|case))"

PROPER = re.compile(
    "|".join(
        (
            # whose needs, never who
            rf"\b{_RESIDENTS}(?:['’]s|s['’]|['’])\s+(?:\w+\s+and\s+)?(?:\w+\s+)?{_TOPIC}\b",
            rf"\b{_TOPIC}\s+(?:and\s+{_TOPIC}\s+)?(?:of|from|among|by|raised by)\s+"
            rf"(?:{_ANY}\s+)*{_RESIDENTS}\b(?!['’]s)",
            rf"\bwhat\s+(?:{_ANY}\s+)*{_RESIDENTS}\s+(?:say|think|need|want|ask|tell|write|feel|like|value)\b",
            # as a subject that people talk about
            rf"\b(?:jobs?|skills|training|education|housing|health|transport)\s*(?:,|and|&)\s*employment\b{_NO_TOPIC}",
            r"\bemployment\s+(?:and\s+(?:skills|training)\s+)?(?:support|advice|skills|opportunit\w+|prospects|land)\b"
            + _NO_TOPIC,
            rf"\bpolicing and (?:\w+ )?safety\b{_NO_TOPIC}|\bsafety (?:and|,) policing\b{_NO_TOPIC}",
            rf"\b{_TOPIC}\s+(?:on|about|of|with)\s+(?:\w+\s+)?{_SUBJECT}\b{_NO_TOPIC}",
            rf"\b(?:improv(?:e|ing)|better)\s+(?:the\s+|our\s+)?(?:\w+\s+)?enforcement\b{_NO_TOPIC}",
            # said of what it is not
            rf"\b(?:not|never)\s+(?:used\s+|to be used\s+)?for\s+(?:any\s+)?(?:{_SUBJECT}|investigations?|surveillance|"
            r"prosecutions?)(?:,?\s+(?:or|nor|and)\s+(?:enforcement|investigations?|surveillance|prosecutions?))*\b",
            r"\b(?:multi|inter)-?disciplinary\b|\bevidence(?:-| )(?:based|of (?:local |housing )?needs?)\b",
        )
    ),
    re.IGNORECASE,
)
"""Wordings that hold a refused word and mean no person by it. They are taken out before the rest is looked at."""

REFUSED = re.compile(
    "|".join(
        (
            r"\b(?:enforc|investigat|prosecut|surveil|recruit|disciplin|defraud|fraud|cheat|snoop|spying|spie[sd]\b|"
            r"spy\b|stalk(?:s|ed|ing)?\b|unmask|de-?anonymi|blacklist|deport|interrogat|infiltrat|eavesdrop|shadowing\b)\w*",
            r"\b(?:polic(?:e|ing)|employment\w*|vetting|vet|dismissals?|misconduct|whistle-?blow\w*|facial recognition|"
            r"bailiffs?|culprits?|suspects?|offenders?|perpetrators?|criminals?|wrongdoers?|scroungers?|trouble-?makers?|"
            r"informants?|dissent(?:ers)?|dissidents?|extremis\w+|intelligence gathering|name and shame|"
            r"background checks?|benefit (?:fiddl|thie|overpay)\w*|immigration (?:status|checks?|control))\b",
            r"\b(?:keep(?:s|ing)?)\s+(?:an?\s+(?:close\s+)?eye|tabs|track|watch|files?)\s+(?:on|of|over)\b",
            r"\b(?:debts?|arrears|overpayments?|fines?)\s+(?:recover\w*|collect\w*|chas\w+)\b",
            r"\b(?:recover|collect|chas)\w*\s+(?:of\s+)?(?:\w+\s+){0,3}(?:debts?|arrears|overpayments?|"
            r"fines?|money owed)\b",
            r"\bevict(?:s|ing)?\b|\bevictions? of\b",
            r"\bevidence\b(?!-)|\bdossiers?\b",
            rf"\b(?:lists?|names|registers?|databases?|records?|files?)\s+(?:of|on|about)\s+(?:{_ANY}\s+)*{_PERSON}\b",
            rf"\b{_WATCH}\s+(?:(?!(?:so|and|to|then|but)\b)[\w'’-]+\s+){{0,6}}{_STAFF}\b",
            rf"\b{_STAFF}(?:['’]s?)?\s+(?:[\w'’-]+\s+){{0,3}}(?:monitoring|watching|tracking|observation|screening|"
            r"profiling|checks|oversight|conduct|behaviour|loyalty|performance)\b",
            rf"\b{_WATCH}\s+(?:(?:of|on|out|up|about|after|for|over|where|whether|if|when|how|what|which|who|that|any|some|"
            rf"those|these|individual|named|certain|particular|vulnerable|difficult|angry|known|same|benefit|"
            rf"comments|posts|messages|behaviour|activit(?:y|ies)|movements|accounts|profiles|names|of|by|from|{_DETERMINERS})"
            rf"\s+)*{_PERSON}\b",
            rf"\bwhat\s+(?:{_ANY}\s+)*{_STAFF}\b(?!\s+(?:can|could|should|must)\b)",
            rf"\b{_PERSON}(?:['’]s?)?\s+(?:[\w'’-]+\s+)?(?:monitoring|watching|tracking|tracing|profiling|identification|"
            r"screening|movements|behaviour)\b",
            r"\b(?:find(?:ing)? out|identify(?:ing)?|see|learn|establish|work out|discover|tell|trace|know|name|check|"
            r"locate|show)\s+(?:exactly\s+)?(?:who|whose)\b",
            r"\b(?:against|on)\s+(?:(?:our|the|a|any|problem|anti-?social)\s+)*(?:tenants?|claimants?|staff|employees?)\b",
        )
    ),
    re.IGNORECASE,
)
"""What is left then and is refused."""

_PLACES = (
    "Road|Street|Lane|Avenue|Close|Council|Park|Town|Village|Hall|Centre|School|Library|Ward|Station|Square|Bridge|River|"
    "Festival|Plan|Works|Gardens|Market|Hospital|Green|Hill|Valley|Bay|Beach|Harbour|Forest|District|Borough|County"
)
NAMED = re.compile(
    r"\b(?i:monitor\w*|watch\w*|track\w*|trac(?:e|ing)|follow\w*|identif\w*|find(?:ing)?|listen(?:ing)? to|about)\s+"
    r"(?i:what\s+|on\s+|after\s+)?(?:(?:Mr|Mrs|Ms|Miss|Dr|Cllr|Councillor|Sir|Lady)\.?\s+[A-Z][\w'’-]+|"
    rf"(?!(?:The|Our)\b)[A-Z][a-z'’-]+\s+(?!(?:{_PLACES})\b)[A-Z][a-z'’-]+(?!\s+(?:{_PLACES})\b))"
    r"|@\w{3,}"
)
"""Somebody by name: `Follow Jane Doe`. A place may have two names as well: then it is said in another way."""


def refused(text: str) -> str:
    """The words that a purpose is refused for; empty: it may stand."""
    plain = " ".join(normalize("NFKC", text).split())
    if named := NAMED.search(plain):
        return named.group()
    found = REFUSED.search(PROPER.sub(" … ", plain))
    return found.group() if found else ""
