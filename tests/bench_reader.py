"""How fast texts are read, one thread each: the encoder and a model by name here, beside the usual way and VADER.

The usual way is transformers' pipeline with a model of RoBERTa-base's size; its weights are random, of the right shape,
made on the fly: this is about speed only. `python -m tests.bench_reader`; the usual way needs the extra `[models]`.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from shutil import copyfile
from statistics import median
from typing import Any

from tests.models_there import lacking

SAMPLE = Path(__file__).parent.parent / "listeners" / "sample"
ROUNDS = 3
TEXTS = 32
BATCH = 32
Way = Callable[[list[str]], object]


def texts() -> list[str]:
    """Posts of the invented sample."""
    lines = (SAMPLE / "posts.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line)["text"] for line in lines[:TEXTS]]


def here() -> Iterator[tuple[str, Way]]:
    """What needs nothing that is not installed."""
    from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

    from nlp.encoder import Encoder

    encoder, vader = Encoder(), SentimentIntensityAnalyzer()
    yield "our encoder, one by one", lambda given: [encoder.hear(text) for text in given]
    yield "VADER", lambda given: [vader.polarity_scores(text) for text in given]


def large(folder: Path) -> Path:
    """A classifier of RoBERTa-base's size with random weights, and the encoder's own tokenizer."""
    import torch
    from transformers import AutoModelForSequenceClassification, PreTrainedTokenizerFast, RobertaConfig

    import nlp

    torch.manual_seed(1)
    labels = {0: "negative", 1: "neutral", 2: "positive"}
    config = RobertaConfig(
        vocab_size=50265, max_position_embeddings=514, type_vocab_size=1, id2label=labels, pad_token_id=0
    )
    AutoModelForSequenceClassification.from_config(config).save_pretrained(folder)
    copyfile(Path(str(nlp.__file__)).parent / "model" / "tokenizer.json", folder / "tokenizer.json")
    names = {"pad_token": "[PAD]", "cls_token": "[CLS]", "sep_token": "[SEP]", "unk_token": "[UNK]"}
    PreTrainedTokenizerFast(tokenizer_file=str(folder / "tokenizer.json"), **names).save_pretrained(folder)
    return folder


def usual(folder: Path) -> Iterator[tuple[str, Way]]:
    """The usual way, with that model."""
    classify = pipe(folder)
    yield "pipeline of RoBERTa-base's size, one by one", lambda given: [classify(text) for text in given]
    yield f"the same in batches of {BATCH}", lambda given: classify(given, batch_size=BATCH)


def pipe(folder: Path) -> Any:
    """transformers' pipeline on one thread."""
    import torch
    from transformers import pipeline
    from transformers.utils import logging

    logging.set_verbosity_error()
    torch.set_num_threads(1)
    return pipeline("text-classification", model=str(folder), truncation=True, device="cpu")


def named(folder: Path, home: Path) -> Iterator[tuple[str, Way]]:
    """The same model by name, as a worker here runs it."""
    from nlp.models.fetching import fetch
    from nlp.models.naming import Named
    from nlp.models.running import Model
    from nlp.models.shelf import Shelf
    from soundings.council import CouncilFile
    from soundings.settings import Settings

    shelf, entry = Shelf(Settings(home=home)), Named(model=str(folder))
    made = fetch(entry, CouncilFile(None), shelf, datetime.now(UTC), lambda _: None, newest=False)
    model = Model(shelf.whole(made), made, entry)
    yield f"that model by name, {made.bits} bits, one by one", model.probabilities


def rates(ways: dict[str, Way]) -> dict[str, float]:
    """Texts a second of each way: median of interleaved rounds, after one that does not count."""
    given, found = texts(), {name: list[float]() for name in ways}
    for turn in range(ROUNDS + 1):
        for name, way in ways.items():
            begun = time.perf_counter()
            way(given)
            if turn:
                found[name].append(len(given) / (time.perf_counter() - begun))
    return {name: median(each) for name, each in found.items()}


def memory(code: str, *arguments: str) -> float:
    """Megabytes that a process of its own takes at its peak (Linux)."""
    peak = "print([line.split()[1] for line in open('/proc/self/status') if line.startswith('VmHWM')][0])"
    command = [sys.executable, "-c", f"{code}\n{peak}", *arguments]
    return int(subprocess.run(command, capture_output=True, check=True, text=True).stdout.split()[-1]) / 1024


WORKER = """
from nlp.encoder import Encoder
from nlp.plain import PlainReader
from soundings.council import CouncilFile
from tests.bench_reader import texts
PlainReader(CouncilFile(None), Encoder()).read(texts())
"""
USUAL = "import sys; from tests.bench_reader import pipe, texts; pipe(sys.argv[1])(texts())"


@contextmanager
def one_thread() -> Iterator[None]:
    """For libraries that read it when they load, and for the processes that are started."""
    before = dict(os.environ)
    os.environ |= {"OMP_NUM_THREADS": "1", "TOKENIZERS_PARALLELISM": "false", "HF_HUB_OFFLINE": "1"}
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


def sentences(folder: Path) -> Iterator[str]:
    """What is measured, in words."""
    ways = dict(here())
    if lacking():
        ours, floor = rates(ways).values()
        yield f"our encoder reads {ours:.0f} texts a second, {ours / floor:.2f} times VADER"
        yield f"the encoder beside the usual pipeline is not measured: not installed: {', '.join(lacking())}"
        return
    model = large(folder / "large")
    ways |= dict(usual(model)) | dict(named(model, folder / "home"))
    found = rates(ways)
    slowest = min(found.values())
    for name, rate in sorted(found.items(), key=lambda item: item[1]):
        yield f"{name}: {rate:.0f} texts a second, {rate / slowest:.1f} times the slowest"
    ours, theirs = memory(WORKER), memory(USUAL, str(model))
    yield f"a whole worker of ours takes {ours:.0f} MB, the pipeline alone {theirs:.0f} MB ({theirs / ours:.1f} times)"


def main() -> None:
    """Print all of it."""
    with tempfile.TemporaryDirectory() as folder, one_thread():
        for line in sentences(Path(folder)):
            print(line, flush=True)


if __name__ == "__main__":
    main()
