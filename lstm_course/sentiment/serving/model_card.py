"""What is served, and how often it is right: the answer of ``GET /api/model``."""

from __future__ import annotations

from typing import Any

from lstm_course.sentiment.serving.reading import MOST_WORDS, Reader


def model_card(reader: Reader) -> dict[str, Any]:
    """Return the facts that the page shows beside its predictions.

    Returns
    -------
    dict
        ``model``, ``corpus`` and ``trained_on`` (reviews); ``accuracy`` (a fraction), ``measured_on``
        (in words) and ``reviews`` (how many): the official test part where the run has one, else the
        validation part; ``parameters``, ``vocabulary`` (words, in a bag with pairs these too) and
        ``reads`` (words of a review); ``accepts`` (words of a request). None where the run does not say.
    """
    metrics = reader.metrics
    sizes = metrics.get("sizes") or {}
    part = "test" if metrics.get("test") else "validation"
    measured = metrics["test"] if part == "test" else metrics
    return {
        "model": metrics.get("model"),
        "corpus": metrics.get("corpus"),
        "trained_on": sizes.get("train"),
        "accuracy": measured.get("accuracy"),
        "measured_on": {
            "test": "reviews of the corpus's official test part",
            "validation": "held-out reviews, on which the best epoch was chosen too",
        }[part],
        "reviews": sizes.get(part),
        "parameters": metrics.get("parameters", reader.learner.parameters),
        "vocabulary": len(reader.learner.vocabulary),
        "reads": reader.most_words,
        "accepts": MOST_WORDS,
    }
