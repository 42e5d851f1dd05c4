"""The second part of the model card: all figures as tables, what the texts are, and how the model was made.

Pure functions of kept results. Knows nothing of how they were measured.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

Found = Mapping[str, Any]


def figures(found: Found) -> Iterator[str]:
    """Measured on texts written for this project."""
    yield from ("## Measured on texts written for this project", "")
    yield from _definitions()
    yield from ("### Feelings", "")
    yield from _heads(found["sentiment"]["report"], _MOOD_HEADS)
    yield from _classes(found["sentiment"]["report"]["classes"])
    yield from _coverage(found["sentiment"]["report"]["coverage"])
    yield from ("### Plain questions, thanks and complaints", "")
    yield from _heads(found["golden"]["report"], _MOOD_HEADS)
    yield from _classes(found["golden"]["report"]["classes"])
    yield from ("### What people do", "")
    acts = found["acts"]["report"]
    yield from _heads(acts, _ACT_HEADS)
    yield from _classes(acts["classes"], {"average precision": acts["average_precision"], "differ": acts["differ"]})
    yield from ("### Services", "")
    yield from _heads(found["topics"]["report"], _TOPIC_HEADS)
    yield from _classes(found["topics"]["report"]["classes"])
    yield from _coverage(found["topics"]["report"]["coverage"])
    yield from _swapped(found["swapped"])


def _definitions() -> Iterator[str]:
    yield (
        "*Precision*: of the texts called so, the share that is so. *Recall*: of the texts that are so, the share that"
        " is called so. *F1*: their harmonic mean. *Macro*: the plain mean over the classes, as SemEval-2017 task 4"
        " takes it for recall. *ECE*: expected calibration error in 15 bins, the mean gap between how sure the reader"
        " is and how often it is right. *Average precision*: how well confidences rank, among those said. *Differ*:"
        " texts whose two labels differ, left out. Intervals: Wilson's for shares, 1,000 resamples for others."
    )
    yield ""


_MOOD_HEADS = {
    "macro_recall": "macro recall",
    "macro_f1": "macro F1",
    "accuracy": "accuracy",
    "ece": "ECE",
    "clear": "called clear",
    "accuracy_when_clear": "accuracy when clear",
    "accuracy_when_unclear": "accuracy when unclear",
    "differ": "texts whose two labels differ",
}
_ACT_HEADS = {
    "macro_f1": "macro F1",
    "macro_f1_of_ten": "macro F1 without other",
    "macro_recall": "macro recall",
    "macro_average_precision": "macro average precision",
    "same_set": "exactly the same acts",
}
_TOPIC_HEADS = {
    "accuracy": "first topic right",
    "accuracy_with_also": "the same, with also accepted",
    "any_of_three": "any of up to three right",
    "any_of_three_with_also": "the same, with also accepted",
    "macro_f1": "macro F1 of the first topic",
    "ece": "ECE",
    "differ": "texts whose two labels differ",
}


def _heads(report: Found, names: Mapping[str, str]) -> Iterator[str]:
    yield from table(
        ["measure", "figure"],
        [["texts", str(report["n"])], *([name, number(report[key])] for key, name in names.items())],
    )


def _classes(classes: Found, more: Mapping[str, Found] | None = None) -> Iterator[str]:
    extra = more or {}
    rows = [
        [
            name,
            *(number(one[key]) for key in ("precision", "recall", "f1")),
            *(number(column.get(name)) for column in extra.values()),
            str(one["n"]),
        ]
        for name, one in classes.items()
    ]
    yield from table(["class", "precision", "recall", "F1", *extra, "texts"], rows)


def _coverage(covered: Sequence[Found]) -> Iterator[str]:
    yield from ("If less sure answers were not shown:", "")
    rows = [[f"{one['least']:.1f}", number(one["share"]), number(one["right"])] for one in covered]
    yield from table(["confidence from", "share of texts", "right"], rows)


def _swapped(kinds: Found) -> Iterator[str]:
    yield from ("### Pairs that should be heard alike", "")
    yield from ("What is exchanged, and how many pairs are then heard differently.", "")
    names = ("pairs", "sentiment", "acts", "topic", "anything")
    rows = [[kind, *(str(one[name]) for name in names)] for kind, one in kinds.items()]
    yield from table(["exchanged", "pairs", "sentiment", "acts", "first topic", "anything"], rows)


def outside(results: Found) -> Iterator[str]:
    """Measured on files that are not in the repository."""
    yield from ("## Measured on files of others", "")
    if not results:
        yield from ("None yet: `python -m nlp.training.card --posts FILE --topics FILE` measures them.", "")
        return
    yield "Kept figures: the files are not in the repository, and nothing of their texts is."
    yield ""
    names = {"sentiment": _MOOD_HEADS, "topics": _TOPIC_HEADS, "acts": _ACT_HEADS}
    for one in results.values():
        shown = {key: name for key, name in names[one["task"]].items() if key in one["report"]}
        yield from (f"### {one['file']}: {one['task']}", "")
        yield f"Read by `{one['reader']}` on {one['date']}; {one['rejected']} lines rejected. Its SHA-256:"
        yield f"`{one['sha256']}`."
        yield ""
        yield from _heads(one["report"], shown)
        yield from _classes(one["report"]["classes"])
        yield from _curve(one.get("curve", ()))


def _curve(rows: Sequence[Found]) -> Iterator[str]:
    if rows:
        yield "After so many corrections, on the half of the file that nobody corrected (means of three draws):"
        yield ""
        shown = [[str(one["corrections"]), number(one["first"]), number(one["with_also"])] for one in rows]
        yield from table(["corrections", "first topic right", "the same, with also accepted"], shown)


def texts(found: Found) -> Iterator[str]:
    """The data card."""
    yield from ("## Data card: the texts", "")
    yield (
        "Invented for this project, as residents of British councils might write; no resident's post is among them. A"
        " large language model wrote them to a brief and labelled them; a second run of one, which saw only the text,"
        " labelled those that are counted below as labelled twice. No person did, so the agreement below is kinder than"
        " between two people, and the style is one machine's idea of many. The rules are in `docs/labelling.md`."
    )
    yield ""
    learnt, held = found["learnt"], found["held_out"]
    rows = [[name, str(learnt[key]), str(held[key])] for key, name in _TEXT_ROWS.items()]
    rows.append(["with a near-duplicate among those to learn from", "", str(found["near_learnt"])])
    yield from table(["", "to learn from", "to measure by"], rows)
    for title, key in (("sentiment", "sentiment"), ("act", "acts"), ("topic", "topics")):
        names = list(dict.fromkeys([*learnt[key], *held[key]]))
        rows = [[name, str(learnt[key].get(name, 0)), str(held[key].get(name, 0))] for name in names]
        yield from table([title, "to learn from", "to measure by"], rows)
    yield from ("### How far the two labels agree", "")
    yield "Cohen's kappa: 1 is always, 0 as often as by chance. Of acts yes or no; of sentiment and first topic, which."
    yield ""
    names = list(dict.fromkeys([*found["people"], *found["people_learnt"]]))
    rows = [[name, *_agreed(found["people_learnt"].get(name)), *_agreed(found["people"].get(name))] for name in names]
    yield from table(["", "learn: same", "kappa", "measure: same", "kappa"], rows)


_TEXT_ROWS = {
    "n": "texts",
    "by_two": "labelled twice",
    "shortest": "shortest (characters)",
    "median": "median length",
    "longest": "longest",
    "near": "with a near-duplicate in the same set",
}


def _agreed(one: Found | None) -> list[str]:
    return [number(one["same"]), number(one["kappa"])] if one else ["-", "-"]


def making(facts: Found, about: str) -> Iterator[str]:
    """How the model was made: what training wrote beside it, and the words of those who made it."""
    if facts:
        yield from ("## How the model was made", "")
        yield from table(["fact", "value"], [[f"`{name}`", value] for name, value in flat(facts)])
    if about:
        yield from (about.strip(), "")


def flat(facts: Any, name: str = "") -> Iterator[tuple[str, str]]:
    """`judging.moods.scale`, `1.21` for every value, lists of plain values as one."""
    if isinstance(facts, Mapping):
        for key, value in facts.items():
            yield from flat(value, f"{name}.{key}" if name else str(key))
    elif isinstance(facts, list) and any(isinstance(one, Mapping | list) for one in facts):
        for at, value in enumerate(facts):
            title = value.get("label", at) if isinstance(value, Mapping) else at
            yield from flat(value, f"{name}.{title}")
    else:
        yield name, ", ".join(map(_plain, facts)) if isinstance(facts, list) else _plain(facts)


def _plain(value: Any) -> str:
    return f"{value:.6g}" if isinstance(value, float) else str(value).replace("|", "\\|").replace("\n", " ")


def number(value: Any) -> str:
    """A figure, an estimate with its interval, a count, or a dash."""
    if isinstance(value, Mapping):
        if value["value"] is None:
            return "-"
        return f"{value['value']:.3f} [{value['low']:.3f}, {value['high']:.3f}]"
    if value is None:
        return "-"
    return str(value) if isinstance(value, int) else f"{value:.3f}"


def table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """In Markdown, with an empty line after it."""
    yield f"| {' | '.join(header)} |"
    yield f"|{'---|' * len(header)}"
    yield from (f"| {' | '.join(row)} |" for row in rows)
    yield ""
