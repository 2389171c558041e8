"""Time the NumPy LSTM beside Keras's (and PyTorch's, where installed), in one run on one machine.

    python benchmarks/recurrent_speed.py [--out results/recurrent-speed.json] [--rounds 3] [--repeats 15]

For each shape: the median time of a forward pass and of a forward and backward pass (gradients of input and
weights), in float32, and the ratio of NumPy to each peer. Keras runs as a compiled TensorFlow graph on the
CPU with all its threads; PyTorch as ``torch.nn.LSTM``. Each peer gets its tensors ready-made and is warmed
up; the implementations take turns, round by round, so that a disturbance does not hit one alone.
"""

import argparse
import importlib.util
import json
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import numpy as np

from lstm_course.machine import describe_machine, versions
from lstm_course.recurrent import LSTM, LSTMParameters

#: batch, time, features, units
SHAPES = [(32, 200, 128, 64), (1, 200, 128, 64), (64, 100, 128, 128), (32, 200, 128, 256)]


def numpy_runs(x, d_outputs, parameters):
    layer = LSTM(parameters.units, return_sequences=True)
    layer.set_weights(parameters.arrays())

    def both():
        layer.forward(x)
        layer.backward(d_outputs)

    return {"forward": lambda: layer.forward(x), "forward+backward": both}


def keras_runs(x, d_outputs, parameters):
    import keras
    import tensorflow as tf

    layer = keras.layers.LSTM(parameters.units, return_sequences=True)
    layer.build(x.shape)
    layer.set_weights(parameters.arrays())
    x, d_outputs = tf.constant(x), tf.constant(d_outputs)
    weights = [variable.value for variable in layer.trainable_weights]

    @tf.function
    def forward():
        return layer(x)

    @tf.function
    def both():
        with tf.GradientTape() as tape:
            tape.watch(x)
            outputs = layer(x)
        return tape.gradient(outputs, [x, *weights], output_gradients=d_outputs)

    return {
        "forward": lambda: forward().numpy(),
        "forward+backward": lambda: [tf.convert_to_tensor(g).numpy() for g in both()],
    }


def torch_runs(x, d_outputs, parameters):
    import torch

    layer = torch.nn.LSTM(parameters.features, parameters.units, batch_first=True)
    x, d_outputs = torch.from_numpy(x).requires_grad_(), torch.from_numpy(d_outputs)

    def forward():
        with torch.no_grad():
            layer(x)

    def both():
        outputs, _ = layer(x)
        torch.autograd.grad(outputs, [x, *layer.parameters()], d_outputs)

    return {"forward": forward, "forward+backward": both}


IMPLEMENTATIONS = {"numpy": numpy_runs, "keras": keras_runs, "torch": torch_runs}
PASSES = ("forward", "forward+backward")


def work(implementation, repeats):
    """Time one implementation on all shapes; print seconds by shape and pass as JSON."""
    times = []
    for shape in SHAPES:
        batch, steps, features, units = shape
        rng = np.random.default_rng(0)
        parameters = LSTMParameters.initialize(features, units, rng, dtype=np.float32)
        x = rng.standard_normal((batch, steps, features)).astype(np.float32)
        d_outputs = rng.standard_normal((batch, steps, units)).astype(np.float32)
        runs = IMPLEMENTATIONS[implementation](x, d_outputs, parameters)
        times.append({name: measure(runs[name], repeats) for name in PASSES})
    print(json.dumps(times))


def measure(function, repeats):
    """Return the seconds of each of so many calls, after three to warm up."""
    for _ in range(3):
        function()
    seconds = []
    for _ in range(repeats):
        start = time.perf_counter()
        function()
        seconds.append(time.perf_counter() - start)
    return seconds


def gather(implementations, rounds, repeats):
    """Return medians over all rounds, ``medians[implementation][shape number][pass]`` in seconds."""
    found = {name: [{which: [] for which in PASSES} for _ in SHAPES] for name in implementations}
    for round_number in range(rounds):
        for name in implementations:
            print(f"round {round_number + 1} of {rounds}: {name}", file=sys.stderr)
            command = [sys.executable, __file__, "--work", name, "--repeats", str(repeats)]
            output = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout
            for kept, new in zip(found[name], json.loads(output), strict=True):
                for which in PASSES:
                    kept[which] += new[which]
    return {
        name: [{which: statistics.median(seconds) for which, seconds in shape.items()} for shape in shapes]
        for name, shapes in found.items()
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, help="write a JSON record here")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--repeats", type=int, default=15, help="timed calls a round")
    parser.add_argument("--work", choices=IMPLEMENTATIONS, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if min(arguments.rounds, arguments.repeats) < 1:
        parser.error("expected at least one round and one repeat")
    if arguments.work:
        work(arguments.work, arguments.repeats)
        return

    peers = ["keras"] + (["torch"] if importlib.util.find_spec("torch") else [])
    medians = gather(["numpy", *peers], arguments.rounds, arguments.repeats)
    print(f"{'batch×time×features×units':<26} {'pass':<17} {'NumPy':>9}", end="")
    print("".join(f" {peer:>9} {'ratio':>6}" for peer in peers))
    rows = []
    for number, shape in enumerate(SHAPES):
        for which in PASSES:
            milliseconds = {name: 1e3 * shapes[number][which] for name, shapes in medians.items()}
            ratio = {peer: milliseconds["numpy"] / milliseconds[peer] for peer in peers}
            rows.append({"shape": shape, "pass": which, "milliseconds": milliseconds, "ratio": ratio})
            print(f"{'×'.join(map(str, shape)):<26} {which:<17} {milliseconds['numpy']:>6.2f} ms", end="")
            print("".join(f" {milliseconds[peer]:>6.2f} ms {ratio[peer]:>6.2f}" for peer in peers))
    if arguments.out:
        record = {
            "what": "median times of the LSTM in float32; ratio is NumPy over peer",
            "command": "python " + " ".join(["benchmarks/recurrent_speed.py", *sys.argv[1:]]),
            "machine": describe_machine(),
            "versions": versions(),
            "rounds": arguments.rounds,
            "repeats": arguments.repeats,
            "rows": rows,
        }
        arguments.out.write_text(json.dumps(record, indent=1) + "\n")
        print(f"record written to {arguments.out}")


if __name__ == "__main__":
    main()
