"""How the model in `nlp/model/` is made: its shape, the texts written for it, training, export.

Needs the extra `[train]`. No module of the service imports this package: a worker needs onnxruntime and tokenizers,
not torch.
"""
