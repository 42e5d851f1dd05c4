"""What a writer is doing: asking, suggesting, offering, reporting... Several at once, and always at least one.

Weighs the turns of phrase in `nlp/acts.toml`. Knows nothing of who wrote to whom: it sees one text.
"""

from __future__ import annotations

import re

from nlp.asking import asks, sentences
from nlp.cues import cues
from nlp.patterns import prepared
from nlp.sarcasm import Doubt, doubt
from soundings.messages import ActGuess, Mood, Sentiment, SpeechAct

ENOUGH = 0.45
"""Confidence from which an act is said."""
NONE_FOUND = 0.5
DISGUISES = (SpeechAct.IDEA, SpeechAct.NEED_FOR_HELP)
"""Acts that are often put as questions."""
DISGUISED = 0.45
"""What is left of a question that is one of them."""
LONGEST_READ = 4000
"""Characters in which the phrases are looked for: longer texts are articles, and say what they are at the start."""

_EMPTY_LINES = re.compile(r"\n(?:[ \t\r]*\n){2,}")
"""Thousands of them take the patterns seconds."""
_Shares = dict[SpeechAct, float]


def acts(text: str, mood: Sentiment) -> tuple[ActGuess, ...]:
    """Every speech act that is sure enough, the surest first; `other` alone when there is none."""
    start = _EMPTY_LINES.sub("\n\n", text[:LONGEST_READ])
    heard = prepared(start)
    shares = _heard(heard)
    shares[SpeechAct.QUESTION] = _asked(shares, heard)
    _mood_tells(shares, mood)
    _context_tells(shares, start, heard)
    said = sorted(
        ((share, act) for act, share in shares.items() if share >= ENOUGH), key=lambda item: (-item[0], item[1])
    )
    guesses = tuple(ActGuess(slug=act, confidence=round(min(share, 0.97), 2)) for share, act in said)
    return guesses or (ActGuess(slug=SpeechAct.OTHER, confidence=NONE_FOUND),)


def _heard(text: str) -> _Shares:
    """Each act's cues together: 1 minus the chance that all of them mislead."""
    shares: _Shares = {}
    for act, group in cues().acts.items():
        misled = 1.0
        for cue in group:
            if cue.pattern.search(text):
                misled *= 1 - cue.weight
        shares[act] = 1 - misled
    return shares


def _asked(shares: _Shares, text: str) -> float:
    """How surely one of the sentences asks to be told something.

    "Could we have a bench?" and "has anyone a spare cot?" are questions by their form alone: what such a sentence does
    is suggest, or beg, and it takes another one to ask.
    """
    disguises = [act for act in DISGUISES if shares[act] >= ENOUGH]
    surest = 0.0
    for sentence in sentences(text):
        share = asks(sentence)
        if share > surest:
            disguised = any(cue.pattern.search(sentence) for act in disguises for cue in cues().acts[act])
            surest = max(surest, share * DISGUISED if disguised else share)
    return surest


def _mood_tells(shares: _Shares, mood: Sentiment) -> None:
    """An unhappy report is a complaint too; a feeling without any purpose is an opinion."""
    unhappy = mood.probabilities[Mood.NEGATIVE]
    if unhappy > 0.5:
        shares[SpeechAct.COMPLAINT] = 1 - (1 - shares[SpeechAct.COMPLAINT]) * (1 - 0.5 * unhappy)
    if mood.label is not Mood.NEUTRAL and max(shares.values()) < ENOUGH:
        shares[SpeechAct.OPINION] = 0.5
    if mood.label is Mood.POSITIVE:
        shares[SpeechAct.COMPLAINT] *= 0.6


def _context_tells(shares: _Shares, text: str, heard: str) -> None:
    """What one act says about another: thanks that are not meant, faults that are mended, wishes beside questions."""
    if doubt(text) is Doubt.STRONG:
        shares[SpeechAct.THANKS] *= 0.3
        shares[SpeechAct.COMPLAINT] = max(shares[SpeechAct.COMPLAINT], 0.7)
    if shares[SpeechAct.FAULT_REPORT] and cues().mended.search(heard):
        shares[SpeechAct.FAULT_REPORT] *= 0.4
    if shares[SpeechAct.QUESTION] >= ENOUGH:
        for act in (SpeechAct.ANSWER, SpeechAct.INFORMATION, SpeechAct.OPINION, SpeechAct.OFFER_OF_HELP):
            shares[act] *= 0.6
        for act in (SpeechAct.FAULT_REPORT, SpeechAct.IDEA):
            shares[act] *= 0.8
