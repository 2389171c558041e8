"""What the tests have done on a backend: ``python -m tests.backends.work <command> <arguments>``."""

import json
import sys
from pathlib import Path

import numpy as np

from lstm_course.cli import main
from lstm_course.cli.quiet import load_keras_quietly

WORDS, STEPS = 150, 3
TEXTS = ["A good film", "bad bad bad", "an odd, slow and rather long story that is never quite good or bad"]


def steps_of_every_model(out):
    """Write outputs and weights of every model, from the same weights, through three steps of training."""
    from lstm_course.sentiment.models import KERAS_MODELS
    from lstm_course.sentiment.optimizer import DenseAdam

    rng = np.random.default_rng(0)
    lengths = np.array([12, 1, 7, 4])
    ids = rng.integers(2, WORDS, (4, 12)) * (np.arange(12) < lengths[:, None])
    labels = rng.integers(0, 2, (4, 1)).astype("float32")
    texts = [row[:length].tolist() for row, length in zip(ids, lengths, strict=True)] * 20
    arrays = {}
    for name, build in KERAS_MODELS.items():
        model = build(WORDS, texts)
        for layer in model.layers:
            if hasattr(layer, "rate"):
                layer.rate = 0.0  # each backend draws its own dropout
        for place, weight in enumerate(model.trainable_variables):
            values = np.random.default_rng(place).normal(scale=0.3, size=weight.shape)
            weight.assign(values.astype("float32"))
        model.compile(DenseAdam(1e-3), "binary_crossentropy")
        arrays[f"{name} output"] = model.predict_on_batch(ids)
        for _ in range(STEPS):
            model.train_on_batch(ids, labels)
        for place, weight in enumerate(model.get_weights()):
            arrays[f"{name} weight {place}"] = weight
    np.savez(out, **arrays)


def translator(out):
    """Write what a translator computes from the same weights, what it writes, and its training's weights."""
    from keras import ops

    from lstm_course.sentiment.optimizer import DenseAdam
    from lstm_course.translation.data import Languages, german
    from lstm_course.translation.model import Translator, masked_loss
    from lstm_course.translation.training import train as train_translator
    from lstm_course.translation.translating import translate

    numbers = [3, 21, 47, 71, 80, 97, 180, 343, 905, 1200, 6120, 80_201]
    languages = Languages.build(numbers)
    batch, texts = languages.encode(numbers), [german(n) for n in numbers[:4]]
    inputs = batch.source, batch.target_in

    def fresh(**options):
        model = Translator(len(languages.source), len(languages.target), units=6, embedding=5, **options)
        model(inputs)
        for place, weight in enumerate(model.trainable_variables):
            values = np.random.default_rng(place).normal(scale=0.3, size=weight.shape)
            weight.assign(values.astype("float32"))
        return model

    arrays = {}
    for name, options in {"attention": {}, "plain": {"attention": False}}.items():
        model = fresh(**options)
        arrays[f"{name} output"] = ops.convert_to_numpy(model(inputs))
        arrays[f"{name} texts"] = translate(model, languages, texts, limit=6)
        losses = train_translator(model, numbers, languages, epochs=1, batch_size=4)
        assert len(losses) == STEPS
        arrays[f"{name} loss"] = losses[0]  # from here on Keras's Adam takes other steps on TensorFlow
        model = fresh(**options)
        model.compile(DenseAdam(1e-3, global_clipnorm=1.0), masked_loss)
        for _ in range(STEPS):
            model.train_on_batch(inputs, batch.target_out)
        for place, weight in enumerate(model.get_weights()):
            arrays[f"{name} weight {place}"] = weight
    np.savez(out, **arrays)


def train(out, *options, limit=200):
    """Train on real reviews by the command."""
    small = ["--corpus", "rotten-tomatoes", "--limit", str(limit), "--epochs", "1"]
    small += ["--max-tokens", "40", "--vocabulary-size", "500"]
    assert main(["train", "--out", out, *small, *options]) == 0


def predict(*folders):
    """Print the probabilities that the runs' models give some texts."""
    from lstm_course.sentiment.prediction import Predictor

    print(json.dumps([[p.probability for p in Predictor.load(f).predict(TEXTS)] for f in folders]))


def share(out):
    """Train the same on one device and on all, which XLA_FLAGS simulates; print how the variables lie."""
    import keras

    from lstm_course.sentiment.training_options import data_parallel, on_devices

    limit = 70  # of which the last batch has six, which four devices cannot share
    train(str(Path(out) / "one"), "--model", "lstm", limit=limit)
    train(str(Path(out) / "all"), "--model", "lstm", "--devices", "all", limit=limit)
    with on_devices(data_parallel(4)):
        layer = keras.layers.Dense(2)
        layer.build((None, 3))
    print(json.dumps(len(layer.kernel.value.sharding.device_set)))


if __name__ == "__main__":
    load_keras_quietly()
    commands = {f.__name__: f for f in (steps_of_every_model, translator, train, predict, share)}
    commands[sys.argv[1]](*sys.argv[2:])
