"""A classifier as it is published, made into what a worker runs: ONNX in 8 bits, one tokenizer file. Once, by torch.

The result is compared with the original on a few posts before it counts: where 8 bits answer otherwise, it stays in 32.
Opens safetensors only, and runs no code that came with a model. Only for the command: no worker imports this.
"""

from __future__ import annotations

import logging
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nlp.models.hub import check_weights
from nlp.models.labels import meanings
from nlp.models.naming import Named
from nlp.models.running import answer, softmax
from nlp.models.shelf import NETWORK, TOKENIZER
from nlp.network import session, tokenizer
from soundings.errors import BadInput, SoundingsError

LONGEST = 512
"""Pieces above which nobody needs to read a post, whatever the model could."""
ALIKE = 0.1
"""How far a probability may be from the original's in 8 bits."""
SAME = 0.001
"""And in 32: more is not the same model."""
LARGEST = 2_000_000_000
"""Bytes of weights: one ONNX file holds no more."""
POSTS = (
    "bins", "Thank you to whoever mended the swing in the park, it made our week!",
    "Third missed collection this month and nobody answers the phone. Not good enough @user",
    "When does the library open on Saturdays? http", "Not bad at all, the new crossing. Took you long enough though",
    "ROAD CLOSED AGAIN!!! absolute shambles, two hours to get home \U0001f621", "lovely \U0001f600\U0001f600",
    "Could we have a bench at the bus stop on Castle Street, for those who cannot stand for long?",
    "Diolch yn fawr i bawb am helpu neithiwr", "Mae'r biniau heb eu casglu eto, dim digon da",
    "Kiedy odbierają śmieci w tym tygodniu?", "متى تفتح المكتبة اليوم؟",
    "The consultation on the town centre plan closes on 14 November; drop in at the town hall, ten until four. " * 6,
)  # fmt: skip


@dataclass(frozen=True)
class Converted:
    """What came of it."""

    labels: tuple[str, ...]
    longest: int
    bits: int


def convert(source: Path, into: Path, entry: Named) -> Converted:
    """Make the network and the tokenizer in `into`. Raises BadInput for a model that is no use, or not safe, and
    SoundingsError for one that the conversion does not manage."""
    check_weights(entry.name, [path.name for path in source.iterdir()])
    if sum(path.stat().st_size for path in source.glob("model*.safetensors")) > LARGEST:
        raise BadInput(f"{entry.name} is too large (2 GB of weights are the most). Most models have a smaller sister.")
    with _quiet():
        model = _loaded(source, entry.name)
        labels = tuple(str(model.config.id2label[index]) for index in range(model.config.num_labels))
        meanings(labels, entry.labels, entry.name)
        cutter = _cutter(source, entry.name)
        try:
            longest = _longest(model, cutter)
            cutter.backend_tokenizer.save(str(into / TOKENIZER))
            _export(model, into / "float.onnx", longest)
            bits = _smallest(model, into, longest, entry.name)
        except SoundingsError:
            raise
        except Exception as error:  # of torch, onnx and the model's own kind: they name no common one
            raise SoundingsError(_unmanaged(entry.name, error)) from error
    return Converted(labels, longest, bits)


def _unmanaged(name: str, error: Exception) -> str:
    said = (str(error).strip().splitlines() or [""])[0][:200]
    what = f"{type(error).__name__}{': ' if said else ''}{said}"
    return (
        f"{name} cannot be converted ({what}). Its kind is not managed here, or this machine has too little memory or "
        "disk: try one with more, or name another model of the kinds in docs/models.md. Nothing was changed."
    )


def _loaded(source: Path, name: str) -> Any:
    """The model. Its settings say what it is; only classes that transformers itself has are used."""
    from safetensors import SafetensorError
    from transformers import AutoConfig, AutoModelForSequenceClassification

    try:
        config = AutoConfig.from_pretrained(source, trust_remote_code=False, local_files_only=True)
        if config.problem_type == "multi_label_classification" or config.num_labels < 2:
            raise BadInput(f"{name} gives no choice of one among labels: it is no model of feeling.")
        model, loading = AutoModelForSequenceClassification.from_pretrained(
            source, config=config, trust_remote_code=False, local_files_only=True, use_safetensors=True,
            attn_implementation="eager", dtype="float32", output_loading_info=True,
        )  # fmt: skip
    except (OSError, ValueError, KeyError, RuntimeError, SafetensorError) as error:
        raise BadInput(
            f"{name} cannot be opened as a text classifier: {str(error).splitlines()[0][:200]} (A model that "
            "needs code of its own is not taken.)"
        ) from None
    if missing := [key for key in loading["missing_keys"] if "position_ids" not in key]:
        raise BadInput(
            f"{name} was not trained to classify: {missing[0]} is missing in its weights. Name another model."
        )
    return model.eval()


def _cutter(source: Path, name: str) -> Any:
    """The tokenizer in its fast form, made from the slow one's files where there is no other."""
    from transformers import AutoTokenizer

    try:
        cutter = AutoTokenizer.from_pretrained(source, trust_remote_code=False, local_files_only=True, use_fast=True)
    except (OSError, ValueError, KeyError, ImportError, RuntimeError) as error:
        raise BadInput(f"{name}: its tokenizer cannot be opened: {str(error).splitlines()[0][:200]}") from None
    if not cutter.is_fast or not cutter("bins")["input_ids"]:
        raise BadInput(f"{name}: its tokenizer cannot be brought into one tokenizer.json.")
    cutter.backend_tokenizer.no_padding()
    cutter.backend_tokenizer.no_truncation()
    return cutter


def _longest(model: Any, cutter: Any) -> int:
    """Pieces that it reads: of its positions RoBERTa's kind cannot use the first few, so it is tried."""
    import torch

    known = [LONGEST, int(cutter.model_max_length), int(getattr(model.config, "max_position_embeddings", 0) or LONGEST)]
    longest = min(one for one in known if one > 0)
    piece = cutter("bins")["input_ids"][-1]
    for fewer in (0, 1, 2, 4, 8):
        pieces = torch.full((1, longest - fewer), piece)
        try:
            with torch.no_grad():
                model(input_ids=pieces, attention_mask=torch.ones_like(pieces))
        except (IndexError, RuntimeError):
            continue
        return longest - fewer
    raise BadInput("The model reads no text as long as its settings say.")


def _export(model: Any, path: Path, longest: int) -> None:
    import torch

    class Logits(torch.nn.Module):  # type: ignore[misc]
        """Its answers, without what else it returns."""

        def __init__(self) -> None:
            super().__init__()
            self.model = model

        def forward(self, input_ids: Any, attention_mask: Any) -> Any:
            """One number for each label."""
            return self.model(input_ids=input_ids, attention_mask=attention_mask).logits

    pieces = torch.full((2, min(17, longest)), 5)
    mask = torch.ones_like(pieces)
    mask[1, 9:] = 0
    sizes = {0: torch.export.Dim("texts", min=1, max=4096), 1: torch.export.Dim("pieces", min=2, max=longest)}
    torch.onnx.export(
        Logits(), (pieces, mask), str(path), input_names=["input_ids", "attention_mask"], output_names=["logits"],
        dynamic_shapes={"input_ids": sizes, "attention_mask": sizes}, dynamo=True, external_data=False, verbose=False,
    )  # fmt: skip


def _smallest(model: Any, folder: Path, longest: int, name: str) -> int:
    """Keep 8 bits if they answer as the original does, else 32."""
    import onnx
    from onnxruntime.quantization import QuantType, quantize_dynamic

    whole, target = folder / "float.onnx", folder / NETWORK
    network = onnx.load(whole)
    del network.graph.value_info[:]  # else quantising fails to infer shapes
    onnx.save(network, whole)
    if (apart := _apart(model, whole, folder / TOKENIZER, longest)) > SAME:
        raise SoundingsError(f"{name} does not come through the conversion: its answers differ by {apart:.2f}.")
    quantize_dynamic(whole, target, weight_type=QuantType.QInt8, per_channel=True)
    if _apart(model, target, folder / TOKENIZER, longest) > ALIKE:
        whole.replace(target)
        return 32
    whole.unlink()
    return 8


def _apart(model: Any, path: Path, cutter_path: Path, longest: int) -> float:
    """The greatest difference of a probability on a few posts."""
    import torch

    network, cutter = session(path), tokenizer(cutter_path, longest)
    furthest = 0.0
    for post in POSTS:
        pieces = cutter.encode(post).ids
        with torch.no_grad():
            original = model(
                input_ids=torch.tensor([pieces]), attention_mask=torch.ones(1, len(pieces), dtype=torch.long)
            )
        pairs = zip(softmax(original.logits[0].numpy()), softmax(answer(network, pieces)), strict=True)
        furthest = max(furthest, *(abs(one - other) for one, other in pairs))
    return furthest


@contextmanager
def _quiet() -> Iterator[None]:
    """The libraries talk at length to those who program with them."""
    from transformers.utils.logging import disable_progress_bar

    disable_progress_bar()
    before = logging.root.manager.disable
    logging.disable(logging.WARNING)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        logging.disable(before)
