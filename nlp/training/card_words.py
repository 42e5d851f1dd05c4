"""The first part of the model card: what the reader can be trusted with, for an officer, and what it gets wrong.

Pure functions of kept results. Knows nothing of how they were measured.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

GRADES = (
    ("Heard well", 0.75, 1.01),
    ("Heard fairly, with many mistakes", 0.5, 0.75),
    ("Heard badly, do not count them", 0.0, 0.5),
)
"""What the card says of an act whose F1 is at least the first figure and below the second."""
SHOWN = 3
"""Examples of each class."""
LONGEST = 300
_MARKS = re.compile(r"([\\`*_\[\]|#])")
Found = Mapping[str, Any]


def opening(found: Found) -> Iterator[str]:
    """What this page is."""
    held, learnt = found["held_out"]["n"], found["learnt"]["n"]
    yield "# Model card: the reader"
    yield ""
    yield "Made by `python -m nlp.training.card`; do not edit."
    yield ""
    yield (
        "Soundings guesses what each public post is about, how its writer feels and what they want. This page says"
        f" how often the reader `{found['reader']}` guesses right, and what it gets wrong. Measured on {held:,} texts"
        " that were written for this project and that no reader learnt from, and on files of others. Figures in"
        " brackets are 95 % intervals: with other texts of the same kind the figure would most likely lie there."
        + (f" {learnt:,} other texts were written to learn from." if learnt else "")
    )
    yield ""


def trust(found: Found) -> Iterator[str]:
    """What it can and cannot be trusted with."""
    yield from ("## What it can be trusted with", "")
    yield from _mood(found)
    yield from _acts(found)
    yield from _topics(found)
    yield from _swaps(found["swapped"])
    yield from ("", "## What it cannot be trusted with", "")
    yield "- **One post.** Every label is a guess. Read the post before you act, and correct what is wrong."
    yield "- **A person.** No label says anything about who wrote. Nothing may start an action about a writer from it."
    yield "- **Sarcasm, and what only a picture shows.** Praise that is not meant is often taken for praise."
    yield "- **Other languages.** It reads English. What it cannot read it should call neutral and unclear."
    yield "- **Small differences.** Two counts that differ by less than the errors below say nothing."
    yield from _people(found["people"])
    yield ""


def _mood(found: Found) -> Iterator[str]:
    report = found["sentiment"]["report"]
    heard = [f"{hundred(one['recall'])} of the {name}" for name, one in report["classes"].items() if one["n"]]
    yield f"- **Feelings.** Of 100 texts of each kind it hears {listed(heard)} as they are meant."
    clear, unclear = report["accuracy_when_clear"]["value"], report["accuracy_when_unclear"]["value"]
    yield (
        f"  It calls {hundred(report['clear']['value'])} of 100 clear and is then right {hundred(clear)} times in 100;"
        f" when it says unclear its best guess is right {hundred(unclear)} times in 100."
    )
    golden = found["golden"]["report"]["classes"].get("neutral", {})
    if golden.get("n"):
        yield f"  Of {golden['n']} plain questions and facts it takes {golden['n'] - golden['right']} for a feeling."


def _acts(found: Found) -> Iterator[str]:
    acts = {name: one for name, one in found["acts"]["report"]["classes"].items() if one["n"]}
    parts = []
    for words, least, below in GRADES:
        names = [name for name, one in acts.items() if least <= one["f1"] < below]
        if names:
            parts.append(f"  {words}: {listed(names)}.")
    yield "- **What people do.**"
    yield from parts


def _topics(found: Found) -> Iterator[str]:
    report = found["topics"]["report"]
    yield (
        f"- **Services.** Its first topic is right for {hundred(report['accuracy']['value'])} of 100 texts, and one of"
        f" its up to three for {hundred(report['any_of_three']['value'])}."
    )
    missed = report["classes"].get("not-council", {})
    if missed.get("n"):
        yield (
            f"  Of 100 texts that are about no service it says so of {hundred(missed['recall'])}; of 100 that it says"
            f" this of, {hundred(missed['precision'])} are."
        )


def _swaps(kinds: Found) -> Iterator[str]:
    total = sum(one["pairs"] for one in kinds.values())
    changed = [f"{one['anything']} of {one['pairs']} with another {kind}" for kind, one in kinds.items()]
    if total:
        yield (
            f"- **Who speaks, and of whom.** In {total} pairs of texts only a word such as a name differs, or the"
            f" dialect. Heard differently in some way: {listed(changed)}. Each of them is an unfairness."
        )


def _people(people: Found) -> Iterator[str]:
    sure = {name: one for name, one in people.items() if one["kappa"] is not None}
    if sure:
        least = min(sure, key=lambda name: (sure[name]["kappa"], name))
        yield (
            f"- **More than can be told from a text.** The two labels of these texts agree least on {least}"
            f" (kappa {sure[least]['kappa']:.2f}, where 1 is always and 0 is by chance). Texts on which they differ are"
            " left out of its figures, so the figures are on the kind side."
        )


def examples(found: Found) -> Iterator[str]:
    """The surest errors, from texts written for this project only."""
    yield from ("## What it gets wrong, in examples", "")
    yield "The errors of which it was surest, at most three of a kind; the number says how sure it was of what it said."
    yield "All texts were written for this project."
    yield ""
    for title, task in (("Feelings", "sentiment"), ("What people do", "acts"), ("Services", "topics")):
        yield from (f"### {title}", "")
        shown = {name: kept[:SHOWN] for name, kept in found[task]["examples"].items() if kept}
        for name, kept in shown.items():
            yield f"*{_about(name, task)}*"
            yield ""
            yield from (_example(one) for one in kept)
            yield ""
        if not shown:
            yield from ("None.", "")


def _about(name: str, task: str) -> str:
    return f"{name}, wrongly heard or missed" if task == "acts" else f"{name}, heard as something else"


def _example(one: Found) -> str:
    return (
        f"- {quoted(one['text'])} Labels: {one['people'] or 'nothing'}. Reader: {one['reader'] or 'nothing'}"
        f" ({one['confidence']:.2f})."
    )


def quoted(text: str) -> str:
    """On one line, in quotation marks, with nothing that Markdown would take for a mark."""
    flat = " ".join(text.split())
    flat = flat if len(flat) <= LONGEST else flat[: LONGEST - 1] + "…"
    return "“" + _MARKS.sub(r"\\\1", flat).replace("<", "&lt;") + "”"


def hundred(value: float | None) -> str:
    """A share as a number of 100; `none` where it is not defined."""
    return "none" if value is None else str(round(value * 100))


def listed(parts: Sequence[str]) -> str:
    """`a, b and c`"""
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}" if parts else "none"
