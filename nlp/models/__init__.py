"""Models that a council names for itself: text classifiers of Hugging Face, run as ONNX by the same one-thread runtime.

What is imported by a worker needs onnxruntime and tokenizers only; `hub`, `converting` and `fetching` are for the
command `soundings models fetch`, which needs the extra `[models]`.
"""
