"""Makes `nlp/model/` from a taught model: `python -m nlp.training.export FOLDER`, with the extra `[train]` installed.

Exported to ONNX, its weights put into 8 bits, freed of all notes on the machine that did it; beside it how its numbers
are to be read (chosen by `nlp/training/judge.py` on what was held back), what topics are learnt from, and the record of
training.
"""

from __future__ import annotations

import argparse
import json
import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import onnx
import torch
from onnxruntime.quantization import QuantType, quantize_dynamic

from nlp.encoder import Encoder
from nlp.training import topics
from nlp.training.data import HELD_BACK, HELD_BACK_POSTS, Example, own, posts, split
from nlp.training.judge import Sample, judging
from nlp.training.model import HearingModel
from nlp.training.train import loaded

TARGET = Path(__file__).parent.parent / "model"

EMBEDDING = "sentence_embedding"
"""Name of the first output: plain `embedding` is taken inside the graph, and onnxruntime refuses the file."""


class _Flat(torch.nn.Module):  # type: ignore[misc]
    """The model with its answers in a row: the embedding first, then each head."""

    def __init__(self, model: HearingModel) -> None:
        super().__init__()
        self.model = model
        self.names = [EMBEDDING, *model.config.heads]

    def forward(self, input_ids: Any, attention_mask: Any) -> tuple[Any, ...]:
        said = self.model(input_ids=input_ids, attention_mask=attention_mask)
        return tuple(said[name] for name in self.names)


def export(model: HearingModel, target: Path) -> None:
    """Write the model with 8-bit weights as one ONNX file."""
    flat = _Flat(model.eval())
    numbers = torch.randint(5, 1000, (4, 17))
    mask = torch.ones_like(numbers)
    mask[1, 9:] = 0
    sizes = {0: torch.export.Dim("batch", min=1, max=4096), 1: torch.export.Dim("pieces", min=2, max=512)}
    with tempfile.TemporaryDirectory() as folder:
        exact = Path(folder) / "exact.onnx"
        torch.onnx.export(
            flat, (numbers, mask), str(exact), input_names=["input_ids", "attention_mask"], output_names=flat.names,
            dynamic_shapes={"input_ids": sizes, "attention_mask": sizes}, dynamo=True, external_data=False,
        )  # fmt: skip
        small = Path(folder) / "small.onnx"
        _quantise(exact, small)
        target.write_bytes(small.read_bytes())


def _quantise(exact: Path, small: Path) -> None:
    graph = onnx.load(exact)
    del graph.graph.value_info[:]  # else quantising fails to infer shapes
    onnx.save(graph, exact)
    quantize_dynamic(exact, small, weight_type=QuantType.QInt8, per_channel=True)
    graph = onnx.load(small)
    for node in [*graph.graph.node, *(node for function in graph.functions for node in function.node)]:
        del node.metadata_props[:]  # the stack of whoever exported it, with its paths
        node.doc_string = ""
    del graph.metadata_props[:]
    onnx.save(graph, small)


def make(folder: Path, posts_file: Path | None, target: Path = TARGET) -> None:
    """Everything that a worker needs, from the folder that training left."""
    model, tokenizer = loaded(folder)
    target.mkdir(exist_ok=True)
    export(model, target / "encoder.onnx")
    tokenizer.save(str(target / "tokenizer.json"), pretty=False)
    encoder = Encoder(target)
    texts = own()
    held = [split(texts, HELD_BACK)[1]]
    if posts_file:
        held.append(split(posts(posts_file), HELD_BACK_POSTS)[1])
    figures = judging([_heard(encoder, examples) for examples in held])
    figures["topics"] = topics.make(encoder, texts, target / "topics.npz")
    (target / "judging.json").write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")
    shutil.copyfile(folder / "record.json", target / "record.json")


def _heard(encoder: Encoder, examples: Sequence[Example]) -> Sample:
    return Sample(examples, [encoder.hear(example.raw) for example in examples])


def main() -> None:
    """Export by the arguments of the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, help="what `nlp.training.train` left")
    parser.add_argument("--posts", type=Path, help="the same file as for training")
    parser.add_argument("--target", type=Path, default=TARGET)
    given = parser.parse_args()
    make(given.folder, given.posts, given.target)


if __name__ == "__main__":
    main()
