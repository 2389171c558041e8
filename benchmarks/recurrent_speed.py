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
import platform
import statistics
import sys
import time
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import numpy as np

from lstm_course.recurrent import LSTMParameters, lstm_backward, lstm_forward

#: batch, time, features, units
SHAPES = [(32, 200, 128, 64), (1, 200, 128, 64), (64, 100, 128, 128), (32, 200, 128, 256)]


def numpy_runs(x, d_outputs, parameters):
    def both():
        _, _, cache = lstm_forward(x, parameters)
        lstm_backward(d_outputs, None, None, cache)

    return {"forward": lambda: lstm_forward(x, parameters), "forward+backward": both}


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


def measure(runs, rounds, repeats):
    """Return the median seconds of each function; the functions take turns, round by round."""
    times = {name: [] for name in runs}
    for function in runs.values():
        for _ in range(3):
            function()
    for _ in range(rounds):
        for name, function in runs.items():
            function()
            for _ in range(repeats):
                start = time.perf_counter()
                function()
                times[name].append(time.perf_counter() - start)
    return {name: statistics.median(values) for name, values in times.items()}


def cpu_name():
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
        return next(line.split(":", 1)[1].strip() for line in lines if line.startswith("model name"))
    except (OSError, StopIteration):
        return platform.processor() or platform.machine()


def versions(peers):
    found = {"python": platform.python_version(), "numpy": np.__version__}
    if "keras" in peers:
        import keras
        import tensorflow

        found |= {"keras": keras.__version__, "tensorflow": tensorflow.__version__}
    if "torch" in peers:
        import torch

        found["torch"] = torch.__version__
    return found


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, help="write a JSON record here")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--repeats", type=int, default=15, help="timed calls a round")
    arguments = parser.parse_args()
    if min(arguments.rounds, arguments.repeats) < 1:
        parser.error("expected at least one round and one repeat")

    peers = {"keras": keras_runs}
    if importlib.util.find_spec("torch"):
        peers["torch"] = torch_runs
    print(f"{'batch×time×features×units':<26} {'pass':<17} {'NumPy':>9}", end="")
    print("".join(f" {peer:>9} {'ratio':>6}" for peer in peers))
    rows = []
    for shape in SHAPES:
        batch, steps, features, units = shape
        rng = np.random.default_rng(0)
        parameters = LSTMParameters.initialize(features, units, rng, dtype=np.float32)
        x = rng.standard_normal((batch, steps, features)).astype(np.float32)
        d_outputs = rng.standard_normal((batch, steps, units)).astype(np.float32)
        made = {"numpy": numpy_runs(x, d_outputs, parameters)}
        made |= {name: make(x, d_outputs, parameters) for name, make in peers.items()}
        for which in ("forward", "forward+backward"):
            medians = measure(
                {name: runs[which] for name, runs in made.items()}, arguments.rounds, arguments.repeats
            )
            row = {"shape": shape, "pass": which, "milliseconds": {n: 1e3 * s for n, s in medians.items()}}
            row["ratio"] = {peer: medians["numpy"] / medians[peer] for peer in peers}
            rows.append(row)
            print(f"{'×'.join(map(str, shape)):<26} {which:<17} {1e3 * medians['numpy']:>6.2f} ms", end="")
            print("".join(f" {1e3 * medians[p]:>6.2f} ms {row['ratio'][p]:>6.2f}" for p in peers), flush=True)
    if arguments.out:
        record = {
            "what": "median times of the LSTM in float32; ratio is NumPy over peer",
            "command": "python " + " ".join(["benchmarks/recurrent_speed.py", *sys.argv[1:]]),
            "machine": {"cpu": cpu_name(), "cores": os.cpu_count(), "system": platform.system()},
            "versions": versions(peers),
            "rounds": arguments.rounds,
            "repeats": arguments.repeats,
            "rows": rows,
        }
        arguments.out.write_text(json.dumps(record, indent=1) + "\n")
        print(f"record written to {arguments.out}")


if __name__ == "__main__":
    main()
